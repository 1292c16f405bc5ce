package report

import (
	"cmp"
	"io"

	"gonogo/model"
)

// The bounds of what is kept of a test.
const (
	junitMaxName    = 1000
	junitMaxMessage = 2000
	junitMaxDetail  = 8 << 10
)

// junit reads JUnit's XML, which nobody owns: Ant's, as Maven Surefire, Gradle, pytest, gotestsum, jest-junit and many
// others write it. One testsuite is the root, or a testsuites of them; suites may hold suites.
type junit struct {
	x    *xmlScanner
	sink testSink
	held int // bytes of what suites hold back, about
}

// readJUnit tells a sink what a JUnit report holds.
func readJUnit(r io.Reader, sink testSink) error {
	j := junit{x: newXMLScanner(r), sink: sink}
	j.x.tells(sink)
	root := j.x.is("testsuites", "testsuite")
	var s *junitSuite
	err := j.x.document(func() error {
		s = j.suite("")
		return root()
	}, func(name string) error { return j.inSuite(s, name) })
	if err != nil {
		if s != nil {
			_ = s.settle(j.sink) // what was read before is known
		}
		return err
	}
	return s.end(j.sink, j.x.line())
}

// suite begins the suite that was opened last.
func (j *junit) suite(parent string) *junitSuite {
	s := &junitSuite{held: &j.held, name: cmp.Or(bounded(j.x.attr("name"), junitMaxName), parent)}
	s.stated = totals{tests: stated(j.x.attr("tests")), broken: -1}
	if f, e := stated(j.x.attr("failures")), stated(j.x.attr("errors")); f >= 0 || e >= 0 {
		s.stated.broken = max(0, f) + max(0, e)
	}
	return s
}

// inSuite reads a child of a suite.
func (j *junit) inSuite(s *junitSuite, name string) error {
	switch name {
	case "testcase":
		t, err := j.testCase(s)
		if err != nil {
			return err
		}
		return s.add(t, j.sink)
	case "testsuite":
		inner := j.suite(s.name)
		inner.golang = s.golang
		if err := j.x.children(func(name string) error { return j.inSuite(inner, name) }); err != nil {
			_ = inner.settle(j.sink)
			return err
		}
		if err := inner.end(j.sink, j.x.line()); err != nil {
			return err
		}
		s.nested(inner)
		return nil
	case "properties":
		return j.x.children(func(string) error {
			// gotestsum's and go-junit-report's: a Go package has no two tests of one name.
			s.golang = s.golang || string(j.x.attr("name")) == "go.version"
			return j.x.skip()
		})
	case "error", "failure":
		// Of the suite itself: it could not be collected or set up, and none of its tests may be listed.
		t := testCase{suite: s.name, name: cmp.Or(s.name, "a suite without a name"), outcome: model.TestErrored}
		if err := j.why(&t); err != nil {
			return err
		}
		s.counted.elements++
		return s.add(t, j.sink)
	}
	return j.x.skip() // system-out and system-err may be of any size
}

// testCase reads a test case to its end.
func (j *junit) testCase(s *junitSuite) (testCase, error) {
	t := testCase{suite: s.name, outcome: model.TestPassed}
	for _, a := range j.x.attrs {
		switch string(a.name) {
		case "name":
			t.name = bounded(a.value, junitMaxName)
		case "classname":
			t.class = s.sameClass(a.value)
		case "time":
			t.duration = seconds(a.value)
		case "file":
			t.file = bounded(a.value, junitMaxName)
		case "line":
			if n, ok := count(a.value); ok && n <= maxLineNumber {
				t.line = int(n)
				if s.name == "pytest" { // its lines begin with 0 (junitxml.py writes testreport.location[1])
					t.line++
				}
			}
		case "status", "result":
			t.outcome = statusOutcome(t.outcome, a.value)
		}
	}
	t.name = cmp.Or(t.name, "a test without a name")
	byStatus, told := t.outcome, false
	err := j.x.children(func(name string) error {
		switch name {
		case "failure", "error":
			s.counted.elements++
			if told { // several soft assertions, or the tear-down's error after the failure: the first one tells why
				return j.x.skip()
			}
			told = true
			t.outcome = model.TestFailed
			if name == "error" {
				t.outcome = model.TestErrored
			}
			return j.why(&t)
		case "skipped", "disabled", "ignored":
			if !told {
				t.outcome = model.TestSkipped
			}
			return j.x.skip()
		case "flakyFailure", "flakyError":
			// Surefire: a run that failed of a test that passed in a later one ("Rerun Failing Tests"); so do Gradle
			// (mergeReruns) and Playwright (includeRetries).
			s.counted.elements++
			t.flaky = true
			if t.message == "" {
				return j.why(&t)
			}
		case "rerunFailure", "rerunError": // the same of one that never passed
			s.counted.elements++
		}
		return j.x.skip()
	})
	if t.outcome == model.TestFailed && !told && byStatus == model.TestFailed {
		t.message = cmp.Or(t.message, "its status says that it failed; the report doesn't say why")
	}
	return t, err
}

// statusOutcome is what a status or result says of a test without a failure or error in it. GoogleTest has status
// "notrun" and result "suppressed" and "skipped".
func statusOutcome(known model.TestOutcome, value []byte) model.TestOutcome {
	if len(value) > 16 {
		return known
	}
	switch lower(value) {
	case "failed", "fail", "failure", "error", "errored", "broken":
		return model.TestFailed
	case "notrun", "disabled", "skipped", "skip", "suppressed", "ignored", "pending":
		if known == model.TestPassed {
			return model.TestSkipped
		}
	}
	return known
}

// why reads the element that says why a test did not pass.
func (j *junit) why(t *testCase) error {
	message := bounded(j.x.attr("message"), junitMaxMessage)
	if kind := bounded(j.x.attr("type"), junitMaxName); message == "" {
		message = kind
	}
	detail, err := j.x.read(junitMaxDetail)
	t.explain(message, detail)
	return err
}
