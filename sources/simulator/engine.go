package simulator

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// runOf is a run about to start.
type runOf struct {
	workflow   *Workflow
	event      string
	commit     *Commit
	branch     string
	actor      *Account
	head       *Repository
	pull       *PullRequest
	title      string
	inputs     map[string]string
	outcomes   Outcomes
	conclusion string
}

// start makes a run and lets it go.
func (r *Repository) start(o runOf) *Run {
	w := r.world
	f := o.workflow
	f.number++
	if o.head == nil {
		o.head = r
	}
	n := &Run{
		ID: w.next("run"), Number: f.number, Workflow: f, Event: o.event, Commit: o.commit, Branch: o.branch,
		SuiteID: w.next("suite"), CreatedAt: w.now, repo: r, head: o.head, actor: o.actor, pull: o.pull,
		inputs: o.inputs, outcomes: o.outcomes, plan: f.at(o.commit),
	}
	n.Title = n.title(o.title)
	r.runs = append(r.runs, n)
	r.runBy[n.ID] = n
	r.suites[o.commit.SHA] = append(r.suites[o.commit.SHA], &CheckSuite{
		ID: n.SuiteID, App: w.app(actionsApp), Commit: o.commit, Branch: o.branch, CreatedAt: w.now, repo: r, run: n,
	})
	n.try(o.actor)
	if o.conclusion != "" {
		n.end(o.conclusion)
		return n
	}
	n.enterLane()
	return n
}

// title is what the run is called: its run-name, else what happened, else the
// workflow's name (GitHub docs, "Workflow syntax", run-name).
func (n *Run) title(event string) string {
	switch {
	case n.plan.RunName != "":
		return strings.TrimSpace(n.fill(n.plan.RunName))
	case event != "":
		return event
	case n.pull != nil:
		return n.pull.Title
	case n.Event == "workflow_dispatch" || n.Event == "schedule":
		return n.Workflow.Name
	default:
		return n.Commit.Title()
	}
}

// try adds an attempt.
func (n *Run) try(by *Account) *Attempt {
	now := n.repo.world.now
	a := &Attempt{Number: len(n.attempts) + 1, StartedAt: now, run: n, actor: by, status: Queued, updatedAt: now}
	n.attempts = append(n.attempts, a)
	return a
}

// enterLane waits for the workflow's concurrency group, if it has one, and goes on.
func (n *Run) enterLane() {
	a, plan := n.attempt(), n.plan
	if plan.Concurrency == "" {
		a.progress()
		return
	}
	n.claim = &claim{
		begin:  func() { a.status = Queued; a.progress() },
		cancel: func() { n.stop() },
	}
	if n.repo.lane(n.fill(plan.Concurrency)).enter(n.claim, plan.CancelInProgress, plan.QueueMax) {
		a.status = Pending
	}
}

// progress creates the jobs whose needs are done, ends the attempt when all are,
// and works out its status. A job does not exist before its needs have ended.
func (a *Attempt) progress() {
	if a.over() {
		return
	}
	for again := true; again; {
		again = false
		for _, p := range a.run.plan.Jobs {
			if a.job(p.Name) != nil {
				continue
			}
			if ready, skip := a.needs(p); ready {
				a.create(p, skip)
				again = true
			}
			if a.over() { // a job's lane may have cancelled this very run
				return
			}
		}
	}
	a.derive()
}

func (a *Attempt) over() bool { return a.status == Completed || a.run.rest }

// needs tells whether all needed jobs have ended, and whether one of them did not succeed.
func (a *Attempt) needs(p JobPlan) (ready, skip bool) {
	for _, name := range p.Needs {
		j := a.job(name)
		if j == nil || j.status != Completed {
			return false, false
		}
		skip = skip || j.conclusion != Success
	}
	return true, skip
}

