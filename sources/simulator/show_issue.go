package simulator

// show writes an issue as lists have it (schema issue).
func (i *Issue) show() any {
	r := i.repo
	o := r.issueBase(i.Number)
	state := "open"
	if !i.closedAt.IsZero() {
		state = "closed"
	}
	for k, v := range (object{
		"id": i.ID, "node_id": nodeID("I", i.ID), "html_url": r.page("/issues/" + itoa(i.Number)), "title": i.Title, "user": i.Author.show(),
		"labels": showAll(i.labels, r.showLabel), "state": state, "state_reason": orNull(i.reason), "assignee": first(i.assignees),
		"assignees": showAll(i.assignees, (*Account).embed), "milestone": i.milestone.show(), "created_at": stamp(i.CreatedAt),
		"updated_at": stamp(i.changedAt), "closed_at": maybe(i.closedAt), "closed_by": first([]*Account{i.closedBy}),
	}) {
		o[k] = v
	}
	return o
}

// asIssue writes a pull request as lists of issues have it: "GitHub's REST API considers every pull request an issue"
// (REST docs, "List repository issues").
func (p *PullRequest) asIssue() any {
	r := p.repo
	o := r.issueBase(p.Number)
	api, page := r.url("/pulls/"+itoa(p.Number)), r.page("/pull/"+itoa(p.Number))
	state := "open"
	if !p.closedAt.IsZero() {
		state = "closed"
	}
	for k, v := range (object{
		"id": p.ID + 1, "node_id": nodeID("PR", p.ID), "html_url": page, "title": p.Title, "user": p.Author.show(),
		"labels": showAll(p.Labels, r.showLabel), "state": state, "state_reason": nil, "assignee": first(p.assignees),
		"assignees": showAll(p.assignees, (*Account).embed), "milestone": p.milestone.show(), "created_at": stamp(p.CreatedAt),
		"updated_at": stamp(p.updated()), "closed_at": maybe(p.closedAt), "closed_by": nil, "draft": false,
		"pull_request": object{"url": api, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch", "merged_at": maybe(p.mergedAt)},
	}) {
		o[k] = v
	}
	return o
}

func (r *Repository) issueBase(number int) object {
	api := r.url("/issues/" + itoa(number))
	return object{
		"url": api, "repository_url": r.url(""), "labels_url": api + "/labels{/name}", "comments_url": api + "/comments",
		"events_url": api + "/events", "timeline_url": api + "/timeline", "number": number, "locked": false, "active_lock_reason": nil,
		"comments": 0, "body": nil, "author_association": "CONTRIBUTOR", "performed_via_github_app": nil,
	}
}

// show writes a milestone, null where there is none.
func (m *Milestone) show() any {
	if m == nil {
		return nil
	}
	open, closed := m.count()
	api := m.repo.url("/milestones/" + itoa(m.Number))
	state := "open"
	if !m.closedAt.IsZero() {
		state = "closed"
	}
	return object{
		"url": api, "html_url": m.repo.page("/milestone/" + itoa(m.Number)), "labels_url": api + "/labels", "id": m.ID,
		"node_id": nodeID("MI", m.ID), "number": m.Number, "title": m.Title, "description": nil, "creator": m.repo.owner.show(),
		"open_issues": open, "closed_issues": closed, "state": state, "created_at": stamp(m.CreatedAt), "updated_at": stamp(m.changedAt),
		"due_on": maybe(m.due), "closed_at": maybe(m.closedAt),
	}
}

// embed writes an account as answers embed it.
func (a *Account) embed() any { return a.show() }

// first is the first account of a list, null for none.
func first(list []*Account) any {
	if len(list) == 0 || list[0] == nil {
		return nil
	}
	return list[0].show()
}
