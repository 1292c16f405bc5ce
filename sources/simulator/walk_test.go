package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gonogo/sources/contract"
	"gonogo/sources/simulator"
)

// eventful is a repository in which everything has happened that answers can show.
func eventful(w *simulator.World) (paths []string) {
	r := w.Repository("acme/api").Describe("The API")
	w.Team("acme", "Release Managers", "mona")
	r.Environment("staging", simulator.Protection{})
	r.Environment("Production EU/1", simulator.Protection{
		Reviewers: []string{"hubot", "acme/release-managers"}, PreventSelfReview: true,
		WaitTimer: 5 * time.Minute, Branches: []string{"main", "release/*"}, Tags: []string{"v*"},
	})
	r.Environment("locked", simulator.Protection{ProtectedBranches: true})
	r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push", "pull_request"}, Jobs: []simulator.JobPlan{
		{Name: "build", Duration: time.Minute, Steps: []simulator.StepPlan{{Name: "Compile: all/of it", Log: "compiling\nlinking"}}},
		{Name: "test", Needs: []string{"build"}}, {Name: "docs", Conclusion: simulator.Skipped},
	}})
	r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", On: []string{"workflow_dispatch"}, Concurrency: "deploy-{environment}", RunName: "Deploy {environment} by {actor}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", URL: "https://{environment}.acme.test"}}})
	r.Workflow(simulator.WorkflowPlan{Path: "dynamic/pages/pages-build-deployment", Name: "pages-build-deployment", Unlisted: true})
	first := r.Push(simulator.Change{Message: "First\n\nwith a body", By: "mona", Files: map[string]string{"README.md": "# API\n", "docs/a.md": "a"}})
	w.Pass(time.Hour)
	pr := r.Pull(simulator.Proposal{Title: "Feature", By: "hubot", Labels: []string{"bug"}, Files: map[string]string{"main.go": "package main\n"}})
	forked := r.Pull(simulator.Proposal{Title: "From outside", By: "stranger", Fork: "stranger/api", Files: map[string]string{"x.go": "package main\n"}})
	forked.Close()
	w.Pass(time.Hour)
	second := pr.Merge("mona")
	tag := r.AnnotatedTag("v1.0.0", "main", "One", "mona")
	r.Tag("light/1", first.SHA)
	rel := r.Release(simulator.ReleaseOf{Tag: "v1.0.0", Body: "notes", By: "mona", Assets: map[string]string{"api.tar.gz": "bytes"}})
	r.Release(simulator.ReleaseOf{Tag: "v1.1.0", Prerelease: true})
	r.Release(simulator.ReleaseOf{Tag: "v1.2.0", Draft: true})
	r.Protect("main")
	third := r.Push(simulator.Change{Message: "Break it", Outcomes: simulator.Outcomes{"test": simulator.Failure}})
	w.Pass(time.Hour)
	failed := r.Runs()[0]
	if err := failed.RerunFailed("mona", nil); err != nil {
		panic(err)
	}
	artifact := failed.Artifact("coverage", map[string]string{"cover.out": "mode: set"})
	dead := failed.Artifact("old", map[string]string{"a": "b"})
	dead.Expire()
	r.Run(simulator.RunOf{Workflow: "pages-build-deployment", Event: "dynamic"})
	r.Run(simulator.RunOf{Workflow: "ci.yml", Event: "pull_request", Fork: "stranger/api", By: "stranger", Conclusion: simulator.ActionRequired})
	r.Run(simulator.RunOf{Workflow: "ci.yml", Event: "schedule", Conclusion: simulator.StartupFailure})
	r.Run(simulator.RunOf{Workflow: "deploy.yml", Inputs: map[string]string{"environment": "staging"}})
	w.Pass(time.Hour)
	waits := r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.0.0", By: "mona", Inputs: map[string]string{"environment": "Production EU/1"}})
	w.Pass(10 * time.Minute)
	approved := r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.0.0", By: "mona", Inputs: map[string]string{"environment": "Production EU/1"}})
	if err := waits.Approve("hubot", "ship it"); err != nil {
		panic(err)
	}
	w.Pass(10 * time.Minute)
	d := r.Deployment(simulator.DeploymentOf{Environment: "staging", Ref: "main", Payload: map[string]any{"gonogo": "x"}, Transient: true})
	d.Status(simulator.StatusOf{State: simulator.Success, EnvironmentURL: "https://staging.acme.test", LogURL: "https://logs.acme.test"})
	r.Deployment(simulator.DeploymentOf{Environment: "staging", Payload: "a text", States: []string{simulator.Error}})
	r.Status(simulator.CommitStatusOf{Context: "buildkite/api", TargetURL: "https://buildkite.acme.test/1", By: "buildkite[bot]"})
	check := r.Check(simulator.CheckOf{App: "codecov", Name: "codecov/patch", Title: "87%", Summary: "fine"})
	r.Check(simulator.CheckOf{App: "codecov", Name: "codecov/project", Status: simulator.InProgress})
	r.Push(simulator.Change{Branch: "topic/x", Message: "On a branch"})
	w.Repository("acme/empty")
	boards := planned(w, r)

	run := func(id int64) string { return fmt.Sprintf("/repos/acme/api/actions/runs/%d", id) }
	job := failed.JobID("test")
	production := url.PathEscape("Production EU/1")
	paths = []string{
		"/user", "/user/repos", "/orgs/acme/repos", "/meta", "/rate_limit", "/repos/acme/api", "/repos/stranger/api", "/repos/acme/nothing", "/repos/acme/empty/commits",
		"/repos/acme/empty", "/repos/acme/empty/branches", "/repos/acme/empty/tags", "/repos/acme/empty/releases/latest",
		"/repos/acme/api/branches", "/repos/acme/api/branches?protected=true", "/repos/acme/api/branches/main", "/repos/acme/api/branches/topic%2Fx", "/repos/acme/api/branches/none",
		"/repos/acme/api/commits", "/repos/acme/api/commits?path=docs&sha=main&since=2026-01-01T00:00:00Z", "/repos/acme/api/commits/main", "/repos/acme/api/commits/" + second.SHA,
		"/repos/acme/api/commits/main/status", "/repos/acme/api/commits/main/statuses", "/repos/acme/api/commits/main/check-runs", "/repos/acme/api/commits/main/check-runs?filter=all&check_name=test&status=completed",
		"/repos/acme/api/commits/main/check-suites", "/repos/acme/api/commits/" + second.SHA + "/pulls", "/repos/acme/api/commits/" + forked.Head.SHA + "/pulls",
		fmt.Sprintf("/repos/acme/api/check-runs/%d", check.ID), fmt.Sprintf("/repos/acme/api/check-runs/%d", job),
		"/repos/acme/api/compare/" + first.SHA + "..." + third.SHA, "/repos/acme/api/compare/v1.0.0...main?per_page=1", "/repos/acme/api/compare/main...topic%2Fx", "/repos/acme/api/compare/main...none",
		"/repos/acme/api/tags", "/repos/acme/api/contents/docs?ref=main", "/repos/acme/api/contents/README.md", "/repos/acme/api/contents/.github%2Fworkflows%2Fci.yml?ref=v1.0.0",
		"/repos/acme/api/releases", "/repos/acme/api/releases/latest", "/repos/acme/api/releases/tags/v1.0.0", fmt.Sprintf("/repos/acme/api/releases/%d", rel.ID), fmt.Sprintf("/repos/acme/api/releases/%d/assets", rel.ID),
		"/repos/acme/api/actions/workflows", "/repos/acme/api/actions/workflows/ci.yml", "/repos/acme/api/actions/workflows/ci.yml/runs?per_page=1", fmt.Sprintf("/repos/acme/api/actions/workflows/%d", failed.Workflow.ID),
		"/repos/acme/api/actions/runs", "/repos/acme/api/actions/runs?per_page=2&page=2", "/repos/acme/api/actions/runs?status=success&event=push&branch=main&actor=mona&created=%3E%3D2026-01-01&exclude_pull_requests=true",
		"/repos/acme/api/actions/runs?head_sha=" + third.SHA, fmt.Sprintf("/repos/acme/api/actions/runs?check_suite_id=%d", failed.SuiteID),
		run(failed.ID), run(failed.ID) + "/jobs", run(failed.ID) + "/jobs?filter=all", run(failed.ID) + "/attempts/1", run(failed.ID) + "/attempts/1/jobs", run(failed.ID) + "/attempts/9/jobs",
		run(failed.ID) + "/logs", run(failed.ID) + "/attempts/1/logs", run(failed.ID) + "/artifacts", fmt.Sprintf("/repos/acme/api/actions/jobs/%d", job), fmt.Sprintf("/repos/acme/api/actions/jobs/%d/logs", job),
		run(waits.ID), run(waits.ID) + "/pending_deployments", run(waits.ID) + "/approvals", run(waits.ID) + "/jobs", run(approved.ID) + "/jobs", run(approved.ID) + "/pending_deployments",
		"/repos/acme/api/actions/artifacts?name=coverage", fmt.Sprintf("/repos/acme/api/actions/artifacts/%d", artifact.ID), fmt.Sprintf("/repos/acme/api/actions/artifacts/%d/zip", artifact.ID), fmt.Sprintf("/repos/acme/api/actions/artifacts/%d/zip", dead.ID),
		"/repos/acme/api/deployments", "/repos/acme/api/deployments?environment=staging&task=deploy", "/repos/acme/api/deployments?sha=" + second.SHA, fmt.Sprintf("/repos/acme/api/deployments/%d", d.ID), fmt.Sprintf("/repos/acme/api/deployments/%d/statuses", d.ID),
		"/repos/acme/api/environments", "/repos/acme/api/environments/" + production, "/repos/acme/api/environments/" + production + "/deployment-branch-policies", "/repos/acme/api/environments/staging/deployment_protection_rules", "/repos/acme/api/environments/none",
		"/repos/acme/api/git/ref/heads/main", "/repos/acme/api/git/ref/tags/v1.0.0", "/repos/acme/api/git/ref/tags/none", "/repos/acme/api/git/matching-refs/tags/v", "/repos/acme/api/git/matching-refs/gonogo/", "/repos/acme/api/git/commits/" + first.SHA,
		"/repos/acme/api/rulesets", "/repos/acme/api/commits/none", "/repos/acme/api/git/tags/" + tag.Object, "/repos/acme/api/git/tags/" + first.SHA,
		fmt.Sprintf("/repos/acme/api/releases/assets/%d", rel.Assets()[0].ID),
	}
	return append(paths, boards...)
}

