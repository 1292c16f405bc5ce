package screen

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// How long to wait for the rest of a sequence that arrived in pieces.
const (
	restOfSequence = 50 * time.Millisecond
	restOfEscape   = 10 * time.Millisecond // longer, and the Esc key would feel slow
	restOfPaste    = time.Second
)

// input reads the keyboard for Bubble Tea, whole sequences at a time, and tells when
// everything that was typed has been handed to the model, so that a burst of keys
// is drawn once.
type input struct {
	file   *os.File
	idle   func()     // every byte that was there has been handed over
	gone   func()     // the terminal is lost
	wake   [2]int     // a pipe whose writing end stops a waiting read
	mu     sync.Mutex // held while reading
	closed bool
	queued atomic.Bool // the queue is not empty
	queue  []byte      // read and not yet handed over
	rest   int         // bytes of the queue that belong to the key being handed over
	handed bool        // something was handed over since idle was last called
}

func newInput(file *os.File, idle, gone func()) (*input, error) {
	in := &input{file: file, idle: idle, gone: gone}
	if err := unix.Pipe(in.wake[:]); err != nil {
		return nil, err
	}
	for _, fd := range in.wake {
		unix.CloseOnExec(fd)
	}
	return in, nil
}

// Read hands over what was typed. Bubble Tea calls it again only after its loop has
// taken every message that it made of the bytes before.
func (in *input) Read(p []byte) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return 0, io.EOF
	}
	if len(in.queue) == 0 {
		if in.handed && !in.ready(0) {
			in.handed = false
			in.idle()
		}
		if err := in.fill(); err != nil {
			return 0, err
		}
	}
	if in.rest == 0 {
		in.rest = firstKey(in.queue)
	}
	n := copy(p, in.queue[:min(in.rest, len(p)-1)])
	in.rest -= n
	in.queue = in.queue[n:]
	in.queued.Store(len(in.queue) > 0)
	in.handed = true
	return n, nil
}

// waiting tells, from any goroutine, whether there are keys besides the one that was
// handed over last.
func (in *input) waiting() bool { return in.queued.Load() || in.ready(0) }

// firstKey is the length of the first key, click or paste in b. One at a time is
// handed over: Bubble Tea would make one key of letters that arrive together, and
// takes a buffer that is full for a sign that more is coming, and keeps the letters at
// its end until it does. (Only a paste is longer than its buffer.)
func firstKey(b []byte) int {
	if b[0] != '\x1b' {
		_, n := utf8.DecodeRune(b)
		return n
	}
	if len(b) == 1 {
		return 1
	}
	switch b[1] {
	case '\x1b':
		return 1 + firstKey(b[1:]) // alt and an escape sequence
	case 'O':
		return min(3, len(b))
	case '[':
		return controlKey(b)
	}
	_, n := utf8.DecodeRune(b[1:]) // alt and a letter
	return 1 + n
}

// controlKey is the length of the control sequence at the start of b.
func controlKey(b []byte) int {
	switch {
	case bytes.HasPrefix(b, pasteBegin):
		if end := bytes.Index(b, pasteEnd); end >= 0 {
			return end + len(pasteEnd)
		}
		return len(b)
	case bytes.HasPrefix(b, []byte("\x1b[M")): // a click in X10's form
		return min(6, len(b))
	case bytes.HasPrefix(b, []byte("\x1b[[")): // a function key of the Linux console
		return min(4, len(b))
	}
	for i := 2; i < len(b); i++ {
		if b[i] >= 0x40 && b[i] <= 0x7e {
			return i + 1
		}
	}
	return len(b)
}

// fill waits for bytes and, where they end inside a sequence, for the rest of it.
func (in *input) fill() error {
	in.queue = in.queue[:0]
	if err := in.more(-1); err != nil {
		return err
	}
	for {
		if pasting(in.queue) {
			return in.paste()
		}
		wait := missing(in.queue)
		if wait == 0 || !in.ready(wait) {
			return nil
		}
		before := len(in.queue)
		if err := in.more(0); err != nil || len(in.queue) == before {
			return err
		}
	}
}

