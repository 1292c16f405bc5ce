package github_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

func TestReadTheRepositoryAndItsBranch(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[model.Repository]](t)(s.client.Repository(background(), api, nil))
		if r.Value.FullName != "acme/api" || r.Value.DefaultBranch != "main" || r.Value.Empty || r.Value.Archived || !r.Value.CanWrite {
			t.Errorf("repository: %+v", r.Value)
		}
		if r.Request != "GET /repos/acme/api" || !r.At.Equal(start) {
			t.Errorf("came from %q at %s", r.Request, r.At)
		}
		b := must[github.Reading[model.Branch]](t)(s.client.Branch(background(), api, "main", nil))
		if b.Value.Head.SHA != model.SHA(sh.third.SHA) || b.Value.Head.Title != "Break it (#7)" || b.Value.Head.Author != "mona" || len(b.Value.Head.Parents) != 1 {
			t.Errorf("branch: %+v", b.Value)
		}
		v := must[github.Reading[string]](t)(s.client.Viewer(background(), nil))
		if v.Value != "octocat" {
			t.Errorf("the token belongs to %q", v.Value)
		}
	})
}

func TestReadReleasesWithTheirCommits(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "v*", nil))
		i := slices.IndexFunc(r.Value, func(r model.Release) bool { return r.Tag == "v1.0.0" })
		if i < 0 || len(r.Value) != 3 {
			t.Fatalf("releases: %s", short(r.Value))
		}
		if one := r.Value[i]; one.SHA != model.SHA(sh.second.SHA) || one.Channel != model.Public || one.Author != "mona" || one.Name != "One" {
			t.Errorf("the annotated tag's release: %+v", one)
		}
		for _, one := range r.Value {
			switch one.Tag {
			case "v1.1.0":
				if one.Channel != model.Internal || one.SHA != model.SHA(sh.third.SHA) {
					t.Errorf("the prerelease: %+v", one)
				}
			case "v1.2.0":
				if !one.Draft {
					t.Errorf("the draft: %+v", one)
				}
			}
		}
		if none := must[github.Reading[[]model.Release]](t)(s.client.Releases(background(), api, "web/*", nil)); len(none.Value) != 0 {
			t.Errorf("another service's releases: %s", short(none.Value))
		}
	})
}

func TestReadDeploymentsWithTheStatusesThatMatter(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[[]model.Deployment]](t)(s.client.Deployments(background(), api, github.DeploymentsWanted{Environments: []string{"staging", "production eu/1"}}, nil))
		if len(r.Value) != 3 {
			t.Fatalf("deployments: %+v", r.Value)
		}
		waiting, now, before := r.Value[0], r.Value[1], r.Value[2]
		if waiting.Environment != "Production EU/1" || waiting.State().Finished() || !waiting.StatusesRead || !waiting.FirstSuccess().IsZero() {
			t.Errorf("the waiting one: %+v", waiting)
		}
		if now.SHA != model.SHA(sh.third.SHA) || now.State() != model.DeploymentSuccess || now.RunID == 0 || now.Ref != "v1.1.0" {
			t.Errorf("the current one: %+v", now)
		}
		if before.State() != model.DeploymentInactive || before.FirstSuccess().IsZero() {
			t.Errorf("auto_inactive must keep the first success: %+v", before)
		}
	})
}

