package simulator

import (
	"path"
	"strings"
	"time"
)

// Stuck as an outcome lets a job hang in its main step until it is cancelled, or
// for the six hours that GitHub allows (GitHub docs, "Usage limits": job execution time).
const Stuck = "stuck"

// create makes a job of the attempt and sends it on its way.
func (a *Attempt) create(p JobPlan, skip bool) {
	n := a.run
	w := n.repo.world
	j := &Job{ID: w.next("job"), Name: p.Name, attempt: a, plan: p, status: Queued, createdAt: w.now}
	a.jobs = append(a.jobs, j)
	n.repo.jobBy[j.ID] = j
	if skip || n.outcome(p.Name, p.Conclusion) == Skipped {
		j.status, j.conclusion, j.startedAt, j.completedAt = Completed, Skipped, w.now, w.now
		return
	}
	if name := n.fill(p.Environment); name != "" {
		j.environment = n.repo.environment(name)
		if !j.environment.admits(n) {
			// "… is not allowed to deploy to … due to environment protection rules": the job
			// fails before it starts (GitHub docs, "Deployments and environments").
			j.complete(Failure)
			return
		}
	}
	if p.Concurrency == "" {
		j.guard()
		return
	}
	j.claim = &claim{
		begin:  func() { j.guard(); a.derive() },
		cancel: func() { j.complete(Cancelled); a.progress() },
	}
	if n.repo.lane(n.fill(p.Concurrency)).enter(j.claim, false, p.QueueMax) {
		j.status = Pending
	}
}

// guard lets the environment's rules hold the job, else queues it. A job of an
// environment makes a deployment of its own (actions/runner#2120); while it
// waits, it holds its concurrency group.
func (j *Job) guard() {
	e, n := j.environment, j.attempt.run
	if e == nil {
		j.enqueue()
		return
	}
	w := n.repo.world
	d := n.repo.deploy(e.Name, n.Branch, n.Commit, n.attempt().actor)
	d.run, d.app = n, w.app(actionsApp)
	j.deployment = d
	if e.guarded() {
		// Any rule makes the deployment wait, if only for the moment in which it is
		// checked (runs-on/runs-on#386). Its statuses are the person's, not a bot's
		// (octokit/webhooks.net#52).
		d.set(StatusOf{State: Waiting, By: j.attempt.actor.Login})
	}
	if !e.asks() && e.rules.WaitTimer == 0 {
		j.enqueue()
		return
	}
	j.status, j.waitingFrom = Waiting, w.now
	j.approved, j.timerDone = !e.asks(), e.rules.WaitTimer == 0
	if !j.timerDone {
		w.schedule(w.now.Add(e.rules.WaitTimer), func() { j.timerDone = true; j.released() })
	}
	// A job that nobody approves fails after 30 days (GitHub docs, "Reviewing deployments").
	w.schedule(w.now.AddDate(0, 0, 30), func() {
		if j.status == Waiting {
			j.refuse()
		}
	})
}

// released queues a waiting job once every rule is content.
func (j *Job) released() {
	if j.status == Waiting && j.approved && j.timerDone && !j.attempt.over() {
		j.enqueue()
		j.attempt.derive()
	}
}

// refuse fails a waiting job.
func (j *Job) refuse() {
	j.complete(Failure)
	j.attempt.progress()
}

// enqueue waits some seconds for a runner.
func (j *Job) enqueue() {
	w := j.attempt.run.repo.world
	j.status = Queued
	if j.deployment != nil {
		j.deployment.set(StatusOf{State: Queued, By: j.attempt.actor.Login})
	}
	wait := time.Duration(2+w.dice("runner", j.ID).IntN(6)) * time.Second
	w.schedule(w.now.Add(wait), func() {
		if j.status == Queued && !j.attempt.over() {
			j.begin()
		}
	})
}

func (j *Job) begin() {
	w := j.attempt.run.repo.world
	j.status, j.startedAt = InProgress, w.now
	if j.deployment != nil {
		j.deployment.set(StatusOf{State: InProgress, By: j.attempt.actor.Login, LogURL: j.page()})
	}
	j.steps = j.layOut()
	j.attempt.derive()
	j.step(0)
}

// page is the job's page for people.
func (j *Job) page() string {
	n := j.attempt.run
	return n.repo.page("/actions/runs/" + itoa(n.ID) + "/job/" + itoa(j.ID))
}

