package report

import (
	"bytes"
	"errors"
	"io"
)

// maxLine is how long a line of a text report may be: C++ names of functions reach thousands of bytes.
const maxLine = 64 << 10

// lineReader reads lines out of one buffer that it never outgrows; a line is valid until the next is read.
type lineReader struct {
	r          io.Reader
	buf        []byte
	start, end int
	number     int // of the line read last
	cut        bool
	err        error // why no more comes in; io.EOF at the end
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, 2*maxLine)}
}

// next is the next line without its end; false at the end of the report, or where it can't be read on. Of a line that is
// too long it is the beginning, and cut is set.
func (l *lineReader) next() ([]byte, bool) {
	if l.cut {
		l.skip()
	}
	for seen := 0; ; l.fill() {
		if i := bytes.IndexByte(l.buf[l.start+seen:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : l.start+seen+i]
			l.start += seen + i + 1
			return l.take(line), true
		}
		seen = l.end - l.start
		switch {
		case seen >= maxLine:
			line := l.buf[l.start : l.start+maxLine]
			l.start += maxLine
			l.cut = true
			return l.take(line), true
		case l.err != nil && seen > 0:
			line := l.buf[l.start:l.end]
			l.start = l.end
			return l.take(line), true
		case l.err != nil:
			return nil, false
		}
	}
}

// skip leaves out what is left of a line that was too long.
func (l *lineReader) skip() {
	l.cut = false
	for {
		if i := bytes.IndexByte(l.buf[l.start:l.end], '\n'); i >= 0 {
			l.start += i + 1
			return
		}
		l.start = l.end
		if l.err != nil {
			return
		}
		l.fill()
	}
}

// take counts a line that is whole and cuts the return off that Windows' tools end it with.
func (l *lineReader) take(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	l.number++
	return line
}

// fill reads more into the buffer.
func (l *lineReader) fill() {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	n, err := 0, error(nil)
	for tries := 0; n == 0 && err == nil; tries++ {
		if tries == 100 {
			err = io.ErrNoProgress
			break
		}
		n, err = l.r.Read(l.buf[l.end:])
	}
	l.end += n
	l.err = err
}

// failed is why the report could not be read to its end, other than that it ended.
func (l *lineReader) failed() error {
	if errors.Is(l.err, io.EOF) {
		return nil
	}
	return l.err
}
