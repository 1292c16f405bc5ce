package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"gonogo/model"
)

// toldTests writes down what a parser tells of tests.
type toldTests struct{ strings.Builder }

func (c *toldTests) flaw(line int, lost bool, why string) {
	fmt.Fprintf(c, "flaw on %d, lost %t: %s\n", line, lost, why)
}

func (c *toldTests) test(t testCase) error {
	fmt.Fprintf(c, "%s | %s | %s | %s %s", t.suite, t.class, t.name, t.outcome, t.duration)
	if t.flaky {
		c.WriteString(" flaky")
	}
	if t.file != "" {
		fmt.Fprintf(c, " %s:%d", t.file, t.line)
	}
	if t.message != "" {
		fmt.Fprintf(c, " | %s (%d bytes)", t.message, len(t.detail))
	}
	c.WriteString("\n")
	return nil
}

func TestJUnitDialects(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"surefire-reruns.xml", `
dev.acme.pay.PayTest | dev.acme.pay.PayTest | pays | passed 20m0.001s
dev.acme.pay.PayTest | dev.acme.pay.PayTest | connects | passed 500ms flaky | timed out (97 bytes)
dev.acme.pay.PayTest | dev.acme.pay.PayTest | later | skipped 0s
dev.acme.pay.PayTest | dev.acme.pay.PayTest | sums | passed 4ms
dev.acme.pay.PayTest | dev.acme.pay.PayTest | refunds | failed 21ms | expected: <3> but was: <4> (113 bytes)
dev.acme.pay.PayTest | dev.acme.pay.PayTest | prints | errored 0s | java.lang.NullPointerException (77 bytes)
`},
		// Stated are 7 tests: the test that passed before its tear-down failed counts twice.
		{"pytest.xml", `
pytest | tests.test_pay | test_pay[eur] | passed 10ms tests/test_pay.py:12
pytest | tests.test_pay | test_xfail | skipped 1ms
pytest | tests.test_pay | test_skip | skipped 0s
pytest |  | tests.test_broken | errored 0s | collection failure (118 bytes)
pytest | tests.test_pay | test_pay[usd] | failed 10µs tests/test_pay.py:12 | AssertionError: assert 3 == 4 (180 bytes)
pytest | tests.test_pay | test_teardown | errored 2ms | failed on teardown with "OSError: disk" (13 bytes)
`},
		{"gotestsum-rerun.xml", `
acme.dev/pay | acme.dev/pay | TestLong | skipped 0s
acme.dev/pay | acme.dev/pay | TestSum | passed 0s
acme.dev/pay | acme.dev/pay | TestPay | failed 20ms pay_test.go:12 | want 3, got 5 (77 bytes)
acme.dev/pay | acme.dev/pay | TestDial | passed 900ms flaky dial_test.go:31 | connection refused (85 bytes)
acme.dev/pay | acme.dev/pay | TestPanics | failed 0s | panic: runtime error: index out of range [3] (44 bytes)
`},
		{"jest.xml", `
cart | cart drops | cart drops | passed 2ms src/cart.test.ts:0
cart | cart later | cart later | skipped 0s
cart | cart todo | cart todo | passed 0s
cart | cart adds | cart adds | failed 324ms src/cart.test.ts:0 | Error: expect(received).toBe(expected) // Object.is equality (135 bytes)
src/broken.test.ts | Test suite failed to run | src/broken.test.ts | errored 0s | ● Test suite failed to run (71 bytes)
`},
		{"jest-retries.xml", `
Suite 1 | sums | sums | passed 100ms
Suite 1 | pays | pays | passed 300ms flaky | Error: expect(received).toBeFalsy() (35 bytes)
`},
		{"nested.xml", `
unit/net | Net | dials | passed 0s
unit/net |  | DISABLED_slow | skipped 123ms
unit/net |  | resolves | failed 0s | its status says that it failed; the report doesn't say why (0 bytes)
unit |  | sums | passed 0s
unit |  | unit | errored 0s | the suite's tear-down failed (0 bytes)
`},
		{"lies.xml", `
a |  | one | passed 0s
a |  | two | failed 0s | boom (0 bytes)
flaw on 5, lost true: the suite "a" says that it has 9 tests, and lists 2
flaw on 5, lost true: the suite "a" says that 2 tests failed, and lists 1
flaw on 7, lost true: the report says that it has 12 tests, and lists 2
flaw on 7, lost true: the report says that 3 tests failed, and lists 1
`},
		// The suite counts the failure as one, so it is one, although others of its name passed.
		{"same-names.xml", `
params | P | handles input | failed 0s flaky | for "b" (0 bytes)
params | P | handles input | passed 0s
params | P | handles input | passed 0s
`},
	} {
		var told toldTests
		if err := readJUnit(fixture(t, "junit/"+c.file), &told); err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		if got := told.String(); got != c.want[1:] {
			t.Errorf("%s tells\n%swant%s", c.file, got, c.want)
		}
	}
}

