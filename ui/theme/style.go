package theme

import "strings"

// reset ends every style, colours and attributes together.
const reset = "\x1b[0m"

// shortReset is how libraries write it.
const shortReset = "\x1b[m"

// Style is how a piece of text looks. The zero Style leaves text as it is.
// It is computed once, so that rendering is two concatenations.
type Style struct {
	open string // the SGR sequence before the text; empty: nothing is sent
}

// Render returns text in this style. Text that is styled already keeps its own
// look and leaves the rest unstyled: use Over to lay a style under it.
func (s Style) Render(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + text + reset
}

// Over lays the style under a line that already holds styled parts: each part
// keeps its own colours on top of it, and what is between them takes this one.
// A selected row is drawn this way.
func (s Style) Over(line string) string {
	if s.open == "" || line == "" {
		return line
	}
	line = strings.ReplaceAll(line, reset, reset+s.open)
	if strings.Contains(line, shortReset) {
		line = strings.ReplaceAll(line, shortReset, reset+s.open)
	}
	return s.open + line + reset
}

// And returns a style that has what both have; where both say something, o wins.
func (s Style) And(o Style) Style { return Style{open: s.open + o.open} }

// Plain reports that the style changes nothing.
func (s Style) Plain() bool { return s.open == "" }
