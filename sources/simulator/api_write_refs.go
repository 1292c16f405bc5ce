package simulator

import (
	"strings"
	"time"
)

// tagObject is an annotated tag's object, which no ref need point at.
type tagObject struct {
	sha, tag, message string
	of, kind          string // what it is a tag of
	tagger            *Account
	at                time.Time
}

// createTagObject makes the object of an annotated tag; a ref to it is made by itself (REST docs, "Create a tag object").
func (c *call) createTagObject() answer {
	var body struct {
		Tag     string `json:"tag"`
		Message string `json:"message"`
		Object  string `json:"object"`
		Type    string `json:"type"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	if body.Tag == "" || body.Object == "" || body.Type == "" {
		return unprocessable("Invalid request.")
	}
	if body.Type != "commit" || c.repo.commits[body.Object] == nil {
		return unprocessable("Object does not exist")
	}
	w := c.world
	o := &tagObject{
		sha: c.repo.hash("tag", body.Tag+"\n"+body.Message+"\n"+stamp(w.now)+itoa(w.serial)), tag: body.Tag, message: body.Message, of: body.Object, kind: body.Type,
		tagger: c.token.user, at: w.now,
	}
	c.repo.objects[o.sha] = o
	return created(c.repo.showTagObject(o))
}

func (r *Repository) showTagObject(o *tagObject) object {
	return object{
		"node_id": nodeID("TA", r.ID) + o.sha[:12], "tag": o.tag, "sha": o.sha, "url": r.url("/git/tags/" + o.sha), "message": o.message,
		"tagger":       object{"name": o.tagger.Login, "email": o.tagger.Email, "date": stamp(o.at)},
		"object":       object{"sha": o.of, "type": o.kind, "url": r.url("/git/" + o.kind + "s/" + o.of)},
		"verification": unsigned,
	}
}

// kindOf is what an object is: commit, tag or nothing.
func (r *Repository) kindOf(sha string) string {
	switch {
	case r.commits[sha] != nil:
		return "commit"
	case r.objects[sha] != nil:
		return "tag"
	}
	for _, t := range r.tagOrder {
		if t.Object != "" && t.Object == sha {
			return "tag"
		}
	}
	return ""
}

// createRef makes a ref, and nothing where there is one (REST docs, "Create a reference": fully qualified, with at least
// two slashes).
func (c *call) createRef() answer {
	var body struct {
		Ref string `json:"ref"`
		SHA string `json:"sha"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	if !strings.HasPrefix(body.Ref, "refs/") || strings.Count(body.Ref, "/") < 2 {
		return unprocessable("Reference name must start with 'refs/' and have at least two slashes")
	}
	if refusal := c.world.putRef(c.repo, body.Ref, body.SHA, ""); refusal != "" {
		return unprocessable("%s", refusal)
	}
	name := strings.TrimPrefix(body.Ref, "refs/")
	return created(c.repo.showRef(name, c.repo.allRefs()[name]))
}

// putRef makes a ref, or moves it away from what it points at. It returns GitHub's words for why not.
func (w *World) putRef(r *Repository, full, sha, from string) string {
	name := strings.TrimPrefix(full, "refs/")
	kind := r.kindOf(sha)
	now, exists := r.allRefs()[name]
	switch {
	case kind == "":
		return "Object does not exist"
	case from == "" && exists:
		return "Reference already exists"
	case from != "" && (!exists || now.object != from):
		return "Reference cannot be updated: it is at another object"
	case badRef(full):
		return "Reference name is not valid"
	}
	for other := range r.allRefs() {
		// Git keeps refs as files: a/b can't be beside a (git-check-ref-format).
		if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
			return "Reference cannot be created: another one is in its way"
		}
	}
	switch branch, isBranch := strings.CutPrefix(name, "heads/"); {
	case isBranch && kind == "commit":
		r.branch(branch, r.commits[sha])
	case isBranch:
		return "Object is not a commit"
	case strings.HasPrefix(name, "tags/"):
		r.putTag(strings.TrimPrefix(name, "tags/"), sha)
	case w.options.NoCustomRefs:
		return "Reference update failed"
	default:
		r.refs[full] = ref{sha, kind}
	}
	r.touched()
	return ""
}

// putTag makes a tag without starting what runs for tags twice over: it is a push of that tag.
func (r *Repository) putTag(name, sha string) {
	if k := r.commits[sha]; k != nil {
		r.tag(name, sha, "", nil)
		return
	}
	if o := r.objects[sha]; o != nil {
		t := r.tag(name, o.of, o.message, o.tagger)
		t.Object = o.sha
	}
}

// badRef tells what Git refuses of a name (git-check-ref-format).
func badRef(name string) bool {
	for _, part := range strings.Split(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return true
		}
	}
	return strings.ContainsAny(name, " ~^:?*[\\\x7f") || strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.HasSuffix(name, ".")
}

func (c *call) moveRef() answer {
	var body struct {
		SHA   string `json:"sha"`
		Force bool   `json:"force"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	name := c.args["ref"]
	now, exists := c.repo.allRefs()[name]
	if !exists {
		return unprocessable("Reference does not exist")
	}
	if to, from := c.repo.commits[body.SHA], c.repo.commits[now.object]; !body.Force && (to == nil || from == nil || !to.ancestors()[from]) {
		return unprocessable("Update is not a fast forward")
	}
	if refusal := c.world.putRef(c.repo, "refs/"+name, body.SHA, now.object); refusal != "" {
		return unprocessable("%s", refusal)
	}
	return found(c.repo.showRef(name, c.repo.allRefs()[name]))
}

// deleteRef deletes whatever the ref points at: REST compares nothing (REST docs, "Delete a reference").
func (c *call) deleteRef() answer {
	if !c.repo.dropRef(c.args["ref"]) {
		return unprocessable("Reference does not exist")
	}
	return nothing()
}

// dropRef deletes a ref, named without refs/.
func (r *Repository) dropRef(name string) bool {
	if _, exists := r.allRefs()[name]; !exists {
		return false
	}
	switch branch, isBranch := strings.CutPrefix(name, "heads/"); {
	case isBranch:
		r.removeBranch(branch)
	case strings.HasPrefix(name, "tags/"):
		r.removeTag(strings.TrimPrefix(name, "tags/"))
	default:
		delete(r.refs, "refs/"+name)
	}
	r.touched()
	return true
}

// Refs lists the names of the refs outside heads and tags, for tests to look at.
func (r *Repository) Refs() []string {
	defer r.world.enter()()
	return sortedKeys(r.refs)
}

// TaggedRef makes a ref to an annotated tag's object, or moves it, as somebody may who shares refs with others.
func (r *Repository) TaggedRef(full, message, by string) {
	defer r.world.enter()()
	w := r.world
	head := r.resolve("")
	w.serial++
	o := &tagObject{sha: r.hash("tag", message+itoa(w.serial)), tag: "gonogo", message: message, of: head.SHA, kind: "commit", tagger: w.account(by, false), at: w.now}
	r.objects[o.sha] = o
	r.refs[full] = ref{o.sha, "tag"}
}
