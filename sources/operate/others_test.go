package operate_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// What another process of the same person drives is shown here from its journal, with who drives it, until it has ended.
func TestWhatAnotherProcessDrivesIsFollowed(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	begun, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	id := begun.Plan.ID
	o := s.options
	o.Folders.Cache = filepath.Join(t.TempDir(), "cache") // the journal is the person's, the cache need not be
	o.Rand = rand.New(rand.NewPCG(2, 2))
	f, err := fleet.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	f.Start(t.Context())
	other := &stage{Fleet: f, t: t, sim: s.sim, options: o}
	held := other.until(id, "held", func(o operate.Operation) bool { return o.Held != "" })
	if held.Driven || len(other.Moving()) != 1 {
		t.Errorf("driven %v, held %q, %d are moving", held.Driven, held.Held, len(other.Moving()))
	}
	end := other.until(id, "given up", func(o operate.Operation) bool { return o.State.Ended() && o.Held == "" })
	here := s.until(id, "over", func(o operate.Operation) bool { return o.State.Ended() })
	if end.State != here.State || end.Held != "" || len(other.Moving()) != 0 {
		t.Errorf("%s here and %s there, held %q, %d are moving", here.State, end.State, end.Held, len(other.Moving()))
	}
}
