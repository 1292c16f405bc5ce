package dialog

import (
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// review says whose review is awaited, and whether the viewer may give it.
func (o *operationSheet) review(b *builder) {
	t, op := b.t, &o.read.operation
	if op.State != operation.Awaiting {
		return
	}
	if len(op.Pending) == 0 {
		b.field("review", t.Wait, "awaited on GitHub", "")
	}
	for _, p := range op.Pending {
		text := p.Environment + " awaits the review of " + reviewers(p.Reviewers)
		switch {
		case p.CanApprove:
			text += "; you may give it"
		case len(p.Reviewers) > 0:
			text += "; you may not give it"
		}
		if p.WaitTimer > 0 && !p.WaitSince.IsZero() {
			text += "; its timer ends " + cell.Left(p.WaitSince.Add(p.WaitTimer), b.kit.Now())
		}
		b.field("review", t.Wait, text, "")
	}
}

// run tells of what runs: the run, its jobs with their steps, the deployment's statuses.
func (o *operationSheet) run(b *builder) {
	t, now, op := b.t, b.kit.Now(), &o.read.operation
	id := o.about()
	if id == 0 && op.Deployment.ID == 0 {
		return
	}
	b.heading("Run", "")
	run := op.Run
	if run.ID == 0 || op.Plan.Kind.OnRun() { // what it is about goes on without the operation
		for i := range b.d.Facts.Runs {
			if b.d.Facts.Runs[i].ID == id {
				run = b.d.Facts.Runs[i]
			}
		}
	}
	if id != 0 {
		name := "run " + strconv.FormatInt(id, 10)
		if run.ID != 0 {
			name = run.File() + " #" + strconv.Itoa(run.Number)
		}
		log := pane.Target{Kind: pane.LogKind, Service: b.s.service, ID: id}
		b.row(pane.Row{ID: "run", Search: name, Link: run.URL, Target: b.target(pane.RunKind, "", "", id), Log: log}, func(l *cell.Line) {
			if run.ID != 0 {
				l.State(t.Run(run.Status, run.Conclusion), 13).Gap(1)
			}
			l.Link(t.Strong, name, run.URL, 30).End()
			switch env := b.d.Assessment.Environment(op.Plan.Environment); {
			case run.Status == model.StatusInProgress && env != nil:
				pane.DrawProgress(l, b.kit, run.StartedAt, env.Expected)
			case run.Done():
				l.Put(t.Faint, " took "+cell.Took(run.Duration(now)))
			}
		})
	}
	o.statuses(b)
	jobs := op.Jobs
	if len(jobs) == 0 {
		jobs = o.read.jobs.OfAttempt(o.read.jobs.Newest())
	}
	for _, j := range jobs {
		log := pane.Target{Kind: pane.LogKind, Service: b.s.service, ID: id, Job: j.ID}
		open := j.Conclusion != model.Success && j.Conclusion != model.Skipped && j.Status != model.StatusQueued
		b.job(j, log, open != o.turned[j.ID] && len(j.Steps) > 0, func() { o.turn(j.ID); b.s.stale = true })
	}
}

// turn unfolds a job or folds it.
func (o *operationSheet) turn(job int64) {
	if o.turned == nil {
		o.turned = map[int64]bool{}
	}
	o.turned[job] = !o.turned[job]
}

// statuses are the deployment's, in one flow, for there may be many and the newest counts.
func (o *operationSheet) statuses(b *builder) {
	t, now, d := b.t, b.kit.Now(), &o.read.operation.Deployment
	if d.ID == 0 {
		return
	}
	parts := make([]string, 0, len(d.Statuses))
	for _, s := range d.Statuses {
		parts = append(parts, t.Deployment(s.State).Word+" "+cell.Clock(s.At, now))
	}
	state := t.Deployment(d.State())
	for i, line := range pane.Wrapped(t, strings.Join(parts, ", "), b.width-30) {
		row := pane.Row{Inert: i > 0}
		if i == 0 {
			row = pane.Row{ID: "deployment", Search: "deployment " + state.Word, Link: d.URL, Target: b.target(pane.DeploymentKind, "", "", d.ID)}
		}
		b.row(row, func(l *cell.Line) {
			if i == 0 {
				l.State(state, 13).Gap(1).Put(t.Strong, "deployment").End()
			}
			l.To(2+13+1+12).Put(t.Faint, line)
		})
	}
}
