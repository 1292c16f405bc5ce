package cache

import (
	"gonogo/model"
	"gonogo/model/readiness"
)

const putDispatch = `
INSERT INTO dispatch (service, subject, body) VALUES (?, ?, ?)
ON CONFLICT (service, subject) DO UPDATE SET body = excluded.body`

// PutDispatch keeps how a workflow is dispatched at a commit.
func (t *Tx) PutDispatch(s model.Service, d model.Dispatch) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	e := encode()
	put(e, d.File)
	put(e, d.SHA)
	e.bool(d.Missing)
	put(e, d.Flaw)
	e.bool(d.Takes)
	e.int(int64(len(d.Inputs)))
	for _, in := range d.Inputs {
		put(e, in.Name, in.Type)
		e.bool(in.Required)
		e.bool(in.Default)
		putAll(e, in.Options)
	}
	_, err = t.conn.exec(putDispatch, id, readiness.DispatchSubject(d.File, d.SHA), e.buf)
	return err
}

func takeDispatch(d *decoder) model.Dispatch {
	out := model.Dispatch{File: d.string(), SHA: take[model.SHA](d), Missing: d.bool(), Flaw: take[model.Text](d), Takes: d.bool()}
	for range d.count() {
		out.Inputs = append(out.Inputs, model.DispatchInput{Name: d.string(), Type: d.string(), Required: d.bool(), Default: d.bool(), Options: takeAll[string](d)})
	}
	return out
}

const putNeeded = `
INSERT INTO needed (service, subject, body) VALUES (?, ?, ?)
ON CONFLICT (service, subject) DO UPDATE SET body = excluded.body`

// PutNeeded keeps whether what a release needs to be deployed again is there.
func (t *Tx) PutNeeded(s model.Service, n model.Needed) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	e := encode()
	e.bool(n.There)
	put(e, n.Why)
	e.time(n.Until)
	_, err = t.conn.exec(putNeeded, id, n.Subject, e.buf)
	return err
}

const (
	getDispatch = `SELECT body FROM dispatch WHERE service = ? AND subject = ?`
	getNeeded   = `SELECT body FROM needed WHERE service = ? AND subject = ?`
)

// again adds what is known of deploying releases once more.
func again(n *conn, service int64, f *readiness.Facts) error {
	for _, subject := range newestSubjects(f.Reads, model.SignalDispatch) {
		if _, err := n.one(getDispatch, func(r *row) {
			d := decode(r.blob())
			if at := takeDispatch(d); d.err == nil {
				f.Dispatches = append(f.Dispatches, at)
			}
		}, service, subject); err != nil {
			return err
		}
	}
	for _, subject := range newestSubjects(f.Reads, model.SignalArtifact) {
		if _, err := n.one(getNeeded, func(r *row) {
			d := decode(r.blob())
			if it := (model.Needed{Subject: subject, There: d.bool(), Why: take[model.Text](d), Until: d.time()}); d.err == nil {
				f.Needed = append(f.Needed, it)
			}
		}, service, subject); err != nil {
			return err
		}
	}
	return nil
}
