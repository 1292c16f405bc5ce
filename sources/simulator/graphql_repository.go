package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// gitRef is a reference as GraphQL shows it.
type gitRef struct {
	repo   *Repository
	prefix string // refs/heads/
	name   string
	target any // *Commit or *gitTag
}

func (g *gitRef) full() string { return g.prefix + g.name }

// gitTag is an annotated tag's object.
type gitTag struct {
	repo *Repository
	tag  *Tag
}

// gitComparison is what lies between two commits.
type gitComparison struct {
	repo *Repository
	*comparison
}

func (r *Repository) headRef(name string) *gitRef {
	if b := r.branches[name]; b != nil && b.head != nil {
		return &gitRef{r, "refs/heads/", name, b.head}
	}
	return nil
}

func (r *Repository) tagRef(name string) *gitRef {
	t := r.tags[name]
	switch {
	case t == nil:
		return nil
	case t.Object != "":
		return &gitRef{r, "refs/tags/", name, &gitTag{r, t}}
	}
	return &gitRef{r, "refs/tags/", name, t.Commit}
}

// refOf is the branch or tag that something names without saying which.
func (r *Repository) refOf(name string) *gitRef {
	if b := r.headRef(strings.TrimPrefix(name, "refs/heads/")); b != nil {
		return b
	}
	return r.tagRef(strings.TrimPrefix(name, "refs/tags/"))
}

// refsUnder lists the references whose full name begins with a prefix, by name.
func (r *Repository) refsUnder(prefix string) []*gitRef {
	var list []*gitRef
	for _, b := range r.branchOrder {
		if ref := r.headRef(b.Name); ref != nil && strings.HasPrefix(ref.full(), prefix) {
			list = append(list, ref)
		}
	}
	for _, t := range r.tagOrder {
		if ref := r.tagRef(t.Name); strings.HasPrefix(ref.full(), prefix) {
			list = append(list, ref)
		}
	}
	slices.SortFunc(list, func(a, b *gitRef) int { return strings.Compare(a.full(), b.full()) })
	return list
}

// commit is what a reference leads to in the end.
func (g *gitRef) commit() *Commit {
	if t, ok := g.target.(*gitTag); ok {
		return t.tag.Commit
	}
	c, _ := g.target.(*Commit)
	return c
}

func (x *execution) repository(r *Repository, f *field) (any, error) {
	switch f.name {
	case "name":
		return r.name, nil
	case "nameWithOwner":
		return r.fullName(), nil
	case "owner":
		return r.owner, nil
	case "databaseId":
		return r.ID, nil
	case "description":
		return r.description, nil
	case "isArchived":
		return r.archived, nil
	case "isEmpty":
		return len(r.commitOrder) == 0, nil
	case "isPrivate":
		return r.private, nil
	case "isFork":
		return r.fork != nil, nil
	case "isDisabled", "isLocked", "isMirror", "isTemplate":
		return false, nil
	case "isInOrganization":
		return r.owner.Organisation, nil
	case "parent":
		return r.fork, nil
	case "createdAt":
		return r.CreatedAt, nil
	case "updatedAt":
		return r.updatedAt, nil
	case "pushedAt":
		return r.pushedAt, nil
	case "url":
		return x.world.html("%s", r.fullName()), nil
	case "resourcePath":
		return "/" + r.fullName(), nil
	case "viewerCanAdminister":
		return !x.token.fineGrained() && x.token.user != nil, nil
	}
	return x.contents(r, f)
}

// contents answers the fields of a repository that need a permission.
func (x *execution) contents(r *Repository, f *field) (any, error) {
	if permission := needed(f.name); permission != "" && !x.token.may(permission, "read", r) {
		return nil, forbidden()
	}
	switch f.name {
	case "defaultBranchRef":
		return r.headRef(r.defaultBranch), nil
	case "ref":
		name := f.text("qualifiedName")
		if strings.HasPrefix(name, "refs/tags/") {
			return r.tagRef(strings.TrimPrefix(name, "refs/tags/")), nil
		}
		return r.refOf(name), nil
	case "refs":
		return cutPage(r.listRefs(f), f)
	case "object":
		return x.gitObject(r, f)
	case "release":
		for _, l := range r.releases {
			if l.TagName == f.text("tagName") && x.seesRelease(l) {
				return l, nil
			}
		}
		return nil, nil
	case "latestRelease":
		return r.latest(), nil
	case "releases":
		return cutPage(x.listReleases(r, f), f)
	case "deployments":
		return cutPage(listDeployments(r.deployments, f), f)
	case "environment":
		return r.findEnvironment(f.text("name")), nil
	case "environments":
		return cutPage(listEnvironments(r, f), f)
	case "pullRequest":
		number, _ := f.args["number"].(int64)
		for _, p := range r.pulls {
			if int64(p.Number) == number {
				return p, nil
			}
		}
		return nil, &graphqlError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to a PullRequest with the number of %d.", number)}
	case "pullRequests":
		return cutPage(listPulls(r.pulls, f), f)
	}
	return nil, unresolved(f)
}

// needed is the permission that a fine-grained token must have for a field
// (GitHub docs, "Permissions required for fine-grained personal access tokens",
// by the REST routes of the same things: environments belong to Actions).
func needed(field string) string {
	switch field {
	case "object", "refs", "release", "releases", "latestRelease":
		return "contents"
	case "deployments":
		return "deployments"
	case "environment", "environments":
		return "actions"
	case "pullRequest", "pullRequests":
		return "pull_requests"
	}
	return ""
}

