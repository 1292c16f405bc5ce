package operate

import (
	"context"
	"errors"
	"slices"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// locked reads whether the plan's environment is locked now, and by whom: the cache may be older than the end of an
// operation, or than the beginning of one.
func (e *Engine) locked(ctx context.Context, c *github.Client, p *operation.Plan) (f model.Finding, m operation.Mark, err error) {
	f = model.Finding{Gate: model.GateLock, Level: model.Required, Result: model.Pass, Why: "nobody has locked " + model.Clean(p.Environment)}
	name, err := operation.Mark{Kind: operation.MarkLock, Service: p.Service, Environment: p.GitHub}.Name()
	if err != nil {
		return f, m, err
	}
	m, at, there, err := e.readMark(ctx, c, p.Source(), name)
	switch {
	case errors.Is(err, errUnreadable):
		f.Result, f.Why = model.Unknown, model.Clean(p.Environment)+" is locked, and the lock can't be read"
	case err != nil:
		return f, m, err
	case there:
		m.Ref, m.Object = at.Name, at.Object
		f.Result, f.Why = model.Wait, model.Clean(p.Environment)+" is locked by "+sentence(m)
	}
	return f, m, nil
}

// ownOf is the operation of this person's that has a lock, and whether this process drives it; mine is false where the lock is
// somebody else's.
func (e *Engine) ownOf(ctx context.Context, lock operation.Mark) (own operation.Progress, mine, here bool, err error) {
	records, err := e.Records(ctx, lock.Operation)
	if err != nil || len(records) == 0 {
		return own, false, false, err
	}
	e.mu.Lock()
	here = e.driving[lock.Operation] != nil
	e.mu.Unlock()
	own, err = operation.Fold(records)
	return own, true, here, err
}

// relock puts the lock as it is now in the place of what the cache knew of it. What says the same stays as it was said.
func (d *Draft) relock(now model.Finding) {
	isLock := func(f model.Finding) bool { return f.Gate == model.GateLock }
	stood := slices.IndexFunc(d.Against, isLock)
	if stands := now.Result != model.Pass; stands == (stood >= 0) {
		return
	}
	d.Against = slices.DeleteFunc(slices.Clone(d.Against), isLock)
	if now.Result != model.Pass {
		d.Against = append(d.Against, now)
	}
	d.Plan.Findings = readiness.Replaced(d.Plan.Findings, now)
	d.Environment = d.Environment.With(now)
	d.Verdict = d.Environment.Verdict
}
