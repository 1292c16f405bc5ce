// Package fleet opens a fleet, runs it and closes it: configuration, cache, clients, refreshing. The cockpit, the
// headless commands and the tests all use this one door.
//
// Open touches nothing but the disk, so that the first frame never waits for the network; Start begins to read.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/board"
	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/operate"
	"gonogo/sources/probe"
	"gonogo/sources/refresh"
	"gonogo/sources/token"
)

// Options say what to open.
type Options struct {
	Source config.Source
	// Subject is what a fleet is discovered of where the source's origin is config.Discovered, and Kept what is known of it.
	Subject *discover.Subject
	Kept    discover.Kept
	Folders config.Folders
	User    *config.UserSettings
	Clock   clock.Clock
	Rand    *rand.Rand
	// Tokens finds the token of a host, when that host is first asked.
	Tokens func(ctx context.Context, host string) (token.Token, error)
	// KnownHosts are those that a configuration which isn't trusted may name.
	KnownHosts func() []string
	// Roots are where the APIs of hosts are, if elsewhere than their names say: tests and the demo.
	Roots   map[string]*url.URL
	Environ []string     // what exec checks may see of the environment
	Log     *slog.Logger // what was asked and answered, without tokens; nil: nothing is logged
	// ReadOnly says why the person wants nothing to be done in this session; empty: it may.
	ReadOnly string
	// Hook is told of every journal write and every write to GitHub, before and after: tests kill the process there.
	Hook func(point string)
	// Demo says that the fleet lives in the process; Factor is how much faster its time runs.
	Demo   bool
	Factor float64
}

// Fleet is an open fleet.
type Fleet struct {
	o         Options
	set       atomic.Pointer[configured]
	discovery *discovery // nil where a configuration says what to look at
	cache     *cache.Cache
	clients   *clients
	prober    *probe.Prober
	engine    *operate.Engine
	events    chan model.Changed
	lifted    atomic.Pointer[time.Time] // until when the person's own read-only is

	mu        sync.Mutex
	refresher *refresh.Refresher // nil until Start
	closed    bool
	selected  string
	asked     [][]string         // what to refresh as soon as Start was called
	closing   context.CancelFunc // ends what Start started
	done      sync.WaitGroup
	closers   []func()
	start     func(func()) // starts a goroutine
}

// Open reads the configuration and opens its cache. The error of a wrong configuration is config.Errors.
func Open(ctx context.Context, o Options) (*Fleet, error) {
	set, err := configure(o, o.Source)
	if err != nil {
		return nil, err
	}
	f := &Fleet{o: o, discovery: newDiscovery(o), events: make(chan model.Changed, 256), start: func(do func()) { go do() }}
	f.set.Store(set)
	f.cache, err = cache.Open(ctx, cache.Options{
		Path: config.CachePath(o.Folders.Cache, o.Source), Keep: set.fleet.Keep, Now: o.Clock.Now,
	})
	if err != nil {
		return nil, err
	}
	f.clients = newClients(o, set.fleet.URL, f.learnt)
	f.engine = f.engineFor()
	f.prober = probe.New(probe.Options{Clock: o.Clock, Answered: f.clients.answered, Environ: o.Environ})
	return f, nil
}

// Config is the fleet as configured, restricted where it isn't trusted.
func (f *Fleet) Config() *model.Fleet { return f.set.Load().fleet }

// Clock is the fleet's clock: the demo's runs faster.
func (f *Fleet) Clock() clock.Clock { return f.o.Clock }

// Now is the time on the fleet's clock.
func (f *Fleet) Now() time.Time { return f.o.Clock.Now() }

// Events tells what has changed in the cache; the zero Changed says that something about the whole has. It is closed
// by Close. One that nobody takes is dropped when more than a few hundred wait: each only says to look again.
func (f *Fleet) Events() <-chan model.Changed { return f.events }

// OnClose runs f when everything else has ended; the last one given runs first.
func (f *Fleet) OnClose(do func()) { f.closers = append(f.closers, do) }

// Goroutines says how to start them, so that whoever owns the terminal hears of a panic in one. Give it before Start.
func (f *Fleet) Goroutines(start func(func())) { f.start = start }

