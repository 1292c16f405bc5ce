package simulator_test

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	ticking "gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/github"
	"gonogo/sources/probe"
	"gonogo/sources/report"
	"gonogo/sources/simulator"
	"gonogo/sources/token"
)

// reader gathers the facts of a service as the program does, without its cache.
type reader struct {
	t      *testing.T
	client *github.Client
	prober *probe.Prober
	clock  *ticking.Driven
}

func (r *reader) noted(f *readiness.Facts, s model.Signal, subject string, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Errorf("%s: read %s %s: %v", f.Service.Name, s, subject, err)
		return
	}
	f.Reads = append(f.Reads, model.Read{Signal: s, Subject: subject, At: r.clock.Now(), TriedAt: r.clock.Now()})
}

// facts reads the lists, then whatever the rules ask for.
func (r *reader) facts(ctx context.Context, service model.Service, freezes []model.Freeze) readiness.Facts {
	r.t.Helper()
	c, repo := r.client, service.Repo
	f := readiness.Facts{Service: service, Freezes: freezes}
	var names []string
	for _, e := range service.Environments {
		names = append(names, e.GitHub)
	}
	about, err := c.Repository(ctx, repo, nil)
	f.Repository = about.Value
	r.noted(&f, model.SignalRepository, "", err)
	branch, err := c.Branch(ctx, repo, about.Value.DefaultBranch, nil)
	f.Branch = branch.Value
	r.noted(&f, model.SignalBranch, "", err)
	releases, err := c.Releases(ctx, repo, service.Tags, nil)
	f.Releases = releases.Value
	r.noted(&f, model.SignalReleases, "", err)
	deployments, err := c.Deployments(ctx, repo, github.DeploymentsWanted{Environments: names}, nil)
	f.Deployments = deployments.Value
	r.noted(&f, model.SignalDeployments, "", err)
	protections, err := c.Environments(ctx, repo, names, nil)
	f.Protections = protections.Value
	r.noted(&f, model.SignalEnvironments, "", err)
	runs, err := c.Runs(ctx, repo, nil)
	f.Runs = runs.Value
	r.noted(&f, model.SignalRuns, "", err)
	refs, err := c.SharedRefs(ctx, repo, nil)
	if err == nil {
		f.Marks, _, err = c.MarksOf(ctx, repo, service.Name, refs.Value, nil)
	}
	r.noted(&f, model.SignalMarks, "", err)
	for range 5 {
		missing := 0
		for _, n := range readiness.Needs(f, r.clock.Now()) {
			if !n.Fresh && !f.Read(n.Signal, n.Subject).OK() {
				missing++
				r.need(ctx, &f, n)
			}
		}
		if missing == 0 {
			break
		}
	}
	r.health(ctx, &f)
	return f
}

func (r *reader) need(ctx context.Context, f *readiness.Facts, n readiness.Need) {
	r.t.Helper()
	c, repo := r.client, f.Service.Repo
	var err error
	switch n.Signal {
	case model.SignalCommitRuns:
		var found github.Reading[[]model.Run]
		found, err = c.CommitRuns(ctx, repo, model.SHA(n.Subject), nil)
		for _, run := range found.Value {
			if !hasRun(f.Runs, run.ID) {
				f.Runs = append(f.Runs, run)
			}
		}
	case model.SignalCommitChecks:
		var found github.Reading[[]model.CommitCheck]
		found, err = c.CommitChecks(ctx, repo, model.SHA(n.Subject), f.Service.Checks, nil)
		f.Checks = append(f.Checks, found.Value...)
	case model.SignalComparison:
		base, head, _ := strings.Cut(n.Subject, "...")
		var found github.Reading[model.Comparison]
		found, err = c.Comparison(ctx, repo, model.SHA(base), model.SHA(head), 0, nil)
		f.Comparisons = append(f.Comparisons, found.Value)
	case model.SignalPending:
		run, _ := strconv.ParseInt(n.Subject, 10, 64)
		var found github.Reading[[]model.PendingDeployment]
		found, err = c.Pending(ctx, repo, run, nil)
		f.Pending = append(f.Pending, found.Value...)
	case model.SignalReports:
		err = r.reports(ctx, f, model.SHA(n.Subject))
	default: // jobs and commits only fill in details
	}
	r.noted(f, n.Signal, n.Subject, err)
}