func TestJUnitOddities(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"no tests", "<testsuites/>", ""},
		{"no tests in a suite that says so", "<testsuite tests='0' failures='0'/>", ""},
		{"nothing stated, nothing named", "<testsuite><testcase/></testsuite>", " |  | a test without a name | passed 0s\n"},
		{"cases without a suite", "<testsuites><testcase name='a'/></testsuites>", " |  | a | passed 0s\n"},
		{"an assertion, and then the tear-down", "<testsuite failures='1' errors='1'><testcase name='a'><failure message='f'/><error message='e'/></testcase></testsuite>", " |  | a | failed 0s | f (0 bytes)\n"},
		{"a failure that is also skipped", "<testsuite><testcase name='a'><failure message='f'/><skipped/></testcase></testsuite>", " |  | a | failed 0s | f (0 bytes)\n"},
		{"retries where nothing is stated count one by one", "<testsuite><testcase name='a'><failure message='f'/></testcase><testcase name='a'/></testsuite>", " |  | a | failed 0s flaky | f (0 bytes)\n |  | a | passed 0s\n"},
		{
			"one retry that passed doesn't hide another test of the same name",
			"<testsuite failures='1'><testcase name='a'><failure message='retried'/></testcase><testcase name='a'/><testcase name='b'><failure message='its own'/></testcase><testcase name='b'/></testsuite>",
			" |  | a | failed 0s flaky | retried (0 bytes)\n |  | a | passed 0s\n |  | b | failed 0s flaky | its own (0 bytes)\n |  | b | passed 0s\n",
		},
		{"a build that failed, which gotestsum counts and doesn't list", "<testsuites tests='1' errors='2'><testsuite tests='1'><testcase name='a'/></testsuite></testsuites>", " |  | a | passed 0s\nflaw on 1, lost true: the report says that 2 tests failed, and lists 0\n"},
		{"a cut report tells what it has", "<testsuite tests='3'>\n<testcase name='a'/><testcase name='b'><failure message='f'/></testcase>\n<testcase", " |  | a | passed 0s\n |  | b | failed 0s | f (0 bytes)\nline 3: the report ends inside a tag"},
		{"a cut report in a nested suite", "<testsuites><testsuite><testsuite name='s'><testcase name='b'><failure message='f'/></testcase>", "s |  | b | failed 0s | f (0 bytes)\nline 1: the report ends inside <testsuite>"},
		{"another root", "<assemblies/>", "line 1: its root element is <assemblies>, where <testsuites> is expected"},
		{"a message of several lines", "<testsuite><testcase name='a'><failure message='first&#10;second'>trace</failure></testcase></testsuite>", " |  | a | failed 0s | first (19 bytes)\n"},
	} {
		var told toldTests
		if err := readJUnit(strings.NewReader(c.in), &told); err != nil {
			told.WriteString(err.Error())
		}
		if got := told.String(); got != c.want {
			t.Errorf("%s: tells\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestTimeOfATest(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0.123": 123 * time.Millisecond, "1,234.567": 1234567 * time.Millisecond, "0,123": 123 * time.Millisecond, "1.234,5": 1234500 * time.Millisecond,
		"1,234,567.8": 1234567800 * time.Millisecond, "1e-05": 10 * time.Microsecond, " 2 ": 2 * time.Second, "3s": 3 * time.Second, "1 234.5": 1234500 * time.Millisecond,
		"": 0, "NaN": 0, "-1": 0, "Infinity": 0, "1e300": 0, "soon": 0, "12:30": 0,
	} {
		if got := seconds([]byte(in)); got != want {
			t.Errorf("a time of %q is %s, want %s", in, got, want)
		}
	}
}

// endless repeats its parts.
type endless struct {
	head, part, tail string
	times            int
	now              string
	state            int
}

func (e *endless) Read(p []byte) (int, error) {
	for e.now == "" {
		switch {
		case e.state == 0:
			e.now = e.head
		case e.state <= e.times:
			e.now = e.part
		case e.state == e.times+1:
			e.now = e.tail
		default:
			return 0, io.EOF
		}
		e.state++
	}
	n := copy(p, e.now)
	e.now = e.now[n:]
	return n, nil
}

// counting counts tests, and how much is kept of the largest.
type counting struct {
	tests, broken, largest int
}

func (c *counting) flaw(int, bool, string) {}

func (c *counting) test(t testCase) error {
	c.tests++
	if isBroken(&t) {
		c.broken++
	}
	c.largest = max(c.largest, len(t.message)+len(t.detail)+len(t.name)+len(t.class)+len(t.suite))
	return nil
}

func TestJUnitIsBounded(t *testing.T) {
	line := strings.Repeat("out ", 256) + "\n"
	for _, c := range []struct {
		what          string
		in            *endless
		tests, broken int
	}{
		{"an output of 100 MB", &endless{head: "<testsuite><testcase name='a'><system-out>", part: line, times: 100_000, tail: "</system-out></testcase></testsuite>"}, 1, 0},
		{"a failure of 20 MB", &endless{head: "<testsuite><testcase name='a'><failure><![CDATA[", part: line, times: 20_000, tail: "]]></failure></testcase></testsuite>"}, 1, 1},
		{"20,000 failures", &endless{head: "<testsuite>", part: "<testcase name='a'><failure>" + line + line + "</failure></testcase>", times: 20_000, tail: "</testsuite>"}, 20_000, 20_000},
	} {
		var got counting
		before := heap()
		if err := readJUnit(c.in, &got); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		after := heap()
		if got.tests != c.tests || got.broken != c.broken || got.largest > junitMaxDetail+junitMaxMessage+3*junitMaxName || after > before+1<<20 {
			t.Errorf("%s: %+v, and the heap grew from %d to %d", c.what, got, before, after)
		}
	}
}

// What tests are called and say comes from whoever wrote them.
func TestHostileTextsOfTestsAreCleaned(t *testing.T) {
	hostile := "\x1b]52;c;QQ==\a &#x202e;gnp.exe&#8206; \xff\x00 &#27;[2J &#133; &#x2028;" + strings.Repeat("A", 90_000)
	in := "<testsuite name=\"" + hostile + "\"><testcase classname=\"" + hostile + "\" name=\"" + hostile + "\" file=\"" + hostile + "\" time=\"soon" +
		"\"><failure message=\"" + hostile + "\"><![CDATA[" + hostile + "\nline]]></failure></testcase></testsuite>"
	found, err := Read(t.Context(), strings.NewReader(in), int64(len(in)), Tests, Limits{})
	if err != nil || len(found.Named) != 1 {
		t.Fatalf("%v, %d tests, %v", err, len(found.Named), found.Problems)
	}
	c := found.Named[0]
	for name, text := range map[string]string{"suite": string(c.Suite), "class": string(c.Class), "name": string(c.Name), "message": string(c.Message), "detail": string(c.Detail), "file": c.File} {
		for _, r := range text {
			if unicode.IsControl(r) && (r != '\n' || name != "detail") || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' {
				t.Fatalf("the %s holds %U: %.80q", name, r, text)
			}
		}
		if !utf8.ValidString(text) || len(text) == 0 || len(text) > 4*junitMaxDetail {
			t.Errorf("the %s is %d bytes, valid UTF-8 %t", name, len(text), utf8.ValidString(text))
		}
	}
}