// planned puts issues, milestones and boards into a world. It returns the paths that show them, those of boards only where
// the edition has them over REST.
func planned(w *simulator.World, r *simulator.Repository) []string {
	r.Milestone("Sprint 1", noon.AddDate(0, 0, -3)).Close()
	r.Milestone("Sprint 2", noon.AddDate(0, 0, 4))
	r.Milestone("Some day", time.Time{})
	open := r.Issue(simulator.IssueOf{Title: "Open", By: "mona", Labels: []string{"blocker"}, Assignees: []string{"ada"}, Milestone: "Sprint 2"})
	done := r.Issue(simulator.IssueOf{Title: "Done"})
	dropped := r.Issue(simulator.IssueOf{Title: "Dropped"})
	dropped.NotPlanned("mona")
	pr := r.Pull(simulator.Proposal{Title: "Do it", Closes: []*simulator.Issue{done}, Assignees: []string{"ada"}, Milestone: "Sprint 2"})
	pr.Merge("mona")
	again := r.Issue(simulator.IssueOf{Title: "Again"})
	again.Close("mona")
	again.Reopen()
	hidden := w.Repository("secret/plans").Issue(simulator.IssueOf{Title: "Hidden"})
	for _, owner := range []string{"acme", w.User("mona").Login} {
		p := w.Project(owner, "Work").Automate("Done").Iterations("Sprint", noon.AddDate(0, 0, -18), 14, "Sprint 1", "Sprint 2", "Sprint 3").
			Field("Estimate", "NUMBER").Field("Notes", "TEXT").Field("Due", "DATE")
		p.Issue(open).Set("Sprint", "Sprint 2").Set("Status", "In Progress").Set("Estimate", 2.5).Set("Notes", "a < b").Set("Due", "2026-03-05")
		p.Issue(done).Set("Status", "Done")
		p.Issue(dropped).Archive()
		p.Pull(pr)
		p.Draft("Think", "mona", "ada")
		p.Issue(hidden).Set("Sprint", "Sprint 2")
	}
	paths := []string{
		"/repos/acme/api/issues", "/repos/acme/api/issues?state=all&milestone=2&per_page=1", "/repos/acme/api/issues?milestone=none&labels=bug&assignee=ada&sort=updated&direction=asc&since=2026-03-01T00:00:00Z",
		fmt.Sprintf("/repos/acme/api/issues/%d", done.Number), fmt.Sprintf("/repos/acme/api/issues/%d", pr.Number), "/repos/acme/api/issues/999",
		"/repos/acme/api/milestones?state=all&sort=due_on&direction=desc&per_page=100", "/repos/acme/api/milestones/2",
	}
	if w.Edition() == simulator.GitHubCom {
		for _, owner := range []string{"/orgs/acme", "/users/mona"} {
			paths = append(paths, owner+"/projectsV2", owner+"/projectsV2/1", owner+"/projectsV2/9", owner+"/projectsV2/1/fields?per_page=100", owner+"/projectsV2/1/items?per_page=2",
				owner+"/projectsV2/1/items?q=sprint:%22Sprint+2%22&per_page=100&fields="+w.Fields(owner[strings.LastIndex(owner, "/")+1:], 1))
		}
	}
	return paths
}