func TestReadEnvironmentsWithRulesAndPolicies(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, _ *shop) {
		r := must[github.Reading[[]model.Protection]](t)(s.client.Environments(background(), api, []string{"production eu/1", "nowhere"}, nil))
		by := map[string]model.Protection{}
		for _, p := range r.Value {
			by[p.Environment] = p
		}
		p := by["Production EU/1"]
		if !p.Exists || p.WaitTimer != 5*time.Minute || !p.PreventSelfReview || p.Policy != model.PolicyCustom || !p.PatternsRead {
			t.Errorf("production: %+v", p)
		}
		if want := []model.Reviewer{{Type: "User", Name: "octocat"}, {Type: "Team", Name: "release-managers"}}; !slices.Equal(p.Reviewers, want) {
			t.Errorf("reviewers: %+v", p.Reviewers)
		}
		if want := []model.PolicyPattern{{Name: "main", Type: "branch"}, {Name: "release/*", Type: "branch"}, {Name: "v*", Type: "tag"}}; !slices.Equal(p.Patterns, want) {
			t.Errorf("patterns: %+v", p.Patterns)
		}
		if by["locked"].Policy != model.PolicyProtected || by["staging"].Policy != model.PolicyNone {
			t.Errorf("policies: %+v", by)
		}
		if missing, ok := by["nowhere"]; !ok || missing.Exists {
			t.Errorf("a configured environment that GitHub lacks must be told: %+v", by)
		}
	})
}

func TestReadRunsJobsAndSteps(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[[]model.Run]](t)(s.client.Runs(background(), api, nil))
		if !slices.ContainsFunc(r.Value, func(r model.Run) bool { return r.WorkflowName == "pages-build-deployment" }) {
			t.Error("a run of a workflow that is not in the repository's list is missing")
		}
		c := must[github.Reading[[]model.Run]](t)(s.client.CommitRuns(background(), api, model.SHA(sh.third.SHA), nil))
		i := slices.IndexFunc(c.Value, func(r model.Run) bool { return r.File() == "ci.yml" })
		if i < 0 {
			t.Fatalf("runs of the commit: %+v", c.Value)
		}
		if run := c.Value[i]; run.Conclusion != model.Failure || run.Event != "push" || run.Branch != "main" || run.HeadRepo != "acme/api" || run.Duration(start) <= 0 {
			t.Errorf("the failed run: %+v", run)
		}
		if err := sh.failed.RerunFailed("mona", nil); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Hour)
		jobs := must[github.Reading[[]model.Job]](t)(s.client.Jobs(background(), api, sh.failed.ID, 0, nil))
		first := must[github.Reading[[]model.Job]](t)(s.client.Jobs(background(), api, sh.failed.ID, 1, nil))
		if len(jobs.Value) != 2 || len(first.Value) != 2 {
			t.Fatalf("newest attempt %+v, first %+v", jobs.Value, first.Value)
		}
		for _, j := range first.Value {
			if j.Attempt != 1 || j.Name == "test" && j.Conclusion != model.Failure || j.Name == "build" && len(j.Steps) < 2 {
				t.Errorf("first attempt: %+v", j)
			}
		}
	})
}

func TestReadWhoMustApprove(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[[]model.PendingDeployment]](t)(s.client.Pending(background(), api, sh.waits.ID, nil))
		if len(r.Value) != 1 || r.Value[0].Environment != "Production EU/1" || !r.Value[0].CanApprove || len(r.Value[0].Reviewers) != 2 {
			t.Errorf("pending: %+v", r.Value)
		}
	})
}

func TestReadStatusesAndChecksOfACommit(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		r := must[github.Reading[[]model.CommitCheck]](t)(s.client.CommitChecks(background(), api, model.SHA(sh.third.SHA), nil, nil))
		by := map[string]model.CommitCheck{}
		for _, c := range r.Value {
			by[c.Name] = c
		}
		if c := by["buildkite/api"]; c.Conclusion != model.Failure || c.Summary != "2 tests failed" || c.URL == "" {
			t.Errorf("the newest status of a context counts: %+v", c)
		}
		if c := by["codecov/patch"]; c.App != "codecov" || c.FromActions || c.Conclusion != model.Success {
			t.Errorf("an app's check run: %+v", c)
		}
		if c := by["test"]; !c.FromActions || c.Conclusion != model.Failure {
			t.Errorf("a job's check run: %+v", c)
		}
		s.charged()
		must[github.Reading[[]model.CommitCheck]](t)(s.client.CommitChecks(background(), api, model.SHA(sh.third.SHA), []string{"buildkite/api"}, nil))
		if sent, _ := s.charged(); sent != 1 {
			t.Errorf("where a status answers, check runs need not be asked for: %d requests", sent)
		}
	})
}

