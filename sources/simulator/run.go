package simulator

import (
	"strings"
	"time"
)

// Run is a run of a workflow.
type Run struct {
	ID        int64
	Number    int
	Workflow  *Workflow
	Event     string
	Commit    *Commit
	Branch    string // or tag
	Title     string
	SuiteID   int64 // check suite, the same for every attempt
	CreatedAt time.Time

	repo      *Repository
	head      *Repository // of the commit: another one for a fork's
	actor     *Account
	pull      *PullRequest
	inputs    map[string]string
	outcomes  Outcomes
	attempts  []*Attempt
	approvals []*Approval
	claim     *claim        // in the workflow's concurrency group
	rest      bool          // settled by hand, nothing moves it
	plan      *WorkflowPlan // of its commit's workflow file
}

// Attempt is one attempt of a run.
type Attempt struct {
	Number    int
	StartedAt time.Time

	run        *Run
	actor      *Account // who triggered it
	status     string
	conclusion string
	updatedAt  time.Time
	jobs       []*Job
}

// Job is a job of an attempt.
type Job struct {
	ID   int64
	Name string

	attempt     *Attempt
	plan        JobPlan
	status      string
	conclusion  string
	createdAt   time.Time
	startedAt   time.Time // zero until a runner took it
	completedAt time.Time
	steps       []*Step
	environment *Environment
	deployment  *Deployment
	waitingFrom time.Time // since when it waits for its environment's rules
	approved    bool
	timerDone   bool
	claim       *claim
}

// Step is a step of a job.
type Step struct {
	Number int
	Name   string

	plan        StepPlan
	status      string
	conclusion  string
	startedAt   time.Time
	completedAt time.Time
}

// RunOf says what run to start; a dispatch by a person, a schedule, a merge
// queue, a fork's pull request.
type RunOf struct {
	Workflow string // path or file name
	Event    string // workflow_dispatch unless set
	Ref      string // branch, tag or hash; the default branch unless set
	Branch   string // shown as the head branch; Ref's unless set
	By       string
	Inputs   map[string]string
	Title    string
	Fork     string // "owner/name" of the fork it comes from
	Outcomes Outcomes
	// Conclusion ends the run at once without any job: startup_failure, action_required.
	Conclusion string
}

// Run starts a run.
func (r *Repository) Run(o RunOf) *Run {
	defer r.world.enter()()
	f := r.workflow(o.Workflow)
	if f == nil {
		panic("simulator: " + r.fullName() + " has no workflow " + o.Workflow)
	}
	if o.Event == "" {
		o.Event = "workflow_dispatch"
	}
	if o.Branch == "" {
		o.Branch = strings.TrimPrefix(strings.TrimPrefix(o.Ref, "refs/heads/"), "refs/tags/")
		if o.Branch == "" {
			o.Branch = r.defaultBranch
		}
	}
	n := runOf{workflow: f, event: o.Event, commit: r.must(o.Ref), branch: o.Branch, actor: r.world.account(o.By, false),
		inputs: o.Inputs, title: o.Title, outcomes: o.Outcomes, conclusion: o.Conclusion}
	if o.Fork != "" {
		n.head = r.forked(o.Fork)
	}
	return r.start(n)
}

// Runs lists the repository's runs, newest first.
func (r *Repository) Runs() []*Run {
	defer r.world.enter()()
	return newestFirst(r.runs)
}

// Status is the run's, and its conclusion where it has one.
func (n *Run) Status() (status, conclusion string) {
	defer n.repo.world.enter()()
	a := n.attempt()
	return a.status, a.conclusion
}

// Attempt is the number of the newest attempt.
func (n *Run) Attempt() int {
	defer n.repo.world.enter()()
	return len(n.attempts)
}

// Settle sets a run's status and conclusion by hand and stops everything in it,
// for states that are hard to reach otherwise.
func (n *Run) Settle(status, conclusion string) {
	defer n.repo.world.enter()()
	a := n.attempt()
	n.rest = true
	a.status, a.conclusion, a.updatedAt = status, conclusion, n.repo.world.now
	if status == Completed { // whoever waits for its concurrency groups goes on
		for _, j := range a.jobs {
			j.claim.leave()
		}
		n.claim.leave()
	}
}

// JobID is the identifier of the newest attempt's job of that name, 0 where there is none.
func (n *Run) JobID(name string) int64 {
	defer n.repo.world.enter()()
	if j := n.attempt().job(name); j != nil {
		return j.ID
	}
	return 0
}

func (n *Run) attempt() *Attempt { return n.attempts[len(n.attempts)-1] }

func (a *Attempt) job(name string) *Job {
	for _, j := range a.jobs {
		if j.Name == name {
			return j
		}
	}
	return nil
}

// outcome is how a job or step is to end.
func (n *Run) outcome(name, planned string) string {
	if o := n.outcomes[name]; o != "" {
		return o
	}
	if planned == "" {
		return Success
	}
	return planned
}

// fill replaces {input}, {ref}, {actor} and {environment}-like words in a text.
func (n *Run) fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := []string{"{ref}", n.Branch, "{actor}", n.actor.Login, "{sha}", n.Commit.SHA}
	for _, k := range sortedKeys(n.inputs) {
		pairs = append(pairs, "{"+k+"}", n.inputs[k])
	}
	for _, i := range n.plan.inputs() { // one that was not given is empty (GitHub docs, "Contexts", inputs)
		pairs = append(pairs, "{"+i.Name+"}", "")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
