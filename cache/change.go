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

// Version changes whenever another connection, of this process or another, has written. It costs a look at a number
// and is meant to be asked on every beat; News then says what is new.
func (c *Cache) Version(ctx context.Context) (int64, error) {
	var v int64
	err := c.attempt(ctx, func(s *store) (err error) {
		v, err = s.dataVersion(ctx)
		return err
	})
	return v, err
}

const getNews = `SELECT service, signal, process, seq FROM change WHERE seq > ? ORDER BY seq`

// News returns what other processes have changed since a former call, and what to pass to the next one. It begins with
// 0, which returns no news but the point from which on there are.
func (c *Cache) News(ctx context.Context, since int64) ([]model.Changed, int64, error) {
	var list []model.Changed
	newest := since
	err := c.read(ctx, func(n *conn) error {
		list, newest = nil, since
		if since == 0 {
			_, err := n.one(`SELECT coalesce(max(seq), 0) FROM change`, func(r *row) { newest = max(1, r.int()) })
			return err
		}
		return n.query(getNews, func(r *row) {
			changed := model.Changed{Service: r.text(), Signal: model.Signal(r.text())}
			if r.int() != c.process {
				list = append(list, changed)
			}
			newest = r.int()
		}, since)
	})
	return list, newest, err
}
