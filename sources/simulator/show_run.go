package simulator

// show writes a run as one of its attempts left it (schema workflow-run).
func (n *Run) show(a *Attempt, withoutPulls bool) any {
	r := n.repo
	api := r.url("/actions/runs/" + itoa(n.ID))
	pulls := []any{}
	if !withoutPulls {
		pulls = n.showPulls()
	}
	previous := any(nil)
	if a.Number > 1 {
		previous = api + "/attempts/" + itoa(a.Number-1)
	}
	return object{
		"id": n.ID, "name": n.Workflow.Name, "node_id": nodeID("WFR", n.ID), "head_branch": orNull(n.Branch), "head_sha": n.Commit.SHA,
		"path": n.Workflow.Path, "display_title": n.Title, "run_number": n.Number, "event": n.Event, "status": a.status,
		"conclusion": orNull(a.conclusion), "workflow_id": n.Workflow.ID, "check_suite_id": n.SuiteID,
		"check_suite_node_id": nodeID("CS", n.SuiteID), "url": api, "html_url": r.page("/actions/runs/" + itoa(n.ID)),
		"pull_requests": pulls, "created_at": stamp(n.CreatedAt), "updated_at": stamp(a.updatedAt), "actor": n.actor.show(),
		"run_attempt": a.Number, "referenced_workflows": []any{}, "run_started_at": stamp(a.StartedAt), "triggering_actor": a.actor.show(),
		"jobs_url": api + "/jobs", "logs_url": api + "/logs", "check_suite_url": r.url("/check-suites/" + itoa(n.SuiteID)),
		"artifacts_url": api + "/artifacts", "cancel_url": api + "/cancel", "rerun_url": api + "/rerun", "previous_attempt_url": previous,
		"workflow_url": r.url("/actions/workflows/" + itoa(n.Workflow.ID)), "head_commit": n.Commit.brief(), "repository": r.show(),
		"head_repository": n.head.show(),
	}
}

// showPulls lists the run's pull requests; for a fork's the list is empty
// (github/docs#22501).
func (n *Run) showPulls() []any {
	if n.pull == nil || n.head != n.repo {
		return []any{}
	}
	return []any{n.pull.brief()}
}

// show writes a job (schema job).
func (j *Job) show() any {
	n := j.attempt.run
	r := n.repo
	id := itoa(j.ID)
	labels := j.plan.Labels
	if labels == nil {
		labels = []string{"ubuntu-latest"}
	}
	started := j.startedAt
	if started.IsZero() {
		started = j.createdAt
	}
	o := object{
		"id": j.ID, "run_id": n.ID, "workflow_name": n.Workflow.Name, "head_branch": orNull(n.Branch),
		"run_url": r.url("/actions/runs/" + itoa(n.ID)), "run_attempt": j.attempt.Number, "node_id": nodeID("CR", j.ID),
		"head_sha": n.Commit.SHA, "url": r.url("/actions/jobs/" + id), "html_url": j.page(), "status": j.status,
		"conclusion": orNull(j.conclusion), "created_at": stamp(j.createdAt), "started_at": stamp(started),
		"completed_at": maybe(j.completedAt), "name": j.Name, "steps": showAll(j.steps, (*Step).show),
		"check_run_url": r.url("/check-runs/" + id), "labels": labels, "runner_id": nil, "runner_name": nil, "runner_group_id": nil,
		"runner_group_name": nil,
	}
	if len(j.steps) > 0 {
		o["runner_id"], o["runner_name"] = j.ID%1000, "GitHub Actions "+itoa(j.ID%1000)
		o["runner_group_id"], o["runner_group_name"] = 0, "GitHub Actions"
	}
	return o
}

func (s *Step) show() any {
	return object{
		"name": s.Name, "status": s.status, "conclusion": orNull(s.conclusion), "number": s.Number,
		"started_at": maybe(s.startedAt), "completed_at": maybe(s.completedAt),
	}
}

// show writes a workflow (schema workflow).
func (f *Workflow) show() any {
	r := f.repo
	return object{
		"id": f.ID, "node_id": nodeID("W", f.ID), "name": f.Name, "path": f.Path, "state": f.state, "created_at": stamp(f.CreatedAt),
		"updated_at": stamp(f.CreatedAt), "url": r.url("/actions/workflows/" + itoa(f.ID)),
		"html_url": r.page("/blob/" + escape(r.defaultBranch) + "/" + f.Path), "badge_url": r.page("/workflows/" + escape(f.Name) + "/badge.svg"),
	}
}
