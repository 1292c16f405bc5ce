package operate

import (
	"fmt"
	"slices"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// aim finds the release that an environment would be rolled back to: the best of its targets, or the one that is asked
// for. Excluded ones say why.
func (d *Draft) aim(r Request) {
	d.Targets = d.Environment.Targets
	target := r.target(d.Targets)
	switch here := d.Environment.Current; {
	case !here.Known || here.None:
		d.refuse("what runs in %s isn't known, so that nobody can tell what going back means: %s", r.Environment, here.Why)
	case target < 0 && r.Release != "":
		d.refuse("%s never succeeded in %s, as far as was read", r.Release, r.Environment)
	case target < 0 && len(d.Targets) == 0:
		d.refuse("nothing ever succeeded in %s before", r.Environment)
	case target < 0:
		nearest := &d.Targets[0]
		for i := range d.Targets { // that it runs here is why anything is wanted
			if nearest = &d.Targets[i]; nearest.Release.SHA != here.Release.SHA {
				break
			}
		}
		d.refuse("there is nothing to go back to in %s: %s %s", r.Environment, nearest.Release.Title(), nearest.Why)
	case !d.Targets[target].Eligible:
		d.refuse("%s can't be gone back to: it %s", d.Targets[target].Release.Title(), d.Targets[target].Why)
	}
	if len(d.Refusals) > 0 {
		return
	}
	t := &d.Targets[target]
	d.Plan.Release = t.Release
	if t.Why != "" {
		d.Notes = append(d.Notes, t.Why)
	}
	if d.Plan.Release.SHA == "" {
		d.refuse("the commit of %s isn't known", t.Release.Title())
	}
}

// target is which of the targets is meant: the best, or the one that is asked for; -1: none is.
func (r Request) target(all []readiness.Target) int {
	return slices.IndexFunc(all, func(t readiness.Target) bool { return r.Release == "" && t.Eligible || t.Named(r.Release) })
}

// undoes says what going back takes away, as far as it is known: see lookAhead.
func (e *Engine) undoes(d *Draft, f *readiness.Facts) {
	if d.Plan.Release.Zero() || len(d.Refusals) > 0 {
		return
	}
	d.Undoes, _ = readiness.Undoes(*f, d.Plan.Environment, d.Plan.Release, e.o.Clock.Now())
}

// weigh sorts what speaks for and against going back: nothing but the lock, a veto and the point of no return blocks it,
// for in an incident the target is unhealthy, the freeze is on and the sprint is open. The rest is shown.
func (d *Draft) weigh(env *model.Environment) {
	for _, f := range d.Environment.Findings {
		if !aboutEnvironment(f.Gate) {
			continue // of the candidate, which isn't what would go
		}
		d.Plan.Findings = append(d.Plan.Findings, f)
		switch {
		case f.Gate == model.GateLock && f.Result.Stands():
			d.Against = append(d.Against, f)
		case f.Gate == model.GateLane && f.Result != model.Pass && f.Result != model.NotApplicable, f.Gate == model.GateApproval && f.Result == model.Warn:
			d.Notes = append(d.Notes, f.Why)
		}
	}
	for _, r := range d.Environment.Lane.WouldCancel {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("run #%d of %s, which waits, would be cancelled by GitHub", r.Number, r.File())))
	}
	d.Notes = append(d.Notes, "when it has succeeded "+d.Plan.Leaves())
	d.verified(env)
}

// aboutEnvironment reports whether a gate judges the environment rather than the release that would go there.
func aboutEnvironment(g model.Gate) bool {
	switch g {
	case model.GateHealth, model.GateLane, model.GateFreeze, model.GateLock, model.GateHold, model.GateApproval:
		return true
	}
	return false
}

// by says which workflow rolls back, and with what inputs: the environment's own, or the one that deploys.
func (d *Draft) by(env *model.Environment) {
	d.inputs = d.Service.Deploy.Inputs
	if env.RollbackBy == nil {
		return
	}
	d.Plan.Way, d.Plan.Workflow, d.inputs = operation.ByWorkflow, env.RollbackBy.Workflow, env.RollbackBy.Inputs
}
