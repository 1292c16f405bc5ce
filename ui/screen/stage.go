package screen

import (
	"reflect"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// How often the screen is drawn. A key is drawn at once, or, while more keys are
// waiting, when all of them have been taken, but at least at this pace.
const (
	dataPace = 8 * time.Millisecond
	keyPace  = 33 * time.Millisecond
)

// orphaned is how long a suspended program waits to be stopped before it takes the
// terminal back: a process group without a shell to continue it is never stopped.
const orphaned = 300 * time.Millisecond

// Messages between the run and the stage.
type (
	typedMsg  struct{} // all that was typed has been handed over
	dueMsg    struct{} // it is time to draw
	resumeMsg struct{} // the process was continued
	resizeMsg struct{} // the terminal has another size
	orphanMsg int      // the suspension of this number should have stopped the process by now
)

// stage is the model that Bubble Tea runs: it passes messages to the root and draws.
type stage struct {
	root    tea.Model
	tty     *tty
	painter *painter
	guard   *Guard
	now     func() time.Time
	stop    func()      // stops the process group, as ctrl+z does; nil where nobody could continue it
	lost    func(error) // the terminal takes no more
	more    func() bool // more has been typed

	dirty     bool // something may have changed since the last frame
	waiting   bool // a dueMsg is on its way
	due       bool // the next View draws
	broken    bool // the root panicked: leave it alone
	suspended bool
	// suspensions counts how often the program was suspended.
	suspensions int
	drawn       time.Time
	shown       chan struct{} // closed when the first frame has been drawn
	width       int
	height      int
}

// Init tells the root the size before its first View.
func (s *stage) Init() (cmd tea.Cmd) {
	defer s.catch()
	first := s.root.Init()
	cmds := []tea.Cmd{s.guarded(first), s.update(tea.WindowSizeMsg{Width: s.width, Height: s.height})}
	s.dirty, s.due = true, true
	return tea.Batch(cmds...)
}

// Update passes a message on and decides when to draw.
func (s *stage) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	if !s.broken {
		cmd = s.handle(msg)
	}
	return s, cmd
}

func (s *stage) handle(msg tea.Msg) tea.Cmd {
	defer s.catch()
	switch msg := msg.(type) {
	case typedMsg:
		s.due = s.dirty
		return nil
	case dueMsg:
		s.waiting, s.due = false, s.dirty
		return nil
	case sendMsg:
		return s.send(msg)
	case redrawMsg:
		s.painter.reset(s.width, s.height)
		s.dirty, s.due = true, true
		return nil
	case suspendMsg:
		return s.suspend()
	case orphanMsg:
		if s.suspended && int(msg) == s.suspensions {
			return s.resume()
		}
		return nil
	case resumeMsg:
		return s.resume()
	case resizeMsg:
		return s.resize()
	case tea.KeyMsg:
		return s.key(msg)
	case tea.MouseMsg:
		cmd := s.update(msg)
		s.dirty = true
		s.due = !s.more() || s.now().Sub(s.drawn) >= keyPace
		return cmd
	}
	cmd := s.update(msg)
	s.dirty = true
	return tea.Batch(cmd, s.pace())
}

// key takes a key. Each comes in a message of its own, as the input hands over one at
// a time.
func (s *stage) key(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyCtrlZ && !msg.Paste {
		return s.suspend()
	}
	cmd := s.update(msg)
	s.dirty = true
	s.due = s.due || !s.more() || s.now().Sub(s.drawn) >= keyPace
	return cmd
}

// pace draws at once, or as soon as the last frame is old enough.
func (s *stage) pace() tea.Cmd {
	since := s.now().Sub(s.drawn)
	switch {
	case since >= dataPace:
		s.due = true
	case !s.waiting:
		s.waiting = true
		return tea.Tick(dataPace-since, func(time.Time) tea.Msg { return dueMsg{} })
	}
	return nil
}

// View draws, if it is time to. Bubble Tea calls it after every Update and has no use
// for what it returns.
func (s *stage) View() string {
	if !s.due || s.broken || s.suspended {
		return ""
	}
	defer s.catch()
	s.due, s.dirty = false, false
	if err := s.tty.draw(s.painter.frame(s.root.View())); err != nil {
		s.broken = true
		s.lost(err)
	}
	if s.drawn.IsZero() && s.shown != nil {
		close(s.shown)
		s.shown = nil
	}
	s.drawn = s.now()
	return ""
}

// update hands the root a message.
func (s *stage) update(msg tea.Msg) (cmd tea.Cmd) {
	s.root, cmd = s.root.Update(msg)
	return s.guarded(cmd)
}

func (s *stage) send(sequences []Sequence) tea.Cmd {
	for _, seq := range sequences {
		if err := s.tty.draw([]byte(seq)); err != nil {
			s.broken = true
			s.lost(err)
			break
		}
	}
	return nil
}

func (s *stage) resize() tea.Cmd {
	// Even where the size is the same: it may have been another in between.
	s.width, s.height = s.tty.size()
	s.painter.reset(s.width, s.height)
	cmd := s.update(tea.WindowSizeMsg{Width: s.width, Height: s.height})
	s.dirty, s.due = true, true
	return cmd
}

func (s *stage) suspend() tea.Cmd {
	if s.suspended || s.stop == nil {
		return nil
	}
	s.suspended = true
	s.suspensions++
	n := orphanMsg(s.suspensions)
	s.tty.release()
	s.stop()
	return tea.Tick(orphaned, func(time.Time) tea.Msg { return n })
}

func (s *stage) resume() tea.Cmd {
	if err := s.tty.take(); err != nil {
		s.broken = true
		s.lost(err)
		return nil
	}
	s.suspended = false
	return s.resize()
}

// catch reports a panic of the root and leaves the root alone from then on.
func (s *stage) catch() {
	if value := recover(); value != nil {
		s.broken = true
		s.guard.report(value)
	}
}

// commands is the type of tea.BatchMsg and its unexported twin, tea.Sequence's.
var commands = reflect.TypeFor[[]tea.Cmd]()

// guarded makes a command report its panic instead of ending the process with the
// terminal in raw mode, and the commands that it returns likewise.
func (s *stage) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		defer s.guard.Catch()
		msg := cmd()
		if msg == nil {
			return nil
		}
		if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().ConvertibleTo(commands) {
			inner := v.Convert(commands).Interface().([]tea.Cmd)
			for i := range inner {
				inner[i] = s.guarded(inner[i])
			}
		}
		return msg
	}
}
