package cache

import (
	"context"
	"slices"
	"strings"

	"gonogo/model"
)

const putComparison = `
INSERT INTO comparison (service, base, head, body) VALUES (?, ?, ?, ?)
ON CONFLICT (service, base, head) DO UPDATE SET body = excluded.body`

// PutComparison keeps what lies between two commits.
func (t *Tx) PutComparison(s model.Service, c model.Comparison) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putComparison, id, c.Base, c.Head, encodeComparison(c))
	return err
}

const getComparison = `SELECT body FROM comparison WHERE service = ? AND base = ? AND head = ?`

// comparisons returns those whose subjects (BASE...HEAD) were asked for.
func comparisons(n *conn, service int64, subjects []string) (list []model.Comparison, err error) {
	for _, subject := range subjects {
		base, head, _ := strings.Cut(subject, "...")
		if _, err := n.one(getComparison, func(r *row) {
			if c, ok := decodeComparison(r.blob()); ok {
				c.Base, c.Head = model.SHA(base), model.SHA(head)
				list = append(list, c)
			}
		}, service, base, head); err != nil {
			return nil, err
		}
	}
	return list, nil
}

const comparisonsTo = `SELECT body FROM comparison WHERE service = ? AND head = ?`

// ChangedPaths returns the paths that the comparisons up to a commit changed, sorted.
func (c *Cache) ChangedPaths(ctx context.Context, s model.Service, head model.SHA) ([]string, error) {
	var paths []string
	err := c.of(ctx, s, func(n *conn, service int64) error {
		paths = nil
		return n.query(comparisonsTo, func(r *row) {
			if c, ok := decodeComparison(r.blob()); ok {
				paths = append(paths, c.Paths...)
			}
		}, service, head)
	})
	slices.Sort(paths)
	return slices.Compact(paths), err
}

func encodeComparison(c model.Comparison) []byte {
	e := encode()
	put(e, c.Status)
	e.int(int64(c.Ahead))
	e.int(int64(c.Behind))
	e.int(int64(len(c.Commits)))
	for _, commit := range c.Commits {
		encodeCommit(e, commit)
	}
	e.int(int64(len(c.PullRequests)))
	for _, p := range c.PullRequests {
		e.int(int64(p.Number))
		put(e, p.Title, p.Author)
		put(e, p.URL)
	}
	putAll(e, c.Paths)
	e.bool(c.CommitsCut)
	e.bool(c.PathsCut)
	put(e, c.URL)
	e.int(int64(len(c.Files)))
	for i := range c.Files {
		f := &c.Files[i]
		put(e, f.Path)
		e.bool(f.Known)
		e.int(int64(len(f.Added)))
		for _, l := range f.Added {
			e.int(int64(l.From))
			e.int(int64(l.To - l.From))
		}
	}
	return e.buf
}

func decodeComparison(blob []byte) (model.Comparison, bool) {
	d := decode(blob)
	c := model.Comparison{Status: d.string(), Ahead: int(d.int()), Behind: int(d.int())}
	if n := d.count(); n > 0 {
		c.Commits = make([]model.Commit, n)
	}
	for i := range c.Commits {
		c.Commits[i] = decodeCommit(d)
	}
	if n := d.count(); n > 0 {
		c.PullRequests = make([]model.PullRequest, n)
	}
	for i := range c.PullRequests {
		c.PullRequests[i] = model.PullRequest{Number: int(d.int()), Title: take[model.Text](d), Author: take[model.Text](d), URL: d.string()}
	}
	c.Paths, c.CommitsCut, c.PathsCut, c.URL = takeAll[string](d), d.bool(), d.bool(), d.string()
	if n := d.count(); n > 0 {
		c.Files = make([]model.FileChange, n)
	}
	for i := range c.Files {
		f := &c.Files[i]
		f.Path, f.Known = d.string(), d.bool()
		if n := d.count(); n > 0 {
			f.Added = make([]model.Lines, n)
		}
		for j := range f.Added {
			from := int(d.int())
			f.Added[j] = model.Lines{From: from, To: from + int(d.int())}
		}
	}
	return c, d.err == nil
}
