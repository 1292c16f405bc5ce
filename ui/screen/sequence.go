package screen

import (
	"encoding/base64"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
)

// The modes that the screen sets and takes back.
const (
	altScreenOn   = "\x1b[?1049h"
	altScreenOff  = "\x1b[?1049l"
	cursorHide    = "\x1b[?25l"
	cursorShow    = "\x1b[?25h"
	pasteOn       = "\x1b[?2004h"
	pasteOff      = "\x1b[?2004l"
	mouseOn       = "\x1b[?1002h\x1b[?1006h"
	mouseOff      = "\x1b[?1006l\x1b[?1002l"
	wrapOn        = "\x1b[?7h"
	marginsOff    = "\x1b[r"
	styleOff      = "\x1b[m"
	linkOff       = "\x1b]8;;\x1b\\"
	titlePush     = "\x1b[22;2t"
	titlePop      = "\x1b[23;2t"
	syncOn        = "\x1b[?2026h"
	syncOff       = "\x1b[?2026l"
	stringEnd     = "\x1b\\"
	syncFromBytes = 1024 // a shorter frame arrives in one piece anyway
)

// enterSequence is what a terminal is told when the screen takes it over.
func enterSequence(o Options) string {
	s := altScreenOn + cursorHide + pasteOn
	if o.Mouse {
		s += mouseOn
	}
	if o.Title != "" {
		s += titlePush + string(Title(o.Title))
	}
	return s
}

// leaveSequence undoes enterSequence, and whatever half a frame may have left.
func leaveSequence(o Options) string {
	s := syncOff + linkOff + styleOff + marginsOff + wrapOn
	if o.Title != "" {
		s += titlePop
	}
	if o.Mouse {
		s += mouseOff
	}
	return s + pasteOff + cursorShow + altScreenOff
}

// Sequence is something for the terminal that isn't part of the picture.
type Sequence string

// Bell rings.
const Bell Sequence = "\a"

// Title sets the window's title (OSC 2).
func Title(text string) Sequence { return Sequence("\x1b]2;" + printable(text) + stringEnd) }

// Notice asks the terminal to notify the person (OSC 9).
func Notice(text string) Sequence { return Sequence("\x1b]9;" + printable(text) + stringEnd) }

// Copy puts text on the clipboard of the terminal's machine (OSC 52), which works
// over SSH where the terminal allows it.
func Copy(text string) Sequence {
	return Sequence("\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + stringEnd)
}

// printable drops what could end or extend a sequence.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
}

// sendMsg carries sequences to the terminal.
type sendMsg []Sequence

// Send is a command that sends sequences to the terminal, between two frames.
func Send(s ...Sequence) tea.Cmd { return func() tea.Msg { return sendMsg(s) } }

// redrawMsg asks for the whole screen to be drawn again.
type redrawMsg struct{}

// Redraw is a command that draws the whole screen again, for when something else
// has written to the terminal.
func Redraw() tea.Msg { return redrawMsg{} }

// suspendMsg stops the program as ctrl+z does.
type suspendMsg struct{}

// Suspend is a command that stops the program as ctrl+z does, until it is continued.
func Suspend() tea.Msg { return suspendMsg{} }
