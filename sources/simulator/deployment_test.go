package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// states are a deployment's states over time, oldest first.
func (s *site) states(id int64) string {
	s.t.Helper()
	var states []string
	for _, st := range read[[]status](s, fmt.Sprintf("/repos/acme/api/deployments/%d/statuses?per_page=100", id)) {
		states = append(states, st.State)
	}
	slices.Reverse(states)
	return strings.Join(states, " ")
}

func TestWhatASuccessMakesInactive(t *testing.T) {
	const success = simulator.Success
	for _, c := range []struct {
		name          string
		first         simulator.DeploymentOf
		second        simulator.DeploymentOf
		keeps         bool
		firstEndsAs   string
		secondsStates []string
	}{
		{name: "an earlier success in the same environment becomes inactive",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{success}}, second: simulator.DeploymentOf{Environment: "staging"},
			firstEndsAs: "success inactive", secondsStates: []string{success}},
		{name: "production stays successful",
			first: simulator.DeploymentOf{Environment: "production", States: []string{success}}, second: simulator.DeploymentOf{Environment: "production"},
			firstEndsAs: "success", secondsStates: []string{success}},
		{name: "so does any environment that was deployed to as production",
			first: simulator.DeploymentOf{Environment: "eu", Production: true, States: []string{success}}, second: simulator.DeploymentOf{Environment: "eu"},
			firstEndsAs: "success", secondsStates: []string{success}},
		{name: "a transient one stays too",
			first: simulator.DeploymentOf{Environment: "review", Transient: true, States: []string{success}}, second: simulator.DeploymentOf{Environment: "review"},
			firstEndsAs: "success", secondsStates: []string{success}},
		{name: "what failed is left alone",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{simulator.Failure}}, second: simulator.DeploymentOf{Environment: "staging"},
			firstEndsAs: "failure", secondsStates: []string{success}},
		{name: "what is still pending is left alone",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{simulator.Pending}}, second: simulator.DeploymentOf{Environment: "staging"},
			firstEndsAs: "pending", secondsStates: []string{success}},
		{name: "a failure replaces nothing",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{success}}, second: simulator.DeploymentOf{Environment: "staging"},
			firstEndsAs: "success", secondsStates: []string{simulator.InProgress, simulator.Failure}},
		{name: "another environment replaces nothing",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{success}}, second: simulator.DeploymentOf{Environment: "test"},
			firstEndsAs: "success", secondsStates: []string{success}},
		{name: "auto_inactive can be off",
			first: simulator.DeploymentOf{Environment: "staging", States: []string{success}}, second: simulator.DeploymentOf{Environment: "staging"},
			keeps: true, firstEndsAs: "success", secondsStates: []string{success}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := s.Repository("acme/api")
			api.Push(simulator.Change{})
			first := api.Deployment(c.first)
			second := api.Deployment(c.second)
			for _, state := range c.secondsStates {
				second.Status(simulator.StatusOf{State: state, KeepsOthers: c.keeps})
			}
			if got := s.states(first.ID); got != c.firstEndsAs {
				t.Errorf("the first deployment went through %q, not %q", got, c.firstEndsAs)
			}
			if got := s.states(second.ID); got != strings.Join(c.secondsStates, " ") {
				t.Errorf("the second deployment went through %q", got)
			}
		})
	}
}

func TestAJobThatWasCancelledBeforeItBeganLeavesItsDeploymentForEver(t *testing.T) {
	s := world(t)
	api := deployable(s, simulator.JobPlan{})
	n := api.Run(simulator.RunOf{Workflow: "deploy.yml"})
	n.Cancel("mona")
	s.pass(24 * time.Hour)
	d := read[[]deployment](s, "/repos/acme/api/deployments")
	if len(d) != 1 || s.states(d[0].ID) != "queued" {
		t.Errorf("deployments %v in states %q", d, s.states(d[0].ID))
	}
	if status, conclusion := n.Status(); status != simulator.Completed || conclusion != simulator.Cancelled {
		t.Errorf("the run is %s %s", status, conclusion)
	}
}

