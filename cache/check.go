package cache

import "gonogo/model"

const putChecks = `
INSERT INTO commit_check (service, sha, body) VALUES (?, ?, ?)
ON CONFLICT (service, sha) DO UPDATE SET body = excluded.body`

// PutCommitChecks replaces the statuses and check runs of a commit.
func (t *Tx) PutCommitChecks(s model.Service, sha model.SHA, list []model.CommitCheck) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putChecks, id, sha, encodeChecks(list))
	return err
}

const getChecks = `SELECT body FROM commit_check WHERE service = ? AND sha = ?`

// checks returns those of the commits that were asked for.
func checks(n *conn, service int64, commits []string) (list []model.CommitCheck, err error) {
	for _, sha := range commits {
		if _, err := n.one(getChecks, func(r *row) {
			list = append(list, decodeChecks(r.blob(), model.SHA(sha))...)
		}, service, sha); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func encodeChecks(list []model.CommitCheck) []byte {
	e := encode()
	e.int(int64(len(list)))
	for _, c := range list {
		put(e, c.Name)
		put(e, c.App)
		e.bool(c.FromActions)
		put(e, c.Status)
		put(e, c.Conclusion)
		put(e, c.Summary)
		e.time(c.StartedAt)
		e.time(c.CompletedAt)
		put(e, c.URL)
	}
	return e.buf
}

func decodeChecks(blob []byte, sha model.SHA) []model.CommitCheck {
	d := decode(blob)
	list := make([]model.CommitCheck, d.count())
	for i := range list {
		list[i] = model.CommitCheck{
			SHA: sha, Name: d.string(), App: take[model.Text](d), FromActions: d.bool(), Status: take[model.RunStatus](d),
			Conclusion: take[model.Conclusion](d), Summary: take[model.Text](d), StartedAt: d.time(), CompletedAt: d.time(),
			URL: d.string(),
		}
	}
	if d.err != nil {
		return nil
	}
	return list
}
