package operate

import (
	"context"
	"fmt"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// Elevate journals, on every host of the fleet, that a person lifts their own read-only until a moment. One record each: it
// is over with it, and nothing is sent.
func (e *Engine) Elevate(ctx context.Context, until time.Time, actor, reason model.Text) error {
	if reason == "" {
		return fmt.Errorf("lift read-only: %w: it takes a reason", ErrRefused)
	}
	now := e.o.Clock.Now().Round(0)
	for _, host := range e.hosts() {
		j, err := e.journal(host)
		if err != nil {
			return fmt.Errorf("lift read-only: %w", err)
		}
		p := operation.Plan{
			ID: e.o.NewID(), Kind: operation.Elevate, Host: host, Service: e.o.Fleet().Name, Environment: "this session", Actor: actor, Reason: reason, MadeAt: now,
		}
		r := operation.Record{
			Operation: p.ID, At: now, Process: e.o.Process, Event: operation.Planned, State: operation.Succeeded, Plan: &p, Actor: actor,
			Why: model.Text("actions until " + until.UTC().Format("15:04:05") + " UTC: " + string(reason)),
		}
		if _, err := j.Append(ctx, r); err != nil {
			return fmt.Errorf("lift read-only: %w", err)
		}
	}
	return nil
}

// writable reports why nothing may be done in this session; nil: it may.
func (e *Engine) writable() error {
	if why := e.o.ReadOnly(); why != "" {
		return fmt.Errorf("%w: %s", ErrReadOnly, why)
	}
	return nil
}
