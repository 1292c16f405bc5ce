package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
)

// knownMsg brings what the cache knows now of a request of which something was unknown.
type knownMsg struct {
	act      *act
	way      int
	question int
	draft    *operate.Draft
}

// news looks whether what was unknown has become known since it was asked: a dialog that was opened during the first reading
// says so by itself.
func (a *act) news(msg pane.NewsMsg) tea.Cmd {
	var cmds []tea.Cmd
	for i, w := range a.ways {
		if !msg.Changed[w.request.Service] || a.doing != "" || w.asking || w.draft == nil || unknowns(w.draft) == 0 {
			continue
		}
		actor, ctx, question, request := a.actor, a.ctx, w.question, w.request
		cmds = append(cmds, func() tea.Msg {
			d, err := actor.Sketch(ctx, request)
			if err != nil {
				return nil // what is shown stays
			}
			return knownMsg{a, i, question, d}
		})
	}
	return tea.Batch(cmds...)
}

// knows reads again what has become known.
func (a *act) knows(msg knownMsg) tea.Cmd {
	w := a.ways[msg.way]
	if msg.act != a || msg.question != w.question || a.doing != "" || w.asking || w.draft == nil || unknowns(msg.draft) >= unknowns(w.draft) {
		return nil
	}
	return a.again(msg.way)
}

// unknowns counts the gates against a draft of which nobody knows how they stand.
func unknowns(d *operate.Draft) (n int) {
	for _, f := range d.Against {
		if f.Result == model.Unknown {
			n++
		}
	}
	return n
}
