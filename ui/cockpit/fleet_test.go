package cockpit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/model/joblog"
	"gonogo/model/readiness"
	"gonogo/ui/pane"
)

// noon is the moment on which the tests' fleet stands still.
var noon = time.Date(2026, time.November, 24, 12, 0, 7, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// memory is a source that holds its answers.
type memory struct {
	mu        sync.Mutex
	board     pane.Board
	details   map[string]pane.Detail
	jobs      map[int64]pane.Jobs
	samples   []model.Sample
	history   []model.Run
	logs      map[int64]pane.Log       // by job
	texts     map[int64]map[int]string // pieces of each log, by its ID and their number
	files     []model.FileCoverage
	coverage  []model.CoveragePoint
	asked     int // how often for it
	err       error
	events    chan model.Changed
	selected  []string
	refreshed [][]string
}

func (m *memory) Board(context.Context) (pane.Board, error) { return m.board, m.err }

func (m *memory) Detail(_ context.Context, service string) (pane.Detail, error) {
	d, ok := m.details[service]
	if !ok {
		return d, fmt.Errorf("read %s: there is no such service", service)
	}
	return d, m.err
}

func (m *memory) Jobs(_ context.Context, _ string, run int64) (pane.Jobs, error) {
	return m.jobs[run], nil
}

func (m *memory) Log(_ context.Context, _ string, _, job int64) (pane.Log, error) {
	return m.logs[job], nil
}

func (m *memory) LogPiece(_ context.Context, log int64, number, first int) (*joblog.Piece, error) {
	text, ok := m.texts[log][number]
	if !ok {
		return nil, errors.New("the log is no longer in the cache")
	}
	return joblog.NewPiece(first, text), nil
}

// keepLog makes a source know the log of a job.
func (m *memory) keepLog(j model.Job, text string) {
	pieces := map[int]string{}
	b := joblog.NewBuilder(1<<40, func(n int, text []byte) error { pieces[n] = string(text); return nil })
	_, _ = b.Write([]byte(text))
	x, _ := b.Close()
	if m.logs == nil {
		m.logs, m.texts = map[int64]pane.Log{}, map[int64]map[int]string{}
	}
	id := int64(len(m.logs) + 1)
	m.logs[j.ID] = pane.Log{Job: j, Read: model.Read{At: ago(time.Minute)}, ID: id, Index: &x}
	m.texts[id] = pieces
}

func (m *memory) SampleHistory(context.Context, string, string, string, time.Time) ([]model.Sample, error) {
	return m.samples, nil
}

func (m *memory) CoverageFiles(context.Context, string, model.SHA) ([]model.FileCoverage, error) {
	return m.files, m.err
}

func (m *memory) CoverageHistory(context.Context, string, time.Time) ([]model.CoveragePoint, error) {
	m.asked++
	return m.coverage, m.err
}

func (m *memory) RunHistory(context.Context, string, string, time.Time) ([]model.Run, error) {
	return m.history, nil
}

func (m *memory) Select(service string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.selected = append(m.selected, service)
}

func (m *memory) Refresh(services ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refreshed = append(m.refreshed, services)
}

func (m *memory) Events() <-chan model.Changed { return m.events }

// sha makes a commit that looks like one.
func sha(seed string) model.SHA {
	const digits = "0123456789abcdef"
	h := uint64(14695981039346656037)
	var b strings.Builder
	for i := range 40 {
		for _, c := range []byte(seed) {
			h = (h ^ uint64(c) ^ uint64(i)) * 1099511628211
		}
		b.WriteByte(digits[h>>40&15])
	}
	return model.SHA(b.String())
}

func release(service, tag string, age time.Duration) model.Release {
	return model.Release{
		Tag: tag, SHA: sha(service + tag), Name: model.Text("Release " + tag), Channel: model.Public, PublishedAt: ago(age),
		Author: "hubot", URL: "https://github.com/acme/" + service + "/releases/tag/" + tag,
	}
}

func finding(g model.Gate, r model.Result, why string) model.Finding {
	return model.Finding{Gate: g, Level: model.Required, Result: r, Why: model.Text(why), Evidence: []model.Evidence{{
		What: model.Text(why), URL: "https://github.com/acme/api/actions/runs/101", At: ago(40 * time.Second), Request: "GET /repos/acme/api/actions/runs?head_sha=3f2c1a9",
	}}}
}

// passing are findings of a candidate that nothing holds up.
func passing() []model.Finding {
	return []model.Finding{
		finding(model.GateCI, model.Pass, "ci.yml succeeded on this commit"),
		finding(model.GateTests, model.Pass, "all 412 tests passed on this commit"),
		finding(model.GateBlackbox, model.NotApplicable, "no black-box workflow is configured"),
		finding(model.GateCoverage, model.NotApplicable, "no coverage is configured, and none was found"),
		finding(model.GateOrder, model.Pass, "staging ran this commit"),
		finding(model.GateSoak, model.Pass, "healthy in staging for 3 h, 30 min were asked for"),
		finding(model.GateHealth, model.Pass, "every required check passes"),
		finding(model.GateFreeze, model.NotApplicable, "no freeze is configured"),
		finding(model.GateLane, model.Pass, "nothing else runs or waits"),
		finding(model.GateRollback, model.Pass, "v2.13.1 can be rolled back to"),
		finding(model.GateMigration, model.NotApplicable, "no migration paths are configured"),
		finding(model.GateApproval, model.Warn, "a review by @acme/release will be asked for; you may give it"),
	}
}

// with replaces findings by gate.
func with(findings []model.Finding, others ...model.Finding) []model.Finding {
	for _, o := range others {
		for i := range findings {
			if findings[i].Gate == o.Gate {
				findings[i] = o
			}
		}
	}
	return findings
}

func checks(state model.HealthState, why string) []model.CheckHealth {
	check := model.Check{
		ID: "http-1", Name: "https://acme.dev/healthz", Kind: model.CheckHTTP, Target: "https://acme.dev/healthz",
		Every: 30 * time.Second, MaxAge: 90 * time.Second, Timeout: 5 * time.Second, Required: true,
	}
	port := model.Check{ID: "tcp-2", Name: "db.acme.dev:5432", Kind: model.CheckTCP, Target: "db.acme.dev:5432", Every: 30 * time.Second, MaxAge: 90 * time.Second}
	return []model.CheckHealth{
		{Check: check, State: state, Why: model.Text(why), Sample: model.Sample{At: ago(20 * time.Second), State: state, Latency: 87 * time.Millisecond, Version: "2.13.2"}},
		{Check: port, State: model.Healthy, Sample: model.Sample{At: ago(12 * time.Second), State: model.Healthy, Latency: 3 * time.Millisecond}},
	}
}

func health(state model.HealthState, since time.Duration, why string) model.Health {
	return model.Health{State: state, Why: model.Text(why), At: ago(20 * time.Second), Since: ago(since), Configured: true, Checks: checks(state, why)}
}

// stop is an environment of the tests' fleet.
func stop(service, name string, tier model.Tier, v model.Verdict, headline, runs, next string, since time.Duration, behind int) readiness.Environment {
	e := readiness.Environment{
		Name: name, GitHub: name, Tier: tier, Verdict: v, Headline: model.Text(headline), Findings: passing(), NotApplicable: 3,
		Health: health(model.Healthy, since, ""), ReadAt: ago(40 * time.Second),
		Behind:   readiness.Behind{Known: true, Of: "main", Commits: behind},
		Expected: readiness.Expected{Known: true, Median: 4 * time.Minute, P90: 6 * time.Minute, N: 20},
		Lane:     readiness.Lane{State: readiness.LaneFree},
	}
	e.Current = readiness.Running{Known: true, Release: release(service, runs, since+time.Hour), Since: ago(since)}
	e.Current.Deployment = model.Deployment{ID: int64(len(service)*100 + len(name)), Environment: name, SHA: e.Current.Release.SHA, Creator: "octocat", CreatedAt: ago(since + 4*time.Minute)}
	e.Candidate = readiness.Candidate{Known: true, Why: "nothing newer succeeded upstream"}
	if next != "" {
		e.Candidate.Release = release(service, next, 5*time.Hour)
		e.Candidate.Why = "the newest release whose deployment to staging succeeded"
		e.Ship = shipment(service, behind)
	} else {
		e.Findings = nil
		e.NotApplicable = 0
	}
	e.Targets = []readiness.Target{
		{Release: release(service, "v2.13.1", 300*time.Hour), From: ago(320 * time.Hour), To: ago(since), Healthy: 150 * time.Hour, Eligible: true, Deployment: model.Deployment{ID: 77}},
		{Release: release(service, "v2.13.0", 500*time.Hour), From: ago(500 * time.Hour), To: ago(320 * time.Hour), Why: "it was rolled back on 2 November", Deployment: model.Deployment{ID: 78}},
	}
	return e
}

func shipment(service string, n int) readiness.Shipment {
	s := readiness.Shipment{
		Known: true, Base: sha(service + "base"), Head: sha(service + "head"), Ahead: n, URL: "https://github.com/acme/" + service + "/compare/v2.13.2...v2.14.0",
		Paths: []string{"api/login.go", "api/login_test.go", "db/migrations/0042_add_index.sql", "go.mod"}, Inside: 4,
		PullRequests: []model.PullRequest{
			{Number: 412, Title: "Log in with a passkey", Author: "mona", URL: "https://github.com/acme/" + service + "/pull/412"},
			{Number: 409, Title: "Retry payments that time out", Author: "octocat", URL: "https://github.com/acme/" + service + "/pull/409"},
		},
	}
	if service == "api" {
		s.Items = []model.Item{{ID: "PVTI_2", Number: 412, Title: "Log in with a passkey", Assignees: []model.Text{"mona"}, Repo: model.Repo{Owner: "acme", Name: "api"}, URL: "https://github.com/acme/api/issues/412"}}
	}
	titles := []string{"Log in with a passkey", "Retry payments that time out", "Index the orders by customer", "Say why a card was refused", "Bump golang.org/x/net"}
	for i := range n {
		title := titles[i%len(titles)]
		s.Commits = append(s.Commits, model.Commit{
			SHA: sha(fmt.Sprint(service, i)), Title: model.Text(title), Author: "mona", At: ago(time.Duration(5+i*7) * time.Hour),
			URL: "https://github.com/acme/" + service + "/commit/" + string(sha(fmt.Sprint(service, i))),
		})
	}
	return s
}

func run(id int64, workflow, branch, title string, status model.RunStatus, c model.Conclusion, started, took time.Duration) model.Run {
	r := model.Run{
		ID: id, Workflow: ".github/workflows/" + workflow, WorkflowName: model.Text(strings.TrimSuffix(workflow, ".yml")), Title: model.Text(title),
		Number: int(id), Attempt: 1, Event: "push", Branch: branch, SHA: sha(fmt.Sprint("run", id)), Actor: "mona", Status: status, Conclusion: c,
		CreatedAt: ago(started + 5*time.Second), StartedAt: ago(started), UpdatedAt: ago(started - took),
		URL: fmt.Sprintf("https://github.com/acme/api/actions/runs/%d", id),
	}
	return r
}

// assessed is a service with its verdict added up from its environments.
func assessed(service string, envs ...readiness.Environment) readiness.Assessment {
	a := readiness.Assessment{Service: service, At: noon, ValidUntil: noon.Add(time.Minute), ReadAt: ago(40 * time.Second), Verdict: model.UpToDate, Environments: envs}
	for _, e := range envs {
		if a.Worst == "" || e.Verdict.Worse(a.Verdict) || e.Verdict == model.Go && a.Verdict == model.UpToDate {
			a.Verdict, a.Worst, a.Headline = e.Verdict, e.Name, e.Headline
		}
	}
	return a
}

// acme is a fleet in which something is green, something fails, something is stuck,
// something waits for a reviewer and something can't be told.
func acme() *memory {
	m := &memory{details: map[string]pane.Detail{}, jobs: map[int64]pane.Jobs{}, events: make(chan model.Changed, 16)}
	m.board.Name = "Acme payments"
	add := func(a readiness.Assessment, runs ...model.Run) {
		a.Repo = model.Repo{Host: "github.com", Owner: "acme", Name: a.Service}
		m.board.Services = append(m.board.Services, a.Summary())
		for _, r := range runs {
			m.board.Runs = append(m.board.Runs, pane.ServiceRun{Service: a.Service, Run: r})
		}
		m.details[a.Service] = detail(a, runs)
	}
	api := stop("api", "production", model.Production, model.NoGo, "ci.yml failed on 3f2c1a9 (main): the newest attempt counts", "v2.13.2", "v2.14.0", 72*time.Hour, 12)
	api.Findings = with(api.Findings, finding(model.GateCI, model.Fail, "ci.yml failed on 3f2c1a9 (main): the newest attempt counts"),
		finding(model.GateTests, model.Fail, "2 of 412 tests failed on 87c024d: TestRefund and PayTest.refunds; 1 of them is flaky"),
		finding(model.GateSoak, model.Wait, "healthy in staging for 12 min, 30 min are asked for: 18 min left"))
	api.Tests = failedTests(sha("run101")) // the commit of the run that reports them
	apiStaging := stop("api", "staging", model.Other, model.Go, "every required gate passes", "v2.14.0", "v2.15.0-rc.1", 12*time.Minute, 4)
	add(assessed("api", apiStaging, api),
		run(101, "ci.yml", "main", "Log in with a passkey (#412)", model.StatusCompleted, model.Failure, 22*time.Minute, 4*time.Minute+12*time.Second),
		run(102, "deploy.yml", "main", "Deploy v2.14.0 to staging", model.StatusCompleted, model.Success, 16*time.Minute, 3*time.Minute+2*time.Second),
		run(103, "ci.yml", "passkeys", "Ask for a second factor", model.StatusInProgress, "", 130*time.Second, 0),
		run(104, "ci.yml", "main", "Retry payments that time out (#409)", model.StatusCompleted, model.Success, 3*time.Hour, 4*time.Minute),
		run(105, "ci.yml", "main", "Index the orders by customer", model.StatusCompleted, model.Success, 5*time.Hour, 4*time.Minute+30*time.Second),
		run(106, "ci.yml", "main", "Say why a card was refused", model.StatusCompleted, model.Success, 9*time.Hour, 3*time.Minute+50*time.Second),
	)
	billing := stop("billing", "production", model.Production, model.UpToDate, "v1.8.0 is the newest that staging ran", "v1.8.0", "", 5*time.Hour, 0)
	billing.Health = health(model.Unhealthy, 7*time.Minute, "https://acme.dev/healthz answers 503")
	add(assessed("billing", stop("billing", "staging", model.Other, model.UpToDate, "no newer release", "v1.8.0", "", 29*time.Hour, 0), billing),
		run(201, "ci.yml", "main", "Round to cents", model.StatusCompleted, model.Success, 6*time.Hour, 2*time.Minute+31*time.Second))
	gateway := stop("gateway", "production", model.Production, model.Go, "every required gate passes", "v5.1.0", "v5.2.0", 9*24*time.Hour, 31)
	add(assessed("gateway", stop("gateway", "development", model.Other, model.UpToDate, "no newer release", "v5.2.0", "", 50*time.Hour, 0),
		stop("gateway", "staging", model.Other, model.UpToDate, "no newer release", "v5.2.0", "", 26*time.Hour, 0), gateway),
		run(301, "build-and-test.yml", "release/5.2", "Cut 5.2", model.StatusCompleted, model.Success, 51*time.Hour, 11*time.Minute))
	ledger := stop("ledger", "production", model.Production, model.Waiting, "deploy.yml #88 waits for a review by @acme/release", "v3.0.4", "v3.1.0", 20*24*time.Hour, 7)
	ledger.Findings = with(ledger.Findings, finding(model.GateLane, model.Wait, "deploy.yml #88 waits for a review by @acme/release"))
	moving := stop("ledger", "staging", model.Other, model.Waiting, "deploying v3.1.1 for 2 min", "v3.1.0", "v3.1.1", 3*24*time.Hour, 2)
	moving.Lane = readiness.Lane{State: readiness.LaneRunning, Since: ago(2 * time.Minute), Release: release("ledger", "v3.1.1", time.Hour), Run: run(402, "deploy.yml", "main", "Deploy v3.1.1", model.StatusInProgress, "", 2*time.Minute, 0)}
	moving.Findings = with(moving.Findings, finding(model.GateLane, model.Wait, "deploying v3.1.1 for 2 min"))
	moving.Health = health(model.Progressing, 2*time.Minute, "a deployment is under way")
	add(assessed("ledger", moving, ledger),
		run(402, "deploy.yml", "main", "Deploy v3.1.1", model.StatusInProgress, "", 2*time.Minute, 0),
		run(401, "deploy.yml", "main", "Deploy v3.1.0", model.StatusWaiting, "", 4*time.Hour, 0))
	search := stop("search", "production", model.Production, model.Undecided, "deployments are 42 min old: GitHub answers 403, the token lacks Deployments: read", "v0.9.1", "v0.9.2", 40*24*time.Hour, 3)
	unknown := finding(model.GateOrder, model.Unknown, "the deployments of staging could not be read: GitHub answers 403")
	unknown.Settle = "Give the token the permission Deployments: read"
	search.Findings = with(search.Findings, unknown)
	searchStaging := stop("search", "staging", model.Other, model.Undecided, "what runs in staging isn't known", "v0.9.2", "", 40*24*time.Hour, 0)
	searchStaging.Current = readiness.Running{Why: "its deployments could not be read", Settle: "Give the token the permission Deployments: read"}
	searchStaging.Health = model.Health{}
	add(assessed("search", searchStaging, search))
	for _, name := range []string{"catalogue", "mailer", "reports"} {
		add(assessed(name, stop(name, "staging", model.Other, model.UpToDate, "no newer release", "v1.2.3", "", 26*time.Hour, 0),
			stop(name, "production", model.Production, model.UpToDate, "v1.2.3 is the newest that staging ran", "v1.2.3", "", 25*time.Hour, 0)),
			run(int64(500+len(name)), "ci.yml", "main", "Bump golang.org/x/net", model.StatusCompleted, model.Success, 30*time.Hour, 95*time.Second))
	}
	m.board.Status = pane.Status{ReadAt: ago(40 * time.Second), Budgets: []pane.Budget{{Host: "github.com", Limit: 5000, Remaining: 4231}}}
	measured(m)
	scrum(m)
	m.jobs[101] = failedJobs()
	for i := range 40 {
		m.history = append(m.history, run(int64(900+i), "ci.yml", "main", "x", model.StatusCompleted, []model.Conclusion{model.Success, model.Success, model.Success, model.Failure}[i%4],
			time.Duration(40-i)*6*time.Hour, time.Duration(180+i*3+i%7*9)*time.Second))
	}
	for i := range 600 {
		s := model.Sample{At: ago(time.Duration(600-i) * 30 * time.Second), State: model.Healthy, Latency: time.Duration(60+i%17*3+i/20) * time.Millisecond, Version: "2.13.2"}
		if i > 560 && i < 580 {
			s.State, s.Latency, s.Reason = model.Unhealthy, 900*time.Millisecond, "answers 503"
		}
		m.samples = append(m.samples, s)
	}
	return m
}

func detail(a readiness.Assessment, runs []model.Run) pane.Detail {
	f := readiness.Facts{Runs: runs}
	f.Service = model.Service{Name: a.Service, Repo: model.Repo{Host: "github.com", Owner: "acme", Name: a.Service}, Deploy: model.Deploy{Workflow: "deploy.yml"}}
	for _, e := range a.Environments {
		if e.Tests != nil {
			f.Tests = append(f.Tests, *e.Tests)
			f.ReportFlaws = append(f.ReportFlaws, model.ReportProblem{
				SHA: e.Tests.SHA, Kind: "tests", Lost: true, Why: "report.xml, line 371: the report ends inside <testsuite>",
				Source: model.ReportSource{Run: 101, Name: "junit-arm64"},
			})
		}
	}
	f.Branch = model.Branch{Name: "main", Head: model.Commit{SHA: sha(a.Service + "head"), Title: "Log in with a passkey (#412)", Author: "mona", At: ago(25 * time.Minute)}}
	f.Reads = []model.Read{
		{Signal: model.SignalDeployments, At: ago(40 * time.Second), Request: "GET /repos/acme/" + a.Service + "/deployments"},
		{Signal: model.SignalRuns, At: ago(15 * time.Second), Request: "GET /repos/acme/" + a.Service + "/actions/runs"},
		{Signal: model.SignalEnvironments, At: ago(20 * time.Minute), TriedAt: ago(time.Minute), Problem: model.ProblemForbidden, Why: "GitHub answers 403: the token lacks Environments: read; give it that permission"},
	}
	for _, e := range a.Environments {
		f.Service.Environments = append(f.Service.Environments, model.Environment{Name: e.Name, GitHub: e.GitHub, Tier: e.Tier, Platform: "container", Site: "cloud"})
		d := e.Current.Deployment
		d.Statuses = []model.DeploymentStatus{
			{ID: 1, State: model.DeploymentQueued, At: d.CreatedAt, Creator: "github-actions"},
			{ID: 2, State: model.DeploymentInProgress, At: d.CreatedAt.Add(20 * time.Second), Creator: "github-actions"},
			{ID: 3, State: model.DeploymentSuccess, At: d.CreatedAt.Add(4 * time.Minute), Creator: "github-actions", Description: "Deployed", LogURL: "https://github.com/acme/api/actions/runs/102"},
		}
		d.StatusesRead, d.RunID, d.URL = true, 102, "https://github.com/acme/api/deployments/1"
		if d.ID != 0 {
			f.Deployments = append(f.Deployments, d)
		}
		f.Releases = append(f.Releases, e.Current.Release, e.Candidate.Release)
		f.Protections = append(f.Protections, model.Protection{
			Environment: e.GitHub, Exists: true, Reviewers: []model.Reviewer{{Type: "Team", Name: "acme/release"}}, PreventSelfReview: true,
			Policy: model.PolicyCustom, Patterns: []model.PolicyPattern{{Name: "v*", Type: "tag"}}, PatternsRead: true,
		})
	}
	return pane.Detail{Service: a.Service, Facts: f, Assessment: a}
}

// failedTests are tests of a commit: two failed, one is flaky.
func failedTests(of model.SHA) *model.Tests {
	t := &model.Tests{
		SHA: of, Counts: model.TestCounts{Passed: 410, Failed: 1, Errored: 1, Skipped: 3}, Flaky: 2, Duration: 7*time.Minute + 12*time.Second, At: ago(18 * time.Minute),
		Sources: []model.ReportSource{{Run: 101, Artifact: 1, Name: "junit-amd64", File: "report.xml", Format: "junit", URL: "https://github.com/acme/api/actions/runs/101"}},
		Broken: []model.TestCase{
			{Suite: "acme.dev/api/pay", Class: "acme.dev/api/pay", Name: "TestRefund", Outcome: model.TestFailed, Duration: 42 * time.Millisecond, Message: "want 12.50, got 12.49: the cents are rounded twice", File: "refund_test.go", Line: 41, Run: 101,
				Detail: "=== RUN   TestRefund\n    refund_test.go:41: want 12.50, got 12.49: the cents are rounded twice\n        order 4711\n--- FAIL: TestRefund (0.04s)"},
			{Suite: "dev.acme.pay.PayTest", Class: "dev.acme.pay.PayTest", Name: "refunds", Outcome: model.TestErrored, Flaky: true, Duration: 3 * time.Second, Message: "java.net.ConnectException: Connection refused", Run: 101},
		},
		Flakies: []model.TestCase{{Class: "acme.dev/api/net", Name: "TestDial", Outcome: model.TestPassed, Flaky: true, Duration: 1200 * time.Millisecond, Message: "dial_test.go:31: connection reset", Run: 101}},
	}
	for i, name := range []string{"TestEverything", "TestMigrations", "TestDial"} {
		t.Slowest = append(t.Slowest, model.TestCase{Class: "acme.dev/api", Name: model.Text(name), Outcome: model.TestPassed, Duration: time.Duration(31-14*i) * time.Second, Run: 101})
	}
	return t
}

func failedJobs() pane.Jobs {
	step := func(n int, name string, c model.Conclusion, from, took time.Duration) model.Step {
		return model.Step{Number: n, Name: model.Text(name), Status: model.StatusCompleted, Conclusion: c, StartedAt: ago(from), CompletedAt: ago(from - took)}
	}
	return pane.Jobs{Read: model.Read{Signal: model.SignalJobs, At: ago(time.Minute)}, Jobs: []model.Job{
		{ID: 1, RunID: 101, Name: "lint", Status: model.StatusCompleted, Conclusion: model.Success, StartedAt: ago(22 * time.Minute), CompletedAt: ago(21 * time.Minute), Runner: "ubuntu-24.04", Steps: []model.Step{step(1, "golangci-lint", model.Success, 22*time.Minute, time.Minute)}},
		{ID: 2, RunID: 101, Name: "test (1.26)", Status: model.StatusCompleted, Conclusion: model.Failure, StartedAt: ago(22 * time.Minute), CompletedAt: ago(18 * time.Minute), Runner: "ubuntu-24.04", URL: "https://github.com/acme/api/actions/runs/101/job/2", Steps: []model.Step{
			step(1, "Set up job", model.Success, 22*time.Minute, 3*time.Second),
			step(2, "actions/checkout@v5", model.Success, 22*time.Minute, 5*time.Second),
			step(3, "go test ./...", model.Failure, 21*time.Minute, 3*time.Minute+40*time.Second),
			step(4, "Upload coverage", model.Skipped, 18*time.Minute, 0),
		}},
	}}
}
