// Package report turns bytes into coverage and tests: LCOV, Cobertura, JaCoCo, Go cover profiles and JUnit, recognised
// by content, out of the zip archives that runs leave behind as artifacts. What the format's documentation allows is
// read; what it doesn't is a finding with its place. Everything streams, within the bounds of Limits.
package report

import "fmt"

// Kind says what reports tell: coverage, tests or both.
type Kind uint8

// The kinds of reports.
const (
	Coverage Kind = 1 << iota
	Tests
)

// Problem is what is wrong with a report, and where.
type Problem struct {
	Kind Kind   // what it concerns; an archive's may concern both
	File string // in the archive; empty where there is none
	Line int    // from 1; 0: not known
	Why  string // a sentence without the place
	Lost bool   // something was not read, so that less is known than was reported
}

func (p *Problem) Error() string {
	switch {
	case p.File != "" && p.Line > 0:
		return fmt.Sprintf("%s, line %d: %s", p.File, p.Line, p.Why)
	case p.File != "":
		return p.File + ": " + p.Why
	case p.Line > 0:
		return fmt.Sprintf("line %d: %s", p.Line, p.Why)
	}
	return p.Why
}

// flawSink is told what is wrong with a report that can be read on all the same. The first flaws of a report are kept,
// the others counted.
type flawSink interface {
	// flaw tells what is wrong on a line (0: not known); lost says that something was not read because of it.
	flaw(line int, lost bool, why string)
}

// coverageSink is told by a coverage parser what it finds, in the order of the report. A file may be told several times:
// what is told of it adds up. An error ends the parsing: a bound was reached. The parser hands it on as it is; its own
// errors, after which nothing can be read, are *Problem.
type coverageSink interface {
	flawSink
	// file begins a file; root is what the report says its paths are relative to, pkg its package; both may be empty.
	file(path, root, pkg string) error
	// line tells that a line of the file can be covered, and how often it was.
	line(number int, hits int64) error
	// branch tells one branch of a line; key names it within the line, so that reports can be merged.
	branch(line int, key uint64, taken bool) error
	// branches tells only how many branches of a line there are and how many were taken, as JaCoCo and Cobertura do.
	branches(line, taken, total int) error
}

// testSink is told by a JUnit parser what it finds.
type testSink interface {
	flawSink
	test(t testCase) error
}
