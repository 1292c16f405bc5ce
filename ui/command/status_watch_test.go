package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gonogo/model"
)

// changes is what --watch prints when one report follows another.
func changes(t *testing.T, own statusFlags, before, after report) string {
	t.Helper()
	var b bytes.Buffer
	if err := printChanges(&b, after, now, own, before.states(), after.states()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWatchingIsSilentWhileOnlyAgesTick(t *testing.T) {
	later := sample()
	for i := range later.services {
		s := &later.services[i]
		s.ReadAt, s.Headline = now, "read 3 min ago"
		for j := range s.Environments {
			e := &s.Environments[j]
			e.ReadAt, e.Headline, e.Health.Why = now, "healthy for 12 min, of 30 min", "answered 40 s ago"
			for k := range e.Findings {
				e.Findings[k].Why = "another 18 min"
			}
		}
	}
	first := sample()
	first.status.Why, later.status.Why = "tried again in 30 s", "tried again in 15 s"
	for _, own := range []statusFlags{{}, {json: true}} {
		if got := changes(t, own, first, later); got != "" {
			t.Errorf("%+v: %s", own, got)
		}
	}
}

func TestWatchingPrintsTheLinesThatChange(t *testing.T) {
	for name, change := range map[string]func(*report){
		"the verdict":       func(r *report) { r.services[0].Environments[1].Verdict = model.Go },
		"what runs":         func(r *report) { r.services[0].Environments[1].Current.Release.Tag = "v2.14.0" },
		"the health":        func(r *report) { r.services[0].Environments[1].Health.State = model.Unhealthy },
		"the candidate":     func(r *report) { r.services[0].Environments[1].Candidate.Release.SHA = "3" },
		"a gate's result":   func(r *report) { r.services[0].Environments[1].Findings[0].Result = model.Wait },
		"a gate that is on": func(r *report) { r.services[0].Environments[1].Findings = nil },
	} {
		after := sample()
		change(&after)
		got := changes(t, statusFlags{}, sample(), after)
		if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "DEMO 2026-11-24T03:00:00Z  api      production") {
			t.Errorf("%s: %q", name, got)
		}
		if got := changes(t, statusFlags{json: true}, sample(), after); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"name":"gone"`) {
			t.Errorf("%s: not the whole document: %q", name, got)
		}
	}
	after := sample()
	after.status.Notices = append(after.status.Notices, "the clock is wrong")
	if got := changes(t, statusFlags{}, sample(), after); got != "DEMO 2026-11-24T03:00:00Z  note: the clock is wrong\n" {
		t.Errorf("a notice: %q", got)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	r := sample()
	r.unread = []string{"api"}
	if got := r.outOfTime(time.Second); got != "1 s was not enough: 1 of 2 services was read; raise --timeout" {
		t.Error(got)
	}
	for _, c := range []struct {
		unread []string
		want   string
	}{
		{nil, ""},
		{[]string{"api"}, "the cache knows nothing of api yet; run without --cached"},
		{[]string{"api", "web"}, "the cache knows nothing of api and web yet; run without --cached"},
		{[]string{"a", "b", "c", "d"}, "the cache knows nothing of a, b and 2 more yet; run without --cached"},
	} {
		r.unread = c.unread
		if got := r.unknownToCache(); got != c.want {
			t.Errorf("%v: %q", c.unread, got)
		}
	}
	r.unread = nil
	if got := r.outOfTime(1500 * time.Millisecond); got != "1.5 s was not enough to read all that was due; raise --timeout" {
		t.Error(got)
	}
}
