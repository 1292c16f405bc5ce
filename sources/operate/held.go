package operate

import (
	"fmt"
	"slices"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// rehold puts what holds the environment and vetoes the release now in the place of what the cache knew of it. A promotion
// may go in spite of either, with a reason, and only of what was shown; a release that runs already may in spite of a hold.
// What was vetoed is never gone back to.
func (d *Draft) rehold(holds, vetoes []operation.Standing) {
	p := &d.Plan
	if p.Kind != operation.Promote {
		for _, s := range vetoes {
			d.refuse("%s", vetoed(p, s))
		}
		vetoes = nil
	}
	if p.Kind == operation.RollBack {
		return
	}
	now := model.Finding{Gate: model.GateHold, Level: model.Required, Result: model.Pass, Why: model.Clean(fmt.Sprintf("nobody holds %s or has vetoed %s", p.Environment, p.Release.Title()))}
	p.Despite = nil
	for i, s := range slices.Concat(holds, vetoes) {
		why := model.Clean(fmt.Sprintf("%s is held by %s; who knows better lifts it: gonogo lift %s %s", p.Environment, s.Why, p.Service, p.Environment))
		if i >= len(holds) {
			why = vetoed(p, s)
		}
		if now.Result == model.Fail {
			why = now.Why + "; and " + why
		}
		now.Result, now.Why = model.Fail, why
		if s.Object != "" {
			p.Despite = append(p.Despite, s.Object)
		}
	}
	known := d.Environment.Finding(model.GateHold)
	if known != nil {
		now.Level = known.Level
	}
	stood := known != nil && (known.Result == model.Fail || known.Result == model.Unknown)
	if now.Result == model.Pass && !stood {
		return // it stays as it was said
	}
	d.Against = slices.DeleteFunc(slices.Clone(d.Against), func(f model.Finding) bool { return f.Gate == model.GateHold })
	switch {
	case now.Result == model.Pass:
	case known == nil || now.Level != model.Required: // the configuration has it so
		d.Notes = append(d.Notes, now.Why)
	default:
		d.Against = append(d.Against, now)
	}
	d.Plan.Findings = readiness.Replaced(d.Plan.Findings, now)
	d.Environment = d.Environment.With(now)
	d.Verdict = d.Environment.Verdict
}

func vetoed(p *operation.Plan, s operation.Standing) model.Text {
	return model.Clean(fmt.Sprintf("%s is vetoed by %s; who knows better clears it: gonogo clear %s %s", p.Release.Title(), s.Why, p.Service, p.Release.Title()))
}
