package cache

import (
	"context"
	"time"

	"gonogo/model"
)

const putRead = `
INSERT INTO read (service, signal, subject, at, tried_at, problem, why, until, cut, request)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, signal, subject) DO UPDATE SET
	at = excluded.at, tried_at = excluded.tried_at, problem = excluded.problem, why = excluded.why,
	until = excluded.until, cut = excluded.cut, request = excluded.request`

// PutRead keeps when and how well a signal was read.
func (t *Tx) PutRead(s model.Service, r model.Read) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putRead, id, r.Signal, r.Subject, r.At, r.TriedAt, r.Problem, r.Why, r.Until, r.Cut, r.Request)
	return err
}

const failRead = `
INSERT INTO read (service, signal, subject, at, tried_at, problem, why, until, cut, request)
VALUES (?, ?, ?, 0, ?, ?, ?, ?, 0, ?)
ON CONFLICT (service, signal, subject) DO UPDATE SET
	tried_at = excluded.tried_at, problem = excluded.problem, why = excluded.why, until = excluded.until`

// FailRead keeps that a signal could not be read; what was read of it before stays, with its age.
func (t *Tx) FailRead(s model.Service, r model.Read) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(failRead, id, r.Signal, r.Subject, r.TriedAt, r.Problem, r.Why, r.Until, r.Request)
	return err
}

// A reading from more than a minute ahead is of a clock that was set back since.
const touchRead = `
UPDATE read SET
	at = iif(at > ?4 + 60000, ?4, max(at, ?4)), tried_at = iif(tried_at > ?4 + 60000, ?4, max(tried_at, ?4)),
	problem = '', why = '', until = 0
WHERE  service = ?1 AND signal = ?2 AND subject = ?3 AND at > 0`

// TouchRead keeps that the facts of a signal were found unchanged.
func (t *Tx) TouchRead(s model.Service, signal model.Signal, subject string, at time.Time) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(touchRead, id, signal, subject, at)
	return err
}

const getReads = `
SELECT signal, subject, at, tried_at, problem, why, until, cut, request
FROM   read
WHERE  service = ?`

func reads(n *conn, service int64) (list []model.Read, err error) {
	list = make([]model.Read, 0, 32)
	err = n.query(getReads, func(r *row) {
		list = append(list, model.Read{
			Signal: model.Signal(r.text()), Subject: r.text(), At: r.time(), TriedAt: r.time(),
			Problem: model.Problem(r.text()), Why: model.Text(r.text()), Until: r.time(), Cut: r.bool(), Request: r.text(),
		})
	}, service)
	return list, err
}

// Reads returns when and how well each signal of the service was read.
func (c *Cache) Reads(ctx context.Context, s model.Service) ([]model.Read, error) {
	var list []model.Read
	err := c.of(ctx, s, func(n *conn, service int64) (err error) {
		list, err = reads(n, service)
		return err
	})
	return list, err
}

const getRead = `
SELECT at, tried_at, problem, why, until, cut, request
FROM   read
WHERE  service = ? AND signal = ? AND subject = ?`

// Read returns when and how well one signal of the service was read.
func (c *Cache) Read(ctx context.Context, s model.Service, signal model.Signal, subject string) (model.Read, error) {
	found := model.Read{Signal: signal, Subject: subject}
	err := c.of(ctx, s, func(n *conn, service int64) (err error) {
		found, err = readOf(n, service, signal, subject)
		return err
	})
	return found, err
}

func readOf(n *conn, service int64, signal model.Signal, subject string) (model.Read, error) {
	found := model.Read{Signal: signal, Subject: subject}
	_, err := n.one(getRead, func(r *row) {
		found.At, found.TriedAt, found.Problem, found.Why = r.time(), r.time(), model.Problem(r.text()), model.Text(r.text())
		found.Until, found.Cut, found.Request = r.time(), r.bool(), r.text()
	}, service, signal, subject)
	return found, err
}
