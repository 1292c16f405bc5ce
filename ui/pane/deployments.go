package pane

import (
	"cmp"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
)

// Deployments shows what runs where: a matrix of services and environments for the whole
// fleet, and the environments of one service with their candidates and gates.
type Deployments struct {
	base
	board   *Board
	service string // empty: the whole fleet
	detail  *Detail
	err     error

	cols    []column
	column  int // under the cursor
	grid    grid
	longest int
	width   int
	moving  bool
}

// NewDeployments makes the pane.
func NewDeployments(kit *Kit) *Deployments { return &Deployments{base: newBase(kit, 2)} }

// Focus is the action that goes here.
func (d *Deployments) Focus() intent.Action { return intent.Deployments }

// Name is the pane's name.
func (d *Deployments) Name() string { return "Deployments" }

// Wish is the width in which the pane, with its frame, has room for every environment of the
// matrix, and for the sentences of one service's gates.
func (d *Deployments) Wish() int {
	return max(2+3+min(d.longest, 28)+len(d.cols)*minColumn, sentenceWidth)
}

// sentenceWidth is how wide a gate with most of its sentence is.
const sentenceWidth = 64

// Counting reports that a deployment is under way.
func (d *Deployments) Counting() bool { return d.moving }

// Update takes a message.
func (d *Deployments) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BoardMsg:
		d.board = msg.Board
		first := d.cols == nil
		if d.cols = columns(msg.Board.Services); first {
			d.column = len(d.cols) - 1 // the last stop is what people ask about
		}
		if d.service == "" {
			d.reset()
		}
	case SelectedMsg:
		if msg.Service != d.service && !d.list.Typing() { // a filter that is being typed already is for what comes
			d.list = NewList(d.kit, 1)
		}
		d.service, d.detail, d.err = msg.Service, msg.Detail, msg.Err
		d.reset()
	case MovingMsg:
		if d.service != "" {
			d.reset()
		}
	case BeatMsg:
		d.list.Forget()
		d.stale = true
	default:
		if click, ok := msg.(ClickMsg); ok && d.service == "" {
			d.clickColumn(click.X)
		}
		cmd, _ := d.common(msg)
		return cmd
	}
	return nil
}

// reset makes the rows anew from the data.
func (d *Deployments) reset() {
	d.stale = true
	d.moving = false
	if d.service != "" {
		d.header = nil
		d.list.SetTall(1)
		d.list.SetRows(d.serviceRows())
		return
	}
	if d.board == nil {
		return
	}
	services := Ranked(d.board.Services)
	d.longest = 0
	for _, s := range services {
		d.longest = max(d.longest, cell.Width(cell.Text(d.kit.Theme, s.Service))+1)
	}
	d.column = max(min(d.column, len(d.cols)-1), 0)
	rows := make([]Row, 0, len(services))
	for _, s := range services {
		rows = append(rows, d.matrixRow(s))
	}
	if len(rows) == 0 {
		rows = d.nothing()
	}
	d.list.SetRows(rows)
}

// nothing says why there are no services, in as many lines as it takes. A row of the matrix has two.
func (d *Deployments) nothing() []Row {
	text := cmp.Or(d.kit.Discovery.Sentence(), "This fleet has no services yet: add one to its gonogo.yml.")
	rows := make([]Row, 4)
	for i := range rows {
		rows[i] = Row{Inert: true, Draw: func(l *cell.Line, part int) {
			if lines := wrapped(cell.Text(d.kit.Theme, text), l.Room()-4); 2*i+part < len(lines) {
				l.To(2).Put(d.kit.Theme.Text, lines[2*i+part])
			}
		}}
	}
	return rows
}

// matrixRow is one service and its environments.
func (d *Deployments) matrixRow(s *readiness.Summary) Row {
	row := Row{ID: "s:" + s.Service, Search: s.Service + " " + s.Verdict.String()}
	for i := range s.Environments {
		e := &s.Environments[i]
		d.moving = d.moving || e.Moving
		row.Search += " " + string(e.Version) + " " + e.Name
		if e.HealthConfigured {
			row.Search += " " + e.Health.String()
		}
	}
	row.Target, row.Copy = d.targetOf(s), d.told(s)
	row.Draw = func(l *cell.Line, part int) {
		t := l.Theme()
		if part == 0 {
			l.Col(t.Strong, s.Service, d.grid.name)
		}
		l.To(2 + d.grid.name)
		l.End()
		if _, reading := d.board.Status.ProgressOf(s.Service); len(s.Environments) == 0 || reading && s.ReadAt.IsZero() {
			d.drawUnread(l, s, part)
			return
		}
		for i := d.grid.first; i < d.grid.first+d.grid.count; i++ {
			e := environmentOf(s, d.cols[i].name)
			style, sep := separator(t, e != nil && e.Tier == model.Production || d.cols[i].production)
			if part == 0 && i == d.column && len(d.cols) > 1 && d.list.Selected().ID == row.ID {
				l.Put(style, strings.TrimSuffix(sep, " ")).Put(t.Strong, t.Symbols.Cursor)
			} else {
				l.Put(style, sep)
			}
			drawCell(l, e, min(d.grid.each-2, l.Room()), part, d.grid.flat, d.kit)
		}
		d.grid.close(l, d.cols)
	}
	return row
}

