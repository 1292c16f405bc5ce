package cache

import (
	"gonogo/model"
	"gonogo/model/readiness"
)

const putCommitPaths = `
INSERT INTO commit_paths (service, sha, body) VALUES (?, ?, ?)
ON CONFLICT (service, sha) DO UPDATE SET body = excluded.body`

// PutCommit keeps what a single commit changed.
func (t *Tx) PutCommit(s model.Service, c readiness.CommitPaths) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	e := encode()
	encodeCommit(e, c.Commit)
	putAll(e, c.Paths)
	e.bool(c.Cut)
	_, err = t.conn.exec(putCommitPaths, id, c.Commit.SHA, e.buf)
	return err
}

const getCommitPaths = `SELECT body FROM commit_paths WHERE service = ? AND sha = ?`

func commits(n *conn, service int64, asked []string) (map[model.SHA]readiness.CommitPaths, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	found := make(map[model.SHA]readiness.CommitPaths, len(asked))
	for _, sha := range asked {
		if _, err := n.one(getCommitPaths, func(r *row) {
			d := decode(r.blob())
			c := readiness.CommitPaths{Commit: decodeCommit(d), Paths: takeAll[string](d), Cut: d.bool()}
			if d.err == nil {
				found[model.SHA(sha)] = c
			}
		}, service, sha); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func encodeCommit(e *encoder, c model.Commit) {
	put(e, c.SHA)
	putAll(e, c.Parents)
	put(e, c.Title, c.Author)
	e.time(c.At)
	put(e, c.URL)
}

func decodeCommit(d *decoder) model.Commit {
	return model.Commit{
		SHA: take[model.SHA](d), Parents: takeAll[model.SHA](d), Title: take[model.Text](d), Author: take[model.Text](d),
		At: d.time(), URL: d.string(),
	}
}
