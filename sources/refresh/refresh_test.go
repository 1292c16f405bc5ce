package refresh

import (
	"context"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/probe"
	"gonogo/sources/simulator"
)

// Every verdict of the synthetic fleet is there after the first synchronisation, and is what a person would say.
func TestVerdictsAreKeptForTheFirstFrame(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	s.begin(s.options())
	s.settled()
	list, err := s.cache.Assessments(t.Context(), "config")
	if err != nil || len(list) != 3 {
		t.Fatalf("%d assessments, %v", len(list), err)
	}
	for _, a := range list {
		if len(a.Environments) != 2 || !a.Environments[0].Known || a.Environments[0].Version == "" || a.Headline == "" || a.ValidUntil.Before(s.clock.Now()) {
			t.Errorf("%s: %+v", a.Service, a)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[model.Changed]bool{}
	for _, c := range s.changed {
		seen[c] = true
	}
	for _, signal := range []model.Signal{model.SignalRuns, model.SignalDeployments, model.SignalReleases, ""} {
		if !seen[model.Changed{Service: "service-002", Signal: signal}] {
			t.Errorf("%q of service-002 was not announced", signal)
		}
	}
}

// The verdict stays current by the passing of time alone: it is made anew before it expires.
func TestAVerdictNeverExpiresWhileGitHubAnswers(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	s.begin(s.options())
	s.settled()
	for range 40 {
		s.pass(time.Minute)
		list, err := s.cache.Assessments(t.Context(), "config")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			if a.Expired(s.clock.Now()) {
				t.Fatalf("%s expired at %s, it is %s", a.Service, a.ValidUntil, s.clock.Now())
			}
		}
	}
}

func TestProgressTellsSignalBySignal(t *testing.T) { // not beside others: it looks at the machine's time
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.world.Fault(simulator.Fault{Path: "/repos/acme/service-001/actions/runs", Delay: 200 * time.Millisecond})
	s.begin(s.options())
	var most int
	for n := 0; n < 100 && most == 0; n++ {
		time.Sleep(2 * time.Millisecond)
		p := s.Progress()
		if len(p) == 1 && len(p[0].Done) > 0 && len(p[0].Reading) > 0 {
			most = max(most, len(p[0].Done))
		}
	}
	if most == 0 {
		t.Error("nothing was ever told")
	}
	s.settled()
}

// What is looked at is read soonest, and at once when it is asked for.
func TestWhatIsLookedAtIsReadSoonest(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 5, Busy: true})
	s.begin(s.options())
	s.settled()
	s.pass(2 * time.Minute)
	s.Select("service-004")
	s.pass(15 * time.Second)
	if r := read(s, "service-004", model.SignalRuns); s.clock.Now().Sub(r.At) > 15*time.Second {
		t.Errorf("15 s after it was selected it is %s old", s.clock.Now().Sub(r.At))
	}
	s.Refresh("service-001")
	s.pass(100 * time.Millisecond)
	s.Refresh() // again, while nothing is due
	before := s.clock.Now()
	s.pass(2 * time.Second)
	for _, service := range s.fleet.Services {
		if r := read(s, service.Name, model.SignalDeployments); r.At.Before(before) {
			t.Errorf("r left %s as old as %s", service.Name, s.clock.Now().Sub(r.At))
		}
	}
}

// A new run of the simulated world is in the cache soon, with its jobs while a person looks at them.
func TestAPushIsSeen(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	s.Select("service-001")
	repo := s.world.Repository("acme/service-001")
	pushed := repo.Push(simulator.Change{Message: "Add invoices", By: "hubot"})
	s.pass(70 * time.Second)
	var run model.Run
	for _, r := range s.facts("service-001").Runs {
		if string(r.SHA) == pushed.SHA {
			run = r
		}
	}
	if run.ID == 0 {
		t.Fatal("the push's run is not there after 70 s")
	}
	s.Want("service-001", model.SignalJobs, strconv.FormatInt(run.ID, 10))
	s.pass(time.Second)
	jobs, err := s.cache.Jobs(t.Context(), *s.fleet.Service("service-001"), run.ID)
	if err != nil || len(jobs) == 0 || len(jobs[0].Steps) == 0 {
		t.Fatalf("jobs %+v, %v", jobs, err)
	}
}

func TestWaitReadWaitsForTheVerdictsOnly(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	r := s.begin(s.options())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
	list, err := s.cache.Assessments(t.Context(), "config")
	if err != nil || len(list) != 3 || list[2].ReadAt.IsZero() {
		t.Errorf("%d verdicts: %+v, %v", len(list), list, err)
	}
	if err := r.WaitRead(ctx); err != nil { // of a young cache: at once
		t.Error(err)
	}
	cancel()
	if s.world.Fault(simulator.Fault{Delay: time.Minute}); r.WaitRead(ctx) == nil {
		t.Log("nothing was due") // both are right
	}
}

