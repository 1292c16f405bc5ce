package readiness

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
)

// reportsNamed is how many reports the evidence names; details list them all.
const reportsNamed = 3

// unmeasuredWhy is what is said where nobody asks for coverage.
const unmeasuredWhy = "no coverage is configured, and none was found"

// measured is what is known of one commit's coverage.
type measured struct {
	figure Figure
	report *model.Coverage    // where it was counted in reports
	check  *model.CommitCheck // where a service states it, with a figure or without
	doubt  doubt              // it can't be told what the coverage is
	coming model.Text         // there is none yet: what may still bring it
	blind  model.Text         // statuses can't be read, and why
	seen   []model.Evidence
}

// coverage measures the candidate, or what runs where there is none, and judges the candidate.
func (w *world) coverage(i int, candidate Candidate) (Coverage, judged) {
	c := Coverage{Release: candidate.Release, Configured: w.asksForCoverage(i)}
	rule := w.f.Service.Coverage
	if rule != nil {
		c.Minimum, c.MaxDrop = rule.Minimum, rule.MaxDrop
	}
	here := w.here[i]
	if !candidate.Exists() {
		if here.Known && !here.None {
			c.Release = here.Release
			c.Figure = w.within(w.m.details()).shown(here.Release)
		}
		switch {
		case candidate.Known && !c.Configured && !c.Figure.Known:
			return c, judged{result: model.NotApplicable, why: unmeasuredWhy}
		case candidate.Known:
			return c, judged{result: model.NotApplicable, why: "nothing to promote"}
		}
		return c, unknown(unjudged, candidate.Settle, nil)
	}
	m := w.measure(i, c.Release)
	if c.Figure = m.figure; here.Known && !here.None {
		c.Base = here.Release
	}
	if !m.figure.Known && m.check == nil {
		return c, w.unmeasured(i, c.Release, m)
	}
	before := w.before(&c, m)
	c.Before = before.figure
	c.Patch = w.patch(&c, m)
	j := w.judgeCoverage(i, &c, m, before)
	if j.result == model.Fail && m.report != nil {
		if name := w.goesOn(c.Release.SHA); name != "" {
			j.result, j.why = model.Wait, j.why+say(", so far: %s still runs", name)
		}
	}
	j.seen = slices.Concat(m.seen, before.seen)
	if text := c.Patch.Text(); text != "" {
		j.seen = append(j.seen, model.Evidence{What: "of what would ship: " + text, URL: w.shipURL(&c), At: c.Figure.At})
	}
	return c, j
}

// asksForCoverage reports whether the configuration wants a coverage; else one that is there anyway is shown.
func (w *world) asksForCoverage(i int) bool {
	_, named := w.env(i).Gates[model.GateCoverage]
	return named || w.f.Service.Coverage != nil
}

// measure finds the coverage of a release's commit: in reports, else what a service states.
func (w *world) measure(i int, r model.Release) measured {
	asks := w.asksForCoverage(i)
	report := w.reportOf(r.SHA)
	if asks || report != nil {
		read, d := w.f.reading(w.m, model.SignalReports, string(r.SHA))
		m := w.fromReports(r, report, read, d)
		if runs, d := w.f.reading(w.m, model.SignalCommitRuns, string(r.SHA)); m.figure.Known && !d.none() {
			m = measured{doubt: d, seen: []model.Evidence{evidence("runs on "+model.Text(r.SHA.Short()), "", runs)}} // another report may come
		}
		if m.figure.Known || !m.doubt.none() {
			return m
		}
	}
	if !asks && w.statedOf(r.SHA) == nil {
		return measured{}
	}
	read, d := w.f.reading(w.m, model.SignalCommitChecks, string(r.SHA))
	m := measured{seen: []model.Evidence{evidence("checks on "+model.Text(r.SHA.Short()), "", read)}}
	switch {
	case d.none():
	case asks && read.Problem == model.ProblemForbidden: // what is missing most likely is a report
		m.blind = d.why
	default:
		m.doubt = d
		return m
	}
	if m.check = w.statedOf(r.SHA); m.check != nil {
		m.figure = statedFigure(m.check)
		said := say("%s: %s", m.check.Name, cmp.Or(string(m.check.Summary), string(m.check.Conclusion), string(m.check.Status)))
		m.seen = []model.Evidence{evidence(said, m.check.URL, read)}
		return m
	}
	if name := w.goesOn(r.SHA); name != "" {
		m.coming = say("%s still runs", name)
	}
	return m
}

