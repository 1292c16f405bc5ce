package simulator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// fates are the states of runs, in the order given.
func (s *site) fates(all ...*simulator.Run) string {
	var words []string
	for _, n := range all {
		r := s.run(n.ID)
		words = append(words, strings.TrimPrefix(r.Status+" "+r.Conclusion, "completed "))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func TestAConcurrencyGroup(t *testing.T) {
	for _, c := range []struct {
		name             string
		plan             simulator.WorkflowPlan
		at3, at10, after string
	}{
		{"one runs, one waits, and a newcomer cancels the one that waits", simulator.WorkflowPlan{Concurrency: "deploy"},
			"in_progress cancelled pending", "success cancelled in_progress", "success cancelled success"},
		{"queue: max cancels nobody", simulator.WorkflowPlan{Concurrency: "deploy", QueueMax: true},
			"in_progress pending pending", "success in_progress pending", "success success success"},
		{"cancel-in-progress cancels the one that runs", simulator.WorkflowPlan{Concurrency: "deploy", CancelInProgress: true},
			"cancelled cancelled in_progress", "cancelled cancelled success", "cancelled cancelled success"},
		{"the group of a job", simulator.WorkflowPlan{Jobs: []simulator.JobPlan{{Name: "deploy", Concurrency: "deploy", Duration: 6 * time.Minute}}},
			"in_progress cancelled pending", "success cancelled in_progress", "success cancelled success"},
		{"groups named after inputs are others", simulator.WorkflowPlan{Concurrency: "deploy-{n}"},
			"in_progress in_progress in_progress", "success success success", "success success success"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := s.Repository("acme/api")
			c.plan.Path = "deploy.yml"
			if c.plan.Jobs == nil {
				c.plan.Jobs = []simulator.JobPlan{{Name: "deploy", Duration: 6 * time.Minute}}
			}
			api.Workflow(c.plan)
			api.Push(simulator.Change{})
			var all []*simulator.Run
			for i := range 3 {
				all = append(all, api.Run(simulator.RunOf{Workflow: "deploy.yml", Inputs: map[string]string{"n": fmt.Sprint(i)}}))
				s.pass(time.Minute)
			}
			if got := s.fates(all...); got != c.at3 {
				t.Errorf("after 3 minutes: %s", got)
			}
			s.pass(7 * time.Minute)
			if got := s.fates(all...); got != c.at10 {
				t.Errorf("after 10 minutes: %s", got)
			}
			s.pass(time.Hour)
			if got := s.fates(all...); got != c.after {
				t.Errorf("in the end: %s", got)
			}
		})
	}
}

// guarded is a repository whose production has rules, and a workflow that deploys there in a group.
func guarded(s *site, p simulator.Protection) *simulator.Repository {
	api := s.Repository("acme/api")
	api.Environment("production", p)
	api.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Concurrency: "production", Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "production"}}})
	api.Push(simulator.Change{})
	return api
}

func TestAnUnapprovedRunHoldsItsGroup(t *testing.T) {
	s := world(t)
	api := guarded(s, simulator.Protection{Reviewers: []string{"mona"}})
	var all []*simulator.Run
	for range 4 {
		all = append(all, api.Run(simulator.RunOf{Workflow: "deploy.yml"}))
		s.pass(24 * time.Hour)
	}
	if got := s.fates(all...); got != "waiting cancelled cancelled pending" {
		t.Errorf("%s", got)
	}
	s.pass(27 * 24 * time.Hour) // 30 days after the first one began to wait
	if got := s.fates(all...); got != "failure cancelled cancelled waiting" {
		t.Errorf("after 30 days: %s", got)
	}
}

func TestARunSettledByHandStaysAsItIs(t *testing.T) {
	s := world(t)
	api := guarded(s, simulator.Protection{})
	a, b := api.Run(simulator.RunOf{Workflow: "deploy.yml"}), api.Run(simulator.RunOf{Workflow: "deploy.yml"})
	a.Settle(simulator.Requested, "")
	s.pass(time.Hour)
	if got := s.fates(a, b); got != "requested pending" {
		t.Errorf("%s", got)
	}
	a.Settle(simulator.Completed, simulator.Stale)
	s.pass(time.Hour)
	if got := s.fates(a, b); got != "stale success" {
		t.Errorf("the second one, once the first has ended: %s", got)
	}
}

