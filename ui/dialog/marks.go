package dialog

import (
	"context"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
)

// Marks makes the dialog about what everybody's gonogo respects in an environment: its hold, and its lock. What there is can
// be taken away, what there isn't can be set.
func Marks(kit *pane.Kit, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	if actor == nil {
		return nil
	}
	where := service + " " + kit.Theme.Symbols.Arrow + " " + environment
	a := newAct(kit, actor, ctx, where+": hold and lock", func(b *builder, a *act) { a.aboutMarks(b) })
	a.quietly = true
	for _, m := range []struct {
		key, word, doing, said string
		kind                   operation.Kind
	}{
		{"h", "hold it", "holding", "held: " + where, operation.Hold},
		{"l", "lift the hold", "lifting", "lifted: " + where, operation.Lift},
		{"k", "break lock", "breaking", "the lock is broken: " + where, operation.Break},
	} {
		a.add(m.key, m.word, m.doing, m.said, operate.Request{Kind: m.kind, Service: service, Environment: environment})
	}
	return a
}

// aboutMarks says how hold and lock stand.
func (a *act) aboutMarks(b *builder) {
	t := b.t
	b.text(t.Faint, "A hold keeps everybody from promoting here, until it is lifted. A lock is an operation's: break it only where that one is over.")
	for i, w := range a.ways {
		switch d := w.draft; {
		case w.err != nil, d == nil:
		case !d.Read && len(d.Refusals) == 0:
			b.state(a.answers[i].word, t.Run(model.StatusInProgress, ""), "reading the ref")
		case len(d.Refusals) > 0:
			b.state(a.answers[i].word, t.Result(model.NotApplicable), string(d.Refusals[0]))
		default:
			b.state(a.answers[i].word, t.Result(model.Pass), "can be done")
		}
	}
}
