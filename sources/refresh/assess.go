package refresh

import (
	"context"
	"strconv"
	"sync"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
)

// planAssessment assesses a service when there is news of it and nothing more of it is being read, or some time has
// passed; and when time alone has outrun what was said.
func (r *Refresher) planAssessment(ctx context.Context, s *service, now time.Time) time.Time {
	if r.assessing {
		return time.Time{} // one at a time: the screen reads from the same cache
	}
	r.decide(s, now) // the answers since may have brought nothing new
	at := s.validUntil
	if s.assessed.After(now.Add(time.Minute)) {
		at = now // by a clock that was set back since
	}
	if s.touched {
		// Facts are younger than the assessment knows: half of its time is early enough to say so.
		if half := s.assessed.Add(s.validUntil.Sub(s.assessed) / 2); half.Before(at) {
			at = half
		}
	}
	if !s.dirty.IsZero() {
		soon := s.dirty
		if s.running > 0 {
			soon = soon.Add(settle)
		}
		if at.IsZero() || soon.Before(at) {
			at = soon
		}
	}
	if at.IsZero() || at.After(now) {
		return at
	}
	r.assessing, s.touched, s.dirty = true, false, time.Time{}
	config := s.config
	r.work(func() func() {
		a, err := r.assess(ctx, config)
		return func() { r.assessedNow(s, a, err) }
	})
	return time.Time{}
}

// assessed is what an assessment means for the plan.
type assessed struct {
	at, validUntil time.Time
	needs          []readiness.Need
	tested         map[model.SHA]bool
	reads          []model.Read
	moving         map[key]bool
	outrun         []string // runs that have changed since their jobs were read
	untold         bool     // there are commits whose coverage the trend lacks
	unread         bool     // there are deployments whose statuses were never read
}

func (r *Refresher) assess(ctx context.Context, s model.Service) (assessed, error) {
	facts, err := r.o.Cache.FactsIn(ctx, r.o.Fleet, s)
	if err != nil {
		return assessed{}, err
	}
	now := r.now()
	answer := readiness.Assess(facts, now)
	a := assessed{at: now, validUntil: answer.ValidUntil, reads: facts.Reads, outrun: outrun(&facts), unread: anyUnread(facts.Deployments), moving: map[key]bool{
		{model.SignalDeployments, ""}: anyDeploymentMoves(facts.Deployments, now),
		{model.SignalRuns, ""}:        anyRunMoves(facts.Runs, now),
	}}
	a.tested = map[model.SHA]bool{facts.Branch.Head.SHA: true}
	for i := range answer.Environments {
		a.tested[answer.Environments[i].Candidate.Release.SHA] = true
	}
	for _, read := range facts.Reads {
		if read.Signal == model.SignalCommitRuns {
			a.moving[key{read.Signal, read.Subject}] = anyRunMoves(runsOf(facts.Runs, model.SHA(read.Subject)), now)
		}
	}
	if s.Untrusted == "" {
		a.needs = readiness.Needs(facts, now)
		a.untold = r.lacksTrend(ctx, &facts)
	}
	r.values.set(s, answer)
	err = r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		tx.Changed(s.Name, "")
		return tx.PutAssessment(r.o.Config, answer.Summary())
	})
	if err == nil {
		r.o.Changed(model.Changed{Service: s.Name})
	}
	return a, err
}

func runsOf(list []model.Run, sha model.SHA) (of []model.Run) {
	for _, r := range list {
		if r.SHA == sha {
			of = append(of, r)
		}
	}
	return of
}

// outrun are the runs that have changed since their jobs were read: another attempt, for one.
func outrun(f *readiness.Facts) (runs []string) {
	for _, r := range f.Runs {
		subject := strconv.FormatInt(r.ID, 10)
		if read := f.Read(model.SignalJobs, subject); read.OK() && r.UpdatedAt.After(read.At) {
			runs = append(runs, subject)
		}
	}
	return runs
}

