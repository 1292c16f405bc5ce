package cache

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"modernc.org/sqlite"
)

// conn is one connection to SQLite with the statements that it has prepared. It speaks to the driver itself: between it
// and database/sql lie reflection, a lock and, for every query with a context that can end, a goroutine, and the first
// frame waits for these queries. A conn is used by one goroutine at a time.
type conn struct {
	raw        driver.Conn
	statements map[string]driver.Stmt
	values     []driver.Value // reused by query
}

// connect opens one connection. The pragmas are in the DSN, so every connection of the pool has them.
func connect(dsn string) (*conn, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	raw, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, statements: map[string]driver.Stmt{}}, nil
}

func (c *conn) close() error {
	var problems []error
	for _, s := range c.statements {
		problems = append(problems, s.Close())
	}
	return errors.Join(append(problems, c.raw.Close())...)
}

// prepare returns the statement for sql, which is compiled once a connection.
func (c *conn) prepare(sql string) (driver.Stmt, error) {
	if s, ok := c.statements[sql]; ok {
		return s, nil
	}
	s, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", sql, err)
	}
	c.statements[sql] = s
	return s, nil
}

// script runs statements that are not worth keeping prepared: migrations, BEGIN of another kind.
func (c *conn) script(ctx context.Context, sql string) error {
	_, err := c.raw.(driver.ExecerContext).ExecContext(ctx, sql, nil)
	return err
}

// exec runs one statement and returns how many rows it changed.
func (c *conn) exec(sql string, args ...any) (int64, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	named, err := bind(args)
	if err != nil {
		return 0, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(context.Background(), named)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs one statement and hands every row to each, which takes its columns from left to right.
func (c *conn) query(sql string, each func(*row), args ...any) error {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	named, err := bind(args)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named)
	if err != nil {
		return err
	}
	n := len(rows.Columns())
	if cap(c.values) < n {
		c.values = make([]driver.Value, n)
	}
	r := row{values: c.values[:n]}
	for {
		if err = rows.Next(r.values); err != nil {
			break
		}
		r.next = 0
		each(&r)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

// one runs a statement that answers at most one row and reports whether there was one.
func (c *conn) one(sql string, take func(*row), args ...any) (bool, error) {
	found := false
	err := c.query(sql, func(r *row) {
		if !found {
			take(r)
		}
		found = true
	}, args...)
	return found, err
}

// bind turns Go values into the driver's. Times are stored as integer milliseconds since 1970 in UTC, the zero time as 0.
func bind(args []any) ([]driver.NamedValue, error) {
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i].Ordinal = i + 1
		switch v := a.(type) {
		case nil, int64, float64, string:
			named[i].Value = v
		case []byte:
			if v == nil {
				v = []byte{}
			}
			named[i].Value = v
		case int:
			named[i].Value = int64(v)
		case bool:
			named[i].Value = int64(0)
			if v {
				named[i].Value = int64(1)
			}
		case time.Time:
			named[i].Value = millis(v)
		case time.Duration:
			named[i].Value = v.Milliseconds()
		case *float64:
			if v != nil {
				named[i].Value = *v
			}
		default:
			s, ok := text(a)
			if !ok {
				return nil, fmt.Errorf("parameter %d: SQLite takes no %T", i+1, a)
			}
			named[i].Value = s
		}
	}
	return named, nil
}

// row is one row of an answer; its columns are taken from left to right, each once.
type row struct {
	values []driver.Value
	next   int
}

func (r *row) value() driver.Value {
	v := r.values[r.next]
	r.next++
	return v
}

func (r *row) int() int64 {
	v, _ := r.value().(int64)
	return v
}

func (r *row) bool() bool { return r.int() != 0 }

func (r *row) text() string {
	v, _ := r.value().(string)
	return v
}

func (r *row) blob() []byte {
	v, _ := r.value().([]byte)
	return v
}

func (r *row) time() time.Time { return fromMillis(r.int()) }

func (r *row) duration() time.Duration { return time.Duration(r.int()) * time.Millisecond }

// float is nil where the column is NULL. A whole number that SQLite stored as an integer is one too.
func (r *row) float() *float64 {
	switch v := r.value().(type) {
	case float64:
		return &v
	case int64:
		f := float64(v)
		return &f
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
