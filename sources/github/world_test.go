package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/contract"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret is the token of every test; it must turn up nowhere.
const secret = "ghp_0123456789abcdefSECRET"

var (
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	api   = model.Repo{Host: "github.com", Owner: "acme", Name: "api"}
)

// stage is a simulated GitHub with a client for it. Every exchange is held against GitHub's contract.
type stage struct {
	*simulator.World
	clock    *clock.Driven
	server   *simulator.Server
	client   *github.Client
	recorder *contract.Recorder
	t        *testing.T
}

// open builds a world with setup, serves it and returns it with a client.
func open(t *testing.T, o simulator.Options, setup func(*simulator.World)) *stage {
	t.Helper()
	edition := contract.GitHubCom
	if o.Edition == simulator.EnterpriseServer319 {
		edition = contract.Enterprise
	}
	s := &stage{clock: clock.NewDriven(start), recorder: contract.NewRecorder(t, edition), t: t}
	o.Now, o.OnExchange = s.clock.Now, s.recorder.Record
	if o.Seed == 0 {
		o.Seed = 1
	}
	o.Start = start.Add(-24 * time.Hour)
	s.World = simulator.New(o)
	setup(s.World)
	s.PassUntil(start)
	server, err := s.Serve()
	if err != nil {
		t.Fatal(err)
	}
	s.server = server
	s.client = s.connect(secret, nil)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// connect makes another client, with another token.
func (s *stage) connect(text string, change func(*github.Options)) *github.Client {
	s.t.Helper()
	root, err := url.Parse(s.server.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	o := github.Options{Host: "github.com", Root: root, Clock: s.clock, Timeout: 5 * time.Second}
	if text != "" {
		o.Token = token.New("github.com", text, "a test")
	}
	if change != nil {
		change(&o)
	}
	c, err := github.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

// charged is how many requests were sent since the last call, and how many of them GitHub counted.
func (s *stage) charged() (sent, counted int) {
	for _, r := range s.Requests() {
		sent++
		counted += r.Charged
	}
	s.ForgetRequests()
	return sent, counted
}

// must fails the test at an error.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// problem is the Problem that an error must be.
func problem(t *testing.T, err error, kind model.Problem) *github.Problem {
	t.Helper()
	var p *github.Problem
	if !errors.As(err, &p) {
		t.Fatalf("want a problem of kind %q, got %v", kind, err)
	}
	if p.Kind != kind {
		t.Fatalf("want a problem of kind %q, got %q: %v", kind, p.Kind, err)
	}
	return p
}

// shop is a repository with a bit of everything, and returns what tests want to name.
type shop struct {
	repo                 *simulator.Repository
	first, second, third *simulator.Commit
	failed, waits        *simulator.Run
}

func buildShop(w *simulator.World) *shop {
	s := &shop{repo: w.Repository("acme/api")}
	r := s.repo
	w.Team("acme", "Release Managers", "mona")
	r.Environment("staging", simulator.Protection{})
	r.Environment("Production EU/1", simulator.Protection{
		Reviewers: []string{"octocat", "acme/release-managers"}, PreventSelfReview: true,
		WaitTimer: 5 * time.Minute, Branches: []string{"main", "release/*"}, Tags: []string{"v*"},
	})
	r.Environment("locked", simulator.Protection{ProtectedBranches: true})
	r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push"}, Branches: []string{"main"}, Jobs: []simulator.JobPlan{
		{Name: "build", Duration: time.Minute, Steps: []simulator.StepPlan{{Name: "Compile"}, {Name: "Link"}}}, {Name: "test", Needs: []string{"build"}},
	}})
	r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", On: []string{"workflow_dispatch"}, RunName: "Deploy to {environment}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", URL: "https://{environment}.acme.test"}}})
	r.Workflow(simulator.WorkflowPlan{Path: "dynamic/pages/pages-build-deployment", Name: "pages-build-deployment", Unlisted: true})
	s.first = r.Push(simulator.Change{Message: "First\n\nwith a body", By: "mona", Files: map[string]string{"README.md": "# API\n"}})
	w.Pass(time.Hour)
	pr := r.Pull(simulator.Proposal{Title: "Feature", By: "hubot", Files: map[string]string{"main.go": "package main\n"}})
	s.second = pr.Merge("mona")
	r.AnnotatedTag("v1.0.0", "main", "One", "mona")
	r.Release(simulator.ReleaseOf{Tag: "v1.0.0", Name: "One", By: "mona"})
	w.Pass(time.Hour)
	s.third = r.Push(simulator.Change{Message: "Break it (#7)", By: "mona", Files: map[string]string{"db/1.sql": "x"}, Outcomes: simulator.Outcomes{"test": simulator.Failure}})
	r.Release(simulator.ReleaseOf{Tag: "v1.1.0", Prerelease: true})
	r.Release(simulator.ReleaseOf{Tag: "v1.2.0", Draft: true})
	r.Status(simulator.CommitStatusOf{Context: "buildkite/api", State: "pending", TargetURL: "https://buildkite.acme.test/1"})
	w.Pass(time.Hour)
	s.failed = r.Runs()[0]
	r.Status(simulator.CommitStatusOf{Context: "buildkite/api", State: "failure", Description: "2 tests failed", TargetURL: "https://buildkite.acme.test/1"})
	r.Check(simulator.CheckOf{App: "codecov", Name: "codecov/patch", Title: "87%"})
	r.Run(simulator.RunOf{Workflow: "pages-build-deployment", Event: "dynamic"})
	r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.0.0", By: "mona", Inputs: map[string]string{"environment": "staging"}})
	w.Pass(time.Hour)
	r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.1.0", By: "mona", Inputs: map[string]string{"environment": "staging"}})
	w.Pass(time.Hour)
	s.waits = r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.0.0", By: "mona", Inputs: map[string]string{"environment": "Production EU/1"}})
	w.Pass(10 * time.Minute)
	return s
}

// editions runs a test as github.com and as an Enterprise Server.
func editions(t *testing.T, test func(t *testing.T, s *stage, shop *shop)) {
	for _, e := range []struct {
		name    string
		edition simulator.Edition
	}{{"github.com", simulator.GitHubCom}, {"Enterprise Server", simulator.EnterpriseServer319}} {
		t.Run(e.name, func(t *testing.T) {
			var sh *shop
			s := open(t, simulator.Options{Edition: e.edition}, func(w *simulator.World) { sh = buildShop(w) })
			test(t, s, sh)
		})
	}
}

func background() context.Context { return context.Background() }

func short(list []model.Release) string {
	var out string
	for _, r := range list {
		out += fmt.Sprintf("%s@%s ", r.Tag, r.SHA.Short())
	}
	return out
}
