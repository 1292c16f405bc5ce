package pane

import (
	"context"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// Actor is all that dialogs may ask for who wants to act, and to know what is done. Like those of Source its methods are
// called in commands, never while drawing: they may wait for the journal, and Prepare and Review for the network.
type Actor interface {
	// Sketch works out what a request would do from the cache alone; it can't be confirmed.
	Sketch(ctx context.Context, r operate.Request) (*operate.Draft, error)
	// Prepare works it out from what it reads again.
	Prepare(ctx context.Context, r operate.Request) (*operate.Draft, error)
	// Confirm takes a person's word for a draft, and begins.
	Confirm(ctx context.Context, d *operate.Draft, c operate.Confirmation) (operate.Operation, error)
	// Review approves or rejects what an operation waits for.
	Review(ctx context.Context, id string, approve bool, comment model.Text) error
	// Decide is a person's word on an ambiguous operation: run is what was sent, or 0 and nothing was sent.
	Decide(ctx context.Context, id string, run int64, actor, reason model.Text) error
	// LiftReadOnly lets a person act for a while in a session that they asked to be read-only, and says until when.
	LiftReadOnly(ctx context.Context, reason model.Text) (time.Time, error)
	// Operation is what is known of an operation that this process has seen.
	Operation(id string) (operate.Operation, bool)
	// Moving are the operations that have not ended.
	Moving() []operate.Operation
	// Operations are the newest of all, newest first.
	Operations(ctx context.Context, most int) ([]operation.Progress, error)
	// Records are the whole journal of an operation.
	Records(ctx context.Context, id string) ([]operation.Record, error)
}
