package simulator

import (
	"net/http"
	"slices"
	"strings"
)

func refRoutes() []*route {
	return []*route{
		get("branches", "contents", (*call).listBranches),
		get("branches/{branch...}", "contents", (*call).showBranch),
		get("tags", "contents", (*call).listTags),
		get("git/ref/{ref...}", "contents", (*call).showRef),
		get("git/matching-refs/{ref...}", "contents", (*call).listMatchingRefs),
		get("git/tags/{sha}", "contents", (*call).showTagObject),
		get("git/commits/{sha}", "contents", (*call).showGitCommit),
		get("rulesets", "metadata", func(c *call) answer { return found([]any{}) }),
	}
}

func (c *call) listBranches() answer {
	only := c.http.URL.Query().Get("protected")
	var branches []*Branch
	for _, b := range c.repo.branchOrder {
		if only == "" || only == "true" == b.protected {
			branches = append(branches, b)
		}
	}
	slices.SortStableFunc(branches, func(a, b *Branch) int { return strings.Compare(a.Name, b.Name) })
	return list(c, branches, func(b *Branch) any {
		return object{"name": b.Name, "protected": b.protected, "commit": object{"sha": b.head.SHA, "url": c.repo.url("/commits/" + b.head.SHA)}}
	})
}

func (c *call) showBranch() answer {
	b := c.repo.branches[c.args["branch"]]
	if b == nil {
		return failure(http.StatusNotFound, "Branch not found")
	}
	self := c.repo.url("/branches/" + escapePath(b.Name))
	return found(object{
		"name": b.Name, "commit": b.head.show(), "protected": b.protected, "protection_url": self + "/protection",
		"_links":     object{"self": self, "html": c.repo.page("/tree/" + escapePath(b.Name))},
		"protection": object{"enabled": b.protected, "required_status_checks": object{"enforcement_level": "off", "contexts": []any{}, "checks": []any{}}},
	})
}

// listTags lists tags by name, backwards; dates play no part (seen on
// github.com, the documentation is silent).
func (c *call) listTags() answer {
	tags := slices.Clone(c.repo.tagOrder)
	slices.SortStableFunc(tags, func(a, b *Tag) int { return strings.Compare(b.Name, a.Name) })
	return list(c, tags, func(t *Tag) any {
		return object{
			"name": t.Name, "node_id": nodeID("REF", c.repo.ID) + t.Name, "commit": object{"sha": t.Commit.SHA, "url": c.repo.url("/commits/" + t.Commit.SHA)},
			"zipball_url": c.repo.url("/zipball/refs/tags/" + escapePath(t.Name)), "tarball_url": c.repo.url("/tarball/refs/tags/" + escapePath(t.Name)),
		}
	})
}

// allRefs lists every reference by its name without "refs/".
func (r *Repository) allRefs() map[string]ref {
	all := map[string]ref{}
	for name, b := range r.branches {
		all["heads/"+name] = ref{b.head.SHA, "commit"}
	}
	for name, t := range r.tags {
		if t.Object != "" {
			all["tags/"+name] = ref{t.Object, "tag"}
		} else {
			all["tags/"+name] = ref{t.Commit.SHA, "commit"}
		}
	}
	for name, other := range r.refs {
		all[strings.TrimPrefix(name, "refs/")] = other
	}
	return all
}

func (r *Repository) showRef(name string, f ref) object {
	return object{
		"ref": "refs/" + name, "node_id": nodeID("REF", r.ID) + name, "url": r.url("/git/refs/" + escapePath(name)),
		"object": object{"type": f.kind, "sha": f.object, "url": r.url("/git/" + f.kind + "s/" + f.object)},
	}
}

func (c *call) showRef() answer {
	if len(c.repo.commits) == 0 {
		return failure(http.StatusConflict, "Git Repository is empty.")
	}
	name := strings.TrimPrefix(c.args["ref"], "refs/")
	f, ok := c.repo.allRefs()[name]
	if !ok {
		return missing()
	}
	return found(c.repo.showRef(name, f))
}

// listMatchingRefs lists what begins so, "[]" if nothing does (REST docs, "List matching references").
func (c *call) listMatchingRefs() answer {
	if len(c.repo.commits) == 0 {
		return failure(http.StatusConflict, "Git Repository is empty.")
	}
	prefix := strings.TrimPrefix(c.args["ref"], "refs/")
	all := c.repo.allRefs()
	shown := []object{}
	for _, name := range sortedKeys(all) {
		if strings.HasPrefix(name, prefix) {
			shown = append(shown, c.repo.showRef(name, all[name]))
		}
	}
	return found(shown)
}

func (c *call) showTagObject() answer {
	if o := c.repo.objects[c.args["sha"]]; o != nil {
		return found(c.repo.showTagObject(o))
	}
	for _, t := range c.repo.tagOrder {
		if t.Object != "" && t.Object == c.args["sha"] {
			return found(object{
				"node_id": nodeID("TA", c.repo.ID) + t.Object[:12], "tag": t.Name, "sha": t.Object, "url": c.repo.url("/git/tags/" + t.Object),
				"message": t.Message, "tagger": object{"name": t.Tagger.Name, "email": t.Tagger.Email, "date": stamp(t.Commit.Time)},
				"object":       object{"sha": t.Commit.SHA, "type": "commit", "url": c.repo.url("/git/commits/" + t.Commit.SHA)},
				"verification": unsigned,
			})
		}
	}
	return missing()
}

func (c *call) showGitCommit() answer {
	k := c.repo.commits[c.args["sha"]]
	if k == nil {
		return missing()
	}
	return found(k.git())
}
