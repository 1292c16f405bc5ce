package simulator

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// request is a run's wish to deploy into an environment that has rules.
type request struct{ job *Job }

// deploymentReview is one review of a run.
type deploymentReview struct {
	*Approval
	run   *Run
	index int
}

// checkRuns are the checks of a suite: for a run of Actions the jobs of its newest attempt.
func (s *CheckSuite) checkRuns() []any {
	var list []any
	if s.run != nil {
		for _, j := range s.run.attempt().jobs {
			list = append(list, j)
		}
		return list
	}
	for _, c := range s.checks {
		list = append(list, c)
	}
	return list
}

// outcome is a suite's status and conclusion: its run's, or the worst of its checks.
func (s *CheckSuite) outcome() (status, conclusion string) {
	if s.run != nil {
		a := s.run.attempt()
		return a.status, a.conclusion
	}
	conclusion = Success
	for _, c := range s.checks {
		if c.status != Completed {
			return c.status, ""
		}
		if c.conclusion != Success && c.conclusion != Neutral && c.conclusion != Skipped {
			conclusion = c.conclusion
		}
	}
	return Completed, conclusion
}

// suiteOf is a run's check suite.
func (n *Run) suiteOf() *CheckSuite {
	for _, s := range n.repo.suites[n.Commit.SHA] {
		if s.run == n {
			return s
		}
	}
	return nil
}

func (x *execution) suite(s *CheckSuite, f *field) (any, error) {
	status, conclusion := s.outcome()
	switch f.name {
	case "databaseId":
		return s.ID, nil
	case "status":
		return strings.ToUpper(status), nil
	case "conclusion":
		return orNull(strings.ToUpper(conclusion)), nil
	case "branch":
		return s.repo.headRef(s.Branch), nil
	case "commit":
		return s.Commit, nil
	case "repository":
		return s.repo, nil
	case "workflowRun":
		return s.run, nil
	case "createdAt":
		return s.CreatedAt, nil
	case "updatedAt":
		if s.run != nil {
			return s.run.attempt().updatedAt, nil
		}
		return s.CreatedAt, nil
	case "creator":
		if s.run == nil || typeName(s.run.actor, "") != "User" {
			return nil, nil
		}
		return s.run.actor, nil
	case "url":
		return x.world.html("%s/commit/%s/checks?check_suite_id=%d", s.repo.fullName(), s.Commit.SHA, s.ID), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/commit/%s/checks?check_suite_id=%d", s.repo.fullName(), s.Commit.SHA, s.ID), nil
	case "checkRuns":
		if !x.token.may("checks", "read", s.repo) {
			return nil, forbidden()
		}
		return cutPage(filterChecks(s.checkRuns(), f), f)
	}
	return nil, unresolved(f)
}

// filterChecks applies the argument filterBy by name, status and conclusion.
func filterChecks(all []any, f *field) []any {
	filter, _ := f.args["filterBy"].(map[string]any)
	var list []any
	for _, c := range all {
		name, status, conclusion := "", "", ""
		switch c := c.(type) {
		case *Job:
			name, status, conclusion = c.Name, c.status, c.conclusion
		case *CheckRun:
			name, status, conclusion = c.Name, c.status, c.conclusion
		}
		if only, ok := filter["checkName"].(string); ok && only != name {
			continue
		}
		if only, ok := filter["status"].(string); ok && !strings.EqualFold(only, status) {
			continue
		}
		if only, ok := filter["conclusions"].([]any); ok && !oneOf(only, conclusion) {
			continue
		}
		if only, ok := filter["statuses"].([]any); ok && !oneOf(only, status) {
			continue
		}
		list = append(list, c)
	}
	return list
}

func oneOf(list []any, value string) bool {
	for _, v := range list {
		if s, ok := v.(string); ok && strings.EqualFold(s, value) {
			return true
		}
	}
	return false
}

