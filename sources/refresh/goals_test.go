package refresh

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/simulator"
)

// All verdicts of a first synchronisation come after at most 10 calls a service and 10 more: 2 of them are for the refs
// that people share, in both places. Reports take 4 more: a list of artifacts, the candidate's coverage and tests, and the
// coverage of what runs.
func TestAFirstSynchronisationCostsFewCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		services int
		reports  bool
		each     int
	}{{1, false, 10}, {20, false, 10}, {1, true, 14}, {20, true, 14}} {
		n := c.services
		s := onStage(t, simulator.FleetOf{Services: n, Reports: c.reports})
		s.begin(s.options())
		for range 100 {
			s.pass(100 * time.Millisecond)
			if len(s.Progress()) == 0 {
				break
			}
		}
		if p := s.Progress(); len(p) > 0 {
			t.Fatalf("%d of %d services have no verdict yet: %+v", len(p), n, p[0])
		}
		got := s.tally()
		if calls := got.rest + got.graphql; calls > c.each*n+10 || got.failed > 0 {
			t.Errorf("%d services, with reports %t, took %s\n%s", n, c.reports, got, strings.Join(s.asked(), "\n"))
		}
		t.Logf("%d services, with reports %t: %s after %s", n, c.reports, got, s.clock.Now().Sub(start))
	}
}

// An unchanged fleet costs nothing: GitHub answers 304 to everything.
func TestRefreshingAnUnchangedFleetIsNotCharged(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 5, Reports: true})
	s.begin(s.options())
	s.Select("service-003")
	s.pass(5 * time.Minute) // everything was read once, its history too
	s.world.ForgetRequests()
	s.pass(time.Hour)
	s.Refresh()
	s.pass(time.Minute)
	got := s.tally()
	if got.charged > 0 || got.points > 60 || got.rest < 100 || got.unchanged != got.rest {
		t.Errorf("an unchanged hour took %s\n%s", got, strings.Join(s.asked(), "\n"))
	}
	t.Logf("an unchanged hour: %s", got)
	for _, service := range s.fleet.Services {
		for _, r := range s.facts(service.Name).Reads {
			if r.Signal != signalHistory && !r.Fresh(s.clock.Now()) {
				t.Errorf("%s: %s %s is %s old", service.Name, r.Signal, r.Subject, s.clock.Now().Sub(r.At))
			}
		}
	}
}

// Twenty busy services: at most 1,500 REST calls an hour are charged, what is selected is at most 15 s old, the rest
// at most 60 s.
func TestTwentyBusyServicesStayYoungWithinTheBudget(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 20, Busy: true, Reports: true})
	s.begin(s.options())
	s.Select("service-007")
	s.pass(10 * time.Minute) // until the reports of what was there before are read
	s.world.ForgetRequests()
	const minutes = 10 // it tells as much as an hour: changes come every ten minutes
	for minute := range minutes {
		s.pass(time.Minute)
		if minute%4 != 3 {
			continue
		}
		now := s.clock.Now()
		for _, service := range s.fleet.Services {
			most := 60 * time.Second
			if service.Name == "service-007" {
				most = 15 * time.Second
			}
			f := s.facts(service.Name)
			if r := f.Read(model.SignalRuns, ""); now.Sub(r.At) > most {
				t.Errorf("minute %d: the runs of %s are %s old", minute, service.Name, now.Sub(r.At))
			}
		}
	}
	got := s.tally()
	if got.charged*60/minutes > 1500 || got.failed > 0 {
		t.Errorf("ten busy minutes took %s\n%s", got, strings.Join(s.asked(), "\n"))
	}
	t.Logf("ten busy minutes: %s", got)
}

// reportCalls is how often GitHub was asked for artifacts.
func (s *stage) reportCalls() (n int) {
	for _, r := range s.world.Requests() {
		if strings.Contains(r.Path, "/artifacts") {
			n++
		}
	}
	return n
}

// History comes behind the verdicts, newest first, and takes no more than a quarter of the budget in an hour.
func TestHistoryIsFilledInWithinAQuarterOfTheBudget(t *testing.T) {
	t.Parallel()
	const limit = 400 // an hour; gonogo's share is half of it
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now, CoreLimit: limit}, simulator.FleetOf{Services: 3, Reports: true})
	s.serve()
	s.begin(s.options())
	s.settled()
	asked := s.reportCalls() // by the gates
	history := func() (n int) {
		n = s.reportCalls() - asked
		for _, r := range s.world.Requests() {
			if strings.Contains(r.Path, "/actions/workflows/") || strings.Contains(r.Query, "environment=") {
				n++
			}
		}
		return n
	}
	if n := history(); n > 0 {
		t.Errorf("%d pages of history were read before the verdicts", n)
	}
	s.pass(50 * time.Minute)
	if n := history(); n == 0 || n > limit/2/4 {
		t.Errorf("%d pages of history in an hour with a budget of %d", n, limit/2)
	}
	s.pass(100 * time.Minute)
	for _, service := range s.fleet.Services {
		pages := 0
		for _, r := range s.facts(service.Name).Reads {
			if r.Signal == signalHistory && r.OK() {
				pages++
			}
		}
		if pages < 4 {
			t.Errorf("%s has %d pages of history after two and a half hours", service.Name, pages)
		}
	}
	if h := s.Hosts(); h[0].Until.After(s.clock.Now()) {
		t.Errorf("it ran into the limit: %+v", h)
	}
}
