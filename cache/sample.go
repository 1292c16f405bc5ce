package cache

import (
	"context"
	"slices"
	"time"

	"gonogo/model"
)

const (
	findProbe = `SELECT id, max_age FROM probe WHERE service = ? AND environment = ? AND name = ?`
	addProbe  = `INSERT INTO probe (service, environment, name, max_age) VALUES (?, ?, ?, ?) RETURNING id`
	ageProbe  = `UPDATE probe SET max_age = ? WHERE id = ?`
	putSample = `
INSERT INTO sample (probe, at, span, state, latency, value, version, reason, unreachable)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (probe, at) DO UPDATE SET
	span = excluded.span, state = max(state, excluded.state), latency = excluded.latency, value = excluded.value,
	version = excluded.version, reason = excluded.reason, unreachable = excluded.unreachable`
)

// maxReason bounds a sample's reason and version, in bytes: there is one for each of thousands of samples.
const maxReason = 240

// PutSamples keeps answers of the service's checks. Two of one check at the same millisecond are one, in the worse state.
func (t *Tx) PutSamples(s model.Service, samples []model.Sample) error {
	service, err := t.service(&s)
	if err != nil {
		return err
	}
	type key struct{ environment, check string }
	probes := map[key]int64{}
	for _, sample := range samples {
		k := key{sample.Environment, sample.Check}
		probe, ok := probes[k]
		if !ok {
			if probe, err = t.probe(service, &s, k.environment, k.check); err != nil {
				return err
			}
			probes[k] = probe
		}
		if _, err := t.conn.exec(putSample, probe, sample.At, sample.Span, int(sample.State), sample.Latency.Microseconds(),
			sample.Value, short(sample.Version), short(sample.Reason), sample.Unreachable); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) probe(service int64, s *model.Service, environment, check string) (id int64, err error) {
	maxAge := 3 * model.DefaultEvery
	if e := s.Environment(environment); e != nil {
		if i := slices.IndexFunc(e.Checks, func(c model.Check) bool { return c.ID == check }); i >= 0 && e.Checks[i].MaxAge > 0 {
			maxAge = e.Checks[i].MaxAge
		}
	}
	var known time.Duration
	found, err := t.conn.one(findProbe, func(r *row) { id, known = r.int(), r.duration() }, service, environment, check)
	switch {
	case err != nil:
	case !found:
		_, err = t.conn.one(addProbe, func(r *row) { id = r.int() }, service, environment, check, maxAge)
	case known != maxAge:
		_, err = t.conn.exec(ageProbe, maxAge, id)
	}
	return id, err
}

func short(t model.Text) string {
	if len(t) <= maxReason {
		return string(t)
	}
	cut := maxReason
	for cut > 0 && t[cut]&0xc0 == 0x80 { // not inside a character
		cut--
	}
	return string(t[:cut]) + "…"
}

const getSamples = `
SELECT at, span, state, latency, value, version, reason, unreachable
FROM   sample
WHERE  probe = ? AND at >= ?
ORDER  BY at DESC
LIMIT  ?`

// maxSamples is far above what a window holds; see Thin.
const maxSamples = 20_000

// samples returns those of the checks that the service has now, newest first for each check: back to a time, and at
// least the newest one, however old.
func samples(n *conn, service int64, s *model.Service, since time.Time) ([]model.Sample, error) {
	var list []model.Sample
	for i := range s.Environments {
		e := &s.Environments[i]
		for j := range e.Checks {
			var err error
			if list, err = samplesOf(n, list, service, s.Name, e.Name, e.Checks[j].ID, since); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func samplesOf(n *conn, list []model.Sample, service int64, name, environment, check string, since time.Time) ([]model.Sample, error) {
	var probe int64
	found, err := n.one(findProbe, func(r *row) { probe = r.int() }, service, environment, check)
	if err != nil || !found {
		return list, err
	}
	add := func(r *row) {
		list = append(list, model.Sample{
			Service: name, Environment: environment, Check: check, At: r.time(), Span: r.duration(),
			State: model.HealthState(r.int()), Latency: time.Duration(r.int()) * time.Microsecond, Value: r.float(),
			Version: model.Text(r.text()), Reason: model.Text(r.text()), Unreachable: r.bool(),
		})
	}
	before := len(list)
	if err := n.query(getSamples, add, probe, since, maxSamples); err != nil {
		return nil, err
	}
	if len(list) == before {
		err = n.query(getSamples, add, probe, 0, 1)
	}
	return list, err
}

// SampleHistory returns the samples of one check since a time, oldest first, and at least the newest one; older
// ones are merged, see Thin.
func (c *Cache) SampleHistory(ctx context.Context, s model.Service, environment, check string, since time.Time) ([]model.Sample, error) {
	var list []model.Sample
	err := c.of(ctx, s, func(n *conn, service int64) (err error) {
		list, err = samplesOf(n, nil, service, s.Name, environment, check, since)
		return err
	})
	slices.Reverse(list)
	return list, err
}
