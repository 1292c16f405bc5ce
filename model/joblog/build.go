package joblog

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gonogo/model"
)

const (
	// PieceSize is about how long a piece is, in bytes.
	PieceSize = 128 << 10
	// maxLine is the longest line that is kept whole; a longer one becomes several.
	maxLine = 8 << 10
)

// Builder takes a log as it comes and hands on its pieces. Make it with NewBuilder.
type Builder struct {
	keep  int64 // at most so many bytes
	put   func(number int, text []byte) error
	index Index

	rest  []byte // of a line whose end hasn't come
	piece []byte
	whole bool // the rest is what follows a part of the same line
	began bool
	after bool // the last byte was a carriage return

	second [19]byte // of the newest moment, as written
	last   int64
	open   int // of Groups, the one that is open; -1: none
}

// NewBuilder makes a builder that keeps at most so many bytes of a log. Each piece is handed to put, which must not hold on
// to its text.
func NewBuilder(keep int64, put func(number int, text []byte) error) *Builder {
	return &Builder{keep: keep, put: put, open: -1}
}

// Bytes is how much has come so far.
func (b *Builder) Bytes() int64 { return b.index.Bytes }

// Full reports that the bound is reached: what comes from now on is only counted.
func (b *Builder) Full() bool { return b.index.Cut }

// Stop keeps nothing of what comes from now on.
func (b *Builder) Stop() { b.keep = b.index.Bytes }

// Write takes what has come.
func (b *Builder) Write(p []byte) (int, error) {
	n := len(p)
	if left := b.keep - b.index.Bytes; int64(n) > left {
		b.index.Cut = true
		p = p[:max(left, 0)]
	}
	b.index.Bytes += int64(n)
	if !b.began && len(p) > 0 {
		b.rest = append(b.rest, p...)
		if len(b.rest) < len(bom) && bytes.HasPrefix([]byte(bom), b.rest) {
			return n, nil
		}
		p, b.began = bytes.TrimPrefix(b.rest, []byte(bom)), true
		b.rest = nil
	}
	return n, b.take(p)
}

const bom = "\ufeff"

// take cuts text into lines. A carriage return ends one too, as it does for the runner (.NET's TextReader.ReadLine).
func (b *Builder) take(p []byte) error {
	for len(p) > 0 {
		if b.after && p[0] == '\n' {
			p, b.after = p[1:], false
			continue
		}
		b.after = false
		end := lineEnd(p)
		if end < 0 {
			b.rest = append(b.rest, p...)
			return b.split()
		}
		line := p[:end]
		b.after = p[end] == '\r'
		p = p[end+1:]
		if len(b.rest) > 0 {
			b.rest = append(b.rest, line...)
			if err := b.split(); err != nil {
				return err
			}
			line = b.rest
		}
		if len(line) > maxLine {
			b.rest = append(b.rest[:0], line...)
			if err := b.split(); err != nil {
				return err
			}
			line = b.rest
		}
		if len(line) > 0 || !b.whole { // not the empty end of a line that was cut into parts
			if err := b.line(line); err != nil {
				return err
			}
		}
		b.rest, b.whole = b.rest[:0], false
	}
	return nil
}

// lineEnd is where a line ends; -1: not in p.
func lineEnd(p []byte) int {
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		return bytes.IndexByte(p, '\r')
	}
	if cr := bytes.IndexByte(p[:end], '\r'); cr >= 0 {
		return cr
	}
	return end
}

// split takes parts off a line that is too long, each ending between two characters.
func (b *Builder) split() error {
	for len(b.rest) > maxLine {
		n := maxLine
		for n > maxLine-utf8.UTFMax && !utf8.RuneStart(b.rest[n]) {
			n--
		}
		if err := b.line(b.rest[:n]); err != nil {
			return err
		}
		b.rest, b.whole = append(b.rest[:0], b.rest[n:]...), true
	}
	return nil
}

// Close takes what is left as the last line, and returns the index.
func (b *Builder) Close() (Index, error) {
	if !b.began {
		rest := b.rest
		b.rest, b.began = nil, true
		if err := b.take(rest); err != nil {
			return Index{}, err
		}
	}
	if len(b.rest) > 0 {
		if err := b.line(b.rest); err != nil {
			return Index{}, err
		}
	}
	if err := b.flush(); err != nil {
		return Index{}, err
	}
	if b.open >= 0 {
		b.index.Groups[b.open].To = b.index.Lines
	}
	return b.index, nil
}