func (r *Repository) listRefs(f *field) []*gitRef {
	list := r.refsUnder(f.text("refPrefix"))
	list = slices.DeleteFunc(list, func(g *gitRef) bool { return !strings.Contains(g.name, f.text("query")) })
	by, descending := f.order()
	if f.text("direction") == "DESC" {
		descending = true
	}
	if by == "TAG_COMMIT_DATE" {
		slices.SortStableFunc(list, func(a, b *gitRef) int { return a.commit().Time.Compare(b.commit().Time) })
	}
	if descending {
		slices.Reverse(list)
	}
	return list
}

// gitObject finds the commit or tag that a hash or an expression names.
func (x *execution) gitObject(r *Repository, f *field) (any, error) {
	name := f.text("oid")
	if name == "" {
		name = f.text("expression")
	}
	if strings.Contains(name, ":") {
		return nil, fmt.Errorf("the simulator shows no trees or files through GraphQL: %s", name)
	}
	if name == "" {
		return nil, nil
	}
	for _, t := range r.tagOrder {
		if t.Object != "" && (t.Object == name || t.Name == strings.TrimPrefix(name, "refs/tags/")) {
			return &gitTag{r, t}, nil
		}
	}
	return r.resolve(name), nil
}

func (x *execution) ref(g *gitRef, f *field) (any, error) {
	switch f.name {
	case "name":
		return g.name, nil
	case "prefix":
		return g.prefix, nil
	case "repository":
		return g.repo, nil
	case "target":
		return g.target, nil
	case "compare":
		// The reference is the base, the argument the head (GraphQL schema, Ref.compare).
		head := g.repo.resolve(f.text("headRef"))
		if head == nil {
			return nil, nil
		}
		c := g.repo.compare(g.commit(), head)
		if c == nil {
			return nil, nil
		}
		return &gitComparison{g.repo, c}, nil
	case "associatedPullRequests":
		var list []*PullRequest
		for _, p := range g.repo.pulls {
			if g.prefix == "refs/heads/" && p.HeadRef == g.name {
				list = append(list, p)
			}
		}
		return cutPage(listPulls(list, f), f)
	}
	return nil, unresolved(f)
}

func (x *execution) tag(t *gitTag, f *field) (any, error) {
	switch f.name {
	case "name":
		return t.tag.Name, nil
	case "message":
		return t.tag.Message, nil
	case "oid":
		return t.tag.Object, nil
	case "abbreviatedOid":
		return t.tag.Object[:7], nil
	case "target":
		return t.tag.Commit, nil
	case "tagger":
		return gitActor{who: t.tag.Tagger, at: t.tag.Commit.Time}, nil
	case "repository":
		return t.repo, nil
	case "commitUrl":
		return x.world.html("%s/commit/%s", t.repo.fullName(), t.tag.Object), nil
	case "commitResourcePath":
		return "/" + t.repo.fullName() + "/commit/" + t.tag.Object, nil
	}
	return nil, unresolved(f)
}

func (x *execution) comparison(c *gitComparison, f *field) (any, error) {
	switch f.name {
	case "status":
		return strings.ToUpper(c.status()), nil
	case "aheadBy":
		return len(c.ahead), nil
	case "behindBy":
		return c.behind, nil
	case "baseTarget":
		return c.base, nil
	case "headTarget":
		return c.head, nil
	case "commits":
		list, err := cutPage(c.ahead, f)
		if err != nil {
			return nil, err
		}
		authors := map[*Account]bool{}
		for _, k := range c.ahead {
			authors[k.Author] = true
		}
		list.more = map[string]any{"authorCount": len(authors)}
		return list, nil
	}
	return nil, unresolved(f)
}

// seesRelease tells whether the token may see a release: drafts are for those who
// may push (REST docs, "List releases").
func (x *execution) seesRelease(l *Release) bool {
	return !l.draft || x.token.may("contents", "write", l.repo)
}

// listReleases is in the order of creation; which order GitHub takes without
// orderBy is not documented, so nothing may depend on it.
func (x *execution) listReleases(r *Repository, f *field) []*Release {
	list := slices.DeleteFunc(slices.Clone(r.releases), func(l *Release) bool { return !x.seesRelease(l) })
	by, descending := f.order()
	if by == "NAME" {
		slices.SortStableFunc(list, func(a, b *Release) int { return strings.Compare(a.name, b.name) })
	} else {
		slices.SortStableFunc(list, func(a, b *Release) int { return a.CreatedAt.Compare(b.CreatedAt) })
	}
	if descending {
		slices.Reverse(list)
	}
	return list
}

func (x *execution) release(l *Release, f *field) (any, error) {
	switch f.name {
	case "tagName":
		return l.TagName, nil
	case "name":
		return l.name, nil
	case "description":
		return l.body, nil
	case "databaseId":
		return l.ID, nil
	case "isDraft":
		return l.draft, nil
	case "isPrerelease":
		return l.prerelease, nil
	case "isLatest":
		return l.repo.latest() == l, nil
	case "createdAt":
		return l.CreatedAt, nil
	case "publishedAt":
		return l.publishedAt, nil
	case "updatedAt":
		return l.updatedAt, nil
	case "author":
		if typeName(l.author, "") != "User" {
			return nil, nil
		}
		return l.author, nil
	case "repository":
		return l.repo, nil
	case "tag":
		return l.repo.tagRef(l.TagName), nil
	case "tagCommit":
		if l.repo.tags[l.TagName] == nil {
			return nil, nil
		}
		return l.commit, nil
	case "url":
		return x.world.html("%s/releases/tag/%s", l.repo.fullName(), l.TagName), nil
	case "resourcePath":
		return "/" + l.repo.fullName() + "/releases/tag/" + l.TagName, nil
	}
	return nil, unresolved(f)
}
