package refresh

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/probe"
	"gonogo/sources/simulator"
)

// hold keeps the cache from being written, as another process may, until the function is called.
func (s *stage) hold() (release func()) {
	s.t.Helper()
	other, err := cache.Open(s.t.Context(), cache.Options{Path: s.path, Now: s.clock.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	held, let, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_ = other.Write(context.Background(), func(*cache.Tx) error {
			close(held)
			<-let
			return nil
		})
		other.Close()
	}()
	<-held
	return func() {
		close(let)
		<-done
	}
}

// Whoever asks for something never waits, although another process writes for long; and the end doesn't either.
func TestNobodyWaitsForAnotherProcessThatWrites(t *testing.T) { // not beside others: it looks at the machine's time
	s := onStage(t, simulator.FleetOf{Services: 2})
	release := s.hold()
	defer release()
	r := s.begin(s.options())
	for name, ask := range map[string]func(){
		"Select":  func() { r.Select("service-001") },
		"Refresh": func() { r.Refresh() },
		"Want":    func() { r.Want("service-001", model.SignalJobs, "1") },
		"Noticed": func() { r.Noticed(model.Changed{Service: "service-001", Signal: model.SignalRuns}) },
	} {
		began := time.Now()
		for range 1000 {
			ask()
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("%s a thousand times took %s", name, took)
		}
	}
	time.Sleep(20 * time.Millisecond)
	began := time.Now()
	r.Close()
	if took := time.Since(began); took > 800*time.Millisecond {
		t.Errorf("Close took %s", took)
	}
}

// Whoever starts while another process writes still reads: it takes nothing for granted, but waits a second only.
func TestAStartWhileAnotherProcessWritesReadsSoon(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	release := s.hold()
	r := s.begin(s.options())
	for began := time.Now(); len(s.world.Requests()) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 4*time.Second {
			t.Fatal("nothing is read")
		}
	}
	release()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
	if f := s.facts("service-001"); len(f.Deployments) == 0 {
		t.Error("nothing was kept")
	}
}

