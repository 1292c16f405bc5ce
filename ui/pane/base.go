package pane

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// base is what every pane with one list in a frame has in common.
type base struct {
	kit    *Kit
	list   *List
	frame  *Frame
	area   Area
	stale  bool // what was drawn no longer holds
	lines  []string
	header []string // lines above the list, that don't scroll
}

func newBase(kit *Kit, tall int) base {
	return base{kit: kit, list: NewList(kit, tall), frame: NewFrame(kit), stale: true}
}

// Typing reports that the filter is being typed.
func (b *base) Typing() bool { return b.list.Typing() }

// common takes the messages that mean the same to every list; it reports whether it did.
func (b *base) common(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		b.list.Type(msg)
	case WheelMsg:
		b.list.Wheel(msg.Rows)
	case ClickMsg:
		if b.list.Click(msg.Y-1-len(b.header)) && msg.Again {
			return b.list.Open(), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// settled reports whether what was drawn for the area still holds.
func (b *base) settled(a Area) bool {
	return !b.stale && a == b.area && !b.list.Dirty() && b.lines != nil
}

// draw draws the frame, the header and the list.
func (b *base) draw(a Area, title, note string) []string {
	b.area, b.stale = a, false
	box := theme.Box{Width: a.Width, Height: a.Height, Focused: a.Focused}
	width, height := box.Inner()
	out := b.frame.Inner[:0]
	for _, h := range b.header {
		if len(out) < height {
			out = append(out, h)
		}
	}
	out = b.list.Draw(out, width, height-len(out), a.Focused)
	box.Title, box.Note, box.Foot = title, note, b.list.Foot()
	n := b.list.Note()
	switch {
	case a.Tabs != "" && n != "": // beside the tabs it has no room
		box.Title, box.Foot = a.Tabs, strings.TrimRight(n+" "+box.Foot, " ")
	case a.Tabs != "":
		box.Title = a.Tabs
	case n != "":
		box.Note = n
	}
	b.lines = b.frame.Wrap(box, out)
	return b.lines
}

// title is a pane's name with its key, and what it shows.
func (b *base) title(a intent.Action, name, of string, focused bool) string {
	t := b.kit.Theme
	style := t.Text
	if focused {
		style = t.Heading
	}
	parts := make([]string, 0, 3)
	if key := b.kit.Keys.Label(a); key != "" {
		parts = append(parts, t.Key.Render(key))
	}
	parts = append(parts, style.Render(name))
	if of != "" {
		parts = append(parts, t.Faint.Render(cell.Text(t, of)))
	}
	return strings.Join(parts, " ")
}

// sentence is an inert row that says something, indented like the others.
func sentence(style theme.Style, text string) Row {
	return Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(2).Put(style, text) }}
}

// blank is an empty row.
func blank() Row { return Row{Inert: true} }

// wrapped is a text broken into lines of at most width cells, between words where that
// can be.
func wrapped(text string, width int) []string {
	if width < 8 {
		width = 8
	}
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := cell.Width(word)
		switch {
		case used == 0:
		case used+1+n <= width:
			line, used = line+" ", used+1
		default:
			lines = append(lines, line)
			line, used = "", 0
		}
		for n > width { // a word longer than a line: an address, a commit
			head, m := firstCells(word, width)
			lines = append(lines, head)
			word = word[len(head):]
			n -= m
			if m == 0 {
				break
			}
		}
		line, used = line+word, used+n
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// Wrapped is a clean text broken into lines of at most width cells.
func Wrapped(t *theme.Theme, text string, width int) []string {
	return wrapped(cell.Text(t, text), width)
}

// firstCells is the beginning of a word that takes at most width cells, and how many.
func firstCells(word string, width int) (string, int) {
	used := 0
	for i, r := range word {
		n := cell.Width(string(r))
		if used+n > width {
			return word[:i], used
		}
		used += n
	}
	return word, used
}
