package refresh

import (
	"context"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// settled lets everything of the first synchronisation be read.
func (s *stage) settled() *stage {
	s.t.Helper()
	s.pass(time.Second)
	if p := s.Progress(); len(p) > 0 {
		s.t.Fatalf("not synchronised: %+v", p)
	}
	return s
}

func read(s *stage, service string, signal model.Signal) model.Read {
	s.t.Helper()
	f := s.facts(service)
	return f.Read(signal, "")
}

// One source's failure hides nothing of the others, and nothing of what it told before.
func TestOneSourcesFailureHidesNothing(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	before := s.facts("service-001")
	fault := s.world.Fault(simulator.Fault{Path: "/repos/acme/service-001/deployments", Status: 502})
	s.pass(6 * time.Minute)
	now := s.clock.Now()
	broken := read(s, "service-001", model.SignalDeployments)
	if broken.Problem != model.ProblemServer || !broken.At.Equal(before.Read(model.SignalDeployments, "").At) || !broken.TriedAt.After(broken.At) || broken.Why == "" || !broken.Until.After(broken.TriedAt) {
		t.Errorf("the failed reading says %+v", broken)
	}
	if f := s.facts("service-001"); len(f.Deployments) != len(before.Deployments) || now.Sub(f.Read(model.SignalRuns, "").At) > 3*time.Minute {
		t.Errorf("%d of %d deployments are left, the runs are %s old", len(f.Deployments), len(before.Deployments), now.Sub(f.Read(model.SignalRuns, "").At))
	}
	if other := read(s, "service-002", model.SignalDeployments); other.Problem != "" || now.Sub(other.At) > 5*time.Minute {
		t.Errorf("another service's deployments: %+v", other)
	}
	s.world.Lift(fault)
	s.pass(6 * time.Minute)
	if healed := read(s, "service-001", model.SignalDeployments); healed.Problem != "" || !healed.At.After(now) {
		t.Errorf("afterwards it says %+v", healed)
	}
}

func TestAMissingPermissionRestsUntilAskedAgain(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.world.Fault(simulator.Fault{Path: "/repos/acme/service-001/actions/runs", Status: 403, Body: `{"message":"Resource not accessible by personal access token"}`})
	s.begin(s.options())
	s.pass(30 * time.Second)
	refused := read(s, "service-001", model.SignalRuns)
	if refused.Problem != model.ProblemForbidden || !strings.Contains(string(refused.Why), "Actions") {
		t.Errorf("it says %+v", refused)
	}
	if f := s.facts("service-001"); len(f.Releases) == 0 || len(f.Deployments) == 0 {
		t.Errorf("%d releases, %d deployments", len(f.Releases), len(f.Deployments))
	}
	s.world.ForgetRequests()
	s.pass(5 * time.Minute)
	runs := func() (n int) {
		for _, r := range s.world.Requests() {
			if strings.HasSuffix(r.Path, "/actions/runs") && !strings.Contains(r.Query, "head_sha") {
				n++
			}
		}
		return n
	}
	if n := runs(); n > 0 {
		t.Errorf("what is forbidden was asked %d times in 5 minutes", n)
	}
	s.Refresh("service-001")
	s.pass(time.Second)
	if n := runs(); n != 1 {
		t.Errorf("r asked %d times", n)
	}
}

// With the network gone one worker asks now and then, everything stays readable, and it goes on when the network is back.
func TestWithoutANetworkNothingIsLost(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	s.begin(s.options())
	s.settled()
	runs := len(s.facts("service-002").Runs)
	fault := s.world.Fault(simulator.Fault{Cut: simulator.CutBefore})
	s.world.ForgetRequests()
	s.pass(8 * time.Minute)
	if n := len(s.world.Requests()); n > 60 {
		t.Errorf("a dead network was asked %d times in 8 minutes", n)
	}
	if h := s.Hosts(); len(h) != 1 || h[0].Problem != model.ProblemNetwork || h[0].Why == "" {
		t.Errorf("the host is said to be %+v", h)
	}
	said := 0
	for _, service := range s.fleet.Services {
		for _, r := range s.facts(service.Name).Reads {
			if r.Problem == model.ProblemNetwork && r.OK() && r.Why != "" {
				said++
			}
		}
	}
	if n := len(s.facts("service-002").Runs); n != runs || said == 0 {
		t.Errorf("%d of %d runs are left, %d readings say why they are old", n, runs, said)
	}
	s.world.Lift(fault)
	s.pass(6 * time.Minute)
	for _, service := range s.fleet.Services {
		if r := read(s, service.Name, model.SignalRuns); r.Problem != "" || s.clock.Now().Sub(r.At) > 5*time.Minute {
			t.Errorf("%s afterwards: %+v", service.Name, r)
		}
	}
}

func TestAnExhaustedLimitSaysUntilWhenAndGoesOnThen(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	s.world.Exhaust("secret", "core")
	s.pass(5 * time.Minute)
	h := s.Hosts()
	if len(h) != 1 || h[0].Problem != model.ProblemLimit || !h[0].Until.After(s.clock.Now().Add(30*time.Minute)) || h[0].Why == "" {
		t.Fatalf("the host is said to be %+v", h)
	}
	s.world.ForgetRequests()
	s.pass(10 * time.Minute)
	if n := len(s.world.Requests()); n > 0 {
		t.Errorf("%d requests while the limit is used up", n)
	}
	s.pass(65 * time.Minute)
	if r := read(s, "service-001", model.SignalRuns); r.Problem != "" || s.clock.Now().Sub(r.At) > 5*time.Minute {
		t.Errorf("in the next hour: %+v", r)
	}
}

// When the share of the budget shrinks, what isn't looked at ages first.
func TestAShrinkingBudgetStretchesWhatIsNotLookedAt(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 6, Busy: true})
	s.begin(s.options())
	s.Select("service-002")
	s.pass(2 * time.Minute)
	normal := s.requestsIn(10 * time.Minute)
	s.world.Spend("secret", "core", 4700) // by others: 300 of 5,000 are left
	slow := s.requestsIn(15*time.Minute) * 10 / 15
	if slow*3 > normal*2 {
		t.Errorf("%d requests in ten minutes before, %d after the budget shrank", normal, slow)
	}
	if r := read(s, "service-002", model.SignalRuns); s.clock.Now().Sub(r.At) > 5*time.Minute {
		t.Errorf("what is looked at is %s old", s.clock.Now().Sub(r.At))
	}
	if h := s.Hosts(); h[0].Until.After(s.clock.Now()) {
		t.Errorf("it ran into the limit: %+v", h)
	}
}

