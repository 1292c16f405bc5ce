package cockpit

import (
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/dialog"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// operations is what the root knows of what is under way: so much that the header can say it wherever a person is.
type operations struct {
	moving []operate.Operation
	unseen []operate.Operation // that ended otherwise than well, until a person has looked
	busy   bool
	again  bool
}

// movingMsg brings what is under way, and what has ended since the last time.
type movingMsg struct{ moving, ended []operate.Operation }

// follower is a layer that shows an operation by itself.
type follower interface{ Follows(operation string) bool }

// askMoving asks what is under way, unless that is being answered already.
func (c *Cockpit) askMoving() tea.Cmd {
	if c.actor == nil {
		return nil
	}
	if c.operations.busy {
		c.operations.again = true
		return nil
	}
	c.operations.busy = true
	actor, before := c.actor, c.operations.moving
	return func() tea.Msg {
		msg := movingMsg{moving: dialog.Moving(actor)}
		for _, was := range before {
			if slices.ContainsFunc(msg.moving, func(o operate.Operation) bool { return o.Plan.ID == was.Plan.ID }) {
				continue
			}
			if o, known := actor.Operation(was.Plan.ID); known {
				msg.ended = append(msg.ended, o)
			}
		}
		return msg
	}
}

// movingCame shows what is under way, and says what has ended.
func (c *Cockpit) movingCame(msg movingMsg) tea.Cmd {
	o := &c.operations
	o.busy, o.moving = false, msg.moving
	c.kit.Moving = o.moving
	told := c.tell(pane.MovingMsg{})
	for i := range msg.ended {
		ended := &msg.ended[i]
		told = tea.Batch(told, c.offerBack(ended))
		if c.shows(ended.Plan.ID) {
			continue
		}
		if ended.State == operation.Succeeded && ended.Unguarded() == "" {
			_, text := dialog.OperationLine(c.kit.Theme, ended)
			c.said = pane.SayMsg{Text: text}
			continue
		}
		o.unseen = append(o.unseen, *ended)
	}
	if o.again {
		o.again = false
		return tea.Batch(told, c.askMoving())
	}
	return told
}

// offerBack raises the way back, ready to be confirmed, where a release that was promoted from here has failed its
// verification. A person who is typing is not interrupted.
func (c *Cockpit) offerBack(o *operate.Operation) tea.Cmd {
	if !dialog.OffersBack(o) || c.top().Typing() {
		return nil
	}
	return c.push(dialog.RollBack(c.kit, c.actor, c.ctx, o.Plan.Service, o.Plan.Environment, ""))
}

// shows reports whether an operation is on the screen.
func (c *Cockpit) shows(id string) bool {
	if len(c.stack) == 0 {
		return false
	}
	f, ok := c.stack[len(c.stack)-1].(follower)
	return ok && f.Follows(id)
}

// seen takes away the sign of what has ended and is looked at now.
func (c *Cockpit) seen() {
	c.operations.unseen = slices.DeleteFunc(c.operations.unseen, func(o operate.Operation) bool { return c.shows(o.Plan.ID) })
}

// listOperations opens the list of what is under way and what was done.
func (c *Cockpit) listOperations() tea.Cmd {
	return c.push(dialog.Operations(c.kit, c.src, c.ctx, c.actor))
}

// verdictLeast is how much of the second row is kept for the verdict.
const verdictLeast = 30

// underWay says what moves, or what has ended otherwise than well and nobody has looked at; empty: neither.
func (c *Cockpit) underWay() theme.State {
	t := c.kit.Theme
	all := slices.Concat(c.operations.unseen, c.operations.moving)
	if len(all) == 0 {
		return theme.State{}
	}
	state, text := dialog.OperationLine(t, &all[0])
	more := ""
	if n := len(all) - 1; n > 0 {
		more = " +" + strconv.Itoa(n)
	}
	key := c.kit.Keys.Label(intent.Operations)
	if key != "" {
		more += " (" + key + ")"
	}
	state.Word = state.Symbol + " " + cut(t, text, c.width-verdictLeast-cell.Width(more)) + more
	return state
}

// quitMsg brings what is driven from here, for a person who wants to quit.
type quitMsg struct{ driven []operate.Operation }

// quit ends the program; while it drives operations it asks once. What was driven a moment ago may have ended since.
func (c *Cockpit) quit() tea.Cmd {
	if len(driven(c.operations.moving)) == 0 {
		return tea.Quit
	}
	actor := c.actor
	return func() tea.Msg { return quitMsg{driven(dialog.Moving(actor))} }
}

// quitCame quits, or asks.
func (c *Cockpit) quitCame(msg quitMsg) tea.Cmd {
	if len(msg.driven) == 0 {
		return tea.Quit
	}
	return c.push(dialog.NewQuit(c.kit, msg.driven))
}

// driven are the operations that this process drives.
func driven(all []operate.Operation) []operate.Operation {
	return slices.DeleteFunc(slices.Clone(all), func(o operate.Operation) bool { return !o.Driven })
}

// review opens the dialog that reviews what an operation waits for.
func (c *Cockpit) review(id string) tea.Cmd {
	for i := range c.operations.moving {
		if o := &c.operations.moving[i]; o.Plan.ID == id {
			return c.push(dialog.Review(c.kit, c.actor, c.ctx, o))
		}
	}
	c.said = pane.SayMsg{Text: "the operation has ended"}
	return nil
}

// lister is a layer that lists what is held, locked and vetoed in an environment.
type lister interface {
	Lists(service, environment string) bool
}

// place adds what can be done with the environment that is selected.
func (c *Cockpit) place(add func(intent.Action, string, func() tea.Cmd)) {
	p, ok := c.top().(pane.Placed)
	if !ok {
		return
	}
	service, environment := p.Place()
	if service == "" || environment == "" {
		return
	}
	add(intent.Promote, "", func() tea.Cmd { return c.push(dialog.Promote(c.kit, c.src, c.actor, c.ctx, service, environment)) })
	if l, opened := p.(lister); opened && l.Lists(service, environment) {
		add(intent.Marks, "", nil) // it is open
	}
	add(intent.Marks, "", func() tea.Cmd { return c.push(dialog.Marks(c.kit, c.src, c.actor, c.ctx, service, environment)) })
	add(intent.Publish, "", func() tea.Cmd {
		return c.push(dialog.Prereleases(c.kit, c.src, c.actor, c.ctx, service, environment))
	})
	add(intent.RollBack, "", func() tea.Cmd {
		return c.push(dialog.Targets(c.kit, c.src, c.actor, c.ctx, service, environment))
	})
}
