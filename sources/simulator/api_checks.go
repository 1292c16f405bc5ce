package simulator

import "time"

// newestStatuses are a commit's statuses, newest first, one for each context.
func (r *Repository) newestStatuses(c *Commit) []*CommitStatus {
	seen := map[string]bool{}
	var newest []*CommitStatus
	for _, s := range newestFirst(r.statuses[c.SHA]) {
		if !seen[s.Context] {
			seen[s.Context] = true
			newest = append(newest, s)
		}
	}
	return newest
}

// combined rolls statuses up: failure if one is error or failure, pending if
// there is none or one is pending, else success (REST docs, "Get the combined
// status for a specific reference").
func combined(statuses []*CommitStatus) string {
	state := Success
	for _, s := range statuses {
		switch s.state {
		case Error, Failure:
			return Failure
		case Pending:
			state = Pending
		}
	}
	if len(statuses) == 0 {
		return Pending
	}
	return state
}

func (c *call) showCombinedStatus() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	statuses := c.repo.newestStatuses(k)
	part, link := page(c, statuses, 30, 100)
	api := c.repo.url("/commits/" + k.SHA)
	return linked(found(object{
		"state": combined(statuses), "sha": k.SHA, "total_count": len(statuses), "commit_url": api, "url": api + "/status",
		"repository": c.repo.show(),
		"statuses": showAll(part, func(s *CommitStatus) any {
			o := s.show(c.repo, k)
			delete(o, "creator")
			return o
		}),
	}), link)
}

func (c *call) listStatuses() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	return list(c, newestFirst(c.repo.statuses[k.SHA]), func(s *CommitStatus) any { return s.show(c.repo, k) })
}

func (s *CommitStatus) show(r *Repository, k *Commit) object {
	return object{
		"url": r.url("/statuses/" + k.SHA), "avatar_url": "https://avatars.githubusercontent.com/u/" + itoa(s.creator.ID) + "?v=4",
		"id": s.ID, "node_id": nodeID("SC", s.ID), "state": s.state, "description": orNull(s.description),
		"target_url": orNull(s.targetURL), "context": s.Context, "created_at": stamp(s.CreatedAt), "updated_at": stamp(s.CreatedAt),
		"creator": s.creator.show(),
	}
}

// seenCheck is a check run as answers have it, whoever made it.
type seenCheck struct {
	id    int64
	name  string
	suite *CheckSuite
	app   *App
	state string
	show  func() object
}

// checks are a commit's check runs, newest first: those of apps, and the jobs
// of Actions, each a check run with the job's number.
func (r *Repository) checks(k *Commit, latest bool) []seenCheck {
	var all []seenCheck
	for _, s := range newestFirst(r.suites[k.SHA]) {
		all = append(all, s.seen(latest)...)
	}
	return all
}

func (s *CheckSuite) seen(latest bool) []seenCheck {
	var all []seenCheck
	if s.run != nil {
		for _, a := range newestFirst(s.run.attempts) {
			for _, j := range newestFirst(a.jobs) {
				all = append(all, seenCheck{j.ID, j.Name, s, s.App, j.status, func() object { return j.showCheck(s) }})
			}
			if latest {
				break
			}
		}
		return all
	}
	names := map[string]bool{}
	for _, k := range newestFirst(s.checks) {
		if !latest || !names[k.Name] {
			all = append(all, seenCheck{k.ID, k.Name, s, s.App, k.status, k.show})
		}
		names[k.Name] = true
	}
	return all
}

func (c *call) listCheckRuns() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	q := c.http.URL.Query()
	var wanted []seenCheck
	for _, s := range c.repo.checks(k, q.Get("filter") != "all") {
		if (q.Get("check_name") == "" || q.Get("check_name") == s.name) && (q.Get("status") == "" || q.Get("status") == s.state) &&
			(q.Get("app_id") == "" || q.Get("app_id") == itoa(s.app.ID)) {
			wanted = append(wanted, s)
		}
	}
	return counted(c, "check_runs", wanted, func(s seenCheck) any { return s.show() })
}

