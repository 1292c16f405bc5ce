package refresh

import (
	"context"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/probe"
)

// A soak is observed without a break, and a laptop that is closed breaks it. What Prometheus recorded meanwhile fills
// such gaps: at the start and after a sleep each of its checks is asked once for what nobody saw of the soak's time.
const (
	longestPast = 7 * 24 * time.Hour
	pastTries   = 3 // a network may need a moment after a sleep
	pastRest    = time.Minute
	pastWhy     = model.Text("recorded by Prometheus while gonogo was not watching")
)

// past is how it goes with a service's gaps.
type past struct {
	done    bool
	running bool
	tries   int
	at      time.Time // not before then
}

// planPast fills a service's gaps once it is known what runs, for a query may name it. It returns when to try again.
func (r *Refresher) planPast(ctx context.Context, s *service, now time.Time) time.Time {
	if r.o.Past == nil || r.o.Probe == nil || s.past.done || s.past.running || s.decided.IsZero() {
		return time.Time{}
	}
	if s.past.at.After(now) {
		return s.past.at
	}
	jobs, window := pastJobs(s.config)
	if len(jobs) == 0 {
		s.past.done = true
		return time.Time{}
	}
	s.past.running = true
	config := s.config
	r.work(func() func() {
		err := r.fillGaps(ctx, config, jobs, now.Add(-window), now)
		return func() {
			s.past.running = false
			s.past.tries++
			s.past.done = err == nil || s.past.tries >= pastTries
			s.past.at = r.now().Add(pastRest)
			s.news(r.now())
		}
	})
	return time.Time{}
}

// pastJobs are the checks of a service whose past matters to a soak, and how far back.
func pastJobs(s model.Service) (jobs []probe.Job, window time.Duration) {
	for i := range s.Environments {
		e := &s.Environments[i]
		window = max(window, e.Soak)
		for _, c := range e.Checks {
			if c.Kind == model.CheckPrometheus && !c.Untrusted {
				jobs = append(jobs, probe.Job{Service: s.Name, Environment: e.Name, Check: c})
			}
		}
	}
	if window == 0 || s.Untrusted != "" {
		return nil, 0
	}
	return jobs, min(window+10*time.Minute, longestPast)
}

func (r *Refresher) fillGaps(ctx context.Context, s model.Service, jobs []probe.Job, from, to time.Time) error {
	var found []model.Sample
	var failed error
	for _, j := range jobs {
		have, err := r.o.Cache.SampleHistory(ctx, s, j.Environment, j.Check.ID, from)
		if err != nil {
			return err
		}
		all := gaps(have, j.Check.MaxAge, from, to)
		if len(all) == 0 {
			continue
		}
		samples, err := r.o.Past(ctx, j, r.values.get(s.Name, j.Environment), all[0].from, all[len(all)-1].to)
		if err != nil {
			failed = err
			continue
		}
		for _, sample := range samples {
			if within(all, sample.At) {
				if sample.Reason == "" {
					sample.Reason = pastWhy
				}
				found = append(found, sample)
			}
		}
	}
	if len(found) == 0 {
		return failed
	}
	err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		tx.Changed(s.Name, model.SignalHealth)
		return tx.PutSamples(s, found)
	})
	if err != nil {
		return err
	}
	r.o.Changed(model.Changed{Service: s.Name, Signal: model.SignalHealth})
	return failed
}

// gap is a time in which nobody observed.
type gap struct{ from, to time.Time }

// gaps are the times between from and to that samples, oldest first, leave unobserved for longer than maxAge.
func gaps(samples []model.Sample, maxAge time.Duration, from, to time.Time) (all []gap) {
	seen := from
	for _, s := range samples {
		if s.At.Sub(seen) > maxAge {
			all = append(all, gap{seen, s.At})
		}
		seen = latest(seen, s.At.Add(s.Span))
	}
	if to.Sub(seen) > maxAge {
		all = append(all, gap{seen, to})
	}
	return all
}

func within(all []gap, at time.Time) bool {
	for _, g := range all {
		if at.After(g.from) && at.Before(g.to) {
			return true
		}
	}
	return false
}
