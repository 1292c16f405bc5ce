package readiness

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/model"
)

// namedInSentence is how many tests a sentence names; details list them all.
const namedInSentence = 3

// gateTests: the JUnit reports among the artifacts of runs on exactly this commit say that tests ran, and that none of
// them failed. It catches the run that is green although its tests failed, as a job is whose step ignores their exit
// code.
func (w *world) gateTests(i int, r model.Release) judged {
	if w.f.Service.Tests == nil {
		if _, named := w.env(i).Gates[model.GateTests]; named {
			return unknown("tests are asked for here, and the configuration doesn't say which artifacts hold their reports", `tests: {artifact: "junit*"} in the configuration`, nil)
		}
		return judged{result: model.NotApplicable, why: "no reports of tests are configured"}
	}
	sha := w.tested(r.SHA)
	j := w.gateTestsOf(sha)
	if sha != r.SHA {
		j.why += say(", which %s inherits: it changed only paths of ci_ignore", r.SHA.Short())
		j.seen = append(j.seen, evidence("paths of "+model.Text(r.SHA.Short()), w.f.Commits[r.SHA].Commit.URL, w.f.Read(model.SignalCommit, string(r.SHA))))
	}
	return j
}

// tested is the commit whose tests count: this one, or the nearest parent on which CI ran, as long as every commit up to
// it changed only paths that ci_ignore names, so that the gate ci inherits its runs as well.
func (w *world) tested(sha model.SHA) model.SHA {
	if len(w.f.Service.CIIgnore) == 0 {
		return sha
	}
	at := sha
	for range inheritedParents {
		if len(w.reportingRuns(at, nil)) > 0 {
			return at
		}
		c, ok := w.f.Commits[at]
		if !ok || !w.ignorable(c) {
			return sha
		}
		at = c.Commit.Parents[0]
	}
	return sha
}

// gateTestsOf judges the tests of one commit, with what that rests on.
func (w *world) gateTestsOf(sha model.SHA) judged {
	t, found := w.testsOf(sha)
	read, d := w.f.reading(w.m, model.SignalReports, string(sha))
	runs, dr := w.f.reading(w.m, model.SignalCommitRuns, string(sha))
	j := w.judgeTests(sha, &t, found && d.none(), d)
	switch late := w.endedAfter(sha, t.Sources, read); {
	case j.result <= model.Warn && !dr.none():
		j = unknown(dr.why, dr.settle, nil) // a new attempt may be under way
		read = runs
	case j.result <= model.Warn && late != "":
		w.m.ask(model.SignalReports, string(sha), false)
		j = unknown(say("the reports of %s were read before %s ended", sha.Short(), late), say("reading the reports of %s again", sha.Short()), nil)
	}
	for k := range t.Sources {
		j.seen = append(j.seen, evidence(w.reportName(&t.Sources[k]), t.Sources[k].URL, read))
	}
	for _, run := range w.reportingRuns(sha, t.Sources) {
		if !run.Done() {
			j.seen = append(j.seen, evidence(say("%s #%d, attempt %d: %s", run.File(), run.Number, max(1, run.Attempt), string(run.Status)), run.URL, runs))
		}
	}
	for _, p := range w.testFlaws(sha) {
		j.seen = append(j.seen, evidence(say("%s: %s", w.reportName(&p.Source), string(p.Why)), p.Source.URL, read))
	}
	if len(j.seen) == 0 {
		j.seen = []model.Evidence{evidence("reports of "+model.Text(sha.Short()), "", read)}
	}
	return j
}

