package simulator_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func (s *site) run(id int64) run {
	s.t.Helper()
	return read[run](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d", id))
}

func (s *site) jobs(id int64, query string) string {
	s.t.Helper()
	var words []string
	for _, j := range read[jobs](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/jobs?%s", id, query)).Jobs {
		word := j.Name + " " + j.Status
		if j.Conclusion != "" {
			word = j.Name + " " + j.Conclusion
		}
		words = append(words, fmt.Sprintf("%s #%d", word, j.Attempt))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func TestARunTakesItsTime(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "build", Duration: 2 * time.Minute}, {Name: "test", Needs: []string{"build"}, Duration: 4 * time.Minute},
	}})
	c := api.Push(simulator.Change{Message: "Faster\n\nmuch", By: "mona"})
	n := api.Runs()[0]
	var seen []string
	for range 10 {
		r := s.run(n.ID)
		if r.SHA != c.SHA || r.Title != "Faster" || r.Event != "push" || r.Path != ".github/workflows/ci.yml" {
			t.Fatalf("run: %+v", r)
		}
		seen = append(seen, r.Status+r.Conclusion+": "+s.jobs(n.ID, ""))
		s.pass(time.Minute)
	}
	seen = slices.Compact(seen)
	want := []string{
		"queued: build queued #1",
		"in_progress: build in_progress #1",
		"in_progress: build success #1, test in_progress #1",
		"completedsuccess: build success #1, test success #1",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("the run went through\n%s\nnot\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}

func TestHowRunsEnd(t *testing.T) {
	plan := []simulator.JobPlan{
		{Name: "build", Steps: []simulator.StepPlan{{Name: "compile"}, {Name: "link"}, {Name: "pack"}}},
		{Name: "test", Needs: []string{"build"}}, {Name: "docs", Conclusion: simulator.Skipped},
	}
	for _, c := range []struct {
		name     string
		outcomes simulator.Outcomes
		run      string
		jobs     string
		steps    string
	}{
		{"all is well", nil, "success", "build success #1, docs skipped #1, test success #1", "success success success success success"},
		{"a job fails, and what needs it is skipped", simulator.Outcomes{"build": simulator.Failure}, "failure",
			"build failure #1, docs skipped #1, test skipped #1", "success success success failure skipped"},
		{"a step fails, and with it the job", simulator.Outcomes{"build/link": simulator.Failure}, "failure",
			"build failure #1, docs skipped #1, test skipped #1", "success success failure skipped skipped"},
		{"a job that hangs times out after six hours", simulator.Outcomes{"test": simulator.Stuck}, "timed_out",
			"build success #1, docs skipped #1, test timed_out #1", "success success success success success"},
		{"a workflow fails as a whole", simulator.Outcomes{"ci.yml": simulator.Failure}, "failure",
			"build failure #1, docs skipped #1, test skipped #1", "success success success failure skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := s.Repository("acme/api")
			api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: plan})
			api.Push(simulator.Change{Outcomes: c.outcomes})
			n := api.Runs()[0]
			s.pass(7 * time.Hour)
			if r := s.run(n.ID); r.Status != simulator.Completed || r.Conclusion != c.run {
				t.Errorf("the run is %s %s", r.Status, r.Conclusion)
			}
			if got := s.jobs(n.ID, ""); got != c.jobs {
				t.Errorf("jobs: %s", got)
			}
			var steps []string
			for _, j := range read[jobs](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/jobs", n.ID)).Jobs {
				if j.Name == "build" {
					for _, st := range j.Steps {
						steps = append(steps, st.Conclusion)
					}
				}
			}
			if got := strings.Join(steps, " "); got != c.steps {
				t.Errorf("build's steps: %s", got)
			}
		})
	}
}

func TestAttempts(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "build"}, {Name: "test"}}})
	api.Push(simulator.Change{Outcomes: simulator.Outcomes{"test": simulator.Failure}})
	n := api.Runs()[0]
	if err := n.Rerun("mona", nil); !errors.Is(err, simulator.ErrRerun) {
		t.Errorf("a run that moves was run again: %v", err)
	}
	s.pass(time.Hour)
	first := s.run(n.ID)
	if err := n.RerunFailed("mona", nil); err != nil {
		t.Fatal(err)
	}
	if r := s.run(n.ID); r.Status != simulator.InProgress || r.Attempt != 2 || r.SHA != first.SHA {
		t.Errorf("run again it is %+v", r)
	}
	s.pass(time.Hour)
	if got := s.jobs(n.ID, ""); got != "build success #2, test success #2" {
		t.Errorf("the newest attempt's jobs: %s", got)
	}
	if got := s.jobs(n.ID, "filter=all"); got != "build success #1, build success #2, test failure #1, test success #2" {
		t.Errorf("all jobs: %s", got)
	}
	old := read[run](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/attempts/1", n.ID))
	if old.Conclusion != simulator.Failure || old.Attempt != 1 || s.run(n.ID).Conclusion != simulator.Success {
		t.Errorf("the first attempt reads %+v", old)
	}
	if r := s.get(fmt.Sprintf("/repos/acme/api/actions/runs/%d/attempts/3", n.ID)); r.StatusCode != http.StatusNotFound {
		t.Errorf("an attempt that was never made answers %s", r.Status)
	}
	s.pass(31 * 24 * time.Hour)
	if err := n.Rerun("mona", nil); !errors.Is(err, simulator.ErrRerun) {
		t.Errorf("a run was run again after a month: %v", err)
	}
}

