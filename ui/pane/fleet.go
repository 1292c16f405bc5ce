package pane

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// Fleet is the list of services with their verdicts. Its first row is all of them.
type Fleet struct {
	base
	board *Board
	said  string // the service that the cursor was last said to rest on

	longest int // name of a service, in cells
}

// allServices is the ID of the first row.
const allServices = "*"

// NewFleet makes the fleet's list.
func NewFleet(kit *Kit) *Fleet { return &Fleet{base: newBase(kit, 1)} }

// Focus is the action that goes here.
func (f *Fleet) Focus() intent.Action { return intent.Fleet }

// Name is the pane's name.
func (f *Fleet) Name() string { return "Fleet" }

// Counting is false: nothing in the list counts seconds.
func (f *Fleet) Counting() bool { return false }

// Update takes a message.
func (f *Fleet) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BoardMsg:
		f.board = msg.Board
		f.list.SetRows(f.rows())
		f.stale = true
		return f.moved()
	case BeatMsg:
		f.list.Forget()
	case SelectedMsg:
	default:
		if cmd, ok := f.common(msg); ok {
			return tea.Batch(cmd, f.moved())
		}
	}
	return nil
}

// SelectService puts the cursor on a service.
func (f *Fleet) SelectService(name string) tea.Cmd {
	f.list.Select(f.id(name))
	return f.moved()
}

func (f *Fleet) id(service string) string {
	if service == "" {
		return allServices
	}
	return "s:" + service
}

// Cursor is the service that the cursor is on; empty for all of them.
func (f *Fleet) Cursor() string { return f.said }

// moved tells when the cursor has come to rest on another service.
func (f *Fleet) moved() tea.Cmd {
	row := f.list.Selected()
	if row.ID == "" {
		return nil
	}
	service := row.Target.Service
	if service == f.said {
		return nil
	}
	f.said = service
	return f.kit.Ask(SelectMsg{})
}

// Actions are what can be done in the list.
func (f *Fleet) Actions() []intent.Use {
	uses := f.list.Uses()
	for i, u := range uses {
		if u.Means == nil {
			continue
		}
		means := u.Means
		uses[i].Means = func() tea.Cmd { return tea.Batch(means(), f.moved()) }
	}
	return uses
}

// View draws the list.
func (f *Fleet) View(a Area) []string {
	if f.settled(a) {
		return f.lines
	}
	count := ""
	if f.board != nil {
		count = strconv.Itoa(len(f.board.Services))
	}
	return f.draw(a, f.title(intent.Fleet, "Fleet", count, a.Focused), "")
}

func (f *Fleet) rows() []Row {
	services := Ranked(f.board.Services)
	name := 8
	for _, s := range services {
		name = max(name, cell.Width(cell.Text(f.kit.Theme, s.Service)))
	}
	f.longest = min(name, 24)
	rows := make([]Row, 0, len(services)+1)
	rows = append(rows, Row{ID: allServices, Search: "all services", Copy: "all services", Draw: f.drawAll, Enter: func() tea.Cmd {
		return f.kit.Ask(FocusMsg{intent.Deployments})
	}})
	for _, s := range services {
		rows = append(rows, f.row(s))
	}
	return rows
}

// Wish is the width in which the list, with its frame, can tell of every service its verdict
// and, in full, where it is decided or that something is unhealthy.
func (f *Fleet) Wish() int { return 2 + 2 + f.longest + 1 + stateWidth + 1 + reasonWidth }

// reasonWidth is the room of "✗ unhealthy", and of "production" beside it in the same column.
const reasonWidth = 11

// drawAll draws the row of the whole fleet.
func (f *Fleet) drawAll(l *cell.Line, _ int) {
	t := l.Theme()
	l.Put(t.Strong, "all services")
}

// stateWidth is the room of a symbol and the longest word of a verdict: UP TO DATE.
const stateWidth = 12

func (f *Fleet) row(s *readiness.Summary) Row {
	row := Row{
		ID: "s:" + s.Service, Search: s.Service + " " + s.Verdict.String() + " " + s.Worst,
		Copy:   s.Service + ": " + s.Verdict.String() + " " + s.Worst + ": " + string(s.Headline),
		Target: Target{Kind: ServiceKind, Service: s.Service}, Environment: s.Worst,
	}
	if ill := Sick(s); ill != nil && ill.Health == model.Unhealthy {
		row.Environment = ill.Name
	}
	progress, reading := f.board.Status.ProgressOf(s.Service)
	reading = reading && s.ReadAt.IsZero() && len(progress.Reading)+len(progress.Waiting) > 0
	row.Draw = func(l *cell.Line, _ int) {
		t := l.Theme()
		room := l.Room() - stateWidth - 1
		name := min(f.longest, max(room, 8))
		l.Col(t.Text, s.Service, name).Gap(1)
		if reading {
			done := len(progress.Done) + len(progress.Failed)
			l.Put(t.Active, t.Symbols.Running+" reading "+strconv.Itoa(done)+"/"+strconv.Itoa(done+len(progress.Reading)+len(progress.Waiting)))
			return
		}
		l.State(t.Verdict(s.Verdict), stateWidth)
		f.where(l, s)
	}
	return row
}

// where tells, as far as there is room, the environment that decides and, where a person
// would rather know it, which one is unhealthy.
func (f *Fleet) where(l *cell.Line, s *readiness.Summary) {
	t := l.Theme()
	if l.Room() < 3 {
		return
	}
	l.Gap(1)
	ill := Sick(s)
	wide := l.Room() > 40
	switch {
	case ill != nil && (ill.Health == model.Unhealthy || s.Verdict == model.Go || s.Verdict == model.UpToDate):
		h := t.Health(ill.Health)
		if l.Room() < cell.Width(ill.Name)+cell.Width(h.Word)+3 {
			text := h.Symbol + " " + h.Word
			if l.Room() < cell.Width(text) {
				text = h.Symbol
			}
			l.Put(h.Style, text)
			return
		}
		l.Put(environmentStyle(t, ill.Tier), ill.Name).Put(h.Style, " "+h.Symbol+" "+h.Word)
	case s.Worst != "" && s.Verdict != model.UpToDate:
		e := environmentOf(s, s.Worst)
		tier := model.Other
		if e != nil {
			tier = e.Tier
		}
		if n := cell.Width(cell.Text(t, s.Worst)); n <= l.Room() || n > 10 && l.Room() >= 8 {
			l.Put(environmentStyle(t, tier), s.Worst) // a cut word is worse than none
		}
	}
	if wide {
		l.To(2+f.longest+stateWidth+24).Gap(1).Put(t.Faint, Matter(s))
	}
}

// environmentOf is an environment of a summary, or nil.
func environmentOf(s *readiness.Summary, name string) *readiness.EnvSummary {
	for i := range s.Environments {
		if s.Environments[i].Name == name {
			return &s.Environments[i]
		}
	}
	return nil
}

// environmentStyle is how an environment's name is written.
func environmentStyle(t *theme.Theme, tier model.Tier) theme.Style {
	if tier == model.Production {
		return t.Produce
	}
	return t.Text
}
