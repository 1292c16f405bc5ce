package dialog

import (
	"cmp"
	"context"
	"strconv"

	"gonogo/model"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
)

// newDecide asks what became of an operation that was sent and whose answer was lost: run is what a person takes for it, 0
// is that nothing was sent.
func newDecide(kit *pane.Kit, actor pane.Actor, ctx context.Context, o *operate.Operation, run int64) pane.Layer {
	p := o.Plan
	f := newForm(kit, p.Service+" "+kit.Theme.Symbols.Arrow+" "+place(&p)+": what became of it?", p.Tier == model.Production)
	reason := &field{label: "reason", needed: true}
	f.fields = append(f.fields, reason)
	if p.Tier == model.Production {
		f.fields = append(f.fields, &field{label: "name", exact: p.Environment})
	}
	what := "run " + strconv.FormatInt(run, 10)
	f.body = func(b *builder) {
		t := b.t
		switch {
		case p.Kind.Word() && run != 0:
			b.text(t.Text, "You say that it was done: "+string(p.Kind)+" "+place(&p)+". The operation ends as succeeded.")
		case p.Kind.Word():
			b.text(t.Text, "You say that it was not done. The operation ends as aborted, and it can be begun again.")
		case run == 0:
			b.text(t.Text, "You say that nothing of it was sent. It then ends as aborted, and its lock is given back: whoever promotes next may deploy beside it if you are wrong.")
		default:
			b.text(t.Text, "You say that "+what+" is the "+noun(p.Kind)+" of "+p.Release.Title()+" to "+p.Environment+". It is then followed and verified as if GitHub had named it.")
			for _, m := range o.Found.Weak {
				if m.Run == run {
					b.field("known of it", t.Text, string(m.Why), m.URL)
				}
			}
		}
		b.text(t.Faint, "What you say is journalled with your reason.")
	}
	said := what + " is followed"
	switch {
	case run == 0:
		said = "it ends as aborted"
	case p.Kind.Word():
		said = "it ends as succeeded"
	}
	f.answers = []answer{{key: "d", word: "decide so", doing: "journalling", said: said, do: func() func() error {
		why := model.Clean(reason.value())
		return func() error { return actor.Decide(ctx, p.ID, run, cmp.Or(p.Actor, "the person at the screen"), why) }
	}}}
	return f
}
