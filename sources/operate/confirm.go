package operate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonogo/model"
	"gonogo/model/operation"
)

// Confirm takes a person's word for a draft, journals it, and begins to drive. It returns when that is done; what becomes
// of the operation is told by Changed. The same operation confirmed again is the one that was begun.
func (e *Engine) Confirm(ctx context.Context, d *Draft, c Confirmation) (Operation, error) {
	p := d.Plan
	doing := fmt.Sprintf("%s %s in %s", p.Kind, p.Service, p.Environment)
	if err := d.accepts(c); err != nil {
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	if err := e.writable(); err != nil { // also where it has become so since it was prepared
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	j, err := e.journal(p.Host)
	if err != nil {
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	if known, err := j.Records(ctx, p.ID); err != nil || len(known) > 0 {
		if err != nil {
			return Operation{}, fmt.Errorf("%s: %w", doing, err)
		}
		return e.begun(known)
	}
	if err := e.supersede(ctx, &p, c); err != nil {
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	own, err := e.own(&p)
	if err != nil {
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	if err := e.alone(ctx, &p); err != nil {
		own.release()
		return Operation{}, fmt.Errorf("%s: %w", doing, err)
	}
	p.Bypassed, p.Acknowledged, p.Reason = c.Bypass, c.Acknowledged, c.Reason
	if c.Actor != "" {
		p.Actor = c.Actor
	}
	drive := &drive{engine: e, journal: j, owned: own, progress: operation.Progress{Plan: p}}
	for _, r := range []operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &p, Actor: p.Actor},
		{Event: operation.Approved, State: operation.Confirmed, Actor: p.Actor, Why: p.Reason},
	} {
		if err := drive.write(ctx, r); err != nil {
			own.release()
			return Operation{}, fmt.Errorf("%s: %w", doing, err)
		}
	}
	begun := Operation{Progress: drive.progress, Records: slices.Clone(drive.records), Driven: true}
	e.start(drive) // from here on it is its goroutine's
	return begun, nil
}

// accepts reports whether a person's word suffices.
func (d *Draft) accepts(c Confirmation) error {
	switch {
	case len(d.Refusals) > 0:
		return fmt.Errorf("%w: %s", ErrRefused, d.Refusals[0])
	case !d.Read:
		return fmt.Errorf("%w: what matters was not read again", ErrRefused)
	case d.Name != "" && c.Name != d.Name:
		return fmt.Errorf("%w: type the environment's name, %s", ErrRefused, d.Name)
	case len(c.Bypass) > 0 && c.Reason == "":
		return fmt.Errorf("%w: bypassing a gate takes a reason", ErrRefused)
	case d.Plan.Kind.OnRef() && !d.Plan.Kind.Ticks() && c.Reason == "":
		return fmt.Errorf("%w: to %s takes a reason", ErrRefused, d.Plan.Kind)
	case len(d.Unasked) > 0 && c.Reason == "":
		return fmt.Errorf("%w: it takes a reason: %s", ErrRefused, d.Unasked[0])
	}
	for _, g := range c.Bypass {
		if g == model.GateLock || g == model.GateApproval {
			return fmt.Errorf("%w: the gate %s can't be bypassed", ErrRefused, g)
		}
	}
	if left := d.Blocked(c); len(left) > 0 {
		return fmt.Errorf("%w: %s: %s", ErrRefused, left[0].Gate, left[0].Why)
	}
	return nil
}

// begun is an operation that was confirmed before.
func (e *Engine) begun(records []operation.Record) (Operation, error) {
	p, err := operation.Fold(records)
	if err != nil {
		return Operation{}, err
	}
	if o, ok := e.Operation(p.Plan.ID); ok {
		return o, nil
	}
	o := Operation{Progress: p, Records: records}
	e.tell(o)
	return o, nil
}

// alone reports whether nothing of this person's is under way in the environment: also what another process left.
func (e *Engine) alone(ctx context.Context, p *operation.Plan) error {
	j, err := e.journal(p.Host)
	if err != nil {
		return err
	}
	open, err := j.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, o := range open {
		if p.Kind.Word() || o.Plan.Kind.Word() || p.Beside != "" && o.Plan.ID == p.Beside { // it has no lane, or it is its own run
			continue
		}
		if o.Plan.ID != p.ID && o.Plan.Service == p.Service && o.Plan.Environment == p.Environment && o.Plan.Repo == p.Repo {
			return fmt.Errorf("%w: %s of %s is %s", ErrLocked, o.Plan.Kind, o.Plan.Release.Title(), o.State)
		}
	}
	return nil
}

// Decide is a person's word on an ambiguous operation: run is what was sent, or what it was done with, or 0 and nothing was
// sent.
func (e *Engine) Decide(ctx context.Context, id string, run int64, actor, reason model.Text) error {
	e.mu.Lock()
	d := e.driving[id]
	e.mu.Unlock()
	switch {
	case e.writable() != nil:
		return fmt.Errorf("decide on an operation: %w", e.writable())
	case d == nil:
		return errors.New("decide on an operation: this process doesn't drive it")
	case actor == "" || reason == "":
		return errors.New("decide on an operation: it takes who decides, and a reason")
	}
	r := operation.Record{Operation: id, At: d.now(), Process: e.o.Process, Event: operation.Judged, State: operation.Aborted, Actor: actor, Why: reason}
	o, _ := e.Operation(id)
	switch {
	case run != 0 && o.Plan.Kind.Word(): // it was done, and nothing of it is to be followed
		r.State = operation.Succeeded
	case run != 0:
		r.Event, r.State, r.Run = operation.Adopted, o.Plan.Begins(), run
	}
	return d.take(ctx, r)
}
