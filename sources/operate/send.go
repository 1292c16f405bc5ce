package operate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// reread reads together what matters, right before the send.
func (d *drive) reread(ctx context.Context) error {
	d.wall, d.real, d.slept = time.Now().Round(0), time.Now(), false
	c, err := d.client()
	if err != nil {
		return err
	}
	if d.progress.Plan.Kind.OnRef() {
		d.drift = d.rereadRef(ctx, c)
		return d.write(ctx, operation.Record{Event: operation.Reads, State: d.progress.State})
	}
	if d.progress.Plan.Kind == operation.Publish {
		d.drift = d.rereadRelease(ctx, c)
		return d.write(ctx, operation.Record{Event: operation.Reads, State: d.progress.State})
	}
	if d.progress.Plan.Kind.OnRun() {
		d.drift = d.rereadRun(ctx, c)
		return d.write(ctx, operation.Record{Event: operation.Reads, State: d.progress.State})
	}
	if d.progress.Plan.Kind == operation.Abort {
		d.drift = d.rereadAbort(ctx, c)
		return d.write(ctx, operation.Record{Event: operation.Reads, State: d.progress.State})
	}
	again := d.again(ctx, c)
	d.drift = operation.Drift(d.progress.Plan, again)
	if again.Lock.Known {
		d.lock = again.Lock
	}
	return d.write(ctx, operation.Record{Event: operation.Reads, State: d.progress.State})
}

// again reads the newest deployment of any state, the workflow's unfinished runs, the lock, and what the tag points at,
// beside each other. What can't be read is said, never left out.
func (d *drive) again(ctx context.Context, c *github.Client) operation.Again {
	ctx, cancel := look(ctx)
	defer cancel()
	p := &d.progress.Plan
	a := operation.Again{At: d.now()}
	var mu sync.Mutex
	var all sync.WaitGroup
	try := func(what string, f func() error) {
		if err := f(); err != nil {
			mu.Lock()
			defer mu.Unlock()
			a.Unread = append(a.Unread, model.Clean(fmt.Sprintf("%s could not be read: %v", what, err)))
		}
	}
	read := func(what string, f func() error) { all.Go(func() { try(what, f) }) }
	read("the newest deployment", func() error {
		list, err := c.DeploymentHistory(ctx, p.Where(), p.GitHub, 1, nil)
		if err == nil && len(list.Value) > 0 {
			a.Newest = list.Value[0]
		}
		return err
	})
	if p.Way == operation.ByRerun {
		read("the run", func() error {
			run, err := c.Run(ctx, p.Where(), p.Subject, nil)
			a.Run = run.Value
			return err
		})
	}
	if p.Way == operation.ByWorkflow || p.Way == operation.ByRerun {
		read("the runs of "+p.Workflow, func() (err error) {
			a.Unfinished, err = c.Unfinished(ctx, p.Where(), p.Workflow)
			return err
		})
	}
	if p.Way == operation.ByRelease {
		read("the runs of "+p.Workflow, func() error {
			runs, err := c.ReleaseRuns(ctx, p.Where())
			a.Unfinished = ofPublication(p, p.Workflow, runs)
			return err
		})
		read("the release "+p.Release.Title(), func() (err error) {
			a.Release, err = c.ReleaseAt(ctx, p.Where(), p.Release.Tag)
			return err
		})
	}
	if p.Lock {
		read("the lock", func() (err error) {
			a.Lock, _, err = d.readLock(ctx, c)
			return err
		})
	}
	all.Go(func() { // one after the other, as with the lock and what it says: all at once are more than the client lets go
		if p.Release.Tag != "" {
			try("the tag "+p.Release.Title(), func() (err error) {
				a.TagSHA, err = c.TagSHA(ctx, p.Source(), p.Release.Tag)
				return err
			})
		}
		try("what is held and vetoed", func() (err error) {
			a.Holds, a.Vetoes, err = d.engine.standing(ctx, c, p)
			return err
		})
		if p.Takes != nil {
			try("whether what was taken over still may be", func() error {
				why, err := d.deploysAgain(ctx, c)
				if err == nil && why != "" {
					err = errors.New(string(why))
				}
				return err
			})
		}
	})
	all.Wait()
	return a
}

