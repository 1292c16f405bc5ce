package operation

import (
	"fmt"
	"slices"

	"gonogo/model"
)

// Leaves is what a rollback leaves behind when it has succeeded, as a person reads it before and after: the environment is
// held, and the release that it went back from vetoed, where the commit of that is known.
func (p *Plan) Leaves() model.Text {
	if p.Replaces.SHA == "" {
		return model.Clean(fmt.Sprintf("%s is held, until a person lifts that; what ran there can't be vetoed, for its commit isn't known", p.Environment))
	}
	return model.Clean(fmt.Sprintf("%s is vetoed and %s held, until a person lifts that", p.Replaces.Title(), p.Environment))
}

// Unguarded says what a rollback that succeeded should have left behind, and GitHub refused; empty: nothing.
func (p *Progress) Unguarded() model.Text {
	held, vetoed := !slices.Contains(p.Lacks, MarkHold), !slices.Contains(p.Lacks, MarkVeto)
	switch where, what := p.Plan.Environment, p.Plan.Replaces.Title(); {
	case held && vetoed:
		return ""
	case held:
		return model.Clean(fmt.Sprintf("%s is held, and %s NOT vetoed, for GitHub refused that: it can be promoted elsewhere, and here when the hold is lifted", where, what))
	case vetoed && p.Plan.Replaces.SHA != "":
		return model.Clean(fmt.Sprintf("%s is vetoed, and %s NOT held, for GitHub refused that: another release can be promoted there", what, where))
	case vetoed:
		return model.Clean(fmt.Sprintf("%s is NOT held, for GitHub refused that: nothing keeps anybody from promoting there", where))
	default:
		return model.Clean(fmt.Sprintf("%s is NOT held and %s NOT vetoed, for GitHub refused that: nothing keeps anybody from promoting it there again", where, what))
	}
}
