package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Patience is how long See and its like wait before a test fails.
const Patience = 40 * time.Second

// Terminal is a program running in a pseudo-terminal.
type Terminal struct {
	t      testing.TB
	cmd    *exec.Cmd
	master *os.File
	before unix.Termios // the modes before the program ran

	mu       sync.Mutex
	emulator *Emulator
	raw      []byte
	changed  chan struct{} // closed and replaced whenever something arrives

	stall  sync.Mutex    // held while nothing is taken
	read   chan struct{} // closed when nothing can arrive any more
	exited chan struct{} // closed when the program has ended
}

// Environment is what programs in the tests run with: this process's environment
// without what would change colours or widths, as an xterm with 256 colours.
func Environment(extra ...string) []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "TERM", "NO_COLOR", "COLORTERM", "COLORFGBG", "TMUX", "LANG", "LC_ALL", "LC_CTYPE":
		default:
			env = append(env, entry)
		}
	}
	// A program built with -race would sleep for a second before it ends.
	return append(append(env, "TERM=xterm-256color", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0"), extra...)
}

// Start runs a program in a pseudo-terminal of the given size. Without an
// environment it gets Environment's. The test's end kills it if it still runs.
func Start(t testing.TB, cmd *exec.Cmd, cols, rows int) *Terminal {
	t.Helper()
	master, slave, err := open()
	if err != nil {
		t.Fatalf("open a pseudo-terminal: %v", err)
	}
	defer slave.Close() // the program has its own
	if cmd.Env == nil {
		cmd.Env = Environment()
	}
	cmd.Stdin, cmd.Stdout = slave, slave
	if cmd.Stderr == nil {
		cmd.Stderr = slave
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	c := &Terminal{
		t: t, cmd: cmd, master: master, emulator: NewEmulator(cols, rows),
		changed: make(chan struct{}), read: make(chan struct{}), exited: make(chan struct{}),
	}
	c.before = c.modes()
	c.setSize(cols, rows)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	go c.receive()
	go func() {
		_ = cmd.Wait()
		close(c.exited)
	}()
	t.Cleanup(c.end)
	return c
}

// StartJob is Start under a shell with job control: the program can be suspended,
// the shell then prints "[suspended]", and Continue goes on with it. When it has
// ended the shell prints "[ended N]" with its exit status.
func StartJob(t testing.TB, cmd *exec.Cmd, cols, rows int) *Terminal {
	t.Helper()
	// What the shell said is erased before the program goes on, so that the next
	// "[suspended]" is news. 145 to 148 are 128 and SIGSTOP or SIGTSTP, on Linux and on macOS.
	script := `set -m; "$0" "$@"; s=$?; while [ $s -ge 145 ] && [ $s -le 148 ]; do echo "[suspended]"; read line; printf "\033[H\033[2J"; fg >/dev/null; s=$?; done; echo "[ended $s]"`
	shell := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", script, cmd.Path}, cmd.Args[1:]...)...)
	shell.Env, shell.Dir = cmd.Env, cmd.Dir
	return Start(t, shell, cols, rows)
}

// Continue lets the shell of StartJob continue a suspended program.
func (c *Terminal) Continue() *Terminal { return c.Type("\n") }

// end kills the program if it runs, and waits for everything.
func (c *Terminal) end() {
	select {
	case <-c.exited:
	default:
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // the session's first group
		_ = c.cmd.Process.Kill()
		<-c.exited
	}
	_ = c.master.Close()
	<-c.read
}

func (c *Terminal) receive() {
	defer close(c.read)
	buffer := make([]byte, 64<<10)
	for {
		c.stall.Lock()
		c.stall.Unlock() //nolint:staticcheck // waits while stalled
		n, err := c.master.Read(buffer)
		c.mu.Lock()
		c.raw = append(c.raw, buffer[:n]...)
		_, _ = c.emulator.Write(buffer[:n])
		close(c.changed)
		c.changed = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Type sends text as it is.
func (c *Terminal) Type(text string) *Terminal {
	c.t.Helper()
	if _, err := c.master.WriteString(text); err != nil {
		c.t.Fatalf("type %q: %v", text, err)
	}
	return c
}

// Press presses keys, one after the other: "j", "enter", "ctrl+z".
func (c *Terminal) Press(keys ...string) *Terminal {
	c.t.Helper()
	for _, key := range keys {
		c.Type(KeyBytes(key))
	}
	return c
}

// Paste pastes text as a terminal with bracketed paste does.
func (c *Terminal) Paste(text string) *Terminal {
	c.t.Helper()
	return c.Type("\x1b[200~" + text + "\x1b[201~")
}

// Click presses and releases the left mouse button on a cell, counted from 0.
func (c *Terminal) Click(x, y int) *Terminal {
	c.t.Helper()
	return c.Type(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// Wheel turns the mouse wheel over a cell by a number of notches, down if positive.
func (c *Terminal) Wheel(x, y, notches int) *Terminal {
	c.t.Helper()
	button := 65
	if notches < 0 {
		button, notches = 64, -notches
	}
	return c.Type(strings.Repeat(fmt.Sprintf("\x1b[<%d;%d;%dM", button, x+1, y+1), notches))
}

// Until waits for a condition of the screen and fails the test when it doesn't come
// true. The condition is looked at after every change.
func (c *Terminal) Until(what string, condition func(*Emulator) bool) *Terminal {
	c.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	over := false
	for {
		c.mu.Lock()
		held := condition(c.emulator)
		changed := c.changed
		c.mu.Unlock()
		switch {
		case held:
			return c
		case over:
			c.t.Fatalf("never came true: %s\n%s", what, c.picture())
		}
		select {
		case <-changed:
		case <-c.read:
			over = true // look once more: nothing can arrive any more
		case <-deadline.C:
			over = true
		}
	}
}

// See waits until every one of the words is on the screen.
func (c *Terminal) See(words ...string) *Terminal {
	c.t.Helper()
	return c.Until(fmt.Sprintf("see %q", words), func(e *Emulator) bool {
		screen := strings.Join(e.Text(), "\n")
		for _, word := range words {
			if !strings.Contains(screen, word) {
				return false
			}
		}
		return true
	})
}

// NotSee waits until none of the words is on the screen any more.
func (c *Terminal) NotSee(words ...string) *Terminal {
	c.t.Helper()
	return c.Until(fmt.Sprintf("not see %q", words), func(e *Emulator) bool {
		screen := strings.Join(e.Text(), "\n")
		for _, word := range words {
			if strings.Contains(screen, word) {
				return false
			}
		}
		return true
	})
}

// Look calls f with the screen as it is now.
func (c *Terminal) Look(f func(*Emulator)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c.emulator)
}

// Screen returns the screen's text, one line a row.
func (c *Terminal) Screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.emulator.Text(), "\n")
}

// Cells returns a copy of the screen's cells.
func (c *Terminal) Cells() [][]Cell {
	c.mu.Lock()
	defer c.mu.Unlock()
	cells := make([][]Cell, c.emulator.rows)
	for y := range cells {
		cells[y] = append([]Cell(nil), c.emulator.Row(y)...)
	}
	return cells
}

// Raw returns every byte that was received.
func (c *Terminal) Raw() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]byte(nil), c.raw...)
}

