package cache

import (
	"errors"
	"math/rand/v2"
	"os"
	"syscall"
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

// pidBits hold any process number of Linux (at most 4,194,304, proc(5)) and of macOS.
const pidBits = 23

// processName names this process: by chance, and by its number, so that others can tell when it is gone.
func processName() int64 { return rand.Int64()>>pidBits<<pidBits | int64(os.Getpid())&(1<<pidBits-1) }

// BuryLeases takes back the leases of processes that have ended without giving them back. One that only looks as if it
// had, on another machine or in another container, will have its work done twice for a while.
func (t *Tx) BuryLeases() error {
	var holders []int64
	if err := t.conn.query(`SELECT DISTINCT process FROM lease`, func(r *row) { holders = append(holders, r.int()) }); err != nil {
		return err
	}
	for _, holder := range holders {
		if pid := int(holder & (1<<pidBits - 1)); !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		if _, err := t.conn.exec(`DELETE FROM lease WHERE process = ?`, holder); err != nil {
			return err
		}
	}
	return nil
}