// What checks answered just before the end is kept, but the end doesn't wait for another process for it.
func TestCloseDoesNotWaitToKeepSamples(t *testing.T) { // not beside others: it looks at the machine's time
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.fleet.Services[0].Environments[1].Checks = []model.Check{{
		ID: "http:1", Kind: model.CheckHTTP, Every: time.Second, Timeout: time.Second, MaxAge: 3 * time.Second, Required: true,
	}}
	o := s.options()
	asked := make(chan struct{}, 1000)
	o.Probe = func(_ context.Context, j probe.Job, _ model.Values) model.Sample {
		asked <- struct{}{}
		return model.Sample{Service: j.Service, Environment: j.Environment, Check: j.Check.ID, At: s.clock.Now(), State: model.Healthy}
	}
	r := s.begin(o)
	s.passAlone(10 * time.Second)
	defer s.hold()()
	for len(asked) > 0 {
		<-asked
	}
	for len(asked) == 0 {
		s.clock.Advance(200 * time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond) // it is being written
	began := time.Now()
	r.Close()
	if took := time.Since(began); took > 900*time.Millisecond {
		t.Errorf("Close took %s", took)
	}
}

// What another process failed to read is no success of this one: it rests like that one, unless a person asks or the
// failure lay with the other's token.
func TestAnothersFailureIsNoSuccess(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	r := s.begin(s.options())
	s.settled()
	r.Close()
	service, now := s.fleet.Services[0], s.clock.Now()
	before := read(s, "service-001", model.SignalRuns)
	fail := func(p model.Problem) {
		err := s.cache.Write(t.Context(), func(tx *cache.Tx) error {
			return tx.FailRead(service, model.Read{Signal: model.SignalRuns, TriedAt: now, Problem: p, Why: "no", Until: now.Add(time.Minute)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	j := job{service: service, signal: model.SignalRuns, repo: service.Repo, maxAge: time.Hour, before: before.At.Add(-time.Minute), tried: before.TriedAt.Add(-time.Minute)}
	fail(model.ProblemServer)
	if o := r.perform(t.Context(), j); !o.skipped || o.problem == nil || o.problem.Problem != model.ProblemServer || !o.problem.Until.Equal(now.Add(time.Minute)) {
		t.Errorf("another's failure is taken for %+v", o)
	}
	j.asked = true
	if o := r.perform(t.Context(), j); o.skipped || o.problem != nil {
		t.Errorf("a person's wish: %+v", o)
	}
	j.asked = false
	fail(model.ProblemToken)
	if o := r.perform(t.Context(), j); o.skipped || o.problem != nil {
		t.Errorf("another's token: %+v", o)
	}
}

// GraphQL that fails once is asked again later; one that fails for long seldom.
func TestGraphQLIsAskedAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	fault := s.world.Fault(simulator.Fault{Path: "/graphql", Status: 502})
	s.begin(s.options())
	s.pass(30 * time.Second)
	if got := s.tally(); got.graphql == 0 || len(s.facts("service-002").Deployments) == 0 {
		t.Fatalf("the start took %s, and read %d deployments", got, len(s.facts("service-002").Deployments))
	}
	s.world.ForgetRequests()
	s.world.Lift(fault)
	s.pass(10 * time.Minute)
	for _, name := range cache.Files(s.path) { // everything is to be read anew
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	s.pass(3 * time.Minute)
	if got := s.tally(); got.graphql == 0 || got.failed > 0 {
		t.Errorf("after the failure was over it took %s", got)
	}
	var g graphql
	now := s.clock.Now()
	for range 50 {
		g.note(context.DeadlineExceeded, now)
		if g.usable(now) || !g.usable(now.Add(time.Hour)) {
			t.Fatalf("after %d failures it rests until %s", g.failures, g.rests)
		}
	}
}

// Whose token it is is asked until GitHub tells.
func TestTheViewerIsAskedForUntilGitHubTells(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	fault := s.world.Fault(simulator.Fault{Path: "/user", Status: 500})
	s.begin(s.options())
	s.pass(3 * time.Minute)
	if known, err := s.cache.Host(t.Context(), "github.com"); err != nil || known.Viewer != "" {
		t.Fatalf("it is told nevertheless: %+v, %v", known, err)
	}
	s.world.Lift(fault)
	s.pass(5 * time.Minute)
	if known, err := s.cache.Host(t.Context(), "github.com"); err != nil || known.Viewer == "" {
		t.Errorf("known is %+v, %v", known, err)
	}
	asked := 0
	for _, r := range s.world.Requests() {
		if strings.HasSuffix(r.Path, "/user") && r.Status == 200 {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("it was told %d times", asked)
	}
}

// A clock that was an hour fast at the start and is corrected keeps nothing waiting for that hour.
func TestAClockThatWasFastAtTheStartDelaysNothing(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	s.clock.Set(s.clock.Now().Add(-time.Hour))
	s.pass(5 * time.Minute)
	for _, service := range s.fleet.Services {
		pages := 0
		for _, r := range s.facts(service.Name).Reads {
			if r.Signal == signalHistory && r.OK() {
				pages++
			}
			if r.At.After(s.clock.Now()) {
				t.Errorf("%s %s of %s was read at %s, it is %s", r.Signal, r.Subject, service.Name, r.At, s.clock.Now())
			}
		}
		if pages == 0 {
			t.Errorf("no history of %s is filled in", service.Name)
		}
	}
}

// Deployments that come without their statuses when history was filled in long ago get them too.
func TestStatusesAreFilledInAgain(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.begin(s.options())
	s.settled()
	s.pass(5 * time.Minute)
	have := s.facts("service-001").Deployments
	oldest := have[len(have)-1]
	if !oldest.StatusesRead {
		t.Fatal("history was not filled in")
	}
	oldest.Statuses, oldest.StatusesRead = nil, false
	s.put([]model.Deployment{oldest})
	s.Noticed(model.Changed{Service: "service-001", Signal: model.SignalDeployments})
	s.pass(25 * time.Minute)
	have = s.facts("service-001").Deployments
	if !have[len(have)-1].StatusesRead {
		t.Error("its statuses are not read")
	}
}