func TestEveryAnswerKeepsGitHubsContract(t *testing.T) {
	for _, edition := range []struct {
		name     string
		plays    simulator.Edition
		contract contract.Edition
	}{{"github.com", simulator.GitHubCom, contract.GitHubCom}, {"Enterprise Server 3.19", simulator.EnterpriseServer319, contract.Enterprise}} {
		t.Run(edition.name, func(t *testing.T) {
			recorder := contract.NewRecorder(t, edition.contract)
			c := &clock{noon}
			w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour), Edition: edition.plays, OnExchange: recorder.Record})
			paths := eventful(w)
			s := serve(t, w, c)
			if never := w.Unasked(append(paths, writes(w.Repository("acme/api"))...)); len(never) > 0 {
				t.Errorf("nobody asks for %v", never)
			}
			answered := map[int]int{}
			for _, p := range paths {
				answered[s.get(p).StatusCode]++
			}
			if err := s.Server.Close(); err != nil { // an answer is judged once it has been sent
				t.Error(err)
			}
			if recorder.Seen() != len(paths) || answered[http.StatusOK] < 70 || answered[http.StatusFound] != 4 || answered[http.StatusUnprocessableEntity] != 1 || answered[http.StatusGone] != 1 || answered[http.StatusInternalServerError] != 0 {
				t.Errorf("%d of %d answers were judged, by status: %v", recorder.Seen(), len(paths), answered)
			}
		})
	}
}

