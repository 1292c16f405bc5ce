package operate_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/cache/journal"
	"gonogo/model/operation"
	"gonogo/sources/config"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

// TestMain makes this binary the process that TestKilledAnywhere kills.
func TestMain(m *testing.M) {
	if text := os.Getenv("GONOGO_OPERATE"); text != "" {
		if err := promoteAndDie(text); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	if at := flag.Lookup("test.parallel"); at.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) { // nobody asked for another
		_ = flag.Set(at.Name, strconv.Itoa(2*runtime.GOMAXPROCS(0))) // they wait more than they work
	}
	if !racing {
		goleak.VerifyTestMain(m)
		return
	}
	remove, err := buildVictim()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		remove()
		os.Exit(code)
	}))
}

// stage is a simulated GitHub whose time runs fast, with a fleet that is read.
type stage struct {
	*fleet.Fleet
	t       *testing.T
	sim     *fleet.Simulation
	options fleet.Options
}

const (
	service    = "service-001"
	production = "production"
)

func open(t *testing.T, o fleet.SimulateOptions, change ...func(*fleet.Options)) *stage {
	t.Helper()
	o.Services, o.Seed = 1, 1
	if o.Factor == 0 {
		o.Factor = factor
	}
	sim, err := fleet.Simulate(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	root, err := url.Parse(sim.Root)
	if err != nil {
		t.Fatal(err)
	}
	quick(sim)
	folder := t.TempDir()
	text := strings.ReplaceAll(sim.Config, "expect: {status", "every: 4s\n            max_age: 2m\n            expect: {status")
	text = strings.ReplaceAll(text, "- name: production\n", "- name: production\n        bake: 80s\n") // so that verifying is short, and tells enough
	if o.Enterprise {
		text = strings.ReplaceAll(text, "repo: acme/", "repo: "+sim.Host+"/acme/")
	}
	s := &stage{t: t, sim: sim, options: fleet.Options{
		Source:  config.Source{Path: filepath.Join(folder, "gonogo.yml"), Data: []byte(text), Origin: config.Flag},
		Folders: config.Folders{Config: folder, State: filepath.Join(folder, "state"), Cache: filepath.Join(folder, "cache")},
		User:    config.DefaultUser(), Clock: sim.Clock, Rand: rand.New(rand.NewPCG(1, 1)), Factor: o.Factor,
		Tokens: func(_ context.Context, host string) (token.Token, error) {
			return token.New(host, sim.Token, "the test"), nil
		},
		KnownHosts: func() []string { return []string{sim.Host} },
		Roots:      map[string]*url.URL{sim.Host: root},
	}}
	for _, c := range change {
		c(&s.options)
	}
	s.start()
	return s
}

// factor is how much faster than real time the tests' worlds live. What is read again counts for 10 s of theirs, which a
// busy machine must be able to keep.
const factor = 10

// quick makes the simulated deployments short instead.
func quick(sim *fleet.Simulation) { deploysIn(8*time.Second, sim) }

// deploysIn makes each simulated deployment take so long.
func deploysIn(d time.Duration, sim *fleet.Simulation) {
	r := sim.World().Repository("acme/" + service)
	r.Workflow(simulator.WorkflowPlan{
		Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment} {gonogo_operation}", Concurrency: "deploy-{environment}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: d}},
	})
	r.Forget("deploy.yml")
}

// start opens the fleet and waits until its verdicts rest on what was read.
func (s *stage) start() {
	s.t.Helper()
	f, err := fleet.Open(s.t.Context(), s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Fleet = f
	s.t.Cleanup(func() { _ = f.Close() }) // again does nothing
	ctx, cancel := context.WithTimeout(s.t.Context(), 60*time.Second)
	defer cancel()
	f.Start(s.t.Context())
	if err := f.WaitRead(ctx); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) prepare(environment string) *operate.Draft {
	s.t.Helper()
	d, err := s.Prepare(s.t.Context(), operate.Request{Kind: operation.Promote, Service: service, Environment: environment})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// until waits for a condition on an operation, looking whenever something changes.
func (s *stage) until(id string, what string, ok func(operate.Operation) bool) operate.Operation {
	s.t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		o, _ := s.Operation(id)
		if ok(o) {
			return o
		}
		select {
		case <-deadline:
			s.t.Fatalf("%s: never %s; it is %s since %s: %s; trouble: %s", id, what, o.State, o.Since, o.Why, o.Trouble)
		case <-tick.C:
		}
	}
}

func events(records []operation.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, string(r.Event))
	}
	return strings.Join(all, ", ")
}

