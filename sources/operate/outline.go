package operate

import (
	"context"
	"fmt"

	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// outline begins a draft of what is one word to GitHub: about the service's own repository, refused where this person, or
// what isn't trusted, must not act.
func (e *Engine) outline(ctx context.Context, r Request) (*Draft, readiness.Facts, error) {
	service := e.o.Fleet().Service(r.Service)
	if service == nil {
		return nil, readiness.Facts{}, fmt.Errorf("the configuration has no service %s", r.Service)
	}
	facts, err := e.o.Facts(ctx, r.Service)
	if err != nil {
		return nil, facts, err
	}
	d := &Draft{Service: *service}
	d.Plan = operation.Plan{
		ID: r.ID, Kind: r.Kind, Host: service.Repo.Host, Repo: service.Repo.FullName(), Service: r.Service, MadeAt: e.o.Clock.Now().Round(0),
	}
	if d.Plan.ID == "" {
		d.Plan.ID = e.o.NewID()
	}
	if why := e.o.ReadOnly(); why != "" {
		d.refuse("%s", why)
	}
	if service.Untrusted != "" {
		d.refuse("%s", service.Untrusted)
	}
	if !r.Kind.OnRun() { // where a run is isn't known yet
		e.permit(ctx, d, nil)
	}
	return d, facts, nil
}
