package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// takeover lets a rollback take over the lock of an operation that verifies or awaits a review: nothing of it is being
// deployed. It takes a reason, and the operation becomes superseded.
func (e *Engine) takeover(ctx context.Context, d *Draft, lock operation.Mark, newest model.Deployment, runs []model.Run) error {
	p := &d.Plan
	if p.Kind != operation.RollBack || !p.Lock || lock.Operation == "" || lock.Operation == p.ID {
		return nil
	}
	own, mine, here, err := e.ownOf(ctx, lock)
	if err != nil {
		return err
	}
	taken := operation.Taken{Operation: lock.Operation, Owner: model.Clean(lock.Owner), Place: lock.Ref, Object: lock.Object, SHA: lock.SHA, Own: mine}
	var does operation.State
	if mine {
		switch {
		case own.State.Ended():
			d.Notes = append(d.Notes, "it has ended, and is about to give its lock back")
			return nil
		case own.State.Yields() && !here:
			d.Notes = append(d.Notes, "another gonogo of yours drives that operation: go back there, or end it")
			return nil
		}
		does = own.State
	} else {
		does = doing(lock, newest, runs)
	}
	if !does.Yields() {
		d.Notes = append(d.Notes, "what deploys is not taken over: wait until it verifies or awaits a review, or cancel its run")
		return nil
	}
	d.Takeover, p.Takes = &lock, &taken
	d.Against = slices.DeleteFunc(slices.Clone(d.Against), func(f model.Finding) bool { return f.Gate == model.GateLock })
	d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("the lock of %s is taken over: %s is %s, and becomes superseded", lock.Owner, lock.Reason, does)))
	if does == operation.Awaiting {
		d.Notes = append(d.Notes, "its run goes on waiting for its review: reject that, or it deploys when somebody approves it")
	}
	return nil
}

// doing tells from GitHub what another operator's operation is doing: where the newest deployment is of the commit that it
// locked for, it verifies when that has succeeded and nothing runs, and awaits a review when all that has not ended does.
// Anything else is as if it ran.
func doing(lock operation.Mark, newest model.Deployment, runs []model.Run) operation.State {
	if newest.ID == 0 || lock.SHA == "" || string(newest.SHA) != lock.SHA { // it may be about to send
		return operation.Running
	}
	waiting := 0
	for i := range runs {
		if runs[i].Status != model.StatusWaiting {
			return operation.Running
		}
		waiting++
	}
	switch state := newest.State(); {
	case waiting > 0:
		return operation.Awaiting
	case state == model.DeploymentSuccess:
		return operation.Verifying
	}
	return operation.Running
}

// supersede ends an operation of this process whose lock is taken over, and waits until it has given its lock back.
func (e *Engine) supersede(ctx context.Context, p *operation.Plan, c Confirmation) error {
	if p.Takes == nil || !p.Takes.Own {
		return nil
	}
	ctx, cancel := look(ctx)
	defer cancel()
	e.mu.Lock()
	d := e.driving[p.Takes.Operation]
	e.mu.Unlock()
	if d == nil {
		return nil // it has ended since
	}
	actor := p.Actor
	if c.Actor != "" {
		actor = c.Actor
	}
	err := d.take(ctx, operation.Record{
		Operation: p.Takes.Operation, At: d.now(), Process: e.o.Process, Event: operation.Judged, State: operation.Superseded, Actor: actor,
		Why: model.Clean(fmt.Sprintf("taken over by %s to %s: %s", p.Kind, p.Release.Title(), c.Reason)),
	})
	if o, _ := e.Operation(p.Takes.Operation); err != nil && !o.State.Ended() {
		return fmt.Errorf("take over the lock of %s: %w", p.Takes.Operation, err)
	}
	select {
	case <-d.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("take over the lock of %s: it has not given it back yet; nothing was sent: %w", p.Takes.Operation, ctx.Err())
	}
}

// takes says whose lock is taken over, for the journal; empty: nobody's.
func takes(p *operation.Plan) model.Text {
	if p.Takes == nil {
		return ""
	}
	return model.Clean(fmt.Sprintf("takes over the lock of %s, operation %s", p.Takes.Owner, p.Takes.Operation))
}