// What a terminal puts around pasted text (bracketed paste).
var (
	pasteBegin = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
)

// maxPaste bounds what is taken of one paste, in bytes: nobody fills a field with
// more, and Bubble Tea collects a paste in pieces, each time copying all of it.
const maxPaste = 64 << 10

// pasting reports that b ends inside a paste.
func pasting(b []byte) bool {
	i := bytes.LastIndex(b, pasteBegin)
	return i >= 0 && !bytes.Contains(b[i:], pasteEnd)
}

// paste reads on until the paste ends, or nothing more comes. What is too long is cut.
func (in *input) paste() error {
	begin := bytes.LastIndex(in.queue, pasteBegin)
	room := begin + maxPaste
	for in.ready(restOfPaste) {
		if err := in.more(0); err != nil {
			return err
		}
		if i := bytes.Index(in.queue[begin:], pasteEnd); i >= 0 {
			after := bytes.Clone(in.queue[begin+i:])
			in.queue = append(in.queue[:min(begin+i, room)], after...)
			return nil
		}
		if tail := len(in.queue) - len(pasteEnd); tail > room { // its last bytes may begin the end
			in.queue = append(in.queue[:room], in.queue[tail:]...)
		}
	}
	in.queue = append(in.queue, pasteEnd...)
	return nil
}

// more appends what can be read, having waited for it unless wait is 0.
func (in *input) more(wait time.Duration) error {
	if wait != 0 && !in.ready(wait) {
		return io.EOF // stopped
	}
	var chunk [1024]byte
	n, err := unix.Read(int(in.file.Fd()), chunk[:])
	switch {
	case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
		return nil
	case err != nil, n == 0: // EIO or the end: the other side has hung up
		in.gone()
		return io.EOF
	}
	in.queue = append(in.queue, chunk[:n]...)
	return nil
}

// ready waits until there is something to read; false means that the time is over
// or that the input was stopped. A negative time is for ever.
func (in *input) ready(wait time.Duration) bool {
	keyboard, stop := int(in.file.Fd()), in.wake[0]
	for {
		var fds unix.FdSet
		fds.Set(keyboard)
		fds.Set(stop)
		var timeout *unix.Timeval
		if wait >= 0 {
			t := unix.NsecToTimeval(int64(wait))
			timeout = &t
		}
		n, err := unix.Select(max(keyboard, stop)+1, &fds, nil, nil, timeout)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return true // let the read say what is wrong
		}
		return n > 0 && !fds.IsSet(stop)
	}
}

// stop ends a waiting read and all later ones.
func (in *input) stop() { _, _ = unix.Write(in.wake[1], []byte{0}) }

// close waits for the last read to end and frees the pipe.
func (in *input) close() {
	in.stop()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	_ = unix.Close(in.wake[0])
	_ = unix.Close(in.wake[1])
}

// missing tells how long to wait for the rest of what b ends in the middle of; 0
// when it is complete.
func missing(b []byte) time.Duration {
	if last := lastRune(b); len(last) > 0 && !utf8.FullRune(last) {
		return restOfSequence
	}
	i := bytes.LastIndexByte(b, '\x1b')
	if i < 0 {
		return 0
	}
	tail := b[i+1:]
	switch {
	case len(tail) == 0:
		return restOfEscape
	case tail[0] == 'O' && len(tail) == 1:
		return restOfEscape
	case tail[0] != '[':
		return 0
	case len(tail) > 1 && tail[1] == 'M': // X10 mouse: three bytes follow
		if len(tail) < 5 {
			return restOfSequence
		}
		return 0
	}
	for _, c := range tail[1:] {
		if c >= 0x40 && c <= 0x7e {
			return 0
		}
	}
	if len(tail) == 1 {
		return restOfEscape // alt+[ looks the same
	}
	return restOfSequence
}

// lastRune returns the bytes of b from where its last character begins.
func lastRune(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			return b[i:]
		}
	}
	return nil
}