func TestAReleaseIsPromoted(t *testing.T) {
	t.Parallel()
	for _, edition := range []struct {
		name       string
		enterprise bool
	}{{"github.com", false}, {"Enterprise Server", true}} {
		t.Run(edition.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: edition.enterprise})
			d := s.prepare(production)
			if len(d.Refusals) > 0 || len(d.Against) > 0 || d.Name != production || !d.Plan.Echoes || d.Plan.Actor != "mona" {
				t.Fatalf("refused %q, against %+v, name %q, echoes %v, actor %q", d.Refusals, d.Against, d.Name, d.Plan.Echoes, d.Plan.Actor)
			}
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: "Production"}); !errors.Is(err, operate.ErrRefused) {
				t.Fatalf("another name was taken: %v", err)
			}
			second := s.prepare(production) // before the lock can be read, which would say the same
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Confirm(t.Context(), second, operate.Confirmation{Name: production}); !errors.Is(err, operate.ErrDriven) {
				t.Errorf("a second one was begun in the same environment: %v", err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
			if o.State != operation.Succeeded {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if refs := s.sim.Refs("acme/" + service); len(refs) != 0 {
				t.Errorf("%v is left", refs)
			}
			if n, err := s.VerifyJournals(t.Context(), nil); err != nil || n != int64(len(o.Records)) {
				t.Errorf("%d records, %v", n, err)
			}
			again, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil || again.State != operation.Succeeded {
				t.Errorf("the same once more: %s, %v", again.State, err)
			}
			if n := s.sim.Dispatches("acme/" + service); n != 1 {
				t.Errorf("%d dispatches were answered", n)
			}
		})
	}
}

// A person deploys by hand between the dialog and the send: nothing is sent.
func TestSomebodyElseWasFaster(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	d := s.prepare(production)
	s.sim.World().Repository("acme/"+service).Deploy(production, d.Plan.Release.Tag)
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
	if o.State != operation.Aborted || !strings.Contains(string(o.Why), service+" production moved from") {
		t.Errorf("%s: %s", o.State, o.Why)
	}
	if n := s.sim.Dispatches("acme/" + service); n != 0 {
		t.Errorf("%d were sent", n)
	}
	if refs := s.sim.Refs("acme/" + service); len(refs) != 0 {
		t.Errorf("%v is left", refs)
	}
}

// Another operator took the lock after preflight: it is said whose, and nothing is sent.
func TestAnotherOperatorsLock(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	mark := operation.Mark{Kind: operation.MarkLock, Operation: "another", Owner: "ada", Service: service, Environment: production, Since: s.Now(), Reason: "promotes"}
	name, err := mark.Name()
	if err != nil {
		t.Fatal(err)
	}
	text, err := mark.Message()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, message string
		draft         *operate.Draft
	}{{"readable", text, s.prepare(production)}, {"unreadable", "nobody knows", s.prepare(production)}} {
		s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, c.message, "ada")
		o, err := s.Confirm(t.Context(), c.draft, operate.Confirmation{Name: production})
		if err != nil {
			t.Fatal(err)
		}
		if c.name == "unreadable" { // it blocks for as long as it can't be read
			s.until(o.Plan.ID, "in trouble", func(o operate.Operation) bool { return o.Trouble != "" })
			s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, "ada")
		}
		o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
		if o.State != operation.Aborted || !strings.Contains(string(o.Why), "ada since") || s.sim.Dispatches("acme/"+service) != 0 || len(s.sim.Refs("acme/"+service)) != 1 {
			t.Errorf("%s: %s: %s; %v", c.name, o.State, o.Why, s.sim.Refs("acme/"+service))
		}
	}
}

