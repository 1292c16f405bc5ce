package refresh

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/probe"
	"gonogo/sources/simulator"
)

// A soak is not begun anew by closing the laptop where Prometheus has watched: what it recorded fills the gap, once a
// start and once after a sleep.
func TestPrometheusFillsWhatNobodySawOfASoak(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now}, simulator.FleetOf{Services: 1})
	if err := s.services.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.services.Close() })
	s.serve()
	service, limit := &s.fleet.Services[0], 0.05
	staging, soak := &service.Environments[0], 30*time.Minute
	check := model.Check{
		ID: "p", Name: "errors", Kind: model.CheckPrometheus, Target: s.services.PrometheusURL(), Query: simulator.ErrorRatioQuery(service.Name, staging.Name),
		Unhealthy: &limit, Every: time.Minute, Timeout: 5 * time.Second, MaxAge: 3 * time.Minute, Required: true,
	}
	staging.Checks, service.Environments[1].Checks, service.Environments[1].Soak = []model.Check{check}, nil, soak
	prober := probe.New(probe.Options{Clock: s.clock})
	var asked, broken atomic.Int64
	o := s.options()
	o.Probe = prober.Run
	o.Past = func(ctx context.Context, j probe.Job, v model.Values, from, to time.Time) ([]model.Sample, error) {
		asked.Add(1)
		if broken.Add(-1) >= 0 {
			return nil, errors.New("no network yet")
		}
		return prober.Range(ctx, j, v, from, to)
	}
	seen := func(when string, calls int64) {
		t.Helper()
		if n := asked.Swap(0); n != calls {
			t.Errorf("%s Prometheus' past was asked for %d times", when, n)
		}
		list, err := s.cache.SampleHistory(t.Context(), *service, staging.Name, check.ID, s.clock.Now().Add(-soak))
		if err != nil {
			t.Fatal(err)
		}
		if left := gaps(list, check.MaxAge, s.clock.Now().Add(-soak), s.clock.Now()); len(left) > 0 {
			t.Errorf("%s of the soak's time %v are not observed", when, left)
		}
		if !slices.ContainsFunc(list, func(m model.Sample) bool { return m.Reason == pastWhy && m.State == model.Healthy }) {
			t.Errorf("%s no sample says where it comes from", when)
		}
	}
	s.begin(o)
	s.passAlone(2 * time.Minute)
	seen("at the start", 1)
	broken.Store(1)
	s.clock.Advance(8 * time.Hour)
	s.passAlone(3 * time.Minute)
	seen("after a sleep", 2)
	s.passAlone(5 * time.Minute)
	if n := asked.Load(); n > 0 {
		t.Errorf("it was asked for %d times while it was watched", n)
	}
}

func TestGapsAreWhatNobodyObserved(t *testing.T) {
	at := func(minutes ...int) (list []model.Sample) {
		for _, m := range minutes {
			list = append(list, model.Sample{At: start.Add(time.Duration(m) * time.Minute)})
		}
		return list
	}
	merged := at(0, 20)
	merged[0].Span = 18 * time.Minute
	for name, c := range map[string]struct {
		samples []model.Sample
		want    [][2]int
	}{
		"nothing was seen":      {nil, [][2]int{{0, 30}}},
		"without a break":       {at(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30), nil},
		"a break":               {at(1, 4, 20, 22, 25, 28), [][2]int{{4, 20}}},
		"before and behind":     {at(10, 12, 15, 18), [][2]int{{0, 10}, {18, 30}}},
		"a merged one":          {merged, [][2]int{{20, 30}}},
		"older than the window": {at(-5, 28), [][2]int{{0, 28}}},
	} {
		var got [][2]int
		for _, g := range gaps(c.samples, 3*time.Minute, start, start.Add(30*time.Minute)) {
			got = append(got, [2]int{int(g.from.Sub(start).Minutes()), int(g.to.Sub(start).Minutes())})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
