package simulator

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Commit is one commit.
type Commit struct {
	SHA     string
	Message string
	Author  *Account
	Time    time.Time
	Parents []*Commit
	Pull    *PullRequest // that brought it, if any

	repo  *Repository
	index int               // place in the repository's history
	files map[string]string // content by path; shared with the parent where nothing changed
	tree  string
	shown []byte
}

// Change is what a push brings: one commit.
type Change struct {
	Message string
	By      string            // login; octocat unless set
	Branch  string            // the default branch unless set
	Files   map[string]string // content by path
	Removed []string          // paths
	// Outcomes decide how jobs and steps end in runs of this commit, by
	// "job" or "job/step"; the others end as their workflow says.
	Outcomes Outcomes
	// Quiet pushes start no workflow, as one made with GITHUB_TOKEN
	// (GitHub docs, "Triggering a workflow from a workflow").
	Quiet bool
}

// Outcomes are conclusions by job name, "job/step" or, for a whole workflow, its file name.
type Outcomes map[string]string

// Push adds a commit to a branch and starts the workflows that run for it. A
// change without files touches main.go.
func (r *Repository) Push(c Change) *Commit {
	defer r.world.enter()()
	commit := r.commit(c, nil, nil)
	r.pushed(commit, c, commit.Author)
	return commit
}

// pushed moves the branch and lets workflows notice.
func (r *Repository) pushed(commit *Commit, c Change, by *Account) {
	branch := c.Branch
	if branch == "" {
		branch = r.defaultBranch
	}
	r.branch(branch, commit)
	r.pushedAt = r.world.now
	r.touched()
	if !c.Quiet {
		r.fire(trigger{event: "push", commit: commit, ref: branch, actor: by, outcomes: c.Outcomes})
	}
}

// commit records a commit on top of its branch (or of base) without moving the branch.
func (r *Repository) commit(c Change, base, merged *Commit) *Commit {
	w := r.world
	if base == nil {
		name := c.Branch
		if name == "" {
			name = r.defaultBranch
		}
		if b := r.branches[name]; b != nil {
			base = b.head
		} else if d := r.branches[r.defaultBranch]; d != nil {
			base = d.head
		}
	}
	if c.Message == "" {
		c.Message = "Change " + strconv.Itoa(len(r.commitOrder)+1)
	}
	n := &Commit{Message: c.Message, Author: w.account(c.By, false), Time: w.now, repo: r, index: len(r.commitOrder)}
	if base != nil {
		n.Parents = append(n.Parents, base)
		n.files = base.files
	}
	if merged != nil {
		n.Parents = append(n.Parents, merged)
	}
	if c.Files == nil && c.Removed == nil {
		c.Files = map[string]string{"main.go": "package main\n\n// " + strconv.Itoa(n.index+1) + ": " + firstLine(c.Message) + "\n"}
	}
	if len(c.Files)+len(c.Removed) > 0 {
		files := make(map[string]string, len(n.files)+len(c.Files))
		for p, content := range n.files {
			files[p] = content
		}
		for p, content := range c.Files {
			files[p] = content
		}
		for _, p := range c.Removed {
			delete(files, p)
		}
		n.files = files
	}
	n.tree = r.hash("tree", strconv.Itoa(n.index))
	n.SHA = r.hash("commit", strconv.Itoa(n.index)+"\n"+n.Message)
	r.commits[n.SHA] = n
	r.commitOrder = append(r.commitOrder, n)
	return n
}

// hash gives an object its name. It depends on the seed, the repository and the object alone.
func (r *Repository) hash(kind, what string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "%d\n%d\n%s\n%s", r.world.options.Seed, r.ID, kind, what))
	return hex.EncodeToString(sum[:])
}

// Title is the first line of the message.
func (c *Commit) Title() string { return firstLine(c.Message) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// ancestors are the commit and all that lead to it.
func (c *Commit) ancestors() map[*Commit]bool {
	seen := map[*Commit]bool{c: true}
	for next := []*Commit{c}; len(next) > 0; {
		last := next[len(next)-1]
		next = next[:len(next)-1]
		for _, p := range last.Parents {
			if !seen[p] {
				seen[p] = true
				next = append(next, p)
			}
		}
	}
	return seen
}
