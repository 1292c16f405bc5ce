package simulator

import "slices"

// Branch is a branch; its head moves.
type Branch struct {
	Name string

	head      *Commit
	protected bool
}

// Tag is a tag, light or annotated. It does not move.
type Tag struct {
	Name    string
	Commit  *Commit
	Object  string // hash of the annotated tag's object; empty for a light tag
	Message string
	Tagger  *Account
}

// ref is a reference outside heads and tags.
type ref struct {
	object string // hash
	kind   string // commit or tag
}

// Branch makes a branch at a commit (by any name of it), or moves it there.
func (r *Repository) Branch(name, at string) *Branch {
	defer r.world.enter()()
	return r.branch(name, r.must(at))
}

func (r *Repository) branch(name string, head *Commit) *Branch {
	b := r.branches[name]
	if b == nil {
		b = &Branch{Name: name}
		r.branches[name] = b
		r.branchOrder = append(r.branchOrder, b)
	}
	b.head = head
	return b
}

// RemoveBranch deletes a branch; its commits stay.
func (r *Repository) RemoveBranch(name string) {
	defer r.world.enter()()
	r.removeBranch(name)
}

func (r *Repository) removeBranch(name string) {
	delete(r.branches, name)
	r.branchOrder = slices.DeleteFunc(r.branchOrder, func(b *Branch) bool { return b.Name == name })
}

// RemoveTag deletes a tag; a release of it stays.
func (r *Repository) RemoveTag(name string) {
	defer r.world.enter()()
	r.removeTag(name)
}

func (r *Repository) removeTag(name string) {
	delete(r.tags, name)
	r.tagOrder = slices.DeleteFunc(r.tagOrder, func(t *Tag) bool { return t.Name == name })
}

// Protect protects a branch.
func (r *Repository) Protect(branch string) {
	defer r.world.enter()()
	if b := r.branches[branch]; b != nil {
		b.protected = true
	}
}

// Head is the newest commit of a branch, nil where there is none; "" is the default branch.
func (r *Repository) Head(branch string) *Commit {
	defer r.world.enter()()
	return r.resolve(branch)
}

// Tag makes a light tag at a commit (by any name of it; "" is the default
// branch's head) and starts the workflows that run for it.
func (r *Repository) Tag(name, at string) *Tag {
	defer r.world.enter()()
	return r.tag(name, at, "", nil)
}

// AnnotatedTag makes a tag with an object, a message and a tagger of its own.
func (r *Repository) AnnotatedTag(name, at, message, by string) *Tag {
	defer r.world.enter()()
	return r.tag(name, at, message, r.world.account(by, false))
}

func (r *Repository) tag(name, at, message string, by *Account) *Tag {
	t := &Tag{Name: name, Commit: r.must(at), Message: message, Tagger: by}
	if by != nil {
		t.Object = r.hash("tag", name+"\n"+message)
	}
	if r.tags[name] == nil {
		r.tagOrder = append(r.tagOrder, t)
	} else {
		for i, old := range r.tagOrder {
			if old.Name == name {
				r.tagOrder[i] = t
			}
		}
	}
	r.tags[name] = t
	r.pushedAt = r.world.now
	r.touched()
	who := by
	if who == nil {
		who = t.Commit.Author
	}
	r.fire(trigger{event: "push", commit: t.Commit, ref: name, tag: true, actor: who})
	return t
}
