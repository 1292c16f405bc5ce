package model

import (
	"math/bits"
	"time"
)

// Covered counts what could be covered (lines, branches) and what of it was.
type Covered struct{ Hit, Total int }

// Percent is the share that was covered, in percent; false where there is nothing to cover.
func (c Covered) Percent() (float64, bool) {
	if c.Total <= 0 {
		return 0, false
	}
	return 100 * float64(c.Hit) / float64(c.Total), true
}

// Add adds another count.
func (c Covered) Add(d Covered) Covered { return Covered{c.Hit + d.Hit, c.Total + d.Total} }

// LineSet is a set of line numbers from 1 on, one bit a line.
type LineSet []uint64

// Has reports whether a line is in the set.
func (s LineSet) Has(line int) bool {
	i := line / 64
	return line > 0 && i < len(s) && s[i]&(1<<(line%64)) != 0
}

// Put adds a line; those below 1 are left out.
func (s *LineSet) Put(line int) {
	if line < 1 {
		return
	}
	for line/64 >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[line/64] |= 1 << (line % 64)
}

// Len is how many lines are in the set.
func (s LineSet) Len() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// CoverageOrigin says what a coverage was taken from.
type CoverageOrigin string

// The origins of a coverage.
const (
	CoverageReport CoverageOrigin = "report" // parsed from the reports of a run's artifacts
	CoverageStatus CoverageOrigin = "status" // stated by a commit status or check run, such as Codecov's or Coveralls'
)

// Coverage is how much of a commit's code its tests covered: all reports of the commit merged, or what a service says.
type Coverage struct {
	SHA      SHA
	Origin   CoverageOrigin
	Lines    Covered
	Branches Covered
	// Statements are what "go test -cover" counts; only Go's cover profiles tell them. The gate counts lines.
	Statements Covered
	// Stated is the percentage that a status states, of lines; nil for reports.
	Stated   *float64
	Packages []PackageCoverage // sorted by name
	// Files are sorted by path. The facts of a service hold only those that a comparison changed, with their line sets;
	// details ask the cache for all.
	Files   []FileCoverage
	Sources []ReportSource
	Cut     bool // a bound of ours cut the report: at least what is here
	At      time.Time
}

// CoveragePoint is the coverage of one commit as its history shows it.
type CoveragePoint struct {
	SHA      SHA
	Branch   string    // that its run was of
	At       time.Time // when its run began
	Origin   CoverageOrigin
	Lines    Covered
	Branches Covered
	Stated   *float64 // percent, of lines; nil for reports
}

// PackageCoverage is the coverage of one package, or folder where the format knows no packages.
type PackageCoverage struct {
	Name     string
	Lines    Covered
	Branches Covered
}

// FileCoverage is the coverage of one file.
type FileCoverage struct {
	Path     string // in the repository, where the report's paths could be mapped to it
	Package  string
	Lines    Covered
	Branches Covered
	// Coverable and Hit are the lines that could be covered and those that were.
	Coverable, Hit LineSet
}

// ReportSource is where a report came from.
type ReportSource struct {
	Run      int64
	Attempt  int // 0: not known
	Artifact int64
	Name     string // of the artifact
	File     string // in the artifact
	Format   string // lcov, cobertura, jacoco, go, junit
	URL      string // of the run
	At       time.Time
}

// ReportProblem is a report that could not be read, or not in full.
type ReportProblem struct {
	SHA    SHA
	Kind   string // coverage or tests
	Source ReportSource
	Why    Text // with the place
	Lost   bool // something was not read, so that less is known than was reported; else it is only said
}
