package simulator

import "fmt"

func (x *execution) issue(i *Issue, f *field) (any, error) {
	switch f.name {
	case "number":
		return i.Number, nil
	case "title":
		return i.Title, nil
	case "state":
		return i.state(), nil
	case "stateReason":
		return upper(i.reason), nil
	case "author":
		return i.Author, nil
	case "databaseId":
		return i.ID, nil
	case "fullDatabaseId":
		return itoa(i.ID), nil
	case "body", "bodyText":
		return "", nil
	case "closed":
		return !i.closedAt.IsZero(), nil
	case "closedAt":
		return i.closedAt, nil
	case "createdAt", "publishedAt":
		return i.CreatedAt, nil
	case "updatedAt":
		return i.changedAt, nil
	case "locked":
		return false, nil
	case "repository":
		return i.repo, nil
	case "milestone":
		return i.milestone, nil
	case "labels":
		return cutPage(labelsOf(i.repo, i.labels), f)
	case "assignees":
		return cutPage(i.assignees, f)
	case "closedByPullRequestsReferences":
		return cutPage(x.closing(i, f), f)
	case "projectItems":
		return cutPage(x.itemsOf(i, f), f)
	case "url":
		return x.world.html("%s/issues/%d", i.repo.fullName(), i.Number), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/issues/%d", i.repo.fullName(), i.Number), nil
	}
	return nil, unresolved(f)
}

// upper writes a reason as GraphQL's enumerations do; nil where there is none.
func upper(reason string) any {
	switch reason {
	case "completed":
		return "COMPLETED"
	case "not_planned":
		return "NOT_PLANNED"
	case "reopened":
		return "REOPENED"
	}
	return nil
}

// closing are the pull requests that close an issue and that the token may see; those that are not open any more only
// where they are asked for (GraphQL schema, includeClosedPrs).
func (x *execution) closing(i *Issue, f *field) []*PullRequest {
	var list []*PullRequest
	for _, p := range i.pulls {
		if x.token.sees(p.repo) && !p.repo.gone && (p.state() == "OPEN" || f.args["includeClosedPrs"] == true) {
			list = append(list, p)
		}
	}
	return list
}

// itemsOf are the items of all boards that something is on.
func (x *execution) itemsOf(content any, f *field) []*ProjectItem {
	var list []*ProjectItem
	for _, p := range x.world.projects {
		for _, item := range p.items {
			if item.content == content && x.token.seesProject(p) && (item.archivedAt.IsZero() || f.args["includeArchived"] != false) {
				list = append(list, item)
			}
		}
	}
	return list
}

func labelsOf(r *Repository, names []string) []*label {
	var list []*label
	for _, name := range names {
		list = append(list, &label{r, name})
	}
	return list
}

func (x *execution) milestone(m *Milestone, f *field) (any, error) {
	switch f.name {
	case "number":
		return m.Number, nil
	case "title":
		return m.Title, nil
	case "closed":
		return !m.closedAt.IsZero(), nil
	case "closedAt":
		return m.closedAt, nil
	case "dueOn":
		return m.due, nil
	case "state":
		if m.closedAt.IsZero() {
			return "OPEN", nil
		}
		return "CLOSED", nil
	case "createdAt":
		return m.CreatedAt, nil
	case "updatedAt":
		return m.changedAt, nil
	case "description":
		return nil, nil
	case "repository":
		return m.repo, nil
	case "progressPercentage":
		open, closed := m.count()
		return 100 * float64(closed) / float64(max(1, open+closed)), nil
	case "url":
		return x.world.html("%s/milestone/%d", m.repo.fullName(), m.Number), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/milestone/%d", m.repo.fullName(), m.Number), nil
	}
	return nil, unresolved(f)
}
