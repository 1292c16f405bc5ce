package terminal

import "strings"

// Color is a colour of a cell: Default, a number of the 256, or RGB.
type Color int

// Default is the terminal's own colour.
const Default Color = -1

// RGB is a 24-bit colour.
func RGB(r, g, b int) Color { return Color(1<<24 | r<<16 | g<<8 | b) }

// Style is how a cell is drawn.
type Style struct {
	Fg, Bg                                                         Color
	Bold, Faint, Italic, Underline, Blink, Reverse, Hidden, Strike bool
}

// Cell is one cell of the screen.
type Cell struct {
	Content string // a character with its marks; empty: the right half of a wide one
	Width   int    // 1 or 2; 0 for the right half
	Style   Style
	Link    string // the URI of the hyperlink (OSC 8)
}

var plain = Style{Fg: Default, Bg: Default}

// blank is what erasing leaves: the background of the moment (back colour erase).
func blank(s Style) Cell {
	return Cell{Content: " ", Width: 1, Style: Style{Fg: Default, Bg: s.Bg}}
}

// text joins cells, without trailing blanks.
func text(row []Cell) string {
	var b strings.Builder
	for _, c := range row {
		b.WriteString(c.Content)
	}
	return strings.TrimRight(b.String(), " ")
}

// apply changes a style by the numbers of an SGR sequence. It reports whether it
// knew all of them.
func (s *Style) apply(params [][]int) bool {
	known := true
	for i := 0; i < len(params); i++ {
		switch p := params[i]; p[0] {
		case 0:
			*s = plain
		case 1:
			s.Bold = true
		case 2:
			s.Faint = true
		case 3:
			s.Italic = true
		case 4:
			s.Underline = len(p) == 1 || p[1] != 0
		case 5:
			s.Blink = true
		case 7:
			s.Reverse = true
		case 8:
			s.Hidden = true
		case 9:
			s.Strike = true
		case 22:
			s.Bold, s.Faint = false, false
		case 23:
			s.Italic = false
		case 24:
			s.Underline = false
		case 25:
			s.Blink = false
		case 27:
			s.Reverse = false
		case 28:
			s.Hidden = false
		case 29:
			s.Strike = false
		case 39:
			s.Fg = Default
		case 49:
			s.Bg = Default
		case 38, 48:
			color, used := extended(params[i:])
			if p[0] == 38 {
				s.Fg = color
			} else {
				s.Bg = color
			}
			known = known && used > 0
			i += max(used-1, 0)
		default:
			known = s.applyBasic(p[0]) && known
		}
	}
	return known
}

func (s *Style) applyBasic(n int) bool {
	switch {
	case n >= 30 && n <= 37:
		s.Fg = Color(n - 30)
	case n >= 40 && n <= 47:
		s.Bg = Color(n - 40)
	case n >= 90 && n <= 97:
		s.Fg = Color(n - 90 + 8)
	case n >= 100 && n <= 107:
		s.Bg = Color(n - 100 + 8)
	default:
		return false
	}
	return true
}

// extended reads 38;5;n, 38;2;r;g;b and their forms with colons; it returns how many
// parameters it used, 0 if it did not understand them.
func extended(params [][]int) (c Color, used int) {
	if p := params[0]; len(p) > 1 { // colons
		switch {
		case p[1] == 5 && len(p) == 3:
			return Color(p[2]), 1
		case p[1] == 2 && len(p) >= 5:
			n := len(p)
			return RGB(p[n-3], p[n-2], p[n-1]), 1
		}
		return Default, 0
	}
	switch {
	case len(params) >= 3 && params[1][0] == 5:
		return Color(params[2][0]), 3
	case len(params) >= 5 && params[1][0] == 2:
		return RGB(params[2][0], params[3][0], params[4][0]), 5
	}
	return Default, 0
}