// deploysAgain is why the operation whose lock is taken over may not be, after all: its review was given meanwhile. Empty: it
// still may.
func (d *drive) deploysAgain(ctx context.Context, c *github.Client) (model.Text, error) {
	p := &d.progress.Plan
	if p.Takes == nil || p.Takes.Own {
		return "", nil
	}
	newest, err := newestNow(ctx, c, p.Where(), p.GitHub)
	if err != nil {
		return "", err
	}
	var runs []model.Run
	if p.Way == operation.ByWorkflow {
		if runs, err = c.Unfinished(ctx, p.Where(), p.Workflow); err != nil {
			return "", err
		}
	}
	if doing(operation.Mark{SHA: p.Takes.SHA}, newest, runs).Yields() {
		return "", nil
	}
	return model.Clean(fmt.Sprintf("the operation of %s deploys again", p.Takes.Owner)), nil
}

// takeOver replaces the lock that was shown, and no other, by the operation's own: in one step, so that nobody is faster
// between. Where GraphQL can't be asked the old lock is taken away, and goes says to go on as where there is none; that it
// was no single step is journalled with the claim.
func (d *drive) takeOver(ctx context.Context, c *github.Client, object string) (goes bool, err error) {
	t, repo := d.progress.Plan.Takes, d.progress.Plan.Source()
	if t == nil || t.Own {
		return true, nil
	}
	whole := ctx
	ctx, cancel := look(whole)
	defer cancel()
	if why, err := d.deploysAgain(ctx, c); why != "" || err != nil {
		d.lock = operation.Lock{Known: err == nil, Owner: t.Operation, Why: cmp.Or(why, problem(err))}
		return false, nil // Next says why, or it is looked at again
	}
	d.engine.o.Hook("before request take over")
	done, refused, err := c.ReplaceRef(ctx, repo, t.Place, t.Object, object)
	d.engine.o.Hook("after request take over")
	if done {
		d.lock = operation.Lock{Known: true, Owner: d.progress.Plan.ID}
		return false, d.claimed(whole, t.Place, object)
	}
	// After any other answer the ref tells: with our operation's ID it is ours.
	ctx, second := look(whole)
	defer second()
	lock, at, readErr := d.readLock(ctx, c)
	switch {
	case readErr != nil:
		d.lock = operation.Lock{Why: model.Clean(readErr.Error())}
		return false, nil // it is looked at again
	case lock.Owner == d.progress.Plan.ID:
		d.lock = lock
		return false, d.claimed(whole, at.Name, at.Object)
	case lock.Owner == "":
		return true, nil // it was given back meanwhile
	case at.Name != t.Place || at.Object != t.Object:
		d.lock = lock
		return false, nil // Next says whose it is
	case err != nil && !refused:
		d.lock = operation.Lock{Why: model.Clean(err.Error())}
		return false, nil
	}
	d.engine.o.Hook("before request take away")
	_, _, err = c.DeleteRef(ctx, repo, t.Place, t.Object)
	d.engine.o.Hook("after request take away")
	if err != nil { // after any answer the ref tells
		ctx, third := look(whole)
		defer third()
		if lock, _, readErr := d.readLock(ctx, c); readErr != nil || lock.Owner != "" {
			d.lock = operation.Lock{Why: model.Clean(err.Error())}
			return false, nil
		}
	}
	d.apart = true
	return true, nil
}

// claimed journals that the lock is the operation's own.
func (d *drive) claimed(ctx context.Context, place, object string) error {
	why := model.Text("")
	if d.apart {
		why = "the lock was taken over in two steps, between which somebody else could have been faster: GraphQL can't be asked there"
	}
	return d.write(ctx, operation.Record{Event: operation.Claimed, State: operation.Claiming, Place: place, Object: object, Why: why})
}

func problem(err error) model.Text {
	if err == nil {
		return ""
	}
	return model.Clean(err.Error())
}

// lockEvery is how often the lock is looked at while an operation could be taken over.
const lockEvery = 30 * time.Second

// lost reports whether another operation has taken over the lock. What can't be told is as if it had not.
func (d *drive) lost(ctx context.Context, c *github.Client, now bool) bool {
	if !d.progress.Plan.Lock || !now && d.now().Sub(d.lockAt) < lockEvery {
		return false
	}
	lock, _, err := d.readLock(ctx, c)
	if err != nil {
		if !errors.Is(err, errUnreadable) {
			return false
		}
		lock = operation.Lock{}
	}
	d.lock, d.lockAt = lock, d.now()
	return lock.Known && lock.Owner != "" && lock.Owner != d.progress.Plan.ID
}