// judgeTests is what the reports of a commit say; evidence is added by who asks. A failure stands whatever else is
// missing, unless the run that it is of is running again.
func (w *world) judgeTests(sha model.SHA, t *model.Tests, found bool, d doubt) judged {
	on := " on " + sha.Short()
	moving := w.unended(sha, t.Sources)
	c := t.Counts
	broken := c.Broken()
	switch {
	case found && broken > 0 && w.runsAgain(t) != "":
		return judged{result: model.Wait, why: say("%d of %s failed%s, and %s is running again", broken, count(c.Ran(), "test"), on, w.runsAgain(t))}
	case found && sane(t) && broken > 0:
		return judged{result: model.Fail, why: w.failing(sha, t)}
	case moving != "":
		return judged{result: model.Wait, why: say("%s is running%s; its tests are read when it has ended", moving, on)}
	case !d.none():
		return unknown(d.why, d.settle, nil)
	}
	whole := say("a whole report of the tests of %s", sha.Short())
	for _, p := range w.testFlaws(sha) {
		if p.Lost || !found {
			return unknown(say("not all tests%s are known: %s: %s", on, string(w.reportName(&p.Source)), string(p.Why)), whole, nil)
		}
	}
	switch {
	case !found:
		artifact := cmp.Or(w.f.Service.Tests.Artifact, "of any name")
		return unknown(say("no JUnit report was found%s, in artifacts %s", on, artifact), say("a run%s that uploads its JUnit report as an artifact", on), nil)
	case !sane(t):
		return unknown(say("what is known of the tests%s contradicts itself", on), "reading the reports again", nil)
	case c.Ran() == 0 && c.Skipped > 0:
		return judged{result: model.Fail, why: say("no test ran%s: %s skipped", on, have(c.Skipped, "1 was", count(c.Skipped, "test")+" were"))}
	case c.Ran() == 0:
		return judged{result: model.Fail, why: say("no test ran%s: the report is empty", on)}
	case w.silenced(sha, t) != "":
		return unknown(w.silenced(sha, t), whole, nil)
	case t.Cut && len(t.Flakies) < model.MaxNamedTests:
		return unknown(say("not all tests%s are known: the reports are larger than what is read", on), whole, nil)
	}
	passed := say("%s passed%s", have(c.Passed, "1 test", "all "+count(c.Passed, "test")), on)
	if c.Skipped > 0 {
		passed += say(", %d skipped", c.Skipped)
	}
	if n := max(t.Flaky, len(t.Flakies)); n > 0 {
		return judged{result: model.Warn, why: passed + say("; %d flaky, which also failed on this commit%s", n, byName(t.Flakies))}
	}
	return judged{result: model.Pass, why: passed}
}

// failing is the sentence of a commit whose tests failed.
func (w *world) failing(sha model.SHA, t *model.Tests) model.Text {
	least := ""
	if slices.ContainsFunc(w.testFlaws(sha), func(p model.ReportProblem) bool { return p.Lost }) {
		least = "at least "
	}
	why := say("%s%d of %s failed on %s", least, t.Counts.Broken(), count(t.Counts.Ran(), "test"), sha.Short())
	for i := range t.Broken {
		if run, ok := w.run(t.Broken[i].Run); ok && run.Done() && run.Conclusion == model.Success {
			why += say(", although %s succeeded", run.File())
			break
		}
	}
	why += model.Text(byName(t.Broken))
	flaky := 0
	for i := range t.Broken {
		if t.Broken[i].Flaky {
			flaky++
		}
	}
	if flaky > 0 {
		why += say("; %d of them %s flaky", flaky, have(flaky, "is", "are"))
	}
	return why
}

