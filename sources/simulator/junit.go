package simulator

import (
	"encoding/xml"
	"fmt"
	"path"
	"strings"
	"time"
)

// TestRun is a run of a test suite.
type TestRun struct {
	Suite string
	At    time.Time
	Tests []Tested
}

// Tested is how one test ended: it passed unless something is said.
type Tested struct {
	Class, Name string
	Took        time.Duration
	File        string
	Line        int
	Failure     string // of an assertion
	Error       string // anything else
	Detail      string
	Skipped     string
	Flaky       string // why it failed before it passed
}

// TestsOf are the tests that a commit's code has: some of each file, all of which pass.
func TestsOf(suite string, e JobEnd) TestRun {
	run := TestRun{Suite: suite, At: e.At}
	for _, name := range sortedKeys(e.Files) {
		if !isCode(name) {
			continue
		}
		base := strings.TrimSuffix(path.Base(name), path.Ext(name))
		for i, what := range []string{"accepts what is right", "refuses what is wrong", "is quick enough"} {
			run.Tests = append(run.Tests, Tested{
				Class: suite + "." + base, Name: what, File: name, Took: time.Duration(1+draw(name, i)%400) * time.Millisecond,
			})
		}
	}
	return run
}

// Break makes the n-th test fail.
func (t *TestRun) Break(n int, message string) {
	if len(t.Tests) == 0 {
		return
	}
	c := &t.Tests[n%len(t.Tests)]
	c.Line = 40 + n
	c.Failure, c.Detail = message, fmt.Sprintf("%s\n    at %s:%d\n    at the test runner", message, c.File, c.Line)
}

// JUnit writes the XML that most tools write, after Ant's and Maven's (surefire-test-report.xsd; testmoapp/junitxml).
func (t TestRun) JUnit() string {
	failures, errors, skipped, took := 0, 0, 0, time.Duration(0)
	for i := range t.Tests {
		c := &t.Tests[i]
		took += c.Took
		switch {
		case c.Failure != "":
			failures++
		case c.Error != "":
			errors++
		case c.Skipped != "":
			skipped++
		}
	}
	var b strings.Builder
	counts := fmt.Sprintf("tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.3f\"", len(t.Tests), failures, errors, skipped, took.Seconds())
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites %s>\n", counts)
	fmt.Fprintf(&b, "  <testsuite name=\"%s\" %s timestamp=\"%s\" hostname=\"runner\">\n", escapeXML(t.Suite), counts, t.At.Format("2006-01-02T15:04:05"))
	for i := range t.Tests {
		c := &t.Tests[i]
		fmt.Fprintf(&b, "    <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"", escapeXML(c.Class), escapeXML(c.Name), c.Took.Seconds())
		if c.File != "" {
			fmt.Fprintf(&b, " file=\"%s\"", escapeXML(c.File))
		}
		if c.Line > 0 {
			fmt.Fprintf(&b, " line=\"%d\"", c.Line)
		}
		b.WriteString(">" + c.inside() + "</testcase>\n")
	}
	b.WriteString("  </testsuite>\n</testsuites>\n")
	return b.String()
}

func (c *Tested) inside() string {
	element := func(name, message string) string {
		return fmt.Sprintf("<%s message=\"%s\" type=\"AssertionError\">%s</%s>", name, escapeXML(message), escapeXML(c.Detail), name)
	}
	switch {
	case c.Failure != "":
		return element("failure", c.Failure)
	case c.Error != "":
		return element("error", c.Error)
	case c.Skipped != "":
		return fmt.Sprintf("<skipped message=\"%s\"/>", escapeXML(c.Skipped))
	case c.Flaky != "":
		// Surefire's rerunFailingTestsCount (its documentation, "Re-run failing tests").
		return fmt.Sprintf("<flakyFailure message=\"%s\" type=\"AssertionError\"><stackTrace>%s</stackTrace></flakyFailure>", escapeXML(c.Flaky), escapeXML(c.Flaky))
	}
	return ""
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // memory takes everything
	return b.String()
}
