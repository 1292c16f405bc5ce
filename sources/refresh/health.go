package refresh

import (
	"context"
	"math/rand/v2"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/probe"
)

// startChecks runs the fleet's checks, if there is somebody to run them. Those of a configuration that isn't trusted
// have been left out by whoever decides about trust.
func (r *Refresher) startChecks(ctx context.Context) {
	jobs := probe.Jobs(r.o.Fleet)
	if r.o.Probe == nil || len(jobs) == 0 {
		return
	}
	last := r.takeSamples(ctx, jobs)
	r.scheduler = probe.Start(ctx, probe.Schedule{
		Jobs: jobs, Run: r.o.Probe, Clock: r.o.Clock, Rand: rand.New(rand.NewPCG(r.o.Rand.Uint64(), r.o.Rand.Uint64())),
		Values: r.values.get, Last: func(j probe.Job) time.Time { return last[jobKey{j.Service, j.Environment, j.Check.ID}] },
		Sink: func(samples []model.Sample) { r.keepSamples(ctx, samples) }, Go: r.o.Go,
	})
}

// jobKey names a check of an environment.
type jobKey struct{ service, environment, check string }

// takeSamples takes up what the checks answered so lately, here or in another process, that they need not be run again
// yet, and tells when that was.
func (r *Refresher) takeSamples(ctx context.Context, jobs []probe.Job) map[jobKey]time.Time {
	last := make(map[jobKey]time.Time, len(jobs))
	for _, j := range jobs {
		s := r.byName[j.Service]
		if s == nil {
			continue
		}
		list, err := r.o.Cache.SampleHistory(ctx, s.config, j.Environment, j.Check.ID, r.now().Add(-j.Check.Every))
		if err != nil || len(list) == 0 {
			continue
		}
		newest := list[len(list)-1]
		last[jobKey{j.Service, j.Environment, j.Check.ID}] = newest.At
		s.saw(newest)
	}
	return last
}

// keepSamples commits what checks answered, and then rests for a moment, so that what comes meanwhile is committed
// together.
func (r *Refresher) keepSamples(ctx context.Context, samples []model.Sample) {
	by := map[string][]model.Sample{}
	for _, s := range samples {
		by[s.Service] = append(by[s.Service], s)
	}
	// A sample that came just before the end is kept too: it may be the one that broke a soak.
	err := r.o.Cache.Write(context.WithoutCancel(ctx), func(tx *cache.Tx) error {
		for name, list := range by {
			s := r.o.Fleet.Service(name)
			if s == nil {
				continue
			}
			if err := tx.PutSamples(*s, list); err != nil {
				return err
			}
			tx.Changed(name, model.SignalHealth)
		}
		return nil
	})
	if err != nil {
		return // the next ones are tried again; a gap is a gap, and soak knows it
	}
	for name, list := range by {
		r.o.Changed(model.Changed{Service: name, Signal: model.SignalHealth})
		r.tell(ctx, func() { r.sampled(name, list) })
	}
	timer, stop := r.o.Clock.NewTimer(flushAfter)
	defer stop()
	select {
	case <-timer:
	case <-ctx.Done():
	}
}

// tell is ask for goroutines that the planning goroutine may wait for.
func (r *Refresher) tell(ctx context.Context, f func()) {
	select {
	case r.requests <- f:
	case <-ctx.Done():
	}
}

// sampled makes the verdict anew at once where a check says something else than before.
func (r *Refresher) sampled(name string, list []model.Sample) {
	s := r.byName[name]
	if s == nil {
		return
	}
	s.touched = true
	for _, sample := range list {
		if s.saw(sample) {
			s.news(r.now())
		}
	}
}

// saw notes what a check answered and reports whether it says something else than before.
func (s *service) saw(sample model.Sample) (changed bool) {
	if s.health == nil {
		s.health = map[string]seen{}
	}
	key, now := sample.Environment+"\x00"+sample.Check, seen{sample.State, sample.Version}
	changed = s.health[key] != now
	s.health[key] = now
	return changed
}

// seen is what of a sample changes a verdict.
type seen struct {
	state   model.HealthState
	version model.Text
}
