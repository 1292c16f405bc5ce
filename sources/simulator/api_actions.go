package simulator

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

func actionsRoutes() []*route {
	return []*route{
		get("actions/workflows", "actions", (*call).listWorkflows),
		get("actions/workflows/{workflow}", "actions", (*call).showWorkflow),
		get("actions/workflows/{workflow}/runs", "actions", (*call).listWorkflowRuns),
		get("actions/runs", "actions", func(c *call) answer { return c.listRuns(nil) }),
		get("actions/runs/{run}", "actions", (*call).showRun),
		get("actions/runs/{run}/attempts/{attempt}", "actions", (*call).showRun),
		get("actions/runs/{run}/jobs", "actions", (*call).listJobs),
		get("actions/runs/{run}/attempts/{attempt}/jobs", "actions", (*call).listJobs),
		get("actions/runs/{run}/logs", "actions", (*call).downloadRunLogs),
		get("actions/runs/{run}/attempts/{attempt}/logs", "actions", (*call).downloadRunLogs),
		get("actions/runs/{run}/artifacts", "actions", (*call).listArtifacts),
		get("actions/runs/{run}/pending_deployments", "actions", (*call).listPending),
		get("actions/runs/{run}/approvals", "actions", (*call).listApprovals),
		get("actions/jobs/{job}", "actions", (*call).showJob),
		get("actions/jobs/{job}/logs", "actions", (*call).downloadJobLogs),
		get("actions/artifacts", "actions", (*call).listArtifacts),
		get("actions/artifacts/{artifact}", "actions", (*call).showArtifact),
		get("actions/artifacts/{artifact}/{format}", "actions", (*call).downloadArtifact),
	}
}

func (c *call) listWorkflows() answer {
	var listed []*Workflow
	for _, f := range c.repo.workflows {
		if !f.plan.Unlisted {
			listed = append(listed, f)
		}
	}
	return counted(c, "workflows", listed, (*Workflow).show)
}

// workflowNamed finds a workflow by number or file name (REST docs, "Get a workflow").
func (c *call) workflowNamed(name string) *Workflow {
	for _, f := range c.repo.workflows {
		if itoa(f.ID) == name || path.Base(f.Path) == name && !f.plan.Unlisted {
			return f
		}
	}
	return nil
}

func (c *call) showWorkflow() answer {
	if f := c.workflowNamed(c.args["workflow"]); f != nil && !f.plan.Unlisted {
		return found(f.show())
	}
	return missing()
}

func (c *call) listWorkflowRuns() answer {
	f := c.workflowNamed(c.args["workflow"])
	if f == nil {
		return missing()
	}
	return c.listRuns(f)
}

// filteredRuns bounds lists of runs that are filtered (REST docs, "List workflow
// runs for a repository": "up to 1,000 results for each search").
const filteredRuns = 1000

func (c *call) listRuns(only *Workflow) answer {
	q := c.http.URL.Query()
	within, ok := createdWithin(q.Get("created"))
	if !ok {
		return failure(http.StatusUnprocessableEntity, "Invalid created filter")
	}
	is := func(parameter string, values ...string) bool {
		want := q.Get(parameter)
		for _, v := range values {
			if v == want {
				return true
			}
		}
		return want == ""
	}
	filtered := false
	for _, p := range []string{"actor", "branch", "event", "status", "created", "head_sha", "check_suite_id"} {
		filtered = filtered || q.Has(p)
	}
	var wanted []*Run
	for _, n := range newestFirst(c.repo.runs) {
		a := n.attempt()
		if (only == nil || n.Workflow == only) && is("actor", n.actor.Login) && is("branch", n.Branch) && is("event", n.Event) &&
			is("status", a.status, a.conclusion) && is("head_sha", n.Commit.SHA) && is("check_suite_id", itoa(n.SuiteID)) && within(n.CreatedAt) {
			wanted = append(wanted, n)
		}
	}
	bound := len(wanted)
	if filtered {
		bound = filteredRuns
	}
	part, link := pageWithin(c, wanted, 30, 100, bound)
	return linked(found(object{
		"total_count":   len(wanted),
		"workflow_runs": showAll(part, func(n *Run) any { return n.show(n.attempt(), q.Get("exclude_pull_requests") == "true") }),
	}), link)
}

