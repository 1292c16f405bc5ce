// Package report turns bytes into coverage and tests: LCOV, Cobertura, JaCoCo, Go cover profiles and JUnit, recognised
// by content, out of the zip archives that runs leave behind as artifacts. What the format's documentation allows is
// read; what it doesn't is a finding with its place. Everything streams, within the bounds of Limits.
package report

import "fmt"

// Problem is what is wrong with a report, and where.
type Problem struct {
	File string // in the archive; empty where there is none
	Line int    // from 1; 0: not known
	Why  string // a sentence without the place
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

// coverageSink is told by a coverage parser what it finds, in the order of the report. A file may be told several times:
// what is told of it adds up. An error ends the parsing: a bound was reached.
type coverageSink interface {
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
	test(t testCase) error
}