// derive works out the attempt's status from its jobs.
func (a *Attempt) derive() {
	if a.over() {
		return
	}
	count := map[string]int{}
	for _, j := range a.jobs {
		count[j.status]++
	}
	a.updatedAt = a.run.repo.world.now
	switch {
	case count[Completed] == len(a.run.plan.Jobs):
		a.run.end(a.verdict())
	case count[InProgress] > 0:
		a.status = InProgress
	case count[Waiting] > 0:
		a.status = Waiting
	case count[Pending] > 0:
		a.status = Pending
	case count[Completed] > 0:
		a.status = InProgress
	default:
		a.status = Queued
	}
}

// verdict is the conclusion that follows from the jobs'.
func (a *Attempt) verdict() string {
	has := map[string]bool{}
	for _, j := range a.jobs {
		has[j.conclusion] = true
	}
	for _, c := range []string{Failure, TimedOut, Cancelled, ActionRequired, Success, Neutral} {
		if has[c] {
			return c
		}
	}
	return Skipped
}

// end completes the newest attempt, gives up its lane and starts what waits for it.
func (n *Run) end(conclusion string) {
	a := n.attempt()
	a.status, a.conclusion, a.updatedAt = Completed, conclusion, n.repo.world.now
	n.claim.leave()
	n.claim = nil
	head := n.repo.resolve("")
	for _, f := range n.repo.workflows {
		for _, name := range f.plan.After {
			if name == n.Workflow.Name && head != nil && f.state == "active" {
				// Such a run belongs to the default branch's head, whatever commit caused it
				// (GitHub docs, "Events that trigger workflows", workflow_run).
				n.repo.start(runOf{workflow: f, event: "workflow_run", commit: head, branch: n.repo.defaultBranch, actor: n.actor})
			}
		}
	}
}

// stop cancels what has not ended.
func (n *Run) stop() {
	a := n.attempt()
	if a.over() {
		return
	}
	a.status = Completed // so that no job starts another
	for _, j := range a.jobs {
		if j.status != Completed {
			j.complete(Cancelled)
		}
	}
	n.end(Cancelled)
}

// Cancel cancels the run, as a person may.
func (n *Run) Cancel(by string) {
	defer n.repo.world.enter()()
	n.repo.world.account(by, false)
	n.stop()
}

// ErrRerun reports that GitHub does not run a run again.
var ErrRerun = errors.New("re-run refused")

// Rerun runs everything again on the same commit; outcomes replace the run's.
func (n *Run) Rerun(by string, outcomes Outcomes) error { return n.again(by, outcomes, false) }

// RerunFailed runs the jobs again that failed or were cancelled, and those that
// need them; the others are carried over into the new attempt.
func (n *Run) RerunFailed(by string, outcomes Outcomes) error { return n.again(by, outcomes, true) }

// again makes a new attempt, within 30 days and 50 times (GitHub docs,
// "Re-running workflows and jobs").
func (n *Run) again(by string, outcomes Outcomes, failedOnly bool) error {
	defer n.repo.world.enter()()
	return n.tryAgain(n.repo.world.account(by, false), outcomes, failedOnly)
}

func (n *Run) tryAgain(by *Account, outcomes Outcomes, failedOnly bool) error {
	w, last := n.repo.world, n.attempt()
	switch {
	case last.status != Completed:
		return fmt.Errorf("run %d is still %s: %w", n.ID, last.status, ErrRerun)
	case w.now.Sub(n.CreatedAt) > 30*24*time.Hour:
		return fmt.Errorf("run %d was created over a month ago: %w", n.ID, ErrRerun)
	case len(n.attempts) > 50:
		return fmt.Errorf("run %d has been run again 50 times: %w", n.ID, ErrRerun)
	}
	n.outcomes, n.rest = outcomes, false
	a := n.try(by)
	if failedOnly {
		for _, j := range last.jobs {
			if j.conclusion == Success {
				carried := *j
				carried.ID, carried.attempt = w.next("job"), a
				a.jobs = append(a.jobs, &carried)
				n.repo.jobBy[carried.ID] = &carried
			}
		}
	}
	n.enterLane()
	return nil
}
