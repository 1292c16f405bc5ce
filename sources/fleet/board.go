package fleet

import (
	"context"
	"fmt"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
)

// boardRuns is how many runs of the whole fleet a board holds.
const boardRuns = 200

// Board is the whole fleet at a glance, from one summary a service: it costs the same however much the cache holds.
// Summaries that time has outrun are demoted, so that nothing on it is GO on old facts.
func (f *Fleet) Board(ctx context.Context) (board.Board, error) {
	set := f.set.Load()
	stored, err := f.cache.Assessments(ctx, set.hash)
	if err != nil {
		return board.Board{}, fmt.Errorf("read the verdicts of %s from the cache: %w", set.fleet.Name, err)
	}
	runs, err := f.cache.NewestRuns(ctx, set.fleet.Services, boardRuns)
	if err != nil {
		return board.Board{}, fmt.Errorf("read the newest runs of %s from the cache: %w", set.fleet.Name, err)
	}
	b := board.Board{Name: set.fleet.Name, Services: summaries(set.fleet, stored, f.Now()), Runs: runs, Status: f.Status()}
	b.Status.ReadAt, b.SprintSource = oldest(b.Services), set.fleet.Sprint
	known, err := f.permissions(ctx)
	if err != nil {
		return board.Board{}, fmt.Errorf("read what the tokens may not do on %s from the cache: %w", set.fleet.Name, err)
	}
	b.Denied = f.denied(set.fleet, known)
	if of, ok := set.fleet.BoardOf(); ok {
		if b.Sprint, b.SprintRead, err = f.cache.Board(ctx, of); err != nil {
			return board.Board{}, fmt.Errorf("read the sprint board of %s from the cache: %w", set.fleet.Name, err)
		}
	}
	return b, nil
}

func summaries(fleet *model.Fleet, stored []readiness.Summary, now time.Time) []readiness.Summary {
	byName := make(map[string]readiness.Summary, len(stored))
	for _, s := range stored {
		byName[s.Service] = s
	}
	list := make([]readiness.Summary, len(fleet.Services))
	for i := range fleet.Services {
		s, known := byName[fleet.Services[i].Name]
		if !known {
			s = unread(&fleet.Services[i])
		}
		s.Repo = fleet.Services[i].Repo
		list[i] = s.Demote(now)
	}
	return list
}

// unread is the summary of a service of which nothing was ever read.
func unread(s *model.Service) readiness.Summary {
	sum := readiness.Summary{Service: s.Name, Verdict: model.Undecided, Headline: "not read yet", Environments: make([]readiness.EnvSummary, len(s.Environments))}
	for i, e := range s.Environments {
		sum.Environments[i] = readiness.EnvSummary{
			Name: e.Name, GitHub: e.GitHub, Tier: e.Tier, Verdict: model.Undecided, Headline: "not read yet",
			Health: model.HealthUnknown, HealthConfigured: len(e.Checks) > 0,
		}
	}
	return sum
}

func oldest(services []readiness.Summary) time.Time {
	var at time.Time
	for _, s := range services {
		if !s.ReadAt.IsZero() && (at.IsZero() || s.ReadAt.Before(at)) {
			at = s.ReadAt
		}
	}
	return at
}

// Detail is everything known of one service, assessed now.
func (f *Fleet) Detail(ctx context.Context, service string) (board.Detail, error) {
	s := f.Config().Service(service)
	if s == nil {
		return board.Detail{}, fmt.Errorf("look at %s: the configuration has no such service", service)
	}
	facts, err := f.cache.FactsIn(ctx, f.Config(), *s)
	if err != nil {
		return board.Detail{}, fmt.Errorf("read what is known of %s from the cache: %w", service, err)
	}
	return board.Detail{Service: service, Facts: facts, Assessment: readiness.Assess(facts, f.Now())}, nil
}

// Jobs are a run's jobs as far as they were read; they are asked for when they are missing or may have changed.
func (f *Fleet) Jobs(ctx context.Context, service string, run int64) (board.Jobs, error) {
	s := f.Config().Service(service)
	if s == nil {
		return board.Jobs{}, fmt.Errorf("look at a run of %s: the configuration has no such service", service)
	}
	jobs, err := f.cache.Jobs(ctx, *s, run)
	if err != nil {
		return board.Jobs{}, fmt.Errorf("read the jobs of run %d of %s from the cache: %w", run, service, err)
	}
	reads, err := f.cache.Reads(ctx, *s)
	if err != nil {
		return board.Jobs{}, fmt.Errorf("read how old the jobs of run %d of %s are: %w", run, service, err)
	}
	subject := fmt.Sprint(run)
	known := board.Jobs{Jobs: jobs, Read: model.Read{Signal: model.SignalJobs, Subject: subject}}
	for _, r := range reads {
		if r.Signal == model.SignalJobs && r.Subject == subject {
			known.Read = r
		}
	}
	if refresher := f.reading(); refresher != nil {
		refresher.Want(service, model.SignalJobs, subject)
	}
	return known, nil
}

// SampleHistory is what a check has answered since a moment, oldest first.
func (f *Fleet) SampleHistory(ctx context.Context, service, environment, check string, since time.Time) ([]model.Sample, error) {
	s := f.Config().Service(service)
	if s == nil {
		return nil, fmt.Errorf("look at the checks of %s: the configuration has no such service", service)
	}
	return f.cache.SampleHistory(ctx, *s, environment, check, since)
}

// RunHistory is the completed runs of a workflow since a moment, oldest first.
func (f *Fleet) RunHistory(ctx context.Context, service, workflow string, since time.Time) ([]model.Run, error) {
	s := f.Config().Service(service)
	if s == nil {
		return nil, fmt.Errorf("look at the runs of %s: the configuration has no such service", service)
	}
	return f.cache.RunHistory(ctx, *s, workflow, since)
}
