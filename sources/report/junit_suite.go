package report

import (
	"fmt"

	"gonogo/model"
)

// totals are how many tests a suite has and how many of them failed or errored, -1 where that isn't stated. elements
// counts everything that says why a run of a test did not pass.
type totals struct{ tests, broken, elements int }

// junitSuite is a suite being read.
type junitSuite struct {
	name    string
	class   string // of the last test
	golang  bool
	stated  totals
	counted totals // own and nested suites'
	// broken are the own tests that did not pass, by class and name, until it is known which were tried again.
	broken map[string]*attempts
	order  []*attempts
	own    int  // how many of the suite's own test cases did not pass
	room   int  // bytes of what is held back, about
	held   *int // of all suites that are open
	let    bool // some were let go before the end
}

// attempts are the test cases of one class and name that follow one that did not pass.
type attempts struct{ cases []testCase }

// junitHeld bounds what is held back of all suites that are open: each of those that are nested may have its own.
const junitHeld = 8 << 20

// sameClass saves a string where a class has many tests.
func (s *junitSuite) sameClass(b []byte) string {
	if b = b[:min(len(b), junitMaxName)]; string(b) != s.class {
		s.class = string(b)
	}
	return s.class
}

func isBroken(t *testCase) bool {
	return t.outcome == model.TestFailed || t.outcome == model.TestErrored
}

// add counts a test. One that did not pass is held back to the end of the suite, and so is what follows it under the same
// class and name: it may be a retry.
func (s *junitSuite) add(t testCase, sink testSink) error {
	s.counted.tests++
	broken := isBroken(&t)
	if broken {
		s.counted.broken++
		s.own++
	} else if len(s.broken) == 0 {
		return sink.test(t)
	}
	key := t.class + "\x00" + t.name
	known := s.broken[key]
	switch {
	case known == nil && !broken:
		return sink.test(t)
	case known == nil:
		if s.broken == nil {
			s.broken = make(map[string]*attempts)
		}
		known = &attempts{}
		s.broken[key] = known
		s.order = append(s.order, known)
	}
	known.cases = append(known.cases, t)
	more := 300 + len(key) + len(t.message) + len(t.detail)
	s.room += more
	if *s.held += more; *s.held > junitHeld {
		s.let = true
		return s.settle(sink)
	}
	return nil
}

// settle tells what was held back. Whether several cases of one name are one test, tried again, or several tests isn't
// in the format:
//   - gotestsum (--rerun-fails) lists each attempt of a package, those that failed first, and counts all of them; in Go a
//     name is unique, so they are one test, and one that passed in the end is flaky.
//   - jest's retries, as reporters list them, are the attempts before the last one, and the suite's failures leave them
//     out (jest-junit#272).
//   - Elsewhere tests may well share a name (parametrised ones, two equal titles of jest). A failure that the suite's own
//     totals count then stays one, whatever else passed under that name: a broken release must not look like a flaky test.
func (s *junitSuite) settle(sink testSink) error {
	order := s.order
	final := 0
	for _, a := range order {
		if last := a.last(); isBroken(&last) {
			final++
		}
	}
	retried := s.golang || !s.let && final < s.own && final == s.stated.broken
	*s.held -= s.room
	s.broken, s.order, s.room = nil, nil, 0
	for _, a := range order {
		if err := a.tell(retried, sink); err != nil {
			return err
		}
	}
	return nil
}

func (a *attempts) tell(retried bool, sink testSink) error {
	passed := false
	for i := range a.cases {
		passed = passed || a.cases[i].outcome == model.TestPassed
	}
	if !retried {
		for _, t := range a.cases {
			t.flaky = t.flaky || passed && isBroken(&t)
			if err := sink.test(t); err != nil {
				return err
			}
		}
		return nil
	}
	first, last := a.cases[0], a.last()
	last.flaky = last.flaky || passed
	if last.outcome == model.TestPassed { // why it did not at first
		last.message, last.detail, last.file, last.line = first.message, first.detail, first.file, first.line
	}
	return sink.test(last)
}

// last is the last attempt that ran.
func (a *attempts) last() testCase {
	last := a.cases[0]
	for _, t := range a.cases[1:] {
		if t.outcome != model.TestSkipped {
			last = t
		}
	}
	return last
}

// nested adds what a suite within this one has.
func (s *junitSuite) nested(inner *junitSuite) {
	s.counted.tests += inner.counted.tests
	s.counted.broken += inner.counted.broken
	s.counted.elements += inner.counted.elements
}

// end settles a suite and compares what it states with what it lists. More stated than listed means that something was
// lost. Less is harmless, and some tools' way: jest-junit leaves todo tests out, gotestsum a failed TestMain, and some
// count the own tests of a suite only. pytest counts the error of a tear-down as one more test.
func (s *junitSuite) end(sink testSink, line int) error {
	if err := s.settle(sink); err != nil {
		return err
	}
	name := "the report"
	if s.name != "" {
		name = "the suite " + quoted(s.name)
	}
	if s.stated.tests > s.counted.tests+s.counted.elements {
		sink.flaw(line, true, fmt.Sprintf("%s says that it has %s, and lists %d", name, plural(s.stated.tests, "test"), s.counted.tests))
	}
	if s.stated.broken > max(s.counted.broken, s.counted.elements) {
		sink.flaw(line, true, fmt.Sprintf("%s says that %s failed, and lists %d", name, plural(s.stated.broken, "test"), s.counted.broken))
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func quoted(s string) string { return fmt.Sprintf("%.60q", s) }

// stated is a total of a suite, -1 where it states none.
func stated(b []byte) int {
	n, ok := count(b)
	if !ok || n > 1<<40 {
		return -1
	}
	return int(n)
}
