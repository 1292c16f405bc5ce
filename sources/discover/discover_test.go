package discover

import (
	"errors"
	"flag"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/contract"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write golden files; look at them before they are committed")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

const secret = "ghp_0123456789abcdefSECRET"

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// stage is a simulated GitHub with a client for it. Every exchange is held against GitHub's contract.
type stage struct {
	*simulator.World
	clock  *clock.Driven
	client *github.Client
	t      *testing.T
}

func open(t *testing.T, o simulator.Options, setup func(*simulator.World)) *stage {
	t.Helper()
	edition := contract.GitHubCom
	if o.Edition == simulator.EnterpriseServer319 {
		edition = contract.Enterprise
	}
	s := &stage{clock: clock.NewDriven(start), t: t}
	o.Now, o.OnExchange, o.Seed = s.clock.Now, contract.NewRecorder(t, edition).Record, 1
	o.Start = start.Add(-20 * 24 * time.Hour)
	s.World = simulator.New(o)
	setup(s.World)
	s.PassUntil(start)
	s.serve()
	return s
}

func (s *stage) serve() {
	s.t.Helper()
	server, err := s.Serve()
	if err != nil {
		s.t.Fatal(err)
	}
	root, err := url.Parse(server.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	s.client, err = github.New(github.Options{Host: "github.com", Root: root, Clock: s.clock, Timeout: time.Minute, Token: token.New("github.com", secret, "a test")})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		s.client.Close()
		if err := server.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *stage) discover(repo string) Found {
	s.t.Helper()
	r := s.reader(repo, time.Minute) // a simulated GitHub under the race detector takes its time
	if err := r.read(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return Decide(r.facts)
}

func (s *stage) reader(repo string, each time.Duration) *reader {
	return &reader{client: s.client, now: s.clock.Now(), each: each, facts: Facts{Subject: subject(s.t, repo), Files: map[string]string{}}}
}

func subject(t *testing.T, repo string) Subject {
	t.Helper()
	s, err := Named(repo, Hosts{Known: []string{"github.com"}, Default: "github.com"}, "the test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// load reads what was found as every configuration is read.
func load(t *testing.T, found Found) *model.Fleet {
	t.Helper()
	with, err := config.Load("gonogo.yml", found.File())
	if err != nil {
		t.Fatalf("%v\n%s", err, found.File())
	}
	without, err := config.Load("gonogo.yml", found.Configuration())
	if err != nil {
		t.Fatalf("%v\n%s", err, found.Configuration())
	}
	if diff := cmp.Diff(with, without); diff != "" {
		t.Errorf("comments change the fleet (-with +without):\n%s", diff)
	}
	return with
}

func TestTheDemosServices(t *testing.T) {
	w, _ := simulator.Demo(simulator.Options{Seed: 1, Now: func() time.Time { return start }, OnExchange: contract.NewRecorder(t, contract.GitHubCom).Record})
	s := &stage{World: w, clock: clock.NewDriven(start), t: t}
	s.serve()
	for _, name := range []string{"api", "ledger", "search"} {
		s.ForgetRequests()
		found := s.discover("acme/" + name)
		if n := len(s.Requests()); n > 16 {
			t.Errorf("%s took %d requests", name, n)
		}
		load(t, found)
		golden(t, name+".yml", found.File())
	}
}

// shop is a repository that was renamed, with a bit of everything: three environments that a run of its own was dispatched
// for, one for a pull request, two series of tags, CI outside Actions, and a workflow that was deleted.
func shop(w *simulator.World) {
	r := w.Repository("acme/shop").Public()
	r.Environment("production", simulator.Protection{Reviewers: []string{"mona"}, WaitTimer: 5 * time.Minute})
	for _, e := range []string{"mars", "staging", "pr-7", "github-pages"} {
		r.Environment(e, simulator.Protection{})
	}
	r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push"}, Branches: []string{"main"}})
	r.Workflow(simulator.WorkflowPlan{Path: "journeys.yml", Name: "E2E", On: []string{"push"}, Branches: []string{"main"}})
	r.Workflow(simulator.WorkflowPlan{
		Path: "roll-out.yml", On: []string{"workflow_dispatch"}, RunName: "Roll {version} out", Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}"}},
		Source: "on:\n  workflow_dispatch:\n    inputs:\n      environment: {type: choice, options: [mars, staging, production]}\n      version: {required: true}\n      ticket: {required: true}\n",
	})
	old := r.Workflow(simulator.WorkflowPlan{Path: "old.yml", On: []string{"push"}, Branches: []string{"main"}})
	for i, tag := range []string{"web/v1.0.0", "shop/v1.0.0", "shop/v1.1.0"} {
		r.Push(simulator.Change{Message: "Change " + tag, By: "mona", Files: map[string]string{"main.go": tag}})
		if i == 1 {
			old.Delete()
		}
		w.Pass(time.Hour)
		r.Release(simulator.ReleaseOf{Tag: tag, Prerelease: true, By: "mona"})
		for _, e := range []string{"staging", "mars", "production"} {
			run := r.Run(simulator.RunOf{Workflow: "roll-out.yml", Ref: tag, By: "hubot", Inputs: map[string]string{"environment": e, "version": tag}})
			w.Pass(time.Hour)
			if e == "production" {
				_ = run.Approve("mona", "go")
				w.Pass(time.Hour)
			}
		}
	}
	r.Status(simulator.CommitStatusOf{Context: "buildkite/shop", Description: "Build passed"})
	r.Status(simulator.CommitStatusOf{Context: "codecov/project", Description: "81.2%"})
	r.Milestone("Sprint 7", start.AddDate(0, 0, 5))
	r.Milestone("Sprint 6", start.AddDate(0, 0, -9)).Close()
	r.Rename("acme/store")
}

func editions(t *testing.T, test func(t *testing.T, o simulator.Options)) {
	t.Run("github.com", func(t *testing.T) { test(t, simulator.Options{}) })
	t.Run("Enterprise Server", func(t *testing.T) { test(t, simulator.Options{Edition: simulator.EnterpriseServer319}) })
}

func TestARepositoryWithABitOfEverything(t *testing.T) {
	editions(t, func(t *testing.T, o simulator.Options) {
		s := open(t, o, shop)
		found := s.discover("acme/shop")
		load(t, found)
		golden(t, "shop.yml", found.File())
		if n := len(s.Requests()); n > 16 {
			t.Errorf("it took %d requests", n)
		}
	})
}

// Where GraphQL is refused the same is found over REST.
func TestWithoutGraphQL(t *testing.T) {
	editions(t, func(t *testing.T, o simulator.Options) {
		s := open(t, o, shop)
		s.Fault(simulator.Fault{Path: "/graphql", Status: 403})
		golden(t, "shop.yml", s.discover("acme/shop").File())
	})
}

// What a token may not read is said, and the rest is found all the same.
func TestWhatATokenMayNotReadIsSaid(t *testing.T) {
	for _, c := range []struct {
		permissions map[string]string
		has, says   string
	}{
		{map[string]string{"metadata": "read", "contents": "read", "deployments": "read"}, "name: production", "discovery could not read CI runs of acme/store: the token may not read Actions (403)"},
		{map[string]string{"metadata": "read", "actions": "read", "deployments": "read", "environments": "read"}, "name: mars", "the token may not read Contents"},
		{map[string]string{"metadata": "read", "actions": "read", "contents": "read"}, "ci: [ci.yml]", "the token may not read Deployments"},
	} {
		s := open(t, simulator.Options{}, func(w *simulator.World) { shop(w); w.Repository("acme/store").Private() })
		s.Token(secret, simulator.Access{User: "mona", Permissions: c.permissions})
		found := s.discover("acme/store")
		load(t, found)
		if notes := strings.Join(found.Notes(), "\n"); !strings.Contains(string(found.File()), c.has) || !strings.Contains(notes, c.says) {
			t.Errorf("%v: %q is not in\n%s\nor %q not in\n%s", c.permissions, c.has, found.File(), c.says, notes)
		}
	}
}

func TestWhatCanNotBeDiscovered(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) { shop(w); w.Repository("acme/empty").Public() })
	_, err := Discover(t.Context(), s.client, subject(t, "acme/nowhere"), start)
	if github.KindOf(err) != model.ProblemMissing || !strings.Contains(err.Error(), "acme/nowhere does not exist") {
		t.Errorf("nowhere: %v", err)
	}
	load(t, s.discover("acme/empty"))
	fault := s.Fault(simulator.Fault{Path: "/repos/acme/store/actions/runs", WrongJSON: true})
	if notes := strings.Join(s.discover("acme/store").Notes(), "\n"); !strings.Contains(notes, "discovery could not read CI runs of acme/store: GitHub's answer") {
		t.Errorf("an answer that makes no sense: %s", notes)
	}
	s.Lift(fault)
	fault = s.Fault(simulator.Fault{Path: "/repos/acme/store/environments", Delay: time.Minute})
	r := s.reader("acme/store", 2*time.Second)
	if err := r.read(t.Context()); err != nil || !slices.Contains(r.facts.Unread, "read environments of acme/store: GitHub did not answer within 2s") {
		t.Errorf("an answer that doesn't come: %v, %q", err, r.facts.Unread)
	}
	if d := Decide(r.facts); names(d.stops) != "staging → mars → production" {
		t.Errorf("the rest is found: %s", names(d.stops))
	}
	s.Lift(fault)
	s.Revoke(secret)
	_, err = Discover(t.Context(), s.client, subject(t, "acme/store"), start)
	if github.KindOf(err) != model.ProblemToken {
		t.Errorf("a token that is refused: %v", err)
	}
}

// What is kept is found again, and nothing else: not another repository's, not a damaged file, nor one of another version.
func TestWhatIsKept(t *testing.T) {
	s := open(t, simulator.Options{}, shop)
	cache, repo := t.TempDir(), model.Repo{Host: "github.com", Owner: "acme", Name: "store"}
	none := LoadKept(cache, repo)
	if none.Source.Data != nil || none.Source.Origin != config.Discovered {
		t.Fatalf("%+v", none)
	}
	found := s.discover("acme/store")
	kept, err := none.Keep(found, start)
	if err != nil {
		t.Fatal(err)
	}
	again := LoadKept(cache, model.Repo{Host: "github.com", Owner: "Acme", Name: "store"})
	if diff := cmp.Diff(kept, again); diff != "" || len(again.Notes) == 0 {
		t.Errorf("(-kept +found again) %s", diff)
	}
	if string(again.Source.Data) != string(found.Configuration()) || again.Source.Hash() != kept.Source.Hash() {
		t.Errorf("another configuration: %s", again.Source.Data)
	}
	if info, err := os.Stat(kept.Source.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if other := LoadKept(cache, model.Repo{Host: "ghe.acme.dev", Owner: "acme", Name: "store"}); other.Source.Data != nil || other.Source.Path == kept.Source.Path {
		t.Errorf("another host's: %+v", other)
	}
	for _, text := range []string{"", "services: []\n", keptHead + "\n\nservices: []\n", keptHead + "\n" + keptAt + "once\n\n" + string(found.Configuration())} {
		if err := os.WriteFile(kept.Source.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if damaged := LoadKept(cache, repo); damaged.Source.Data != nil {
			t.Errorf("%q is taken: %+v", text, damaged)
		}
	}
}

func TestAFileIsNotReplacedUnasked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gonogo.yml")
	if err := Write(path, []byte("one"), false); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("two"), false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("unasked: %v", err)
	}
	if err := Write(path, []byte("three"), true); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || string(data) != "three" {
		t.Errorf("%s %v", data, err)
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}
