package cache

import (
	"context"
	"slices"
	"time"

	"gonogo/model"
)

const putDeployment = `
INSERT INTO deployment (service, id, environment, sha, ref, task, transient, production, creator, created_at, updated_at,
	description, payload, statuses, statuses_read, first_success_at, run, run_name, run_done, url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, id) DO UPDATE SET
	environment = excluded.environment, sha = excluded.sha, ref = excluded.ref, task = excluded.task,
	transient = excluded.transient, production = excluded.production, creator = excluded.creator,
	created_at = excluded.created_at, updated_at = excluded.updated_at, description = excluded.description,
	payload = excluded.payload, statuses = excluded.statuses, statuses_read = excluded.statuses_read,
	first_success_at = excluded.first_success_at, run = excluded.run, run_name = excluded.run_name,
	run_done = excluded.run_done, url = excluded.url`

const storedDeployments = `SELECT id FROM deployment WHERE service = ?`

// PutDeployments keeps deployments; others stay as history. Where whole says that the list is all that GitHub has,
// others were deleted there and go.
func (t *Tx) PutDeployments(s model.Service, list []model.Deployment, whole bool) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	if whole {
		if err := t.dropDeploymentsBut(id, list); err != nil {
			return err
		}
	}
	for _, d := range list {
		if err := t.putDeployment(id, d); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) dropDeploymentsBut(service int64, list []model.Deployment) error {
	listed := make(map[int64]bool, len(list))
	for _, d := range list {
		listed[d.ID] = true
	}
	var gone []int64
	if err := t.conn.query(storedDeployments, func(r *row) {
		if d := r.int(); !listed[d] {
			gone = append(gone, d)
		}
	}, service); err != nil {
		return err
	}
	return t.dropDeployments(service, gone)
}

// DropDeployments forgets deployments that were deleted on GitHub.
func (t *Tx) DropDeployments(s model.Service, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	service, err := t.service(&s)
	if err != nil {
		return err
	}
	return t.dropDeployments(service, ids)
}

func (t *Tx) dropDeployments(service int64, ids []int64) error {
	for _, d := range ids {
		if _, err := t.conn.exec(`DELETE FROM deployment WHERE service = ? AND id = ?`, service, d); err != nil {
			return err
		}
	}
	return nil
}

const haveDeployment = `SELECT 1 FROM deployment WHERE service = ? AND id = ?`

// AddDeployments keeps older deployments as history, without touching those that are known already: a list tells less of
// them than a reading of their statuses did.
func (t *Tx) AddDeployments(s model.Service, list []model.Deployment) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	for _, d := range list {
		known, err := t.conn.one(haveDeployment, func(*row) {}, id, d.ID)
		if err == nil && !known {
			err = t.putDeployment(id, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) putDeployment(service int64, d model.Deployment) error {
	var success any
	if at := d.FirstSuccess(); !at.IsZero() {
		success = millis(at)
	}
	_, err := t.conn.exec(putDeployment, service, d.ID, d.Environment, d.SHA, d.Ref, d.Task, d.Transient, d.Production,
		d.Creator, d.CreatedAt, d.UpdatedAt, d.Description, d.Payload, encodeStatuses(d.Statuses), d.StatusesRead,
		success, d.RunID, d.RunName, d.RunDone, d.URL)
	return err
}

// Facts holds the newest deployments of each environment and, where many of them failed, the newest that succeeded:
// what runs there, and what one could go back to.
const (
	maxDeployments = 40
	maxSuccesses   = 20
)

const deploymentColumns = `id, environment, sha, ref, task, transient, production, creator, created_at, updated_at,
	description, payload, statuses, statuses_read, run, run_name, run_done, url`

const newestDeployments = `
SELECT ` + deploymentColumns + `
FROM   deployment
WHERE  service = ? AND environment = ?
ORDER  BY created_at DESC, id DESC
LIMIT  ?`

const newestSuccesses = `
SELECT ` + deploymentColumns + `
FROM   deployment
WHERE  service = ? AND environment = ? AND first_success_at IS NOT NULL
ORDER  BY first_success_at DESC
LIMIT  ?`

// deployments returns those of the environments, newest first.
func deployments(n *conn, service int64, environments []model.Environment) ([]model.Deployment, error) {
	var list []model.Deployment
	asked := make(map[string]bool, len(environments))
	for _, e := range environments {
		if asked[e.GitHub] {
			continue
		}
		asked[e.GitHub] = true
		before := len(list)
		add := func(r *row) { list = append(list, deployment(r)) }
		if err := n.query(newestDeployments, add, service, e.GitHub, maxDeployments); err != nil {
			return nil, err
		}
		if len(list)-before < maxDeployments {
			continue // that was all of them
		}
		here := list[before:]
		add = func(r *row) {
			d := deployment(r)
			if !slices.ContainsFunc(here, func(o model.Deployment) bool { return o.ID == d.ID }) {
				list = append(list, d)
			}
		}
		if err := n.query(newestSuccesses, add, service, e.GitHub, maxSuccesses); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b model.Deployment) int {
		if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
			return c
		}
		return int(max(-1, min(1, b.ID-a.ID)))
	})
	return list, nil
}

