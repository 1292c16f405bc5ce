package terminal

import (
	"errors"
	"fmt"
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// open opens a pseudo-terminal whose master can be closed while it is read.
func open() (master, slave *os.File, err error) {
	blocking, slave, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close() // its twin stays open
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, nil, errors.Join(err, slave.Close())
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, nil, errors.Join(err, unix.Close(fd), slave.Close())
	}
	return os.NewFile(uintptr(fd), blocking.Name()), slave, nil
}

// control calls f with the master's file descriptor, leaving it as it is: Fd would
// make its reads block, and Close wait for them.
func (c *Terminal) control(f func(fd int) error) error {
	conn, err := c.master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}

func (c *Terminal) setSize(cols, rows int) {
	c.t.Helper()
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	if err := c.control(func(fd int) error { return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size) }); err != nil {
		c.t.Fatalf("set the pseudo-terminal's size: %v", err)
	}
}

// modes reads the terminal's modes; a pseudo-terminal tells them at either end.
func (c *Terminal) modes() (modes unix.Termios) {
	c.t.Helper()
	err := c.control(func(fd int) error {
		m, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil {
			return fmt.Errorf("get the modes: %w", err)
		}
		modes = *m
		return nil
	})
	if err != nil {
		c.t.Fatalf("read the terminal's modes: %v", err)
	}
	return modes
}