// told is a service of the matrix in words, as it is copied: in full, whatever has room on
// the screen.
func (d *Deployments) told(s *readiness.Summary) string {
	t := d.kit.Theme
	parts := []string{s.Service}
	for i := range s.Environments {
		e := &s.Environments[i]
		text := e.Name + ": " + runningWord(t, e)
		if e.Partly != "" {
			text += ", possibly partly " + string(e.Partly)
		}
		if e.Candidate != "" {
			text += " " + t.Symbols.Arrow + " " + string(e.Candidate)
		}
		text += ", " + e.Verdict.String()
		if e.HealthConfigured {
			text += ", " + e.Health.String()
			if e.HealthWhy != "" && e.Health != model.Healthy {
				text += " (" + string(e.HealthWhy) + ")"
			}
		}
		parts = append(parts, text)
	}
	if len(s.Environments) == 0 {
		parts = append(parts, s.Verdict.String()+": "+string(s.Headline))
	}
	return strings.Join(parts, "; ")
}

// drawUnread draws a service whose environments can't be told: why, or how far reading is.
func (d *Deployments) drawUnread(l *cell.Line, s *readiness.Summary, part int) {
	t := l.Theme()
	if part > 0 {
		if p, reading := d.board.Status.ProgressOf(s.Service); reading {
			l.Put(t.Faint, progressText(p))
		}
		return
	}
	v := t.Verdict(s.Verdict)
	l.Put(v.Style, v.Symbol+" "+v.Word).Gap(1).Put(t.Text, string(s.Headline))
}

// targetOf is the environment under the cursor's column, if the service has it, else the
// service.
func (d *Deployments) targetOf(s *readiness.Summary) Target {
	if d.column < len(d.cols) {
		if e := environmentOf(s, d.cols[d.column].name); e != nil {
			return Target{Kind: EnvironmentKind, Service: s.Service, Environment: e.Name}
		}
	}
	return Target{Kind: ServiceKind, Service: s.Service}
}

// sideways moves the column under the cursor.
func (d *Deployments) sideways(n int) tea.Cmd {
	at := min(max(d.column+n, 0), max(len(d.cols)-1, 0))
	if at != d.column {
		d.column = at
		d.reset()
	}
	return nil
}

func (d *Deployments) clickColumn(x int) {
	x -= 1 + 2 + d.grid.name
	if x < 0 || d.grid.each == 0 {
		return
	}
	if at := d.grid.first + x/d.grid.each; at < len(d.cols) && at != d.column {
		d.sideways(at - d.column)
	}
}

// Actions are what can be done here.
func (d *Deployments) Actions() []intent.Use {
	uses := d.list.Uses()
	if d.service == "" && len(d.cols) > 1 {
		uses = append(uses,
			intent.Use{Action: intent.Left, Means: func() tea.Cmd { return d.sideways(-1) }},
			intent.Use{Action: intent.Right, Means: func() tea.Cmd { return d.sideways(1) }})
	}
	return uses
}

// View draws the pane.
func (d *Deployments) View(a Area) []string {
	if d.settled(a) {
		return d.lines
	}
	of := d.service
	if d.service == "" {
		of = "all services"
		d.lay(a)
	} else if a.Width != d.width {
		d.width = a.Width
		d.list.SetRows(d.serviceRows())
	}
	d.area = a
	return d.draw(a, d.title(intent.Deployments, "Deployments", of, a.Focused), "")
}

// lay fits the matrix into the area.
func (d *Deployments) lay(a Area) {
	g := layGrid(a.Width-2, d.longest, len(d.cols), d.column, d.grid.first)
	if g != d.grid {
		d.grid = g
		d.list.Forget()
	}
	d.header = d.header[:0]
	if len(d.cols) > 0 {
		d.header = append(d.header, g.drawHeading(d.kit.Theme, a, d.cols, d.column))
	}
	if g.flat {
		d.list.SetTall(1)
	} else {
		d.list.SetTall(2)
	}
}

// progressText says how far a service's first synchronisation has come.
func progressText(p Progress) string {
	text := ""
	add := func(s string) {
		if text != "" {
			text += " · "
		}
		text += s
	}
	if n := len(p.Done); n > 0 {
		add(strconv.Itoa(n) + " read")
	}
	if len(p.Reading) > 0 {
		names := ""
		for i, s := range p.Reading {
			if i > 0 {
				names += ", "
			}
			names += string(s)
		}
		add("reading " + names)
	}
	if n := len(p.Waiting); n > 0 {
		add(strconv.Itoa(n) + " to come")
	}
	if n := len(p.Failed); n > 0 {
		add(strconv.Itoa(n) + " failed")
	}
	return text
}