// The answer to the one send is lost. Where the workflow shows the operation's ID its run is found; else a person decides.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		fault  simulator.Fault
		echoes bool
		want   operation.State
	}{
		{"done, and found by its name", simulator.Fault{Status: 502}, true, operation.Succeeded},
		{"not done", simulator.Fault{Status: 502, Instead: true}, true, operation.Ambiguous},
		{"done, and nothing tells", simulator.Fault{Cut: simulator.CutMiddle}, false, operation.Ambiguous},
		{"reset before it was read", simulator.Fault{Cut: simulator.CutBefore}, false, operation.Ambiguous},
		{"refused", simulator.Fault{Status: 422, Instead: true}, true, operation.Errored},
		{"forbidden", simulator.Fault{Status: 403, Instead: true}, true, operation.Errored},
		{"a redirect", simulator.Fault{Status: 307, Instead: true, Header: map[string]string{"Location": "/repos/acme/other"}}, true, operation.Errored},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			if !c.echoes {
				s.sim.World().Repository("acme/" + service).Workflow(simulator.WorkflowPlan{
					Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment}",
					Jobs:   []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 2 * time.Minute}},
					Source: "on:\n  workflow_dispatch:\n    inputs:\n      environment: {required: true}\n      version: {required: true}\n",
				})
				s.sim.World().Repository("acme/" + service).Forget("deploy.yml")
			}
			d := s.prepare(production)
			if len(d.Refusals) > 0 || d.Plan.Echoes != c.echoes {
				t.Fatalf("%q, echoes %v", d.Refusals, d.Plan.Echoes)
			}
			c.fault.Method, c.fault.Path, c.fault.Times = "POST", "/repos/**/dispatches", 1
			s.sim.World().Fault(c.fault)
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool {
				return o.State.Ended() && o.Unlocked || o.State == operation.Ambiguous
			})
			if o.State != c.want {
				t.Fatalf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if o.State != operation.Ambiguous {
				return
			}
			if refs := s.sim.Refs("acme/" + service); len(refs) != 1 {
				t.Errorf("an ambiguous operation keeps its lock: %v", refs)
			}
			told, err := s.Anchors(t.Context())
			if err != nil || len(told) != 1 || told[0].Seq != 3 { // the record before the lock was taken
				t.Errorf("the lock tells of the journal %+v, %v", told, err)
			}
			if _, err := s.VerifyJournals(t.Context(), told); err != nil {
				t.Error(err)
			}
			told[0].Hash = strings.Repeat("0", 64)
			if _, err := s.VerifyJournals(t.Context(), told); !errors.Is(err, journal.ErrChanged) {
				t.Errorf("a record that isn't what was told to others: %v", err)
			}
			if err := s.Decide(t.Context(), o.Plan.ID, 0, "mona", "looked at the runs by hand: there is none"); err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
			if o.State != operation.Aborted || len(s.sim.Refs("acme/"+service)) != 0 {
				t.Errorf("%s: %s", o.State, o.Why)
			}
		})
	}
}

func TestADiskThatIsFullSendsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		if err := os.WriteFile(o.Folders.State, nil, 0o600); err != nil { // a file where the folder should be
			panic(err)
		}
	})
	_, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
	if !errors.Is(err, journal.ErrUnwritten) || s.sim.Dispatches("acme/"+service) != 0 {
		t.Errorf("%v", err)
	}
}

func TestReadOnlyRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) { o.ReadOnly = "gonogo was started with --read-only" })
	d := s.prepare(production)
	if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production}); !errors.Is(err, operate.ErrRefused) || !strings.Contains(err.Error(), "--read-only") {
		t.Errorf("%q, %v", d.Refusals, err)
	}
}

// The environment wants a review: the operation says so, goes on once it is given, and ends as aborted where it is refused.
func TestAReviewIsGivenOrRefused(t *testing.T) {
	t.Parallel()
	for _, approve := range []bool{true, false} {
		t.Run(fmt.Sprint("approve ", approve), func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			s.sim.World().Repository("acme/"+service).Environment(production, simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
			o, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Review(t.Context(), "nothing", true, ""); err == nil {
				t.Error("an operation that nobody knows was reviewed")
			}
			s.until(o.Plan.ID, "awaiting a review", func(o operate.Operation) bool { return o.State == operation.Awaiting })
			if err := s.Review(t.Context(), o.Plan.ID, approve, "looked at it"); err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && o.Unlocked })
			want := operation.Succeeded
			if !approve {
				want = operation.Aborted
			}
			if o.State != want || !strings.Contains(events(o.Records), "noted") {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if err := s.Review(t.Context(), o.Plan.ID, true, ""); !errors.Is(err, operate.ErrNotAwaited) {
				t.Errorf("reviewed once more: %v", err)
			}
		})
	}
}