// send announces the send, looks at the clock once more, and sends.
func (d *drive) send(ctx context.Context, plain bool) error {
	p := &d.progress.Plan
	if d.progress.Sender == "" {
		if err := d.write(ctx, operation.Record{Event: operation.Sends, State: operation.Dispatching, Plain: plain}); err != nil {
			return err
		}
		return nil // asked again: the clock may have moved while it was written
	}
	c, err := d.client()
	if err != nil {
		return err
	}
	d.handed = true
	ctx, cancel := look(ctx)
	defer cancel()
	switch {
	case p.Kind.OnRun():
		return d.sendWord(ctx, "on run", func() error { return d.tellRun(ctx, c) })
	case p.Kind.OnRef():
		return d.sendWord(ctx, "on ref", func() error { return d.tellRef(ctx, c) })
	case p.Kind == operation.Publish:
		return d.sendWord(ctx, "publish", func() error { return d.tellRelease(ctx, c) })
	}
	if p.Kind == operation.Abort {
		return d.sendAbort(ctx, c)
	}
	switch p.Way {
	case operation.ByDeployment:
		return d.sendDeployment(ctx, c)
	case operation.ByRerun:
		return d.sendAgain(ctx, c)
	case operation.ByRelease:
		return d.sendRelease(ctx, c)
	case operation.ByWorkflow:
	}
	d.engine.o.Hook("before request dispatch")
	run, err := c.Dispatch(ctx, p.Where(), p.Workflow, p.Ref, p.Inputs, !plain)
	d.engine.o.Hook("after request dispatch")
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	switch {
	case err == nil && run != 0:
		return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Queued, Status: 200, Run: run})
	case err == nil:
		return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Dispatching, Status: 204})
	}
	if fate, status := github.FateOf(err); fate == github.Refused && status == http.StatusBadRequest && !plain {
		d.handed = false
		return d.write(ctx, operation.Record{Event: operation.DetailsRefused, State: operation.Dispatching, Status: status, Plain: true, Why: model.Clean(err.Error())})
	}
	return d.unsent(ctx, err)
}

// unsent journals what a send that failed means: it was refused, it never left, or nobody can tell.
func (d *drive) unsent(ctx context.Context, err error) error {
	r := operation.Record{Event: operation.Unanswered, State: operation.Dispatching, Why: model.Clean(err.Error())}
	fate, status := github.FateOf(err)
	r.Status = status
	switch fate {
	case github.Refused:
		r.Event, r.State = operation.Judged, operation.Errored
	case github.NotSent:
		d.handed = false
		r.Event, r.State, r.Status = operation.Judged, operation.Aborted, 0
	}
	return d.write(ctx, r)
}

// find looks for what was sent.
func (d *drive) find(ctx context.Context) error {
	ctx, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	p := &d.progress
	switch {
	case p.Plan.Kind.OnRun():
		return d.findRun(ctx, c)
	case p.Plan.Kind.OnRef():
		return d.findRef(ctx, c)
	case p.Plan.Kind == operation.Publish:
		return d.findPublic(ctx, c)
	case p.Plan.Kind == operation.Abort:
		return d.findAbort(ctx, c)
	}
	at := d.now()
	switch p.Plan.Way {
	case operation.ByDeployment:
		return d.findDeployment(ctx, c, at)
	case operation.ByRelease:
		return d.findRelease(ctx, c, at)
	case operation.ByRerun:
		return d.findAgain(ctx, c)
	case operation.ByWorkflow:
	}
	runs, err := c.Dispatched(ctx, p.Plan.Where(), p.Plan.Workflow, p.SentAt.Add(-5*time.Minute))
	if err != nil {
		return fmt.Errorf("look for what was sent: %w", err)
	}
	f := operation.Identify(*p, runs, nil, at)
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}
