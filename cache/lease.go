package cache

import (
	"time"

	"gonogo/model"
)

// takeLease takes what is free, run out, or ours already.
const takeLease = `
INSERT INTO lease (service, signal, subject, process, until) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (service, signal, subject) DO UPDATE SET process = excluded.process, until = excluded.until
WHERE lease.until <= ?6 OR lease.process = excluded.process`

// Lease says that this process reads a signal of a service until a time, and reports whether another one had said so
// before. It only saves double work: nothing depends on it being kept.
func (t *Tx) Lease(service string, signal model.Signal, subject string, until time.Time) (bool, error) {
	n, err := t.conn.exec(takeLease, service, signal, subject, t.process, until, t.now)
	return n > 0, err
}

// Return gives a lease back.
func (t *Tx) Return(service string, signal model.Signal, subject string) error {
	_, err := t.conn.exec(`DELETE FROM lease WHERE service = ? AND signal = ? AND subject = ? AND process = ?`, service, signal, subject, t.process)
	return err
}
