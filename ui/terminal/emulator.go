// Package terminal is for tests: a terminal that programs run in. It drives them
// through a pseudo-terminal, shows what is on their screen, and objects to every
// byte that is not one of the sequences that gonogo may send.
package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Emulator is the screen of a terminal like xterm: characters as wide as wcwidth
// says, back colour erase, scroll regions, the alternate screen. It isn't safe for
// use by several goroutines.
type Emulator struct {
	cols, rows  int
	screen      [][]Cell
	other       [][]Cell // the screen that isn't shown: main or alternate
	x, y        int
	pending     bool // the last column was written; the next character wraps
	style       Style
	link        string
	top, bottom int // scroll region, inclusive
	saved       struct {
		x, y  int
		style Style
	}
	modes      map[string]bool // private ("?25") and ANSI ("4") modes that are on
	last       string          // the last character, for REP
	rest       []byte          // a sequence that hasn't ended
	violations []string
	title      string
	clipboard  string // base64, as sent by OSC 52
	notices    []string
	bells      int
}

// NewEmulator makes an empty screen.
func NewEmulator(cols, rows int) *Emulator {
	e := &Emulator{style: plain, modes: map[string]bool{"?7": true, "?25": true}}
	e.Resize(cols, rows)
	return e
}

// Resize changes the size, cutting or filling at the right and at the bottom, as
// xterm does.
func (e *Emulator) Resize(cols, rows int) {
	e.screen, e.other = resized(e.screen, cols, rows), resized(e.other, cols, rows)
	e.cols, e.rows = cols, rows
	e.top, e.bottom = 0, rows-1
	e.x, e.y = min(e.x, cols-1), min(e.y, rows-1)
	e.pending = false
}

func resized(old [][]Cell, cols, rows int) [][]Cell {
	screen := make([][]Cell, rows)
	for y := range screen {
		screen[y] = make([]Cell, cols)
		for x := range screen[y] {
			screen[y][x] = blank(plain)
			if y < len(old) && x < len(old[y]) {
				screen[y][x] = old[y][x]
			}
		}
		if last := screen[y][cols-1]; last.Width == 2 {
			screen[y][cols-1] = blank(plain) // half of it was cut off
		}
	}
	return screen
}

// Row returns the cells of a row.
func (e *Emulator) Row(y int) []Cell { return e.screen[y] }

// Text returns the screen's rows as text, without trailing blanks.
func (e *Emulator) Text() []string {
	lines := make([]string, e.rows)
	for y := range lines {
		lines[y] = text(e.screen[y])
	}
	return lines
}

// Mode reports whether a mode is on: "?1049" is the alternate screen.
func (e *Emulator) Mode(name string) bool { return e.modes[name] }

// Violations lists what was received that gonogo may not send.
func (e *Emulator) Violations() []string { return e.violations }

func (e *Emulator) object(format string, args ...any) {
	if len(e.violations) < 20 {
		e.violations = append(e.violations, fmt.Sprintf(format, args...))
	}
}

// Write receives bytes from the program. It never fails.
func (e *Emulator) Write(p []byte) (int, error) {
	data := p
	if len(e.rest) > 0 {
		data = append(bytes.Clone(e.rest), p...)
	}
	for len(data) > 0 {
		n := e.take(data)
		if n == 0 {
			break
		}
		data = data[n:]
	}
	e.rest = bytes.Clone(data)
	return len(p), nil
}

// take obeys one character or sequence and returns its length; 0: it isn't whole.
func (e *Emulator) take(b []byte) int {
	switch c := b[0]; {
	case c == '\x1b':
		return e.escape(b)
	case c < 0x20 || c == 0x7f:
		e.control(c)
		return 1
	case c < 0x80:
		e.print(string(b[:1]))
		return 1
	}
	if !utf8.FullRune(b) {
		return 0
	}
	r, n := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && n == 1:
		e.object("invalid UTF-8 byte %#x", b[0])
	case r >= 0x80 && r < 0xa0:
		e.object("control character U+%04X", r)
	default:
		e.print(string(b[:n]))
	}
	return n
}

func (e *Emulator) control(c byte) {
	switch c {
	case '\a':
		e.bells++
	case '\r':
		e.x, e.pending = 0, false
	case '\n':
		e.pending = false
		e.index()
	case '\b':
		e.x, e.pending = max(e.x-1, 0), false
	default:
		e.object("control character %#x", c)
	}
}

