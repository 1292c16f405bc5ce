package cockpit

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/pane"
)

// click is where the last click was; another one on the same row opens it.
type click struct {
	pane, y int
	counts  bool
}

// wheelRows is how far one notch of the wheel goes.
const wheelRows = 3

// mouse takes clicks and the wheel.
func (c *Cockpit) mouse(msg tea.MouseMsg) tea.Cmd {
	switch {
	case msg.Button == tea.MouseButtonWheelDown && msg.Action == tea.MouseActionPress:
		return c.wheel(msg, wheelRows)
	case msg.Button == tea.MouseButtonWheelUp && msg.Action == tea.MouseActionPress:
		return c.wheel(msg, -wheelRows)
	case msg.Button == tea.MouseButtonLeft && msg.Action == tea.MouseActionPress:
		return c.press(msg.X, msg.Y)
	}
	return nil
}

// under is the pane or layer at a cell, and where it was drawn. While something lies on
// top only that can be hit.
func (c *Cockpit) under(x, y int) (pane.Pane, place, bool) {
	for i := len(c.drawing.places) - 1; i >= 0; i-- {
		p := c.drawing.places[i]
		if len(c.stack) > 0 && p.pane >= 0 {
			continue
		}
		if p.has(x, y) {
			if p.pane < 0 {
				return c.top(), p, true
			}
			return c.panes[p.pane], p, true
		}
	}
	return nil, place{}, false
}

func (c *Cockpit) wheel(msg tea.MouseMsg, rows int) tea.Cmd {
	c.clicked = click{}
	if p, _, ok := c.under(msg.X, msg.Y); ok {
		return p.Update(pane.WheelMsg{Rows: rows})
	}
	return nil
}

func (c *Cockpit) press(x, y int) tea.Cmd {
	c.said = pane.SayMsg{}
	for _, s := range c.drawing.spans {
		if s.y == y && x >= s.from && x < s.to && s.action != "" {
			c.clicked = click{}
			return c.do(s.action)
		}
	}
	p, where, ok := c.under(x, y)
	if !ok {
		c.clicked = click{}
		return nil
	}
	if where.pane >= 0 {
		c.focus = where.pane
	}
	again := c.clicked == click{where.pane, y, true}
	c.clicked = click{where.pane, y, true}
	if again {
		c.clicked = click{}
	}
	return p.Update(pane.ClickMsg{X: x - where.x, Y: y - where.y, Again: again})
}
