package dialog

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// journalSheet lists every record of an operation, as the journal holds them.
type journalSheet struct {
	id    string
	actor pane.Actor
	read  *journalRead
}

// journalRead brings the records of an operation.
type journalRead struct {
	id      string
	records []operation.Record
	err     error
}

func (j *journalSheet) title(s *sheet) (string, bool) {
	if j.read == nil || len(j.read.records) == 0 || j.read.records[0].Plan == nil {
		return s.service + ": journal of " + j.id, false
	}
	p := j.read.records[0].Plan
	return s.kit.Theme.Where(s.service, place(p)) + ": journal of " + string(p.Kind) + " " + p.Release.Title(), p.Tier == model.Production
}

func (j *journalSheet) counting(*sheet) bool { return false }

func (j *journalSheet) more(s *sheet) tea.Cmd {
	ctx, actor, id := s.ctx, j.actor, j.id
	return func() tea.Msg {
		records, err := actor.Records(ctx, id)
		return journalRead{id, records, err}
	}
}

func (j *journalSheet) take(msg tea.Msg) bool {
	read, ok := msg.(journalRead)
	if !ok || read.id != j.id {
		return false
	}
	j.read = &read
	return true
}

func (j *journalSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	switch {
	case j.read == nil:
		b.text(t.Faint, "Reading the journal.")
		return
	case j.read.err != nil:
		b.text(t.Bad, "The journal can't be read: "+j.read.err.Error())
		return
	case len(j.read.records) == 0:
		b.text(t.Text, "No journal knows the operation "+j.id+".")
		return
	}
	b.field("operation", t.Text, j.id, "")
	b.heading("Records", "oldest first")
	clock := 0
	for i := range j.read.records {
		clock = max(clock, cell.Width(cell.Clock(j.read.records[i].At, now)))
	}
	for i := range j.read.records {
		r := &j.read.records[i]
		s := t.Operation(r.State)
		text := told(r)
		column := clock + 1 + 15 + 1 + 19
		lines := pane.Wrapped(t, text, b.width-column-4)
		for n, line := range lines {
			row := pane.Row{Inert: n > 0, Search: string(r.Event) + " " + s.Word + " " + text, Copy: cell.Clock(r.At, now) + " " + string(r.Event) + " " + s.Word + " " + text}
			b.row(row, func(l *cell.Line) {
				if n == 0 {
					l.Col(t.Faint, cell.Clock(r.At, now), clock).Gap(1).Col(t.Strong, string(r.Event), 15).Gap(1).State(s, 19).End()
				}
				l.To(2+column).Put(t.Text, line)
			})
		}
	}
}

// told is what a record says beyond its event and state.
func told(r *operation.Record) string {
	text := string(r.Why)
	add := func(s string) {
		if text != "" {
			text += "; "
		}
		text += s
	}
	if r.Actor != "" {
		add("by " + string(r.Actor))
	}
	if r.Status != 0 {
		add("GitHub answered " + strconv.Itoa(r.Status))
	}
	if r.Run != 0 {
		add("run " + strconv.FormatInt(r.Run, 10))
	}
	if r.Deployment != 0 {
		add("deployment " + strconv.FormatInt(r.Deployment, 10))
	}
	if r.Place != "" {
		add(r.Place)
	}
	return text
}