// shown is the figure of what runs, where nothing is to be judged.
func (w *world) shown(r model.Release) Figure {
	report := w.reportOf(r.SHA)
	if report != nil || w.f.Service.Coverage != nil {
		read, d := w.f.reading(w.m, model.SignalReports, string(r.SHA))
		if m := w.fromReports(r, report, read, d); m.figure.Known {
			return m.figure
		}
	}
	if check := w.statedOf(r.SHA); check != nil {
		return statedFigure(check)
	}
	return Figure{}
}

// statedFigure is what a service states.
func statedFigure(c *model.CommitCheck) Figure {
	s, _ := model.CoverageStated(c)
	at := c.CompletedAt
	if at.IsZero() {
		at = c.StartedAt
	}
	return Figure{Known: s.Percent != nil, Stated: s.Percent, By: s.By, At: at}
}

// fromReports is what the reports of a commit's runs say, if they can be told to be all there is.
func (w *world) fromReports(r model.Release, report *model.Coverage, read model.Read, d doubt) measured {
	of := r.SHA.Short()
	m := measured{doubt: d, seen: []model.Evidence{evidence("reports of "+model.Text(of), "", read)}}
	if !d.none() {
		return m
	}
	var sources []model.ReportSource
	if report != nil {
		sources, m.seen = report.Sources, nil
	}
	for k := range sources[:min(len(sources), reportsNamed)] {
		m.seen = append(m.seen, evidence(w.reportName(&sources[k])+say(" (%s)", sources[k].Format), sources[k].URL, read))
	}
	if n := len(sources) - reportsNamed; n > 0 {
		m.seen = append(m.seen, evidence(say("and %s", count(n, "more report")), "", read))
	}
	whole := say("a whole coverage report of %s", of)
	for _, p := range w.flaws(r.SHA, "tests") {
		said := say("%s: %s", string(w.reportName(&p.Source)), string(p.Why))
		m.seen = append(m.seen, evidence(said, p.Source.URL, read))
		switch {
		case !m.doubt.none():
		case report == nil:
			m.doubt = doubt{say("the coverage of %s is not known: %s", of, string(said)), say("a run on %s that uploads a coverage report", of)}
		case p.Lost:
			m.doubt = doubt{say("the coverage of %s is not known in full: %s", of, string(said)), whole}
		}
	}
	switch {
	case !m.doubt.none():
	case w.endedAfter(r.SHA, sources, read) != "":
		w.m.ask(model.SignalReports, string(r.SHA), false)
		m.doubt = doubt{say("the reports of %s were read before %s ended", of, w.endedAfter(r.SHA, sources, read)), say("reading the reports of %s again", of)}
	case report == nil:
	case report.Cut:
		m.doubt = doubt{say("the coverage of %s is not known in full: its reports are larger than what is read", of), whole}
	case report.Lines.Hit < 0 || report.Lines.Total < report.Lines.Hit || len(sources) == 0:
		m.doubt = doubt{say("the coverage report of %s contradicts itself", of), "reading the reports again"}
	case report.Lines.Total == 0:
		m.doubt = doubt{say("the coverage report of %s counts no line", of), whole}
	default:
		m.report = report
		m.figure = Figure{Known: true, Lines: report.Lines, Branches: report.Branches, At: report.At}
	}
	return m
}

// reportOf is the coverage counted in the reports of exactly this commit.
func (w *world) reportOf(sha model.SHA) *model.Coverage {
	for i := range w.f.Coverage {
		if c := &w.f.Coverage[i]; c.SHA == sha && sha != "" && c.Origin == model.CoverageReport && !w.foreign(sha, c.Sources) {
			return c
		}
	}
	return nil
}

// statedOf is the newest status or check run in which a service states the commit's coverage; Codecov's where there are
// several.
func (w *world) statedOf(sha model.SHA) *model.CommitCheck { return w.stated(sha, false) }

func (w *world) stated(sha model.SHA, patch bool) *model.CommitCheck {
	var best *model.CommitCheck
	var by string
	for i := range w.f.Checks {
		c := &w.f.Checks[i]
		if c.SHA != sha {
			continue
		}
		s, ok := model.CoverageStated(c)
		if !ok || s.Patch != patch {
			continue
		}
		if best == nil || s.By < by || s.By == by && laterCheck(c, best) {
			best, by = c, s.By
		}
	}
	return best
}

