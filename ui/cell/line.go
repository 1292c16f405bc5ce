package cell

import (
	"strings"

	"gonogo/ui/theme"
)

// Line draws one row from left to right and always knows how wide it is, so that nobody
// has to measure it afterwards. Make it with NewLine.
type Line struct {
	t     *theme.Theme
	b     strings.Builder
	width int
	used  int
	under theme.Style // laid under what is put up to the column until
	until int
	flat  bool // what is marked has no colours of its own
}

// NewLine starts a row of width cells.
func NewLine(t *theme.Theme, width int) *Line {
	l := &Line{t: t, width: max(width, 0)}
	l.b.Grow(width + 64)
	return l
}

// Under lays a style under what follows, as a selected row is drawn, up to a column or End.
// A mark that need not be as long as the row costs the terminal less.
func (l *Line) Under(s theme.Style, until int) {
	if !s.Plain() {
		l.under, l.until = s, min(until, l.width)
		// Reversed, each colour would be a patch of its own; symbol and word tell the state.
		l.flat = l.t.Name == theme.Sixteen && s == l.t.Selection
	}
}

// End ends what Under began.
func (l *Line) End() { l.until = 0 }

// Inset puts text at either end of what is left of the row, and lets f draw between.
func (l *Line) Inset(s theme.Style, left, right string, f func()) {
	tail, n := Cut(l.t, right, l.Room())
	l.width -= n
	l.Put(s, left)
	f()
	l.Gap(l.Room())
	l.End()
	l.width += n
	l.Put(s, tail)
}

// Room is how many cells are left.
func (l *Line) Room() int { return l.width - l.used }

// Used is how many cells are taken.
func (l *Line) Used() int { return l.used }

// Theme is what the row is drawn with.
func (l *Line) Theme() *theme.Theme { return l.t }

func (l *Line) write(s theme.Style, text string, cells int) {
	if cells == 0 {
		return
	}
	marked := l.until - l.used
	l.used += cells
	under := l.under
	if !l.flat {
		under = under.And(s)
	}
	switch {
	case marked <= 0:
		l.b.WriteString(s.Render(text))
	case marked < cells && ascii(text):
		l.b.WriteString(under.Render(text[:marked]))
		l.b.WriteString(s.Render(text[marked:]))
	default:
		l.b.WriteString(under.Render(text))
	}
}

// Put adds text as wide as it is, cut where the row ends.
func (l *Line) Put(s theme.Style, text string) *Line {
	text, n := Cut(l.t, text, l.Room())
	l.write(s, text, n)
	return l
}

// Col adds text in exactly width cells.
func (l *Line) Col(s theme.Style, text string, width int) *Line {
	width = min(width, l.Room())
	text, n := Cut(l.t, text, width)
	l.write(s, text, n)
	return l.Gap(width - n)
}

// Right is Col with the text at the right of its cells. The blanks before it have its style,
// so that it and what stands before it in the same style are one piece for the terminal.
func (l *Line) Right(s theme.Style, text string, width int) *Line {
	width = min(width, l.Room())
	text, n := Cut(l.t, text, width)
	if n == 0 {
		return l.Gap(width)
	}
	l.write(s, Blank(width-n)+text, width)
	return l
}

// State adds a symbol and a word in exactly width cells.
func (l *Line) State(s theme.State, width int) *Line {
	return l.Col(s.Style, s.Symbol+" "+s.Word, width)
}

// Link adds text that opens a page (OSC 8), cut to width cells; where the address isn't
// one that may be opened the text stands alone.
func (l *Line) Link(s theme.Style, text, url string, width int) *Line {
	text, n := Cut(l.t, text, min(width, l.Room()))
	if n == 0 {
		return l
	}
	if Opens(url) {
		l.b.WriteString("\x1b]8;;" + url + "\x1b\\")
		l.write(s, text, n)
		l.b.WriteString("\x1b]8;;\x1b\\")
		return l
	}
	l.write(s, text, n)
	return l
}

// Gap adds n blank cells.
func (l *Line) Gap(n int) *Line {
	n = min(n, l.Room())
	if n <= 0 {
		return l
	}
	marked := min(max(l.until-l.used, 0), n)
	l.used += n
	l.b.WriteString(l.under.Render(Blank(marked)))
	l.b.WriteString(Blank(n - marked))
	return l
}

// To moves to a column, if it isn't passed already.
func (l *Line) To(column int) *Line { return l.Gap(column - l.used) }

// Raw adds what is drawn already and takes exactly cells; it is left out where it has no
// room.
func (l *Line) Raw(drawn string, cells int) *Line {
	if cells > l.Room() {
		return l
	}
	if l.used < l.until {
		drawn = l.under.Over(drawn)
	}
	l.b.WriteString(drawn)
	l.used += cells
	return l
}

// String is the row, exactly as wide as it was begun.
func (l *Line) String() string {
	l.Gap(l.Room())
	return l.b.String()
}

// Opens reports whether an address may be made a link: http or https, no longer than
// terminals take, and nothing in it that could end the sequence.
func Opens(url string) bool {
	if len(url) > 2000 || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return false
	}
	for i := 0; i < len(url); i++ {
		if url[i] <= 0x20 || url[i] >= 0x7f {
			return false
		}
	}
	return true
}
