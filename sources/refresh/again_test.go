package refresh

import (
	"math/rand/v2"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// Reports that a run came after are read again soon, not within the hour: where this machine's clock is some seconds
// behind GitHub's, they seem to be older than the end of the run that they were read after.
func TestReportsThatARunCameAfterAreReadAgainSoon(t *testing.T) {
	clock := driven()
	r := &Refresher{o: Options{Clock: clock, Rand: rand.New(rand.NewPCG(1, 2))}}
	s := newService(model.Service{Name: "api", Tests: &model.TestsRule{}})
	s.owned, s.decided = true, clock.Now()
	need := readiness.Need{Signal: model.SignalReports, Subject: "3f2c1a9", Decides: true}
	r.takeNeeds(s, []readiness.Need{need})
	u := s.known(need.Signal, need.Subject)
	u.at, u.tried = clock.Now(), clock.Now()
	for _, c := range []struct {
		fresh, again bool
	}{{true, false}, {false, true}} {
		u.moving = false
		need.Fresh = c.fresh
		r.takeNeeds(s, []readiness.Need{need})
		if due := u.due(clock.Now(), false, 1); c.again != due.Before(clock.Now().Add(2*time.Minute)) {
			t.Errorf("fresh %t: they are due %s", c.fresh, due.Sub(clock.Now()))
		}
	}
}
