package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func issueRoutes() []*route {
	return []*route{
		get("issues", "issues", (*call).listIssues),
		get("issues/{number}", "issues", (*call).showIssue),
		get("milestones", "issues", (*call).listMilestones),
		get("milestones/{number}", "issues", (*call).showMilestone),
	}
}

// numbered is an issue or a pull request among a repository's issues.
type numbered struct {
	created, updated time.Time
	milestone        *Milestone
	labels           []string
	assignees        []*Account
	closed           bool
	show             func() any
}

// issues lists what "GitHub's REST API considers" issues: pull requests too.
func (r *Repository) issuesAndPulls() []numbered {
	var all []numbered
	for _, i := range r.issues {
		all = append(all, numbered{i.CreatedAt, i.changedAt, i.milestone, i.labels, i.assignees, !i.closedAt.IsZero(), i.show})
	}
	for _, p := range r.pulls {
		all = append(all, numbered{p.CreatedAt, p.updated(), p.milestone, p.Labels, p.assignees, !p.closedAt.IsZero(), p.asIssue})
	}
	return all
}

// listIssues filters by state, milestone, labels and assignee (REST docs, "List repository issues").
func (c *call) listIssues() answer {
	query := c.http.URL.Query()
	milestone := query.Get("milestone")
	var of *Milestone
	if milestone != "" && milestone != "*" && milestone != "none" {
		n, err := strconv.Atoi(milestone)
		if err != nil || n < 1 || n > len(c.repo.milestones) {
			return failure(http.StatusUnprocessableEntity, "Validation Failed")
		}
		of = c.repo.milestones[n-1]
	}
	since, _ := time.Parse(time.RFC3339, query.Get("since"))
	all := slices.DeleteFunc(c.repo.issuesAndPulls(), func(i numbered) bool {
		switch {
		case !inState(query.Get("state"), i.closed),
			of != nil && i.milestone != of, milestone == "*" && i.milestone == nil, milestone == "none" && i.milestone != nil,
			i.updated.Before(since):
			return true
		}
		for label := range strings.SplitSeq(query.Get("labels"), ",") {
			if label != "" && !slices.Contains(i.labels, label) {
				return true
			}
		}
		who := query.Get("assignee")
		return who != "" && !slices.ContainsFunc(i.assignees, func(a *Account) bool { return fold(a.Login) == fold(who) })
	})
	by := func(i numbered) time.Time { return i.created }
	if query.Get("sort") == "updated" {
		by = func(i numbered) time.Time { return i.updated }
	}
	slices.SortStableFunc(all, func(a, b numbered) int { return by(a).Compare(by(b)) })
	if query.Get("direction") != "asc" {
		slices.Reverse(all)
	}
	return list(c, all, func(i numbered) any { return i.show() })
}

// inState tells whether something belongs into a list of state open (the default), closed or all.
func inState(state string, closed bool) bool {
	switch state {
	case "all":
		return true
	case "closed":
		return closed
	}
	return !closed
}

func (c *call) showIssue() answer {
	n := int(c.number("number"))
	for _, i := range c.repo.issues {
		if i.Number == n {
			return found(i.show())
		}
	}
	for _, p := range c.repo.pulls {
		if p.Number == n {
			return found(p.asIssue())
		}
	}
	return missing()
}

// listMilestones sorts by due date, those without any last (REST docs, "List milestones").
func (c *call) listMilestones() answer {
	query := c.http.URL.Query()
	all := slices.DeleteFunc(slices.Clone(c.repo.milestones), func(m *Milestone) bool { return !inState(query.Get("state"), !m.closedAt.IsZero()) })
	slices.SortStableFunc(all, func(a, b *Milestone) int {
		if a.due.IsZero() == b.due.IsZero() {
			return a.due.Compare(b.due)
		}
		if a.due.IsZero() {
			return 1
		}
		return -1
	})
	if query.Get("direction") == "desc" {
		slices.Reverse(all)
	}
	return list(c, all, (*Milestone).show)
}

func (c *call) showMilestone() answer {
	if n := int(c.number("number")); n >= 1 && n <= len(c.repo.milestones) {
		return found(c.repo.milestones[n-1].show())
	}
	return missing()
}
