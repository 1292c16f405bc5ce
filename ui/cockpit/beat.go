package cockpit

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// beat is the one timer on which all ages and countdowns change together.
type beat struct {
	number int       // of the timer that counts
	at     time.Time // when it ends, by the source's clock
}

// beatMsg says that a timer has ended.
type beatMsg struct{ number int }

// calm is the beat while nothing is counted.
const calm = time.Minute

// step is how far apart beats are, by the source's clock.
func (c *Cockpit) step() time.Duration {
	for _, p := range c.panes {
		if p.Counting() {
			return cell.Step
		}
	}
	for _, l := range c.stack {
		if l.Counting() {
			return cell.Step
		}
	}
	return calm
}

// factor is how much faster than real time the source's clock runs.
func (c *Cockpit) factor() float64 {
	if c.feed.board == nil {
		return 1
	}
	return max(c.feed.board.Status.Factor, 1)
}

// arm starts the timer that ends on the next beat.
func (c *Cockpit) arm() tea.Cmd {
	now, step := c.now(), c.step()
	c.beat.number++
	c.beat.at = now.Truncate(step).Add(step)
	left := time.Duration(float64(c.beat.at.Sub(now)) / c.factor())
	return c.after(max(left, time.Second), beatMsg{c.beat.number})
}

// rearm starts it anew where something counts now that didn't.
func (c *Cockpit) rearm() tea.Cmd {
	if now := c.now(); c.beat.at.Sub(now) > c.step() {
		return c.arm()
	}
	return nil
}

// beaten moves everything to the new beat. What is known is asked for again, for verdicts
// can change by the passing of time alone.
func (c *Cockpit) beaten(msg beatMsg) tea.Cmd {
	if msg.number != c.beat.number {
		return nil
	}
	c.kit.Beat(c.now())
	cmds := []tea.Cmd{c.tell(pane.BeatMsg{Now: c.kit.Now()}), c.arm(), c.askBoard()}
	if c.selected != "" && c.selected == c.wanted {
		cmds = append(cmds, c.askDetail(c.selected))
	}
	return tea.Batch(cmds...)
}
