// Package cockpit is the root of the screen: its size, its focus, the stack of what lies
// on top, the status line, and the way of every message. What is shown is in the panes.
package cockpit

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/dialog"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/screen"
	"gonogo/ui/theme"
)

// Source is what the cockpit may ask for (see pane.Source).
type Source = pane.Source

// Options say what to show and with what.
type Options struct {
	Context context.Context // ends all waiting; nil: never
	Source  Source
	Actor   pane.Actor // acts, and knows what is under way; nil: nothing can be done from here
	Theme   theme.Theme
	Keys    map[string][]string // the person's own; wrong ones are said and the table's are used
	Now     func() time.Time
	// After is a command that gives its message after a while of real time; nil: it waits.
	After func(time.Duration, tea.Msg) tea.Cmd
	// Board and Detail are what is known before the first frame; nil: it is asked for.
	Board  *pane.Board
	Detail *pane.Detail // of the service that is selected first; nil: the whole fleet is
}

// rest is how long the cursor of the fleet rests before the panes follow it.
const rest = 60 * time.Millisecond

// Cockpit is the root model. Make it with New.
type Cockpit struct {
	ctx   context.Context
	src   Source
	actor pane.Actor
	kit   *pane.Kit
	now   func() time.Time
	after func(time.Duration, tea.Msg) tea.Cmd

	fleet  *pane.Fleet
	panes  []pane.Pane // in the order of their keys; the fleet is the first
	grid   grid        // where they stand beside it
	focus  int
	zoomed bool
	stack  []pane.Layer

	feed       feed
	operations operations
	beat       beat
	wanted     string // the service that the cursor rests on
	selected   string // the service that the panes show
	moves      int    // of the cursor; tells an old rest from the newest

	width, height int
	said          pane.SayMsg
	drawing       drawing
	clicked       click
}

// New makes the cockpit with what is known already, so that its first frame has data.
func New(o Options) *Cockpit {
	if o.Context == nil {
		o.Context = context.Background()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	keys, err := intent.NewKeys(o.Keys)
	kit := pane.NewKit(&o.Theme, keys, o.Now())
	c := &Cockpit{ctx: o.Context, src: o.Source, actor: o.Actor, kit: kit, now: o.Now, after: o.After, fleet: pane.NewFleet(kit)}
	if c.after == nil {
		c.after = c.wait
	}
	kit.After, kit.Acts = c.after, o.Actor != nil
	c.panes = []pane.Pane{c.fleet}
	// The places of the screen, in the order of their keys: a pane more is a line more.
	c.stand(upper, pane.NewSprint(kit))
	c.stand(upper, pane.NewCI(kit))
	c.stand(lower, pane.NewCoverage(o.Context, kit, o.Source))
	c.stand(lower, pane.NewDeployments(kit))
	if err != nil {
		c.said = pane.SayMsg{Text: err.Error(), Bad: true}
	}
	if o.Board != nil {
		c.take(o.Board)
	}
	if o.Detail != nil {
		c.wanted = o.Detail.Service
		c.fleet.SelectService(o.Detail.Service)
		c.show(pane.SelectedMsg{Service: o.Detail.Service, Detail: o.Detail})
	}
	c.kit.Asked() // the panes show what the cursor is on already
	return c
}

// Init starts what goes on for as long as the cockpit does.
func (c *Cockpit) Init() tea.Cmd {
	cmds := []tea.Cmd{c.listen(), c.arm(), c.askMoving()}
	if c.feed.board == nil {
		cmds = append(cmds, c.askBoard())
	}
	if c.wanted != "" {
		cmds = append(cmds, c.choose())
	}
	return tea.Batch(cmds...)
}

// Update takes a message and says what is to be done. What a key means is done when it
// returns; commands only bring data.
func (c *Cockpit) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return c, c.steered(c.handle(msg))
}