// step runs the job's steps from the i-th on.
func (j *Job) step(i int) {
	w := j.attempt.run.repo.world
	s := j.steps[i]
	s.status, s.startedAt = InProgress, w.now
	length := s.plan.Duration
	hangs := s.plan.Conclusion == Stuck
	if hangs {
		length = 6 * time.Hour
	}
	w.schedule(w.now.Add(length), func() {
		if j.status != InProgress || j.attempt.over() {
			return
		}
		s.status, s.completedAt, s.conclusion = Completed, w.now, s.plan.Conclusion
		if hangs {
			s.conclusion = TimedOut
		}
		switch {
		case s.conclusion != Success && s.conclusion != Neutral && s.conclusion != Skipped:
			j.complete(s.conclusion)
			j.attempt.progress()
		case i+1 == len(j.steps):
			j.complete(j.attempt.run.jobOutcome(j))
			j.attempt.progress()
		default:
			j.step(i + 1)
		}
	})
}

// jobOutcome is how the job is to end; a whole workflow's outcome counts for each of its jobs.
func (n *Run) jobOutcome(j *Job) string {
	whole := n.outcomes[path.Base(n.Workflow.Path)]
	if whole == "" {
		whole = j.plan.Conclusion
	}
	return n.outcome(j.Name, whole)
}

// layOut plans the steps: GitHub's own first and last, the workflow's between
// them, and the one that fails if the job is to fail.
func (j *Job) layOut() []*Step {
	n := j.attempt.run
	w := n.repo.world
	own := j.plan.Steps
	if len(own) == 0 {
		length := j.plan.Duration
		if length == 0 {
			length = 2 * time.Minute
		}
		own = []StepPlan{{Name: "Run actions/checkout@v5", Duration: 3 * time.Second}, {Name: "Run " + j.Name, Duration: length}}
	}
	share := 20 * time.Second
	if j.plan.Duration > 0 {
		share = j.plan.Duration / time.Duration(len(own))
	}
	steps := []*Step{{Number: 1, Name: "Set up job", plan: StepPlan{Duration: 2 * time.Second, Conclusion: Success}}}
	for i, p := range own {
		if p.Duration == 0 {
			p.Duration = share
		}
		p.Duration = w.vary("step", j.ID*64+int64(i), p.Duration)
		p.Conclusion = n.outcome(j.Name+"/"+p.Name, p.Conclusion)
		steps = append(steps, &Step{Number: i + 2, Name: p.Name, plan: p})
	}
	if bad := n.jobOutcome(j); bad == Failure || bad == Cancelled || bad == TimedOut || bad == ActionRequired || bad == Stuck {
		guilty := steps[len(steps)-1]
		for _, s := range steps[1:] {
			if s.plan.Conclusion != Success {
				guilty = s
			}
		}
		if guilty.plan.Conclusion == Success {
			guilty.plan.Conclusion = bad
		}
	}
	for _, s := range steps {
		s.status = Queued
	}
	return append(steps, &Step{Number: len(steps) + 1, Name: "Complete job", status: Queued, plan: StepPlan{Conclusion: Success}})
}

// complete ends the job: its steps, its deployment, its place in a lane.
func (j *Job) complete(conclusion string) {
	if j.status == Completed {
		return
	}
	w := j.attempt.run.repo.world
	began := !j.startedAt.IsZero()
	j.status, j.conclusion, j.completedAt = Completed, conclusion, w.now
	if !began {
		j.startedAt = w.now
	}
	for _, s := range j.steps {
		if s.status == Completed {
			continue
		}
		if s.status == InProgress {
			s.conclusion = conclusion
		} else {
			s.conclusion, s.startedAt = Skipped, w.now
		}
		s.status, s.completedAt = Completed, w.now
	}
	j.report(began)
	if began {
		j.leave()
	}
	claim := j.claim
	j.claim = nil
	claim.leave()
}

// report sets the deployment's last status. A job that was cancelled before it
// began never does, nor one whose runner was lost: that deployment stays as it is.
func (j *Job) report(began bool) {
	d := j.deployment
	if d == nil || j.plan.Abandons || j.conclusion == Cancelled && !began {
		return
	}
	n := j.attempt.run
	o := StatusOf{State: Failure, By: j.attempt.actor.Login, LogURL: j.page()}
	if j.conclusion == Success || j.conclusion == Neutral {
		o.State = Success
		o.EnvironmentURL = strings.ReplaceAll(n.fill(j.plan.URL), "{environment}", d.Environment)
	}
	d.set(o)
}
