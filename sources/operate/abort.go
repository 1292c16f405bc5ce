package operate

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// shows tells the gates of the environment whose run is aborted. Nothing but the lock stands in its way: cancelling is no
// promotion.
func (d *Draft) shows(now time.Time) {
	p := &d.Plan
	p.Release = readiness.RunAgain(d.facts, p.Environment, d.Run, now).Release // zero where that can't be told
	for _, f := range d.Environment.Findings {
		if !aboutEnvironment(f.Gate) || f.Gate == model.GateApproval || f.Gate == model.GateLane { // the lane is the run's own
			continue
		}
		p.Findings = append(p.Findings, f)
		if f.Gate == model.GateLock && f.Result.Stands() {
			d.Against = append(d.Against, f)
		}
	}
}

// readAbort reads again the run, whether it has begun to deploy, and whose lock the environment has.
func (e *Engine) readAbort(ctx context.Context, d *Draft) error {
	p := &d.Plan
	c, err := e.o.Clients(p.Host)
	if err != nil {
		return err
	}
	var again stopping
	var viewer github.Reading[string]
	var lock model.Finding
	var locker operation.Mark
	if err := together(
		func() (err error) { again, err = lookAtStopping(ctx, c, p); return err },
		func() error { viewer, _ = c.Viewer(ctx, nil); return nil }, // a token of an app has no user
		func() (err error) { lock, locker, err = e.locked(ctx, c, p); return err },
	); err != nil {
		return err
	}
	d.Run, p.Actor, p.Newest, p.Began = again.run, model.Clean(viewer.Value), again.before, again.began
	d.fitting(&again.run)
	d.relock(lock)
	if locker.Operation != "" {
		if err := e.beside(ctx, d, locker); err != nil {
			return err
		}
	}
	if p.Began {
		d.Direction = model.Clean(fmt.Sprintf("it has begun to deploy to %s: cancelled now it leaves a version there that nobody knows", p.Environment))
	} else {
		d.Direction = model.Clean(fmt.Sprintf("it has not begun to deploy to %s: cancelled now it leaves that as it is", p.Environment))
	}
	return nil
}

// beside looks whether the lock is that of the operation whose run is aborted, which this process drives: then it stays that
// one's, and it sees its own run stop.
func (e *Engine) beside(ctx context.Context, d *Draft, lock operation.Mark) error {
	p := &d.Plan
	own, mine, here, err := e.ownOf(ctx, lock)
	if err != nil || !mine {
		return err
	}
	switch {
	case own.Run != p.Subject || own.State.Ended():
		return nil
	case !here:
		d.Notes = append(d.Notes, "another gonogo of yours drives the operation of that run: cancel it there, or end that")
		return nil
	}
	p.Beside, p.Lock = lock.Operation, false
	free := model.Finding{Gate: model.GateLock, Level: model.Required, Result: model.Pass, Why: model.Clean(fmt.Sprintf("%s is locked by your own operation, whose run it is: it ends with that", p.Environment))}
	d.relock(free)
	return nil
}

// stopping is what is seen of a run that is to be aborted.
type stopping struct {
	run    model.Run
	began  bool  // it has begun to deploy
	before int64 // the environment's newest deployment that was there before this attempt; 0: none
}

// lookAtStopping reads a run, and what its newest attempt has deployed to the plan's environment.
func lookAtStopping(ctx context.Context, c *github.Client, p *operation.Plan) (s stopping, err error) {
	var list github.Reading[[]model.Deployment]
	if err = together(
		func() error {
			run, err := c.Run(ctx, p.Where(), p.Subject, nil)
			s.run = run.Value
			return err
		},
		func() (err error) { list, err = c.DeploymentHistory(ctx, p.Where(), p.GitHub, 1, nil); return err },
	); err != nil {
		return s, err
	}
	for _, made := range list.Value {
		if made.CreatedAt.Before(s.run.StartedAt) { // both by GitHub's clock
			s.before = max(s.before, made.ID)
			continue
		}
		whole, err := c.DeploymentStatuses(ctx, p.Where(), made, nil)
		if github.KindOf(err) == model.ProblemMissing {
			continue // deleted since
		}
		if err != nil {
			return s, err
		}
		s.began = s.began || whole.Value.RunID == s.run.ID && began(whole.Value)
	}
	return s, nil
}

// rereadAbort reads again, right before the send, what matters for an abort.
func (d *drive) rereadAbort(ctx context.Context, c *github.Client) []model.Text {
	ctx, cancel := look(ctx)
	defer cancel()
	p := &d.progress.Plan
	a := operation.Again{At: d.now()}
	var problems [2]error
	var all sync.WaitGroup
	all.Go(func() {
		var s stopping
		s, problems[0] = lookAtStopping(ctx, c, p)
		a.Run, a.Began = s.run, s.began
	})
	all.Go(func() { a.Lock, _, problems[1] = d.readLock(ctx, c) })
	all.Wait()
	for i, what := range []string{"the run", "the lock"} {
		if problems[i] != nil {
			a.Unread = append(a.Unread, model.Clean(fmt.Sprintf("%s could not be read: %v", what, problems[i])))
		}
	}
	if a.Lock.Known && p.Lock {
		d.lock = a.Lock
	}
	d.shown.Run = a.Run
	return operation.Drift(*p, a)
}

// sendAbort asks for the run to be cancelled, once. That GitHub has taken it is not its end.
func (d *drive) sendAbort(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	d.engine.o.Hook("before request abort")
	err := c.Cancel(ctx, p.Where(), p.Subject)
	d.engine.o.Hook("after request abort")
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	if err != nil {
		return d.unsent(ctx, err)
	}
	return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Running, Status: 202, Run: p.Subject, Why: "it is asked to stop"})
}

// findAbort looks whether the run has ended.
func (d *drive) findAbort(ctx context.Context, c *github.Client) error {
	at := d.now()
	run, err := c.Run(ctx, d.progress.Plan.Where(), d.progress.Plan.Subject, nil)
	if err != nil && github.KindOf(err) != model.ProblemMissing {
		return fmt.Errorf("look whether it was cancelled: %w", err)
	}
	f := operation.IdentifyEnd(d.progress, run.Value, at)
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}