func TestARunIsRunAgainAtMostFiftyTimes(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml"})
	api.Push(simulator.Change{})
	n := api.Run(simulator.RunOf{Workflow: "ci.yml"})
	for i := range 50 {
		s.pass(time.Hour)
		if err := n.Rerun("mona", nil); err != nil {
			t.Fatalf("re-run %d: %v", i+1, err)
		}
	}
	s.pass(time.Hour)
	if err := n.Rerun("mona", nil); !errors.Is(err, simulator.ErrRerun) {
		t.Errorf("a 51st re-run: %v", err)
	}
}

func TestWhatStartsAWorkflow(t *testing.T) {
	for _, c := range []struct {
		name string
		plan simulator.WorkflowPlan
		do   func(*simulator.Repository)
		want string
	}{
		{"a push", simulator.WorkflowPlan{On: []string{"push"}}, func(r *simulator.Repository) { r.Push(simulator.Change{}) }, "push"},
		{"a push to a branch it does not watch", simulator.WorkflowPlan{On: []string{"push"}, Branches: []string{"release/**"}},
			func(r *simulator.Repository) { r.Push(simulator.Change{}) }, ""},
		{"a push to a branch it does", simulator.WorkflowPlan{On: []string{"push"}, Branches: []string{"release/**"}},
			func(r *simulator.Repository) { r.Push(simulator.Change{Branch: "release/a/b"}) }, "push"},
		{"[skip ci]", simulator.WorkflowPlan{On: []string{"push"}}, func(r *simulator.Repository) { r.Push(simulator.Change{Message: "Words [skip ci]"}) }, ""},
		{"only ignored paths", simulator.WorkflowPlan{On: []string{"push"}, PathsIgnore: []string{"docs/**"}},
			func(r *simulator.Repository) { r.Push(simulator.Change{Files: map[string]string{"docs/x/y.md": "y"}}) }, ""},
		{"ignored paths and others", simulator.WorkflowPlan{On: []string{"push"}, PathsIgnore: []string{"docs/**"}},
			func(r *simulator.Repository) {
				r.Push(simulator.Change{Files: map[string]string{"docs/x.md": "y", "a.go": "a"}})
			}, "push"},
		{"a push by GITHUB_TOKEN", simulator.WorkflowPlan{On: []string{"push"}}, func(r *simulator.Repository) { r.Push(simulator.Change{Quiet: true}) }, ""},
		{"a tag", simulator.WorkflowPlan{On: []string{"push"}, Tags: []string{"v*"}}, func(r *simulator.Repository) { r.Push(simulator.Change{}); r.Tag("v1", "") }, "push"},
		{"a tag, where only branches are watched", simulator.WorkflowPlan{On: []string{"push"}, Branches: []string{"nothing"}}, func(r *simulator.Repository) { r.Tag("v1", "") }, ""},
		{"a pull request", simulator.WorkflowPlan{On: []string{"pull_request"}}, func(r *simulator.Repository) { r.Pull(simulator.Proposal{Title: "x"}) }, "pull_request"},
		{"a release", simulator.WorkflowPlan{On: []string{"release:published"}}, func(r *simulator.Repository) { r.Release(simulator.ReleaseOf{Tag: "v1"}) }, "release"},
		{"a prerelease, where only public ones count", simulator.WorkflowPlan{On: []string{"release:released"}},
			func(r *simulator.Repository) { r.Release(simulator.ReleaseOf{Tag: "v1", Prerelease: true}) }, ""},
		{"a prerelease made public is released", simulator.WorkflowPlan{On: []string{"release:released"}},
			func(r *simulator.Repository) {
				r.Release(simulator.ReleaseOf{Tag: "v1", Prerelease: true}).Publish("mona")
			}, "release"},
		{"and not published again", simulator.WorkflowPlan{On: []string{"release:published"}},
			func(r *simulator.Repository) {
				r.Release(simulator.ReleaseOf{Tag: "v1", Prerelease: true}).Publish("mona")
			}, "release"},
		{"a release, where every activity counts", simulator.WorkflowPlan{On: []string{"release"}}, func(r *simulator.Repository) { r.Release(simulator.ReleaseOf{Tag: "v1"}) }, "release release release"},
		{"a draft", simulator.WorkflowPlan{On: []string{"release:published"}}, func(r *simulator.Repository) { r.Release(simulator.ReleaseOf{Tag: "v1", Draft: true}) }, ""},
		{"a deployment", simulator.WorkflowPlan{On: []string{"deployment"}}, func(r *simulator.Repository) { r.Deploy("staging", "") }, "deployment"},
		{"a deployment's status", simulator.WorkflowPlan{On: []string{"deployment_status"}}, func(r *simulator.Repository) { r.Deploy("staging", "") }, "deployment_status"},
		{"a person's dispatch", simulator.WorkflowPlan{On: []string{"workflow_dispatch"}}, func(r *simulator.Repository) { r.Run(simulator.RunOf{Workflow: "w.yml"}) }, "workflow_dispatch"},
		{"a schedule", simulator.WorkflowPlan{On: []string{"schedule"}}, func(r *simulator.Repository) { r.Run(simulator.RunOf{Workflow: "w.yml", Event: "schedule"}) }, "schedule"},
		{"nothing, once disabled", simulator.WorkflowPlan{On: []string{"push"}}, func(r *simulator.Repository) {
			r.Workflow(simulator.WorkflowPlan{Path: "w.yml", On: []string{"push"}}).Disable()
			r.Push(simulator.Change{})
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := s.Repository("acme/api")
			api.Push(simulator.Change{Message: "First"})
			c.plan.Path = "w.yml"
			api.Workflow(c.plan)
			c.do(api)
			var events []string
			for _, r := range read[runs](s, "/repos/acme/api/actions/workflows/w.yml/runs").Runs {
				events = append(events, r.Event)
			}
			if got := strings.Join(events, " "); got != c.want {
				t.Errorf("started %q, not %q", got, c.want)
			}
		})
	}
}