func deployment(r *row) model.Deployment {
	d := model.Deployment{
		ID: r.int(), Environment: r.text(), SHA: model.SHA(r.text()), Ref: r.text(), Task: r.text(),
		Transient: r.bool(), Production: r.bool(), Creator: model.Text(r.text()),
		CreatedAt: r.time(), UpdatedAt: r.time(), Description: model.Text(r.text()), Payload: r.text(),
	}
	statuses, ok := decodeStatuses(r.blob())
	d.Statuses, d.StatusesRead = statuses, r.bool() && ok
	d.RunID, d.RunName, d.RunDone, d.URL = r.int(), model.Text(r.text()), r.bool(), r.text()
	return d
}

const deploymentHistory = `
SELECT ` + deploymentColumns + `
FROM   deployment
WHERE  service = ? AND environment = ? AND created_at >= ?
ORDER  BY created_at DESC, id DESC
LIMIT  1000`

// DeploymentHistory returns the deployments in an environment (as GitHub names it) since a time, oldest first, the
// newest 1,000 at most.
func (c *Cache) DeploymentHistory(ctx context.Context, s model.Service, environment string, since time.Time) ([]model.Deployment, error) {
	var list []model.Deployment
	err := c.of(ctx, s, func(n *conn, service int64) error {
		list = nil
		return n.query(deploymentHistory, func(r *row) { list = append(list, deployment(r)) }, service, environment, since)
	})
	slices.Reverse(list)
	return list, err
}

// Deployments returns those that Facts holds, newest first.
func (c *Cache) Deployments(ctx context.Context, s model.Service) ([]model.Deployment, error) {
	var list []model.Deployment
	err := c.of(ctx, s, func(n *conn, service int64) (err error) {
		list, err = deployments(n, service, s.Environments)
		return err
	})
	return list, err
}

// Statuses are one blob in their deployment's row: they are read with it always and without it never, and 4 of them
// then cost less than the row's own columns.
func encodeStatuses(list []model.DeploymentStatus) []byte {
	e := encode()
	e.int(int64(len(list)))
	for _, s := range list {
		e.int(s.ID)
		put(e, s.State)
		e.time(s.At)
		put(e, s.Creator, s.Description)
		put(e, s.LogURL, s.EnvironmentURL)
	}
	return e.buf
}

func decodeStatuses(blob []byte) ([]model.DeploymentStatus, bool) {
	d := decode(blob)
	n := d.count()
	if n == 0 {
		return nil, d.err == nil
	}
	list := make([]model.DeploymentStatus, n)
	for i := range list {
		list[i] = model.DeploymentStatus{
			ID: d.int(), State: take[model.DeploymentState](d), At: d.time(), Creator: take[model.Text](d),
			Description: take[model.Text](d), LogURL: d.string(), EnvironmentURL: d.string(),
		}
	}
	if d.err != nil {
		return nil, false
	}
	return list, true
}
