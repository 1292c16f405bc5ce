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
	under theme.Style // laid under everything that is put
	marks bool
}

// NewLine starts a row of width cells.
func NewLine(t *theme.Theme, width int) *Line {
	l := &Line{t: t, width: max(width, 0)}
	l.b.Grow(width + 64)
	return l
}

// Under lays a style under what follows, as a selected row is drawn, until End.
func (l *Line) Under(s theme.Style) { l.under, l.marks = s, !s.Plain() }

// End ends what Under began; without it the whole row is marked.
func (l *Line) End() { l.under, l.marks = theme.Style{}, false }

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
	l.used += cells
	if l.marks {
		s = l.under.And(s)
	}
	l.b.WriteString(s.Render(text))
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

// Right is Col with the text at the right of its cells.
func (l *Line) Right(s theme.Style, text string, width int) *Line {
	width = min(width, l.Room())
	text, n := Cut(l.t, text, width)
	l.Gap(width - n)
	l.write(s, text, n)
	return l
}

// State adds a symbol and a word in exactly width cells.
func (l *Line) State(s theme.State, width int) *Line { return l.Col(s.Style, s.Symbol+" "+s.Word, width) }

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
	l.used += n
	if l.marks {
		l.b.WriteString(l.under.Render(Blank(n)))
		return l
	}
	l.b.WriteString(Blank(n))
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
	if l.marks {
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
