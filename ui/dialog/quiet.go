package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/pane"
)

// settle is how long a dialog must have been there, and no key pressed, before a key of it counts. What was typed ahead, a
// key that is held and one that bounces come sooner than that.
const settle = 400 * time.Millisecond

// quiet keeps a dialog from being confirmed by keys that weren't meant for it.
type quiet struct {
	kit     *pane.Kit
	number  int // of the timer that counts
	settled bool
}

// quietMsg says that a timer has ended.
type quietMsg struct {
	quiet  *quiet
	number int
}

// wait starts to wait for quiet.
func (q *quiet) wait() tea.Cmd {
	q.number++
	return q.kit.After(settle, quietMsg{q, q.number})
}

// counts reports whether a key that would confirm counts; if not, it is waited for quiet anew.
func (q *quiet) counts() (bool, tea.Cmd) {
	if q.settled {
		return true, nil
	}
	return false, q.wait()
}

// take takes the end of a timer.
func (q *quiet) take(msg tea.Msg) {
	if m, ok := msg.(quietMsg); ok && m.quiet == q && m.number == q.number {
		q.settled = true
	}
}
