package cache

import (
	"context"

	"gonogo/model"
)

const putChange = `
INSERT INTO change (service, signal, process, seq)
VALUES (?, ?, ?, 1 + (SELECT coalesce(max(seq), 0) FROM change))
ON CONFLICT (service, signal) DO UPDATE SET process = excluded.process, seq = excluded.seq`

// Changed says that the transaction brings news of a signal, for the other processes that use the file. An empty
// signal says that the service was assessed anew.
func (t *Tx) Changed(service string, signal model.Signal) {
	if t.changes == nil {
		t.changes = map[model.Changed]bool{}
	}
	t.changes[model.Changed{Service: service, Signal: signal}] = true
}

func (t *Tx) recordChanges() error {
	for c := range t.changes {
		if _, err := t.conn.exec(putChange, c.Service, c.Signal, t.process); err != nil {
			return err
		}
	}
	return nil
}

const (
	newestChange = `SELECT coalesce(max(seq), 0) FROM change`
	getNews      = `SELECT service, signal, process, seq FROM change WHERE seq > ? ORDER BY seq`
)

// Version is the number of the newest news, of this process or another. It is meant to be asked on every beat: while
// nobody has written it costs one PRAGMA.
func (c *Cache) Version(ctx context.Context) (int64, error) {
	var v int64
	err := c.attempt(ctx, func(s *store) (err error) {
		v, err = s.newest(ctx)
		return err
	})
	return v, err
}

// News returns what other processes have changed after a version, and the version to ask with next. It costs as little
// as Version where there is none.
func (c *Cache) News(ctx context.Context, since int64) ([]model.Changed, int64, error) {
	newest, err := c.Version(ctx)
	if err != nil || newest == since {
		return nil, since, err
	}
	if newest < since {
		since = 0 // the file was replaced
	}
	var list []model.Changed
	err = c.read(ctx, func(n *conn) error {
		list, newest = nil, since
		return n.query(getNews, func(r *row) {
			changed := model.Changed{Service: r.text(), Signal: model.Signal(r.text())}
			if r.int() != c.process {
				list = append(list, changed)
			}
			newest = r.int()
		}, since)
	})
	if err != nil {
		return nil, since, err
	}
	return list, newest, nil
}

// newest looks at the table only when another connection has written since (SQLite docs, PRAGMA data_version: it is
// counted for each connection, so one is kept that does nothing else).
func (s *store) newest(ctx context.Context) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.watching.Lock()
	defer s.watching.Unlock()
	if s.watcher == nil {
		n, err := connect(s.dsn)
		if err != nil {
			return 0, err
		}
		s.watcher = n
	}
	var v int64
	if _, err := s.watcher.one("PRAGMA data_version", func(r *row) { v = r.int() }); err != nil {
		return 0, err
	}
	if v == s.watched && v != 0 {
		return s.seq, nil
	}
	if _, err := s.watcher.one(newestChange, func(r *row) { s.seq = r.int() }); err != nil {
		return 0, err
	}
	s.watched = v
	return s.seq, nil
}
