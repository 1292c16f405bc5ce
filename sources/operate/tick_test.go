package operate_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// listed gives production a checklist.
func listed(o *fleet.Options) {
	o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "- name: production\n", "- name: production\n        checklist: [release notes read, support was told]\n", 1))
}

// tick has one word about an item said, and waits until it is over.
func (s *stage) tick(kind operation.Kind, item, release string, c operate.Confirmation) (operate.Operation, *operate.Draft) {
	s.t.Helper()
	return s.say(operate.Request{Kind: kind, Service: service, Environment: production, Item: item, Release: release}, c)
}

// checklist waits until the gate checklist, as it was read at a refresh, says something.
func (s *stage) checklist(want string) model.Finding {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; <-tick.C {
		d, err := s.Sketch(s.t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: production})
		if err != nil {
			s.t.Fatal(err)
		}
		found := d.Environment.Finding(model.GateChecklist)
		switch {
		case strings.Contains(string(found.Why), want):
			return *found
		case time.Now().After(deadline):
			s.t.Fatalf("the checklist says %q, not %q", found.Why, want)
		}
	}
}

// Items of a checklist are ticked and unticked, by their text or their number, without a reason and without a name; the
// gate opens when all are, and a tick belongs to one release.
func TestAChecklistIsTicked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		refuses    bool // refs outside heads and tags
	}{{"github.com", false, false}, {"refs among the tags", false, true}, {"Enterprise Server", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: c.enterprise}, listed)
			if c.refuses {
				s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/repos/*/*/git/refs", Status: 422, Instead: true, Times: 1})
			}
			candidate := s.prepare(production).Plan.Release
			s.checklist("not ticked for " + candidate.Tag + ": release notes read and support was told")
			o, d := s.tick(operation.Tick, "release notes read", "", operate.Confirmation{})
			if o.State != operation.Succeeded || d.Name != "" || o.Plan.Release.SHA != candidate.SHA {
				t.Fatalf("%s: %s; name %q, of %s", o.State, o.Why, d.Name, o.Plan.Release.Title())
			}
			s.checklist("not ticked for " + candidate.Tag + ": support was told")
			if _, d := s.tick(operation.Tick, "1", "", operate.Confirmation{}); !strings.Contains(sayAll(d), "there is a tick already: mona since ") || strings.HasSuffix(sayAll(d), ": ") {
				t.Errorf("ticked twice: %q", sayAll(d))
			}
			if o, _ := s.tick(operation.Tick, "2", candidate.Tag, operate.Confirmation{Reason: "by telephone"}); o.State != operation.Succeeded || o.Plan.Mark.Item != "support was told" {
				t.Fatalf("by its number: %s: %s; %+v", o.State, o.Why, o.Plan.Mark)
			}
			found := s.checklist("all is ticked for " + candidate.Tag)
			if found.Result != model.Pass || !strings.Contains(string(found.Evidence[2].What), "support was told: ticked by mona") || !strings.Contains(string(found.Evidence[2].What), "by telephone") {
				t.Errorf("%v: %+v", found.Result, found.Evidence)
			}
			// A tick of another release says nothing of this one.
			other := s.prepare(production).Plan.Replaces
			if _, d := s.tick(operation.Untick, "1", other.Tag, operate.Confirmation{}); !strings.Contains(sayAll(d), "there is no tick to untick") {
				t.Errorf("of another release: %q", sayAll(d))
			}
			o, d = s.tick(operation.Untick, "1", "", operate.Confirmation{})
			if o.State != operation.Succeeded || !c.refuses && len(s.sim.Refs("acme/"+service)) != 1 || d.Name != "" {
				t.Errorf("%s: %s; %v", o.State, o.Why, s.sim.Refs("acme/"+service))
			}
			s.checklist("not ticked for " + candidate.Tag + ": release notes read")
		})
	}
}

// What isn't on the list can't be ticked: it is said what is.
func TestWhatIsNotOnTheChecklist(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, listed)
	for _, c := range []struct{ environment, item, release, want string }{
		{production, "release notes", "", `has no item "release notes"; it has: 1 release notes read; 2 support was told`},
		{production, "0", "", `has no item "0"`},
		{production, "3", "", `has no item "3"`},
		{"staging", "1", "", "staging has no checklist"},
		{"nowhere", "1", "", "has no environment nowhere"},
	} {
		if _, err := s.Sketch(t.Context(), operate.Request{Kind: operation.Tick, Service: service, Environment: c.environment, Item: c.item}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.environment, c.item, err, c.want)
		}
	}
	d, err := s.Sketch(t.Context(), operate.Request{Kind: operation.Tick, Service: service, Environment: production, Item: "1", Release: "v99"})
	if err != nil || !strings.Contains(sayAll(d), "has no release v99") {
		t.Errorf("%v, %q", err, sayAll(d))
	}
}