func (s *stage) requestsIn(d time.Duration) int {
	s.world.ForgetRequests()
	s.pass(d)
	return len(s.world.Requests())
}

func TestWithoutGraphQLEverythingIsReadOverREST(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	s.world.Token("secret", simulator.Access{Scopes: []string{"repo"}, NoGraphQL: true})
	r := s.begin(s.options())
	s.settled()
	got := s.tally()
	if got.graphql != 1 {
		t.Errorf("refused GraphQL was asked %d times", got.graphql)
	}
	for _, service := range s.fleet.Services {
		f := s.facts(service.Name)
		if len(f.Releases) == 0 || len(f.Deployments) == 0 || len(f.Protections) == 0 || f.Repository.DefaultBranch == "" || f.Branch.Head.SHA == "" {
			t.Errorf("%s: %d releases, %d deployments, %d protections, branch %+v", service.Name, len(f.Releases), len(f.Deployments), len(f.Protections), f.Branch)
		}
	}
	t.Logf("3 services over REST: %s", got)
	r.Close()
	// The refusal is remembered for the next start.
	host, err := s.cache.Host(t.Context(), "github.com")
	if err != nil || host.NoGraphQL.IsZero() {
		t.Errorf("remembered: %+v, %v", host, err)
	}
}

func TestAWrongTokenIsSaid(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.world.Token("another", simulator.Access{})
	s.begin(s.options())
	s.pass(time.Minute)
	if r := read(s, "service-001", model.SignalDeployments); r.Problem != model.ProblemToken || r.Why == "" || r.OK() {
		t.Errorf("it says %+v", r)
	}
	if p := s.Progress(); len(p) > 0 {
		t.Errorf("everything was tried, yet it still synchronises: %+v", p)
	}
}

