package fleet

import (
	"context"
	"fmt"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/joblog"
)

// Log is what is known of the log of a job. It is asked for once the job has ended, for GitHub has none before; until then
// the run's jobs are kept young.
func (f *Fleet) Log(ctx context.Context, service string, run, job int64) (board.Log, error) {
	s := f.Config().Service(service)
	if s == nil {
		return board.Log{}, fmt.Errorf("look at a log of %s: the configuration has no such service", service)
	}
	subject := fmt.Sprintf("%d/%d", run, job)
	jobs, err := f.cache.Jobs(ctx, *s, run)
	if err != nil {
		return board.Log{}, fmt.Errorf("read the jobs of run %d of %s from the cache: %w", run, service, err)
	}
	kept, err := f.cache.Log(ctx, *s, subject)
	if err != nil {
		return board.Log{}, fmt.Errorf("read the log of job %d of %s from the cache: %w", job, service, err)
	}
	l := board.Log{ID: kept.ID, Came: kept.Came, Whole: kept.Whole}
	if kept.Complete {
		l.Index = &kept.Index
	}
	if l.Read, err = f.cache.Read(ctx, *s, model.SignalLog, subject); err != nil {
		return board.Log{}, fmt.Errorf("read how old the log of job %d of %s is: %w", job, service, err)
	}
	for _, j := range jobs {
		if j.ID == job {
			l.Job = j
		}
	}
	f.wantLog(service, run, subject, &l)
	return l, nil
}

// wantLog asks for what is missing.
func (f *Fleet) wantLog(service string, run int64, subject string, l *board.Log) {
	refresher := f.reading()
	if refresher == nil {
		return
	}
	switch {
	case l.Job.Conclusion == model.Skipped:
		// It will never have one.
	case l.Job.ID != 0 && l.Job.Status != model.StatusCompleted:
		refresher.Want(service, model.SignalJobs, fmt.Sprint(run))
	default: // also where it is here already: it has been opened
		refresher.Want(service, model.SignalLog, subject)
	}
}

// LogPiece is a piece of a log, which begins with the line first.
func (f *Fleet) LogPiece(ctx context.Context, log int64, number, first int) (*joblog.Piece, error) {
	return f.cache.LogPiece(ctx, log, number, first)
}