// Start begins to read from the network and to look for news of other processes. It returns at once; ctx or Close end
// what it started. It does nothing when it is called again.
func (f *Fleet) Start(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closing != nil || f.closed {
		return
	}
	ctx, f.closing = context.WithCancel(ctx)
	if len(f.Config().Services) > 0 {
		f.read(ctx)
	}
	f.run(func() { f.watchNews(ctx) })
	f.run(func() { f.watchOperations(ctx) })
	if f.discovery != nil {
		f.run(func() { f.discovering(ctx) })
	}
}

// run starts a goroutine that Close waits for.
func (f *Fleet) run(do func()) {
	f.done.Add(1)
	f.start(func() {
		defer f.done.Done()
		do()
	})
}

// Close ends everything that was started, and closes the cache. Nothing of the fleet may be used afterwards; to close it
// again does nothing.
func (f *Fleet) Close() error {
	f.mu.Lock()
	closing, again := f.closing, f.closed
	f.closed = true
	f.mu.Unlock()
	if again {
		return nil
	}
	err := f.engine.Close()
	if closing != nil {
		closing()
		f.done.Wait()
		if refresher := f.reading(); refresher != nil {
			refresher.Close()
		}
	}
	close(f.events)
	err = errors.Join(err, f.cache.Close())
	f.clients.close()
	for _, c := range slices.Backward(f.closers) {
		c()
	}
	if err != nil {
		return fmt.Errorf("close the fleet: %w", err)
	}
	return nil
}

// announce hands an event on without ever blocking who has it.
func (f *Fleet) announce(c model.Changed) {
	select {
	case f.events <- c:
	default:
	}
}

// newsEvery is how often news of other processes on the same cache are looked for: one PRAGMA each time.
const newsEvery = 5 * time.Second

func (f *Fleet) watchNews(ctx context.Context) {
	seen, err := f.cache.Version(ctx)
	for {
		timer := time.NewTimer(newsEvery) // the wall's time: another process knows no other
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err != nil {
			seen, err = f.cache.Version(ctx)
			continue
		}
		var news []model.Changed
		news, seen, err = f.cache.News(ctx, seen)
		for _, c := range news {
			if refresher := f.reading(); refresher != nil {
				refresher.Noticed(c)
			}
			f.announce(c)
		}
	}
}

// Select says which service is looked at, so that it is read soonest; empty is none.
func (f *Fleet) Select(service string) {
	f.mu.Lock()
	f.selected = service
	refresher := f.refresher
	f.mu.Unlock() // whoever draws the status must not wait for the refresher
	if refresher != nil {
		refresher.Select(service)
	}
}

// Refresh asks to read these services now; none means all. What was discovered is looked at again, too.
func (f *Fleet) Refresh(services ...string) {
	if f.discovery != nil {
		f.discovery.wish()
	}
	f.ReadNow(services...)
}

// ReadNow asks to read these services now, as what is known of the fleet has them; none means all.
func (f *Fleet) ReadNow(services ...string) {
	f.mu.Lock()
	refresher := f.refresher
	if refresher == nil { // a key may come before the first frame is out
		f.asked = append(f.asked, services)
	}
	f.mu.Unlock()
	if refresher != nil {
		refresher.Refresh(services...)
	}
}

// reading is what reads, or nil where nothing has been started.
func (f *Fleet) reading() *refresh.Refresher {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refresher
}

// ErrNotStarted reports that nothing is being read.
var ErrNotStarted = errors.New("reading has not been started")

// WaitRead returns when everything that was due at the start has been read, or has failed, once.
func (f *Fleet) WaitRead(ctx context.Context) error {
	refresher := f.reading()
	if refresher == nil {
		return ErrNotStarted
	}
	return refresher.WaitRead(ctx)
}

// Status is what is told of the whole fleet.
func (f *Fleet) Status() board.Status {
	s := board.Status{Demo: f.o.Demo, Factor: f.o.Factor, Trust: f.set.Load().trust, ReadOnly: f.o.ReadOnly, Lifted: f.Lifted(), Discovery: f.discovery.status()}
	if n := f.cache.Notice(); n != "" {
		s.Notices = append(s.Notices, n)
	}
	s.Budgets = f.clients.budgets()
	s.Notices = append(s.Notices, f.clients.skews()...)
	if refresher := f.reading(); refresher != nil {
		s.Progress = refresher.Progress()
		s.Offline, s.Why = heldUp(refresher.Hosts())
	}
	return s
}
