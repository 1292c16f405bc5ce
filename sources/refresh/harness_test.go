package refresh

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0))) // they wait more than they work
	}
	goleak.VerifyTestMain(m)
}

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// stage is a simulated GitHub and a fleet that is read from it, on a clock that the test drives.
type stage struct {
	t        *testing.T
	clock    *clock.Driven
	world    *simulator.World
	services *simulator.Services
	server   *simulator.Server
	fleet    *model.Fleet
	cache    *cache.Cache
	path     string
	client   *github.Client

	mu      sync.Mutex
	changed []model.Changed

	*Refresher
}

// onStage sets up a fleet of n services.
func onStage(t *testing.T, of simulator.FleetOf) *stage {
	t.Helper()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now}, of)
	s.serve()
	return s
}

func driven() *clock.Driven { return clock.NewDriven(start) }

func (s *stage) serve() {
	s.t.Helper()
	var err error
	if s.server, err = s.world.Serve(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.server.Close() })
	if s.fleet, err = config.Load("gonogo.yml", []byte(simulator.FleetConfig(s.services))); err != nil {
		s.t.Fatal(err)
	}
	s.path = filepath.Join(s.t.TempDir(), "fleet.db")
	s.cache = s.open()
	s.client = s.newClient()
}

func (s *stage) open() *cache.Cache {
	s.t.Helper()
	c, err := cache.Open(s.t.Context(), cache.Options{Path: s.path, Now: s.clock.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

func (s *stage) newClient() *github.Client { return s.clientOf("github.com") }

// clientOf is a client of the stage's GitHub under another host's name.
func (s *stage) clientOf(host string) *github.Client {
	s.t.Helper()
	root, err := url.Parse(s.server.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := github.New(github.Options{
		Host: host, Root: root, Clock: s.clock, Token: token.New(host, "secret", "test"), Rand: rand.New(rand.NewPCG(1, 2)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

func (s *stage) options() Options {
	return Options{
		Fleet: s.fleet, Config: "config", Cache: s.cache, Clock: s.clock, Rand: rand.New(rand.NewPCG(3, 4)),
		Clients: func(string) (*github.Client, error) { return s.client, nil },
		Changed: func(c model.Changed) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.changed = append(s.changed, c)
		},
	}
}

// begin starts refreshing, which the test's end ends at the latest.
func (s *stage) begin(o Options) *Refresher {
	r := Start(s.t.Context(), o)
	s.t.Cleanup(r.Close)
	if s.Refresher == nil {
		s.Refresher = r
	}
	return r
}

// patience is how long, of the machine's time, a worker may keep the test waiting: then it waits for the clock itself, to
// try again later.
const patience = 60 * time.Millisecond

// quiet waits until nothing is being read and the plan is made for the clock's present. It returns when the plan wants
// to be made again, or soon where a worker waits for the clock.
func quiet(t *testing.T, r *Refresher) time.Time {
	t.Helper()
	var wake time.Time
	before := 0
	for began, moved, calm := time.Now(), time.Now(), 0; calm < 2; {
		working := 0
		told := make(chan struct{})
		r.ask(func() {
			working, wake = r.working, r.wake
			close(told)
		})
		<-told
		if working != before {
			before, moved = working, time.Now()
		}
		if working == 0 {
			calm++
			continue
		}
		calm = 0
		time.Sleep(200 * time.Microsecond)
		if time.Since(moved) > patience && r.o.Clock.(*clock.Driven).Timers() > 1 {
			return r.now().Add(time.Second)
		}
		if time.Since(began) > 2*time.Minute { // the race detector on a busy machine is slow
			t.Fatalf("%d workers don't end", working)
		}
	}
	return wake
}

// pass lets d go by, from one planned moment to the next.
func (s *stage) pass(d time.Duration, all ...*Refresher) {
	s.t.Helper()
	if len(all) == 0 {
		all = []*Refresher{s.Refresher}
	}
	end := s.clock.Now().Add(d)
	for {
		wake := end
		for _, r := range all {
			if w := quiet(s.t, r); w.Before(wake) {
				wake = w
			}
		}
		now := s.clock.Now()
		if !now.Before(end) {
			return
		}
		s.clock.Advance(max(wake.Sub(now), 10*time.Millisecond))
	}
}

func (s *stage) facts(service string) readiness.Facts {
	s.t.Helper()
	f, err := s.cache.FactsIn(s.t.Context(), s.fleet, *s.fleet.Service(service))
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

// tally is what was asked of GitHub.
type tally struct{ rest, charged, unchanged, graphql, points, stored, failed int }

func (s *stage) tally() tally {
	var n tally
	for _, r := range s.world.Requests() {
		switch {
		case strings.HasPrefix(r.Path, "/actions-results/"): // of another host
			n.stored++
		case r.Resource == "graphql":
			n.graphql++
			n.points += r.Charged
		default:
			n.rest++
			n.charged += r.Charged
			if r.Status == 304 {
				n.unchanged++
			}
		}
		if r.Status >= 400 {
			n.failed++
		}
	}
	return n
}

func (n tally) String() string {
	return fmt.Sprintf("%d REST requests (%d charged, %d unchanged), %d GraphQL queries of %d points, %d failed", n.rest, n.charged, n.unchanged, n.graphql, n.points, n.failed)
}

// asked lists the paths of what was charged, for messages.
func (s *stage) asked() (list []string) {
	for _, r := range s.world.Requests() {
		if r.Charged > 0 {
			list = append(list, fmt.Sprintf("%s %s?%s %d", r.At.Format(time.TimeOnly), r.Path, r.Query, r.Status))
		}
	}
	return list
}
