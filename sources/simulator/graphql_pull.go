package simulator

import (
	"fmt"
	"slices"
)

// label is a label of a repository.
type label struct {
	repo *Repository
	name string
}

// listPulls filters pull requests by state, branches and labels, in the order of
// their creation unless orderBy says otherwise.
func listPulls(all []*PullRequest, f *field) []*PullRequest {
	states, labels := f.list("states"), f.list("labels")
	list := slices.DeleteFunc(slices.Clone(all), func(p *PullRequest) bool {
		return len(states) > 0 && !slices.Contains(states, p.state()) ||
			len(labels) > 0 && !slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(p.Labels, l) }) ||
			f.text("headRefName") != "" && f.text("headRefName") != p.HeadRef ||
			f.text("baseRefName") != "" && f.text("baseRefName") != p.BaseRef
	})
	if by, descending := f.order(); descending {
		slices.Reverse(list)
	} else if by == "UPDATED_AT" {
		slices.SortStableFunc(list, func(a, b *PullRequest) int { return a.updated().Compare(b.updated()) })
	}
	return list
}

// state is OPEN, CLOSED or MERGED (GraphQL schema, PullRequestState).
func (p *PullRequest) state() string {
	switch {
	case p.merged != nil:
		return "MERGED"
	case !p.closedAt.IsZero():
		return "CLOSED"
	default:
		return "OPEN"
	}
}

func (x *execution) pull(p *PullRequest, f *field) (any, error) {
	switch f.name {
	case "number":
		return p.Number, nil
	case "title":
		return p.Title, nil
	case "state":
		return p.state(), nil
	case "author":
		return p.Author, nil
	case "databaseId":
		return p.ID, nil
	case "fullDatabaseId":
		return itoa(p.ID), nil
	case "body", "bodyText":
		return "", nil
	case "closed":
		return !p.closedAt.IsZero(), nil
	case "closedAt":
		return p.closedAt, nil
	case "merged":
		return p.merged != nil, nil
	case "mergedAt":
		return p.mergedAt, nil
	case "mergeCommit":
		return p.merged, nil
	case "createdAt", "publishedAt":
		return p.CreatedAt, nil
	case "updatedAt":
		return p.updated(), nil
	case "isDraft", "locked", "isInMergeQueue":
		return false, nil
	case "isCrossRepository":
		return p.headRepo != p.repo, nil
	case "headRefName":
		return p.HeadRef, nil
	case "headRefOid":
		return p.Head.SHA, nil
	case "headRef":
		return p.headRepo.headRef(p.HeadRef), nil
	case "headRepository":
		return p.headRepo, nil
	case "baseRefName":
		return p.BaseRef, nil
	case "baseRefOid":
		return p.base.SHA, nil
	case "baseRef":
		return p.repo.headRef(p.BaseRef), nil
	case "baseRepository", "repository":
		return p.repo, nil
	case "labels":
		return cutPage(labelsOf(p.repo, p.Labels), f)
	case "assignees":
		return cutPage(p.assignees, f)
	case "milestone":
		return p.milestone, nil
	case "closingIssuesReferences":
		return cutPage(slices.DeleteFunc(slices.Clone(p.closes), func(i *Issue) bool { return !x.token.sees(i.repo) }), f)
	case "projectItems":
		return cutPage(x.itemsOf(p, f), f)
	case "statusCheckRollup":
		k := &rollup{p.Head}
		if len(k.contexts()) == 0 {
			return nil, nil
		}
		return k, nil
	case "url", "permalink":
		return x.world.html("%s/pull/%d", p.repo.fullName(), p.Number), nil
	case "resourcePath":
		return fmt.Sprintf("/%s/pull/%d", p.repo.fullName(), p.Number), nil
	}
	return nil, unresolved(f)
}

func (x *execution) label(l *label, f *field) (any, error) {
	switch f.name {
	case "name":
		return l.name, nil
	case "color":
		return "ededed", nil
	case "isDefault":
		return false, nil
	case "repository":
		return l.repo, nil
	case "url":
		return x.world.html("%s/labels/%s", l.repo.fullName(), l.name), nil
	case "resourcePath":
		return "/" + l.repo.fullName() + "/labels/" + l.name, nil
	}
	return nil, unresolved(f)
}