func (b *Builder) flush() error {
	if len(b.piece) == 0 {
		return nil
	}
	if err := b.put(len(b.index.Pieces)-1, b.piece); err != nil {
		return fmt.Errorf("keep piece %d of the log: %w", len(b.index.Pieces), err)
	}
	b.piece = b.piece[:0]
	return nil
}

// line adds a line to the piece and to the index.
func (b *Builder) line(line []byte) error {
	if len(b.piece) > 0 && len(b.piece)+len(line) >= PieceSize {
		if err := b.flush(); err != nil {
			return err
		}
	}
	if len(b.piece) == 0 {
		b.index.Pieces = append(b.index.Pieces, b.index.Lines)
	}
	b.piece = append(append(b.piece, line...), '\n')
	b.note(line)
	b.index.Lines++
	return nil
}

// note looks at what a line means.
func (b *Builder) note(line []byte) {
	text := b.stamped(line)
	switch {
	case hasPrefix(text, "##["):
		kind, n := marked(string(text[:min(len(text), 16)]))
		b.mark(kind, text[n:])
	case string(text) == "Post job cleanup.", string(text) == "Cleaning up orphan processes":
		b.start(string(text))
	case likely(text):
		b.index.LikelyCount++
		if len(b.index.Likely) < maxMarks {
			b.index.Likely = append(b.index.Likely, b.index.Lines)
		}
	}
}

func (b *Builder) mark(kind Kind, text []byte) {
	x := &b.index
	switch kind {
	case Group:
		b.endGroup(x.Lines)
		title := title(text)
		if len(x.Groups) < maxGroups {
			x.Groups = append(x.Groups, Fold{From: x.Lines, Title: title})
			b.open = len(x.Groups) - 1
		}
		if strings.HasPrefix(title, "Run ") {
			b.start(title)
		}
	case EndGroup:
		if b.open >= 0 {
			x.Groups[b.open].Marked = len(text) == 0
		}
		b.endGroup(x.Lines + 1)
	case Error:
		x.ErrorCount++
		if len(x.Errors) < maxMarks {
			x.Errors = append(x.Errors, x.Lines)
			if closing(string(text[:min(len(text), 400)])) {
				x.Closes = append(x.Closes, x.Lines)
			}
		}
	case Warning:
		x.WarningCount++
	}
}

// endGroup ends the group that is open: runners know no groups within groups.
func (b *Builder) endGroup(at int) {
	if b.open >= 0 {
		b.index.Groups[b.open].To = at
		b.open = -1
	}
}

func (b *Builder) start(title string) {
	if len(b.index.Starts) < maxStarts {
		b.index.Starts = append(b.index.Starts, Start{b.index.Lines, title})
	}
}

func title(text []byte) string {
	clean := string(model.Clean(stripped(string(text[:min(len(text), 4*maxTitle)]))))
	if utf8.RuneCountInString(clean) > maxTitle {
		clean = string([]rune(clean)[:maxTitle]) + "…"
	}
	return strings.TrimSpace(clean)
}

// stamped notes the moment of a line, and returns what stands behind it.
func (b *Builder) stamped(line []byte) []byte {
	if len(line) >= stampWidth && line[10] == 'T' && line[27] == 'Z' && line[28] == ' ' && bytes.Equal(line[:19], b.second[:]) {
		return line[stampWidth:] // most lines are of the same second as the one before
	}
	at, n := moment(string(line[:min(len(line), 40)]))
	if n == 0 {
		return line
	}
	copy(b.second[:], line)
	b.tick(at)
	return line[n:]
}

// tick notes that a later second has begun. Clocks that are set back are not followed.
func (b *Builder) tick(at time.Time) {
	second := at.Unix()
	if (len(b.index.Times) == 0 || second > b.last) && len(b.index.Times) < maxTimes {
		b.last = second
		b.index.Times = append(b.index.Times, Time{b.index.Lines, second})
	}
}
