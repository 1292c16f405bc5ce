package operate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// Who says why may promote into an environment that is held, and that stays held. What was shown is what is passed over: a
// hold that is set anew between the word and the send aborts.
func TestAHoldIsBypassed(t *testing.T) {
	t.Parallel()
	for _, anew := range []bool{false, true} {
		t.Run(map[bool]string{false: "the same hold", true: "another hold"}[anew], func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			s.publish("v1.2.0")
			s.word(operation.Hold, production, "", operate.Confirmation{Reason: "the database is moved"})
			d := s.prepare(production)
			if said := sayAgainst(d); len(d.Refusals) > 0 || !strings.Contains(said, "hold: production is held by mona") || d.Verdict != model.NoGo || len(d.Plan.Despite) != 1 {
				t.Fatalf("refused %q, against %q, %s, despite %q", d.Refusals, said, d.Verdict, d.Plan.Despite)
			}
			all := []model.Gate{}
			for _, f := range d.Against {
				if f.Gate != model.GateHold {
					all = append(all, f.Gate)
				}
			}
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "it was moved", Bypass: all}); !errors.Is(err, operate.ErrRefused) {
				t.Errorf("without a word on the hold: %v", err)
			}
			all = append(all, model.GateHold)
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Bypass: all}); !errors.Is(err, operate.ErrRefused) {
				t.Errorf("without a reason: %v", err)
			}
			if anew {
				s.word(operation.Lift, production, "", operate.Confirmation{Reason: "it was moved", Name: production})
				s.word(operation.Hold, production, "", operate.Confirmation{Reason: "and moved again"})
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "it was moved", Bypass: all})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() })
			refs := strings.Join(s.sim.Refs("acme/"+service), " ")
			switch {
			case !slices.Contains(o.Plan.Bypassed, model.GateHold) || o.Plan.Reason != "it was moved" || !strings.Contains(refs, "hold/"+service):
				t.Errorf("bypassed %v for %q; it left %q", o.Plan.Bypassed, o.Plan.Reason, refs)
			case anew && (o.State != operation.Aborted || !strings.Contains(string(o.Why), "is held: mona") || o.Run.ID != 0):
				t.Errorf("held anew: %s: %s, run %d", o.State, o.Why, o.Run.ID)
			case !anew && o.State != operation.Succeeded:
				t.Errorf("held as before: %s: %s", o.State, o.Why)
			}
		})
	}
}

// A vetoed release is promoted by who chooses it and says why; nobody goes back to one.
func TestAVetoIsBypassedByAPromotionOnly(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	s.publish("v1.2.0")
	veto, err := s.Prepare(t.Context(), operate.Request{Kind: operation.Veto, Service: service, Environment: production, Release: "v1.2.0"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Confirm(t.Context(), veto, operate.Confirmation{Reason: "loses orders", Name: veto.Name})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() })
	d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: production, Release: "v1.2.0"})
	if err != nil {
		t.Fatal(err)
	}
	if said := sayAgainst(d); len(d.Refusals) > 0 || !strings.Contains(said, "hold: v1.2.0 is vetoed by mona") || len(d.Plan.Despite) != 1 {
		t.Errorf("refused %q, against %q, despite %q", d.Refusals, said, d.Plan.Despite)
	}
	back := s.prepareRollback("")
	veto, err = s.Prepare(t.Context(), operate.Request{Kind: operation.Veto, Service: service, Environment: production, Release: back.Plan.Release.Tag})
	if err != nil {
		t.Fatal(err)
	}
	if o, err = s.Confirm(t.Context(), veto, operate.Confirmation{Reason: "loses orders", Name: veto.Name}); err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() })
	if d = s.prepareRollback(back.Plan.Release.Tag); !strings.Contains(sayAll(d), "vetoed by mona") {
		t.Errorf("back to what is vetoed: refused %q", d.Refusals)
	}
}