// goesOn names a run on the commit that has not ended and may bring a report.
func (w *world) goesOn(sha model.SHA) string {
	var names []string
	for _, r := range w.runs {
		if r.SHA == sha && !r.Done() && w.f.ownRepository(r.HeadRepo) && !w.deploys(&r) && slices.Contains(append(slices.Clone(pushEvents), laterEvents...), r.Event) {
			names = append(names, r.File())
		}
	}
	slices.Sort(names)
	return list(slices.Compact(names), 2)
}

// unmeasured is the result for a candidate whose coverage isn't known.
func (w *world) unmeasured(i int, r model.Release, m measured) judged {
	on := r.SHA.Short()
	rule := w.f.Service.Coverage
	switch {
	case !m.doubt.none():
		return unknown(m.doubt.why, m.doubt.settle, m.seen)
	case !w.asksForCoverage(i):
		return judged{result: model.NotApplicable, why: unmeasuredWhy, seen: m.seen}
	case m.coming != "":
		return judged{result: model.Wait, why: say("no coverage of %s yet: %s", on, string(m.coming)), seen: m.seen}
	}
	why := say("no coverage report on %s", on)
	switch {
	case len(w.pushedOn(r.SHA)) == 0:
		why += ", on which no workflow ran"
	case rule != nil && rule.Artifact != "":
		why += say(": no artifact of its runs that is called %s holds one", rule.Artifact)
	default:
		why += ": no artifact of its runs holds one"
	}
	if m.blind != "" {
		return unknown(why+"; "+m.blind, say("a run on %s that uploads a coverage report", on), m.seen)
	}
	return unknown(why+", and no service states one", say("a run on %s that uploads a coverage report", on), m.seen)
}

// before measures what runs in the environment, the same way as the candidate. A drop that is limited decides.
func (w *world) before(c *Coverage, m measured) measured {
	if c.Base.Zero() || !m.figure.Known {
		return measured{}
	}
	scoped := w
	if c.MaxDrop == nil {
		scoped = w.within(w.m.details())
	}
	if m.report != nil {
		report := scoped.reportOf(c.Base.SHA)
		read, d := scoped.f.reading(scoped.m, model.SignalReports, string(c.Base.SHA))
		b := scoped.fromReports(c.Base, report, read, d)
		if s := scoped.statedOf(c.Base.SHA); !b.figure.Known && b.doubt.none() && s != nil {
			b.check = s
		}
		return b
	}
	return scoped.statedBefore(c, m)
}

// statedBefore is what the service that states the candidate's coverage states of what runs: in a status of its own, or
// by the difference where that is against this commit.
func (w *world) statedBefore(c *Coverage, m measured) measured {
	sha := c.Base.SHA
	now, _ := model.CoverageStated(m.check)
	read, d := w.f.reading(w.m, model.SignalCommitChecks, string(sha))
	b := measured{doubt: d, seen: []model.Evidence{evidence("checks on "+model.Text(sha.Short()), "", read)}}
	if d.none() {
		if b.check = w.statedOf(sha); b.check != nil {
			b.figure = statedFigure(b.check)
			b.seen = []model.Evidence{evidence(say("%s on %s: %s", b.check.Name, sha.Short(), string(b.check.Summary)), b.check.URL, read)}
		}
	}
	if !b.figure.Known && now.Delta != nil && now.Against != "" && strings.HasPrefix(string(sha), now.Against) {
		before, _ := new(big.Rat).Sub(decimal(*now.Percent), decimal(*now.Delta)).Float64()
		b = measured{figure: Figure{Known: true, Stated: &before, By: now.By, At: m.figure.At}}
	}
	return b
}

// patch is how much of what would ship is covered.
func (w *world) patch(c *Coverage, m measured) Patch {
	if m.report == nil {
		if check := w.stated(c.Release.SHA, true); check != nil && check.Summary != "" {
			return Patch{Stated: say("%s: %s", check.Name, string(check.Summary))}
		}
		return Patch{}
	}
	if c.Base.Zero() {
		return Patch{}
	}
	ship, found := w.f.Comparison(c.Base.SHA, c.Release.SHA)
	if !found {
		return Patch{}
	}
	return patchOf(m.report, ship)
}

func (w *world) shipURL(c *Coverage) string {
	ship, _ := w.f.Comparison(c.Base.SHA, c.Release.SHA)
	return ship.URL
}