// job answers for a job of Actions, which is a check run too.
func (x *execution) job(j *Job, f *field) (any, error) {
	r := j.attempt.run.repo
	switch f.name {
	case "name":
		return j.Name, nil
	case "databaseId":
		return j.ID, nil
	case "status":
		return strings.ToUpper(j.status), nil
	case "conclusion":
		return orNull(strings.ToUpper(j.conclusion)), nil
	case "startedAt":
		return j.startedAt, nil
	case "completedAt":
		return j.completedAt, nil
	case "checkSuite":
		return j.attempt.run.suiteOf(), nil
	case "deployment":
		return j.deployment, nil
	case "repository":
		return r, nil
	case "url", "permalink", "detailsUrl":
		return j.page(), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/actions/runs/%d/job/%d", r.fullName(), j.attempt.run.ID, j.ID), nil
	case "isRequired":
		return false, nil
	case "title", "summary", "text", "externalId":
		return nil, nil // Actions leaves them empty
	}
	return nil, unresolved(f)
}

// check answers for a check run of an app outside Actions.
func (x *execution) check(c *CheckRun, f *field) (any, error) {
	r := c.suite.repo
	switch f.name {
	case "name":
		return c.Name, nil
	case "databaseId":
		return c.ID, nil
	case "status":
		return strings.ToUpper(c.status), nil
	case "conclusion":
		return orNull(strings.ToUpper(c.conclusion)), nil
	case "startedAt":
		return c.startedAt, nil
	case "completedAt":
		return c.completedAt, nil
	case "checkSuite":
		return c.suite, nil
	case "deployment", "text", "externalId":
		return nil, nil // only jobs of Actions deploy; the others were not set
	case "repository":
		return r, nil
	case "url", "permalink":
		return x.world.html("%s/runs/%d", r.fullName(), c.ID), nil
	case "detailsUrl":
		return orNull(c.details), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/runs/%d", r.fullName(), c.ID), nil
	case "isRequired":
		return false, nil
	case "title":
		return orNull(c.title), nil
	case "summary":
		return orNull(c.summary), nil
	}
	return nil, unresolved(f)
}

func (x *execution) workflow(w *Workflow, f *field) (any, error) {
	switch f.name {
	case "name":
		return w.Name, nil
	case "databaseId":
		return w.ID, nil
	case "createdAt", "updatedAt":
		return w.CreatedAt, nil
	case "url":
		return x.world.html("%s/actions/workflows/%s", w.repo.fullName(), path.Base(w.Path)), nil
	case "resourcePath":
		return "/" + w.repo.fullName() + "/actions/workflows/" + path.Base(w.Path), nil
	}
	return nil, unresolved(f)
}

func (x *execution) workflowRun(n *Run, f *field) (any, error) {
	switch f.name {
	case "databaseId":
		return n.ID, nil
	case "runNumber":
		return n.Number, nil
	case "event":
		return n.Event, nil
	case "workflow":
		return n.Workflow, nil
	case "checkSuite":
		return n.suiteOf(), nil
	case "createdAt":
		return n.CreatedAt, nil
	case "updatedAt":
		return n.attempt().updatedAt, nil
	case "url":
		return x.world.html("%s/actions/runs/%d", n.repo.fullName(), n.ID), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/actions/runs/%d", n.repo.fullName(), n.ID), nil
	case "pendingDeploymentRequests":
		var list []request
		for _, j := range n.attempt().jobs {
			if j.status == Waiting && j.environment != nil {
				list = append(list, request{j})
			}
		}
		return cutPage(list, f)
	case "deploymentReviews":
		var list []*deploymentReview
		for i, a := range n.approvals {
			list = append(list, &deploymentReview{a, n, i})
		}
		return cutPage(list, f)
	}
	return nil, unresolved(f)
}

func (x *execution) request(q request, f *field) (any, error) {
	e := q.job.environment
	switch f.name {
	case "environment":
		return e, nil
	case "currentUserCanApprove":
		return e.mayReview(x.token.user, q.job.attempt.run), nil
	case "reviewers":
		return cutPage(e.whoReviews(), f)
	case "waitTimer":
		return int(e.rules.WaitTimer / time.Minute), nil
	case "waitTimerStartedAt":
		if e.rules.WaitTimer == 0 {
			return nil, nil
		}
		return q.job.waitingFrom, nil
	}
	return nil, unresolved(f)
}

func (x *execution) review(v *deploymentReview, f *field) (any, error) {
	switch f.name {
	case "comment":
		return v.Comment, nil
	case "databaseId":
		return v.index + 1, nil
	case "state":
		return strings.ToUpper(v.State), nil
	case "user":
		return v.User, nil
	case "environments":
		return cutPage(v.Environments, f)
	}
	return nil, unresolved(f)
}
