package operate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// follow looks at the run, its jobs and its deployment, and journals what has moved.
func (d *drive) follow(ctx context.Context) error {
	looked, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	if d.progress.State == operation.Awaiting && d.lost(looked, c, false) {
		return nil
	}
	seen, err := d.see(looked, c)
	if err != nil {
		return fmt.Errorf("follow %s: %w", d.progress.Sent(), err)
	}
	state, why := operation.Follow(d.progress, seen)
	if state != d.progress.State && d.progress.State.Yields() && d.lost(looked, c, true) {
		return nil // before it seems to go on
	}
	if state != d.progress.State && operation.Allowed(d.progress.State, state) {
		if err := d.write(ctx, operation.Record{Event: operation.Saw, State: state, Why: why, Deployment: seen.Deployment.ID}); err != nil {
			return err
		}
		d.engine.o.Refresh(d.progress.Plan.Service)
		return nil
	}
	d.tell()
	d.sleep(ctx, followEvery)
	return nil
}

// see looks at everything that belongs to what was sent.
func (d *drive) see(ctx context.Context, c *github.Client) (operation.Seen, error) {
	p, repo := &d.progress, d.progress.Plan.Where()
	var seen operation.Seen
	if p.Plan.Way == operation.ByDeployment {
		return d.seeDeployment(ctx, c)
	}
	run, err := c.Run(ctx, repo, p.Run, nil)
	if github.KindOf(err) == model.ProblemMissing {
		seen.Gone = true
		return seen, nil
	}
	if err != nil {
		return seen, err
	}
	seen.Run = run.Value
	jobs, err := c.Jobs(ctx, repo, p.Run, 0, nil)
	if err != nil {
		return seen, err
	}
	seen.Jobs, seen.JobsRead = jobs.Value, !jobs.Cut
	d.shown.Pending = nil
	if seen.Run.Status == model.StatusWaiting || seen.Run.Status == model.StatusInProgress {
		pending, err := c.Pending(ctx, repo, p.Run, nil)
		if err != nil {
			return seen, err
		}
		d.shown.Pending = pending.Value
		seen.Pending = len(pending.Value) > 0
	}
	d.shown.Run, d.shown.Jobs = seen.Run, seen.Jobs
	seen.Deployment, err = d.deployment(ctx, c)
	seen.Began = began(seen.Deployment)
	d.shown.Deployment = seen.Deployment
	return seen, err
}

// began reports whether anything may have been deployed: the environment's job has been under way. One whose review was
// rejected fails without ever having been.
func began(d model.Deployment) bool {
	return slices.ContainsFunc(d.Statuses, func(s model.DeploymentStatus) bool {
		return s.State == model.DeploymentInProgress || s.State == model.DeploymentSuccess
	})
}

// deployment is the newest one in the environment that the run made.
func (d *drive) deployment(ctx context.Context, c *github.Client) (model.Deployment, error) {
	p, repo := &d.progress, d.progress.Plan.Where()
	if p.Plan.Way == operation.ByDeployment {
		seen, err := d.seeDeployment(ctx, c)
		return seen.Deployment, err
	}
	list, err := c.DeploymentHistory(ctx, repo, p.Plan.GitHub, 1, nil)
	if err != nil {
		return model.Deployment{}, err
	}
	for _, made := range list.Value {
		if made.ID <= p.Plan.Newest {
			continue // it was there before
		}
		whole, err := c.DeploymentStatuses(ctx, repo, made, nil)
		if err != nil {
			return model.Deployment{}, err
		}
		if whole.Value.RunID == p.Run {
			return whole.Value, nil
		}
	}
	return model.Deployment{}, nil
}

// verify judges by what the environment's checks have answered since the deployment succeeded.
func (d *drive) verify(ctx context.Context) error {
	looked, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	if over, err := d.outrun(looked, c); over || err != nil {
		return err
	}
	made, err := d.deployment(looked, c)
	if err != nil {
		return fmt.Errorf("read what is verified: %w", err)
	}
	d.shown.Deployment = made
	p := &d.progress.Plan
	env, service := d.environment()
	if env == nil {
		return d.write(ctx, operation.Record{Event: operation.Judged, State: operation.Inconclusive, Why: "the configuration has no such environment any more"})
	}
	from := d.progress.CountsFrom(made.FirstSuccess())
	w := operation.Watch{From: from, Settle: env.Settle, Bake: env.Bake}
	var seen []operation.Observation
	here := readiness.Running{Known: true, Release: p.Release, Deployment: made, Since: from}
	for i := range env.Checks {
		check := env.Checks[i]
		if !check.Required || check.Untrusted {
			continue
		}
		w.Checks = append(w.Checks, check)
		samples, err := d.engine.o.Samples(looked, p.Service, p.Environment, check.ID, from)
		if err != nil {
			return fmt.Errorf("read what %s answered: %w", check.Name, err)
		}
		for _, s := range samples {
			state, why := readiness.JudgeSample(*service, *env, check, s, here)
			seen = append(seen, operation.Observation{Check: check.ID, At: s.At, State: state, Unreachable: s.Unreachable, Confirmed: s.State == model.Unhealthy, Why: why})
		}
	}
	d.shown.Until = w.End()
	verdict := operation.Verify(w, seen, d.now())
	if d.lost(looked, c, verdict.State != operation.Verifying) {
		return nil
	}
	if verdict.State == operation.Verifying {
		d.tell()
		d.sleep(ctx, min(verifyEvery, max(w.End().Sub(d.now()), time.Second)))
		return nil
	}
	d.engine.o.Refresh(p.Service)
	judged := operation.Record{Event: operation.Judged, State: verdict.State, Why: verdict.Why}
	if verdict.State == operation.Failed { // which may be hours ago, where the machine slept
		judged.Found = verdict.At.Round(0)
	}
	return d.write(ctx, judged)
}

// environment is the configured one that the operation is for.
func (d *drive) environment() (*model.Environment, *model.Service) {
	s := d.engine.o.Fleet().Service(d.progress.Plan.Service)
	if s == nil {
		return nil, nil
	}
	return s.Environment(d.progress.Plan.Environment), s
}