func TestReadCommitAndComparison(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		c := must[github.Reading[github.CommitPaths]](t)(s.client.Commit(background(), api, model.SHA(sh.third.SHA), nil))
		if !slices.Equal(c.Value.Paths, []string{"db/1.sql"}) || c.Value.Commit.Parents[0] != model.SHA(sh.second.SHA) {
			t.Errorf("commit: %+v", c.Value)
		}
		r := must[github.Reading[model.Comparison]](t)(s.client.Comparison(background(), api, model.SHA(sh.first.SHA), model.SHA(sh.third.SHA), 0, nil))
		if r.Value.Status != "ahead" || r.Value.Ahead != len(r.Value.Commits) || r.Value.CommitsCut || r.Value.Commits[0].SHA != model.SHA(sh.third.SHA) {
			t.Errorf("comparison: %+v", r.Value)
		}
		if !slices.Contains(r.Value.Paths, "db/1.sql") || !slices.Contains(r.Value.Paths, "main.go") || slices.Contains(r.Value.Paths, "README.md") {
			t.Errorf("paths: %v", r.Value.Paths)
		}
		if got := added(r.Value.Files); got != addedInTheShop {
			t.Errorf("added lines: %s", got)
		}
		numbers := map[int]model.PullRequest{}
		for _, p := range r.Value.PullRequests {
			numbers[p.Number] = p
		}
		if len(numbers) != 2 || numbers[7].Title != "Break it" || numbers[1].Title != "Feature" {
			t.Errorf("pull requests: %+v", r.Value.PullRequests)
		}
	})
}

// addedInTheShop are the lines that differ between the shop's first and third commits.
const addedInTheShop = "db/1.sql 1, main.go 1"

// added writes which lines a comparison adds.
func added(files []model.FileChange) string {
	var all []string
	for _, f := range files {
		lines := model.LineList(f.Added)
		if !f.Known {
			lines = "?"
		}
		all = append(all, f.Path+" "+lines)
	}
	return strings.Join(all, ", ")
}

func TestAddedLinesOfAComparison(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		from := sh.repo.Push(simulator.Change{Files: map[string]string{"a.go": "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "gone.go": "x\n", "huge.go": "x\n", "logo.png": "x"}})
		to := sh.repo.Push(simulator.Change{Removed: []string{"gone.go"}, Files: map[string]string{
			"a.go": "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\nten\nmore\n12\n13\n", "new.go": "a\nb\n", "huge.go": strings.Repeat("y\n", 30_000), "logo.png": "\x00",
		}})
		r := must[github.Reading[model.Comparison]](t)(s.client.Comparison(background(), api, model.SHA(from.SHA), model.SHA(to.SHA), 0, nil))
		if got, want := added(r.Value.Files), "a.go 1, 11–12, 14, huge.go ?, logo.png , new.go 1–2"; got != want {
			t.Errorf("added lines: %s, not %s", got, want)
		}
	})
}

func TestHistoryIsReadPageByPage(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, _ *shop) {
		runs := must[github.Reading[[]model.Run]](t)(s.client.RunHistory(background(), api, "deploy.yml", 1, nil))
		if len(runs.Value) != 3 || runs.Cut {
			t.Errorf("runs of the deploy workflow: %+v", runs.Value)
		}
		list := must[github.Reading[[]model.Deployment]](t)(s.client.DeploymentHistory(background(), api, "staging", 1, nil))
		if len(list.Value) != 2 || list.Value[0].StatusesRead {
			t.Fatalf("deployments to staging: %+v", list.Value)
		}
		d := must[github.Reading[model.Deployment]](t)(s.client.DeploymentStatuses(background(), api, list.Value[1], nil))
		if !d.Value.StatusesRead || d.Value.FirstSuccess().IsZero() || d.Value.RunID == 0 {
			t.Errorf("with its statuses: %+v", d.Value)
		}
	})
}