func TestWithoutATokenItSaysSo(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	o := s.options()
	o.Clients = func(string) (*github.Client, error) {
		return nil, context.DeadlineExceeded // whatever kept it from being found
	}
	s.begin(o)
	s.pass(10 * time.Second)
	if r := read(s, "service-001", model.SignalRuns); r.Problem != model.ProblemToken || r.Why == "" {
		t.Errorf("it says %+v", r)
	}
	if n := len(s.world.Requests()); n > 0 {
		t.Errorf("%d requests without a token", n)
	}
}

func TestATokenThatWasMissingIsForgottenOnceThereIsOne(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	o := s.options()
	clients := o.Clients
	o.Clients = func(string) (*github.Client, error) { return nil, context.DeadlineExceeded }
	r := s.begin(o)
	s.pass(10 * time.Second)
	if r := read(s, "service-001", model.SignalRepository); r.Problem != model.ProblemToken {
		t.Fatalf("without one it says %+v", r)
	}
	r.Close()
	config := *s.fleet.Service("service-001")
	forgiven := func() readiness.Facts {
		reads, err := s.cache.Reads(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		r.forgive(t.Context(), config, reads)
		return s.facts("service-001")
	}
	if f := forgiven(); f.Read(model.SignalRepository, "").Problem != model.ProblemToken {
		t.Error("still without one it forgot that it is missing")
	}
	r.o.Clients = clients
	f := forgiven()
	for _, signal := range []model.Signal{model.SignalRepository, model.SignalDeployments, model.SignalRuns} {
		if r := f.Read(signal, ""); r.Problem != model.NoProblem || r.Why != "" || r.OK() {
			t.Errorf("with one it says %+v", r)
		}
	}
	if a := readiness.Assess(f, s.clock.Now()); a.Verdict != model.Undecided {
		t.Errorf("with one, and nothing read, it is %s: %s", a.Verdict, a.Headline)
	}
}

func TestWhatIsNotTrustedIsNotRead(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.fleet.Services[0].Untrusted = "ghe.evil.example is not asked: the configuration isn't trusted"
	s.begin(s.options())
	s.pass(time.Minute)
	s.Refresh()
	s.pass(time.Minute)
	for _, r := range s.world.Requests() {
		if strings.Contains(r.Path, "service-001") {
			t.Fatalf("%s was asked", r.Path)
		}
	}
	if r := read(s, "service-001", model.SignalRuns); r.Problem != model.ProblemUntrusted || r.Why != s.fleet.Services[0].Untrusted {
		t.Errorf("it says %+v", r)
	}
	if r := read(s, "service-002", model.SignalRuns); !r.OK() {
		t.Errorf("the other is not read: %+v", r)
	}
}

// However long GitHub takes to answer, everything has ended within a second of Close.
func TestCloseEndsWithinASecondWhileGitHubHangs(t *testing.T) { // not beside others: it looks at the machine's time
	s := onStage(t, simulator.FleetOf{Services: 8})
	s.world.Fault(simulator.Fault{Delay: time.Minute})
	r := s.begin(s.options())
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	r.Close()
	if took := time.Since(began); took > time.Second {
		t.Errorf("Close took %s", took)
	}
	r.Select("service-001") // harmless afterwards
	r.Refresh()
	r.Close()
}

// A laptop that slept, and a clock that was set back by an hour, are both noticed.
func TestAfterASleepEverythingIsReadAgain(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 3})
	s.begin(s.options())
	s.settled()
	s.clock.Advance(9 * time.Hour)
	s.pass(30 * time.Second)
	for _, service := range s.fleet.Services {
		for _, signal := range []model.Signal{model.SignalRuns, model.SignalDeployments, model.SignalReleases, model.SignalRepository} {
			if r := read(s, service.Name, signal); s.clock.Now().Sub(r.At) > time.Minute {
				t.Errorf("%s of %s are %s old", signal, service.Name, s.clock.Now().Sub(r.At))
			}
		}
	}
}

func TestAClockThatWasSetBackStopsNothing(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	s.pass(2 * time.Minute)
	s.clock.Set(s.clock.Now().Add(-time.Hour))
	back := s.clock.Now()
	s.pass(time.Minute)
	for _, service := range s.fleet.Services {
		if r := read(s, service.Name, model.SignalRuns); r.At.After(s.clock.Now()) {
			t.Errorf("%s was read at %s, it is %s", service.Name, r.At, s.clock.Now())
		}
	}
	list, err := s.cache.Assessments(t.Context(), "config")
	if err != nil || len(list) != 2 || list[0].At.Before(back) || list[0].Expired(s.clock.Now()) {
		t.Errorf("the verdict is of %s, valid until %s (%v)", list[0].At, list[0].ValidUntil, err)
	}
}