// What checks answer is kept, announced and judged at once.
func TestSamplesOfChecksAreKept(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now}, simulator.FleetOf{Services: 2})
	s.serve()
	for i := range s.fleet.Services {
		s.fleet.Services[i].Environments[1].Checks = []model.Check{{
			ID: "http:1", Kind: model.CheckHTTP, Every: 30 * time.Second, Timeout: time.Second, MaxAge: 90 * time.Second, Required: true,
		}}
	}
	answers := make(chan model.HealthState, 1)
	answers <- model.Healthy
	versions := make(chan string, 1000)
	o := s.options()
	o.Probe = func(_ context.Context, j probe.Job, v model.Values) model.Sample {
		state := <-answers
		answers <- state
		if j.Service == "service-001" {
			versions <- v.Version
		}
		return model.Sample{Service: j.Service, Environment: j.Environment, Check: j.Check.ID, At: s.clock.Now(), State: state}
	}
	s.begin(o)
	s.passAlone(3 * time.Minute)
	f := s.facts("service-001")
	if len(f.Samples) < 5 || f.Samples[0].State != model.Healthy || s.clock.Now().Sub(f.Samples[0].At) > time.Minute {
		t.Fatalf("%d samples", len(f.Samples))
	}
	<-answers
	answers <- model.Unhealthy
	s.passAlone(40 * time.Second)
	list, err := s.cache.Assessments(t.Context(), "config")
	if err != nil || list[0].Environments[1].Health != model.Unhealthy {
		t.Errorf("the verdict says health is %s (%v)", list[0].Environments[1].Health, err)
	}
	last := ""
	for len(versions) > 0 {
		last = <-versions
	}
	if last == "" || !strings.HasPrefix(last, "v") {
		t.Errorf("checks were told that %q runs", last)
	}
}

// passAlone lets time go by with other goroutines beside the planning one: checks have their own timers.
func (s *stage) passAlone(d time.Duration) {
	for end := s.clock.Now().Add(d); s.clock.Now().Before(end); {
		quiet(s.t, s.Refresher)
		time.Sleep(300 * time.Microsecond)
		s.clock.Advance(500 * time.Millisecond)
	}
	quiet(s.t, s.Refresher)
}

// However little moves and whoever looks: facts are read again well before they are too old to support a GO.
func TestIntervalsAreShorterThanFactsMayAge(t *testing.T) {
	t.Parallel()
	for _, signal := range []model.Signal{
		model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments,
		model.SignalRuns, model.SignalCommitRuns, model.SignalCommitChecks, model.SignalPending, model.SignalMarks,
	} {
		for _, selected := range []bool{true, false} {
			for _, moving := range []bool{true, false} {
				u := &unit{service: &service{}, signal: signal, moving: moving, jitter: 1.08}
				if d := u.interval(start, selected, 1); 2*d > signal.MaxAge() {
					t.Errorf("%s (selected %v, moving %v) is read every %s and may be %s old", signal, selected, moving, d, signal.MaxAge())
				}
				if d := u.interval(start, selected, 20); !moving && d > signal.MaxAge()*9/10 {
					t.Errorf("on a short budget %s is read every %s and may be %s old", signal, d, signal.MaxAge())
				}
			}
		}
	}
}

func TestStretchFollowsWhatIsLeft(t *testing.T) {
	t.Parallel()
	budget := func(charged, remaining int, left time.Duration) github.Budget {
		return github.Budget{Share: 0.5, Core: github.Allowance{Limit: 5000, Charged: charged, Remaining: remaining, Reset: start.Add(left)}}
	}
	for name, c := range map[string]struct {
		b         github.Budget
		low, high float64
	}{
		"nothing is known":                      {github.Budget{Share: 0.5}, 1, 1},
		"a start is a burst":                    {budget(200, 4800, time.Hour), 1, 1},
		"used as quickly as time passes":        {budget(1250, 3750, 30*time.Minute), 1, 1},
		"half is gone after ten minutes":        {budget(1250, 3750, 50*time.Minute), 2, 10},
		"others have used nearly everything":    {budget(100, 200, 50*time.Minute), 10, 20},
		"our share is used up":                  {budget(2500, 2500, 20*time.Minute), math.Inf(1), math.Inf(1)},
		"the window is over":                    {budget(2500, 0, -time.Second), 1, 1},
		"the account has nothing left":          {budget(10, 0, time.Minute), math.Inf(1), math.Inf(1)},
		"little is left, but for a minute only": {budget(2400, 2600, time.Minute), 1, 1},
		"an hour is longer for a wrong clock":   {budget(0, 5000, 3*time.Hour), 1, 1},
	} {
		if got := stretch(c.b, start); got < c.low || got > c.high {
			t.Errorf("%s: stretched by %v, not by %v to %v", name, got, c.low, c.high)
		}
	}
}
