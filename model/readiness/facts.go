package readiness

import (
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
)

// Facts is everything known of one service. The rules sort what they need sorted: the order of the lists is only a
// promise to readers.
type Facts struct {
	Service     model.Service
	Freezes     []model.Freeze
	Repository  model.Repository
	Branch      model.Branch
	Releases    []model.Release    // newest first by PublishedAt; drafts may be among them and are ignored
	Deployments []model.Deployment // newest first (CreatedAt, ID), of all environments, bounded
	Protections []model.Protection
	Runs        []model.Run // newest first: the recent list merged with those read by commit, unique by ID
	Checks      []model.CommitCheck
	Commits     map[model.SHA]CommitPaths // what single commits changed, for ci_ignore
	Comparisons []model.Comparison
	Pending     []model.PendingDeployment
	Marks       []operation.Mark // locks, holds, vetoes and ticks of the service, as they were seen
	Samples     []model.Sample   // newest first; at least as far back as the longest soak
	Coverage    []model.Coverage
	Tests       []model.Tests
	Dispatches  []model.Dispatch      // how workflows are dispatched, at the commits of what could be gone back to
	Needed      []model.Needed        // what is left of what releases need to be deployed again
	ReportFlaws []model.ReportProblem // reports that could not be read, or not in full
	Sprint      *model.SprintSource   // where sprints come from; nil: nowhere
	Board       *model.SprintBoard    // the fleet's; nil: none was read
	Reads       []model.Read          // when and how well each signal was read
	Viewer      string                // login of the token's owner; empty where unknown

	sorted map[[2]string][]*model.Sample // by environment and check, while they are assessed
}

// CommitPaths is a commit with the paths that it changed against its first parent.
type CommitPaths struct {
	Commit model.Commit
	Paths  []string
	Cut    bool // GitHub's bound of 3,000 files, or ours, cut the list
}

// SubjectDeploy is the subject of SignalRuns for the newest runs of deploy.repo, where a service is deployed from
// another repository than its own. Without deploy.repo nothing is read under it.
const SubjectDeploy = "deploy"

// HealthSubject is the subject of SignalHealth for one check of an environment.
func HealthSubject(environment, check string) string { return environment + "/" + check }

// ComparisonSubject is the subject of SignalComparison.
func ComparisonSubject(base, head model.SHA) string { return string(base) + "..." + string(head) }

// Read says when and how well a signal was read; the zero value (never) where nothing is known of it.
func (f *Facts) Read(s model.Signal, subject string) model.Read {
	for i := range f.Reads {
		if f.Reads[i].Signal == s && f.Reads[i].Subject == subject {
			return f.Reads[i]
		}
	}
	return model.Read{Signal: s, Subject: subject}
}

// Comparison returns GitHub's comparison base...head. Two equal commits are identical without being asked for.
func (f *Facts) Comparison(base, head model.SHA) (model.Comparison, bool) {
	if base == head && base != "" {
		return model.Comparison{Base: base, Head: head, Status: "identical"}, true
	}
	for i := range f.Comparisons {
		if c := &f.Comparisons[i]; c.Base == base && c.Head == head && comparisonStands(c) {
			return *c, true
		}
	}
	return model.Comparison{}, false
}

// comparisonStands reports whether a comparison agrees with itself; one that doesn't is malformed and proves nothing.
func comparisonStands(c *model.Comparison) bool {
	switch c.Status {
	case "ahead":
		return c.Ahead > 0 && c.Behind == 0
	case "behind":
		return c.Behind > 0 && c.Ahead == 0
	case "diverged":
		return c.Ahead > 0 && c.Behind > 0
	case "identical":
		return c.Ahead == 0 && c.Behind == 0
	}
	return false
}

// protection returns what GitHub asks before a job may deploy to the environment. Environment names know no case on
// GitHub (REST docs, "Deployment environments").
func (f *Facts) protection(env *model.Environment) (model.Protection, bool) {
	for _, p := range f.Protections {
		if sameEnvironment(p.Environment, env.GitHub) {
			return p, true
		}
	}
	return model.Protection{}, false
}

// ownRepository reports whether a run's head repository is the service's own, under its old or its new name.
func (f *Facts) ownRepository(headRepo string) bool {
	return headRepo != "" && (strings.EqualFold(headRepo, f.Repository.FullName) || strings.EqualFold(headRepo, f.Service.Repo.FullName()))
}

func sameEnvironment(a, b string) bool { return strings.EqualFold(a, b) }
