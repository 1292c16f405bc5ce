package cache

import (
	"context"
	"slices"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/board"
)

const putRun = `
INSERT INTO run (service, id, workflow, workflow_name, workflow_id, title, number, attempt, event, branch, sha,
	head_repo, actor, status, conclusion, created_at, started_at, updated_at, url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (service, id) DO UPDATE SET
	workflow = excluded.workflow, workflow_name = excluded.workflow_name, workflow_id = excluded.workflow_id,
	title = excluded.title, number = excluded.number, attempt = excluded.attempt, event = excluded.event,
	branch = excluded.branch, sha = excluded.sha, head_repo = excluded.head_repo, actor = excluded.actor,
	status = excluded.status, conclusion = excluded.conclusion, created_at = excluded.created_at,
	started_at = excluded.started_at, updated_at = excluded.updated_at, url = excluded.url
WHERE excluded.attempt > run.attempt OR excluded.attempt = run.attempt AND excluded.updated_at >= run.updated_at`

// PutRuns keeps runs, each in its newest attempt: a list that was answered late never takes a run back.
func (t *Tx) PutRuns(s model.Service, list []model.Run) error {
	id, err := t.service(&s)
	if err != nil {
		return err
	}
	for _, r := range list {
		if _, err := t.conn.exec(putRun, id, r.ID, r.Workflow, r.WorkflowName, r.WorkflowID, r.Title, r.Number, r.Attempt,
			r.Event, r.Branch, r.SHA, r.HeadRepo, r.Actor, r.Status, r.Conclusion, r.CreatedAt, r.StartedAt, r.UpdatedAt, r.URL); err != nil {
			return err
		}
	}
	return nil
}

// RunList is what a list of runs says of those that it doesn't hold.
type RunList struct {
	Repo model.Repo // that it is of: a service's runs may come from two
	SHA  model.SHA  // the list is of this commit only; empty: of all
	Runs []model.Run
	Cut  bool // it ends somewhere: older runs may be missing
	// Before is when it was asked for, less what GitHub's lists may lag behind: what is younger says nothing.
	Before time.Time
}

const runsBetween = `SELECT id, url FROM run WHERE service = ? AND created_at > ? AND created_at < ? AND (?4 = '' OR sha = ?4)`

// DropRuns forgets runs that a list should hold and doesn't: they were deleted on GitHub.
func (t *Tx) DropRuns(s model.Service, l RunList) error {
	service, err := t.service(&s)
	if err != nil {
		return err
	}
	var oldest time.Time
	listed := make(map[int64]bool, len(l.Runs))
	for _, r := range l.Runs {
		listed[r.ID] = true
		if l.Cut && (oldest.IsZero() || r.CreatedAt.Before(oldest)) {
			oldest = r.CreatedAt
		}
	}
	page := "/" + strings.ToLower(l.Repo.FullName()) + "/actions/runs/"
	var gone []int64
	if err := t.conn.query(runsBetween, func(r *row) {
		if id := r.int(); !listed[id] && strings.Contains(strings.ToLower(r.text()), page) {
			gone = append(gone, id)
		}
	}, service, oldest, l.Before, l.SHA); err != nil {
		return err
	}
	for _, id := range gone {
		if _, err := t.conn.exec(`DELETE FROM run WHERE service = ? AND id = ?`, service, id); err != nil {
			return err
		}
	}
	return nil
}

// Facts holds the newest runs, every unfinished one however old (one that waits for a reviewer may hold a lane for
// weeks), the newest of the workflow that deploys (how long does it take?) and those of the commits that were asked for.
const (
	maxRuns           = 150
	maxUnfinishedRuns = 100
	maxDeployRuns     = 60
	maxCommits        = 24
	maxRunsOfCommit   = 60
)

const runColumns = `id, workflow, workflow_name, workflow_id, title, number, attempt, event, branch, sha, head_repo, actor,
	status, conclusion, created_at, started_at, updated_at, url`

const newestRuns = `
SELECT ` + runColumns + `
FROM   run
WHERE  service = ?
ORDER  BY created_at DESC, id DESC
LIMIT  ?`

const unfinishedRuns = `
SELECT ` + runColumns + `
FROM   run INDEXED BY run_unfinished
WHERE  service = ? AND status <> 'completed'
ORDER  BY id DESC
LIMIT  ?`

const runsOfWorkflow = `
SELECT ` + runColumns + `
FROM   run
WHERE  service = ? AND workflow = ? AND created_at >= ?
ORDER  BY created_at DESC
LIMIT  ?`

const runsOfCommit = `
SELECT ` + runColumns + `
FROM   run INDEXED BY run_sha
WHERE  service = ? AND sha = ?
ORDER  BY created_at DESC
LIMIT  ?`

