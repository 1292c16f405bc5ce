package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// TestID tells a test from others: a hash of its suite, class and name.
type TestID uint64

// NewTestID is the identity of a test over reports; nth tells apart tests of one report that have everything in common (0
// for the first). It is kept in the cache, so it must not change between versions.
func NewTestID(suite, class, name string, nth int) TestID {
	h := sha256.New()
	for _, part := range []string{suite, class, name} {
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	_, _ = h.Write(binary.AppendUvarint(nil, uint64(nth)))
	return TestID(binary.BigEndian.Uint64(h.Sum(nil)))
}

// SeenTest is how a test ended, in short: most pass, and nobody asks for their names.
type SeenTest struct {
	ID       TestID
	Outcome  TestOutcome
	Flaky    bool // the report tells another outcome itself
	Duration time.Duration
}

// NamedTest is a test worth its name: broken, flaky or slow.
type NamedTest struct {
	ID TestID
	TestCase
}

// TestReport is what the reports of one artifact say.
type TestReport struct {
	Source ReportSource
	Elder  bool       // a newer run or attempt did the same again: only tells whether tests are flaky
	Seen   []SeenTest // each test once
	Named  []NamedTest
	Cut    bool
}

// How many tests of a commit are kept with their names.
const (
	MaxNamedTests   = 200 // broken ones, and as many flaky ones
	MaxSlowestTests = 20
)

// MergeTests is how the tests of a commit ended, by all that its runs reported.
//
// A test is one by suite, class and name. Where reports differ the newest counts: a newer run over an older one, a newer
// attempt over an older one, and of one run's artifacts with one name the newest, which replaces the older whole, as the
// job that made it ran again. Other artifacts of one run stand side by side (a matrix): there the worst outcome counts.
// A test is flaky if a report says so, or if it passed here and broke there and it isn't a matrix that differs.
func MergeTests(sha SHA, reports []TestReport) Tests {
	reports = slices.Clone(reports)
	slices.SortStableFunc(reports, newestReport)
	m := merging{tests: make(map[TestID]*mergedTest), out: Tests{SHA: sha}}
	replaced := make(map[artifactName]bool)
	for i := range reports {
		r := &reports[i]
		name := artifactName{r.Source.Run, r.Source.Name}
		m.add(r, r.Elder || replaced[name])
		replaced[name] = true
	}
	return m.tell(reports)
}

type artifactName struct {
	run  int64
	name string
}

// newestReport orders reports from the newest on. GitHub numbers runs in the order of their making.
func newestReport(a, b TestReport) int {
	return cmp.Or(
		cmp.Compare(b.Source.Run, a.Source.Run),
		cmp.Compare(b.Source.Attempt, a.Source.Attempt),
		b.Source.At.Compare(a.Source.At),
		cmp.Compare(b.Source.Artifact, a.Source.Artifact),
		cmp.Compare(b.Source.File, a.Source.File),
	)
}

// mergedTest is a test over reports.
type mergedTest struct {
	now    SeenTest
	from   *TestReport // that now is of
	passed bool        // anywhere on this commit
	broke  bool
	flaky  bool
	counts bool // seen in a report that is not replaced
}

type merging struct {
	tests map[TestID]*mergedTest
	order []*mergedTest
	out   Tests
}

func (m *merging) add(r *TestReport, replaced bool) {
	m.out.Cut = m.out.Cut || r.Cut
	if !replaced {
		m.out.Sources = append(m.out.Sources, r.Source)
		if r.Source.At.After(m.out.At) {
			m.out.At = r.Source.At
		}
	}
	for _, seen := range r.Seen {
		t, ok := m.tests[seen.ID]
		if !ok {
			t = &mergedTest{now: seen, from: r, counts: !replaced}
			m.tests[seen.ID] = t
			m.order = append(m.order, t)
		}
		t.see(seen, r, replaced, ok)
	}
}

// see takes note of what a report says about the test; again, if another one did before.
func (t *mergedTest) see(seen SeenTest, r *TestReport, replaced, again bool) {
	beside := again && !replaced && t.counts && sameAttempt(t.from.Source, r.Source)
	switch {
	case beside && seen.Outcome.WorseThan(t.now.Outcome):
		t.now, t.from = seen, r
		fallthrough
	case beside:
		t.flaky = t.flaky || seen.Flaky
		return // what a matrix disagrees on is no flakiness
	}
	t.flaky = t.flaky || seen.Flaky
	switch seen.Outcome {
	case TestPassed:
		t.passed = true
	case TestFailed, TestErrored:
		t.broke = true
	case TestSkipped:
	}
}

// sameAttempt reports whether two reports stand side by side: of one run and, where that is known, of one attempt.
func sameAttempt(a, b ReportSource) bool {
	return a.Run == b.Run && (a.Attempt == b.Attempt || a.Attempt == 0 || b.Attempt == 0)
}

// WorseThan orders outcomes: errored, failed, passed, skipped.
func (o TestOutcome) WorseThan(p TestOutcome) bool { return severity(o) > severity(p) }

// Broken reports whether a test ran and did not pass.
func (o TestOutcome) Broken() bool { return o == TestFailed || o == TestErrored }

func severity(o TestOutcome) int {
	switch o {
	case TestErrored:
		return 3
	case TestFailed:
		return 2
	case TestPassed:
		return 1
	}
	return 0
}

// tell counts the tests, and names those worth it.
func (m *merging) tell(reports []TestReport) Tests {
	names := make(map[TestID]*NamedTest)
	for i := range reports {
		r := &reports[i]
		for j := range r.Named {
			named := &r.Named[j]
			t := m.tests[named.ID]
			if t == nil {
				continue
			}
			if had := names[named.ID]; had == nil || t.from == r && named.Outcome == t.now.Outcome {
				names[named.ID] = named
			}
		}
	}
	var slowest []TestCase
	for _, t := range m.order {
		if !t.counts {
			continue
		}
		m.count(t)
		named := names[t.now.ID]
		if named == nil {
			continue
		}
		test := named.TestCase
		test.Flaky = t.isFlaky()
		test.Run = t.from.Source.Run
		if named.Outcome != t.now.Outcome { // of another attempt: only its name holds
			test.Outcome, test.Duration = t.now.Outcome, t.now.Duration
		}
		switch {
		case test.Outcome.Broken():
			m.out.Broken = append(m.out.Broken, test)
		case test.Flaky:
			m.out.Flakies = append(m.out.Flakies, test)
		}
		test.Detail = ""
		slowest = append(slowest, test)
	}
	m.out.Broken = m.named(m.out.Broken)
	m.out.Flakies = m.named(m.out.Flakies)
	slices.SortStableFunc(slowest, func(a, b TestCase) int {
		return cmp.Or(cmp.Compare(b.Duration, a.Duration), byTestName(a, b))
	})
	m.out.Slowest = slices.Clip(slowest[:min(len(slowest), MaxSlowestTests)])
	return m.out
}

func (m *merging) count(t *mergedTest) {
	switch t.now.Outcome {
	case TestPassed:
		m.out.Counts.Passed++
	case TestFailed:
		m.out.Counts.Failed++
	case TestErrored:
		m.out.Counts.Errored++
	case TestSkipped:
		m.out.Counts.Skipped++
	}
	m.out.Duration += t.now.Duration
	if t.isFlaky() {
		m.out.Flaky++
	}
}

func (t *mergedTest) isFlaky() bool { return t.flaky || t.passed && t.broke }

// named bounds a list of tests, in the order of their names.
func (m *merging) named(list []TestCase) []TestCase {
	slices.SortStableFunc(list, byTestName)
	if len(list) > MaxNamedTests {
		m.out.Cut = true
		list = slices.Clip(list[:MaxNamedTests])
	}
	return list
}

func byTestName(a, b TestCase) int {
	return cmp.Or(cmp.Compare(a.Suite, b.Suite), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Name, b.Name))
}
