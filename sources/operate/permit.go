package operate

import (
	"context"
	"fmt"

	"gonogo/model"
	"gonogo/model/operation"
)

// refused are what the tokens may not write. Where that can't be read nothing is known of it, and GitHub says it.
func (e *Engine) refused(ctx context.Context) []model.Permission {
	if e.o.Permissions == nil {
		return nil
	}
	known, err := e.o.Permissions(ctx)
	if err != nil {
		return nil
	}
	return known
}

// permit refuses what GitHub is known to refuse this token. Where no lock can be taken, and none has to be, it says so.
func (e *Engine) permit(ctx context.Context, d *Draft, env *model.Environment) {
	p, known := &d.Plan, e.refused(ctx)
	if why := operation.Forbidden(operation.Asks(p.Kind, &d.Service, env, e.o.LockOptional), known); why != "" {
		d.refuse("%s", why)
		return
	}
	if !p.Kind.Deploys() && p.Kind != operation.Abort {
		return
	}
	why := operation.Forbidden([]operation.Ask{{Repo: d.Service.Repo, Write: model.WriteContents}}, known)
	if why == "" {
		return
	}
	p.Lock = false
	d.Notes = append(d.Notes, model.Clean("no lock is taken, so that nobody else's gonogo knows that something moves: "+why))
	if p.Kind == operation.RollBack {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("neither can %s be vetoed nor %s held afterwards: tell everybody who promotes there", p.Replaces.Title(), p.Environment)))
	}
}

// permitRun refuses a word about a run that GitHub is known to refuse this token, in the repository where the run is.
func (e *Engine) permitRun(ctx context.Context, d *Draft) {
	asks := operation.Asks(d.Plan.Kind, &d.Service, nil, false)
	for i := range asks {
		asks[i].Repo = d.Plan.Where()
	}
	if why := operation.Forbidden(asks, e.refused(ctx)); why != "" {
		d.refuse("%s", why)
	}
}
