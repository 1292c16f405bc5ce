package journal

import (
	"context"
	"database/sql"
	"fmt"

	"gonogo/model/operation"
)

const (
	openOperations   = `SELECT id FROM operation WHERE open = 1 ORDER BY first_seq`
	newestOperations = `SELECT id FROM operation ORDER BY first_seq DESC LIMIT ?`
)

// Records are an operation's, oldest first; none where the journal doesn't know it.
func (j *Journal) Records(ctx context.Context, id string) ([]operation.Record, error) {
	records, err := recordsOf(ctx, j.db, id)
	if err != nil {
		return nil, fmt.Errorf("read operation %s from the journal: %w", id, explain(err))
	}
	return records, nil
}

// Unfinished are the operations for which something is left to be done, oldest first: those that a former process left,
// and those of other processes that go on.
func (j *Journal) Unfinished(ctx context.Context) ([]operation.Progress, error) {
	return j.sums(ctx, openOperations)
}

// Newest are the newest operations, newest first, at most so many.
func (j *Journal) Newest(ctx context.Context, most int) ([]operation.Progress, error) {
	return j.sums(ctx, newestOperations, most)
}

func (j *Journal) sums(ctx context.Context, query string, args ...any) ([]operation.Progress, error) {
	ids, err := j.ids(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read operations from the journal: %w", explain(err))
	}
	var all []operation.Progress
	for _, id := range ids {
		records, err := j.Records(ctx, id)
		if err != nil {
			return nil, err
		}
		p, err := operation.Fold(records)
		if err != nil {
			return nil, fmt.Errorf("read operation %s from the journal: %w: %w", id, ErrDamaged, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func (j *Journal) ids(ctx context.Context, query string, args ...any) (ids []string, err error) {
	err = each(ctx, j.db, func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	}, query, args...)
	return ids, err
}