// byName is ": TestPay, TestRefund", the names of tests behind a sentence.
func byName(tests []model.TestCase) string {
	var names []string
	for i := range tests {
		name := string(tests[i].Title())
		if strings.Contains(name, " ") {
			name = `"` + name + `"`
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + list(names, namedInSentence)
}

// sane reports whether what is known of tests agrees with itself and came from somewhere.
func sane(t *model.Tests) bool {
	c := t.Counts
	return c.Passed >= 0 && c.Failed >= 0 && c.Errored >= 0 && c.Skipped >= 0 && t.Flaky >= 0 &&
		len(t.Broken) <= c.Broken() && len(t.Flakies) <= t.Flaky && len(t.Sources) > 0
}

// testsOf is what is known of the tests of a commit.
func (w *world) testsOf(sha model.SHA) (model.Tests, bool) {
	for i := range w.f.Tests {
		t := &w.f.Tests[i]
		if t.SHA == sha && sha != "" {
			return *t, !w.foreign(sha, t.Sources)
		}
	}
	return model.Tests{}, false
}

// foreign reports whether one of a commit's reports came from a run on another commit, or from a fork's.
func (w *world) foreign(sha model.SHA, sources []model.ReportSource) bool {
	return slices.ContainsFunc(sources, func(s model.ReportSource) bool {
		run, known := w.run(s.Run)
		return known && (run.SHA != sha || !w.f.ownRepository(run.HeadRepo))
	})
}

// testFlaws is what could not be read of a commit's reports of tests.
func (w *world) testFlaws(sha model.SHA) []model.ReportProblem { return w.flaws(sha, "coverage") }

// flaws are the problems of a commit's reports, but for those of one kind, in an order of their own: what was lost first.
func (w *world) flaws(sha model.SHA, but string) []model.ReportProblem {
	var all []model.ReportProblem
	for _, p := range w.f.ReportFlaws {
		if p.SHA == sha && p.Kind != but {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b model.ReportProblem) int {
		switch {
		case a.Lost && !b.Lost:
			return -1
		case b.Lost && !a.Lost:
			return 1
		}
		return cmp.Or(cmp.Compare(a.Source.Artifact, b.Source.Artifact), cmp.Compare(a.Source.File, b.Source.File), cmp.Compare(a.Why, b.Why))
	})
	return all
}

// reportingRuns are the runs whose reports count: those of the workflows that the gate ci asks, and those that reports
// came from already.
func (w *world) reportingRuns(sha model.SHA, sources []model.ReportSource) []model.Run {
	workflows := w.f.Service.CI
	if len(workflows) == 0 {
		workflows = w.pushedOn(sha)
	}
	var all []model.Run
	add := func(r model.Run) {
		if !slices.ContainsFunc(all, func(k model.Run) bool { return k.ID == r.ID }) {
			all = append(all, r)
		}
	}
	for _, name := range workflows {
		if r, ok := w.newestRun(name, sha, pushEvents); ok {
			add(r)
		}
	}
	for i := range sources {
		if r, ok := w.run(sources[i].Run); ok {
			add(r)
		}
	}
	return all
}

// unended names the first run that hasn't ended and may yet report; empty: there is none.
func (w *world) unended(sha model.SHA, sources []model.ReportSource) string {
	for _, r := range w.reportingRuns(sha, sources) {
		if !r.Done() {
			return r.File()
		}
	}
	return ""
}

// runsAgain names a run that failed tests are of and that has begun anew since; empty where a failure stands.
func (w *world) runsAgain(t *model.Tests) (name string) {
	if len(t.Broken) < t.Counts.Broken() {
		return ""
	}
	for i := range t.Broken {
		r, ok := w.run(t.Broken[i].Run)
		if !ok || r.Done() {
			return ""
		}
		name = r.File()
	}
	return name
}

// silenced says that the newest run of a workflow reported no tests, where one before it did: what that one reported is
// no longer the commit's state.
func (w *world) silenced(sha model.SHA, t *model.Tests) model.Text {
	reported := map[int64]bool{}
	for i := range t.Sources {
		reported[t.Sources[i].Run] = true
	}
	for _, old := range w.reportingRuns(sha, t.Sources) {
		newest, ok := w.newestRun(old.File(), sha, pushEvents)
		if ok && reported[old.ID] && !reported[newest.ID] {
			return say("%s #%d reported no tests on %s, while #%d before it did", newest.File(), newest.Number, sha.Short(), old.Number)
		}
	}
	return ""
}

// endedAfter names a run that ended after the reports were read, so that what it reported isn't among them.
func (w *world) endedAfter(sha model.SHA, sources []model.ReportSource, read model.Read) string {
	for _, r := range w.reportingRuns(sha, sources) {
		if r.Done() && r.UpdatedAt.After(read.At) {
			return r.File()
		}
	}
	return ""
}

// reportName says where a report is: ci.yml #412, artifact junit, report.xml.
func (w *world) reportName(s *model.ReportSource) model.Text {
	name := "a report"
	if r, ok := w.run(s.Run); ok {
		name = string(say("%s #%d", r.File(), r.Number))
	} else if s.Run != 0 {
		name = string(say("run %d", s.Run))
	}
	if s.Name != "" {
		name += ", artifact " + s.Name
	}
	if s.File != "" {
		name += ", " + s.File
	}
	return model.Clean(name)
}
