// Package cell draws single values: pure functions from a value, a width and a theme to
// text. Whatever comes from outside is made safe and measured here, on its way to the
// screen, so that a row is as wide as it was meant to be.
package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/ui/theme"
)

// maxBytes is how much of a text is looked at: far more than anybody reads in a terminal.
const maxBytes = 4096

// Text makes any text safe to draw on one line: what model.Clean does, and nothing at its
// ends that would join the text before or after it. With an ASCII theme it is ASCII.
func Text(t *theme.Theme, s string) string {
	if len(s) > maxBytes {
		s = front(s, maxBytes)
	}
	if ascii(s) {
		return s
	}
	if t.ASCII {
		return toASCII(string(model.Clean(s)))
	}
	if simple(s) {
		return s
	}
	return apart(string(model.Clean(s)))
}

// Width is how many cells a safe text takes.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	if simple(s) {
		return utf8.RuneCountInString(s)
	}
	return ansi.StringWidth(s)
}

// Fit makes any text safe and exactly width cells wide: cut with an ellipsis, or padded.
func Fit(t *theme.Theme, s string, width int) string {
	s, n := Cut(t, s, width)
	return s + Blank(width-n)
}

// FitRight is Fit with the padding before the text, for numbers.
func FitRight(t *theme.Theme, s string, width int) string {
	s, n := Cut(t, s, width)
	return Blank(width-n) + s
}

// Cut makes any text safe and at most width cells wide, and says how wide it became.
func Cut(t *theme.Theme, s string, width int) (string, int) {
	if width <= 0 {
		return "", 0
	}
	if len(s) > 8*width && len(s) > 256 {
		s = front(s, 8*width)
	}
	s = Text(t, s)
	n := Width(s)
	if n <= width {
		return s, n
	}
	tail := t.Symbols.Ellipsis
	if tail == "" {
		tail = "~"
	}
	if len(tail) > 1 && ascii(tail) && width <= len(tail) { // dots would leave nothing of it
		tail = ""
	}
	room := width - Width(tail)
	if ascii(s) {
		return s[:room] + tail, width
	}
	s = head(s, room) + tail
	return s, Width(s)
}

// From is what lies behind the first n cells of a safe text. A character that stands on the
// border becomes a blank.
func From(s string, n int) string {
	if n <= 0 {
		return s
	}
	if ascii(s) {
		return s[min(n, len(s)):]
	}
	at, used := 0, 0
	for at < len(s) && used < n {
		cluster, width := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if cluster == "" {
			break
		}
		at, used = at+len(cluster), used+width
	}
	return Blank(used-n) + s[at:]
}

// head is the beginning of a safe text that takes at most width cells. It goes by whole
// clusters, for half of one is another character.
func head(s string, width int) string {
	at, used := 0, 0
	for at < len(s) {
		cluster, n := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if cluster == "" || used+n > width {
			break
		}
		at, used = at+len(cluster), used+n
	}
	return s[:at]
}

// Broken is a text broken at width cells, its blanks as they are.
func Broken(t *theme.Theme, s string, width int) []string {
	s = Text(t, s)
	var lines []string
	for {
		part := head(s, max(width, 2))
		if part == s || part == "" {
			return append(lines, s)
		}
		lines = append(lines, part)
		s = s[len(part):]
	}
}

// front is the first n bytes of a text or a little less, cut between two runes, so that a
// text of 90,000 characters costs no more than what is seen of it. What follows is too far
// to the right to be seen, unless nearly all of it draws nothing.
func front(s string, n int) string {
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:min(n, len(s))]
}

// Blank is n spaces.
func Blank(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

const blanks = "                                                                                                                                "

// ascii reports whether s is printable ASCII, which most of what is drawn is.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// simple reports whether every rune of s takes one cell and joins no other: Latin letters,
// punctuation, and the symbols that the themes draw with.
func simple(s string) bool {
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7f:
		case r >= 0xa1 && r < 0x250 && r != 0xad && r != 0xa9 && r != 0xae:
		case r >= 0x2010 && r <= 0x2027, r == 0x203a:
		case r >= 0x2190 && r <= 0x2193, r >= 0x2500 && r <= 0x259f, r >= 0x2800 && r <= 0x28ff:
		case r == '✓', r == '✗', r == '◔', r == '◌', r == '⊘', r == '▴', r == '▾', r == '≥', r == '×':
		default:
			return false
		}
	}
	return true
}

// apart makes sure that a text neither joins what stands before it (a combining mark at
// its start) nor what stands behind it (a joiner at its end).
func apart(s string) string {
	if stands(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch one := string(r); {
		case unicode.In(r, unicode.M, unicode.Cf):
			// Marks and joiners only mean something beside others.
		case stands(one) && ansi.StringWidth(one) > 0:
			b.WriteRune(r)
		default:
			b.WriteRune(utf8.RuneError)
		}
	}
	if stands(b.String()) {
		return b.String()
	}
	return strings.Map(func(r rune) rune {
		if simple(string(r)) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// stands reports whether a text takes the same cells whatever stands beside it.
func stands(s string) bool {
	const edge = "|"
	return ansi.StringWidth(edge+s+edge) == ansi.StringWidth(s)+len(edge+edge) && !joins(s)
}

// joins reports that a text begins with what would join the text before it.
func joins(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.In(first, unicode.M) || first == '\u200d' || first == '\u200c' || last == '\u200d' || prepends(last) ||
		first >= 0x1F3FB && first <= 0x1F3FF
}

// prepends reports the few letters that join what follows them (Unicode TR29, Prepend).
func prepends(r rune) bool {
	switch {
	case r == 0x0D4E, r == 0x110BD, r == 0x110CD, r >= 0x111C2 && r <= 0x111C3, r == 0x1193F, r == 0x11941,
		r == 0x11A3A, r >= 0x11A84 && r <= 0x11A89, r == 0x11D46, r == 0x11F02, r == 0x113D1,
		r >= 0x0600 && r <= 0x0605, r == 0x06DD, r == 0x070F, r >= 0x0890 && r <= 0x0891, r == 0x08E2:
		return true
	}
	return false
}

// toASCII shows a clean text with ASCII alone: what our own sentences use has a likeness,
// everything else is a question mark.
func toASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r == '…':
			b.WriteString("...")
		case r == '–' || r == '—' || r == '‐' || r == '‑':
			b.WriteByte('-')
		case r == '‘' || r == '’':
			b.WriteByte('\'')
		case r == '“' || r == '”':
			b.WriteByte('"')
		case r == '→':
			b.WriteString("->")
		case r == '·' || r == '•':
			b.WriteByte('|')
		case r == '×':
			b.WriteByte('x')
		case r == '≥':
			b.WriteString(">=")
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
