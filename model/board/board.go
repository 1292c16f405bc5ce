// Package board is what is told of a fleet: to the cockpit, to the headless commands, to whoever asks. It holds values
// only; sources fill them from the cache, and the floors above draw them.
package board

import (
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// Board is the whole fleet at a glance.
type Board struct {
	Name         string              // of the fleet
	Services     []readiness.Summary // in the configuration's order, expired ones demoted
	Runs         []ServiceRun        // the newest runs of all services, newest first, bounded
	SprintSource *model.SprintSource // where sprints come from; nil: none are configured
	// Sprint is the sprint board: all its sprints, the items of the current ones and their history; nil where there is
	// none or none was read, which SprintRead tells.
	Sprint     *model.SprintBoard
	SprintRead model.Read
	Denied     []Denied // what the tokens may not do, as far as it is known
	Status     Status
}

// ServiceRun is a run and the service that it belongs to.
type ServiceRun struct {
	Service string
	Run     model.Run
}

// Detail is one service in full.
type Detail struct {
	Service    string
	Facts      readiness.Facts
	Assessment readiness.Assessment
}

// Jobs are the jobs of a run, those of its newest attempt first, and how well they were read.
type Jobs struct {
	Jobs []model.Job
	Read model.Read
}

// Newest is the number of the newest attempt that has jobs.
func (j Jobs) Newest() int {
	if len(j.Jobs) == 0 {
		return 1
	}
	return max(1, j.Jobs[0].Attempt)
}

// OfAttempt are the jobs of one attempt.
func (j Jobs) OfAttempt(attempt int) (list []model.Job) {
	for _, job := range j.Jobs {
		if max(1, job.Attempt) == max(1, attempt) {
			list = append(list, job)
		}
	}
	return list
}

// Status is what the header tells of the whole.
type Status struct {
	ReadAt   time.Time // how old the oldest verdict's facts are; zero: nothing was read yet
	Factor   float64   // how much faster than real time the demo runs; 0 or 1: it is real
	Demo     bool
	Offline  bool      // nothing can be reached
	Why      string    // why it is offline, or why reading is held up
	ReadOnly string    // why the person asked for no actions; empty: they didn't
	Lifted   time.Time // until when they have lifted that
	Trust    string    // empty where the configuration is trusted; else the sentence that says what is missing
	Notices  []string  // sentences: "the cache was damaged and has been rebuilt"
	Budgets  []Budget  // one a host that was asked
	Progress []Progress
	// Discovery says how the fleet was found where no configuration says it; nil: one does.
	Discovery *Discovery
}

// Discovery is how a fleet was found in a clone and on GitHub.
type Discovery struct {
	Repo, Host string
	Why        string   // where the repository's name is from: "remote origin"
	Found      bool     // there is something to look at
	Problem    string   // why the last look failed; empty: it didn't
	Notes      []string // what could not be read, what was left out, what was taken of several
}

// Sentence says where the fleet comes from, or how far the search for it is.
func (d *Discovery) Sentence() string {
	switch {
	case d == nil:
		return ""
	case d.Found:
		return "discovered from " + d.from() + "; gonogo init writes it down"
	case d.Problem != "":
		return d.Repo + " could not be discovered: " + d.Problem
	}
	return "looking at " + d.Repo + " on " + d.Host + ": environments, workflows, releases, deployments"
}

// Budget is what a host lets us ask.
type Budget struct {
	Host             string
	Limit, Remaining int
	Reset            time.Time
	Until            time.Time // reading stands still until then; zero: it doesn't
	Why              string    // why it stands still
}

// Progress is how far a service's first synchronisation has come. Services whose verdict
// is there have none.
type Progress struct {
	Service string
	Reading []model.Signal // under way
	Done    []model.Signal
	Waiting []model.Signal
	Failed  []model.Read // with the reason
}

// ProgressOf returns a service's progress.
func (s *Status) ProgressOf(service string) (Progress, bool) {
	for _, p := range s.Progress {
		if p.Service == service {
			return p, true
		}
	}
	return Progress{}, false
}

func (d *Discovery) from() string {
	if strings.HasPrefix(d.Why, "remote ") {
		return "the clone"
	}
	return d.Why
}