// shortest is the least time between two assessments that only time asks for.
const shortest = time.Second

func (r *Refresher) assessedNow(s *service, a assessed, err error) {
	r.assessing = false
	now := r.now()
	if err != nil {
		s.validUntil = now.Add(10 * time.Second) // the cache is in trouble: later
		return
	}
	s.assessed, s.validUntil = a.at, a.validUntil
	if !s.validUntil.IsZero() && s.validUntil.Before(now.Add(shortest)) {
		s.validUntil = now.Add(shortest)
	}
	s.remember(a.reads)
	before := s.tested
	s.tested = a.tested
	r.takeNeeds(s, a.needs)
	for _, u := range s.units {
		if moves, known := a.moving[key{u.signal, u.subject}]; known {
			u.moving = moves
		}
		if sha := model.SHA(u.subject); u.signal == model.SignalReports && a.tested[sha] && !before[sha] && !u.at.IsZero() {
			u.asked = true // only its coverage was of interest so far
		}
		if u.signal == model.SignalJobs && contains(a.outrun, u.subject) && now.Sub(u.tried) > otherMoving {
			u.asked = true
		}
	}
	r.decide(s, now)
	if !s.decided.IsZero() && s.config.Untrusted == "" {
		s.planHistory()
		if a.unread {
			s.statusesAgain(now)
		}
		if a.untold {
			s.trendAgain(now)
		}
	}
}

// decide notes that a service's first synchronisation is over: its verdict rests on what was read, or has failed.
func (r *Refresher) decide(s *service, now time.Time) {
	if s.decided.IsZero() && !s.assessed.IsZero() && s.dirty.IsZero() && s.running == 0 && s.settled() && !r.awaitsBoard(s) {
		s.decided = now
		r.o.Changed(model.Changed{Service: s.config.Name})
	}
}

// takeNeeds makes units of what the rules want to know, and drops those that nobody wants any more.
func (r *Refresher) takeNeeds(s *service, needs []readiness.Need) {
	now := r.now()
	for _, u := range s.units {
		u.needed = u.signal == signalHistory
	}
	for _, n := range needs {
		if n.Signal == model.SignalSprint {
			continue // it is read for all of them
		}
		fresh := s.known(n.Signal, n.Subject) == nil
		u := s.unit(n.Signal, n.Subject)
		u.needed, u.decides = true, n.Decides
		if fresh {
			r.shuffle(u)
			u.moving = n.Signal == model.SignalPending
		}
		if n.Signal == model.SignalReports && !n.Fresh && !u.at.IsZero() {
			u.moving = true // a run ended after they were read, or so its end says, by GitHub's clock
		}
	}
	kept := s.units[:0]
	for _, u := range s.units {
		if u.signal == model.SignalReports && s.known(model.SignalCommitRuns, u.subject) == nil {
			u.waits = false // for runs that nobody reads any more
		}
		if u.base() || u.needed || u.running || u.asked || u.wanted.After(now) {
			kept = append(kept, u)
		}
	}
	clear(s.units[len(kept):])
	s.units = kept
}

// values are the fields that checks' templates may use: of the release that runs in each environment.
type values struct {
	mu   sync.Mutex
	here map[string]model.Values // by service and environment
}

func (v *values) set(s model.Service, a readiness.Assessment) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.here == nil {
		v.here = map[string]model.Values{}
	}
	for i := range a.Environments {
		e := &a.Environments[i]
		filled := model.Values{Service: s.Name, Environment: e.GitHub}
		if e.Current.Known && !e.Current.None {
			release := e.Current.Release
			filled.Tag, filled.Version, filled.SHA = release.Tag, release.Version(s.Tags), string(release.SHA)
		}
		v.here[s.Name+"\x00"+e.Name] = filled
	}
}

func (v *values) get(service, environment string) model.Values {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.here[service+"\x00"+environment]
}
