package screen

import "golang.org/x/sys/unix"

// discardOutput throws away what the terminal has not taken yet.
func discardOutput(fd int) error {
	const fwrite = 2 // FWRITE of <sys/fcntl.h>: the output queue
	return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, fwrite)
}
