package cache

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func fixed() time.Time { return noon }

func open(t testing.TB, path string) *Cache {
	t.Helper()
	c, err := Open(t.Context(), Options{Path: path, Now: fixed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func fresh(t testing.TB) *Cache {
	return open(t, filepath.Join(t.TempDir(), "cache", "fleet.db"))
}

func write(t testing.TB, c *Cache, f func(*Tx) error) {
	t.Helper()
	if err := c.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func sha(n int) model.SHA { return model.SHA(fmt.Sprintf("%040x", n)) }

// api is a service as a team would configure it.
func api(name string) model.Service {
	check := model.Check{ID: "http:1", Kind: model.CheckHTTP, Every: 30 * time.Second, MaxAge: 90 * time.Second, Required: true}
	return model.Service{
		Name: name, Repo: model.Repo{Host: "github.com", Owner: "acme", Name: name}, Branch: "main",
		Deploy: model.Deploy{Workflow: "deploy.yml"},
		Environments: []model.Environment{
			{Name: "staging", GitHub: "staging", Tier: model.Other, Checks: []model.Check{check}},
			{Name: "production", GitHub: "Production EU", Tier: model.Production, Soak: 30 * time.Minute, Checks: []model.Check{check}},
		},
	}
}

func someReleases(n int) []model.Release {
	list := make([]model.Release, n)
	for i := range list {
		list[i] = model.Release{
			Tag: fmt.Sprintf("v2.%d.0", n-i), SHA: sha(n - i), Name: model.Text(fmt.Sprintf("Release 2.%d", n-i)), Channel: model.Internal,
			PublishedAt: noon.Add(-time.Duration(i) * 24 * time.Hour), Author: "octocat", URL: fmt.Sprintf("https://github.com/acme/api/releases/tag/v2.%d.0", n-i),
		}
	}
	return list
}

func someDeployments(n, first int) []model.Deployment {
	list := make([]model.Deployment, n)
	for i := range list {
		env := "staging"
		if i%2 == 1 {
			env = "Production EU"
		}
		at := noon.Add(-time.Duration(i) * 3 * time.Hour)
		d := model.Deployment{
			ID: int64(first + n - i), Environment: env, SHA: sha(n - i), Ref: fmt.Sprintf("v2.%d.0", n-i), Task: "deploy", Production: i%2 == 1,
			Creator: "octocat", CreatedAt: at, UpdatedAt: at.Add(3 * time.Minute), Description: "Deploy the release", Payload: `{"gonogo_operation":"none"}`,
			StatusesRead: true, RunID: int64(first + n - i), RunName: "Deploy to " + model.Text(env), RunDone: true,
			URL: fmt.Sprintf("https://github.com/acme/api/deployments/%d", first+n-i),
		}
		for j, state := range []model.DeploymentState{model.DeploymentQueued, model.DeploymentInProgress, model.DeploymentSuccess, model.DeploymentInactive} {
			d.Statuses = append(d.Statuses, model.DeploymentStatus{
				ID: int64(1000*(first+n-i) + j), State: state, At: at.Add(time.Duration(j) * time.Minute), Creator: "github-actions[bot]",
				Description: "Deployment status", LogURL: fmt.Sprintf("https://github.com/acme/api/actions/runs/%d/job/%d", i, j), EnvironmentURL: "https://acme.dev",
			})
		}
		list[i] = d
	}
	return list
}

func someRuns(n, first int) []model.Run {
	list := make([]model.Run, n)
	for i := range list {
		at := noon.Add(-time.Duration(i) * 20 * time.Minute)
		file, name := "ci.yml", "CI"
		if i%5 == 0 {
			file, name = "deploy.yml", "Deploy"
		}
		list[i] = model.Run{
			ID: int64(first + n - i), Workflow: ".github/workflows/" + file, WorkflowName: model.Text(name), WorkflowID: 17, Title: "Make the thing do what it should", Number: n - i,
			Attempt: 1, Event: "push", Branch: "main", SHA: sha(n - i), HeadRepo: "acme/api", Actor: "octocat", Status: model.StatusCompleted, Conclusion: model.Success,
			CreatedAt: at, StartedAt: at.Add(5 * time.Second), UpdatedAt: at.Add(4 * time.Minute), URL: fmt.Sprintf("https://github.com/acme/api/actions/runs/%d", first+n-i),
		}
	}
	return list
}

func someSamples(s model.Service, n int) []model.Sample {
	var list []model.Sample
	for _, e := range s.Environments {
		for i := range n / len(s.Environments) {
			list = append(list, model.Sample{
				Service: s.Name, Environment: e.Name, Check: "http:1", At: noon.Add(-time.Duration(i) * 14 * time.Second), State: model.Healthy,
				Latency: 40*time.Millisecond + time.Duration(i)*time.Microsecond, Version: "2.14.0",
			})
		}
	}
	return list
}

func someComparison(base, head model.SHA, n int) model.Comparison {
	c := model.Comparison{Base: base, Head: head, Status: "ahead", Ahead: n, URL: "https://github.com/acme/api/compare"}
	for i := range n {
		c.Commits = append(c.Commits, model.Commit{SHA: sha(9000 + i), Parents: []model.SHA{sha(8999 + i)}, Title: "Make the thing do what it should", Author: "octocat", At: noon, URL: "https://github.com/acme/api/commit/x"})
		c.PullRequests = append(c.PullRequests, model.PullRequest{Number: i, Title: "The thing", Author: "octocat", URL: "https://github.com/acme/api/pull/1"})
		c.Paths = append(c.Paths, fmt.Sprintf("services/api/internal/file%d.go", i))
	}
	return c
}

// someCoverage is that of n files of 300 lines each.
func someCoverage(of model.SHA, n int) model.Coverage {
	c := model.Coverage{SHA: of, Origin: model.CoverageReport, At: noon, Cut: true, Statements: model.Covered{Hit: 5, Total: 9}, Sources: []model.ReportSource{someSource("coverage", "lcov.info", "lcov")}}
	for i := range n {
		f := model.FileCoverage{Path: fmt.Sprintf("pkg/file%03d.go", i), Package: "pkg", Branches: model.Covered{Hit: 3, Total: 4}}
		for line := 1; line <= 300; line++ {
			if line%3 == 0 {
				f.Coverable.Put(line)
			}
			if line%(3+3*(i%4)) == 0 {
				f.Hit.Put(line)
			}
		}
		f.Lines = model.Covered{Hit: f.Hit.Len(), Total: f.Coverable.Len()}
		c.Files, c.Lines, c.Branches = append(c.Files, f), c.Lines.Add(f.Lines), c.Branches.Add(f.Branches)
	}
	c.Packages = []model.PackageCoverage{{Name: "pkg", Lines: c.Lines, Branches: c.Branches}}
	return c
}

func someSource(name, file, format string) model.ReportSource {
	return model.ReportSource{Run: 5, Attempt: 2, Artifact: 7, Name: name, File: file, Format: format, URL: "https://github.com/acme/api/actions/runs/5", At: noon}
}

func someCases(n int) []model.TestCase {
	list := make([]model.TestCase, n)
	for i := range list {
		list[i] = model.TestCase{Suite: "api", Class: "acme.api", Name: model.Text(fmt.Sprintf("TestCase%04d", i)), Outcome: model.TestPassed, Duration: time.Duration(i) * time.Millisecond, Run: 5}
	}
	list[0].Outcome, list[0].Message, list[0].Detail, list[0].File, list[0].Line, list[0].Flaky = model.TestFailed, "want 1", "want 1\ngot 2", "api_test.go", 12, true
	return list
}

func someTests(of model.SHA, n int) model.Tests {
	cases := someCases(n)
	return model.Tests{
		SHA: of, Counts: model.TestCounts{Passed: n - 1, Failed: 1, Errored: 2, Skipped: 3}, Flaky: 1, Duration: time.Minute,
		Broken: cases[:1], Flakies: cases[1:2], Slowest: cases[2:], Sources: []model.ReportSource{someSource("junit", "junit.xml", "junit")}, Cut: true, At: noon,
	}
}

func someReport(artifact int64, of model.SHA) Report {
	return Report{Artifact: artifact, SHA: of, Run: 5, Name: "coverage", At: noon, Found: bytes.Repeat([]byte("found"), 200)}
}

// typical writes one typical service: 50 releases, 60 deployments of 4 statuses, 150 runs, 500 samples.
func typical(t testing.TB, c *Cache, s model.Service) {
	t.Helper()
	write(t, c, func(tx *Tx) error {
		steps := []error{
			tx.PutRepository(s, model.Repository{FullName: s.Repo.FullName(), DefaultBranch: "main", PushedAt: noon, CanWrite: true}),
			tx.PutBranch(s, model.Branch{Name: "main", Head: model.Commit{SHA: sha(50), Title: "Head", At: noon, Parents: []model.SHA{sha(49)}}}),
			tx.PutReleases(s, someReleases(50)),
			tx.PutDeployments(s, someDeployments(60, 0), true),
			tx.PutProtections(s, []model.Protection{{Environment: "Production EU", Exists: true, Reviewers: []model.Reviewer{{Type: "User", Name: "octocat"}}, Patterns: []model.PolicyPattern{{Name: "v*", Type: "tag"}}}}),
			tx.PutRuns(s, someRuns(150, 0)),
			tx.PutSamples(s, someSamples(s, 500)),
			tx.PutComparison(s, someComparison(sha(58), sha(60), 20)),
			tx.PutComparison(s, someComparison(sha(40), sha(60), 100)),
			tx.PutCommitChecks(s, sha(60), []model.CommitCheck{{SHA: sha(60), Name: "buildkite/api", Status: model.StatusCompleted, Conclusion: model.Success}}),
		}
		for _, r := range []model.Read{
			{Signal: model.SignalRepository}, {Signal: model.SignalBranch}, {Signal: model.SignalReleases}, {Signal: model.SignalDeployments},
			{Signal: model.SignalEnvironments}, {Signal: model.SignalRuns}, {Signal: model.SignalCommitChecks, Subject: string(sha(60))},
			{Signal: model.SignalComparison, Subject: readiness.ComparisonSubject(sha(58), sha(60))},
			{Signal: model.SignalComparison, Subject: readiness.ComparisonSubject(sha(40), sha(60))},
			{Signal: model.SignalCommitRuns, Subject: string(sha(60))},
		} {
			r.At, r.TriedAt, r.Request = noon, noon, "GET /repos/acme/api"
			steps = append(steps, tx.PutRead(s, r))
		}
		for _, err := range steps {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func someSummary(name string) readiness.Summary {
	s := readiness.Summary{Service: name, Verdict: model.NoGo, Worst: "production", Headline: "ci.yml failed on 3f2c1a9, attempt 2", At: noon, ValidUntil: noon.Add(time.Minute), ReadAt: noon}
	for _, e := range []string{"staging", "production"} {
		drop, minimum := 1.4, 85.0
		s.Environments = append(s.Environments, readiness.EnvSummary{
			Coverage: readiness.CoverageSummary{
				Result: model.Fail, Advisory: true, Configured: true, Why: "82.1 % of lines are covered, 85 % wanted: 29 lines too few", Of: "v2.14.0", Drop: &drop, Minimum: &minimum,
				Figure: readiness.Figure{Known: true, Lines: model.Covered{Hit: 821, Total: 1000}, Branches: model.Covered{Hit: 3, Total: 4}, At: noon},
			},
			Name: e, GitHub: e, Tier: model.Other, Verdict: model.Go, Headline: "v2.14.0 can go", Known: true, Version: "v2.13.2", SHA: sha(1), Since: noon,
			Candidate: "v2.14.0", CandidateSHA: sha(2), Health: model.Healthy, HealthConfigured: true, HealthWhy: "answers in 40 ms", HealthAt: noon, HealthSince: noon,
			BehindKnown: true, Behind: 12, NotApplicable: 3, Warnings: 1, ReadAt: noon,
		})
	}
	s.Travels = []readiness.Travel{{Merge: sha(3), In: []readiness.Presence{readiness.Present, readiness.Unsure}, Why: "not compared yet"}, {Merge: sha(4)}}
	return s
}