func TestAWorkflowThatFollowsAnotherRunsOnTheDefaultBranch(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push"}})
	api.Workflow(simulator.WorkflowPlan{Path: "e2e.yml", Name: "E2E", After: []string{"CI"}})
	api.Push(simulator.Change{})
	s.pass(time.Minute)
	second := api.Push(simulator.Change{})
	s.pass(time.Hour)
	var shas []string
	for _, r := range read[runs](s, "/repos/acme/api/actions/workflows/e2e.yml/runs?event=workflow_run&status=success").Runs {
		shas = append(shas, r.SHA)
	}
	if !slices.Equal(shas, []string{second.SHA, second.SHA}) {
		t.Errorf("ran on %v, not twice on %s", shas, second.SHA)
	}
}

func TestRunsThatListsHide(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Push(simulator.Change{})
	api.Workflow(simulator.WorkflowPlan{Path: "dynamic/pages/pages-build-deployment", Unlisted: true})
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"pull_request"}})
	ghost := api.Run(simulator.RunOf{Workflow: "pages-build-deployment", Event: "dynamic"})
	api.Pull(simulator.Proposal{Title: "Ours"})
	api.Pull(simulator.Proposal{Title: "Theirs", By: "stranger", Fork: "stranger/api"})
	list := read[struct {
		Workflows []struct{ Path string }
	}](s, "/repos/acme/api/actions/workflows")
	if len(list.Workflows) != 1 || list.Workflows[0].Path != ".github/workflows/ci.yml" {
		t.Errorf("workflows: %+v", list)
	}
	all := read[runs](s, "/repos/acme/api/actions/runs").Runs
	if len(all) != 3 || all[2].ID != ghost.ID || all[2].Path != "dynamic/pages/pages-build-deployment" {
		t.Fatalf("runs: %+v", all)
	}
	if r := s.get(fmt.Sprintf("/repos/acme/api/actions/workflows/%d", ghost.Workflow.ID)); r.StatusCode != http.StatusNotFound {
		t.Errorf("the unlisted workflow answers %s", r.Status)
	}
	theirs, ours := all[0], all[1]
	if theirs.Head.FullName != "stranger/api" || len(theirs.PullRequests) != 0 || ours.Head.FullName != "acme/api" || len(ours.PullRequests) != 1 {
		t.Errorf("a fork's run %+v, ours %+v", theirs, ours)
	}
}

func TestListsOfRunsAreFiltered(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}})
	a := api.Push(simulator.Change{By: "mona"})
	s.pass(24 * time.Hour)
	api.Push(simulator.Change{By: "hubot", Branch: "topic", Outcomes: simulator.Outcomes{"ci": simulator.Failure}})
	s.pass(time.Hour)
	api.Run(simulator.RunOf{Workflow: "ci.yml", By: "mona"})
	for query, want := range map[string]int{
		"": 3, "actor=mona": 2, "branch=topic": 1, "event=push": 2, "status=failure": 1, "status=success": 1, "status=completed": 2, "status=queued": 1,
		"head_sha=" + a.SHA: 2, "created=2026-03-02": 1, "created=%3E2026-03-02": 2, "created=%3C2026-03-03": 1, "created=2026-03-02..2026-03-03": 3,
		"created=%3E%3D2026-03-03T12:00:00Z": 2, "created=%3E2026-03-03T12:00:00Z": 1, "created=*..2026-03-02": 1, "created=2026-03-03T12:30:00Z..*": 1,
		"actor=mona&event=push": 1, fmt.Sprintf("check_suite_id=%d", api.Runs()[0].SuiteID): 1, "branch=none": 0,
	} {
		if got := read[runs](s, "/repos/acme/api/actions/runs?"+query); len(got.Runs) != want || got.Total != want {
			t.Errorf("%q lists %d runs, not %d", query, got.Total, want)
		}
	}
}
