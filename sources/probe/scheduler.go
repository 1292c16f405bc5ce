package probe

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/sources/clock"
)

const (
	// parallel is how many checks run at once unless told: enough for a fleet whose checks all hang.
	parallel = 16
	// slack is how much earlier than due a check may run, so that checks due nearly together wake the program once.
	slack = 200 * time.Millisecond
	// spread is the longest that a check's first run is put off, so that a fleet doesn't ask everything at once.
	spread = 2 * time.Second
)

// Schedule is what a Scheduler is given.
type Schedule struct {
	Jobs []Job
	// Run asks once; Prober.Run. It must end when its context does.
	Run   func(context.Context, Job, model.Values) model.Sample
	Clock clock.Clock
	Rand  *rand.Rand // used by the scheduler alone
	// Values are those of the release that runs in an environment, for templates. Called from several goroutines.
	Values func(service, environment string) model.Values
	// Last is when a check was last asked, so that a restart doesn't ask again too early; nil: never.
	Last func(Job) time.Time
	// Sink takes samples, several at once where it is slower than they come. Called from one goroutine.
	Sink func([]model.Sample)
	// Parallel bounds the checks in flight; 0: 16.
	Parallel int
	// Go starts a goroutine; nil: go. It lets the program catch a panic.
	Go func(func())
}

// Scheduler runs checks when they are due: each at most once at a time, and sleeping until the next. It owns its
// goroutines; all of them have ended when Close returns.
type Scheduler struct {
	s      Schedule
	cancel context.CancelFunc
	now    chan []string // services to ask at once
	done   chan result
	out    chan []model.Sample
	ended  chan struct{}
}

// planned is one job and when it is due.
type planned struct {
	job     Job
	due     time.Time
	running bool
}

type result struct {
	index  int
	sample model.Sample
	ok     bool // false: the scheduler was stopping
}

// Start begins to run checks until ctx ends or Close is called.
func Start(ctx context.Context, s Schedule) *Scheduler {
	if s.Parallel <= 0 {
		s.Parallel = parallel
	}
	if s.Go == nil {
		s.Go = func(f func()) { go f() }
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &Scheduler{
		s: s, cancel: cancel, now: make(chan []string), done: make(chan result), out: make(chan []model.Sample),
		ended: make(chan struct{}),
	}
	var sink sync.WaitGroup
	sink.Add(1)
	s.Go(func() {
		defer sink.Done()
		for samples := range r.out {
			s.Sink(samples)
		}
	})
	s.Go(func() {
		defer close(r.ended)
		defer sink.Wait()
		defer close(r.out)
		r.loop(ctx)
	})
	return r
}

// Now makes the checks of these services due, or of all where none is named. One that is running is not run again.
func (r *Scheduler) Now(services ...string) {
	select {
	case r.now <- services:
	case <-r.ended:
	}
}

// Close ends what is in flight and returns when nothing runs any more.
func (r *Scheduler) Close() {
	r.cancel()
	<-r.ended
}

func (r *Scheduler) loop(ctx context.Context) {
	plan := r.plan()
	var waiting []model.Sample // for the sink
	flying := 0
	for ctx.Err() == nil {
		flying += r.launch(ctx, plan, r.s.Parallel-flying)
		timer, stop := r.timer(plan, flying)
		out := r.out
		if len(waiting) == 0 {
			out = nil
		}
		select {
		case <-ctx.Done():
		case <-timer:
		case services := <-r.now:
			hurry(plan, services, r.s.Clock.Now())
		case out <- waiting:
			waiting = nil
		case done := <-r.done:
			flying--
			waiting = r.landed(plan, done, waiting)
		}
		stop()
	}
	for ; flying > 0; flying-- { // Run ends with its context
		waiting = r.landed(plan, <-r.done, waiting)
	}
	if len(waiting) > 0 {
		r.out <- waiting
	}
}

// plan spreads the first runs.
func (r *Scheduler) plan() []planned {
	now := r.s.Clock.Now()
	plan := make([]planned, len(r.s.Jobs))
	for i, job := range r.s.Jobs {
		due := now.Add(time.Duration(r.s.Rand.Int64N(int64(min(spread, every(job)/4)) + 1)))
		if r.s.Last != nil {
			if next := r.s.Last(job).Add(every(job)); next.After(due) && !next.After(now.Add(every(job))) {
				due = next
			}
		}
		plan[i] = planned{job: job, due: due}
	}
	return plan
}

func every(job Job) time.Duration {
	if job.Check.Every <= 0 {
		return model.DefaultEvery
	}
	return job.Check.Every
}

// launch starts what is due, longest overdue first, and says how many.
func (r *Scheduler) launch(ctx context.Context, plan []planned, room int) int {
	now := r.s.Clock.Now()
	var due []int
	for i := range plan {
		p := &plan[i]
		if latest := now.Add(every(p.job)); p.due.After(latest) { // the clock was set back
			p.due = latest
		}
		if !p.running && !p.due.After(now.Add(slack)) {
			due = append(due, i)
		}
	}
	slices.SortStableFunc(due, func(a, b int) int { return plan[a].due.Compare(plan[b].due) })
	due = due[:max(0, min(len(due), room))]
	for _, i := range due {
		plan[i].running = true
		job := plan[i].job
		r.s.Go(func() {
			landing := result{index: i}
			defer func() { r.done <- landing }() // also when Run panics: Close would wait for it
			var values model.Values
			if r.s.Values != nil {
				values = r.s.Values(job.Service, job.Environment)
			}
			landing.sample = r.s.Run(ctx, job, values)
			landing.ok = ctx.Err() == nil
		})
	}
	return len(due)
}

// timer fires when the next check is due. Without one, or without room for one, there is nothing to wake for.
func (r *Scheduler) timer(plan []planned, flying int) (<-chan time.Time, func() bool) {
	var next time.Time
	for i := range plan {
		if p := &plan[i]; !p.running && (next.IsZero() || p.due.Before(next)) {
			next = p.due
		}
	}
	if next.IsZero() || flying >= r.s.Parallel {
		return nil, func() bool { return true }
	}
	return r.s.Clock.NewTimer(next.Sub(r.s.Clock.Now()))
}

// landed plans the next run of what has ended: one interval after it was due, leaving out those that were missed.
func (r *Scheduler) landed(plan []planned, done result, waiting []model.Sample) []model.Sample {
	p := &plan[done.index]
	p.running = false
	now, interval := r.s.Clock.Now(), every(p.job)
	p.due = p.due.Add(interval)
	if missed := now.Sub(p.due); missed >= 0 {
		p.due = p.due.Add((missed/interval + 1) * interval)
	}
	if done.ok {
		waiting = append(waiting, done.sample)
	}
	return waiting
}

// hurry makes the checks of services due now.
func hurry(plan []planned, services []string, now time.Time) {
	for i := range plan {
		p := &plan[i]
		if !p.running && p.due.After(now) && (len(services) == 0 || slices.Contains(services, p.job.Service)) {
			p.due = now
		}
	}
}

// Jobs are all checks of a fleet.
func Jobs(fleet *model.Fleet) []Job {
	var jobs []Job
	for _, s := range fleet.Services {
		for _, e := range s.Environments {
			for _, c := range e.Checks {
				jobs = append(jobs, Job{Service: s.Name, Environment: e.Name, Check: c})
			}
		}
	}
	return jobs
}
