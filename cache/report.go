package cache

import (
	"context"
	"time"

	"gonogo/model"
)

// Report is what one artifact's reports say by themselves. What an artifact holds never changes.
type Report struct {
	Artifact int64
	SHA      model.SHA
	Run      int64
	Name     string
	At       time.Time // when it was made
	Found    []byte    // as the package that read it writes it; nothing here looks into it
}

const putReport = `
INSERT INTO report (service, artifact, sha, run, name, at, found) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, artifact) DO UPDATE SET
	sha = excluded.sha, run = excluded.run, name = excluded.name, at = excluded.at, found = excluded.found`

// PutReport keeps what an artifact's reports say, so that it need not be downloaded again.
func (t *Tx) PutReport(s model.Service, r Report) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	_, err = t.conn.exec(putReport, id, r.Artifact, r.SHA, r.Run, r.Name, r.At, r.Found)
	return err
}

const getReports = `SELECT artifact, run, name, at, found FROM report WHERE service = ? AND sha = ? ORDER BY artifact`

// Reports returns what is known of the artifacts of a commit's runs, in the order of their making.
func (c *Cache) Reports(ctx context.Context, s model.Service, sha model.SHA) ([]Report, error) {
	var list []Report
	err := c.of(ctx, s, func(n *conn, service int64) error {
		list = nil
		return n.query(getReports, func(r *row) {
			list = append(list, Report{Artifact: r.int(), SHA: sha, Run: r.int(), Name: r.text(), At: r.time(), Found: r.blob()})
		}, service, sha)
	})
	return list, err
}

const (
	dropFlaws = `DELETE FROM report_flaw WHERE service = ? AND sha = ?`
	putFlaw   = `INSERT INTO report_flaw (service, sha, body) VALUES (?, ?, ?)`
	getFlaws  = `SELECT body FROM report_flaw WHERE service = ? AND sha = ?`
)

// PutReportFlaws replaces what could not be read of a commit's reports.
func (t *Tx) PutReportFlaws(s model.Service, sha model.SHA, list []model.ReportProblem) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if _, err := t.conn.exec(dropFlaws, id, sha); err != nil || len(list) == 0 {
		return err
	}
	e := encode()
	putFlaws(e, list)
	_, err = t.conn.exec(putFlaw, id, sha, e.buf)
	return err
}

func flaws(n *conn, service int64, subjects []string) (list []model.ReportProblem, err error) {
	for _, sha := range subjects {
		if _, err := n.one(getFlaws, func(r *row) {
			d := decode(r.blob())
			if some := takeFlaws(d, model.SHA(sha)); d.err == nil {
				list = append(list, some...)
			}
		}, service, sha); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func putFlaws(e *encoder, list []model.ReportProblem) {
	e.int(int64(len(list)))
	for i := range list {
		put(e, list[i].Kind)
		putSource(e, &list[i].Source)
		put(e, list[i].Why)
		e.bool(list[i].Lost)
	}
}

func takeFlaws(d *decoder, sha model.SHA) (list []model.ReportProblem) {
	for range d.count() {
		list = append(list, model.ReportProblem{SHA: sha, Kind: d.string(), Source: takeSource(d), Why: take[model.Text](d), Lost: d.bool()})
	}
	return list
}

func putSource(e *encoder, s *model.ReportSource) {
	e.int(s.Run)
	e.int(int64(s.Attempt))
	e.int(s.Artifact)
	put(e, s.Name, s.File, s.Format, s.URL)
	e.time(s.At)
}

func takeSource(d *decoder) model.ReportSource {
	return model.ReportSource{
		Run: d.int(), Attempt: int(d.int()), Artifact: d.int(),
		Name: d.string(), File: d.string(), Format: d.string(), URL: d.string(), At: d.time(),
	}
}

func putSources(e *encoder, list []model.ReportSource) {
	e.int(int64(len(list)))
	for i := range list {
		putSource(e, &list[i])
	}
}

func takeSources(d *decoder) (list []model.ReportSource) {
	for range d.count() {
		list = append(list, takeSource(d))
	}
	return list
}
