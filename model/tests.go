package model

import (
	"strings"
	"time"
)

// TestOutcome is how a test ended.
type TestOutcome string

// The outcomes of a test (JUnit's).
const (
	TestPassed  TestOutcome = "passed"
	TestFailed  TestOutcome = "failed"  // an assertion
	TestErrored TestOutcome = "errored" // anything else
	TestSkipped TestOutcome = "skipped"
)

// TestCounts count tests. Ran is Passed + Failed + Errored.
type TestCounts struct{ Passed, Failed, Errored, Skipped int }

// Ran is how many tests ran to an end.
func (c TestCounts) Ran() int { return c.Passed + c.Failed + c.Errored }

// Broken is how many did not pass although they ran.
func (c TestCounts) Broken() int { return c.Failed + c.Errored }

// Tests is how the tests of a commit ended: the reports of its runs' newest attempts merged.
type Tests struct {
	SHA      SHA
	Counts   TestCounts
	Flaky    int // ended differently on the same commit
	Duration time.Duration
	Broken   []TestCase // failed and errored, bounded
	Flakies  []TestCase // flaky ones that pass now, bounded
	Slowest  []TestCase // slowest first, bounded
	Sources  []ReportSource
	Cut      bool // a bound of ours cut a list or a report
	At       time.Time
}

// TestCase is one test.
type TestCase struct {
	Suite    Text
	Class    Text
	Name     Text
	Outcome  TestOutcome
	Flaky    bool // another outcome is known on the same commit
	Duration time.Duration
	Message  Text   // first line of why it failed
	Detail   Text   // several lines, bounded
	File     string // where the report says
	Line     int
	Run      int64
}

// Title is what a person calls a test: TestPay of Go, whose names are unique in a package; PayTest.refunds elsewhere, or
// PayTest: refunds a card, where the name is a sentence.
func (t *TestCase) Title() Text {
	class := string(t.Class)
	if class == "" || strings.Contains(class, "/") || strings.Contains(string(t.Name), class) || strings.Contains(class, string(t.Name)) {
		return t.Name
	}
	between := Text(".")
	if strings.Contains(string(t.Name), " ") {
		between = ": "
	}
	return Text(class[strings.LastIndexByte(class, '.')+1:]) + between + t.Name
}
