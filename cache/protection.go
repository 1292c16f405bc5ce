package cache

import "gonogo/model"

const putProtection = `INSERT INTO protection (service, environment, body) VALUES (?, ?, ?)`

// PutProtections replaces what GitHub asks before a job may deploy to the service's environments.
func (t *Tx) PutProtections(s model.Service, list []model.Protection) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(`DELETE FROM protection WHERE service = ?`, id); err != nil {
		return err
	}
	seen := make(map[string]bool, len(list))
	for _, p := range list {
		if key := foldEnvironment(p.Environment); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		if _, err := t.conn.exec(putProtection, id, p.Environment, encodeProtection(p)); err != nil {
			return err
		}
	}
	return nil
}

const getProtections = `SELECT environment, body FROM protection WHERE service = ? ORDER BY environment`

func protections(n *conn, service int64) (list []model.Protection, err error) {
	err = n.query(getProtections, func(r *row) {
		name := r.text()
		if p, ok := decodeProtection(r.blob()); ok {
			p.Environment = name
			list = append(list, p)
		}
	}, service)
	return list, err
}

func encodeProtection(p model.Protection) []byte {
	e := encode()
	e.bool(p.Exists)
	putReviewers(e, p.Reviewers)
	e.bool(p.PreventSelfReview)
	e.duration(p.WaitTimer)
	e.bool(p.AdminsBypass)
	put(e, p.Policy)
	e.int(int64(len(p.Patterns)))
	for _, q := range p.Patterns {
		put(e, q.Name, q.Type)
	}
	e.bool(p.PatternsRead)
	putAll(e, p.Custom)
	put(e, p.URL)
	return e.buf
}

func decodeProtection(blob []byte) (model.Protection, bool) {
	d := decode(blob)
	p := model.Protection{
		Exists: d.bool(), Reviewers: takeReviewers(d), PreventSelfReview: d.bool(), WaitTimer: d.duration(),
		AdminsBypass: d.bool(), Policy: take[model.BranchPolicy](d),
	}
	for range d.count() {
		p.Patterns = append(p.Patterns, model.PolicyPattern{Name: d.string(), Type: d.string()})
	}
	p.PatternsRead, p.Custom, p.URL = d.bool(), takeAll[model.Text](d), d.string()
	return p, d.err == nil
}

func putReviewers(e *encoder, list []model.Reviewer) {
	e.int(int64(len(list)))
	for _, r := range list {
		put(e, r.Type)
		put(e, r.Name)
	}
}

func takeReviewers(d *decoder) (list []model.Reviewer) {
	for range d.count() {
		list = append(list, model.Reviewer{Type: d.string(), Name: take[model.Text](d)})
	}
	return list
}

// foldEnvironment folds ASCII case, as SQLite's NOCASE does; GitHub's environment names know no case.
func foldEnvironment(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
