package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells a line takes, its styles and links not counted.
func Width(line string) int {
	if n, ok := quickWidth(line); ok {
		return n
	}
	return ansi.StringWidth(line)
}

// quickWidth counts a line of ASCII and SGR sequences, which most lines are. It
// gives up on anything else.
func quickWidth(line string) (n int, ok bool) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c >= 0x20 && c < 0x7f:
			n++
		case c == '\x1b' && i+1 < len(line) && line[i+1] == '[':
			i += 2
			for i < len(line) && (line[i] == ';' || line[i] >= '0' && line[i] <= '9') {
				i++
			}
			if i == len(line) || line[i] != 'm' {
				return 0, false
			}
		default:
			return 0, false
		}
	}
	return n, true
}

// Fit makes a line exactly width cells wide: cut with an ellipsis where it is too
// long, padded with spaces where it is too short.
func (t Theme) Fit(line string, width int) string {
	switch n := Width(line); {
	case width <= 0:
		return ""
	case n == width:
		return line
	case n < width:
		return line + blanks(width-n)
	}
	cut := ansi.Truncate(line, width, t.Symbols.Ellipsis)
	if n := ansi.StringWidth(cut); n < width { // a wide character did not fit
		cut += blanks(width - n)
	}
	return cut
}

// FitRight is Fit with the padding before the line, for numbers.
func (t Theme) FitRight(line string, width int) string {
	if n := Width(line); n < width {
		return blanks(width-n) + line
	}
	return t.Fit(line, width)
}

const spaces = "                                                                                                                                "

// blanks returns n spaces.
func blanks(n int) string {
	if n <= len(spaces) {
		return spaces[:max(n, 0)]
	}
	return strings.Repeat(" ", n)
}
