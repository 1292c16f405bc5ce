package simulator

import (
	"strings"
	"time"
)

// Repository is one repository with all that has happened in it.
type Repository struct {
	ID        int64
	CreatedAt time.Time

	world         *World
	owner         *Account
	name          string
	description   string
	defaultBranch string
	private       bool
	archived      bool
	gone          bool
	fork          *Repository // what this one was forked from
	updatedAt     time.Time
	pushedAt      time.Time

	commits      map[string]*Commit
	commitOrder  []*Commit
	branches     map[string]*Branch
	branchOrder  []*Branch
	tags         map[string]*Tag
	tagOrder     []*Tag
	refs         map[string]ref // outside heads and tags
	objects      map[string]*tagObject
	pulls        []*PullRequest
	numbered     int // issues and pull requests share their numbers
	issues       []*Issue
	milestones   []*Milestone
	releases     []*Release
	workflows    []*Workflow
	runs         []*Run // oldest first
	runBy        map[int64]*Run
	jobBy        map[int64]*Job
	lanes        map[string]*lane // concurrency groups, lower case
	environments []*Environment
	deployments  []*Deployment // oldest first
	statuses     map[string][]*CommitStatus
	suites       map[string][]*CheckSuite
	artifacts    []*Artifact

	shown     []byte // rendered for other answers, until something changes
	shownFull []byte
}

// Repository returns the repository "owner/name", made if need be: private,
// without commits, its branch to be called main, owned by an organisation.
func (w *World) Repository(fullName string) *Repository {
	defer w.enter()()
	return w.repository(fullName)
}

func (w *World) repository(fullName string) *Repository {
	if r := w.find(fullName); r != nil {
		return r
	}
	owner, name, ok := strings.Cut(fullName, "/")
	if !ok || owner == "" || name == "" {
		panic("simulator: a repository is named owner/name, not " + fullName)
	}
	r := &Repository{
		ID: w.next("repository"), CreatedAt: w.now, world: w, owner: w.account(owner, true), name: name,
		defaultBranch: "main", private: true, updatedAt: w.now, pushedAt: w.now,
		commits: map[string]*Commit{}, branches: map[string]*Branch{}, tags: map[string]*Tag{}, refs: map[string]ref{}, objects: map[string]*tagObject{},
		runBy: map[int64]*Run{}, jobBy: map[int64]*Job{}, lanes: map[string]*lane{},
		statuses: map[string][]*CommitStatus{}, suites: map[string][]*CheckSuite{},
	}
	w.repositories[fold(fullName)] = r
	w.repositoryBy[r.ID] = r
	w.order = append(w.order, r)
	return r
}

// find looks a repository up by its present name, without regard to case.
func (w *World) find(fullName string) *Repository {
	r := w.repositories[fold(fullName)]
	if r == nil || r.gone {
		return nil
	}
	return r
}

// Public makes the repository readable by everybody.
func (r *Repository) Public() *Repository {
	defer r.world.enter()()
	r.private = false
	r.touched()
	return r
}

// Private hides the repository from every token that isn't given access to it, which is how it begins.
func (r *Repository) Private() *Repository {
	defer r.world.enter()()
	r.private = true
	r.touched()
	return r
}

// Archive makes the repository read-only for ever; reading goes on.
func (r *Repository) Archive() *Repository {
	defer r.world.enter()()
	r.archived = true
	r.touched()
	return r
}

// Describe sets the sentence under the repository's name.
func (r *Repository) Describe(sentence string) *Repository {
	defer r.world.enter()()
	r.description = sentence
	r.touched()
	return r
}

// DefaultBranch names the branch that pushes go to unless they say otherwise.
func (r *Repository) DefaultBranch(name string) *Repository {
	defer r.world.enter()()
	r.defaultBranch = name
	r.touched()
	return r
}

// Rename gives the repository another "owner/name". The former name answers 301
// from now on (GitHub docs, "Renaming a repository": "we redirect"; REST docs,
// "Follow redirects": to /repositories/ID).
func (r *Repository) Rename(fullName string) *Repository {
	defer r.world.enter()()
	w := r.world
	former := fold(r.fullName())
	owner, name, _ := strings.Cut(fullName, "/")
	delete(w.repositories, former)
	w.moved[former] = r
	delete(w.moved, fold(fullName))
	r.owner, r.name = w.account(owner, true), name
	w.repositories[fold(fullName)] = r
	r.touched()
	return r
}

// Remove deletes the repository: it answers 404 from now on.
func (r *Repository) Remove() {
	defer r.world.enter()()
	r.gone = true
}

// FullName is "owner/name", as it is now.
func (r *Repository) FullName() string {
	defer r.world.enter()()
	return r.fullName()
}

func (r *Repository) fullName() string { return r.owner.Login + "/" + r.name }

// touched notes a change that other answers show.
func (r *Repository) touched() {
	r.updatedAt = r.world.now
	r.shown, r.shownFull = nil, nil
}

// resolve finds the commit that a branch, a tag, a full or shortened hash, or
// "heads/…", "tags/…" names; "" is the default branch.
func (r *Repository) resolve(name string) *Commit {
	if name == "" || name == "HEAD" {
		name = r.defaultBranch
	}
	if c := r.commits[name]; c != nil {
		return c
	}
	name = strings.TrimPrefix(name, "refs/")
	if b := r.branches[strings.TrimPrefix(name, "heads/")]; b != nil {
		return b.head
	}
	if t := r.tags[strings.TrimPrefix(name, "tags/")]; t != nil {
		return t.Commit
	}
	if len(name) >= 7 && len(name) < 40 {
		for _, c := range r.commitOrder {
			if strings.HasPrefix(c.SHA, name) {
				return c
			}
		}
	}
	return nil
}

// must resolves a name that a builder was given.
func (r *Repository) must(name string) *Commit {
	c := r.resolve(name)
	if c == nil {
		panic("simulator: " + r.fullName() + " has no commit called " + name)
	}
	return c
}
