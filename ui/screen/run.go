package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/sys/unix"
)

// run is one life of the screen.
type run struct {
	ctx     context.Context //nolint:containedctx // a run is one call of Run and ends with it
	cancel  context.CancelCauseFunc
	tty     *tty
	stage   *stage
	input   *input
	program *tea.Program
	guard   *Guard
	ended   chan struct{} // closed when the program has returned
	result  error         // what it returned
	started func(context.Context, func(tea.Msg))
	helpers sync.WaitGroup
}

func newRun(ctx context.Context, root tea.Model, t *tty, term string, o Options) *run {
	r := &run{tty: t, guard: o.Guard, started: o.Started, ended: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	width, height := t.size()
	r.stage = &stage{
		root: root, tty: t, painter: newPainter(term, width, height), guard: o.Guard,
		now: o.Now, lost: func(err error) { r.cancel(err) }, width: width, height: height, shown: make(chan struct{}),
	}
	return r
}

// run runs until something ends it, and puts everything back.
func (r *run) run() error {
	defer r.tty.close()
	defer r.cancel(nil)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGCONT, unix.SIGWINCH)
	defer signal.Stop(signals)
	if leader, err := unix.Getsid(0); err == nil && leader != os.Getpid() {
		// SIGTSTP is never asked for: Go would keep its handler, and the signal would no
		// longer stop the process.
		r.stage.stop = func() { _ = unix.Kill(0, unix.SIGTSTP) }
	}

	in, err := newInput(r.tty.in,
		func() { r.program.Send(typedMsg{}) },
		func() { r.cancel(ErrLost) })
	if err != nil {
		return fmt.Errorf("read the keyboard: %w", err)
	}
	r.input = in
	r.stage.more = in.waiting
	r.program = tea.NewProgram(r.stage,
		tea.WithContext(r.ctx), tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithEnvironment([]string{}),
		tea.WithoutRenderer(), tea.WithoutSignalHandler(), tea.WithoutCatchPanics(),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			if _, ok := msg.(tea.SuspendMsg); ok {
				return suspendMsg{} // Bubble Tea's own would not know our terminal
			}
			return msg
		}))

	shown := r.stage.shown // the stage forgets it
	go func() {
		defer close(r.ended)
		_, r.result = r.program.Run()
	}()
	if r.started != nil {
		r.help(func() {
			select {
			case <-shown: // nothing may compete with the first frame
				r.started(r.ctx, r.program.Send)
			case <-r.ctx.Done():
			}
		})
	}
	return r.supervise(signals)
}

// help runs f beside the model; it must end when the context does.
func (r *run) help(f func()) {
	r.helpers.Add(1)
	go func() {
		defer r.helpers.Done()
		defer r.guard.Catch()
		f()
	}()
}

// supervise waits for the end, passing on the signals that aren't one.
func (r *run) supervise(signals <-chan os.Signal) error {
	over := false // the program has returned
	var why error
	for why == nil && !over {
		select {
		case <-r.ended:
			over, why = true, r.reason(r.result)
		case <-r.guard.Caught():
			why = r.guard.Err()
		case <-r.ctx.Done():
			why = context.Cause(r.ctx)
		case s := <-signals:
			why = r.handle(s)
		}
	}
	r.cancel(why)
	r.input.stop()
	if !over {
		select {
		case <-r.ended:
		case <-time.After(modelEnds): // stuck in Update or View: leave without it
		}
	}
	r.tty.close()
	r.input.close()
	r.helpers.Wait()
	if p := r.guard.Err(); p != nil {
		return p
	}
	return why
}

// reason is why the program ended by itself, told by what it returned.
func (r *run) reason(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tea.ErrInterrupted):
		return ErrInterrupted
	case r.ctx.Err() != nil:
		return context.Cause(r.ctx)
	}
	return err
}

// handle returns why a signal ends the program; nil if it doesn't.
func (r *run) handle(s os.Signal) error {
	switch s {
	case unix.SIGWINCH:
		r.pass(resizeMsg{})
	case unix.SIGCONT:
		r.pass(resumeMsg{})
	default:
		return Signalled{s.(unix.Signal)}
	}
	return nil
}

// pass sends the stage a message without waiting for it.
func (r *run) pass(msg tea.Msg) { r.help(func() { r.program.Send(msg) }) }
