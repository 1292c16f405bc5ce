package dialog

import (
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// foremost is the draft that the dialog tells of: the first that can be done, else the first that there is; nil: none is
// known yet.
func (a *act) foremost() (first *operate.Draft) {
	for _, w := range a.ways {
		switch {
		case w.draft == nil:
		case len(w.draft.Refusals) == 0:
			return w.draft
		case first == nil:
			first = w.draft
		}
	}
	return first
}

// listed reports whether a draft's gates are listed one by one: it brings a release somewhere, or stops what does.
func listed(d *operate.Draft) bool { return d.Plan.Kind.Deploys() || d.Plan.Kind == operation.Abort }

// aboutAgain says of a run that deploys where that is, and what goes there again or is stopped.
func (a *act) aboutAgain(b *builder, d *operate.Draft) {
	p := &d.Plan
	a.production = a.production || p.Tier == model.Production
	if p.Kind == operation.Redeploy {
		b.field("deploys to", b.t.Strong, p.Environment, "")
		a.aboutDeployment(b)
		return
	}
	text := p.Environment
	if !p.Release.Zero() {
		text = p.Release.Title() + " to " + text + over(p)
	}
	b.field("deploys", b.t.Strong, text, "")
	b.direction(d)
	passed, nothing := b.against(p.Findings)
	if len(passed) > 0 {
		b.state("gates", b.t.Result(model.Pass), strings.Join(passed, ", "))
	}
	if len(nothing) > 0 {
		b.state("", b.t.Result(model.NotApplicable), strings.Join(nothing, ", "))
	}
}

// direction says how what goes lies to what is there, where there is more to say than what replaces what.
func (b *builder) direction(d *operate.Draft) {
	if d.Direction != "" {
		b.text(b.t.Warn, string(d.Direction))
	}
}

// todoAbort is todo for an abort.
func todoAbort(o *operate.Operation, back string) string {
	p := &o.Plan
	switch o.State {
	case operation.Ambiguous:
		return "Don't say it again. It ends when the run has ended; gonogo goes on looking, and keeps the lock until then."
	case operation.Succeeded:
		if p.Began || strings.Contains(string(o.Why), "while it deployed") {
			return "What runs in " + p.Environment + " can't be told: look at it before anything else is done; " + back + "."
		}
		return p.Environment + " is as it was."
	case operation.Failed:
		return "Look at what the run has left in " + p.Environment + "; " + back + "."
	case operation.Errored:
		if o.Progress.Run == 0 {
			return "Nothing was done. Look at how the run stands now, then begin again."
		}
		return "Look at the run and at " + p.Environment + " before anything else is done."
	case operation.Aborted:
		return "Nothing was said to GitHub: look at how the run stands now."
	}
	return ""
}
