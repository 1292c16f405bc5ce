package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/pane"
)

// settle is how long a dialog must have been there, and no key pressed, before a key of it counts. What was typed ahead, a
// key that is held and one that bounces come sooner than that.
const settle = 400 * time.Millisecond

// alone is how long no other key may follow one that confirms. Text that a terminal doesn't mark as pasted, and a key that
// is held, come closer together.
const alone = 80 * time.Millisecond

// quiet keeps a dialog from being confirmed by keys that weren't meant for it: what confirms stands alone, between a while
// of quiet before it and a moment after it.
type quiet struct {
	kit     *pane.Kit
	number  int // of the timer that counts
	settled bool
	armed   bool // a key that confirms was pressed; whether it stands alone is not known yet
}

// quietMsg says that a timer has ended.
type quietMsg struct {
	quiet  *quiet
	number int
}

// wait starts to wait for quiet: it is over with any key, and with whatever else changes what is asked.
func (q *quiet) wait() tea.Cmd {
	q.settled, q.armed = false, false
	q.number++
	return q.kit.After(settle, quietMsg{q, q.number})
}

// arm takes a key that confirms after quiet: it counts unless another follows it at once.
func (q *quiet) arm() tea.Cmd {
	q.settled, q.armed = false, true
	q.number++
	return q.kit.After(alone, quietMsg{q, q.number})
}

// open reports whether a key that confirms is shown: it would count, or was pressed.
func (q *quiet) open() bool { return q.settled || q.armed }

// take takes the end of a timer, and reports whether the key that was pressed counts now.
func (q *quiet) take(msg quietMsg) bool {
	if msg.quiet != q || msg.number != q.number {
		return false
	}
	if q.armed {
		q.armed = false
		return true
	}
	q.settled = true
	return false
}
