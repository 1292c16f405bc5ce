// Package journal keeps what was done: an append-only record of every operation and of every step that each took, in
// one SQLite file for each person and GitHub host, in the state folder. Nothing is sent that is not in it before.
//
// Unlike the cache it can't be read again from anywhere, so it is written with synchronous=FULL, never thinned, never
// rebuilt: a damaged one is left as it is, and acting waits for a person's word. Each record carries the hash of the one
// before; Verify says whether any was changed.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The reasons why a journal can't be used. Nothing may be sent then.
var (
	ErrNewer     = errors.New("the journal was made by a newer gonogo; use that version")
	ErrDamaged   = errors.New("the journal is damaged")
	ErrForeign   = errors.New("the file is no gonogo journal")
	ErrUnsafe    = errors.New("the journal lies on a file system whose locks can't be trusted; set XDG_STATE_HOME to a local disk")
	ErrUnwritten = errors.New("the journal can't be written, so nothing is sent; make room there or set its permissions")
)

// Options say where the journal is.
type Options struct {
	Path string
	// NetworkFS says that the file system's locks can't be trusted: acting is refused there.
	NetworkFS bool

	maxPages int // tests only: a disk that is full
}

// Journal is an open journal. It may be used by several goroutines, and its file by several processes.
type Journal struct {
	path string
	db   *sql.DB
}

// application marks our files among SQLite's: "gonj". version is that of the schema.
const (
	application = 0x676f6e6a
	version     = 1
)

const schema = `
CREATE TABLE record (
    seq       INTEGER PRIMARY KEY, -- from 1 on, without gaps
    operation TEXT    NOT NULL,
    at        INTEGER NOT NULL,    -- milliseconds since 1970 in UTC
    body      TEXT    NOT NULL,    -- JSON
    previous  TEXT    NOT NULL,    -- hash of the record before; empty for the first
    hash      TEXT    NOT NULL     -- SHA-256 of previous, a line feed and body, in hex
) STRICT;
CREATE INDEX record_operation ON record (operation, seq);
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER record_remains BEFORE DELETE ON record BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TABLE operation ( -- where each operation is, derived from its records in the same transaction
    id          TEXT PRIMARY KEY,
    host        TEXT    NOT NULL,
    repository  TEXT    NOT NULL COLLATE NOCASE,
    service     TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    open        INTEGER NOT NULL,  -- 1: something is left to be done
    first_seq   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_open ON operation (first_seq) WHERE open = 1;
CREATE INDEX operation_newest ON operation (first_seq DESC);`

// Open opens the journal, and makes it where there is none. It never repairs: what is wrong is an error that says so.
func Open(ctx context.Context, o Options) (*Journal, error) {
	j, err := open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", o.Path, err)
	}
	return j, nil
}

func open(ctx context.Context, o Options) (*Journal, error) {
	if o.NetworkFS {
		return nil, ErrUnsafe
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, errors.Join(ErrUnwritten, err)
	}
	// SQLite gives its other files the mode of this one, so it must be right before they are made.
	f, err := os.OpenFile(o.Path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, errors.Join(ErrUnwritten, err)
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(ErrUnwritten, err)
	}
	db, err := sql.Open("sqlite", dsn(o))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // a connection of its own: who appends is alone
	j := &Journal{path: o.Path, db: db}
	err = j.prepare(ctx)
	if err == nil { // not in the DSN: it would change a file that is not ours; it stays with the file
		_, err = db.ExecContext(ctx, "PRAGMA journal_mode(WAL)")
	}
	if err != nil {
		return nil, errors.Join(explain(err), db.Close())
	}
	return j, nil
}

func dsn(o Options) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "synchronous(FULL)", "foreign_keys(ON)"}, "_txlock": {"immediate"}}
	if o.maxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.maxPages))
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: o.Path, RawQuery: q.Encode()}).String()
}

// prepare makes the schema in an empty file, and refuses any other file.
func (j *Journal) prepare(ctx context.Context) error {
	return j.transaction(ctx, func(tx *sql.Tx) error {
		var at, app, tables int
		for _, q := range []struct {
			sql string
			to  *int
		}{{"PRAGMA user_version", &at}, {"PRAGMA application_id", &app}, {"SELECT count(*) FROM sqlite_schema", &tables}} {
			if err := tx.QueryRowContext(ctx, q.sql).Scan(q.to); err != nil {
				return err
			}
		}
		switch {
		case tables == 0 && at == 0:
			_, err := tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d", schema, application, version))
			return err
		case app != application:
			return ErrForeign
		case at > version:
			return ErrNewer
		case at < version:
			return ErrDamaged
		}
		return nil
	})
}

// Close closes the journal.
func (j *Journal) Close() error { return j.db.Close() }

// transaction runs f while no other process writes.
func (j *Journal) transaction(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := j.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
		return err
	}
	return tx.Commit()
}

// explain adds what an error of SQLite means for acting.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w: %w", ErrUnwritten, err)
	}
	return err
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
