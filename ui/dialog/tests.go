package dialog

import (
	"strconv"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// slowestShown is how many of the slowest tests a page lists.
const slowestShown = 10

// tests tell how the tests of an environment's candidate ended: what failed first, each with its page.
func (b *builder) tests(sha model.SHA, t *model.Tests) {
	if t != nil {
		c := t.Counts
		text := cell.Count(c.Ran(), "test", t.Cut) + " ran: " + cell.Number(c.Passed) + " passed"
		for _, n := range []struct {
			n    int
			word string
		}{{c.Failed, "failed"}, {c.Errored, "errored"}, {c.Skipped, "skipped"}, {t.Flaky, "flaky"}} {
			if n.n > 0 {
				text += ", " + cell.Number(n.n) + " " + n.word
			}
		}
		b.field("tests", b.t.Text, text, "")
		b.field("took", b.t.Text, cell.Took(t.Duration)+" one after the other", "")
		b.testList("Failed", t.Broken, t.Counts.Broken())
		b.testList("Flaky", t.Flakies, max(t.Flaky-flakyAmong(t.Broken), len(t.Flakies)))
	}
	b.unreadReports(sha)
	if t == nil || len(t.Slowest) == 0 || t.Slowest[0].Duration <= 0 {
		return
	}
	b.heading("Slowest", "")
	for i := range t.Slowest[:min(len(t.Slowest), slowestShown)] {
		if t.Slowest[i].Duration > 0 {
			b.test(&t.Slowest[i])
		}
	}
}

// testsOfRun lists the tests that failed in a run, however green it is.
func (b *builder) testsOfRun(run *model.Run) {
	for i := range b.d.Facts.Tests {
		t := &b.d.Facts.Tests[i]
		if t.SHA != run.SHA {
			continue
		}
		var failed []model.TestCase
		for k := range t.Broken {
			if t.Broken[k].Run == run.ID {
				failed = append(failed, t.Broken[k])
			}
		}
		b.testList("Tests that failed", failed, len(failed))
	}
}

func flakyAmong(tests []model.TestCase) (n int) {
	for i := range tests {
		if tests[i].Flaky {
			n++
		}
	}
	return n
}

// testList lists tests with why they did not pass; of more than are kept it says how many.
func (b *builder) testList(heading string, tests []model.TestCase, of int) {
	if of == 0 {
		return
	}
	note := cell.Number(of)
	if of > len(tests) {
		note += ", of which " + cell.Number(len(tests)) + " are kept"
	}
	b.heading(heading, note)
	for i := range tests {
		c := &tests[i]
		b.test(c)
		if c.Message != "" {
			for _, line := range pane.Wrapped(b.t, string(c.Message), b.width-fieldWidth-3) {
				b.row(pane.Row{Search: string(c.Title()) + " " + string(c.Message), Copy: string(c.Message), Target: b.testTarget(c)}, func(l *cell.Line) {
					l.To(2+fieldWidth).Put(b.t.Text, line)
				})
			}
		}
		if place := placeOf(c); place != "" {
			b.row(pane.Row{Search: place, Copy: place, Target: b.testTarget(c)}, func(l *cell.Line) {
				l.To(2+fieldWidth).Put(b.t.Faint, place)
			})
		}
	}
}

// test is the row of a test.
func (b *builder) test(c *model.TestCase) {
	t, title, took := b.t, string(c.Title()), c.Duration
	state := outcome(t, c)
	b.row(pane.Row{
		ID: "test:" + testKey(c) + strconv.Itoa(len(b.list)), Search: strings.Join([]string{title, string(c.Class), string(c.Suite), state.Word}, " "), Copy: title,
		Target: b.testTarget(c),
	}, func(l *cell.Line) {
		l.State(state, fieldWidth-1).Gap(1)
		l.Col(t.Strong, title, max(l.Room()-8, 8)).End()
		l.Right(t.Faint, tookTest(took), 7)
	})
}

// outcome is how a test ended, as a symbol and a word.
func outcome(t *theme.Theme, c *model.TestCase) theme.State {
	result := map[model.TestOutcome]model.Result{model.TestPassed: model.Pass, model.TestFailed: model.Fail, model.TestErrored: model.Fail, model.TestSkipped: model.NotApplicable}[c.Outcome]
	state := t.Result(result)
	state.Word = string(c.Outcome)
	if c.Flaky && c.Outcome == model.TestPassed {
		state = t.Result(model.Warn)
		state.Word = "flaky"
	}
	return state
}

// tookTest is how long a test took; nothing where the report doesn't say.
func tookTest(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return cell.Latency(d)
}

// placeOf is where a test failed, as far as its report says.
func placeOf(c *model.TestCase) string {
	switch {
	case c.File == "":
		return ""
	case c.Line > 0:
		return c.File + ":" + strconv.Itoa(c.Line)
	}
	return c.File
}

// testKey names a test among those of a commit.
func testKey(c *model.TestCase) string {
	return strings.Join([]string{string(c.Suite), string(c.Class), string(c.Name)}, "\x00")
}

func (b *builder) testTarget(c *model.TestCase) pane.Target {
	return b.target(pane.TestKind, "", testKey(c), c.Run)
}

// unreadReports lists what could not be read of a commit's reports of tests.
func (b *builder) unreadReports(sha model.SHA) {
	first := true
	for i := range b.d.Facts.ReportFlaws {
		p := &b.d.Facts.ReportFlaws[i]
		if p.SHA != sha || p.Kind == "coverage" {
			continue
		}
		if first {
			b.heading("Not read in full", "")
			first = false
		}
		name := p.Source.Name
		if name == "" {
			name = "an artifact"
		}
		b.paragraph(0, b.t.Warn, string(model.Clean(name))+": "+string(p.Why), pane.Row{Link: p.Source.URL})
	}
}

// testSheet tells of one test: how it ended, where, and all that its report says of why.
type testSheet struct {
	still
	run int64 // that reported it
	key string
}

func (c testSheet) find(s *sheet) *model.TestCase {
	if s.detail == nil {
		return nil
	}
	for i := range s.detail.Facts.Tests {
		t := &s.detail.Facts.Tests[i]
		for _, list := range [][]model.TestCase{t.Broken, t.Flakies, t.Slowest} {
			for k := range list {
				if list[k].Run == c.run && testKey(&list[k]) == c.key {
					return &list[k]
				}
			}
		}
	}
	return nil
}

func (c testSheet) title(s *sheet) (string, bool) {
	name := c.key[strings.LastIndexByte(c.key, 0)+1:]
	if found := c.find(s); found != nil {
		name = string(found.Title())
	}
	return s.service + ": test " + name, false
}

func (c testSheet) rows(b *builder) {
	t := b.t
	found := c.find(b.s)
	if found == nil {
		b.text(t.Faint, "This test is no longer among those that are kept of "+b.s.service+".")
		return
	}
	b.state("ended", outcome(t, found), string(found.Message))
	b.field("name", t.Text, string(found.Name), "")
	b.field("class", t.Text, string(found.Class), "")
	b.field("suite", t.Text, string(found.Suite), "")
	b.field("at", t.Text, placeOf(found), "")
	b.field("took", t.Text, tookTest(found.Duration), "")
	if found.Flaky {
		b.field("flaky", t.Warn, "it has ended both ways on this commit", "")
	}
	c.reportedBy(b)
	if found.Detail == "" {
		return
	}
	b.heading("Why", "as its report says")
	for line := range strings.SplitSeq(string(found.Detail), "\n") {
		b.verbatim(line)
	}
}

// reportedBy names the run, with its page.
func (c testSheet) reportedBy(b *builder) {
	for i := range b.d.Facts.Runs {
		r := &b.d.Facts.Runs[i]
		if r.ID != c.run {
			continue
		}
		name := r.File() + " #" + strconv.Itoa(r.Number)
		b.row(pane.Row{Search: name, Link: r.URL, Target: b.target(pane.RunKind, "", "", c.run)}, func(l *cell.Line) {
			l.Col(b.t.Faint, "reported by", fieldWidth).Put(b.t.Text, name)
		})
		return
	}
}

// verbatim adds a line as it is, its blanks too; one that is too long goes on in the next row.
func (b *builder) verbatim(line string) {
	for _, part := range cell.Broken(b.t, line, b.width-3) {
		b.row(pane.Row{Search: line, Copy: line}, func(l *cell.Line) { l.To(2).Put(b.t.Text, part) })
	}
}
