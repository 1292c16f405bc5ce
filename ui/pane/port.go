package pane

import (
	"context"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/joblog"
)

// Source is all that panes and details may ask for. Every method but Events is called in
// commands, never while drawing; none waits for the network, each answers from the cache.
type Source interface {
	// Board is what is known of every service.
	Board(ctx context.Context) (Board, error)
	// Detail is everything known of one service.
	Detail(ctx context.Context, service string) (Detail, error)
	// Jobs are a run's jobs as far as they were read; when they are missing or may have
	// changed they are read soon, and Events tells.
	Jobs(ctx context.Context, service string, run int64) (Jobs, error)
	// SampleHistory is what a check has answered since a moment, oldest first.
	SampleHistory(ctx context.Context, service, environment, check string, since time.Time) ([]model.Sample, error)
	// RunHistory is the completed runs of a workflow since a moment, oldest first.
	RunHistory(ctx context.Context, service, workflow string, since time.Time) ([]model.Run, error)
	// CoverageFiles is every file of a commit's coverage, sorted by path: what the facts hold only in part.
	CoverageFiles(ctx context.Context, service string, of model.SHA) ([]model.FileCoverage, error)
	// CoverageHistory is the coverage of the service's commits since a moment, oldest first.
	CoverageHistory(ctx context.Context, service string, since time.Time) ([]model.CoveragePoint, error)
	// Log is what is known of a job's log, which is read as soon as the job has ended. Events
	// tells when there is more of it.
	Log(ctx context.Context, service string, run, job int64) (Log, error)
	// LogPiece is a piece of a log, which begins with the line first.
	LogPiece(ctx context.Context, log int64, number, first int) (*joblog.Piece, error)
	// Select says which service is looked at, so that it is read soonest; empty is none.
	Select(service string)
	// Refresh asks to read these services again now; none means all.
	Refresh(services ...string)
	// Events tells what has changed in the cache. It is closed when the source ends. The
	// zero Changed says that something about the whole has changed: its Status.
	Events() <-chan model.Changed
}

// What a source tells; the types are the board's, so that the headless commands show the same.
type (
	Board      = board.Board
	ServiceRun = board.ServiceRun
	Detail     = board.Detail
	Jobs       = board.Jobs
	Log        = board.Log
	Status     = board.Status
	Budget     = board.Budget
	Progress   = board.Progress
)
