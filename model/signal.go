package model

import "time"

// Signal is one kind of facts that is read, kept and aged on its own.
type Signal string

// The signals. The subject of a reading narrows it: a commit, a run, a comparison, an environment's check.
const (
	SignalRepository   Signal = "repository"   // no subject
	SignalBranch       Signal = "branch"       // no subject: the service's branch and its head
	SignalReleases     Signal = "releases"     // no subject: releases and tags
	SignalDeployments  Signal = "deployments"  // no subject
	SignalEnvironments Signal = "environments" // no subject: protection rules and policies
	SignalRuns         Signal = "runs"         // no subject: the newest runs of all workflows
	SignalCommitRuns   Signal = "commit-runs"  // subject: SHA; every run of that commit
	SignalCommitChecks Signal = "checks"       // subject: SHA; statuses and check runs
	SignalCommit       Signal = "commit"       // subject: SHA; the commit itself with its changed paths
	SignalComparison   Signal = "comparison"   // subject: BASE...HEAD
	SignalJobs         Signal = "jobs"         // subject: run ID
	SignalLog          Signal = "log"          // subject: RUN/JOB; the log of a job that has ended
	SignalPending      Signal = "pending"      // subject: run ID; whose review it awaits
	SignalHealth       Signal = "health"       // subject: environment/check
	SignalReports      Signal = "reports"      // subject: SHA; coverage and tests out of the artifacts of its runs
	SignalDispatch     Signal = "dispatch"     // subject: FILE@SHA; how a workflow is dispatched, as that commit has it
	SignalArtifact     Signal = "artifact"     // subject: SHA TAG RULE; whether what a release needs to be deployed again is there
	SignalMarks        Signal = "marks"        // no subject: locks, holds, vetoes and ticks, which people share as refs
	SignalOperation    Signal = "operation"    // no subject, never read: an operation of the service has come on
	SignalSprint       Signal = "sprint"       // no subject: the sprint board
)

// MaxAge is how old a signal's facts may be and still support a GO. What a commit, a comparison of two commits and a
// commit's own paths say never changes; zero says so. Health has each check's own maximum.
func (s Signal) MaxAge() time.Duration {
	switch s {
	case SignalDeployments, SignalRuns, SignalCommitRuns, SignalCommitChecks, SignalJobs, SignalPending, SignalMarks:
		return 15 * time.Minute
	case SignalReleases, SignalBranch:
		return 30 * time.Minute
	case SignalSprint:
		return 2 * time.Hour // a person moves items, not a machine
	case SignalEnvironments, SignalRepository, SignalArtifact:
		return 6 * time.Hour
	}
	return 0
}

// Problem is what kept a signal from being read, so that rules and screen need not parse sentences.
type Problem string

// The problems of a reading.
const (
	NoProblem        Problem = ""
	ProblemNetwork   Problem = "network"   // no answer
	ProblemTimeout   Problem = "timeout"   // no answer in time
	ProblemServer    Problem = "server"    // 5xx
	ProblemLimit     Problem = "limit"     // primary or secondary rate limit
	ProblemToken     Problem = "token"     // 401, or none
	ProblemForbidden Problem = "forbidden" // 403: a permission is missing
	ProblemMissing   Problem = "missing"   // 404
	ProblemMalformed Problem = "malformed" // an answer that can't be understood
	ProblemUntrusted Problem = "untrusted" // the configuration isn't trusted, so it was not asked
)

// Read says when and how well a signal was read. The zero value says: never.
type Read struct {
	Signal  Signal
	Subject string
	// At is when the facts in the cache were last known to be true: the last full answer, or 304. Zero: never.
	At time.Time
	// TriedAt is the last attempt; when it failed, Problem and Why say how and Until when it is tried again.
	TriedAt time.Time
	Problem Problem
	Why     Text
	Until   time.Time
	// Cut says that GitHub's bounds or ours cut the list: "at least" what is here.
	Cut     bool
	Request string // the request it came from, e.g. GET /repos/acme/api/deployments
}

// OK reports whether there are facts at all.
func (r Read) OK() bool { return !r.At.IsZero() }

// Fresh reports whether the facts are young enough to support a GO. A reading from the future (a clock that was set
// back) by more than a minute is not fresh: its age is unknown.
func (r Read) Fresh(now time.Time) bool {
	if !r.OK() || r.At.After(now.Add(time.Minute)) {
		return false
	}
	limit := r.Signal.MaxAge()
	return limit == 0 || now.Sub(r.At) <= limit
}

// Changed announces that the cache has news.
type Changed struct {
	Service string
	Signal  Signal
}