// reports reads what the artifacts of a commit's runs say.
func (r *reader) reports(ctx context.Context, f *readiness.Facts, sha model.SHA) error {
	runs, _ := readiness.ReportRuns(f.Service, f.Repository, f.Runs, sha)
	var coverage, tests []report.Part
	for _, run := range runs {
		list, err := r.client.RunArtifacts(ctx, f.Service.Repo, run.ID, nil)
		if err != nil {
			return err
		}
		for _, a := range list.Value {
			var b bytes.Buffer
			n, err := r.client.SaveArtifact(ctx, f.Service.Repo, a, &b)
			if err != nil {
				return err
			}
			found, err := report.Read(ctx, bytes.NewReader(b.Bytes()), n, report.Coverage|report.Tests, report.Limits{})
			if err != nil {
				return err
			}
			part := report.Part{Found: found, Source: model.ReportSource{Run: run.ID, Artifact: a.ID, Name: a.Name, At: r.clock.Now()}}
			if f.Service.Coverage.Reports(a.Name) {
				coverage = append(coverage, part)
			}
			if f.Service.Tests.Reports(a.Name) {
				tests = append(tests, part)
			}
		}
	}
	if len(coverage) > 0 {
		merged, problems := report.MergeCoverage(sha, coverage, report.Repository{Name: f.Service.Repo.FullName()})
		f.Coverage, f.ReportFlaws = append(f.Coverage, merged), append(f.ReportFlaws, problems...)
	}
	if len(tests) > 0 {
		f.Tests = append(f.Tests, report.MergeTests(sha, tests))
	}
	return nil
}

func hasRun(list []model.Run, id int64) bool {
	for _, run := range list {
		if run.ID == id {
			return true
		}
	}
	return false
}

// health asks every check for the release that runs.
func (r *reader) health(ctx context.Context, f *readiness.Facts) {
	a := readiness.Assess(*f, r.clock.Now())
	for i, e := range f.Service.Environments {
		running := a.Environments[i].Current.Release
		values := model.Values{Service: f.Service.Name, Environment: e.GitHub, Tag: running.Tag, Version: running.Tag, SHA: string(running.SHA)}
		for _, check := range e.Checks {
			s := r.prober.Run(ctx, probe.Job{Service: f.Service.Name, Environment: e.Name, Check: check}, values)
			f.Samples = append(f.Samples, s)
			r.noted(f, model.SignalHealth, readiness.HealthSubject(e.Name, check.ID), nil)
		}
	}
}

// What the demo's stories promise is what the rules make of them.
func TestTheDemosStoriesGetTheVerdictsThatTheyPromise(t *testing.T) {
	clocks := ticking.NewDriven(noon)
	w, services := simulator.Demo(simulator.Options{Seed: 1, Now: clocks.Now, PointsPerMinute: -1})
	if err := services.Serve(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = services.Close() }()
	server, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	root, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := github.New(github.Options{Host: "github.com", Root: root, Token: token.New("github.com", "ghp_test", "test"), Clock: clocks})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	fleet, err := config.Load("gonogo.yml", []byte(simulator.DemoConfig(services)))
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, client: client, prober: probe.New(probe.Options{Clock: clocks}), clock: clocks}
	judged := func(service string) readiness.Environment {
		s := fleet.Service(service)
		a := readiness.Assess(r.facts(t.Context(), *s, fleet.Freezes), clocks.Now())
		e := a.Environment("production")
		t.Logf("%s: %s in %s: %s; production: %s: %s", service, a.Verdict, a.Worst, a.Headline, e.Verdict, e.Headline)
		for _, f := range e.Findings {
			t.Logf("    %-10s %-8s %s", f.Gate, f.Result, f.Why)
		}
		return *e
	}
	want := func(service string, verdict model.Verdict, gate model.Gate, result model.Result) {
		t.Helper()
		e := judged(service)
		if e.Verdict != verdict {
			t.Errorf("%s in production: %s (%s), want %s", service, e.Verdict, e.Headline, verdict)
		}
		if f := e.Finding(gate); gate != "" && (f == nil || f.Result != result) {
			t.Errorf("%s in production: gate %s: %+v, want %s", service, gate, f, result)
		}
	}
	want("api", model.Go, model.GateCI, model.Pass)
	want("web", model.NoGo, model.GateCI, model.Fail)
	want("payments", model.Waiting, model.GateLane, model.Wait)
	want("search", model.Waiting, model.GateLane, model.Wait)
	want("notifications", model.NoGo, model.GateHealth, model.Fail)
	want("ledger", model.Waiting, model.GateSoak, model.Wait)
	want("identity", model.UpToDate, "", 0)
	want("billing", model.NoGo, model.GateFreeze, model.Fail)
	clocks.Advance(10 * time.Second) // so that the client's pace allows more
	want("api", model.Go, model.GateTests, model.Pass)
	want("api", model.Go, model.GateCoverage, model.Pass)
	want("web", model.NoGo, model.GateCoverage, model.Fail)
	want("billing", model.NoGo, model.GateTests, model.Fail)
	want("billing", model.NoGo, model.GateCI, model.Pass)
	want("search", model.Waiting, model.GateTests, model.Warn)
	want("ledger", model.Waiting, model.GateCoverage, model.Pass)
	want("payments", model.Waiting, model.GateCoverage, model.NotApplicable)
	clocks.Advance(45 * time.Minute)
	want("notifications", model.UpToDate, "", 0)
	want("search", model.UpToDate, "", 0)
	want("web", model.Go, model.GateCI, model.Pass)
	want("web", model.Go, model.GateCoverage, model.Pass)
}
