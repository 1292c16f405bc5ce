package cache

import "gonogo/model"

const putPending = `
INSERT INTO pending (service, run, body) VALUES (?, ?, ?)
ON CONFLICT (service, run) DO UPDATE SET body = excluded.body`

// PutPending replaces whose review a run awaits; an empty list says nobody's.
func (t *Tx) PutPending(s model.Service, run int64, list []model.PendingDeployment) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putPending, id, run, encodePending(list))
	return err
}

// getPending leaves out what runs that have ended were once waiting for.
const getPending = `
SELECT pending.run, pending.body
FROM   run INDEXED BY run_unfinished JOIN pending ON pending.service = run.service AND pending.run = run.id
WHERE  run.service = ? AND run.status <> 'completed'`

func pending(n *conn, service int64) (list []model.PendingDeployment, err error) {
	err = n.query(getPending, func(r *row) {
		run := r.int()
		list = append(list, decodePending(r.blob(), run)...)
	}, service)
	return list, err
}

func encodePending(list []model.PendingDeployment) []byte {
	e := encode()
	e.int(int64(len(list)))
	for _, p := range list {
		put(e, p.Environment)
		putReviewers(e, p.Reviewers)
		e.bool(p.CanApprove)
		e.duration(p.WaitTimer)
		e.time(p.WaitSince)
	}
	return e.buf
}

func decodePending(blob []byte, run int64) (list []model.PendingDeployment) {
	d := decode(blob)
	for range d.count() {
		list = append(list, model.PendingDeployment{
			RunID: run, Environment: d.string(), Reviewers: takeReviewers(d), CanApprove: d.bool(),
			WaitTimer: d.duration(), WaitSince: d.time(),
		})
	}
	if d.err != nil {
		return nil
	}
	return list
}