// A cache that is deleted while it is used is filled again, and not with what is thought to be in it.
func TestADeletedCacheIsFilledAgain(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2})
	s.begin(s.options())
	s.settled()
	s.pass(time.Minute)
	before := s.facts("service-001")
	for _, name := range cache.Files(s.path) {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	s.pass(3 * time.Minute)
	after := s.facts("service-001")
	if len(after.Runs) < len(before.Runs) || len(after.Comparisons) < len(before.Comparisons) || len(after.Deployments) < len(before.Deployments) || after.Repository.FullName == "" {
		t.Errorf("%d of %d runs, %d of %d comparisons, %d of %d deployments", len(after.Runs), len(before.Runs), len(after.Comparisons), len(before.Comparisons), len(after.Deployments), len(before.Deployments))
	}
	if _, err := os.Stat(s.path); err != nil {
		t.Error(err)
	}
}

func TestAStartFromAYoungCacheAsksNothingTwice(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 4})
	r := s.begin(s.options())
	s.settled()
	s.pass(2 * time.Minute) // details and history too
	r.Close()
	s.world.ForgetRequests()
	s.Refresher = nil
	s.client = s.newClient()
	s.begin(s.options())
	s.pass(30 * time.Second)
	got := s.tally()
	if got.charged > 1 || got.rest > 40 || got.graphql > 0 { // one asks whose token it is
		t.Errorf("a second start took %s\n%s", got, strings.Join(s.asked(), "\n"))
	}
	if p := s.Progress(); len(p) > 0 {
		t.Errorf("it synchronises again: %+v", p)
	}
}

// Two processes on one cache ask hardly more than one; when the one that reads ends, the other goes on.
func TestTwoProcessesShareTheWork(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 4, Busy: true})
	first := s.begin(s.options())
	s.settled()
	first.Select("service-003")
	s.pass(time.Minute)
	alone := s.requestsIn(5 * time.Minute)
	o := s.options()
	o.Cache, o.Rand = s.open(), rand.New(rand.NewPCG(5, 6))
	client := s.newClient()
	o.Clients = func(string) (*github.Client, error) { return client, nil }
	second := s.begin(o)
	second.Select("service-003")
	s.pass(30*time.Second, first, second)
	s.world.ForgetRequests()
	s.pass(5*time.Minute, first, second)
	both := len(s.world.Requests())
	if both > alone*5/4 {
		t.Errorf("one process sent %d requests, two sent %d", alone, both)
	}
	if f, err := o.Cache.Facts(t.Context(), *s.fleet.Service("service-003"), nil); err != nil || s.clock.Now().Sub(f.Read(model.SignalRuns, "").At) > 15*time.Second {
		t.Errorf("what the second looks at is %s old (%v)", s.clock.Now().Sub(f.Read(model.SignalRuns, "").At), err)
	}
	first.Close()
	s.Refresher = second
	s.pass(2 * time.Minute)
	for _, service := range s.fleet.Services {
		if r := read(s, service.Name, model.SignalRuns); s.clock.Now().Sub(r.At) > 65*time.Second {
			t.Errorf("nobody reads %s: %s old", service.Name, s.clock.Now().Sub(r.At))
		}
	}
}

// On a short budget overviews keep young what only an overview told. One that fails is left to REST, and not asked for
// again and again.
func TestAFailingOverviewIsNotAskedForAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now, CoreLimit: 60}, simulator.FleetOf{Services: 3})
	s.serve()
	s.begin(s.options())
	s.settled()
	s.pass(time.Minute)
	s.world.Repositories()[1].Remove()
	s.world.ForgetRequests()
	s.pass(30 * time.Minute)
	if got := s.tally(); got.graphql == 0 || got.graphql > 8 {
		t.Errorf("half an hour on a short budget took %s", got)
	}
	if r := read(s, "service-001", model.SignalDeployments); s.clock.Now().Sub(r.At) > 15*time.Minute {
		t.Errorf("the others' deployments are %s old", s.clock.Now().Sub(r.At))
	}
}