// Resize gives the terminal another size, of which the program is told.
func (c *Terminal) Resize(cols, rows int) *Terminal {
	c.t.Helper()
	c.mu.Lock()
	c.emulator.Resize(cols, rows)
	c.mu.Unlock()
	c.setSize(cols, rows)
	return c
}

// Signal sends the program a signal.
func (c *Terminal) Signal(s syscall.Signal) *Terminal {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatalf("send signal %v: %v", s, err)
	}
	return c
}

// HangUp closes the terminal, as when a connection is lost.
func (c *Terminal) HangUp() { _ = c.master.Close() }

// Exited waits until the program has ended, within a time, and returns its exit
// status; minus the signal's number if a signal killed it.
func (c *Terminal) Exited(within time.Duration) int {
	c.t.Helper()
	select {
	case <-c.exited:
	case <-time.After(within):
		c.t.Fatalf("still running after %v\n%s", within, c.picture())
	}
	state := c.cmd.ProcessState
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return -int(w.Signal())
	}
	return state.ExitCode()
}

// PID is the program's process number.
func (c *Terminal) PID() int { return c.cmd.Process.Pid }

// Check fails the test if anything arrived that gonogo may not send.
func (c *Terminal) Check() *Terminal {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range c.emulator.Violations() {
		c.t.Errorf("received what may not be sent: %s", v)
	}
	return c
}

// Restored fails the test unless the terminal is as it was before the program ran:
// its modes, the main screen, the cursor, mouse, paste and wrapping. Call it when
// the program has ended or is suspended.
func (c *Terminal) Restored() *Terminal {
	c.t.Helper()
	c.Until("the terminal is restored", func(e *Emulator) bool { return e.AsAtStart() == nil })
	if now := c.modes(); now != c.before {
		c.t.Errorf("the terminal's modes are %+v, they were %+v", now, c.before)
	}
	return c
}

// AsAtStart tells which mode is not as in a terminal that was just opened.
func (e *Emulator) AsAtStart() error {
	for _, mode := range []string{"?1049", "?1002", "?1006", "?2004", "?2026", "4"} {
		if e.modes[mode] {
			return fmt.Errorf("mode %s is on", mode)
		}
	}
	for _, mode := range []string{"?7", "?25"} {
		if !e.modes[mode] {
			return fmt.Errorf("mode %s is off", mode)
		}
	}
	switch {
	case e.style != plain:
		return errors.New("a style is on")
	case e.link != "":
		return errors.New("a link is open")
	case e.top != 0 || e.bottom != e.rows-1:
		return errors.New("a scroll region is set")
	}
	return nil
}

// picture is the screen with a frame, for messages.
func (c *Terminal) picture() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, line := range c.emulator.Text() {
		b.WriteString("│" + line + "\n")
	}
	return b.String()
}

// Title is the window's title that was last sent.
func (e *Emulator) Title() string { return e.title }

// Clipboard is what was last put on the clipboard, in base64 as it was sent.
func (e *Emulator) Clipboard() string { return e.clipboard }

// Notices are the notifications that were sent.
func (e *Emulator) Notices() []string { return e.notices }

// Bells counts the times that it rang.
func (e *Emulator) Bells() int { return e.bells }

// Stall stops taking what the program sends, as a connection that hangs does, until
// the function that it returns is called.
func (c *Terminal) Stall() (resume func()) {
	c.stall.Lock()
	return c.stall.Unlock
}
