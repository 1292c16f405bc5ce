package simulator

import (
	"encoding/base64"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// repositoryRoutes are the endpoints below a repository. Where two patterns
// could fit, the first one counts.
func repositoryRoutes() []*route {
	return slices.Concat([]*route{{handle: (*call).showRepository, permission: "metadata"}}, commitRoutes(), refRoutes(), releaseRoutes(),
		actionsRoutes(), deploymentRoutes(), issueRoutes(), actingRoutes())
}

func commitRoutes() []*route {
	return []*route{
		get("commits", "contents", (*call).listCommits),
		get("commits/{ref...}/status", "statuses", (*call).showCombinedStatus),
		get("commits/{ref...}/statuses", "statuses", (*call).listStatuses),
		get("commits/{ref...}/check-runs", "checks", (*call).listCheckRuns),
		get("commits/{ref...}/check-suites", "checks", (*call).listCheckSuites),
		get("commits/{ref}/pulls", "pull_requests", (*call).listPullsOfCommit),
		get("commits/{ref...}", "contents", (*call).showCommit),
		get("check-runs/{id}", "checks", (*call).showCheckRun),
		get("compare/{basehead...}", "contents", (*call).showComparison),
		get("contents/{path...}", "contents", (*call).showContents),
	}
}

// commit finds the commit that the path names; else it tells what GitHub answers.
func (c *call) commit() (*Commit, *answer) {
	if len(c.repo.commits) == 0 {
		a := failure(http.StatusConflict, "Git Repository is empty.")
		return nil, &a
	}
	if k := c.repo.resolve(c.args["ref"]); k != nil {
		return k, nil
	}
	a := failure(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.args["ref"])
	return nil, &a
}

// listCommits follows history from a commit, newest first (REST docs, "List commits").
func (c *call) listCommits() answer {
	q := c.http.URL.Query()
	if len(c.repo.commits) == 0 {
		return failure(http.StatusConflict, "Git Repository is empty.")
	}
	head := c.repo.resolve(q.Get("sha"))
	if head == nil {
		return missing()
	}
	since, until := moment(q.Get("since")), moment(q.Get("until"))
	in := head.ancestors()
	var found []*Commit
	for i := head.index; i >= 0; i-- {
		k := c.repo.commitOrder[i]
		if !in[k] || !since.IsZero() && k.Time.Before(since) || !until.IsZero() && k.Time.After(until) {
			continue
		}
		if p := q.Get("path"); p != "" && !k.touches(strings.Trim(p, "/")) {
			continue
		}
		if by := q.Get("author"); by != "" && fold(by) != fold(k.Author.Login) && fold(by) != fold(k.Author.Email) {
			continue
		}
		found = append(found, k)
	}
	return list(c, found, func(k *Commit) any { return k.show() })
}

func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// touches tells whether a commit changed a file or something below a folder.
func (c *Commit) touches(p string) bool {
	var from *Commit
	if len(c.Parents) > 0 {
		from = c.Parents[0]
	}
	files, removed := changes(from, c)
	for f := range files {
		if f == p || strings.HasPrefix(f, p+"/") {
			return true
		}
	}
	return slices.ContainsFunc(removed, func(f string) bool { return f == p || strings.HasPrefix(f, p+"/") })
}

func (c *call) showCommit() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	if wanted := c.http.Header.Get("Accept"); strings.Contains(wanted, "vnd.github.sha") || strings.Contains(wanted, "vnd.github.v3.sha") {
		a := answer{status: http.StatusOK, header: http.Header{}, body: []byte(k.SHA)}
		a.header.Set("Content-Type", "application/vnd.github.sha; charset=utf-8")
		return a
	}
	return found(k.whole())
}

func (c *call) listPullsOfCommit() answer {
	k, no := c.commit()
	if no != nil {
		return *no
	}
	return list(c, c.repo.pullsOf(k), (*PullRequest).show)
}

// The bounds of a comparison: 250 commits a page, files on the first page alone
// and at most 300 of them (REST docs, "Compare two commits").
const (
	comparedCommits = 250
	comparedFiles   = 300
)

