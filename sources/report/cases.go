package report

import (
	"cmp"
	"fmt"
	"slices"

	"gonogo/model"
)

// cases gathers the tests that reports tell, within bounds: how each ended, and the names of those that are worth it.
type cases struct {
	limits Limits
	flaws  *flaws
	seen   []model.SeenTest
	place  map[model.TestID]int // in seen
	inFile map[model.TestID]int // how often a test without more to tell it apart was told in the report being read
	// Names, by what they are worth it for. A test may be among several.
	broken, flaky, slowest []model.NamedTest
	cut                    bool
	full                   bool // no more tests are taken
}

func newCases(l Limits, f *flaws) *cases {
	return &cases{limits: l, flaws: f, place: make(map[model.TestID]int)}
}

// begin begins a report.
func (c *cases) begin(f *flaws) { c.flaws, c.inFile = f, make(map[model.TestID]int) }

func (c *cases) at(where func() int) { c.flaws.where = where }

func (c *cases) flaw(line int, lost bool, why string) { c.flaws.flaw(line, lost, why) }

func (c *cases) test(t testCase) error {
	id := model.NewTestID(t.suite, t.class, t.name, 0)
	nth := c.inFile[id]
	c.inFile[id]++
	if nth > 0 {
		id = model.NewTestID(t.suite, t.class, t.name, nth)
	}
	now := model.SeenTest{ID: id, Outcome: t.outcome, Flaky: t.flaky, Duration: max(0, t.duration)}
	i, again := c.place[id]
	switch {
	case again:
		c.seen[i] = worst(c.seen[i], now)
	case len(c.seen) >= c.limits.Tests:
		if !c.full {
			c.full, c.cut = true, true
			c.flaws.flaw(0, true, fmt.Sprintf("more than %d tests; the others were left out", c.limits.Tests))
		}
		return errBound
	default:
		c.place[id] = len(c.seen)
		c.seen = append(c.seen, now)
	}
	c.name(id, t)
	return nil
}

// worst is how a test ended that several reports of an artifact tell: side by side, the worst counts.
func worst(a, b model.SeenTest) model.SeenTest {
	flaky, longest := a.Flaky || b.Flaky, max(a.Duration, b.Duration)
	if b.Outcome.WorseThan(a.Outcome) {
		a = b
	}
	a.Flaky, a.Duration = flaky, longest
	return a
}

// name keeps the names of a test that is worth it.
func (c *cases) name(id model.TestID, t testCase) {
	broken := t.outcome.Broken()
	slow := len(c.slowest) < c.limits.Slowest || t.duration > c.slowest[len(c.slowest)-1].Duration
	if !broken && !t.flaky && !slow {
		return
	}
	named := model.NamedTest{ID: id, TestCase: model.TestCase{
		Suite: model.Clean(t.suite), Class: model.Clean(t.class), Name: model.Clean(t.name),
		Outcome: t.outcome, Flaky: t.flaky, Duration: max(0, t.duration),
		Message: model.Clean(t.message), Detail: model.CleanLines(t.detail),
		File: string(model.Clean(t.file)), Line: t.line,
	}}
	switch {
	case broken && has(c.broken, id) || t.flaky && has(c.flaky, id):
	case broken && len(c.broken) < c.limits.Broken:
		c.broken = append(c.broken, named)
	case broken:
		c.cut = true
	case t.flaky && len(c.flaky) < c.limits.Broken:
		c.flaky = append(c.flaky, named)
	case t.flaky:
		c.cut = true
	}
	if !slow || has(c.slowest, id) {
		return
	}
	named.Detail = ""
	at, _ := slices.BinarySearchFunc(c.slowest, named, func(a, b model.NamedTest) int { return cmp.Compare(b.Duration, a.Duration) })
	if at = max(at, 0); len(c.slowest) >= c.limits.Slowest {
		c.slowest = c.slowest[:len(c.slowest)-1]
	}
	c.slowest = slices.Insert(c.slowest, at, named)
}

// named are all tests that are kept with their names, each once.
func (c *cases) named() []model.NamedTest {
	had := make(map[model.TestID]bool)
	var all []model.NamedTest
	for _, list := range [][]model.NamedTest{c.broken, c.flaky, c.slowest} {
		for _, t := range list {
			if !had[t.ID] {
				had[t.ID] = true
				all = append(all, t)
			}
		}
	}
	return all
}

// has reports whether a test is in one of the lists, which are short.
func has(list []model.NamedTest, id model.TestID) bool {
	return slices.ContainsFunc(list, func(t model.NamedTest) bool { return t.ID == id })
}
