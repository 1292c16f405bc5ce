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
func (r *Refresher) startChecks(ctx context.Context, jobs []probe.Job, last map[jobKey]model.Sample) {
	if len(jobs) == 0 {
		return
	}
	for job, newest := range last {
		r.byName[job.service].saw(newest)
	}
	r.scheduler = probe.Start(ctx, probe.Schedule{
		Jobs: jobs, Run: r.o.Probe, Clock: r.o.Clock, Rand: rand.New(rand.NewPCG(r.o.Rand.Uint64(), r.o.Rand.Uint64())),
		Values: r.values.get, Last: func(j probe.Job) time.Time { return last[jobKey{j.Service, j.Environment, j.Check.ID}].At },
		Sink: func(samples []model.Sample) { r.keepSamples(ctx, samples) }, Go: r.o.Go,
	})
}

// jobKey names a check of an environment.
type jobKey struct{ service, environment, check string }

// newestSamples lists the checks to run, and what they answered so lately, here or in another process, that they need not
// be run again yet.
func (r *Refresher) newestSamples(ctx context.Context) ([]probe.Job, map[jobKey]model.Sample) {
	if r.o.Probe == nil {
		return nil, nil
	}
	jobs := probe.Jobs(r.o.Fleet)
	last := make(map[jobKey]model.Sample, len(jobs))
	for _, j := range jobs {
		s := r.byName[j.Service]
		if s == nil {
			continue
		}
		list, err := r.o.Cache.SampleHistory(ctx, s.config, j.Environment, j.Check.ID, r.now().Add(-j.Check.Every))
		if err != nil || len(list) == 0 {
			continue
		}
		last[jobKey{j.Service, j.Environment, j.Check.ID}] = list[len(list)-1]
	}
	return jobs, last
}

// keepSamples commits what checks answered, and then rests for a moment, so that what comes meanwhile is committed
// together.
func (r *Refresher) keepSamples(ctx context.Context, samples []model.Sample) {
	by := map[string][]model.Sample{}
	for _, s := range samples {
		by[s.Service] = append(by[s.Service], s)
	}
	// A sample that came just before the end is kept too: it may be the one that broke a soak.
	err := r.o.Cache.Write(r.last, func(tx *cache.Tx) error {
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
		r.ask(func() { r.sampled(name, list) })
	}
	timer, stop := r.o.Clock.NewTimer(flushAfter)
	defer stop()
	select {
	case <-timer:
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
