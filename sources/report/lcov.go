package report

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"gonogo/model"
)

// isLCOV recognises an LCOV tracefile by its first record that says anything: a test's name or a source file. Comments
// may stand before it (lcov 2, --comment).
func isLCOV(head []byte) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return bytes.HasPrefix(line, []byte("TN:")) || bytes.HasPrefix(line, []byte("SF:")) || bytes.HasPrefix(line, []byte("KF:"))
		}
	}
	return false
}

// readLCOV reads a tracefile as geninfo(1) of lcov 1.16 and 2.x describe it ("TRACEFILE FORMAT") and lcov's own reader
// takes it (lcovutil.pm, _read_info). Functions and MC/DC conditions are checked for nothing: no figure of ours needs
// them. What a file's LF and LH say is compared with its lines, which count.
func readLCOV(r io.Reader, sink coverageSink) error {
	p := &lcov{lines: newLineReader(r), sink: sink}
	if s, ok := sink.(placed); ok {
		s.at(func() int { return p.lines.number })
	}
	for {
		line, ok := p.lines.next()
		if !ok {
			break
		}
		if err := p.record(line); err != nil {
			return err
		}
	}
	if err := p.lines.failed(); err != nil {
		return err
	}
	if p.open {
		sink.flaw(p.lines.number, true, "the report ends in the middle of "+p.path+": end_of_record is missing")
	}
	p.summary()
	return nil
}

// lcov is a tracefile being read.
type lcov struct {
	lines *lineReader
	sink  coverageSink
	open  bool   // between SF and end_of_record
	path  string // of the file
	// What the record told: to compare with its LF and LH, and to see each line of it once.
	seen, hit      model.LineSet
	found, covered int  // LF and LH; -1: not told
	far            bool // a line was too far away to compare
	lies           int  // records whose LF or LH disagree
	lie            string
	lieAt          int
}

func (p *lcov) record(line []byte) error {
	// Nearly all lines are these two.
	if len(line) > 3 && line[0] == 'D' && line[1] == 'A' && line[2] == ':' {
		return p.da(line[3:])
	}
	if len(line) > 5 && line[0] == 'B' && string(line[:5]) == "BRDA:" {
		return p.brda(line[5:])
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] == '#' {
		return nil
	}
	if bytes.HasPrefix(line, []byte("end_of_record")) {
		return p.end()
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		p.sink.flaw(p.lines.number, false, "no LCOV record: "+quote(line))
		return nil
	}
	switch string(name) {
	case "SF", "KF":
		return p.begin(value)
	case "LF":
		p.count(&p.found, value)
	case "LH":
		p.count(&p.covered, value)
	case "DA", "BRDA":
		p.bad(line)
	case "TN", "VER", "FN", "FNDA", "FNL", "FNA", "FNF", "FNH", "BRF", "BRH", "MCDC", "MCF", "MCH":
	default:
		p.sink.flaw(p.lines.number, false, "an LCOV record that no version of lcov writes: "+quote(name))
	}
	return nil
}

func (p *lcov) begin(path []byte) error {
	if p.open {
		p.sink.flaw(p.lines.number, true, "end_of_record is missing: "+p.path+" has no end")
	}
	path = bytes.TrimSpace(path)
	if len(path) == 0 {
		p.sink.flaw(p.lines.number, true, "SF names no file")
		p.open = false
		return nil
	}
	p.path = string(path)
	p.open = true
	clear(p.seen)
	clear(p.hit)
	p.seen, p.hit = p.seen[:0], p.hit[:0]
	p.found, p.covered, p.far = -1, -1, false
	return p.sink.file(p.path, "", "")
}

func (p *lcov) end() error {
	if !p.open {
		p.sink.flaw(p.lines.number, false, "end_of_record without a file")
		return nil
	}
	p.open = false
	if p.far {
		return nil
	}
	found, covered := p.seen.Len(), p.hit.Len()
	if p.found >= 0 && p.found != found || p.covered >= 0 && p.covered != covered {
		if p.lies++; p.lies == 1 {
			p.lieAt = p.lines.number
			p.lie = fmt.Sprintf("%s says LF %s and LH %s, but its DA lines are %d, of which %d were hit",
				p.path, told(p.found), told(p.covered), found, covered)
		}
	}
	return nil
}

func told(n int) string {
	if n < 0 {
		return "nothing"
	}
	return fmt.Sprint(n)
}

