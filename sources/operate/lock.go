package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// lockFor is when a lock suggests to be broken: longer than any deployment that was seen to go on.
const lockFor = 2 * time.Hour

// mark is the lock as others see it.
func (d *drive) mark() operation.Mark {
	p := &d.progress.Plan
	return operation.Mark{
		Kind: operation.MarkLock, Operation: p.ID, Owner: string(p.Actor), Service: p.Service, Environment: p.GitHub,
		SHA: string(p.Release.SHA), Reason: fmt.Sprintf("%s %s", p.Kind, p.Release.Title()), Since: d.now().UTC(), Expiry: d.now().UTC().Add(lockFor),
	}
}

// claim takes the environment's lock: first where nobody mistakes it for a tag, else among the tags.
func (d *drive) claim(ctx context.Context) error {
	if err := d.write(ctx, operation.Record{Event: operation.Claims, State: operation.Claiming, Why: takes(&d.progress.Plan)}); err != nil {
		return err
	}
	if !d.progress.Plan.Lock {
		return nil
	}
	whole := ctx
	ctx, cancel := look(whole)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	m := d.mark()
	head, err := d.journal.Head(ctx)
	if err != nil {
		return err
	}
	m.Journal = head.String()
	name, err := m.Name()
	if err != nil {
		return err
	}
	text, err := m.Message()
	if err != nil {
		return err
	}
	repo := d.progress.Plan.Source()
	d.engine.o.Hook("before request tag object")
	object, err := c.CreateTagObject(ctx, repo, "gonogo", text, cmp.Or(d.progress.Plan.Release.SHA, d.progress.Plan.Replaces.SHA))
	d.engine.o.Hook("after request tag object")
	if err != nil {
		return d.unclaimed(ctx, err)
	}
	if goes, err := d.takeOver(whole, c, object); err != nil || !goes {
		return err
	}
	ctx, again := look(whole) // an answer may have taken most of the time
	defer again()
	refused := model.Text("")
	for _, place := range d.engine.placesFor(repo) {
		d.engine.o.Hook("before request lock")
		err := c.CreateRef(ctx, repo, place+name, object)
		d.engine.o.Hook("after request lock")
		if err == nil {
			d.engine.remember(repo, place)
			d.lock = operation.Lock{Known: true, Owner: d.progress.Plan.ID}
			return d.claimed(ctx, place+name, object)
		}
		// After any answer but 201 the ref tells: with our operation's ID it is ours.
		lock, at, readErr := d.readLock(ctx, c)
		switch {
		case readErr != nil:
			d.lock = operation.Lock{Why: model.Clean(readErr.Error())}
			return nil // it is looked at again
		case lock.Owner == d.progress.Plan.ID:
			d.lock = lock
			return d.claimed(ctx, at.Name, at.Object)
		case lock.Owner != "":
			d.lock = lock
			return nil // Next says whose it is
		}
		if fate, _ := github.FateOf(err); fate != github.Refused {
			d.lock = operation.Lock{Why: model.Clean(err.Error())}
			return nil
		}
		refused = model.Clean(err.Error())
	}
	d.lock = operation.Lock{Known: true, Why: refused}
	return nil
}

// unclaimed ends an operation whose lock can't even be written.
func (d *drive) unclaimed(ctx context.Context, err error) error {
	return d.write(ctx, operation.Record{Event: operation.Unclaimed, State: operation.Aborted, Why: model.Clean("the lock could not be written: " + err.Error())})
}

// recheck looks whether the lock is ours after all.
func (d *drive) recheck(ctx context.Context) error {
	ctx, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	lock, at, err := d.readLock(ctx, c)
	if err != nil {
		return fmt.Errorf("look whether the lock is ours: %w", err)
	}
	if t := d.progress.Plan.Takes; t != nil && lock.Owner == t.Operation { // whose it is is known: what tells is why it isn't taken over
		lock.Why = cmp.Or(d.lock.Why, lock.Why)
	}
	lock.Why = cmp.Or(lock.Why, d.lock.Why)
	d.lock = lock
	if lock.Owner != d.progress.Plan.ID {
		return nil
	}
	return d.claimed(ctx, at.Name, at.Object)
}

// readLock reads whose lock the environment has now, in both places.
func (d *drive) readLock(ctx context.Context, c *github.Client) (operation.Lock, github.RefAt, error) {
	name, err := d.mark().Name()
	if err != nil {
		return operation.Lock{}, github.RefAt{}, err
	}
	m, at, there, err := d.engine.readMark(ctx, c, d.progress.Plan.Source(), name)
	switch {
	case err != nil:
		return operation.Lock{Why: model.Clean(err.Error())}, at, err
	case !there:
		return operation.Lock{Known: true}, at, nil
	case m.Operation == "":
		return operation.Lock{Why: model.Clean(errUnreadable.Error())}, at, errUnreadable
	}
	return operation.Lock{Known: true, Owner: m.Operation, Why: sentence(m)}, at, nil
}

// errUnreadable reports a lock, a hold or a veto that says nothing: it blocks.
var errUnreadable = errors.New("there is a shared ref, and what it says can't be read")

// unlock gives the lock back, if it is still ours.
func (d *drive) unlock(ctx context.Context) error {
	if err := d.write(ctx, operation.Record{Event: operation.Releases, State: d.progress.State}); err != nil {
		return err
	}
	ctx, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	lock, at, err := d.readLock(ctx, c)
	switch {
	case errors.Is(err, errUnreadable): // nobody's of ours
	case err != nil:
		return fmt.Errorf("give the lock back: %w", err)
	}
	why := model.Text("")
	if lock.Owner == d.progress.Plan.ID {
		d.engine.o.Hook("before request unlock")
		_, atomic, err := c.DeleteRef(ctx, d.progress.Plan.Source(), at.Name, at.Object)
		d.engine.o.Hook("after request unlock")
		if err != nil {
			return fmt.Errorf("give the lock back: %w", err)
		}
		if !atomic {
			why = "compared and deleted in two steps: GraphQL can't be asked there"
			if len(d.progress.Lacks) > 0 { // which a person must go on reading
				why = d.progress.Why + "; " + why
			}
		}
	}
	return d.write(ctx, operation.Record{Event: operation.Released, State: d.progress.State, Why: cmp.Or(why, d.progress.Why)})
}

func (e *Engine) placesFor(repo model.Repo) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.places[repo.String()] == operation.RefFallback {
		return []string{operation.RefFallback, operation.RefRoot}
	}
	return []string{operation.RefRoot, operation.RefFallback}
}

func (e *Engine) remember(repo model.Repo, place string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.places[repo.String()] = place
}