func TestJUnitStopsWhereTheSinkDoes(t *testing.T) {
	for left := range 5 {
		sink := &fullTests{left: left}
		if err := readJUnit(fixture(t, "junit/nested.xml"), sink); !errors.Is(err, errFull) {
			t.Errorf("after %d tests: %v", left, err)
		}
	}
}

type fullTests struct {
	toldTests
	left int
}

func (f *fullTests) test(testCase) error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return nil
}

// FuzzJUnit asks that nothing panics, that outcomes are known ones, and that what is kept is bounded.
func FuzzJUnit(f *testing.F) {
	addXML(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		sink := checked{t: t}
		err := readJUnit(strings.NewReader(string(in)), &sink)
		var problem *Problem
		if err != nil && !errors.As(err, &problem) {
			t.Fatalf("%v is no problem of the report", err)
		}
	})
}

type checked struct {
	t    *testing.T
	from int
}

func (c *checked) flaw(line int, _ bool, why string) {
	if line < 1 || why == "" {
		c.t.Fatalf("flaw %q on line %d", why, line)
	}
}

func (c *checked) test(t testCase) error {
	switch t.outcome {
	case model.TestPassed, model.TestFailed, model.TestErrored, model.TestSkipped:
	default:
		c.t.Fatalf("%q is no outcome", t.outcome)
	}
	if t.name == "" || t.duration < 0 || len(t.message) > junitMaxMessage || len(t.detail) > junitMaxDetail || t.line < 0 {
		c.t.Fatalf("%+v", t)
	}
	return nil
}

func (c *checked) file(path, _, _ string) error {
	c.from++
	if path == "" {
		c.t.Fatal("a file without a path")
	}
	return nil
}

func (c *checked) line(n int, hits int64) error {
	if n < 1 || n > maxLineNumber || hits < 0 || c.from == 0 {
		c.t.Fatalf("line %d, %d hits, of file %d", n, hits, c.from)
	}
	return nil
}

func (c *checked) branch(int, uint64, bool) error { c.t.Fatal("XML counts branches"); return nil }

func (c *checked) branches(n, taken, total int) error {
	if n < 1 || taken < 0 || total < 1 {
		c.t.Fatalf("line %d: %d/%d", n, taken, total)
	}
	return nil
}

func FuzzCobertura(f *testing.F) { fuzzCoverage(f, readCobertura) }

func FuzzJaCoCo(f *testing.F) { fuzzCoverage(f, readJaCoCo) }

func fuzzCoverage(f *testing.F, parse func(io.Reader, coverageSink) error) {
	addXML(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		err := parse(strings.NewReader(string(in)), &checked{t: t})
		var problem *Problem
		if err != nil && !errors.As(err, &problem) {
			t.Fatalf("%v is no problem of the report", err)
		}
	})
}
