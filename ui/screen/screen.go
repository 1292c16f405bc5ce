// Package screen is all that lies between a Bubble Tea model's View and the terminal.
//
// Bubble Tea v1 runs the model without a renderer, and this package draws: a key's
// effect at once, data at once and then at most every 8 ms, only the cells that
// changed, and nothing while nothing changes. It owns the terminal: raw mode, the
// alternate screen, mouse and paste, suspending and resuming, and putting
// everything back however the program ends. Nothing else may write to the terminal
// while it runs; what isn't part of the picture goes through Send.
package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	_ "gonogo/ui/early" // before bubbletea: it would ask the terminal a question; main puts TERM back
)

// Options say how to run. The zero value runs on standard input and output.
type Options struct {
	In    *os.File // the terminal to read from; nil: os.Stdin
	Out   *os.File // the terminal to write to; nil: os.Stdout
	Env   []string // where TERM is looked up; nil: os.Environ()
	Mouse bool     // report clicks, drags and the wheel
	Title string   // the window's title while running; empty: left alone
	Guard *Guard   // catches panics of goroutines outside the model; nil: none
	// Started is called in a goroutine of its own once the first frame has been drawn,
	// and must return when ctx ends. Send hands the model a message (data, not keys) and returns
	// when it was taken or the screen has ended.
	Started func(ctx context.Context, send func(tea.Msg))
	// Now is the clock that drawing is paced by; nil: time.Now.
	Now func() time.Time
}

// How long each part of the end may take, so that a process that was told to go is
// gone within a second.
const (
	modelEnds    = 300 * time.Millisecond // the model's Update or View returns
	writeEnds    = 200 * time.Millisecond // the terminal takes what is being written
	farewellEnds = 200 * time.Millisecond // the terminal takes the sequences that restore it
)

// ErrLost reports that the terminal is gone: hung up, closed, or out of reach.
var ErrLost = errors.New("the terminal is gone")

// ErrInterrupted reports that the model ended with tea.Interrupt.
var ErrInterrupted = errors.New("interrupted")

// Signalled reports that a signal ended the program.
type Signalled struct{ Signal syscall.Signal }

// Error names the signal.
func (s Signalled) Error() string { return "ended by signal: " + s.Signal.String() }

// ExitCode is what a shell expects of a process that a signal ended.
func (s Signalled) ExitCode() int { return 128 + int(s.Signal) }

// Run runs root on the terminal until it quits or ctx ends, and always restores the
// terminal: after a quit, a signal (SIGINT, SIGTERM, SIGHUP, SIGQUIT), a panic in the
// model, in one of its commands or in a goroutine of the guard, and when the terminal
// is lost. It returns nil when root quit by itself, else why it ended: a Signalled, a
// *Panic, ErrLost, ErrInterrupted, or the cause of ctx.
//
// Root is told the size by a tea.WindowSizeMsg before its first View. Ctrl+z suspends
// and never reaches it; every other key does, ctrl+c included. View returns the whole
// screen, one line a row: what is longer or more is cut, what is missing is blank. Of
// escape sequences only styles (SGR) and links (OSC 8) are drawn; all others, and
// control characters, are dropped.
func Run(ctx context.Context, root tea.Model, o Options) error {
	o = o.defaults()
	term := lookup(o.Env, "TERM")
	if term == "" || term == "dumb" {
		return fmt.Errorf("draw on the terminal: TERM is %q, which can't move the cursor: set TERM, or use a command that prints lines", term)
	}
	tty, err := openTTY(o.In, o.Out, enterSequence(o), leaveSequence(o))
	if err != nil {
		return err
	}
	r := newRun(ctx, root, tty, term, o)
	return r.run()
}

func (o Options) defaults() Options {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Guard == nil {
		o.Guard = NewGuard()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// lookup returns the last value that env has for a name.
func lookup(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}

// ExitCode is the exit status that fits what Run returned: 0 for nil, 128 and the
// signal's number for a signal, 2 for everything else.
func ExitCode(err error) int {
	var s Signalled
	switch {
	case err == nil:
		return 0
	case errors.As(err, &s):
		return s.ExitCode()
	}
	return 2
}

// Report writes what Run returned for a person to read: nothing for a signal or a
// lost terminal, the stack for a panic, else the error.
func Report(w io.Writer, err error) {
	var p *Panic
	var s Signalled
	switch {
	case err == nil, errors.As(err, &s), errors.Is(err, ErrLost), errors.Is(err, ErrInterrupted):
	case errors.As(err, &p):
		fmt.Fprintf(w, "gonogo: %v\n\n%s\n", p, p.Stack)
	default:
		fmt.Fprintf(w, "gonogo: %v\n", err)
	}
}
