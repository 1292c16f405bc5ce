package operate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// wayOf is how a service's releases are sent to their environments.
func wayOf(d *model.Deploy) operation.Way {
	switch {
	case d.Deployment:
		return operation.ByDeployment
	case d.Release:
		return operation.ByRelease
	}
	return operation.ByWorkflow
}

// restrictDeployment says what a deployment that is made through the API asks nobody for.
func (e *Engine) restrictDeployment(d *Draft, f *readiness.Facts) {
	p := &d.Plan
	if p.Ref = p.Release.Tag; p.Ref == "" {
		p.Ref = string(p.Release.SHA) // a deployment, unlike a dispatch, takes a commit
	}
	p.Version = p.Release.Version(d.Service.Tags)
	p.Echoes = true // its payload carries the operation's ID
	d.Notes = append(d.Notes, "GitHub is not asked to hold the deployment against the commit's statuses (required_contexts: []): the gates above have judged them")
	for i := range f.Protections {
		protection := &f.Protections[i]
		if !strings.EqualFold(protection.Environment, p.GitHub) || len(protection.Reviewers) == 0 {
			continue
		}
		names := make([]string, len(protection.Reviewers))
		for k, r := range protection.Reviewers {
			names[k] = string(r.Name)
		}
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("GitHub doesn't ask the reviewers of %s (%s) for a deployment that is made through its API", p.GitHub, strings.Join(names, ", "))))
	}
}

// payload is what a deployment carries: whose doing it is, and why it was GO. The operation's ID and the journal's head come
// first, so that no bound on what is read of it cuts them off.
type payload struct {
	Operation string        `json:"gonogo_operation"`
	Journal   string        `json:"journal,omitempty"` // the head of the operator's journal; see journal.Anchor
	Kind      string        `json:"kind"`
	Service   string        `json:"service"`
	Release   string        `json:"release"`
	Version   string        `json:"version"`
	Actor     string        `json:"actor"`
	Reason    string        `json:"reason,omitempty"`
	Bypassed  []model.Gate  `json:"bypassed,omitempty"`
	Gates     []payloadGate `json:"gates,omitempty"`
}

type payloadGate struct {
	Gate   model.Gate `json:"gate"`
	Result string     `json:"result"`
	Why    string     `json:"why"`
}

// deploymentOf is the deployment that a plan makes.
func deploymentOf(p *operation.Plan, head string) github.DeploymentMade {
	task := "deploy"
	if p.Kind == operation.RollBack {
		task = "rollback"
	}
	carries := payload{
		Operation: p.ID, Kind: string(p.Kind), Service: p.Service, Release: p.Release.Title(), Version: p.Version, Actor: string(p.Actor), Reason: string(p.Reason),
		Bypassed: p.Bypassed, Journal: head,
	}
	for i := range p.Findings {
		carries.Gates = append(carries.Gates, payloadGate{p.Findings[i].Gate, p.Findings[i].Result.String(), string(p.Findings[i].Why)})
	}
	return github.DeploymentMade{
		Ref: p.Ref, Environment: p.GitHub, Task: task, Description: fmt.Sprintf("%s %s by %s", p.Kind, p.Release.Title(), p.Actor),
		Payload: carries, Production: p.Tier == model.Production,
	}
}

// sendDeployment makes the deployment, once.
func (d *drive) sendDeployment(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	head, err := d.journal.Head(ctx)
	if err != nil {
		d.handed = false
		return err
	}
	d.engine.o.Hook("before request deployment")
	made, err := c.CreateDeployment(ctx, p.Where(), deploymentOf(p, head.String()))
	d.engine.o.Hook("after request deployment")
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	switch {
	case err == nil && made != 0:
		return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Queued, Status: 201, Deployment: made})
	case err == nil:
		return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Dispatching, Status: 201, Why: "the answer names no deployment"})
	}
	return d.unsent(ctx, err)
}

// findDeployment looks for the deployment whose payload carries the operation's ID.
func (d *drive) findDeployment(ctx context.Context, c *github.Client, at time.Time) error {
	p := &d.progress
	list, err := c.DeploymentHistory(ctx, p.Plan.Where(), p.Plan.GitHub, 1, nil)
	if err != nil {
		return fmt.Errorf("look for what was sent: %w", err)
	}
	f := operation.Identify(*p, nil, list.Value, at)
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}

// seeDeployment looks at the deployment that was made, with its statuses.
func (d *drive) seeDeployment(ctx context.Context, c *github.Client) (operation.Seen, error) {
	p, repo := &d.progress, d.progress.Plan.Where()
	var seen operation.Seen
	list, err := c.DeploymentHistory(ctx, repo, p.Plan.GitHub, 1, nil)
	if err != nil {
		return seen, err
	}
	for _, made := range list.Value {
		if made.ID != p.Deployment {
			continue
		}
		whole, err := c.DeploymentStatuses(ctx, repo, made, nil)
		if err != nil {
			return seen, err
		}
		seen.Deployment = whole.Value
		seen.Began = began(seen.Deployment)
		d.shown.Deployment = seen.Deployment
		return seen, nil
	}
	if list.Cut {
		return seen, fmt.Errorf("deployment %d is not among the 100 newest of %s", p.Deployment, p.Plan.GitHub)
	}
	seen.Gone = true
	return seen, nil
}
