package operate_test

import (
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// lockedBy locks production as another operator does.
func (s *stage) lockedBy(owner string) {
	s.t.Helper()
	mark := operation.Mark{Kind: operation.MarkLock, Operation: "one", Owner: owner, Service: service, Environment: production, Since: s.Now(), Reason: "promotes"}
	name, err := mark.Name()
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := mark.Message()
	if err != nil {
		s.t.Fatal(err)
	}
	s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, owner)
}

func locks(findings []model.Finding) []model.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f model.Finding) bool { return f.Gate != model.GateLock })
}

// A lock counts as it is now, whatever the cache knew of it: one that was taken since stands against a promotion and a
// rollback, and one that was given back no longer does.
func TestALockCountsAsItIsNow(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	back := func() *operate.Draft {
		d, err := s.Prepare(t.Context(), operate.Request{Kind: operation.RollBack, Service: service, Environment: production})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	sketch := func() []model.Finding {
		d, err := s.Sketch(t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: production})
		if err != nil {
			t.Fatal(err)
		}
		return locks(d.Against)
	}
	free := s.prepare(production)
	if len(locks(free.Against)) > 0 || len(sketch()) > 0 || len(locks(free.Plan.Findings)) != 1 {
		t.Fatalf("nobody locked it: %+v", free.Against)
	}
	s.lockedBy("ada")
	for _, d := range []*operate.Draft{s.prepare(production), back()} {
		found := locks(d.Plan.Findings)
		if len(locks(d.Against)) != 1 || len(found) != 1 || found[0].Result != model.Wait || d.Plan.Kind == operation.Promote && d.Verdict != model.Waiting {
			t.Errorf("%s: %s, %+v", d.Plan.Kind, d.Verdict, locks(d.Plan.Findings))
		}
		if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "now", Bypass: []model.Gate{model.GateLock}}); err == nil {
			t.Errorf("%s: what is locked is done", d.Plan.Kind)
		}
	}
	s.Refresh(service)
	tick, deadline := time.NewTicker(10*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for len(sketch()) == 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the lock never came into the cache")
		}
	}
	if o, _ := s.word(operation.Break, production, "", operate.Confirmation{Reason: "ada is on a plane", Name: production}); o.State != operation.Succeeded {
		t.Fatalf("%s: %s", o.State, o.Why)
	}
	for _, d := range []*operate.Draft{s.prepare(production), back()} {
		if found := locks(d.Plan.Findings); len(locks(d.Against)) > 0 || len(found) != 1 || found[0].Result != model.Pass || d.Plan.Kind == operation.Promote && d.Verdict != free.Verdict {
			t.Errorf("%s: %s, %+v", d.Plan.Kind, d.Verdict, found)
		}
	}
}
