package refresh

import (
	"context"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/probe"
	"gonogo/sources/simulator"
)

// What another process, or the one before, heard from a check a moment ago counts as an answer: nothing waits for the
// next one.
func TestWaitReadTakesAnswersThatTheCacheHolds(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.fleet.Services[0].Environments[1].Checks = []model.Check{{
		ID: "http:1", Kind: model.CheckHTTP, Every: time.Minute, Timeout: time.Second, MaxAge: 3 * time.Minute, Required: true,
	}}
	o := s.options()
	o.Probe = func(_ context.Context, j probe.Job, _ model.Values) model.Sample {
		return model.Sample{Environment: j.Environment, Service: j.Service, Check: j.Check.ID, At: s.clock.Now(), State: model.Healthy}
	}
	first := Start(t.Context(), o)
	s.pass(70*time.Second, first) // a start is spread over a check's time
	first.Close()
	second := Start(t.Context(), o)
	defer second.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := second.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
}

// Nor does it wait for news where everything is as the cache has it.
func TestWaitReadTakesAnswersThatAreUnchanged(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	for _, start := range []string{"first", "second"} {
		r := Start(t.Context(), s.options())
		r.Refresh()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := r.WaitRead(ctx)
		cancel()
		r.Close()
		if err != nil {
			t.Fatalf("the %s start: %v", start, err)
		}
	}
}

// A repository that isn't there is asked for once by GraphQL, then by REST, which says what is the matter.
func TestAMissingRepositoryIsNotAskedForAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.world.Repositories()[0].Remove()
	r := s.begin(s.options())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.WaitRead(ctx); err != nil {
		t.Error(err)
	}
	queries := 0
	for _, asked := range s.world.Requests() {
		if asked.Path == "/graphql" {
			queries++
		}
	}
	if queries > 3 {
		t.Errorf("%d GraphQL queries for two services", queries)
	}
	facts := s.facts("service-001")
	if got := facts.Read(model.SignalRepository, "").Problem; got != model.ProblemMissing {
		t.Errorf("the missing repository's problem is %q", got)
	}
}

// A host that can't be reached keeps nobody waiting for one service after the other.
func TestWaitReadGivesUpOnAHostThatCannotBeReached(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 20})
	if err := s.server.Close(); err != nil {
		t.Fatal(err)
	}
	r := s.begin(s.options())
	r.Refresh()
	s.pass(8 * time.Second) // the client tries three times before it gives up
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := r.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
	if hosts := r.Hosts(); len(hosts) != 1 || hosts[0].Problem != model.ProblemNetwork {
		t.Errorf("of the host is said %+v", hosts)
	}
}