// createdWithin reads a date or time, a comparison or a range (GitHub docs,
// "Understanding the search syntax", "Query for dates").
func createdWithin(s string) (within func(time.Time) bool, ok bool) {
	if s == "" {
		return func(time.Time) bool { return true }, true
	}
	from, to := time.Time{}, time.Time{}
	if a, b, isRange := strings.Cut(s, ".."); isRange {
		first, _, ok1 := span(a)
		_, last, ok2 := span(b)
		from, to, ok = first, last, (ok1 || a == "*") && (ok2 || b == "*")
	} else {
		value := strings.TrimLeft(s, "<>=")
		first, last, good := span(value)
		ok = good
		switch s[:len(s)-len(value)] {
		case ">=":
			from = first
		case ">":
			from = last
		case "<=":
			to = last
		case "<":
			to = first
		default:
			from, to = first, last
		}
	}
	return func(t time.Time) bool {
		t = t.Truncate(time.Second)
		return (from.IsZero() || !t.Before(from)) && (to.IsZero() || t.Before(to))
	}, ok
}

// span is the day or the second that a text names: first moment, and first moment after it.
func span(s string) (first, after time.Time, ok bool) {
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return t, t.AddDate(0, 0, 1), true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, t.Add(time.Second), true
	}
	return time.Time{}, time.Time{}, false
}

func (c *call) run() *Run { return c.repo.runBy[c.number("run")] }

// attempt is the one that the path names, else the newest.
func (c *call) attempt() *Attempt {
	n := c.run()
	if n == nil {
		return nil
	}
	if _, named := c.args["attempt"]; !named {
		return n.attempt()
	}
	if i := c.number("attempt"); i >= 1 && i <= int64(len(n.attempts)) {
		return n.attempts[i-1]
	}
	return nil
}

func (c *call) showRun() answer {
	a := c.attempt()
	if a == nil {
		return missing()
	}
	without, _ := strconv.ParseBool(c.http.URL.Query().Get("exclude_pull_requests"))
	return found(a.run.show(a, without))
}

// listJobs lists the newest attempt's jobs, or with filter=all those of every
// attempt (REST docs, "List jobs for a workflow run").
func (c *call) listJobs() answer {
	a := c.attempt()
	if a == nil {
		return missing()
	}
	jobs := a.jobs
	if _, named := c.args["attempt"]; !named && c.http.URL.Query().Get("filter") == "all" {
		jobs = nil
		for _, each := range newestFirst(a.run.attempts) {
			jobs = append(jobs, each.jobs...)
		}
	}
	return counted(c, "jobs", jobs, (*Job).show)
}

func (c *call) showJob() answer {
	if j := c.repo.jobBy[c.number("job")]; j != nil {
		return found(j.show())
	}
	return missing()
}

func (c *call) listPending() answer {
	n := c.run()
	if n == nil {
		return missing()
	}
	waiting := []object{}
	for _, j := range n.attempt().jobs {
		if j.status != Waiting {
			continue
		}
		e := j.environment
		started := any(nil)
		if e.rules.WaitTimer > 0 {
			started = stamp(j.waitingFrom)
		}
		waiting = append(waiting, object{
			"environment": e.brief(), "wait_timer": int(e.rules.WaitTimer / time.Minute), "wait_timer_started_at": started,
			"current_user_can_approve": c.mayApprove(e, n), "reviewers": showAll(e.reviewers, reviewer.show),
		})
	}
	return found(waiting)
}

// mayApprove: the person must be a reviewer, and a fine-grained token needs to
// write deployments (REST docs, "Review pending deployments for a workflow run").
func (c *call) mayApprove(e *Environment, n *Run) bool {
	t := c.token
	return t.user != nil && e.mayReview(t.user, n) && (!t.fineGrained() || t.Permissions["deployments"] == "write")
}

func (c *call) listApprovals() answer {
	n := c.run()
	if n == nil {
		return missing()
	}
	return found(showAll(n.approvals, func(a *Approval) any {
		return object{
			"state": a.State, "user": a.User.show(), "comment": a.Comment,
			"environments": showAll(a.Environments, func(e *Environment) any {
				o := e.brief()
				o["created_at"], o["updated_at"] = stamp(e.CreatedAt), stamp(e.updatedAt)
				return o
			}),
		}
	}))
}
