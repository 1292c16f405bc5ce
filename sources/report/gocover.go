package report

import (
	"bytes"
	"fmt"
	"io"
)

// isGo recognises a Go cover profile: its first line says the mode.
func isGo(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return isMode(bytes.TrimSpace(line))
}

func isMode(line []byte) bool {
	switch string(line) {
	case "mode: set", "mode: count", "mode: atomic":
		return true
	}
	return false
}

// goSink is a coverage sink that also takes what only Go's profiles tell.
type goSink interface {
	coverageSink
	lines(from, to int, hit bool) error
	statement(from position, statements int, hit bool) error
}

// longestBlock is how many lines a block may span; it bounds what one line of a report can cost.
const longestBlock = 1 << 16

// readGo reads a cover profile: "mode: set", then one line a block, name.go:line.column,line.column statements count
// (golang.org/x/tools/cover, ParseProfilesFromReader; cmd/cover). The mode only says what count means; above zero is
// covered in each. Blocks of several test binaries (-coverpkg) and profiles put one after another, with their mode lines,
// add up.
//
// Lines: every line of a block with statements can be covered, and was if any of the blocks that lie on it was run. So do
// gocover-cobertura, gcov2lcov and goveralls. The end of a block is exclusive: one that ends in column 1 does not reach
// into that line. "go test -cover" and "go tool cover -func" count statements instead, so that a line with two statements
// weighs two and the lines a statement is broken over weigh one; that figure is kept beside the lines.
func readGo(r io.Reader, sink coverageSink) error {
	to, ok := sink.(goSink)
	if !ok {
		to = linesOnly{sink}
	}
	p := &goProfile{lines: newLineReader(r), sink: to}
	if s, ok := sink.(placed); ok {
		s.at(func() int { return p.lines.number })
	}
	for {
		line, ok := p.lines.next()
		if !ok {
			break
		}
		if err := p.block(line); err != nil {
			return err
		}
	}
	return p.lines.failed()
}

// goProfile is a profile being read.
type goProfile struct {
	lines *lineReader
	sink  goSink
	name  []byte // of the file told last
}

func (p *goProfile) block(line []byte) error {
	if bytes.HasPrefix(line, []byte("mode:")) || len(bytes.TrimSpace(line)) == 0 {
		if line = bytes.TrimSpace(line); len(line) > 0 && !isMode(line) {
			p.sink.flaw(p.lines.number, false, "a mode that Go does not write: "+quote(line))
		}
		return nil
	}
	b, ok := parseBlock(line)
	switch {
	case !ok:
		p.bad(line)
		return nil
	case b.to.line < b.from.line || b.to.line == b.from.line && b.to.column < b.from.column:
		p.sink.flaw(p.lines.number, true, "a block that ends before it begins: "+quote(line))
		return nil
	case b.to.line-b.from.line >= longestBlock:
		p.sink.flaw(p.lines.number, true, fmt.Sprintf("a block of %d lines is not believed", b.to.line-b.from.line+1))
		return nil
	}
	if !bytes.Equal(b.name, p.name) {
		p.name = append(p.name[:0], b.name...)
		if err := p.sink.file(string(b.name), "", ""); err != nil {
			return err
		}
	}
	if b.statements == 0 {
		return nil // the body of an empty function: nothing in it can be covered
	}
	last := int(b.to.line)
	if b.to.column <= 1 && b.to.line > b.from.line {
		last--
	}
	if err := p.sink.lines(int(b.from.line), last, b.hit); err != nil {
		return err
	}
	return p.sink.statement(b.from, b.statements, b.hit)
}

func (p *goProfile) bad(line []byte) {
	why := "no block of a Go cover profile: "
	if p.lines.err != nil && p.lines.start == p.lines.end {
		why = "the report ends in the middle of a block: "
	}
	p.sink.flaw(p.lines.number, true, why+quote(line))
}

// goBlock is one line of a profile.
type goBlock struct {
	name       []byte
	from, to   position
	statements int
	hit        bool
}

// parseBlock takes a line apart from its end, as x/tools does: the name may hold colons (D:\a\x.go) and spaces.
func parseBlock(line []byte) (b goBlock, ok bool) {
	line = bytes.TrimRight(line, " \t")
	at := bytes.LastIndexByte(line, ' ')
	if at < 0 {
		return b, false
	}
	count, rest, ok := decimal(line[at+1:])
	if !ok || len(rest) > 0 {
		return b, false
	}
	b.hit = count > 0
	line = line[:at]
	if at = bytes.LastIndexByte(line, ' '); at < 0 {
		return b, false
	}
	b.statements, rest, ok = decimal(line[at+1:])
	if !ok || len(rest) > 0 || b.statements > maxStatements {
		return b, false
	}
	line = line[:at]
	if at = bytes.LastIndexByte(line, ':'); at < 1 {
		return b, false
	}
	b.name = line[:at]
	b.from, rest, ok = parsePosition(line[at+1:])
	if !ok || len(rest) == 0 || rest[0] != ',' {
		return b, false
	}
	b.to, rest, ok = parsePosition(rest[1:])
	return b, ok && len(rest) == 0
}

// parsePosition is line.column, and what follows. Line 0 stands for generated code without a place (//line directives).
func parsePosition(text []byte) (position, []byte, bool) {
	line, rest, ok := decimal(text)
	if !ok || len(rest) == 0 || rest[0] != '.' || line > maxLineNumber {
		return position{}, nil, false
	}
	column, rest, ok := decimal(rest[1:])
	if !ok || column > maxLineNumber {
		return position{}, nil, false
	}
	return position{uint32(line), uint32(column)}, rest, true
}

// linesOnly is a sink that takes lines one by one and no statements.
type linesOnly struct{ coverageSink }

func (s linesOnly) lines(from, to int, hit bool) error {
	for line := from; line <= to; line++ {
		if err := s.line(line, int64(bit(hit))); err != nil {
			return err
		}
	}
	return nil
}

func (s linesOnly) statement(position, int, bool) error { return nil }
