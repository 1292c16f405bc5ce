package cache

import "gonogo/model"

const (
	putTests = `
INSERT INTO tests (service, sha, body) VALUES (?, ?, ?)
ON CONFLICT (service, sha) DO UPDATE SET body = excluded.body`

	dropTests = `DELETE FROM tests WHERE service = ? AND sha = ?`
	getTests  = `SELECT body FROM tests WHERE service = ? AND sha = ?`
)

// PutTests replaces how the tests of a commit ended.
func (t *Tx) PutTests(s model.Service, tests model.Tests) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putTests, id, tests.SHA, encodeTests(tests))
	return err
}

// DropTests forgets how the tests of a commit ended: none of its reports holds any.
func (t *Tx) DropTests(s model.Service, sha model.SHA) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(dropTests, id, sha)
	return err
}

func tests(n *conn, service int64, subjects []string) (list []model.Tests, err error) {
	for _, sha := range subjects {
		if _, err := n.one(getTests, func(r *row) {
			if t, ok := decodeTests(r.blob()); ok {
				t.SHA = model.SHA(sha)
				list = append(list, t)
			}
		}, service, sha); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func encodeTests(t model.Tests) []byte {
	e := encode()
	for _, n := range []int{t.Counts.Passed, t.Counts.Failed, t.Counts.Errored, t.Counts.Skipped, t.Flaky} {
		e.int(int64(n))
	}
	e.duration(t.Duration)
	putCases(e, t.Broken)
	putCases(e, t.Flakies)
	putCases(e, t.Slowest)
	putSources(e, t.Sources)
	e.bool(t.Cut)
	e.time(t.At)
	return e.buf
}

func decodeTests(blob []byte) (model.Tests, bool) {
	d := decode(blob)
	t := model.Tests{
		Counts: model.TestCounts{Passed: int(d.int()), Failed: int(d.int()), Errored: int(d.int()), Skipped: int(d.int())},
		Flaky:  int(d.int()), Duration: d.duration(), Broken: takeCases(d), Flakies: takeCases(d), Slowest: takeCases(d),
		Sources: takeSources(d), Cut: d.bool(), At: d.time(),
	}
	return t, d.err == nil
}

func putCases(e *encoder, list []model.TestCase) {
	e.int(int64(len(list)))
	for i := range list {
		c := &list[i]
		put(e, c.Suite, c.Class, c.Name)
		put(e, c.Outcome)
		e.bool(c.Flaky)
		e.duration(c.Duration)
		put(e, c.Message, c.Detail)
		put(e, c.File)
		e.int(int64(c.Line))
		e.int(c.Run)
	}
}

func takeCases(d *decoder) []model.TestCase {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]model.TestCase, 0, min(n, 4096))
	for range n {
		list = append(list, model.TestCase{
			Suite: take[model.Text](d), Class: take[model.Text](d), Name: take[model.Text](d), Outcome: take[model.TestOutcome](d),
			Flaky: d.bool(), Duration: d.duration(), Message: take[model.Text](d), Detail: take[model.Text](d),
			File: d.string(), Line: int(d.int()), Run: d.int(),
		})
		if d.err != nil {
			return nil
		}
	}
	return list
}
