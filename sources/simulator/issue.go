package simulator

import (
	"slices"
	"time"
)

// Issue is an issue of a repository.
type Issue struct {
	ID        int64
	Number    int
	Title     string
	Author    *Account
	CreatedAt time.Time

	repo      *Repository
	labels    []string
	assignees []*Account
	milestone *Milestone
	closedAt  time.Time
	closedBy  *Account
	reason    string // completed, not_planned, reopened; empty for one that was never closed
	changedAt time.Time
	pulls     []*PullRequest // that close it, in the order in which they were linked
}

// IssueOf is what an issue is opened with.
type IssueOf struct {
	Title     string
	By        string
	Labels    []string
	Assignees []string
	Milestone string // title of an open milestone
}

// Issue opens an issue.
func (r *Repository) Issue(of IssueOf) *Issue {
	defer r.world.enter()()
	w := r.world
	r.numbered++
	i := &Issue{
		ID: w.next("issue"), Number: r.numbered, Title: of.Title, Author: w.account(of.By, false), CreatedAt: w.now, repo: r,
		labels: slices.Clone(of.Labels), milestone: r.milestone(of.Milestone), changedAt: w.now,
	}
	for _, login := range of.Assignees {
		i.assignees = append(i.assignees, w.account(login, false))
	}
	r.issues = append(r.issues, i)
	w.issueBy[i.ID] = i
	return i
}

// Issues lists the repository's issues, oldest first.
func (r *Repository) Issues() []*Issue {
	defer r.world.enter()()
	return slices.Clone(r.issues)
}

// Close closes the issue as completed.
func (i *Issue) Close(by string) { i.closeAs(by, "completed") }

// NotPlanned closes the issue as not planned.
func (i *Issue) NotPlanned(by string) { i.closeAs(by, "not_planned") }

func (i *Issue) closeAs(by, reason string) {
	defer i.repo.world.enter()()
	i.close(i.repo.world.account(by, false), reason)
}

// close closes the issue, and moves it on every board that does so by itself.
func (i *Issue) close(by *Account, reason string) {
	w := i.repo.world
	if !i.closedAt.IsZero() {
		return
	}
	i.closedAt, i.closedBy, i.reason, i.changedAt = w.now, by, reason, w.now
	w.finished(i)
}

// Reopen opens the issue again.
func (i *Issue) Reopen() {
	defer i.repo.world.enter()()
	i.closedAt, i.closedBy, i.reason, i.changedAt = time.Time{}, nil, "reopened", i.repo.world.now
}

// Label replaces the issue's labels.
func (i *Issue) Label(labels ...string) {
	defer i.repo.world.enter()()
	i.labels, i.changedAt = slices.Clone(labels), i.repo.world.now
}

// Assign replaces the issue's assignees.
func (i *Issue) Assign(logins ...string) {
	defer i.repo.world.enter()()
	i.assignees = nil
	for _, login := range logins {
		i.assignees = append(i.assignees, i.repo.world.account(login, false))
	}
	i.changedAt = i.repo.world.now
}

// Plan moves the issue into a milestone; an empty title takes it out.
func (i *Issue) Plan(title string) {
	defer i.repo.world.enter()()
	i.milestone, i.changedAt = i.repo.milestone(title), i.repo.world.now
}

// state is OPEN or CLOSED (GraphQL schema, IssueState).
func (i *Issue) state() string {
	if i.closedAt.IsZero() {
		return "OPEN"
	}
	return "CLOSED"
}

// Milestone is a milestone of a repository.
type Milestone struct {
	ID        int64
	Number    int
	Title     string
	CreatedAt time.Time

	repo      *Repository
	due       time.Time
	closedAt  time.Time
	changedAt time.Time
}

// Milestone makes a milestone, with a due date unless it is zero.
func (r *Repository) Milestone(title string, due time.Time) *Milestone {
	defer r.world.enter()()
	m := &Milestone{ID: r.world.next("milestone"), Number: len(r.milestones) + 1, Title: title, CreatedAt: r.world.now, repo: r, due: due, changedAt: r.world.now}
	r.milestones = append(r.milestones, m)
	return m
}

// Close closes the milestone; what is open in it stays open.
func (m *Milestone) Close() {
	defer m.repo.world.enter()()
	m.closedAt, m.changedAt = m.repo.world.now, m.repo.world.now
}

// milestone finds one by its title, the newest of several; nil for none.
func (r *Repository) milestone(title string) *Milestone {
	for _, m := range slices.Backward(r.milestones) {
		if title != "" && m.Title == title {
			return m
		}
	}
	return nil
}

// count tells how many issues and pull requests of the milestone are open and closed.
func (m *Milestone) count() (open, closed int) {
	add := func(of *Milestone, done bool) {
		switch {
		case of != m:
		case done:
			closed++
		default:
			open++
		}
	}
	for _, i := range m.repo.issues {
		add(i.milestone, !i.closedAt.IsZero())
	}
	for _, p := range m.repo.pulls {
		add(p.milestone, !p.closedAt.IsZero())
	}
	return open, closed
}