func (c *call) showComparison() answer {
	base, head, ok := strings.Cut(c.args["basehead"], "...")
	if !ok {
		return missing()
	}
	from, to := c.repo.side(base), c.repo.side(head)
	if from == nil || to == nil {
		return missing()
	}
	d := c.repo.compare(from, to)
	if d == nil {
		return failure(http.StatusNotFound, "No common ancestor between "+base+" and "+head+".")
	}
	q := c.http.URL.Query()
	commits, link := d.ahead, ""
	if q.Has("page") || q.Has("per_page") {
		commits, link = page(c, d.ahead, comparedCommits, comparedCommits)
	} else if len(commits) > comparedCommits {
		// Without a page it is the newest ones: "the last commit in the list is the most recent".
		commits = commits[len(commits)-comparedCommits:]
	}
	name := escape(base) + "..." + escape(head)
	o := object{
		"url": c.repo.url("/compare/" + name), "html_url": c.repo.page("/compare/" + name),
		"permalink_url": c.repo.page("/compare/" + from.SHA[:7] + "..." + to.SHA[:7]),
		"diff_url":      c.repo.page("/compare/" + name + ".diff"), "patch_url": c.repo.page("/compare/" + name + ".patch"),
		"base_commit": from.show(), "merge_base_commit": d.mergeBase.show(), "status": d.status(), "ahead_by": len(d.ahead),
		"behind_by": d.behind, "total_commits": len(d.ahead), "commits": showAll(commits, func(k *Commit) any { return k.show() }),
	}
	if atLeastOne(q.Get("page"), 1) == 1 {
		o["files"] = showAll(d.files[:min(len(d.files), comparedFiles)], to.showFile)
	}
	return linked(found(o), link)
}

// side is one side of a comparison, "owner:branch" included.
func (r *Repository) side(name string) *Commit {
	if k := r.resolve(name); k != nil {
		return k
	}
	if owner, branch, ok := strings.Cut(name, ":"); ok {
		for _, f := range r.world.order {
			if fold(f.owner.Login) == fold(owner) && (f == r || f.fork == r) {
				return f.resolve(branch)
			}
		}
	}
	return nil
}

// showContents answers a file, or a folder's list (REST docs, "Get repository content").
func (c *call) showContents() answer {
	if len(c.repo.commits) == 0 {
		return failure(http.StatusNotFound, "This repository is empty.")
	}
	k := c.repo.resolve(c.http.URL.Query().Get("ref"))
	if k == nil {
		return failure(http.StatusNotFound, "No commit found for the ref "+c.http.URL.Query().Get("ref"))
	}
	p := strings.Trim(c.args["path"], "/")
	if content, ok := k.file(p); ok {
		o := c.repo.showEntry(k, p, "file", len(content))
		o["encoding"] = "base64"
		o["content"] = wrapped(base64.StdEncoding.EncodeToString([]byte(content)))
		return found(o)
	}
	seen := map[string]bool{}
	var entries []object
	for _, f := range k.paths() {
		rest, ok := strings.CutPrefix(f, p+"/")
		if !ok {
			continue
		}
		name, _, folder := strings.Cut(rest, "/")
		if seen[name] {
			continue
		}
		seen[name] = true
		kind, size := "dir", 0
		if !folder {
			content, _ := k.file(f)
			kind, size = "file", len(content)
		}
		entries = append(entries, c.repo.showEntry(k, p+"/"+name, kind, size))
	}
	if entries == nil {
		return missing()
	}
	return found(entries)
}

// file is a file's content at a commit. A workflow is there even where no commit brought it.
func (c *Commit) file(p string) (content string, ok bool) {
	if content, ok = c.files[p]; ok {
		return content, true
	}
	if f := c.repo.workflow(p); f != nil && f.Path == p && !f.plan.Unlisted {
		return f.source(f.at(c)), true
	}
	return "", false
}

func (c *Commit) paths() []string {
	paths := sortedKeys(c.files)
	for _, f := range c.repo.workflows {
		if _, there := c.files[f.Path]; !there && !f.plan.Unlisted {
			paths = append(paths, f.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

func (r *Repository) showEntry(k *Commit, p, kind string, size int) object {
	sha := r.hash("blob", p+"\n"+k.files[p])
	self, git := r.url("/contents/"+escapePath(p)+"?ref="+k.SHA), r.url("/git/blobs/"+sha)
	view := r.page("/blob/" + k.SHA + "/" + escapePath(p))
	o := object{
		"type": kind, "size": size, "name": path.Base(p), "path": p, "sha": sha, "url": self, "git_url": git, "html_url": view,
		"download_url": nil, "_links": object{"self": self, "git": git, "html": view},
	}
	return o
}

// wrapped breaks base64 into lines of 60, as GitHub does.
func wrapped(s string) string {
	var b strings.Builder
	for len(s) > 60 {
		b.WriteString(s[:60] + "\n")
		s = s[60:]
	}
	b.WriteString(s + "\n")
	return b.String()
}