// hostile is text as nobody should write it.
const hostile = "\x1b[31m\u202eevil\u200b \xff<&>%2F?#\n{ref} 世界 ../x"

func TestHostileTextKeepsTheContractToo(t *testing.T) {
	recorder := contract.NewRecorder(t, contract.GitHubCom)
	c := &clock{noon}
	w := simulator.New(simulator.Options{Seed: 7, Now: c.Now, Start: noon.Add(-8 * time.Hour), OnExchange: recorder.Record})
	r := w.Repository("acme/api").Describe(hostile)
	w.Team("acme", hostile, hostile)
	r.Environment(hostile, simulator.Protection{Reviewers: []string{hostile}, Branches: []string{hostile}})
	r.Workflow(simulator.WorkflowPlan{Path: ".github/workflows/" + hostile + ".yml", Name: hostile, On: []string{"push", "pull_request"}, RunName: hostile,
		Jobs: []simulator.JobPlan{{Name: hostile, Environment: hostile, Labels: []string{hostile}, Steps: []simulator.StepPlan{{Name: hostile, Log: hostile}}}}})
	r.Push(simulator.Change{Message: hostile, By: hostile, Files: map[string]string{hostile: hostile}})
	pr := r.Pull(simulator.Proposal{Title: hostile, By: hostile, Branch: hostile, Labels: []string{hostile}})
	merged := pr.Merge("mona")
	r.AnnotatedTag(hostile, "main", hostile, hostile)
	release := r.Release(simulator.ReleaseOf{Tag: hostile, Name: hostile, Body: hostile, By: hostile, Assets: map[string]string{hostile: hostile}})
	r.Status(simulator.CommitStatusOf{Context: hostile, Description: hostile, By: hostile})
	r.Check(simulator.CheckOf{App: hostile, Name: hostile, Title: hostile, Summary: hostile})
	d := r.Deployment(simulator.DeploymentOf{Environment: hostile, Ref: hostile, By: hostile, Payload: hostile, Description: hostile})
	d.Status(simulator.StatusOf{State: simulator.Success, Description: hostile, By: hostile})
	r.Milestone(hostile, noon)
	issue := r.Issue(simulator.IssueOf{Title: hostile, By: hostile, Labels: []string{hostile}, Assignees: []string{hostile}, Milestone: hostile})
	pr.Link(issue)
	board := w.Project("acme", hostile).Select(hostile, hostile).Field("Notes", "TEXT").Iterations("Sprint", noon, 14, hostile)
	board.Issue(issue).Set(hostile, hostile).Set("Notes", hostile).Set("Sprint", hostile)
	board.Draft(hostile, hostile, hostile)
	n := r.Runs()[0]
	n.Artifact(hostile, map[string]string{hostile: hostile})
	w.Pass(time.Hour)
	s := serve(t, w, c)
	name, run := url.PathEscape(hostile), fmt.Sprintf("/repos/acme/api/actions/runs/%d", n.ID)
	for _, p := range []string{
		"", "/branches", "/branches/" + name, "/tags", "/commits", "/commits/main", "/commits/" + merged.SHA + "/pulls", "/commits/main/status", "/commits/main/statuses",
		"/commits/main/check-runs", "/commits/main/check-suites", "/releases", "/releases/tags/" + name, fmt.Sprintf("/releases/%d", release.ID),
		"/actions/workflows", "/actions/runs", "/actions/artifacts", "/deployments", fmt.Sprintf("/deployments/%d/statuses", d.ID),
		"/issues", "/milestones", "/issues?labels=" + url.QueryEscape(hostile), "/environments", "/environments/" + name, "/environments/" + name + "/deployment-branch-policies", "/git/matching-refs/tags", "/git/ref/tags/" + name,
		"/compare/" + name + "...main", "/contents/" + name,
	} {
		if r := s.get("/repos/acme/api" + p); r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s: %s", p, r.Status, r.body)
		}
	}
	fields := w.Fields("acme", 1)
	for _, p := range []string{"", "/fields", "/items?fields=" + fields, "/items?fields=" + fields + "&q=sprint:" + url.QueryEscape(hostile)} {
		if r := s.get("/orgs/acme/projectsV2/1" + p); r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s: %s", p, r.Status, r.body)
		}
	}
	for _, p := range []string{"", "/jobs", "/pending_deployments", "/approvals"} {
		if r := s.get(run + p); r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s: %s", p, r.Status, r.body)
		}
	}
}