func (c *call) showCheckRun() answer {
	for _, k := range c.repo.commitOrder {
		for _, s := range c.repo.checks(k, false) {
			if s.id == c.number("id") {
				return found(s.show())
			}
		}
	}
	return missing()
}

func (c *call) listCheckSuites() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	q := c.http.URL.Query()
	var wanted []*CheckSuite
	for _, s := range c.repo.suites[k.SHA] {
		named := q.Get("check_name") == ""
		for _, r := range s.seen(true) {
			named = named || r.name == q.Get("check_name")
		}
		if named && (q.Get("app_id") == "" || q.Get("app_id") == itoa(s.App.ID)) {
			wanted = append(wanted, s)
		}
	}
	return counted(c, "check_suites", wanted, (*CheckSuite).show)
}

// state rolls the suite's checks up.
func (s *CheckSuite) state() (status, conclusion string) {
	if s.run != nil {
		a := s.run.attempt()
		return a.status, a.conclusion
	}
	worst := ""
	for _, k := range s.checks {
		if k.status != Completed {
			return k.status, ""
		}
		if worst == "" || worst == Success || k.conclusion == Failure {
			worst = k.conclusion
		}
	}
	return Completed, worst
}

func (s *CheckSuite) show() any {
	status, conclusion := s.state()
	before := any(nil)
	if len(s.Commit.Parents) > 0 {
		before = s.Commit.Parents[0].SHA
	}
	api := s.repo.url("/check-suites/" + itoa(s.ID))
	pulls := []any{}
	if s.run != nil {
		pulls = s.run.showPulls()
	}
	return object{
		"id": s.ID, "node_id": nodeID("CS", s.ID), "head_branch": s.Branch, "head_sha": s.Commit.SHA, "status": status,
		"conclusion": orNull(conclusion), "url": api, "before": before, "after": s.Commit.SHA, "pull_requests": pulls,
		"app": s.App.show(), "repository": s.repo.show(), "created_at": stamp(s.CreatedAt), "updated_at": stamp(s.CreatedAt),
		"head_commit": s.Commit.brief(), "latest_check_runs_count": len(s.seen(true)), "check_runs_url": api + "/check-runs",
		"rerequestable": true, "runs_rerequestable": true,
	}
}

func (k *CheckRun) show() object {
	details := k.details
	if details == "" {
		details = "https://" + escape(k.suite.App.Slug) + ".example.com/builds/" + itoa(k.ID)
	}
	return k.suite.showCheck(k.ID, k.Name, k.status, k.conclusion, details, k.startedAt, k.completedAt, orNull(k.title), orNull(k.summary))
}

func (j *Job) showCheck(s *CheckSuite) object {
	return s.showCheck(j.ID, j.Name, j.status, j.conclusion, j.page(), j.startedAt, j.completedAt, nil, nil)
}

// showCheck writes a check run (schema check-run).
func (s *CheckSuite) showCheck(id int64, name, status, conclusion, details string, started, completed time.Time, title, summary any) object {
	r := s.repo
	api := r.url("/check-runs/" + itoa(id))
	if status != Completed {
		completed = time.Time{}
	}
	pulls := []any{}
	if s.run != nil {
		pulls = s.run.showPulls()
	}
	return object{
		"id": id, "node_id": nodeID("CR", id), "head_sha": s.Commit.SHA, "external_id": itoa(id * 31), "url": api,
		"html_url": r.page("/runs/" + itoa(id)), "details_url": details, "status": status, "conclusion": orNull(conclusion),
		"started_at": maybe(started), "completed_at": maybe(completed), "name": name, "check_suite": object{"id": s.ID},
		"output": object{"title": title, "summary": summary, "text": nil, "annotations_count": 0, "annotations_url": api + "/annotations"},
		"app":    s.App.show(), "pull_requests": pulls,
	}
}
