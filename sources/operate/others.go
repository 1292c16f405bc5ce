package operate

import (
	"context"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
)

// Watches reports whether something moves that another process of this person drives: its journal is all that tells.
func (e *Engine) Watches() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range e.seen {
		if o.elsewhere() {
			return true
		}
	}
	return false
}

// elsewhere reports whether what is known of an operation is of what another process drives, which has not given it up yet.
func (o *Operation) elsewhere() bool { return !o.Driven && (o.Held != "" || !o.State.Ended()) }

// hold tells how an operation stands that can't be driven here, and why, where that is news.
func (e *Engine) hold(p operation.Progress, records []operation.Record, why model.Text) {
	e.mu.Lock()
	was, known := e.seen[p.Plan.ID]
	e.mu.Unlock()
	if known && !was.Driven && was.Held == why && len(was.Records) == len(records) {
		return
	}
	e.tell(Operation{Progress: p, Records: records, Held: why})
}

// finish tells of what another process has brought to an end since.
func (e *Engine) finish(ctx context.Context, j *journal.Journal, host string, open []operation.Progress) {
	going := map[string]bool{}
	for i := range open {
		going[open[i].Plan.ID] = true
	}
	var gone []string
	e.mu.Lock()
	for id, o := range e.seen {
		if o.elsewhere() && o.Plan.Host == host && !going[id] {
			gone = append(gone, id)
		}
	}
	e.mu.Unlock()
	for _, id := range gone {
		records, err := j.Records(ctx, id)
		if err != nil {
			continue // it is looked for again
		}
		if p, err := operation.Fold(records); err == nil {
			e.tell(Operation{Progress: p, Records: records})
		}
	}
}
