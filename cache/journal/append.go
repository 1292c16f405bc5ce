package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"gonogo/model/operation"
)

const (
	newestRecord = `SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1`
	bodiesOf     = `SELECT body FROM record WHERE operation = ? ORDER BY seq`
	appendRecord = `INSERT INTO record (seq, operation, at, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)`
	putOperation = `
INSERT INTO operation (id, host, repository, service, environment, state, open, first_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, open = excluded.open`
)

// Append adds a record to its operation's journal and returns what the operation has come to. When it returns without an
// error the record is on the disk. A record that contradicts those before is refused, also where another process wrote
// them meanwhile.
func (j *Journal) Append(ctx context.Context, r operation.Record) (operation.Progress, error) {
	var p operation.Progress
	err := j.transaction(ctx, func(tx *sql.Tx) error {
		records, err := recordsOf(ctx, tx, r.Operation)
		if err != nil {
			return err
		}
		if p, err = operation.Fold(append(records, r)); err != nil {
			return err
		}
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		var seq int64
		var previous string
		if err := tx.QueryRowContext(ctx, newestRecord).Scan(&seq, &previous); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		seq++
		if _, err := tx.ExecContext(ctx, appendRecord, seq, r.Operation, milliseconds(r.At), string(body), previous, link(previous, string(body))); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, putOperation, p.Plan.ID, p.Plan.Host, p.Plan.Repo, p.Plan.Service, p.Plan.Environment, string(p.State), p.Open(), seq)
		return err
	})
	if err != nil {
		return operation.Progress{}, fmt.Errorf("journal %s of operation %s: %w", r.Event, r.Operation, explain(err))
	}
	return p, nil
}

// link is the hash of a record: of the one before, a line feed and the record itself.
func link(previous, body string) string {
	sum := sha256.Sum256([]byte(previous + "\n" + body))
	return hex.EncodeToString(sum[:])
}

type queries interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each runs a query and hands every row to take.
func each(ctx context.Context, q queries, take func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func recordsOf(ctx context.Context, q queries, id string) (all []operation.Record, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var r operation.Record
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return fmt.Errorf("%w: record %d of operation %s: %w", ErrDamaged, len(all)+1, id, err)
		}
		all = append(all, r)
		return nil
	}, bodiesOf, id)
	return all, err
}
