package cockpit

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/dialog"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/screen"
)

// key takes a key: text where something is typed, else what it means here.
func (c *Cockpit) key(msg tea.KeyMsg) tea.Cmd {
	// Keys that arrive together, as from a held key on a slow line, come as one message.
	if msg.Type == tea.KeyRunes && len(msg.Runes) > 1 && !msg.Paste {
		cmds := make([]tea.Cmd, len(msg.Runes))
		for i, r := range msg.Runes {
			cmds[i] = c.steered(c.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt && i == 0}))
		}
		return tea.Batch(cmds...)
	}
	c.said = pane.SayMsg{}
	c.clicked = click{}
	top := c.top()
	if top.Typing() && msg.Type != tea.KeyCtrlC {
		return top.Update(msg)
	}
	if msg.Paste {
		return nil
	}
	action, known := c.kit.Keys.Action(msg.String())
	if !known {
		return nil
	}
	return c.do(action)
}

// do does what an action means here and now; where it can't be done it says why.
func (c *Cockpit) do(a intent.Action) tea.Cmd {
	use, found := intent.Find(c.uses(), a)
	switch {
	case !found && a == intent.Elevate && c.actor != nil:
		c.said = pane.SayMsg{Text: "nothing to lift: this session isn't read-only by your own wish"}
		return nil
	case !found:
		return nil
	case use.Off != "":
		c.said = pane.SayMsg{Text: use.Off}
		return nil
	case use.Means == nil:
		return nil
	}
	return use.Means()
}

// uses are all actions that mean something here, without those that the person asked not to be offered.
func (c *Cockpit) uses() []intent.Use { return c.restrict(c.forbid(c.allUses())) }

// allUses are all actions that mean something here: those of the place first, for they win.
func (c *Cockpit) allUses() []intent.Use {
	uses := c.top().Actions()
	add := func(a intent.Action, word string, f func() tea.Cmd) {
		if _, taken := intent.Find(uses, a); !taken {
			uses = append(uses, intent.Use{Action: a, Word: word, Means: f})
		}
	}
	for i, p := range c.panes {
		if i != c.focus || len(c.stack) > 0 {
			add(p.Focus(), "", func() tea.Cmd { return c.goTo(p.Focus()) })
		}
	}
	if len(c.stack) == 0 {
		add(intent.Next, "", func() tea.Cmd { return c.turn(1) })
		add(intent.Previous, "", func() tea.Cmd { return c.turn(-1) })
	}
	switch {
	case len(c.stack) > 0:
		add(intent.Back, "", func() tea.Cmd { c.pop(); return nil })
	case c.wide() && c.zoomed:
		add(intent.Back, "", func() tea.Cmd { c.zoomed = false; return nil })
	case c.focus != 0:
		add(intent.Back, "fleet", func() tea.Cmd { c.focus = 0; return nil })
	}
	if c.wide() && len(c.stack) == 0 {
		word := ""
		if c.zoomed {
			word = "unzoom"
		}
		add(intent.Zoom, word, func() tea.Cmd { c.zoomed = !c.zoomed; return nil })
	}
	if c.actor != nil {
		c.place(add)
		add(intent.Operations, "", c.listOperations)
	}
	add(intent.Refresh, "", c.refresh)
	add(intent.Palette, "", func() tea.Cmd { return c.push(dialog.NewPalette(c.kit, c.uses())) })
	add(intent.Help, "", func() tea.Cmd { return c.push(dialog.NewHelp(c.kit)) })
	add(intent.Redraw, "", func() tea.Cmd { return screen.Redraw })
	add(intent.Suspend, "", func() tea.Cmd { return screen.Suspend })
	add(intent.Quit, "", c.quit)
	return uses
}

// refresh asks for the selected service, or for all.
func (c *Cockpit) refresh() tea.Cmd {
	what, services := "every service", []string(nil)
	if c.wanted != "" {
		what, services = c.wanted, []string{c.wanted}
	}
	c.said = pane.SayMsg{Text: "reading " + what + " again"}
	src := c.src
	return func() tea.Msg { src.Refresh(services...); return nil }
}
