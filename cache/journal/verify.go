package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const firstHash = `SELECT hash FROM record WHERE seq = 1`

// Head is the newest record; zero for an empty journal.
func (j *Journal) Head(ctx context.Context) (Anchor, error) {
	var a Anchor
	err := j.db.QueryRowContext(ctx, newestRecord).Scan(&a.Seq, &a.Hash)
	if err == nil {
		err = j.db.QueryRowContext(ctx, firstHash).Scan(&a.First)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("read the journal's head: %w", explain(err))
	}
	return a, nil
}

// ErrChanged reports that records were changed or removed.
var ErrChanged = errors.New("the journal was changed")

const wholeChain = `SELECT seq, body, previous, hash FROM record ORDER BY seq`

// Verify looks whether any record was changed or taken out, and whether the journal still reaches the anchors. It detects
// edits, and truncation as far back as the newest anchor; who rewrites all of it and has told no anchor to anybody is not
// detected. Anchors of another journal, by their first record, are not compared; one that doesn't say its first record is
// taken for this journal's. It returns how many records there are.
func (j *Journal) Verify(ctx context.Context, anchors []Anchor) (int64, error) {
	n, err := j.verify(ctx, anchors)
	if err != nil {
		return n, fmt.Errorf("verify the journal %s: %w", j.path, explain(err))
	}
	return n, nil
}

func (j *Journal) verify(ctx context.Context, anchors []Anchor) (int64, error) {
	told := map[int64]string{}
	first := ""
	if err := j.db.QueryRowContext(ctx, firstHash).Scan(&first); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	for _, a := range anchors {
		if a.First != "" && a.First != first {
			continue
		}
		if before, known := told[a.Seq]; known && before != a.Hash {
			return 0, fmt.Errorf("%w: two anchors disagree on record %d", ErrChanged, a.Seq)
		}
		told[a.Seq] = a.Hash
	}
	var n int64
	newest := ""
	err := each(ctx, j.db, func(rows *sql.Rows) error {
		var seq int64
		var body, previous, hash string
		if err := rows.Scan(&seq, &body, &previous, &hash); err != nil {
			return err
		}
		switch {
		case seq != n+1:
			return fmt.Errorf("%w: record %d is missing", ErrChanged, n+1)
		case previous != newest || hash != link(previous, body):
			return fmt.Errorf("%w: record %d is not what was written", ErrChanged, seq)
		case told[seq] != "" && told[seq] != hash:
			return fmt.Errorf("%w: record %d is not what was told to others", ErrChanged, seq)
		}
		n, newest = seq, hash
		return nil
	}, wholeChain)
	if err != nil {
		return n, err
	}
	for seq := range told {
		if seq > n {
			return n, fmt.Errorf("%w: it ends at record %d, and record %d was told to others", ErrChanged, n, seq)
		}
	}
	return n, nil
}
