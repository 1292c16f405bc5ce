package dialog

import (
	"cmp"
	"context"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
)

// Review asks whether what an operation waits for is approved or rejected.
func Review(kit *pane.Kit, actor pane.Actor, ctx context.Context, o *operate.Operation) pane.Layer {
	p := o.Plan
	f := newForm(kit, p.Service+" "+kit.Theme.Symbols.Arrow+" "+p.Environment+": review", p.Tier == model.Production)
	comment := &field{label: "comment"}
	f.fields = append(f.fields, comment)
	if p.Tier == model.Production {
		f.fields = append(f.fields, &field{label: "name", exact: p.Environment})
	}
	pending := o.Pending
	f.body = func(b *builder) {
		t := b.t
		b.text(t.Text, cmp.Or(string(p.Actor), "Somebody")+" asks to "+string(p.Kind)+" "+p.Release.Title()+" in "+p.Environment+over(&p)+".")
		b.field("reason", t.Text, string(p.Reason), "")
		for _, w := range pending {
			b.field("asked", t.Text, w.Environment+": "+reviewers(w.Reviewers), "")
		}
		for _, found := range p.Findings {
			if found.Result.Stands() {
				word := string(found.Gate)
				if contains(p.Bypassed, found.Gate) {
					word += " bypassed"
				}
				b.field(word, t.Result(found.Result).Style, t.Result(found.Result).Word+": "+string(found.Why), "")
			}
		}
		b.text(t.Faint, "Gates as they were when it was confirmed. GitHub keeps the comment, the journal too.")
	}
	do := func(approve bool) func() func() error {
		return func() func() error {
			said := model.Clean(comment.value())
			return func() error { return actor.Review(ctx, p.ID, approve, said) }
		}
	}
	what := string(p.Kind) + " " + kit.Theme.Where(p.Service, p.Environment)
	f.answers = []answer{
		{key: "a", word: "approve", doing: "approving", said: "approved: " + what, do: do(true)},
		{key: "r", word: "reject", doing: "rejecting", said: "rejected: " + what, do: do(false)},
	}
	return f
}

func over(p *operation.Plan) string {
	if p.Replaces.Zero() {
		return ""
	}
	return ", over " + p.Replaces.Title()
}

func contains(all []model.Gate, g model.Gate) bool {
	for _, each := range all {
		if each == g {
			return true
		}
	}
	return false
}

// reviewers are those whose review suffices.
func reviewers(all []model.Reviewer) string {
	names := make([]string, 0, len(all))
	for _, r := range all {
		names = append(names, string(r.Name))
	}
	return cmp.Or(strings.Join(names, " or "), "somebody")
}
