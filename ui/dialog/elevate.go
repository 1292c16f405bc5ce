package dialog

import (
	"context"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Elevate asks whether a session that a person wanted to be read-only acts for a while.
func Elevate(kit *pane.Kit, actor pane.Actor, ctx context.Context, s *pane.Status) pane.Layer {
	f := newForm(kit, "Lift read-only for 15 minutes", false)
	reason := &field{label: "reason", needed: true}
	f.fields = append(f.fields, reason)
	why, until := s.ReadOnly, s.Lifted
	f.body = func(b *builder) {
		t := b.t
		b.text(t.Text, "Nothing is done from here: "+why+".")
		if until.After(kit.Now()) {
			b.text(t.Text, "It is lifted already, and ends "+cell.Left(until, kit.Now())+": this begins the 15 minutes anew.")
		}
		b.text(t.Text, "For 15 minutes actions work as ever, each with its own dialog. What was begun then is followed to its end.")
		b.text(t.Faint, "Environments that your team's configuration makes read-only stay so. Your reason is journalled.")
	}
	f.answers = []answer{{key: "l", word: "lift it", doing: "journalling", said: "actions work for 15 minutes", do: func() func() error {
		said := model.Clean(reason.value())
		return func() error {
			_, err := actor.LiftReadOnly(ctx, said)
			return err
		}
	}}}
	return f
}
