package simulator

import (
	"slices"
	"time"
)

// PullRequest proposes the head of a branch for another branch.
type PullRequest struct {
	ID        int64
	Number    int
	Title     string
	Author    *Account
	Head      *Commit
	HeadRef   string
	BaseRef   string
	CreatedAt time.Time
	Labels    []string

	repo      *Repository
	headRepo  *Repository // another one for a fork's
	assignees []*Account
	milestone *Milestone
	merged    *Commit
	mergedAt  time.Time
	closedAt  time.Time
	base      *Commit
	closes    []*Issue
	changedAt time.Time
}

// Proposal is what a pull request is opened with.
type Proposal struct {
	Title     string
	By        string
	Branch    string // its own; derived from the number unless set
	Base      string // the default branch unless set
	Fork      string // "owner/name" of a fork that the branch lies in
	Files     map[string]string
	Removed   []string
	Labels    []string
	Outcomes  Outcomes
	Closes    []*Issue // by a keyword in its text
	Assignees []string
	Milestone string
}

// Pull opens a pull request with one commit, which starts the workflows that
// run for pull requests.
func (r *Repository) Pull(p Proposal) *PullRequest {
	defer r.world.enter()()
	w := r.world
	r.numbered++
	if p.Base == "" {
		p.Base = r.defaultBranch
	}
	pr := &PullRequest{
		ID: w.next("pull"), Number: r.numbered, Title: p.Title, Author: w.account(p.By, false), HeadRef: p.Branch,
		BaseRef: p.Base, CreatedAt: w.now, Labels: p.Labels, repo: r, headRepo: r,
	}
	if pr.HeadRef == "" {
		pr.HeadRef = "change-" + itoa(pr.Number)
	}
	pr.base = r.resolve(p.Base)
	pr.Head = r.commit(Change{Message: p.Title, By: p.By, Branch: p.Base, Files: p.Files, Removed: p.Removed}, pr.base, nil)
	if p.Fork != "" {
		pr.headRepo = r.forked(p.Fork)
		pr.headRepo.branch(pr.HeadRef, pr.Head)
	} else {
		r.branch(pr.HeadRef, pr.Head)
	}
	pr.milestone, pr.changedAt = r.milestone(p.Milestone), w.now
	for _, login := range p.Assignees {
		pr.assignees = append(pr.assignees, w.account(login, false))
	}
	for _, issue := range p.Closes {
		pr.link(issue)
	}
	r.pulls = append(r.pulls, pr)
	w.pullBy[pr.ID] = pr
	r.fire(trigger{event: "pull_request", commit: pr.Head, ref: pr.HeadRef, actor: pr.Author, pull: pr, head: pr.headRepo, outcomes: p.Outcomes})
	return pr
}

// Merge squashes the pull request into its base branch and closes it.
func (p *PullRequest) Merge(by string) *Commit {
	return p.MergeWith(by, nil)
}

// MergeWith merges, and decides how the runs of the merge commit end.
func (p *PullRequest) MergeWith(by string, outcomes Outcomes) *Commit {
	defer p.repo.world.enter()()
	r, w := p.repo, p.repo.world
	change := Change{Message: p.Title + " (#" + itoa(p.Number) + ")", By: p.Author.Login, Branch: p.BaseRef, Files: map[string]string{}, Outcomes: outcomes}
	change.Files, change.Removed = changes(p.base, p.Head)
	c := r.commit(change, nil, nil)
	c.Pull = p
	p.merged, p.mergedAt, p.closedAt = c, w.now, w.now
	w.finished(p)
	if p.BaseRef == r.defaultBranch {
		for _, issue := range p.closes {
			issue.close(w.account(by, false), "completed")
		}
	}
	r.pushed(c, change, w.account(by, false))
	return c
}

// Close closes the pull request without merging it.
func (p *PullRequest) Close() {
	defer p.repo.world.enter()()
	p.closedAt = p.repo.world.now
	p.repo.world.finished(p)
}

// Link makes the pull request one that closes an issue, of any repository, when it is merged into the default branch
// (GitHub docs, "Linking a pull request to an issue").
func (p *PullRequest) Link(i *Issue) {
	defer p.repo.world.enter()()
	p.link(i)
}

func (p *PullRequest) link(i *Issue) {
	p.closes = append(p.closes, i)
	i.pulls = append(i.pulls, p)
	p.changedAt, i.changedAt = p.repo.world.now, p.repo.world.now
}

// Label replaces the pull request's labels.
func (p *PullRequest) Label(labels ...string) {
	defer p.repo.world.enter()()
	p.Labels, p.changedAt = slices.Clone(labels), p.repo.world.now
}

// forked is a fork of the repository, made if need be.
func (r *Repository) forked(fullName string) *Repository {
	f := r.world.repository(fullName)
	if f.fork == nil && f != r {
		f.fork = r
		f.private = r.private
	}
	return f
}

// pullOf is the pull request that brought a commit or has it as its head.
func (r *Repository) pullsOf(c *Commit) []*PullRequest {
	var found []*PullRequest
	for _, p := range r.pulls {
		if p.Head == c || p.merged == c {
			found = append(found, p)
		}
	}
	return found
}

// updated is when the pull request last changed.
func (p *PullRequest) updated() time.Time {
	if p.closedAt.After(p.changedAt) {
		return p.closedAt
	}
	return p.changedAt
}