func runs(n *conn, service int64, s *model.Service, commits []string) ([]model.Run, error) {
	list := make([]model.Run, 0, maxRuns+16)
	known := make(map[int64]bool, maxRuns+16)
	add := func(r *row) {
		run := model.Run{ID: r.int()}
		if known[run.ID] {
			return
		}
		known[run.ID] = true
		list = append(list, takeRun(run, r))
	}
	if err := n.query(newestRuns, add, service, maxRuns); err != nil {
		return nil, err
	}
	if len(list) < maxRuns {
		return list, nil // that was all of them
	}
	if err := n.query(unfinishedRuns, add, service, maxUnfinishedRuns); err != nil {
		return nil, err
	}
	if s.Deploy.Workflow != "" {
		if err := n.query(runsOfWorkflow, add, service, workflowPath(s.Deploy.Workflow), 0, maxDeployRuns); err != nil {
			return nil, err
		}
	}
	for _, sha := range commits {
		if err := n.query(runsOfCommit, add, service, sha, maxRunsOfCommit); err != nil {
			return nil, err
		}
	}
	sortRuns(list)
	return list, nil
}

func takeRun(run model.Run, r *row) model.Run {
	run.Workflow, run.WorkflowName, run.WorkflowID, run.Title = r.text(), model.Text(r.text()), r.int(), model.Text(r.text())
	run.Number, run.Attempt, run.Event, run.Branch = int(r.int()), int(r.int()), r.text(), r.text()
	run.SHA, run.HeadRepo, run.Actor = model.SHA(r.text()), r.text(), model.Text(r.text())
	run.Status, run.Conclusion = model.RunStatus(r.text()), model.Conclusion(r.text())
	run.CreatedAt, run.StartedAt, run.UpdatedAt, run.URL = r.time(), r.time(), r.time(), r.text()
	return run
}

// RunHistory returns the runs of a workflow (its file's name or path; empty: of all) since a time, oldest first, the
// newest 1,000 at most.
func (c *Cache) RunHistory(ctx context.Context, s model.Service, workflow string, since time.Time) ([]model.Run, error) {
	var list []model.Run
	err := c.of(ctx, s, func(n *conn, service int64) error {
		list = nil
		add := func(r *row) { list = append(list, takeRun(model.Run{ID: r.int()}, r)) }
		if workflow == "" {
			return n.query(runsSince, add, service, since, 1000)
		}
		return n.query(runsOfWorkflow, add, service, workflowPath(workflow), since, 1000)
	})
	slices.Reverse(list)
	return list, err
}

const runsSince = `
SELECT ` + runColumns + `
FROM   run
WHERE  service = ? AND created_at >= ?
ORDER  BY created_at DESC, id DESC
LIMIT  ?`

const newestOfFleet = `
SELECT service, ` + runColumns + `
FROM   run INDEXED BY run_fleet
ORDER  BY created_at DESC, id DESC
LIMIT  ?`

// NewestRuns returns the newest runs of several services together, newest first, at most n.
func (c *Cache) NewestRuns(ctx context.Context, services []model.Service, n int) ([]board.ServiceRun, error) {
	var list []board.ServiceRun
	err := c.read(ctx, func(conn *conn) error {
		list = make([]board.ServiceRun, 0, n)
		names := make(map[int64]string, len(services))
		for i := range services {
			id, err := serviceID(conn, &services[i])
			if err != nil {
				return err
			}
			names[id] = services[i].Name
		}
		return conn.query(newestOfFleet, func(r *row) {
			name, ok := names[r.int()] // a service that left the configuration has rows for a while
			if ok {
				list = append(list, board.ServiceRun{Service: name, Run: takeRun(model.Run{ID: r.int()}, r)})
			}
		}, n)
	})
	return list, err
}

// CommitRuns returns the runs of a commit, newest first, the newest 60 at most.
func (c *Cache) CommitRuns(ctx context.Context, s model.Service, of model.SHA) ([]model.Run, error) {
	var list []model.Run
	err := c.of(ctx, s, func(n *conn, service int64) error {
		list = nil
		return n.query(runsOfCommit, func(r *row) { list = append(list, takeRun(model.Run{ID: r.int()}, r)) }, service, of, maxRunsOfCommit)
	})
	return list, err
}

const getRun = `SELECT ` + runColumns + ` FROM run WHERE service = ? AND id = ?`

// Run returns one run; the zero run where it isn't known.
func (c *Cache) Run(ctx context.Context, s model.Service, id int64) (model.Run, error) {
	var run model.Run
	err := c.of(ctx, s, func(n *conn, service int64) error {
		_, err := n.one(getRun, func(r *row) { run = takeRun(model.Run{ID: r.int()}, r) }, service, id)
		return err
	})
	return run, err
}
