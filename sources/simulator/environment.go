package simulator

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Environment is an environment of a repository with its protection.
type Environment struct {
	ID        int64
	Name      string
	CreatedAt time.Time

	repo      *Repository
	updatedAt time.Time
	rules     Protection
	reviewers []reviewer
	ruleIDs   [3]int64 // wait timer, reviewers, branch policy
	policies  []policy
}

// Protection are an environment's rules (GitHub docs, "Managing environments for deployment").
type Protection struct {
	Reviewers         []string // logins, or "organisation/team"; up to six, one suffices
	PreventSelfReview bool
	WaitTimer         time.Duration // whole minutes, 1 to 43,200
	ProtectedBranches bool          // only protected branches may deploy
	Branches          []string      // globs of branches that may deploy
	Tags              []string      // globs of tags that may deploy
}

type reviewer struct {
	user *Account
	team *Team
}

type policy struct {
	id   int64
	kind string // branch or tag
	glob string
}

// Approval is a review of a run's waiting jobs.
type Approval struct {
	State        string // approved or rejected
	User         *Account
	Comment      string
	Environments []*Environment
	At           time.Time
}

// Environment makes an environment or changes its rules. Deploying to an
// unknown one makes it, without rules (GitHub docs, "Managing environments").
func (r *Repository) Environment(name string, p Protection) *Environment {
	defer r.world.enter()()
	e := r.environment(name)
	e.rules, e.updatedAt = p, r.world.now
	e.reviewers, e.policies = nil, nil
	for _, who := range p.Reviewers {
		e.reviewers = append(e.reviewers, r.world.reviewer(who))
	}
	for _, g := range p.Branches {
		e.policies = append(e.policies, policy{r.world.next("policy"), "branch", g})
	}
	for _, g := range p.Tags {
		e.policies = append(e.policies, policy{r.world.next("policy"), "tag", g})
	}
	return e
}

// RemoveEnvironment deletes an environment; deployments to it stay.
func (r *Repository) RemoveEnvironment(name string) {
	defer r.world.enter()()
	r.environments = slices.DeleteFunc(r.environments, func(e *Environment) bool { return fold(e.Name) == fold(name) })
}

// findEnvironment knows no case, as GitHub (GitHub docs, "Managing environments":
// names are not case sensitive).
func (r *Repository) findEnvironment(name string) *Environment {
	for _, e := range r.environments {
		if fold(e.Name) == fold(name) {
			return e
		}
	}
	return nil
}

func (r *Repository) environment(name string) *Environment {
	if e := r.findEnvironment(name); e != nil {
		return e
	}
	w := r.world
	e := &Environment{ID: w.next("environment"), Name: name, CreatedAt: w.now, repo: r, updatedAt: w.now}
	for i := range e.ruleIDs {
		e.ruleIDs[i] = w.next("rule")
	}
	r.environments = append(r.environments, e)
	return e
}

func (w *World) reviewer(who string) reviewer {
	for i := range who {
		if who[i] == '/' {
			org, slug := who[:i], fold(who[i+1:])
			t := w.team(org, slug)
			if t == nil {
				t = &Team{ID: w.next("team"), Name: who[i+1:], Slug: slug, Organisation: w.account(org, true)}
				w.teams = append(w.teams, t)
			}
			return reviewer{team: t}
		}
	}
	return reviewer{user: w.account(who, false)}
}

// guarded tells whether the environment has any rule.
func (e *Environment) guarded() bool {
	return e.asks() || e.rules.WaitTimer > 0 || e.rules.ProtectedBranches || len(e.policies) > 0
}

// asks tells whether the environment asks anybody.
func (e *Environment) asks() bool { return len(e.reviewers) > 0 }

// mayReview tells whether somebody may review a run's deployment here.
func (e *Environment) mayReview(a *Account, n *Run) bool {
	if e.rules.PreventSelfReview && n.attempt().actor == a {
		return false
	}
	for _, r := range e.reviewers {
		if r.user == a || r.team != nil && r.team.has(a) {
			return true
		}
	}
	return false
}

// admits tells whether a branch or tag may deploy here. A policy for branches
// says nothing about tags and the other way round: each needs its own.
func (e *Environment) admits(n *Run) bool {
	r := e.repo
	_, isTag := r.tags[n.Branch]
	if b := r.branches[n.Branch]; b != nil {
		isTag = false
	}
	switch {
	case e.rules.ProtectedBranches:
		b := r.branches[n.Branch]
		return b != nil && b.protected
	case len(e.policies) > 0:
		for _, p := range e.policies {
			if (p.kind == "tag") == isTag && glob(p.glob, n.Branch) {
				return true
			}
		}
		return false
	default:
		return true
	}
}

// ErrReview reports a review that GitHub refuses.
var ErrReview = errors.New("review refused")

// Approve approves every job of the run that waits for a review by this person.
func (n *Run) Approve(by, comment string) error { return n.Review(by, "approved", comment) }

// Reject refuses the run's waiting jobs, which then fail.
func (n *Run) Reject(by, comment string) error { return n.Review(by, "rejected", comment) }

// Review approves ("approved") or refuses ("rejected") the run's waiting jobs.
func (n *Run) Review(by, state, comment string) error {
	defer n.repo.world.enter()()
	return n.review(n.repo.world.account(by, false), state, comment, nil)
}

// review reviews the jobs that wait for the environments of those numbers; none means all.
func (n *Run) review(who *Account, state, comment string, environments []int64) error {
	a := &Approval{State: state, User: who, Comment: comment, At: n.repo.world.now}
	var reviewed []*Job
	for _, j := range n.attempt().jobs {
		if j.status == Waiting && !j.approved && j.environment.asks() && j.environment.mayReview(who, n) &&
			(len(environments) == 0 || slices.Contains(environments, j.environment.ID)) {
			a.Environments = append(a.Environments, j.environment)
			reviewed = append(reviewed, j)
		}
	}
	if len(reviewed) == 0 {
		return fmt.Errorf("%s reviews run %d: nothing waits for this person: %w", who.Login, n.ID, ErrReview)
	}
	n.approvals = append(n.approvals, a)
	for _, j := range reviewed {
		if state == "approved" {
			j.approved = true
			j.released()
		} else {
			j.refuse()
		}
	}
	return nil
}
