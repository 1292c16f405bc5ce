package model

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text from outside that is kept, in runes. GitHub allows commit messages and statuses of any
// length; what is drawn is one line, so what is longer is cut and ends in an ellipsis.
const MaxText = 2000

// Text is text from outside that is safe to draw: no control characters, no escape sequences, no bidirectional
// controls, valid UTF-8, one line. Make it with Clean.
type Text string

// Clean makes text from outside safe to draw. Line breaks and tabs become spaces, every other control character is made
// visible (ESC as ␛), bidirectional controls and invisible format characters are shown as ⟨U+202E⟩, invalid UTF-8 as �.
func Clean(s string) Text {
	return Text(clean(s, MaxText, false))
}

// CleanLines is Clean for text of several lines: line breaks stay, everything else is as in Clean.
func CleanLines(s string) Text {
	return Text(clean(s, 20*MaxText, true))
}

func clean(s string, limit int, lines bool) string {
	if plain(s, limit) {
		return s
	}
	var b strings.Builder
	b.Grow(min(len(s), limit) + 8)
	for n := 0; len(s) > 0; n++ {
		if n == limit {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		switch {
		case r == '\r' && strings.HasPrefix(s, "\n"):
			n--
		case r == '\n' && lines:
			b.WriteByte('\n')
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			b.WriteByte(' ')
		case r < 0x20:
			b.WriteRune(0x2400 + r) // Unicode's control pictures
		case r == 0x7f:
			b.WriteRune('\u2421')
		case r == utf8.RuneError && size == 1:
			b.WriteRune(utf8.RuneError)
		case hidden(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain reports whether s needs no cleaning; nearly all text is, and start-up cleans nothing twice.
func plain(s string, limit int) bool {
	if len(s) > limit {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden reports characters that change how their neighbours are drawn, or draw nothing: C1 controls, bidirectional
// controls (Unicode TR9), other format characters and unassigned or private ones. The joiners that emoji and Indic
// scripts need (U+200C, U+200D) and variation selectors stay.
func hidden(r rune) bool {
	switch {
	case r == '\u200c' || r == '\u200d':
		return false
	case r >= 0x80 && r < 0xa0:
		return true
	case r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0
}
