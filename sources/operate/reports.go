package operate

import (
	"context"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// How long preflight waits for the reports of a release that nobody has asked for before, and how often it looks. They are
// artifacts, which may be large; what hasn't come by then stays unknown, and comes into the cache all the same.
const (
	reportsWithin = 20 * time.Second
	reportsLooked = 250 * time.Millisecond
)

// readReports has the reports that a release's gates ask for read into the cache, as those of a candidate are, and waits for
// them: first the runs that left them, for the cache may know these as they were.
func (e *Engine) readReports(ctx context.Context, f *readiness.Facts, needs []readiness.Need) error {
	var wanted []string
	for _, n := range needs {
		if n.Signal == model.SignalReports && !n.Fresh {
			wanted = append(wanted, n.Subject)
		}
	}
	if e.o.Want == nil || len(wanted) == 0 {
		return nil
	}
	until := e.o.Clock.Now().Add(reportsWithin)
	if _, err := e.have(ctx, f.Service.Name, model.SignalCommitRuns, wanted, until); err != nil {
		return err
	}
	now, err := e.have(ctx, f.Service.Name, model.SignalReports, wanted, until)
	if err != nil {
		return err
	}
	for _, subject := range wanted {
		takeReports(f, &now, model.SHA(subject))
	}
	return nil
}

// have has some things of a service read into the cache, and returns what is known when they were, or when it was too late.
func (e *Engine) have(ctx context.Context, service string, signal model.Signal, subjects []string, until time.Time) (readiness.Facts, error) {
	began := e.o.Clock.Now()
	for _, subject := range subjects {
		e.o.Want(service, signal, subject)
	}
	for {
		now, err := e.o.Facts(ctx, service)
		missing := func(subject string) bool { return now.Read(signal, subject).TriedAt.Before(began) }
		if err != nil || !slices.ContainsFunc(subjects, missing) || !e.o.Clock.Now().Before(until) {
			return now, err
		}
		timer, stop := e.o.Clock.NewTimer(reportsLooked)
		select {
		case <-timer:
			stop()
		case <-ctx.Done():
			stop()
			return now, ctx.Err()
		}
	}
}

// takeReports takes what the reports of a commit say out of facts that were read since.
func takeReports(f, now *readiness.Facts, of model.SHA) {
	f.Coverage = replaced(f.Coverage, now.Coverage, func(c model.Coverage) bool { return c.SHA == of })
	f.Tests = replaced(f.Tests, now.Tests, func(t model.Tests) bool { return t.SHA == of })
	f.ReportFlaws = replaced(f.ReportFlaws, now.ReportFlaws, func(p model.ReportProblem) bool { return p.SHA == of })
	book(f, now.Read(model.SignalReports, string(of)))
}

// replaced is a list in which what is meant is as another list has it. Neither is changed.
func replaced[T any](old, now []T, meant func(T) bool) []T {
	all := slices.DeleteFunc(slices.Clone(old), meant)
	for _, it := range now {
		if meant(it) {
			all = append(all, it)
		}
	}
	return all
}