func TestReviews(t *testing.T) {
	for _, c := range []struct {
		name   string
		rules  simulator.Protection
		by     string
		review string
		ok     bool
		fate   string
	}{
		{"a reviewer approves", simulator.Protection{Reviewers: []string{"mona"}}, "mona", "approved", true, "success"},
		{"a reviewer rejects", simulator.Protection{Reviewers: []string{"mona"}}, "mona", "rejected", true, "failure"},
		{"a member of a team approves", simulator.Protection{Reviewers: []string{"acme/ops"}}, "ops-member", "approved", true, "success"},
		{"somebody else can't", simulator.Protection{Reviewers: []string{"mona"}}, "stranger", "approved", false, "waiting"},
		{"whoever started it may", simulator.Protection{Reviewers: []string{"octocat"}}, "octocat", "approved", true, "success"},
		{"unless self-review is prevented", simulator.Protection{Reviewers: []string{"octocat"}, PreventSelfReview: true}, "octocat", "approved", false, "waiting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			s.Team("acme", "Ops", "ops-member")
			api := guarded(s, c.rules)
			n := api.Run(simulator.RunOf{Workflow: "deploy.yml", By: "octocat"})
			s.pass(time.Minute)
			s.Token("ghp_test", simulator.Access{User: c.by, Scopes: []string{"repo"}})
			p := read[[]pending](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/pending_deployments", n.ID))
			if len(p) != 1 || p[0].Environment.Name != "production" || p[0].MayApprove != c.ok || len(p[0].Reviewers) != 1 {
				t.Errorf("pending: %+v", p)
			}
			err := n.Review(c.by, c.review, "a word")
			if c.ok != (err == nil) || !c.ok && !errors.Is(err, simulator.ErrReview) {
				t.Errorf("the review was answered %v", err)
			}
			s.pass(time.Hour)
			if got := s.fates(n); got != c.fate {
				t.Errorf("the run ended as %s", got)
			}
			approvals := read[[]struct{ State, Comment string }](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/approvals", n.ID))
			if c.ok && (len(approvals) != 1 || approvals[0].State != c.review || approvals[0].Comment != "a word") {
				t.Errorf("approvals: %+v", approvals)
			}
		})
	}
}

func TestAWaitTimerHoldsTheJob(t *testing.T) {
	s := world(t)
	n := guarded(s, simulator.Protection{WaitTimer: 15 * time.Minute}).Run(simulator.RunOf{Workflow: "deploy.yml"})
	s.pass(14 * time.Minute)
	p := read[[]pending](s, fmt.Sprintf("/repos/acme/api/actions/runs/%d/pending_deployments", n.ID))
	if len(p) != 1 || p[0].WaitTimer != 15 || p[0].Since == nil || *p[0].Since != "2026-03-02T12:00:00Z" || s.fates(n) != "waiting" {
		t.Errorf("pending: %+v", p)
	}
	d := read[[]deployment](s, "/repos/acme/api/deployments")
	if s.states(d[0].ID) != "pending" {
		t.Errorf("while it waits its deployment is %q", s.states(d[0].ID))
	}
	s.pass(2 * time.Minute)
	if got := s.fates(n); got != "in_progress" {
		t.Errorf("after the timer the run is %s", got)
	}
	s.pass(time.Hour)
	if got := s.states(d[0].ID); got != "pending queued in_progress success" {
		t.Errorf("its deployment went through %s", got)
	}
}

func TestOnlyWhatThePoliciesAdmitMayDeploy(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules simulator.Protection
		ref   string
		fate  string
	}{
		{"a branch that fits", simulator.Protection{Branches: []string{"release/*"}}, "release/2", "success"},
		{"a branch that does not", simulator.Protection{Branches: []string{"release/*"}}, "main", "failure"},
		{"a tag that fits", simulator.Protection{Tags: []string{"v*"}}, "v1", "success"},
		{"a tag, where only branches are named", simulator.Protection{Branches: []string{"*"}}, "v1", "failure"},
		{"a branch, where only tags are named", simulator.Protection{Tags: []string{"*"}}, "main", "failure"},
		{"a protected branch", simulator.Protection{ProtectedBranches: true}, "main", "success"},
		{"an unprotected branch", simulator.Protection{ProtectedBranches: true}, "release/2", "failure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			api := guarded(s, c.rules)
			api.Protect("main")
			api.Branch("release/2", "main")
			api.Tag("v1", "main")
			n := api.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: c.ref})
			s.pass(time.Hour)
			if got := s.fates(n); got != c.fate {
				t.Errorf("the run ended as %s", got)
			}
		})
	}
}
