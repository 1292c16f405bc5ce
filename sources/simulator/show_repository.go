package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// escape makes a text one segment of a path.
func escape(s string) string { return url.PathEscape(s) }

// escapePath makes a text a path of segments.
func escapePath(s string) string { return strings.ReplaceAll(url.PathEscape(s), "%2F", "/") }

// url is the address of something of the repository's in the API.
func (r *Repository) url(rest string) string {
	return r.world.base + "repos/" + escape(r.owner.Login) + "/" + escape(r.name) + rest
}

// page is the address of something of the repository's for people.
func (r *Repository) page(rest string) string {
	return r.world.html("%s/%s", escape(r.owner.Login), escape(r.name)) + rest
}

// show writes a repository as answers embed it (schema minimal-repository).
func (r *Repository) show() json.RawMessage {
	if r.shown == nil {
		r.shown = found(r.minimal()).body
	}
	return r.shown
}

func (r *Repository) minimal() object {
	o := object{
		"id": r.ID, "node_id": nodeID("R", r.ID), "name": r.name, "full_name": r.fullName(), "private": r.private,
		"owner": r.owner.show(), "html_url": r.page(""), "description": orNull(r.description), "fork": r.fork != nil, "url": r.url(""),
	}
	for key, rest := range map[string]string{
		"forks_url": "/forks", "keys_url": "/keys{/key_id}", "collaborators_url": "/collaborators{/collaborator}",
		"teams_url": "/teams", "hooks_url": "/hooks", "issue_events_url": "/issues/events{/number}", "events_url": "/events",
		"assignees_url": "/assignees{/user}", "branches_url": "/branches{/branch}", "tags_url": "/tags",
		"blobs_url": "/git/blobs{/sha}", "git_tags_url": "/git/tags{/sha}", "git_refs_url": "/git/refs{/sha}",
		"trees_url": "/git/trees{/sha}", "statuses_url": "/statuses/{sha}", "languages_url": "/languages",
		"stargazers_url": "/stargazers", "contributors_url": "/contributors", "subscribers_url": "/subscribers",
		"subscription_url": "/subscription", "commits_url": "/commits{/sha}", "git_commits_url": "/git/commits{/sha}",
		"comments_url": "/comments{/number}", "issue_comment_url": "/issues/comments{/number}", "contents_url": "/contents/{+path}",
		"compare_url": "/compare/{base}...{head}", "merges_url": "/merges", "archive_url": "/{archive_format}{/ref}",
		"downloads_url": "/downloads", "issues_url": "/issues{/number}", "pulls_url": "/pulls{/number}",
		"milestones_url": "/milestones{/number}", "notifications_url": "/notifications{?since,all,participating}",
		"labels_url": "/labels{/name}", "releases_url": "/releases{/id}", "deployments_url": "/deployments",
	} {
		o[key] = r.url(rest)
	}
	return o
}

// whole writes everything of a repository (schemas repository and
// full-repository) but what depends on who asks.
func (r *Repository) whole() object {
	o := r.minimal()
	visibility := "public"
	if r.private {
		visibility = "private"
	}
	for k, v := range (object{
		"created_at": stamp(r.CreatedAt), "updated_at": stamp(r.updatedAt), "pushed_at": stamp(r.pushedAt),
		"git_url":   "git://" + strings.TrimPrefix(r.page(".git"), "https://"),
		"ssh_url":   "git@github.com:" + r.fullName() + ".git",
		"clone_url": r.page(".git"), "svn_url": r.page(""), "mirror_url": nil, "homepage": nil, "size": len(r.commitOrder) * 4,
		"stargazers_count": 0, "watchers_count": 0, "watchers": 0, "language": "Go", "has_issues": true, "has_projects": true,
		"has_downloads": true, "has_wiki": false, "has_pages": false, "has_discussions": false, "forks_count": 0, "forks": 0,
		"archived": r.archived, "disabled": false, "open_issues_count": 0, "open_issues": 0, "license": nil,
		"allow_forking": true, "is_template": false, "web_commit_signoff_required": false, "topics": []string{},
		"visibility": visibility, "default_branch": r.defaultBranch, "network_count": 0, "subscribers_count": 1,
	}) {
		o[k] = v
	}
	if r.owner.Organisation {
		o["organization"] = r.owner.show()
	}
	return o
}

// showWhole writes a repository as pull requests embed it.
func (r *Repository) showWhole() json.RawMessage {
	if r.shownFull == nil {
		r.shownFull = found(r.whole()).body
	}
	return r.shownFull
}

func (c *call) showRepository() answer {
	o := c.repo.whole()
	if t := c.token; t.user != nil {
		// What the user may do, whatever the token was granted (REST docs, "Get a repository").
		push := !c.repo.archived
		o["permissions"] = object{"admin": false, "maintain": false, "push": push, "triage": push, "pull": true}
	}
	if f := c.repo.fork; f != nil {
		o["parent"], o["source"] = f.showWhole(), f.showWhole()
	}
	return found(o)
}

// showRepositories lists what the token's user may see: /user/repos and
// /orgs/{org}/repos.
func (c *call) showRepositories() answer {
	if c.token.user == nil && c.args["org"] == "" {
		return failure(http.StatusUnauthorized, "Requires authentication")
	}
	var seen []*Repository
	for _, r := range c.world.order {
		if !r.gone && c.token.sees(r) && (c.args["org"] == "" || fold(c.args["org"]) == fold(r.owner.Login)) {
			seen = append(seen, r)
		}
	}
	return list(c, seen, func(r *Repository) any { return r.showWhole() })
}
