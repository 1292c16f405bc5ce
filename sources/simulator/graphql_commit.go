package simulator

import (
	"slices"
	"strings"
	"time"
)

// gitActor is an author, committer or tagger.
type gitActor struct {
	who *Account
	at  time.Time
}

// rollup is the state of all checks and statuses of a commit together.
type rollup struct{ commit *Commit }

// statusContext is a commit status as GraphQL shows it.
type statusContext struct {
	*CommitStatus
	commit *Commit
}

func (x *execution) commit(c *Commit, f *field) (any, error) {
	r := c.repo
	switch f.name {
	case "oid":
		return c.SHA, nil
	case "abbreviatedOid":
		return c.SHA[:7], nil
	case "message":
		return c.Message, nil
	case "messageHeadline":
		return c.Title(), nil
	case "messageBody":
		_, body, _ := strings.Cut(c.Message, "\n")
		return strings.TrimSpace(body), nil
	case "author", "committer":
		return gitActor{who: c.Author, at: c.Time}, nil
	case "authoredDate", "committedDate":
		return c.Time, nil
	case "pushedDate":
		return nil, nil // no longer filled (GitHub changelog, "Commit.pushedDate is deprecated")
	case "authoredByCommitter":
		return true, nil
	case "committedViaWeb":
		return c.Pull != nil, nil
	case "repository":
		return r, nil
	case "url", "commitUrl":
		return x.world.html("%s/commit/%s", r.fullName(), c.SHA), nil
	case "resourcePath", "commitResourcePath":
		return "/" + r.fullName() + "/commit/" + c.SHA, nil
	case "additions", "deletions", "changedFiles", "changedFilesIfAvailable":
		return c.size(f.name), nil
	case "history":
		return cutPage(history(c, f), f)
	case "associatedPullRequests":
		return cutPage(listPulls(r.pullsOf(c), f), f)
	case "statusCheckRollup":
		k := &rollup{c}
		if len(k.contexts()) == 0 {
			return nil, nil
		}
		return k, nil
	case "deployments":
		if !x.token.may("deployments", "read", r) {
			return nil, forbidden()
		}
		mine := slices.DeleteFunc(slices.Clone(r.deployments), func(d *Deployment) bool { return d.Commit != c })
		return cutPage(listDeployments(mine, f), f)
	}
	return nil, unresolved(f)
}

func (c *Commit) size(of string) int {
	var parent *Commit
	if len(c.Parents) > 0 {
		parent = c.Parents[0]
	}
	files := diff(parent, c)
	n := 0
	for _, file := range files {
		switch of {
		case "additions":
			n += file.additions
		case "deletions":
			n += file.deletions
		default:
			n++
		}
	}
	return n
}

// history is the commit and its ancestors, newest first, as git log has them.
func history(c *Commit, f *field) []*Commit {
	before := c.ancestors()
	since, _ := time.Parse(time.RFC3339, f.text("since"))
	until, _ := time.Parse(time.RFC3339, f.text("until"))
	var list []*Commit
	for _, k := range slices.Backward(c.repo.commitOrder) {
		switch {
		case !before[k],
			!since.IsZero() && k.Time.Before(since),
			!until.IsZero() && k.Time.After(until),
			f.text("path") != "" && !k.touches(f.text("path")):
			continue
		}
		list = append(list, k)
	}
	return list
}

func (x *execution) gitActor(g gitActor, f *field) (any, error) {
	switch f.name {
	case "name":
		return g.who.Name, nil
	case "email":
		return g.who.Email, nil
	case "date":
		return g.at, nil
	case "user":
		if typeName(g.who, "") != "User" {
			return nil, nil
		}
		return g.who, nil
	case "avatarUrl":
		return x.account(g.who, f)
	}
	return nil, unresolved(f)
}

// contexts are the newest check run of each name in each suite, and the newest
// status of each context.
func (k *rollup) contexts() []any {
	var list []any
	r := k.commit.repo
	for _, s := range r.suites[k.commit.SHA] {
		list = append(list, s.checkRuns()...)
	}
	newest := map[string]*CommitStatus{}
	var names []string
	for _, s := range r.statuses[k.commit.SHA] {
		if newest[s.Context] == nil {
			names = append(names, s.Context)
		}
		newest[s.Context] = s
	}
	for _, name := range names {
		list = append(list, &statusContext{newest[name], k.commit})
	}
	return list
}

// state is the worst of the contexts': one that failed, else one that errored,
// else one that hasn't ended (GitHub docs, "About status checks").
func (k *rollup) state() string {
	has := map[string]bool{}
	for _, c := range k.contexts() {
		status, conclusion := "", ""
		switch c := c.(type) {
		case *statusContext:
			has[strings.ToUpper(c.state)] = true
			continue
		case *Job:
			status, conclusion = c.status, c.conclusion
		case *CheckRun:
			status, conclusion = c.status, c.conclusion
		}
		switch {
		case status != Completed:
			has["PENDING"] = true
		case conclusion == Success || conclusion == Neutral || conclusion == Skipped:
			has["SUCCESS"] = true
		default:
			has["FAILURE"] = true
		}
	}
	for _, s := range []string{"FAILURE", "ERROR", "PENDING"} {
		if has[s] {
			return s
		}
	}
	return "SUCCESS"
}

func (x *execution) rollup(k *rollup, f *field) (any, error) {
	switch f.name {
	case "state":
		return k.state(), nil
	case "commit":
		return k.commit, nil
	case "contexts":
		// Fine-grained tokens have no Checks permission (GitHub docs, "Permissions
		// required for fine-grained personal access tokens").
		if !x.token.may("checks", "read", k.commit.repo) {
			return nil, forbidden()
		}
		all := k.contexts()
		list, err := cutPage(all, f)
		if err != nil {
			return nil, err
		}
		statuses := 0
		for _, c := range all {
			if _, ok := c.(*statusContext); ok {
				statuses++
			}
		}
		list.more = map[string]any{"checkRunCount": len(all) - statuses, "statusContextCount": statuses}
		return list, nil
	}
	return nil, unresolved(f)
}

func (x *execution) statusContext(s *statusContext, f *field) (any, error) {
	switch f.name {
	case "context":
		return s.Context, nil
	case "state":
		return strings.ToUpper(s.state), nil
	case "description":
		return s.description, nil
	case "targetUrl":
		if s.targetURL == "" {
			return nil, nil
		}
		return s.targetURL, nil
	case "createdAt":
		return s.CreatedAt, nil
	case "creator":
		return s.creator, nil
	case "commit":
		return s.commit, nil
	case "isRequired":
		return false, nil
	case "avatarUrl":
		return x.account(s.creator, f)
	}
	return nil, unresolved(f)
}
