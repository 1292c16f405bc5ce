// Package refresh decides when to read what, and is the only writer of the cache. One goroutine plans; workers, a few
// for each host, read one signal of one service each and commit its rows, its validators and when it was read in one
// transaction. What could not be read leaves everything else as it is. After news of a service its verdict is made anew.
//
// Nothing here waits for the screen, and the screen never waits for this: it is told what changed and looks into the
// cache.
package refresh

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/board"
	"gonogo/sources/clock"
	"gonogo/sources/github"
	"gonogo/sources/probe"
)

// Options are what a Refresher works with.
type Options struct {
	Fleet  *model.Fleet
	Config string // hash of the configuration, under which assessments are kept
	Cache  *cache.Cache
	// Clients gives the client of a host, or why there is none. It may take its time: it is only called by workers.
	Clients func(host string) (*github.Client, error)
	// Probe asks one check once; nil: no checks are run.
	Probe func(context.Context, probe.Job, model.Values) model.Sample
	// Past tells what a Prometheus check would have said between two times; nil: it isn't asked.
	Past  func(ctx context.Context, job probe.Job, values model.Values, from, to time.Time) ([]model.Sample, error)
	Clock clock.Clock
	// Temporary is the folder that artifacts are downloaded to, this program's own; empty: the system's for such files.
	Temporary string
	Rand      *rand.Rand // used by the planning goroutine alone; nil: seeded at random
	// Changed is told of news in the cache, from several goroutines; it must not block. An empty signal says that the
	// service was assessed anew.
	Changed func(model.Changed)
	// LogBound is how much of one log is kept, compressed; 0: as much as the cache has room for. Tests set it.
	LogBound int64
	// Go starts a goroutine; nil: go. It lets the program catch a panic.
	Go func(func())
}

// Refresher keeps a fleet's cache young.
type Refresher struct {
	o        Options
	services []*service
	board    *service // the sprint board in the place of a service; nil: there is none
	began    time.Time
	byName   map[string]*service
	hosts    map[string]*host // of the planning goroutine

	shared    sharedRefs
	mail      *mailbox    // of the planning goroutine
	landings  chan func() // what workers bring, likewise
	ended     chan struct{}
	cancel    context.CancelFunc
	last      context.Context // of what is still written at the end: it ends shortly after everything else
	opened    bool            // the cache was looked into
	workers   sync.WaitGroup
	working   int // workers whose landing is still to come
	scheduler *probe.Scheduler

	selected    string
	since       time.Time       // when it was selected
	planned     time.Time       // when the plan was last made
	replaced    int64           // how often the cache had been replaced then
	again       []*unit         // of the plan: to be read by another overview
	waiting     []chan struct{} // of WaitRead
	touches     []touch
	touching    bool
	assessing   bool
	wake        time.Time // when the plan wants to be made again
	leases      leases
	thinned     time.Time
	thinning    bool
	everThinned bool
	salt        []byte // of the cache, once read

	values   values
	pages    pages
	progress atomic.Pointer[[]board.Progress]
	state    atomic.Pointer[[]Host]
}

// lastWords is how long, after the end, something may still be written: another process may hold the cache.
const lastWords = 500 * time.Millisecond

// Start begins to read, and goes on until ctx ends or Close is called.
func Start(ctx context.Context, o Options) *Refresher {
	if o.Rand == nil {
		o.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	if o.Changed == nil {
		o.Changed = func(model.Changed) {}
	}
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &Refresher{
		o: o, cancel: cancel, byName: map[string]*service{}, hosts: map[string]*host{},
		mail: newMailbox(), landings: make(chan func()), ended: make(chan struct{}),
	}
	for i := range o.Fleet.Services {
		s := newService(o.Fleet.Services[i])
		r.services = append(r.services, s)
		r.byName[s.config.Name] = s
	}
	if of, ok := o.Fleet.BoardOf(); ok {
		r.board = newBoard(of)
	}
	last, end := context.WithCancel(context.WithoutCancel(ctx))
	r.last = last
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, end) })
	o.Go(func() {
		defer close(r.ended)
		defer end()
		defer stop()
		defer r.workers.Wait()
		r.loop(ctx)
	})
	return r
}

// Close ends everything that was started and returns when nothing runs any more: what was being read is called off.
func (r *Refresher) Close() {
	r.cancel()
	<-r.ended
}

// ask has f run by the planning goroutine, soon; it doesn't wait for it.
func (r *Refresher) ask(f func()) {
	select {
	case <-r.ended:
	default:
		r.mail.put(f)
	}
}

// Select says which service is looked at: once it has been for a moment it is read soonest. Empty is none.
func (r *Refresher) Select(name string) {
	r.ask(func() {
		if name != r.selected {
			r.selected, r.since = name, r.now()
		}
	})
}

// Refresh reads these services as soon as possible, also what has failed and would rest; none named means all.
func (r *Refresher) Refresh(names ...string) {
	r.ask(func() {
		for _, s := range r.services {
			if len(names) > 0 && !contains(names, s.config.Name) {
				continue
			}
			for _, u := range s.units {
				u.asked = !u.unchanging()
			}
		}
		if r.board != nil { // it is everybody's
			for _, u := range r.board.units {
				u.asked = true
			}
		}
		for _, h := range r.hosts {
			h.silent, h.rests = 0, time.Time{}
		}
		if r.scheduler != nil {
			r.scheduler.Now(names...)
		}
	})
}

// Want reads one thing that a person looks at, such as a run's jobs (the subject is its number), and keeps it young for
// a while. It is asked again for as long as it is looked at.
func (r *Refresher) Want(name string, signal model.Signal, subject string) {
	r.ask(func() {
		s := r.byName[name]
		if s == nil {
			return
		}
		u := s.unit(signal, subject)
		if signal == model.SignalCommitRuns || signal == model.SignalReports { // nobody looks on: it is asked for once
			u.asked = true
		}
		if !u.wanted.After(r.now()) && r.now().Sub(u.tried) > wantedMoving {
			u.asked = true // whether it moves isn't known any more
		}
		u.wanted = r.now().Add(wantedFor)
	})
}

// Noticed says that another process brought news of a service into the cache.
func (r *Refresher) Noticed(c model.Changed) {
	r.ask(func() {
		if s := r.byName[c.Service]; s != nil && c.Signal != "" {
			s.news(r.now())
		}
		if c.Service == "" && c.Signal == model.SignalSprint {
			r.boardNews()
		}
	})
}

// Progress is how far the first synchronisation of each service is; services that have their verdict have none.
func (r *Refresher) Progress() []board.Progress {
	if p := r.progress.Load(); p != nil {
		return *p
	}
	return nil
}

// Host is how reading from a host goes.
type Host struct {
	Name    string
	Problem model.Problem // of the newest answer; empty: it answers
	Why     string
	Until   time.Time // nothing is read until then; zero: it is
}

// Hosts tells how reading goes, for each host that was asked.
func (r *Refresher) Hosts() []Host {
	if p := r.state.Load(); p != nil {
		return *p
	}
	return nil
}

// now is the wall's time: a monotonic one stands still while a laptop sleeps.
func (r *Refresher) now() time.Time { return r.o.Clock.Now().Round(0) }

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}
