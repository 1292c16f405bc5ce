package dialog

import (
	"cmp"
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Tick makes the dialog that ticks an item of a checklist for a release, or takes that back.
func Tick(kit *pane.Kit, actor pane.Actor, ctx context.Context, kind operation.Kind, service, environment string, r model.Release, item string) pane.Layer {
	if actor == nil {
		return nil
	}
	where := kit.Theme.Where(service, environment)
	a := newAct(kit, actor, ctx, where+": checklist", func(b *builder, _ *act) {
		b.field("item", b.t.Strong, item, "")
		b.field("for", b.t.Version, r.Title(), r.URL)
		if kind == operation.Tick {
			b.text(b.t.Faint, "You say that it has been seen to. Everybody's gonogo shows who ticked it; the next release has to be ticked anew.")
		}
	})
	key, word, doing := "t", "tick it", "ticking"
	if kind == operation.Untick {
		key, word, doing = "u", "untick it", "unticking"
	}
	a.add(key, word, doing, "asked to "+string(kind)+": "+item, operate.Request{Kind: kind, Service: service, Environment: environment, Release: cmp.Or(r.Tag, string(r.SHA)), Item: item})
	a.answers[0].then = nil // there may be more to tick: one goes back to the list, and hears of the end there
	return a
}

// checklist lists what people tick for the candidate, and who has.
func (g gateSheet) checklist(b *builder, e *readiness.Environment) {
	if len(e.Checklist) == 0 {
		return
	}
	t := b.t
	note := ""
	if g.actor != nil {
		note = "enter ticks, or unticks"
	}
	b.heading("Checklist", note)
	for _, item := range e.Checklist {
		kind, s, who := operation.Tick, t.Result(model.Wait), ""
		s.Word = "open"
		switch {
		case item.By == nil:
		case item.By.Flaw != "":
			kind, s, who = operation.Untick, t.Result(model.Unknown), item.By.Flaw
			s.Word = "unreadable"
		default:
			kind, s = operation.Untick, t.Result(model.Pass)
			s.Word, who = "ticked", whoSet(item.By, b.kit)
		}
		row := pane.Row{ID: "item:" + item.Item, Search: item.Item + " " + s.Word + " " + who, Copy: item.Item + ": " + s.Word + " " + who}
		if g.actor != nil {
			kit, actor, ctx, service, environment, release, text := b.kit, g.actor, b.s.ctx, b.s.service, g.environment, e.Candidate.Release, item.Item
			row.Word = string(kind)
			row.Enter = func() tea.Cmd {
				return kit.Ask(pane.PushMsg{Layer: Tick(kit, actor, ctx, kind, service, environment, release, text)})
			}
		}
		const column = 12 + 1
		for n, line := range pane.Wrapped(t, item.Item, b.width-column-3) {
			if n > 0 {
				row = pane.Row{Inert: true, Search: row.Search}
			}
			b.row(row, func(l *cell.Line) {
				if n == 0 {
					l.State(s, 12).End()
				}
				l.To(2+column).Put(t.Text, line)
			})
		}
		if who != "" {
			b.row(pane.Row{Inert: true, Search: who}, func(l *cell.Line) { l.To(2+column).Put(t.Faint, who) })
		}
	}
}
