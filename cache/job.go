package cache

import (
	"context"

	"gonogo/model"
)

const putJobs = `
INSERT INTO job (service, run, body) VALUES (?, ?, ?)
ON CONFLICT (service, run) DO UPDATE SET body = excluded.body`

// PutJobs replaces the jobs of a run, with their steps: those of all its attempts, the newest first.
func (t *Tx) PutJobs(s model.Service, run int64, jobs []model.Job) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putJobs, id, run, encodeJobs(jobs))
	return err
}

const getJobs = `SELECT body FROM job WHERE service = ? AND run = ?`

// Jobs returns the jobs of a run's attempts, the newest first.
func (c *Cache) Jobs(ctx context.Context, s model.Service, run int64) ([]model.Job, error) {
	var list []model.Job
	err := c.of(ctx, s, func(n *conn, service int64) error {
		_, err := n.one(getJobs, func(r *row) { list = decodeJobs(r.blob(), run) }, service, run)
		return err
	})
	return list, err
}

func encodeJobs(jobs []model.Job) []byte {
	e := encode()
	e.int(int64(len(jobs)))
	for _, j := range jobs {
		e.int(j.ID)
		e.int(int64(j.Attempt))
		put(e, j.Name)
		put(e, j.Status)
		put(e, j.Conclusion)
		e.time(j.CreatedAt)
		e.time(j.StartedAt)
		e.time(j.CompletedAt)
		put(e, j.Runner)
		put(e, j.URL)
		e.int(int64(len(j.Steps)))
		for _, s := range j.Steps {
			e.int(int64(s.Number))
			put(e, s.Name)
			put(e, s.Status)
			put(e, s.Conclusion)
			e.time(s.StartedAt)
			e.time(s.CompletedAt)
		}
	}
	return e.buf
}

func decodeJobs(blob []byte, run int64) []model.Job {
	d := decode(blob)
	list := make([]model.Job, d.count())
	for i := range list {
		j := model.Job{RunID: run, ID: d.int(), Attempt: int(d.int()), Name: take[model.Text](d)}
		j.Status, j.Conclusion = take[model.RunStatus](d), take[model.Conclusion](d)
		j.CreatedAt, j.StartedAt, j.CompletedAt = d.time(), d.time(), d.time()
		j.Runner, j.URL = take[model.Text](d), d.string()
		if n := d.count(); n > 0 {
			j.Steps = make([]model.Step, n)
		}
		for k := range j.Steps {
			j.Steps[k] = model.Step{
				Number: int(d.int()), Name: take[model.Text](d), Status: take[model.RunStatus](d),
				Conclusion: take[model.Conclusion](d), StartedAt: d.time(), CompletedAt: d.time(),
			}
		}
		list[i] = j
	}
	if d.err != nil {
		return nil
	}
	return list
}
