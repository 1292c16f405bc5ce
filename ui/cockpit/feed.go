package cockpit

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/ui/pane"
)

// feed is what was asked of the source and what has come. One question of a kind is under
// way at a time; news that come meanwhile ask it again afterwards.
type feed struct {
	board       *pane.Board
	boardBusy   bool
	boardAgain  bool
	detailBusy  bool
	detailAgain bool
	question    int // number of the newest question for a detail; older answers are dropped
	err         error
}

// breath is how long a question waits that news have raised while the one before it was
// being answered, so that a stream of news costs no stream of questions.
const breath = 100 * time.Millisecond

type (
	// restMsg says that the cursor has rested since a move.
	restMsg struct{ move int }
	// boardMsg brings the fleet.
	boardMsg struct {
		board pane.Board
		err   error
	}
	// detailMsg brings a service; it carries what it was asked for.
	detailMsg struct {
		question int
		service  string
		detail   pane.Detail
		err      error
	}
	// againMsg asks again what news have made old.
	againMsg struct{ board bool }
	// eventsMsg brings news, many at once.
	eventsMsg struct {
		services   map[string]bool
		operations bool // an operation has come on
		ended      bool
	}
)

// listen waits for news. A burst comes as one message.
func (c *Cockpit) listen() tea.Cmd {
	if c.src == nil {
		return nil
	}
	events, ctx := c.src.Events(), c.ctx
	return func() tea.Msg {
		msg := eventsMsg{services: map[string]bool{}}
		select {
		case e, open := <-events:
			if !open {
				msg.ended = true
				return msg
			}
			msg.add(e)
		case <-ctx.Done():
			return nil
		}
		for {
			select {
			case e, open := <-events:
				if !open {
					msg.ended = true
					return msg
				}
				msg.add(e)
			default:
				return msg
			}
		}
	}
}

func (m *eventsMsg) add(e model.Changed) {
	m.services[e.Service] = true
	m.operations = m.operations || e.Signal == model.SignalOperation
}

// news asks for what has changed.
func (c *Cockpit) news(msg eventsMsg) tea.Cmd {
	cmds := []tea.Cmd{c.askBoard(), c.tell(pane.NewsMsg{Changed: msg.services})}
	if c.selected != "" && msg.services[c.selected] {
		cmds = append(cmds, c.askDetail(c.selected))
	}
	if msg.operations {
		cmds = append(cmds, c.askMoving())
	}
	if !msg.ended {
		cmds = append(cmds, c.listen())
	}
	return tea.Batch(cmds...)
}

// askBoard asks for the fleet, unless that is being answered already.
func (c *Cockpit) askBoard() tea.Cmd {
	if c.src == nil {
		return nil
	}
	if c.feed.boardBusy {
		c.feed.boardAgain = true
		return nil
	}
	c.feed.boardBusy = true
	src, ctx := c.src, c.ctx
	return func() tea.Msg {
		b, err := src.Board(ctx)
		return boardMsg{b, err}
	}
}

func (c *Cockpit) boardCame(msg boardMsg) tea.Cmd {
	c.feed.boardBusy = false
	c.feed.err = msg.err
	var cmds []tea.Cmd
	if msg.err == nil {
		cmds = append(cmds, c.take(&msg.board))
	}
	if c.feed.boardAgain {
		c.feed.boardAgain = false
		cmds = append(cmds, c.after(breath, againMsg{board: true}))
	}
	return tea.Batch(append(cmds, c.rearm())...)
}

// take hands the fleet to everybody.
func (c *Cockpit) take(b *pane.Board) tea.Cmd {
	c.feed.board = b
	c.kit.Offline, c.kit.Discovery, c.kit.Denied = "", b.Status.Discovery, b.Denied
	if b.Status.Offline {
		c.kit.Offline = c.offline(&b.Status)
	}
	return c.tell(pane.BoardMsg{Board: b})
}

// rested waits for the cursor to rest on a service.
func (c *Cockpit) rested() tea.Cmd {
	c.wanted = c.fleet.Cursor()
	c.moves++
	return c.after(rest, restMsg{c.moves})
}

// follow makes the panes follow the cursor of the fleet at once: who goes to a pane wants to
// see there what they have just selected.
func (c *Cockpit) follow() tea.Cmd {
	if c.wanted == c.selected {
		return nil
	}
	c.moves++
	return c.choose()
}

// choose shows the service that the cursor rests on.
func (c *Cockpit) choose() tea.Cmd {
	src, service := c.src, c.wanted
	tell := func() tea.Msg { src.Select(service); return nil }
	if service == "" {
		c.feed.question++ // whatever is being answered is no longer wanted
		c.feed.detailBusy, c.feed.detailAgain = false, false
		if c.selected == "" {
			return tell
		}
		return tea.Batch(tell, c.show(pane.SelectedMsg{}))
	}
	c.feed.detailBusy = false
	return tea.Batch(tell, c.askDetail(service))
}

// askDetail asks for a service, unless that is being answered already.
func (c *Cockpit) askDetail(service string) tea.Cmd {
	if c.feed.detailBusy {
		c.feed.detailAgain = true
		return nil
	}
	c.feed.detailBusy = true
	c.feed.question++
	src, ctx, question := c.src, c.ctx, c.feed.question
	return func() tea.Msg {
		d, err := src.Detail(ctx, service)
		return detailMsg{question, service, d, err}
	}
}

func (c *Cockpit) detailCame(msg detailMsg) tea.Cmd {
	if msg.question != c.feed.question {
		return nil
	}
	c.feed.detailBusy = false
	if msg.service != c.wanted {
		return nil
	}
	selected := pane.SelectedMsg{Service: msg.service, Detail: &msg.detail, Err: msg.err}
	if msg.err != nil {
		selected.Detail = nil
	}
	cmds := []tea.Cmd{c.show(selected)}
	if c.feed.detailAgain {
		c.feed.detailAgain = false
		cmds = append(cmds, c.after(breath, againMsg{}))
	}
	return tea.Batch(append(cmds, c.rearm())...)
}

// again asks what news have made old since.
func (c *Cockpit) again(msg againMsg) tea.Cmd {
	switch {
	case msg.board:
		return c.askBoard()
	case c.selected != "" && c.selected == c.wanted:
		return c.askDetail(c.selected)
	}
	return nil
}

// show makes all panes show a service.
func (c *Cockpit) show(msg pane.SelectedMsg) tea.Cmd {
	c.selected = msg.Service
	return c.tell(msg)
}
