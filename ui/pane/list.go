package pane

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// Row is one row of a list, ready to be drawn.
type Row struct {
	ID     string // keeps the cursor on the row when the data change
	Draw   func(l *cell.Line, part int)
	Search string         // what a filter looks in; empty: the row is hidden by any filter
	Link   string         // address of its page
	Copy   string         // what copying takes; empty: the row as drawn
	Target Target         // its details
	Log    Target         // the log that belongs to it
	Run    *ServiceRun    // the run that it is, or that holds what it tells of
	Enter  func() tea.Cmd // what entering means where it has no details of its own
	Word   string         // what that is called in the footer
	// Environment is that of the service that the row is about, where its target names none.
	Environment string
	Inert       bool // a heading or a blank: the cursor passes over it

	Edge      string // the side of a frame that the row is in, beside the cursor
	EdgeStyle theme.Style
}

// markWidth is how far the mark of a selected row reaches at most: far enough to be seen,
// and no further, for every cell of it is sent when the cursor moves.
const markWidth = 64

// List is rows with a cursor. It draws those that are seen, and remembers them.
type List struct {
	kit    *Kit
	tall   int // lines a row
	rows   []Row
	shown  []int // rows that pass the filter
	cursor int   // in shown; -1 where nothing can be selected
	top    int   // first row seen, in shown
	height int   // rows seen when last drawn
	moved  bool  // the person has moved the cursor

	filter string
	typing bool

	width int
	drawn map[int]string // by place in shown and part of the row
	dirty bool
}

// NewList makes an empty list whose rows are tall lines each.
func NewList(kit *Kit, tall int) *List {
	return &List{kit: kit, tall: max(tall, 1), cursor: -1, drawn: map[int]string{}, dirty: true}
}

// SetRows replaces the rows. The cursor stays on its row where that still exists, and at
// the first one until the person has moved it.
func (l *List) SetRows(rows []Row) {
	id := l.Selected().ID
	was := l.cursor
	l.rows = rows
	l.match()
	l.Forget()
	if l.moved && id != "" {
		for i, r := range l.shown {
			if l.rows[r].ID == id && !l.rows[r].Inert {
				l.cursor = i
				return
			}
		}
	}
	l.cursor = -1
	if l.moved {
		l.place(was, 1)
		return
	}
	l.place(0, 1)
}

// SetTall changes how many lines a row takes.
func (l *List) SetTall(tall int) {
	if tall != l.tall {
		l.tall = max(tall, 1)
		l.Forget()
	}
}

// Forget makes every row be drawn again.
func (l *List) Forget() { clear(l.drawn); l.dirty = true }

// Dirty reports whether drawing would give something new, and takes it as drawn.
func (l *List) Dirty() bool { return l.dirty }

// Selected is the row under the cursor; the zero row where there is none.
func (l *List) Selected() Row {
	if l.cursor < 0 || l.cursor >= len(l.shown) {
		return Row{}
	}
	return l.rows[l.shown[l.cursor]]
}

// Select puts the cursor on the row with that ID.
func (l *List) Select(id string) bool {
	for i, r := range l.shown {
		if l.rows[r].ID == id && !l.rows[r].Inert {
			l.cursor, l.moved, l.dirty = i, true, true
			return true
		}
	}
	return false
}

// place puts the cursor on the first row that can be selected from i on in steps, else on
// the nearest the other way.
func (l *List) place(i, step int) {
	i = min(max(i, 0), len(l.shown)-1)
	for _, s := range []int{step, -step} {
		for j := i; j >= 0 && j < len(l.shown); j += s {
			if !l.rows[l.shown[j]].Inert {
				l.cursor, l.dirty = j, true
				return
			}
		}
	}
	l.cursor = -1
}