// judgeCoverage holds the figure against what is wanted; without a limit, or a figure, the service's own word counts.
func (w *world) judgeCoverage(i int, c *Coverage, m, before measured) judged {
	if m.check != nil && (!m.figure.Known || m.check.Status != model.StatusCompleted || c.Minimum == nil && c.MaxDrop == nil) {
		j := judgeConclusion(m.check.Name, c.Release.SHA, m.check.Status, m.check.Conclusion)
		if m.check.Summary != "" {
			j.why += say(": %s", string(m.check.Summary))
		}
		return j
	}
	parts := []judged{judgeMinimum(c)}
	if c.MaxDrop != nil {
		drop := w.judgeDrop(i, c, before)
		if parts[0].result == model.NotApplicable { // only the drop is limited
			drop.why = parts[0].why + "; " + drop.why
			return drop
		}
		parts = append(parts, drop)
	}
	if c.Minimum == nil && c.MaxDrop == nil {
		return judged{result: model.Pass, why: parts[0].why + "; no minimum is set"}
	}
	var all judged
	for _, p := range parts {
		all.result = max(all.result, p.result)
	}
	for n, p := range parts {
		if p.result != all.result && (n > 0 && p.result != model.NotApplicable || all.result == model.Fail) {
			continue
		}
		if all.why != "" {
			all.why += "; "
		}
		all.why += p.why
		all.settle = cmp.Or(all.settle, p.settle)
	}
	return all
}

// covered says how much is covered, and who says so.
func (c *Coverage) covered() model.Text {
	text := say("%s of lines are covered", c.Figure.Text(c.Minimum))
	if c.Figure.By != "" {
		text += say(" (stated by %s)", c.Figure.By)
	}
	return text
}

// judgeMinimum compares exact counts: 79.96 % is not 80 %.
func judgeMinimum(c *Coverage) judged {
	if c.Minimum == nil {
		return judged{result: model.NotApplicable, why: c.covered()}
	}
	share, _ := c.Figure.share()
	wanted := decimal(*c.Minimum)
	why := c.covered() + say(", %s %% wanted", number(*c.Minimum))
	if share.Cmp(wanted) >= 0 {
		return judged{result: model.Pass, why: why}
	}
	if c.Figure.Stated != nil {
		missing := new(big.Rat).Sub(wanted, share)
		return judged{result: model.Fail, why: why + say(": %s too few", points(beside(missing, new(big.Rat))))}
	}
	need := new(big.Rat).Mul(wanted, big.NewRat(int64(c.Figure.Lines.Total), 100))
	lines := new(big.Int).Div(new(big.Int).Add(need.Num(), new(big.Int).Sub(need.Denom(), big.NewInt(1))), need.Denom()) // rounded up
	return judged{result: model.Fail, why: why + say(": %s too few", count(int(lines.Int64())-c.Figure.Lines.Hit, "line"))}
}

// judgeDrop compares with what runs in the environment; where that has no coverage there is nothing to compare with.
func (w *world) judgeDrop(i int, c *Coverage, before measured) judged {
	here := w.here[i]
	switch {
	case !here.Known:
		return unknown(here.Why, here.Settle, nil)
	case here.None:
		return judged{result: model.NotApplicable, why: "nothing runs here that it could have dropped from"}
	}
	title := c.Base.Title()
	if !c.Figure.comparable(before.figure) {
		switch {
		case !before.doubt.none():
			return unknown(before.doubt.why, before.doubt.settle, before.seen)
		case before.check != nil || before.figure.Known:
			return judged{result: model.NotApplicable, why: say("the coverage of %s comes from elsewhere and can't be compared with it", title)}
		}
		return judged{result: model.NotApplicable, why: say("%s, which runs here, has no coverage to compare with", title)}
	}
	drop, _ := c.drop()
	allowed := decimal(*c.MaxDrop)
	switch {
	case drop.Cmp(allowed) > 0:
		return judged{result: model.Fail, why: say("coverage fell %s from %s on %s, %s allowed", points(beside(drop, allowed)), before.figure.Text(nil), title, number(*c.MaxDrop))}
	case drop.Sign() > 0:
		return judged{result: model.Pass, why: say("%s less than on %s, %s allowed", points(beside(drop, allowed)), title, number(*c.MaxDrop))}
	case drop.Sign() < 0:
		return judged{result: model.Pass, why: say("%s more than on %s", points(beside(new(big.Rat).Neg(drop), new(big.Rat))), title)}
	}
	return judged{result: model.Pass, why: say("as on %s", title)}
}

// number is one that a person wrote, as they wrote it.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// points is "1 point", "1.4 points".
func points(n string) string {
	if n == "1" {
		return "1 point"
	}
	return n + " points"
}
