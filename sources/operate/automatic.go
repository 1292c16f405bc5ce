package operate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// backFor is how long it is waited until what runs is known, backEvery how often it is looked.
const (
	backFor   = 2 * time.Minute
	backEvery = 5 * time.Second
)

// undecided reports whether the operation may yet be rolled back without a person.
func (d *drive) undecided() bool {
	return !d.progress.FailedAt.IsZero() && d.progress.Plan.GoesBack && !d.decided
}

// goBack rolls a failed promotion back without a person where the environment has opted in and every rule allows it. What it
// comes to is noted in the operation's journal.
func (d *drive) goBack(ctx context.Context) {
	if !d.undecided() || ctx.Err() != nil || d.progress.Open() {
		return
	}
	id, why, err := d.rollBackAlone(ctx)
	if err != nil {
		why = model.Clean(err.Error())
	}
	if id == "" {
		why = "it is not rolled back without a person: " + why
	}
	if ctx.Err() != nil {
		return
	}
	d.decided, d.shown.WentBack = true, id
	if err := d.write(ctx, operation.Record{Event: operation.Noted, State: d.progress.State, Why: why}); err != nil {
		d.say(model.Clean(err.Error()))
		d.tell()
	}
}

// rollBackAlone asks the rules, leaves the mark that nobody goes back twice, and begins the rollback. It returns its ID and a
// sentence, or empty and why not.
func (d *drive) rollBackAlone(ctx context.Context) (string, model.Text, error) {
	e, p := d.engine, &d.progress.Plan
	c, err := d.client()
	if err != nil {
		return "", "", err
	}
	if acted, err := d.personActed(ctx, c); acted || err != nil { // before it is waited for what a person may have changed
		return "", "a person has acted since", err
	}
	draft, err := d.wayBack(ctx)
	if err != nil {
		return "", "", err
	}
	looked, cancel := look(ctx)
	defer cancel()
	mark := operation.Mark{
		Kind: operation.MarkAuto, Operation: p.ID, Owner: string(p.Actor), Service: p.Service, Environment: p.GitHub, SHA: string(p.Release.SHA),
		Reason: fmt.Sprintf("rolled back from %s to %s: its verification failed", p.Release.Title(), draft.Plan.Release.Title()), Since: d.now().UTC(),
	}
	name, err := mark.Name()
	if err != nil {
		return "", "", err
	}
	_, _, marked, markErr := e.readMark(looked, c, p.Source(), name)
	acted, err := d.personActed(looked, c)
	if err != nil {
		return "", "", err
	}
	env, _ := d.environment()
	if env == nil {
		return "", "the configuration has no such environment any more", nil
	}
	rules := operation.Automatic{
		Mode: env.Rollback, Operation: d.progress, Process: e.o.Process, Marked: marked, MarkRead: markErr == nil,
		PersonActed: acted, Eligible: len(draft.Refusals) == 0, Back: draft.Plan,
	}
	if why := rules.Why(d.now()); why != "" {
		if !rules.Eligible && len(draft.Refusals) > 0 {
			why += ": " + draft.Refusals[0]
		}
		return "", why, nil
	}
	if why := asks(draft); why != "" {
		return "", why, nil
	}
	e.o.Hook("before request auto")
	err = e.place(looked, c, p.Source(), mark, p.Release.SHA)
	e.o.Hook("after request auto")
	if err != nil {
		return "", "", fmt.Errorf("leave the mark that nobody goes back twice: %w", err)
	}
	if m, _, there, err := e.readMark(looked, c, p.Source(), name); err != nil || !there || m.Operation != p.ID {
		return "", "somebody else's gonogo was faster, or that can't be told", err
	}
	draft.Plan.Despite = p.Despite // what stood there then is nobody's word since
	draft.Plan.Failure = &operation.Failure{Operation: p.ID, At: d.progress.FailedAt}
	o, err := e.Confirm(ctx, draft, Confirmation{Name: draft.Name, Actor: p.Actor, Reason: model.Clean(fmt.Sprintf("without a person: the verification of %s failed: %s", p.Release.Title(), d.progress.Why))})
	if err != nil {
		return "", "", err
	}
	return o.Plan.ID, model.Clean(fmt.Sprintf("rolled back to %s without a person, by operation %s", draft.Plan.Release.Title(), o.Plan.ID)), nil
}

// asks is why going back takes a person's word; empty: it doesn't.
func asks(back *Draft) model.Text {
	switch {
	case len(back.Against) > 0:
		return back.Against[0].Why
	case len(back.Unasked) > 0 || back.Takeover != nil || len(back.Acknowledge) > 0:
		return "going back takes a person's reason"
	}
	return ""
}

// wayBack works out the rollback, as soon as the cache knows what runs: before, the release to go back to would seem to run.
func (d *drive) wayBack(ctx context.Context) (*Draft, error) {
	e, p := d.engine, &d.progress.Plan
	request := Request{Kind: operation.RollBack, Service: p.Service, Environment: p.Environment}
	for until := d.now().Add(backFor); ; {
		sketch, err := e.Sketch(ctx, request)
		if err != nil {
			return nil, err
		}
		if sketch.Plan.Replaces.SHA == p.Release.SHA {
			return e.Prepare(ctx, request)
		}
		if !d.now().Before(until) {
			return nil, fmt.Errorf("what runs in %s of %s is still said to be %s", p.Environment, p.Service, sketch.Plan.Replaces.Title())
		}
		e.o.Refresh(p.Service)
		if !d.sleep(ctx, backEvery) {
			return nil, ctx.Err()
		}
	}
}

// personActed reports whether anything has moved in the environment since that isn't the operation's own.
func (d *drive) personActed(ctx context.Context, c *github.Client) (bool, error) {
	ctx, cancel := look(ctx)
	defer cancel()
	p := &d.progress.Plan
	newest, err := c.DeploymentHistory(ctx, p.Where(), p.GitHub, 1, nil)
	if err != nil {
		return false, fmt.Errorf("read whether a person has acted since: %w", err)
	}
	if len(newest.Value) == 0 || newest.Value[0].ID != d.shown.Deployment.ID {
		return true, nil
	}
	if p.Way != operation.ByWorkflow {
		return false, nil
	}
	runs, err := c.Unfinished(ctx, p.Where(), p.Workflow)
	if err != nil {
		return false, fmt.Errorf("read whether a person has acted since: %w", err)
	}
	return slices.ContainsFunc(runs, func(r model.Run) bool { return r.ID != d.progress.Run && !slices.Contains(p.Unfinished, r.ID) }), nil
}