func (c *Cockpit) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.width, c.height = msg.Width, msg.Height
		return nil
	case tea.KeyMsg:
		return c.key(msg)
	case tea.MouseMsg:
		return c.mouse(msg)
	case restMsg:
		if msg.move == c.moves {
			return c.choose()
		}
		return nil
	case boardMsg:
		return c.boardCame(msg)
	case detailMsg:
		return c.detailCame(msg)
	case againMsg:
		return c.again(msg)
	case eventsMsg:
		return c.news(msg)
	case movingMsg:
		return c.movingCame(msg)
	case quitMsg:
		return c.quitCame(msg)
	case beatMsg:
		return c.beaten(msg)
	}
	if cmd, ok := c.steer(msg); ok {
		return cmd
	}
	return c.tell(msg)
}

// steered does what panes and layers have asked for meanwhile, in their order.
func (c *Cockpit) steered(cmd tea.Cmd) tea.Cmd {
	cmds := []tea.Cmd{cmd}
	for asked := c.kit.Asked(); len(asked) > 0; asked = c.kit.Asked() {
		for _, msg := range asked {
			cmd, _ := c.steer(msg)
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(cmds...)
}

// steer takes what panes and layers ask the root for.
func (c *Cockpit) steer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case pane.SelectMsg:
		return c.rested(), true
	case pane.PushMsg:
		return c.push(msg.Layer), true
	case pane.OpenMsg:
		return c.push(dialog.Details(c.kit, c.src, c.actor, c.ctx, msg.Target)), true
	case pane.ActMsg:
		return c.push(dialog.Act(c.kit, c.actor, c.ctx, msg.Run, msg.Kind)), true
	case pane.ReviewMsg:
		return c.review(msg.Operation), true
	case pane.CloseMsg:
		c.pop()
		return nil, true
	case pane.SayMsg:
		c.said = msg
		return nil, true
	case pane.CopyMsg:
		c.said = pane.SayMsg{Text: "copied " + msg.What + ": " + msg.Text}
		return screen.Send(screen.Copy(msg.Text)), true
	case pane.DoMsg:
		return c.do(msg.Action), true
	case pane.FocusMsg:
		return c.goTo(msg.Action), true
	}
	return nil, false
}

// tell hands a message to every pane and layer; each takes what is its own.
func (c *Cockpit) tell(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range c.panes {
		cmds = append(cmds, p.Update(msg))
	}
	for _, l := range c.stack {
		cmds = append(cmds, l.Update(msg))
	}
	return tea.Batch(cmds...)
}

// push lays something on top.
func (c *Cockpit) push(l pane.Layer) tea.Cmd {
	if l == nil {
		return nil
	}
	c.stack = append(c.stack, l)
	c.seen()
	return l.Start()
}

// pop takes away what lies on top.
func (c *Cockpit) pop() {
	if n := len(c.stack); n > 0 {
		c.stack[n-1] = nil
		c.stack = c.stack[:n-1]
	}
}

// top is what keys and clicks go to.
func (c *Cockpit) top() pane.Pane {
	if n := len(c.stack); n > 0 {
		return c.stack[n-1]
	}
	return c.panes[c.focus]
}

// goTo gives a pane the focus; what lies on top is closed.
func (c *Cockpit) goTo(a intent.Action) tea.Cmd {
	for i, p := range c.panes {
		if p.Focus() == a {
			c.stack = c.stack[:0]
			c.focus = i
		}
	}
	return c.follow()
}

// turn gives the focus to the next pane, or the one before.
func (c *Cockpit) turn(by int) tea.Cmd {
	c.focus = (c.focus + by + len(c.panes)) % len(c.panes)
	return c.follow()
}

// wait is a command that gives its message after a while, or nothing when all ends.
func (c *Cockpit) wait(d time.Duration, msg tea.Msg) tea.Cmd {
	ctx := c.ctx
	return func() tea.Msg {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-ctx.Done():
			return nil
		}
	}
}
