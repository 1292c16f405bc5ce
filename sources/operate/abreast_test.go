package operate_test

import (
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// Somebody has deployed by hand a moment ago, and the cache doesn't know it yet. What is prepared then replaces what runs
// now and goes back from it; it isn't worked out from what ran before, which would be vetoed as the bad release.
func TestWhatHasJustChangedIsReadFirst(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	was := s.prepare(production)
	s.sim.World().Repository("acme/"+service).Deploy(production, was.Plan.Release.Tag)
	sketch, err := s.Sketch(t.Context(), operate.Request{Kind: operation.RollBack, Service: service, Environment: production})
	if err != nil || sketch.Plan.Replaces.SHA != was.Plan.Replaces.SHA {
		t.Fatalf("the cache knows it already: %v", err) // else this shows nothing
	}
	back := s.prepareRollback("")
	if len(back.Refusals) > 0 || back.Plan.Replaces.SHA != was.Plan.Release.SHA || back.Plan.Release.SHA != was.Plan.Replaces.SHA {
		t.Errorf("from %s back to %s; refused %q", back.Plan.Replaces.Title(), back.Plan.Release.Title(), back.Refusals)
	}
}
