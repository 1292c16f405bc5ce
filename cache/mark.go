package cache

import (
	"context"

	"gonogo/model"
	"gonogo/model/operation"
)

const putMark = `INSERT INTO mark (service, ref, object, body) VALUES (?, ?, ?, ?)`

// PutMarks replaces the shared refs of a service: locks, holds, vetoes and ticks.
func (t *Tx) PutMarks(s model.Service, list []operation.Mark) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(`DELETE FROM mark WHERE service = ?`, id); err != nil {
		return err
	}
	for i := range list {
		if _, err := t.conn.exec(putMark, id, list[i].Ref, list[i].Object, encodeMark(&list[i])); err != nil {
			return err
		}
	}
	return nil
}

const getMarks = `SELECT ref, object, body FROM mark WHERE service = ? ORDER BY ref`

// marks leaves none out: one that can't be understood any more has a flaw, for an absent lock would mean that nobody
// holds it.
func marks(n *conn, service int64) (list []operation.Mark, err error) {
	err = n.query(getMarks, func(r *row) {
		ref, object := r.text(), r.text()
		m, ok := decodeMark(r.blob())
		if !ok {
			m = operation.Flawed(ref, object, operation.Unread)
		}
		m.Ref, m.Object = ref, object
		list = append(list, m)
	}, service)
	return list, err
}

// Marks are the shared refs of a service.
func (c *Cache) Marks(ctx context.Context, s model.Service) (list []operation.Mark, err error) {
	err = c.of(ctx, s, func(n *conn, service int64) (err error) {
		list, err = marks(n, service)
		return err
	})
	return list, err
}

func encodeMark(m *operation.Mark) []byte {
	e := encode()
	put(e, m.Kind)
	put(e, m.Operation, m.Owner, m.Service, m.Environment, m.SHA, m.Item, m.Reason, m.Journal, m.Flaw)
	e.time(m.Since)
	e.time(m.Expiry)
	return e.buf
}

func decodeMark(blob []byte) (operation.Mark, bool) {
	d := decode(blob)
	m := operation.Mark{
		Kind: take[operation.MarkKind](d), Operation: d.string(), Owner: d.string(), Service: d.string(), Environment: d.string(), SHA: d.string(),
		Item: d.string(), Reason: d.string(), Journal: d.string(), Flaw: d.string(), Since: d.time(), Expiry: d.time(),
	}
	return m, d.err == nil
}
