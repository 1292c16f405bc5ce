package cache

import (
	"context"

	"gonogo/model"
	"gonogo/model/readiness"
)

const putAssessment = `
INSERT INTO assessment (config, service, at, body) VALUES (?, ?, ?, ?)
ON CONFLICT (config, service) DO UPDATE SET at = excluded.at, body = excluded.body`

// PutAssessment keeps the summary of a service's assessment under the configuration that it was made with.
func (t *Tx) PutAssessment(config string, s readiness.Summary) error {
	_, err := t.conn.exec(putAssessment, config, s.Service, s.At, encodeSummary(s))
	return err
}

const getAssessments = `SELECT body FROM assessment WHERE config = ? ORDER BY service`

// Assessments returns the summaries made with a configuration, by the names of their services. The first frame waits
// for this: it is one row a service, and no more is decoded than is drawn.
func (c *Cache) Assessments(ctx context.Context, config string) ([]readiness.Summary, error) {
	var list []readiness.Summary
	err := c.read(ctx, func(n *conn) error {
		list = nil
		return n.query(getAssessments, func(r *row) {
			if s, ok := decodeSummary(r.blob()); ok {
				list = append(list, s)
			}
		}, config)
	})
	return list, err
}

func encodeSummary(s readiness.Summary) []byte {
	e := encode()
	put(e, s.Service)
	e.int(int64(s.Verdict))
	put(e, s.Worst)
	put(e, s.Headline)
	put(e, s.Problem)
	e.time(s.At)
	e.time(s.ValidUntil)
	e.time(s.ReadAt)
	e.int(int64(len(s.Environments)))
	for _, v := range s.Environments {
		encodeEnvironment(e, v)
	}
	e.int(int64(len(s.Travels)))
	for _, t := range s.Travels {
		put(e, t.Merge)
		put(e, t.Why)
		e.int(int64(len(t.In)))
		for _, in := range t.In {
			e.int(int64(in))
		}
	}
	for i := range s.Environments {
		encodeCoverageSummary(e, &s.Environments[i].Coverage)
	}
	return e.buf
}

func encodeCoverageSummary(e *encoder, c *readiness.CoverageSummary) {
	e.int(int64(c.Result))
	e.bool(c.Advisory)
	e.bool(c.Configured)
	put(e, c.Why, c.Of)
	e.bool(c.Figure.Known)
	putCovered(e, c.Figure.Lines, c.Figure.Branches)
	e.float(c.Figure.Stated)
	put(e, c.Figure.By)
	e.time(c.Figure.At)
	e.float(c.Drop)
	e.float(c.Minimum)
	e.float(c.MaxDrop)
}

func decodeCoverageSummary(d *decoder) readiness.CoverageSummary {
	c := readiness.CoverageSummary{Result: model.Result(d.int()), Advisory: d.bool(), Configured: d.bool(), Why: take[model.Text](d), Of: take[model.Text](d)}
	c.Figure.Known = d.bool()
	c.Figure.Lines, c.Figure.Branches = takeCovered(d)
	c.Figure.Stated, c.Figure.By, c.Figure.At = d.float(), d.string(), d.time()
	c.Drop, c.Minimum, c.MaxDrop = d.float(), d.float(), d.float()
	return c
}

func encodeEnvironment(e *encoder, v readiness.EnvSummary) {
	put(e, v.Name, v.GitHub)
	put(e, v.Tier)
	e.int(int64(v.Verdict))
	put(e, v.Headline)
	e.bool(v.Known)
	e.bool(v.None)
	put(e, v.Version)
	put(e, v.SHA)
	e.time(v.Since)
	put(e, v.Partly, v.Candidate)
	put(e, v.CandidateSHA)
	e.int(int64(v.Health))
	e.bool(v.HealthConfigured)
	put(e, v.HealthWhy)
	e.time(v.HealthAt)
	e.time(v.HealthSince)
	e.bool(v.BehindKnown)
	e.bool(v.BehindAtLeast)
	e.int(int64(v.Behind))
	e.int(int64(v.NotApplicable))
	e.int(int64(v.Warnings))
	e.bool(v.Moving)
	e.time(v.ReadAt)
}

func decodeSummary(blob []byte) (readiness.Summary, bool) {
	d := decode(blob)
	s := readiness.Summary{
		Service: d.string(), Verdict: model.Verdict(d.int()), Worst: d.string(), Headline: take[model.Text](d),
		Problem: take[model.Problem](d), At: d.time(), ValidUntil: d.time(), ReadAt: d.time(),
	}
	if n := d.count(); n > 0 {
		s.Environments = make([]readiness.EnvSummary, n)
	}
	for i := range s.Environments {
		s.Environments[i] = decodeEnvironment(d)
	}
	if d.err == nil && d.at == len(d.text) {
		return s, true // written before it told of the sprint
	}
	if n := d.count(); n > 0 {
		s.Travels = make([]readiness.Travel, n)
	}
	for i := range s.Travels {
		t := &s.Travels[i]
		t.Merge, t.Why = take[model.SHA](d), take[model.Text](d)
		if n := d.count(); n > 0 {
			t.In = make([]readiness.Presence, n)
		}
		for k := range t.In {
			t.In[k] = readiness.Presence(d.int())
		}
	}
	if d.err == nil && d.at == len(d.text) {
		return s, true // written before it told of coverage
	}
	for i := range s.Environments {
		s.Environments[i].Coverage = decodeCoverageSummary(d)
	}
	return s, d.err == nil
}

func decodeEnvironment(d *decoder) readiness.EnvSummary {
	return readiness.EnvSummary{
		Name: d.string(), GitHub: d.string(), Tier: take[model.Tier](d), Verdict: model.Verdict(d.int()),
		Headline: take[model.Text](d), Known: d.bool(), None: d.bool(), Version: take[model.Text](d),
		SHA: take[model.SHA](d), Since: d.time(), Partly: take[model.Text](d), Candidate: take[model.Text](d),
		CandidateSHA: take[model.SHA](d), Health: model.HealthState(d.int()), HealthConfigured: d.bool(),
		HealthWhy: take[model.Text](d), HealthAt: d.time(), HealthSince: d.time(), BehindKnown: d.bool(),
		BehindAtLeast: d.bool(), Behind: int(d.int()), NotApplicable: int(d.int()), Warnings: int(d.int()),
		Moving: d.bool(), ReadAt: d.time(),
	}
}
