package operate

import (
	"context"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// How long it is waited until the cache knows of what GitHub says now, and how often it is looked.
const (
	abreastFor   = 15 * time.Second
	abreastEvery = 500 * time.Millisecond
)

// newestNow reads the newest deployment of an environment with its statuses; zero: there is none.
func newestNow(ctx context.Context, c *github.Client, repo model.Repo, environment string) (model.Deployment, error) {
	list, err := c.DeploymentHistory(ctx, repo, environment, 1, nil)
	if err != nil || len(list.Value) == 0 {
		return model.Deployment{}, err
	}
	whole, err := c.DeploymentStatuses(ctx, repo, list.Value[0], nil)
	if github.KindOf(err) == model.ProblemMissing {
		return list.Value[0], nil // deleted since; the next look tells
	}
	return whole.Value, err
}

// abreast reports whether facts know of a deployment as GitHub tells it now. What was worked out from older ones would call
// another release the one that runs: it would replace, go back to, and veto a wrong one.
func abreast(f *readiness.Facts, environment string, now model.Deployment) bool {
	if now.ID == 0 {
		return true
	}
	for i := range f.Deployments {
		d := &f.Deployments[i]
		if d.ID == now.ID && strings.EqualFold(d.Environment, environment) {
			return d.State() == now.State() && d.FirstSuccess().IsZero() == now.FirstSuccess().IsZero()
		}
	}
	return false
}

// catchUp has a service read again, and waits until the cache is abreast of a deployment. false: it isn't yet.
func (e *Engine) catchUp(ctx context.Context, service, environment string, now model.Deployment) (bool, error) {
	e.o.Refresh(service)
	for until := e.o.Clock.Now().Add(abreastFor); e.o.Clock.Now().Before(until); {
		f, err := e.o.Facts(ctx, service)
		if err != nil || abreast(&f, environment, now) {
			return err == nil, err
		}
		timer, stop := e.o.Clock.NewTimer(abreastEvery)
		select {
		case <-timer:
		case <-ctx.Done():
			stop()
			return false, ctx.Err()
		}
		stop()
	}
	return false, nil
}
