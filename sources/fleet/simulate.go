package fleet

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gonogo/sources/clock"
	"gonogo/sources/simulator"
)

// simulatedToken is a token that only the simulated GitHub takes.
const simulatedToken = "demo-token-that-opens-nothing" //nolint:gosec // it is no secret

// SimulateOptions say what to simulate.
type SimulateOptions struct {
	Services   int           // how many alike ones; 0: the demo's stories
	Busy       bool          // with Services: runs move and things change
	Reports    bool          // with Services: CI leaves coverage and tests, which are asked for
	Items      int           // with Services: how many are on their board; 0: there is none
	Factor     float64       // how much faster than real time it lives; 0: 1
	Enterprise bool          // as Enterprise Server 3.19
	Delay      time.Duration // how long every answer takes, in real time
	Seed       int64
	// From is the present of the world's beginning, and At the moment at which it goes on; zero: both are now.
	From, At time.Time
}

// Simulation is a GitHub and the services that it deploys, answering on loopback.
type Simulation struct {
	Config string // the gonogo.yml that looks at it
	Host   string // the host that it plays
	Root   string // URL of its REST API
	Token  string
	Clock  clock.Clock

	world    *simulator.World
	api      *simulator.Server
	services *simulator.Services
}

// Simulate starts a simulation. Close ends it.
func Simulate(o SimulateOptions) (*Simulation, error) {
	if o.Factor == 0 {
		o.Factor = 1
	}
	if o.From.IsZero() {
		o.From = time.Now()
	}
	if o.At.Before(o.From) {
		o.At = o.From
	}
	s := &Simulation{Host: "github.com", Token: simulatedToken, Clock: clock.Scaled(o.At, o.Factor)}
	building := true
	worldOptions := simulator.Options{Seed: o.Seed, Now: func() time.Time {
		if building {
			return o.From // the past is the same whenever the world goes on
		}
		return s.Clock.Now()
	}}
	if o.Enterprise {
		worldOptions.Edition, s.Host = simulator.EnterpriseServer319, "github.example.com"
	}
	if o.Services > 0 {
		s.world, s.services = simulator.Fleet(worldOptions, simulator.FleetOf{Services: o.Services, Busy: o.Busy, Reports: o.Reports, Items: o.Items})
	} else {
		s.world, s.services = simulator.Demo(worldOptions)
	}
	s.world.Token(simulatedToken, simulator.Access{User: "mona", Scopes: []string{"repo", "read:project"}})
	if o.Delay > 0 {
		s.world.Fault(simulator.Fault{Path: "**", Delay: o.Delay})
	}
	if err := s.serve(); err != nil {
		return nil, err
	}
	building = false
	s.Config = simulator.DemoConfig(s.services)
	if o.Services > 0 {
		s.Config = simulator.FleetConfig(s.services)
	}
	return s, nil
}

func (s *Simulation) serve() error {
	if err := s.services.Serve(); err != nil {
		return fmt.Errorf("start the simulation: %w", err)
	}
	api, err := s.world.Serve()
	if err != nil {
		return errors.Join(fmt.Errorf("start the simulation: %w", err), s.services.Close())
	}
	s.api, s.Root = api, api.URL()
	return nil
}

// Close ends the simulation; nothing of it answers any more.
func (s *Simulation) Close() error {
	if err := errors.Join(s.api.Close(), s.services.Close()); err != nil {
		return fmt.Errorf("end the simulation: %w", err)
	}
	return nil
}

// Refs lists a simulated repository's refs outside heads and tags.
func (s *Simulation) Refs(repository string) []string { return s.world.Repository(repository).Refs() }

// Dispatches counts the runs that a token of the simulation has dispatched in a repository.
func (s *Simulation) Dispatches(repository string) (n int) {
	for _, r := range s.world.Requests() {
		if r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/repos/"+repository+"/") && strings.HasSuffix(r.Path, "/dispatches") && r.Status < 300 && r.Status > 0 {
			n++
		}
	}
	return n
}

// Publications counts the answers by which a token of the simulation has made a repository's release public.
func (s *Simulation) Publications(repository string) (n int) {
	for _, r := range s.world.Requests() {
		if r.Method == http.MethodPatch && strings.HasPrefix(r.Path, "/repos/"+repository+"/releases/") && r.Status == http.StatusOK {
			n++
		}
	}
	return n
}

// World is the simulated GitHub, for tests that make trouble in it.
func (s *Simulation) World() *simulator.World { return s.world }

// Services are what runs in the environments, for tests to make it fail.
func (s *Simulation) Services() *simulator.Services { return s.services }
