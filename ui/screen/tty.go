package screen

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// tty is the terminal: its modes, and the one way to write to it.
type tty struct {
	in, out      *os.File
	enter, leave string
	saved        *term.State // how the terminal was before the screen took it

	token chan struct{} // held by whoever writes

	mu     sync.Mutex
	ours   bool // raw mode and alternate screen are on
	closed bool // given back for good
}

// openTTY takes over the terminal.
func openTTY(in, out *os.File, enter, leave string) (*tty, error) {
	for _, f := range []*os.File{in, out} {
		if !term.IsTerminal(int(f.Fd())) {
			return nil, fmt.Errorf("draw on the terminal: %s is not one: run it without redirection, or use a command that prints lines", f.Name())
		}
	}
	saved, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("read the terminal's modes: %w", err)
	}
	t := &tty{in: in, out: out, enter: enter, leave: leave, saved: saved, token: make(chan struct{}, 1)}
	t.token <- struct{}{}
	return t, t.take()
}

// take enters raw mode and the alternate screen.
func (t *tty) take() error {
	t.mu.Lock()
	closed := t.closed
	t.ours = !closed
	t.mu.Unlock()
	if closed {
		return nil
	}
	if _, err := term.MakeRaw(int(t.in.Fd())); err != nil {
		return fmt.Errorf("put the terminal into raw mode: %w", err)
	}
	return t.draw([]byte(t.enter))
}

// release gives the terminal back as it was, until take.
func (t *tty) release() {
	_ = t.draw([]byte(t.leave))
	t.mu.Lock()
	ours := t.ours
	t.ours = false
	t.mu.Unlock()
	if ours {
		_ = term.Restore(int(t.in.Fd()), t.saved)
	}
}

// close gives the terminal back for good, within writeEnds and farewellEnds even if
// it takes no more bytes: a frame that is stuck is thrown away.
func (t *tty) close() {
	t.mu.Lock()
	ours := t.ours
	t.ours, t.closed = false, true
	t.mu.Unlock()
	if !ours {
		return
	}
	select {
	case <-t.token:
		defer func() { t.token <- struct{}{} }()
	case <-time.After(writeEnds):
		_ = discardOutput(int(t.out.Fd()))
	}
	done := make(chan struct{})
	go func() { // outlives the call only while the terminal takes nothing
		defer close(done)
		_, _ = t.out.WriteString(t.leave)
	}()
	select {
	case <-done:
	case <-time.After(farewellEnds):
		_ = discardOutput(int(t.out.Fd()))
	}
	_ = term.Restore(int(t.in.Fd()), t.saved)
}

// draw writes all of b, or nothing while the terminal isn't ours. It returns
// ErrLost when the terminal is gone.
func (t *tty) draw(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	<-t.token
	defer func() { t.token <- struct{}{} }()
	t.mu.Lock()
	ours := t.ours
	t.mu.Unlock()
	if !ours {
		return nil
	}
	_, err := t.out.Write(b)
	if errors.Is(err, unix.EIO) || errors.Is(err, os.ErrClosed) {
		return ErrLost
	}
	return err
}

// size returns the terminal's size in cells, 80×24 where it doesn't know.
func (t *tty) size() (width, height int) {
	width, height, err := term.GetSize(int(t.out.Fd()))
	if err != nil || width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}
