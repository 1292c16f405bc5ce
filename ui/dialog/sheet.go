// Package dialog holds what lies over the panes: the details of things, the palette, the
// help. Each is opened by an intent and closed by going back.
package dialog

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// content is what a sheet tells about.
type content interface {
	// title names the thing; production frames it as such.
	title(s *sheet) (title string, production bool)
	// rows tell what is known of it.
	rows(b *builder)
	// more reads what a service's detail doesn't hold; nil where that is all.
	more(s *sheet) tea.Cmd
	// take keeps what more has read; it reports whether the message was its own.
	take(msg tea.Msg) bool
	// counting reports that something in it goes on.
	counting(s *sheet) bool
}

// logged is a content that a log belongs to, as a whole.
type logged interface {
	// log names it; the zero target: there is none.
	log(s *sheet) pane.Target
}

// acted is a content that can be acted on.
type acted interface {
	uses(s *sheet) []intent.Use
}

// placed is a content that is about an environment.
type placed interface {
	place() string
}

// sheet is a page of details that scrolls. It reads the service it is about by itself, for
// that need not be the one that the panes show. One without a service is about the fleet.
type sheet struct {
	kit     *pane.Kit
	src     pane.Source
	ctx     context.Context
	service string
	content content

	detail   *pane.Detail
	err      error
	question int // number of the newest question; older answers are dropped
	busy     bool
	again    bool

	list   *pane.List
	choose string // row that the content wants to be selected
	frame  *pane.Frame
	area   pane.Area
	stale  bool
	lines  []string
}

// sheetMsg brings a service to the sheet that asked for it.
type sheetMsg struct {
	sheet    *sheet
	question int
	detail   pane.Detail
	err      error
}

// moreMsg brings what a content asked for beside it.
type moreMsg struct {
	sheet *sheet
	msg   tea.Msg
}

func newSheet(kit *pane.Kit, src pane.Source, ctx context.Context, service string, c content) *sheet {
	return &sheet{
		kit: kit, src: src, ctx: ctx, service: service, content: c,
		list: pane.NewList(kit, 1), frame: pane.NewFrame(kit), stale: true,
	}
}

// Focus is nothing: a sheet is gone back from.
func (s *sheet) Focus() intent.Action { return "" }

// Name is the sheet's title.
func (s *sheet) Name() string { title, _ := s.content.title(s); return title }

// Typing reports that the filter is being typed.
func (s *sheet) Typing() bool { return s.list.Typing() }

// Counting reports that something in it goes on.
func (s *sheet) Counting() bool { return s.content.counting(s) }

// Floats is false: a sheet takes the whole body.
func (s *sheet) Floats() bool { return false }

// Size is all there is.
func (s *sheet) Size(width, height int) (int, int) { return width, height }

// Start asks for what the sheet tells.
func (s *sheet) Start() tea.Cmd { return s.ask() }

// ask reads the service, and what the content needs beside it.
func (s *sheet) ask() tea.Cmd {
	if s.busy {
		s.again = true
		return nil
	}
	s.busy = true
	s.question++
	question := s.question
	if s.service == "" { // its content reads the whole fleet
		return func() tea.Msg { return sheetMsg{sheet: s, question: question} }
	}
	return func() tea.Msg {
		d, err := s.src.Detail(s.ctx, s.service)
		return sheetMsg{s, question, d, err}
	}
}

// Place is the environment that the sheet, or the selected row, is about.
func (s *sheet) Place() (service, environment string) {
	if p, ok := s.content.(placed); ok {
		if name := p.place(); name != "" {
			return s.service, name
		}
	}
	row := s.list.Selected()
	return row.Place()
}

// Update takes a message.
func (s *sheet) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case sheetMsg:
		return s.came(msg)
	case moreMsg:
		if msg.sheet == s && s.content.take(msg.msg) {
			s.stale = true
		}
	case pane.NewsMsg:
		if msg.Changed[s.service] || s.service == "" {
			return s.ask()
		}
	case pane.MovingMsg:
		s.stale = true
	case pane.BeatMsg:
		s.stale = true
		return s.ask()
	case tea.KeyMsg:
		s.list.Type(msg)
	case pane.WheelMsg:
		s.list.Wheel(msg.Rows)
	case pane.ClickMsg:
		if s.list.Click(msg.Y-1) && msg.Again {
			return s.list.Open()
		}
	}
	return nil
}

// came takes an answer, if it is the newest and the sheet's own.
func (s *sheet) came(msg sheetMsg) tea.Cmd {
	if msg.sheet != s || msg.question != s.question {
		return nil
	}
	s.busy, s.stale = false, true
	s.err = msg.err
	if msg.err == nil {
		s.detail = &msg.detail
	}
	var cmds []tea.Cmd
	if s.detail != nil {
		if more := s.content.more(s); more != nil {
			cmds = append(cmds, func() tea.Msg { return moreMsg{s, more()} })
		}
	}
	if s.again {
		s.again = false
		cmds = append(cmds, s.ask())
	}
	return tea.Batch(cmds...)
}

// Actions are what can be done on the sheet.
func (s *sheet) Actions() []intent.Use {
	uses := s.list.Uses()
	if a, ok := s.content.(acted); ok {
		uses = append(uses, a.uses(s)...)
	}
	if l, ok := s.content.(logged); ok {
		if t := l.log(s); t != (pane.Target{}) { // where the row has none of its own
			uses = append(uses, intent.Use{Action: intent.Logs, Means: func() tea.Cmd { return s.kit.Ask(pane.OpenMsg{Target: t}) }})
		}
	}
	src, service := s.src, s.service
	if service == "" {
		return uses // reading again means the same as everywhere
	}
	return append(uses, intent.Use{Action: intent.Refresh, Means: func() tea.Cmd {
		s.kit.Ask(pane.SayMsg{Text: "reading " + service + " again"})
		return func() tea.Msg { src.Refresh(service); return nil }
	}})
}

// View draws the sheet.
func (s *sheet) View(a pane.Area) []string {
	if !s.stale && a == s.area && !s.list.Dirty() && s.lines != nil {
		return s.lines
	}
	if s.stale || a.Width != s.area.Width {
		s.list.SetRows(s.build(a.Width - 2))
		if s.choose != "" {
			s.list.Select(s.choose)
			s.choose = ""
		}
	}
	s.area, s.stale = a, false
	t := s.kit.Theme
	title, production := s.content.title(s)
	box := theme.Box{Title: t.Heading.Render(cell.Text(t, title)), Width: a.Width, Height: a.Height, Focused: true, Production: production}
	width, height := box.Inner()
	content := s.list.Draw(s.frame.Inner[:0], width, height, a.Focused)
	box.Note, box.Foot = s.list.Note(), s.list.Foot()
	s.lines = s.frame.Wrap(box, content)
	return s.lines
}

func (s *sheet) build(width int) []pane.Row {
	b := &builder{s: s, kit: s.kit, t: s.kit.Theme, width: width}
	switch {
	case s.err != nil:
		b.text(b.t.Bad, "What is known of "+s.service+" can't be read: "+s.err.Error())
	case s.detail == nil:
		b.text(b.t.Faint, "Reading from the cache.")
	default:
		b.d = s.detail
		s.content.rows(b)
	}
	return b.list
}
