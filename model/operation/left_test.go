package operation_test

import (
	"testing"

	"gonogo/model"
	"gonogo/model/operation"
)

func TestWhatARollbackLeavesBehind(t *testing.T) {
	known, unknown := release(2), model.Release{Tag: "v1.2.0"}
	hold, veto := operation.MarkHold, operation.MarkVeto
	for _, c := range []struct {
		replaces          model.Release
		lacks             []operation.MarkKind
		leaves, unguarded string
	}{
		{known, nil, "v1.2.0 is vetoed and production held, until a person lifts that", ""},
		{unknown, nil, "production is held, until a person lifts that; what ran there can't be vetoed, for its commit isn't known", ""},
		{known, []operation.MarkKind{hold, veto}, "v1.2.0 is vetoed and production held, until a person lifts that", "production is NOT held and v1.2.0 NOT vetoed, for GitHub refused that: nothing keeps anybody from promoting it there again"},
		{known, []operation.MarkKind{veto}, "v1.2.0 is vetoed and production held, until a person lifts that", "production is held, and v1.2.0 NOT vetoed, for GitHub refused that: it can be promoted elsewhere, and here when the hold is lifted"},
		{known, []operation.MarkKind{hold}, "v1.2.0 is vetoed and production held, until a person lifts that", "v1.2.0 is vetoed, and production NOT held, for GitHub refused that: another release can be promoted there"},
		{unknown, []operation.MarkKind{hold}, "production is held, until a person lifts that; what ran there can't be vetoed, for its commit isn't known", "production is NOT held, for GitHub refused that: nothing keeps anybody from promoting there"},
	} {
		p := operation.Progress{Plan: operation.Plan{Kind: operation.RollBack, Environment: "production", Replaces: c.replaces}, Lacks: c.lacks}
		if got := string(p.Plan.Leaves()); got != c.leaves {
			t.Errorf("of %+v it leaves %q, want %q", c.replaces, got, c.leaves)
		}
		if got := string(p.Unguarded()); got != c.unguarded {
			t.Errorf("lacking %v it says %q, want %q", c.lacks, got, c.unguarded)
		}
	}
}
