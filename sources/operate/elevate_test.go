package operate_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/clock"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// shifted is a clock that goes before another one.
type shifted struct {
	clock.Clock
	by atomic.Int64
}

func (s *shifted) Now() time.Time { return s.Clock.Now().Add(time.Duration(s.by.Load())) }

// A person's own read-only is lifted with a reason, which is journalled before anything works; once the time has passed
// nothing is done any more, also where it was prepared before. What isn't lifted so is what the team's configuration says.
func TestReadOnlyIsLifted(t *testing.T) {
	t.Parallel()
	var late shifted
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		late.Clock = o.Clock
		o.ReadOnly, o.Clock = "gonogo was started with --read-only", &late
	})
	if _, err := s.LiftReadOnly(t.Context(), ""); !errors.Is(err, operate.ErrRefused) || s.ReadOnly() == "" {
		t.Errorf("without a reason: %v, %q", err, s.ReadOnly())
	}
	until, err := s.LiftReadOnly(t.Context(), "an incident")
	if err != nil || s.ReadOnly() != "" || !until.After(s.Now()) || until.After(s.Now().Add(15*time.Minute)) {
		t.Fatalf("%v, %v, %q", err, until, s.ReadOnly())
	}
	past, err := s.Operations(t.Context(), 10)
	if err != nil || len(past) != 1 || past[0].Plan.Kind != operation.Elevate || past[0].State != operation.Succeeded || past[0].Open() || past[0].Plan.Reason != "an incident" || past[0].Plan.Actor != "mona" {
		t.Fatalf("the journal has %+v, %v", past, err)
	}
	d := s.prepare(production)
	late.by.Store(int64(15 * time.Minute))
	if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production}); !errors.Is(err, operate.ErrReadOnly) || s.sim.Dispatches("acme/"+service) != 0 {
		t.Errorf("after its time: %v", err)
	}
	late.by.Store(0)
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	late.by.Store(int64(15 * time.Minute)) // what was begun goes on
	s.until(o.Plan.ID, "sent", func(o operate.Operation) bool { return o.State == operation.Running || o.State.Ended() })
	if n := s.sim.Dispatches("acme/" + service); n != 1 {
		t.Errorf("%d were sent", n)
	}
	if n, err := s.VerifyJournals(t.Context(), nil); err != nil || n == 0 {
		t.Errorf("%d records, %v", n, err)
	}
}
