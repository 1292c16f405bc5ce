package dialog

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/operation"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// candidates are what may be what was sent: a person says which one it was, or that it was none. Where several carry the
// operation's ID nothing is to be said any more; they are listed to be looked at.
func (o *operationSheet) candidates(b *builder) {
	op := &o.read.operation
	switch {
	case op.State == operation.Errored && len(op.Found.Strong) > 1:
		b.heading("They carry its ID", "look at each on GitHub")
		for _, m := range op.Found.Strong {
			b.candidate(m, nil)
		}
	case op.State != operation.Ambiguous:
	case !op.Driven:
		b.heading("What became of it?", "it is said where it is driven")
		for _, m := range op.Found.Weak {
			b.candidate(m, nil)
		}
	default:
		b.heading("What became of it?", "enter says so")
		decide := func(run int64) func() tea.Cmd {
			return func() tea.Cmd {
				return b.kit.Ask(pane.PushMsg{Layer: newDecide(b.kit, o.actor, b.s.ctx, op, run)})
			}
		}
		if op.Plan.Kind.Word() {
			b.row(pane.Row{ID: "done", Search: "it was done", Enter: decide(max(op.Plan.Subject, 1)), Word: "it was done"}, func(l *cell.Line) {
				l.Put(b.t.Strong, "it was done").End()
				l.Gap(2).Put(b.t.Text, "GitHub shows it")
			})
			b.row(pane.Row{ID: "nothing", Search: "it was not done", Enter: decide(0), Word: "it was not"}, func(l *cell.Line) {
				l.Put(b.t.Strong, "it was not").End()
				l.Gap(2).Put(b.t.Text, "it is as it was")
			})
			return
		}
		for _, m := range op.Found.Weak {
			b.candidate(m, decide(m.Run))
		}
		b.row(pane.Row{ID: "nothing", Search: "nothing was sent", Enter: decide(0), Word: "nothing was sent"}, func(l *cell.Line) {
			l.Put(b.t.Strong, "nothing").End()
			l.Gap(2).Put(b.t.Text, "none of it was sent: it ends as aborted, and its lock is given back")
		})
	}
}

// candidate is a run or deployment that may be what was sent.
func (b *builder) candidate(m operation.Match, enter func() tea.Cmd) {
	t := b.t
	name := "run " + strconv.FormatInt(m.Run, 10)
	if m.Run == 0 {
		name = "deployment " + strconv.FormatInt(m.Deployment, 10)
	}
	b.row(pane.Row{ID: name, Search: name + " " + string(m.Why), Link: m.URL, Enter: enter, Word: "it is this one"}, func(l *cell.Line) {
		l.Link(t.Strong, name, m.URL, 24).End()
		l.Gap(2).Put(t.Text, string(m.Why))
	})
}