// summary tells once that totals disagree with lines: a tool that counts otherwise does so in each file. llvm-cov does: it
// adds up the lines of functions, and those of a closure lie in two.
func (p *lcov) summary() {
	switch {
	case p.lies == 1:
		p.sink.flaw(p.lieAt, false, p.lie+"; the lines count")
	case p.lies > 1:
		p.sink.flaw(p.lieAt, false, fmt.Sprintf("%s; so in %d files; the lines count", p.lie, p.lies))
	}
}

// da is DA:<line number>,<execution count>[,<checksum>].
func (p *lcov) da(value []byte) error {
	number, rest, ok := decimal(value)
	if !ok || len(rest) == 0 || rest[0] != ',' {
		p.bad(value)
		return nil
	}
	hits, ok := lcovCount(rest[1:])
	if !ok {
		p.bad(value)
		return nil
	}
	if !p.open {
		p.sink.flaw(p.lines.number, true, "a DA line outside a file")
		return nil
	}
	p.see(number, hits > 0)
	return p.sink.line(number, hits)
}

// farthest is how many lines farther than any before it a line may be for its record's totals still to be compared: what
// jumps more is no source file, and would make much of little.
const farthest = 1 << 16

// see notes a line, to compare the record's totals with it.
func (p *lcov) see(number int, hit bool) {
	if number < 1 || number > 64*len(p.seen)+farthest {
		p.far = true
		return
	}
	p.seen.Put(number)
	if hit {
		p.hit.Put(number)
	}
}

// brda is BRDA:<line number>,[<exception>]<block>,<branch>,<taken>; lcov 2 puts e (exception) or f (fallthrough) before
// the block, 2.4 and later also U (excluded, not counted), and its branch may be an expression with commas in it. Taken is
// "-" where the block was never run.
func (p *lcov) brda(value []byte) error {
	number, rest, ok := decimal(value)
	if !ok || len(rest) == 0 || rest[0] != ',' {
		p.bad(value)
		return nil
	}
	rest = rest[1:]
	if len(rest) > 0 && (rest[0] == 'e' || rest[0] == 'f') {
		rest = rest[1:]
	}
	excluded := len(rest) > 0 && rest[0] == 'U'
	if excluded {
		rest = rest[1:]
	}
	block, rest, ok := decimal(rest)
	last := bytes.LastIndexByte(rest, ',')
	if !ok || last < 1 || rest[0] != ',' {
		p.bad(value)
		return nil
	}
	branch, count := rest[1:last], rest[last+1:]
	hits := int64(0)
	if string(count) != "-" {
		if hits, ok = lcovCount(count); !ok {
			p.bad(value)
			return nil
		}
	}
	switch {
	case excluded:
		return nil
	case !p.open:
		p.sink.flaw(p.lines.number, true, "a BRDA line outside a file")
		return nil
	}
	return p.sink.branch(number, lcovBranch(block, branch), hits > 0)
}

// lcovBranch names a branch by its block and its number or expression.
func lcovBranch(block int, branch []byte) uint64 {
	if n, rest, ok := decimal(branch); ok && len(rest) == 0 && block < 1<<16 && n < 1<<16 {
		return uint64(block)<<16 | uint64(n)
	}
	key := mix(uint64(block))
	for _, b := range branch {
		key = mix(key ^ uint64(b))
	}
	return key | countedBranch // never one of the short ones
}

func (p *lcov) count(n *int, value []byte) {
	got, rest, ok := decimal(value)
	if !ok || len(rest) > 0 {
		p.bad(value)
		return
	}
	*n = got
}

func (p *lcov) bad(line []byte) {
	p.sink.flaw(p.lines.number, true, "not what the format allows: "+quote(line))
}

// decimal is the number that a text begins with, and what follows it. What exceeds an int is the largest one.
func decimal(b []byte) (int, []byte, bool) {
	i, n := 0, 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		if n > (math.MaxInt-9)/10 {
			n = math.MaxInt
			continue
		}
		n = n*10 + int(b[i]-'0')
	}
	return n, b[i:], i > 0
}

// lcovCount is an execution count, up to a comma. Of it we only need whether it is above zero: lcov writes integers, may
// write negative ones where gcov's counters overflowed (which it counts as zero), other tools 64 bits unsigned, floats or
// exponents.
func lcovCount(b []byte) (int64, bool) {
	if i := bytes.IndexByte(b, ','); i >= 0 {
		b = b[:i]
	}
	n, rest, ok := decimal(b)
	if ok && len(rest) == 0 {
		return int64(n), true
	}
	return floatCount(bytes.TrimSpace(b))
}
