package screen

import "golang.org/x/sys/unix"

// discardOutput throws away what the terminal has not taken yet.
func discardOutput(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCOFLUSH) }
