package model

import (
	"strings"
	"time"
)

// RunStatus is GitHub's status of a run, job or step; values not yet invented pass through.
type RunStatus string

// GitHub's statuses of runs and jobs (REST docs, workflow runs).
const (
	StatusRequested  RunStatus = "requested"
	StatusQueued     RunStatus = "queued"
	StatusPending    RunStatus = "pending" // waits for its concurrency group
	StatusWaiting    RunStatus = "waiting" // waits for a protection rule
	StatusInProgress RunStatus = "in_progress"
	StatusCompleted  RunStatus = "completed"
)

// Conclusion is how a run, job, step or check ended; empty while it hasn't.
type Conclusion string

// GitHub's conclusions.
const (
	Success        Conclusion = "success"
	Failure        Conclusion = "failure"
	Neutral        Conclusion = "neutral"
	Cancelled      Conclusion = "cancelled"
	Skipped        Conclusion = "skipped"
	TimedOut       Conclusion = "timed_out"
	ActionRequired Conclusion = "action_required"
	Stale          Conclusion = "stale"
	StartupFailure Conclusion = "startup_failure"
)

// Run is a workflow run in its newest attempt.
type Run struct {
	ID           int64
	Workflow     string // path without its @ref: .github/workflows/ci.yml
	WorkflowName Text
	WorkflowID   int64
	Title        Text // display title; the only place where a run shows its inputs (run-name)
	Number       int
	Attempt      int
	Event        string
	Branch       string
	SHA          SHA
	HeadRepo     string // owner/name; differs from the repository's for a fork
	Actor        Text
	Status       RunStatus
	Conclusion   Conclusion
	CreatedAt    time.Time
	StartedAt    time.Time // of this attempt
	UpdatedAt    time.Time // for a completed run: when it ended
	URL          string
}

// File is the workflow's file name, as the configuration names it.
func (r Run) File() string {
	path, _, _ := strings.Cut(r.Workflow, "@")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// Done reports whether the run has completed.
func (r Run) Done() bool { return r.Status == StatusCompleted }

// Duration is how long the attempt took, or has taken so far; zero where the times make no sense.
func (r Run) Duration(now time.Time) time.Duration {
	end := now
	if r.Done() {
		end = r.UpdatedAt
	}
	if r.StartedAt.IsZero() || end.Before(r.StartedAt) {
		return 0
	}
	return end.Sub(r.StartedAt)
}

// Job is a job of a run's attempt.
type Job struct {
	ID          int64
	RunID       int64
	Attempt     int
	Name        Text
	Status      RunStatus
	Conclusion  Conclusion
	CreatedAt   time.Time
	StartedAt   time.Time
	CompletedAt time.Time
	Runner      Text
	URL         string
	Steps       []Step
}

// Step is a step of a job.
type Step struct {
	Number      int
	Name        Text
	Status      RunStatus
	Conclusion  Conclusion
	StartedAt   time.Time
	CompletedAt time.Time
}

// CommitCheck is a commit status or a check run: CI outside Actions, or an Actions job's.
type CommitCheck struct {
	SHA         SHA
	Name        string // context of a status, name of a check run
	App         Text   // the GitHub app of a check run; empty for a status
	FromActions bool   // made by GitHub Actions itself: its run is counted already
	Status      RunStatus
	Conclusion  Conclusion // a status' success, failure, error (as failure) and pending (as none)
	Summary     Text
	StartedAt   time.Time
	CompletedAt time.Time
	URL         string
}