func TestTheDeploymentsOfJobs(t *testing.T) {
	for _, c := range []struct {
		name   string
		job    simulator.JobPlan
		states string
	}{
		{"a job that succeeds", simulator.JobPlan{}, "queued in_progress success"},
		{"a job that fails", simulator.JobPlan{Conclusion: simulator.Failure}, "queued in_progress failure"},
		{"a job whose runner is lost", simulator.JobPlan{Conclusion: simulator.Failure, Abandons: true}, "queued in_progress"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := deployable(s, c.job)
			api.Run(simulator.RunOf{Workflow: "deploy.yml"})
			s.pass(time.Hour)
			d := read[[]deployment](s, "/repos/acme/api/deployments")
			if len(d) != 1 || d[0].App == nil || d[0].App.Slug != "github-actions" {
				t.Fatalf("deployments: %+v", d)
			}
			if got := s.states(d[0].ID); got != c.states {
				t.Errorf("went through %q, not %q", got, c.states)
			}
		})
	}
}

// deployable is a repository with a workflow that deploys to staging.
func deployable(s *site, p simulator.JobPlan) *simulator.Repository {
	api := s.Repository("acme/api")
	p.Name, p.Environment = "deploy", "staging"
	api.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Jobs: []simulator.JobPlan{p}})
	api.Push(simulator.Change{})
	return api
}

func TestTwoJobsOfOneRunInOneEnvironmentMakeTwoDeployments(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Jobs: []simulator.JobPlan{
		{Name: "deploy (a)", Environment: "staging", Duration: time.Minute}, {Name: "deploy (b)", Environment: "staging", Duration: 5 * time.Minute},
	}})
	api.Push(simulator.Change{})
	api.Run(simulator.RunOf{Workflow: "deploy.yml"})
	s.pass(time.Hour)
	d := read[[]deployment](s, "/repos/acme/api/deployments")
	if len(d) != 2 || s.states(d[0].ID) != "queued in_progress success" || s.states(d[1].ID) != "queued in_progress success inactive" {
		t.Errorf("%+v went through %q and %q", d, s.states(d[0].ID), s.states(d[1].ID))
	}
}

func TestAJobsOwnDeploymentStandsBesideOneMadeThroughTheAPI(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", On: []string{"deployment"}, Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "staging"}}})
	c := api.Push(simulator.Change{})
	api.Deployment(simulator.DeploymentOf{Environment: "staging", Payload: map[string]any{"operation": "42"}})
	s.pass(time.Hour)
	d := read[[]deployment](s, "/repos/acme/api/deployments?environment=Staging&sha="+c.SHA)
	if len(d) != 2 || d[0].App == nil || d[1].App != nil || fmt.Sprint(d[0].Payload) != "map[]" || fmt.Sprint(d[1].Payload) != "map[operation:42]" {
		t.Errorf("%+v", d)
	}
}

func TestDeploymentsAreFiltered(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	a := api.Push(simulator.Change{})
	api.Deploy("staging", "")
	b := api.Push(simulator.Change{})
	api.Deploy("staging", b.SHA)
	api.Deployment(simulator.DeploymentOf{Environment: "production", Ref: "main", Task: "rollback"})
	for query, want := range map[string]int{
		"": 3, "sha=" + a.SHA: 1, "sha=" + b.SHA: 2, "ref=main": 2, "task=rollback": 1, "environment=staging": 2, "environment=none": 3, "environment=x": 0,
		"environment=staging&sha=" + b.SHA: 1,
	} {
		if got := read[[]deployment](s, "/repos/acme/api/deployments?"+query); len(got) != want {
			t.Errorf("%q lists %d deployments, not %d", query, len(got), want)
		}
	}
}
