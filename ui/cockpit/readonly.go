package cockpit

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/dialog"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// quiet is the session's status where the person asked for no actions; nil: they didn't.
func (c *Cockpit) quiet() *pane.Status {
	if c.actor == nil || c.feed.board == nil || c.feed.board.Status.ReadOnly == "" {
		return nil
	}
	return &c.feed.board.Status
}

// restrict offers no action where the person asked for none, and how they lift that.
func (c *Cockpit) restrict(uses []intent.Use) []intent.Use {
	s := c.quiet()
	if s == nil {
		return uses
	}
	lift := intent.Use{Action: intent.Elevate, Means: func() tea.Cmd { return c.push(dialog.Elevate(c.kit, c.actor, c.ctx, s)) }}
	if s.Lifted.After(c.kit.Now()) {
		return append(uses, lift)
	}
	why := "read-only: " + s.ReadOnly
	if key := c.kit.Keys.Label(intent.Elevate); key != "" {
		why += "; " + key + " lifts that for a while"
	}
	out := make([]intent.Use, 0, len(uses)+1)
	for _, u := range uses {
		if c.kit.Keys.Entry(u.Action).Kind == intent.Acting {
			u.Off = why
		}
		out = append(out, u)
	}
	return append(out, lift)
}

// quietSign is what the header says of a session without actions.
func (c *Cockpit) quietSign() theme.State {
	t, s := c.kit.Theme, c.quiet()
	switch {
	case s == nil:
		return theme.State{}
	case s.Lifted.After(c.kit.Now()): // rounded down: it never promises too much
		return theme.State{Style: t.Warn, Word: "acts for " + cell.Span(max(s.Lifted.Sub(c.kit.Now()), cell.Step))}
	}
	return theme.State{Style: t.Strong, Word: "READ-ONLY"}
}
