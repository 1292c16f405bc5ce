package simulator

import (
	"encoding/json"
	"strings"
)

// show writes a commit without its files (schema commit).
func (c *Commit) show() json.RawMessage {
	if c.shown == nil {
		c.shown = found(c.plain()).body
	}
	return c.shown
}

func (c *Commit) plain() object {
	r := c.repo
	who := object{"name": c.Author.Name, "email": c.Author.Email, "date": stamp(c.Time)}
	return object{
		"sha": c.SHA, "node_id": c.node(), "url": r.url("/commits/" + c.SHA), "html_url": r.page("/commit/" + c.SHA),
		"comments_url": r.url("/commits/" + c.SHA + "/comments"),
		"commit": object{
			"url": r.url("/git/commits/" + c.SHA), "author": who, "committer": who, "message": c.Message, "comment_count": 0,
			"tree": c.showTree(), "verification": unsigned,
		},
		"author": c.Author.show(), "committer": c.Author.show(), "parents": c.showParents(),
	}
}

func (c *Commit) node() string { return nodeID("C", c.repo.ID) + c.SHA[:12] }

// unsigned is the verification of a commit or tag that nobody signed.
var unsigned = object{"verified": false, "reason": "unsigned", "payload": nil, "signature": nil, "verified_at": nil}

func (c *Commit) showTree() object {
	return object{"sha": c.tree, "url": c.repo.url("/git/trees/" + c.tree)}
}

func (c *Commit) showParents() []object {
	parents := make([]object, len(c.Parents))
	for i, p := range c.Parents {
		parents[i] = object{"sha": p.SHA, "url": c.repo.url("/commits/" + p.SHA), "html_url": c.repo.page("/commit/" + p.SHA)}
	}
	return parents
}

// whole writes a commit with its files.
func (c *Commit) whole() object {
	var from *Commit
	if len(c.Parents) > 0 {
		from = c.Parents[0]
	}
	o := c.plain()
	files := diff(from, c)
	additions, deletions := 0, 0
	for _, f := range files {
		additions += f.additions
		deletions += f.deletions
	}
	o["stats"] = object{"additions": additions, "deletions": deletions, "total": additions + deletions}
	o["files"] = showAll(files, c.showFile)
	return o
}

// showFile writes a line of a list of changed files (schema diff-entry).
func (c *Commit) showFile(f fileChange) any {
	r, p := c.repo, escapePath(f.path)
	o := object{
		"sha": r.hash("blob", f.path+"\n"+c.files[f.path]), "filename": f.path, "status": f.status, "additions": f.additions,
		"deletions": f.deletions, "changes": f.additions + f.deletions, "blob_url": r.page("/blob/" + c.SHA + "/" + p),
		"raw_url": r.page("/raw/" + c.SHA + "/" + p), "contents_url": r.url("/contents/" + p + "?ref=" + c.SHA),
	}
	if f.patch != "" {
		o["patch"] = f.patch
	}
	return o
}

// brief writes a commit as runs and suites embed it (schema simple-commit).
func (c *Commit) brief() object {
	who := object{"name": c.Author.Name, "email": c.Author.Email}
	return object{"id": c.SHA, "tree_id": c.tree, "message": c.Message, "timestamp": stamp(c.Time), "author": who, "committer": who}
}

// git writes a commit as Git has it (schema git-commit).
func (c *Commit) git() object {
	who := object{"name": c.Author.Name, "email": c.Author.Email, "date": stamp(c.Time)}
	return object{
		"sha": c.SHA, "node_id": c.node(), "url": c.repo.url("/git/commits/" + c.SHA), "html_url": c.repo.page("/commit/" + c.SHA),
		"author": who, "committer": who, "message": c.Message, "tree": c.showTree(), "parents": c.showParents(), "verification": unsigned,
	}
}

// show writes a pull request as lists have it (schema pull-request-simple).
func (p *PullRequest) show() any {
	r := p.repo
	number := itoa(p.Number)
	api, issue := r.url("/pulls/"+number), r.url("/issues/"+number)
	links := object{}
	for k, href := range map[string]string{
		"self": api, "html": r.page("/pull/" + number), "issue": issue, "comments": issue + "/comments",
		"review_comments": api + "/comments", "review_comment": r.url("/pulls/comments{/number}"),
		"commits": api + "/commits", "statuses": r.url("/statuses/" + p.Head.SHA),
	} {
		links[k] = object{"href": href}
	}
	state, merge := "open", any(nil)
	if !p.closedAt.IsZero() {
		state = "closed"
	}
	if p.merged != nil {
		merge = p.merged.SHA
	}
	return object{
		"url": api, "id": p.ID, "node_id": nodeID("PR", p.ID), "html_url": r.page("/pull/" + number),
		"diff_url": r.page("/pull/" + number + ".diff"), "patch_url": r.page("/pull/" + number + ".patch"), "issue_url": issue,
		"commits_url": api + "/commits", "review_comments_url": api + "/comments",
		"review_comment_url": r.url("/pulls/comments{/number}"), "comments_url": issue + "/comments",
		"statuses_url": r.url("/statuses/" + p.Head.SHA), "number": p.Number, "state": state, "locked": false, "title": p.Title,
		"user": p.Author.show(), "body": nil, "labels": showAll(p.Labels, r.showLabel), "milestone": p.milestone.show(),
		"created_at": stamp(p.CreatedAt), "updated_at": stamp(p.updated()), "closed_at": maybe(p.closedAt), "merged_at": maybe(p.mergedAt),
		"merge_commit_sha": merge, "assignee": first(p.assignees), "assignees": showAll(p.assignees, (*Account).embed), "requested_reviewers": []any{}, "requested_teams": []any{},
		"head": p.end(p.headRepo, p.HeadRef, p.Head), "base": p.end(r, p.BaseRef, p.base), "_links": links,
		"author_association": "CONTRIBUTOR", "auto_merge": nil, "draft": false,
	}
}

func (p *PullRequest) end(r *Repository, ref string, c *Commit) object {
	sha := ""
	if c != nil {
		sha = c.SHA
	}
	return object{"label": r.owner.Login + ":" + ref, "ref": ref, "sha": sha, "user": r.owner.show(), "repo": r.showWhole()}
}

// brief writes a pull request as runs embed it (schema pull-request-minimal).
func (p *PullRequest) brief() object {
	end := func(r *Repository, ref string, c *Commit) object {
		sha := ""
		if c != nil {
			sha = c.SHA
		}
		return object{"ref": ref, "sha": sha, "repo": object{"id": r.ID, "url": r.url(""), "name": r.name}}
	}
	return object{
		"id": p.ID, "number": p.Number, "url": p.repo.url("/pulls/" + itoa(p.Number)),
		"head": end(p.headRepo, p.HeadRef, p.Head), "base": end(p.repo, p.BaseRef, p.base),
	}
}

func (r *Repository) showLabel(name string) any {
	id := int64(len(name)) + 1000
	for _, b := range []byte(name) {
		id = id*31%9_000_000 + int64(b)
	}
	return object{
		"id": id, "node_id": nodeID("LA", id), "url": r.url("/labels/" + escape(name)), "name": name, "description": strings.ToLower(name),
		"color": "ededed", "default": false,
	}
}