// index moves down, scrolling at the lower edge of the region.
func (e *Emulator) index() {
	switch {
	case e.y == e.bottom:
		e.scroll(e.top, e.bottom, 1)
	case e.y < e.rows-1:
		e.y++
	}
}

// scroll moves the rows of a region up (n > 0) or down.
func (e *Emulator) scroll(top, bottom, n int) {
	for ; n > 0; n-- {
		copy(e.screen[top:bottom+1], e.screen[top+1:bottom+1])
		e.screen[bottom] = e.blankRow()
	}
	for ; n < 0; n++ {
		copy(e.screen[top+1:bottom+1], e.screen[top:bottom])
		e.screen[top] = e.blankRow()
	}
}

func (e *Emulator) blankRow() []Cell {
	row := make([]Cell, e.cols)
	for x := range row {
		row[x] = blank(e.style)
	}
	return row
}

// print draws a character, joining it to the one before if it has no width.
func (e *Emulator) print(s string) {
	width := ansi.StringWidthWc(s)
	if width == 0 {
		e.combine(s)
		return
	}
	e.last = s
	if e.pending {
		e.pending = false
		if e.modes["?7"] {
			e.x = 0
			e.index()
		}
	}
	if e.x+width > e.cols {
		if !e.modes["?7"] {
			return // there is no room for it
		}
		e.x = 0
		e.index()
	}
	row := e.screen[e.y]
	if e.modes["4"] {
		copy(row[e.x+width:], row[e.x:e.cols-width])
	}
	e.clear(e.y, e.x, e.x+width)
	row[e.x] = Cell{Content: s, Width: width, Style: e.style, Link: e.link}
	for i := 1; i < width; i++ {
		row[e.x+i] = Cell{Style: e.style, Link: e.link}
	}
	e.x += width
	if e.x >= e.cols {
		e.x, e.pending = e.cols-1, true
	}
}

// combine adds a mark to the character before the cursor.
func (e *Emulator) combine(s string) {
	x := e.x - 1
	if e.pending {
		x = e.x
	}
	for x > 0 && e.screen[e.y][x].Width == 0 {
		x--
	}
	if x < 0 {
		e.object("a mark without a character: %q", s)
		return
	}
	e.screen[e.y][x].Content += s
}

// clear erases cells from one column up to another, and the other halves of wide
// characters that it cuts.
func (e *Emulator) clear(y, from, to int) {
	row := e.screen[y]
	from, to = max(from, 0), min(to, e.cols)
	if from >= to {
		return
	}
	if row[from].Width == 0 && from > 0 {
		row[from-1] = Cell{Content: " ", Width: 1, Style: row[from-1].Style}
	}
	if to < e.cols && row[to].Width == 0 {
		row[to] = Cell{Content: " ", Width: 1, Style: row[to].Style}
	}
	for x := from; x < to; x++ {
		row[x] = blank(e.style)
	}
}

// escape obeys the sequence at the start of b; 0: it isn't whole.
func (e *Emulator) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				e.csi(string(b[2:i]), b[i])
				return i + 1
			}
			if b[i] < 0x20 || b[i] > 0x7e {
				e.object("byte %#x inside a control sequence", b[i])
				return i
			}
		}
		return 0
	case ']':
		for i := 2; i < len(b); i++ {
			if b[i] == '\a' {
				e.osc(string(b[2:i]))
				return i + 1
			}
			if b[i] == '\x1b' {
				if i+1 == len(b) {
					return 0
				}
				if b[i+1] != '\\' {
					e.object("OSC without an end: %q", b[:i])
					return i
				}
				e.osc(string(b[2:i]))
				return i + 2
			}
		}
		return 0
	case 'M':
		e.pending = false
		if e.y == e.top {
			e.scroll(e.top, e.bottom, -1)
		} else if e.y > 0 {
			e.y--
		}
	case '7':
		e.saved.x, e.saved.y, e.saved.style = e.x, e.y, e.style
	case '8':
		e.x, e.y, e.style = e.saved.x, e.saved.y, e.saved.style
	default:
		e.object("escape sequence %q", b[:2])
	}
	return 2
}

func (e *Emulator) osc(s string) {
	kind, body, _ := strings.Cut(s, ";")
	switch kind {
	case "8":
		_, e.link, _ = strings.Cut(body, ";")
	case "2":
		e.title = body
	case "9":
		e.notices = append(e.notices, body)
	case "52":
		_, e.clipboard, _ = strings.Cut(body, ";")
		if e.clipboard == "?" {
			e.object("a question for the clipboard")
		}
	default:
		e.object("OSC %q", s)
	}
}
