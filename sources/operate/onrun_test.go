package operate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// known waits until a run is known that fits, and returns it.
func (s *stage) known(what string, fits func(model.Run) bool) (run model.Run) {
	s.t.Helper()
	s.eventually("a run that is "+what, func(d board.Detail) bool {
		i := slices.IndexFunc(d.Facts.Runs, fits)
		if i >= 0 {
			run = d.Facts.Runs[i]
		}
		return i >= 0
	})
	return run
}

// eventually waits until something is known of the service.
func (s *stage) eventually(what string, known func(board.Detail) bool) {
	s.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		d, err := s.Detail(s.t.Context(), service)
		if err != nil {
			s.t.Fatal(err)
		}
		if known(d) {
			return
		}
		s.Refresh(service)
		select {
		case <-deadline:
			s.t.Fatalf("never known: %s", what)
		case <-tick.C:
		}
	}
}

func (s *stage) about(kind operation.Kind, run int64, change ...func(*operate.Request)) *operate.Draft {
	s.t.Helper()
	r := operate.Request{Kind: kind, Service: service, Run: run}
	for _, c := range change {
		c(&r)
	}
	d, err := s.Prepare(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// A run that somebody else has started waits for a review: it is given or refused from here, with the environment's name,
// once, and the journal has it.
func TestAReviewOfSomebodyElsesRun(t *testing.T) {
	t.Parallel()
	for _, kind := range []operation.Kind{operation.Approve, operation.Reject} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			r := s.sim.World().Repository("acme/" + service)
			r.Environment(production, simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
			r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: newest(s), By: "ada", Inputs: map[string]string{"environment": production, "version": newest(s)}})
			run := s.known("waiting", func(r model.Run) bool { return r.Status == model.StatusWaiting })
			d := s.about(kind, run.ID)
			if len(d.Refusals) > 0 || d.Plan.Environment != production || d.Name != production || !d.Read || d.Plan.Lock || len(d.Calls) != 2 {
				t.Fatalf("refused %q, environment %s, name %q, read %v, %d calls", d.Refusals, d.Plan.Environment, d.Name, d.Read, len(d.Calls))
			}
			word := operate.Confirmation{Reason: "looked at it", Name: "Production"}
			for _, f := range d.Against {
				word.Bypass = append(word.Bypass, f.Gate)
			}
			if _, err := s.Confirm(t.Context(), d, word); !errors.Is(err, operate.ErrRefused) {
				t.Fatalf("another name was taken: %v", err)
			}
			word.Name = production
			o, err := s.Confirm(t.Context(), d, word)
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() })
			if o.State != operation.Succeeded || events(o.Records) != "planned, confirmed, claims, re-read, sends, judged" {
				t.Fatalf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			after := s.known("let go", func(r model.Run) bool { return r.ID == run.ID && r.Status != model.StatusWaiting })
			if rejected := after.Done() && after.Conclusion == model.Failure; rejected != (kind == operation.Reject) {
				t.Errorf("the run is %s %s", after.Status, after.Conclusion)
			}
			if again := s.about(kind, run.ID); len(again.Refusals) == 0 {
				t.Error("what isn't awaited any more can be reviewed")
			}
			if refs := s.sim.Refs("acme/" + service); len(refs) != 0 {
				t.Errorf("it took a lock: %v", refs)
			}
		})
	}
}

// newest is the newest release's tag.
func newest(s *stage) string {
	d, err := s.Detail(s.t.Context(), service)
	if err != nil || len(d.Facts.Releases) == 0 {
		s.t.Fatalf("no release: %v", err)
	}
	return d.Facts.Releases[0].Tag
}

func TestARunIsRunAgain(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	run := s.known("ended", func(r model.Run) bool { return r.Done() && r.File() == "ci.yml" })
	if d := s.about(operation.Cancel, run.ID); len(d.Refusals) == 0 || !strings.Contains(string(d.Refusals[0]), "has ended") {
		t.Errorf("what has ended can be cancelled: %q", d.Refusals)
	}
	d := s.about(operation.Rerun, run.ID)
	if len(d.Refusals) > 0 || d.Name != "" {
		t.Fatalf("refused %q, name %q", d.Refusals, d.Name)
	}
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{})
	if err != nil {
		t.Fatal(err)
	}
	if o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() }); o.State != operation.Succeeded {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
	again := s.known("another attempt", func(r model.Run) bool { return r.ID == run.ID && r.Attempt == run.Attempt+1 })
	if stale, err := s.Confirm(t.Context(), func() *operate.Draft { d.Plan.ID = "00000000-0000-4000-8000-000000000000"; return d }(), operate.Confirmation{}); err != nil {
		t.Errorf("%v", err)
	} else if stale = s.until(stale.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() }); stale.State != operation.Aborted || !strings.Contains(string(stale.Why), "run again meanwhile") {
		t.Errorf("a draft of attempt %d ended as %s: %s", again.Attempt, stale.State, stale.Why)
	}
	if !again.Done() {
		d = s.about(operation.Cancel, run.ID)
		if len(d.Refusals) > 0 {
			t.Fatal(d.Refusals)
		}
		o, err := s.Confirm(t.Context(), d, operate.Confirmation{})
		if err != nil {
			t.Fatal(err)
		}
		if o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() }); o.State != operation.Succeeded {
			t.Errorf("%s: %s", o.State, o.Why)
		}
	}
}

// The network lies about a word on a run: it is never said twice, and what can be seen decides.
func TestALostAnswerAboutARun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lie  lie
		want operation.State
	}{
		{lie{"502 after it is done", simulator.Fault{Status: 502}}, operation.Succeeded},
		{lie{"403", simulator.Fault{Status: 403, Instead: true}}, operation.Errored},
		{lie{"redirected", simulator.Fault{Status: 307, Instead: true, Header: map[string]string{"Location": "/repos/acme/other"}}}, operation.Errored},
		{lie{"reset before it is done", simulator.Fault{Cut: simulator.CutBefore}}, operation.Ambiguous},
	} {
		t.Run(c.lie.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			run := s.known("ended", func(r model.Run) bool { return r.Done() && r.File() == "ci.yml" })
			d := s.about(operation.Rerun, run.ID)
			f := c.lie.fault
			f.Method, f.Path, f.Times = "POST", fmt.Sprintf("/repos/acme/%s/actions/runs/%d/rerun", service, run.ID), 1
			s.sim.World().Fault(f)
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() || o.State == operation.Ambiguous })
			if o.State != c.want || strings.Count(events(o.Records), "sends") != 1 {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if c.want != operation.Ambiguous {
				return
			}
			if err := s.Decide(t.Context(), o.Plan.ID, run.ID, "mona", "its page shows it"); err != nil {
				t.Fatal(err)
			}
			if o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() }); o.State != operation.Succeeded {
				t.Errorf("%s: %s", o.State, o.Why)
			}
		})
	}
}