// Move moves the cursor by n rows that can be selected; where there are no more it
// scrolls to what lies beyond.
func (l *List) Move(n int) {
	if l.cursor < 0 {
		l.roll(n)
		return
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	l.moved = true
	for ; n > 0; n-- {
		next := l.cursor + step
		for next >= 0 && next < len(l.shown) && l.rows[l.shown[next]].Inert {
			next += step
		}
		if next < 0 || next >= len(l.shown) {
			l.scroll(step)
			return
		}
		l.cursor, l.dirty = next, true
	}
}

// scroll shows what lies beyond the first or last row that can be selected.
func (l *List) scroll(n int) {
	top := min(max(l.top+n*len(l.shown), 0), max(len(l.shown)-l.height, 0))
	if top != l.top {
		l.top, l.dirty = top, true
	}
}

// roll shows what lies n rows further.
func (l *List) roll(n int) {
	if top := min(max(l.top+n, 0), max(len(l.shown)-l.height, 0)); top != l.top {
		l.top, l.dirty = top, true
	}
}

// Page moves by n screens.
func (l *List) Page(n int) {
	if l.cursor < 0 { // nothing can be selected: it is only read
		l.roll(n * max(l.height-1, 1))
		return
	}
	l.moved = true
	step := 1
	if n < 0 {
		step = -1
	}
	was := l.cursor
	l.place(l.cursor+n*max(l.height-1, 1), step)
	if l.cursor == was {
		l.scroll(step)
	}
}

// First goes to the first row, Last to the last.
func (l *List) First() { l.moved = true; l.place(0, 1); l.top = 0; l.dirty = true }

// Last goes to the last row.
func (l *List) Last() { l.moved = true; l.place(len(l.shown)-1, -1); l.scroll(1) }

// Wheel scrolls by rows.
func (l *List) Wheel(n int) { l.Move(n) }

// Click selects the row at a line of what is drawn; it reports whether there is one.
func (l *List) Click(y int) bool {
	i := l.top + y/l.tall
	if y < 0 || i < 0 || i >= len(l.shown) || i >= l.top+l.height || l.rows[l.shown[i]].Inert {
		return false
	}
	l.cursor, l.moved, l.dirty = i, true, true
	return true
}

// Draw draws the rows that are seen into height lines of width cells.
func (l *List) Draw(out []string, width, height int, focused bool) []string {
	if width != l.width {
		l.width = width
		clear(l.drawn)
	}
	l.height = max(height/l.tall, 1)
	l.follow()
	l.dirty = false
	lines := 0
	for i := l.top; i < len(l.shown) && lines < height; i++ {
		for part := 0; part < l.tall && lines < height; part++ {
			out = append(out, l.line(i, part, focused))
			lines++
		}
	}
	for ; lines < height; lines++ {
		out = append(out, cell.Blank(width))
	}
	return out
}

// follow moves the window so that the cursor is in it, and headings above the first row
// that can be selected are seen too.
func (l *List) follow() {
	if l.cursor >= 0 {
		if l.cursor < l.top {
			l.top = l.cursor
		}
		if l.cursor >= l.top+l.height {
			l.top = l.cursor - l.height + 1
		}
		above := l.cursor
		for above > 0 && l.rows[l.shown[above-1]].Inert {
			above--
		}
		if above < l.top && l.cursor-above < l.height {
			l.top = above
		}
	}
	l.top = min(max(l.top, 0), max(len(l.shown)-l.height, 0))
}

func (l *List) line(i, part int, focused bool) string {
	selected := i == l.cursor
	key := i*l.tall + part
	if !selected {
		if s, ok := l.drawn[key]; ok {
			return s
		}
	}
	t := l.kit.Theme
	row := &l.rows[l.shown[i]]
	line := cell.NewLine(t, l.width)
	if selected {
		under, mark := t.Marked, t.Faint
		if focused {
			under, mark = t.Selection, t.Strong
		}
		line.Under(under, markWidth)
		if part == 0 {
			line.Put(mark, t.Symbols.Cursor)
		}
	}
	if row.Edge != "" {
		line.To(1).Put(row.EdgeStyle, row.Edge)
	}
	if !row.Inert {
		line.To(2)
	}
	if row.Draw != nil {
		row.Draw(line, part)
	}
	s := line.String()
	if !selected {
		l.drawn[key] = s
	}
	return s
}

// Foot tells where the window is, where there is more than it shows.
func (l *List) Foot() string {
	if len(l.shown) <= l.height || l.height == 0 {
		return ""
	}
	t := l.kit.Theme
	switch below := len(l.shown) - l.top - l.height; {
	case l.top == 0:
		return t.Faint.Render(strconv.Itoa(below) + " more")
	case below <= 0:
		return t.Faint.Render("end")
	default:
		return t.Faint.Render(strconv.Itoa((l.top+l.height)*100/len(l.shown)) + "%")
	}
}

// Uses are the actions that every list has.
func (l *List) Uses() []intent.Use {
	do := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { f(); return nil }
	}
	uses := []intent.Use{
		{Action: intent.Down, Means: do(func() { l.Move(1) })},
		{Action: intent.Up, Means: do(func() { l.Move(-1) })},
		{Action: intent.PageDown, Means: do(func() { l.Page(1) })},
		{Action: intent.PageUp, Means: do(func() { l.Page(-1) })},
		{Action: intent.First, Means: do(l.First)},
		{Action: intent.Last, Means: do(l.Last)},
	}
	row := l.Selected()
	if row.Target != (Target{}) {
		uses = append(uses, intent.Use{Action: intent.Details, Means: func() tea.Cmd { return l.kit.Ask(OpenMsg{row.Target}) }})
	}
	if row.Enter != nil {
		uses = append(uses, intent.Use{Action: intent.Details, Word: row.Word, Means: row.Enter})
	}
	if row.Log != (Target{}) {
		uses = append(uses, intent.Use{Action: intent.Logs, Means: func() tea.Cmd { return l.kit.Ask(OpenMsg{row.Log}) }})
	}
	if row.Run != nil {
		uses = append(uses, l.kit.RunUses(row.Run)...)
	}
	if row.Link != "" {
		uses = append(uses, intent.Use{Action: intent.Open, Means: func() tea.Cmd { return l.kit.CopyLink(row.Link) }})
	}
	if row.ID != "" {
		uses = append(uses, intent.Use{Action: intent.Copy, Means: l.copyRow})
	}
	if l.filter != "" && !l.typing {
		uses = append(uses, intent.Use{Action: intent.Back, Word: "all rows", Means: do(func() { l.ClearFilter() })})
	}
	return append(uses, intent.Use{Action: intent.Filter, Means: do(func() { l.typing, l.dirty = true, true })})
}

func (l *List) copyRow() tea.Cmd {
	row := l.Selected()
	text := row.Copy
	if text == "" {
		line := cell.NewLine(&theme.Theme{Symbols: l.kit.Theme.Symbols}, 400)
		for part := range l.tall {
			row.Draw(line, part)
			line.Put(theme.Style{}, " ")
		}
		text = strings.Join(strings.Fields(ansi.Strip(line.String())), " ")
	}
	return l.kit.Ask(CopyMsg{Text: text, What: "the row"})
}

// Open does what entering the selected row means.
func (l *List) Open() tea.Cmd {
	switch row := l.Selected(); {
	case row.Target != (Target{}):
		return l.kit.Ask(OpenMsg{row.Target})
	case row.Enter != nil:
		return row.Enter()
	}
	return nil
}

// CopyLink puts an address on the clipboard.
func (k *Kit) CopyLink(url string) tea.Cmd {
	return k.Ask(CopyMsg{Text: url, What: "the link"})
}
