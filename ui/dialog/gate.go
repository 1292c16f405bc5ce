package dialog

import (
	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// gateSheet tells what a gate found and what that was derived from.
type gateSheet struct {
	still
	environment, gate string
	actor             pane.Actor // nil: nothing can be ticked
}

func (g gateSheet) place() string { return g.environment }

func (g gateSheet) title(s *sheet) (string, bool) {
	title := s.kit.Theme.Where(s.service, g.environment) + ": gate " + g.gate
	return title, production(s, g.environment)
}

// log is that of the run that the finding was derived from.
func (g gateSheet) log(s *sheet) pane.Target {
	if s.detail == nil {
		return pane.Target{}
	}
	if e := s.detail.Assessment.Environment(g.environment); e != nil {
		if f := e.Finding(model.Gate(g.gate)); f != nil {
			return pane.LogOfFinding(s.detail, f)
		}
	}
	return pane.Target{}
}

// production reports whether an environment of the sheet's service is one of production.
func production(s *sheet, environment string) bool {
	if s.detail == nil {
		return false
	}
	e := s.detail.Assessment.Environment(environment)
	return e != nil && e.Tier == model.Production
}

func (g gateSheet) rows(b *builder) {
	t := b.t
	e := b.d.Assessment.Environment(g.environment)
	if e == nil {
		b.text(t.Faint, g.environment+" is no longer an environment of "+b.s.service+".")
		return
	}
	f := e.Finding(model.Gate(g.gate))
	if f == nil {
		b.text(t.Faint, "The gate "+g.gate+" is off in "+g.environment+".")
		return
	}
	b.state("result", t.Result(f.Result), string(f.Why))
	weight := "required: it decides the verdict"
	if f.Level == model.Advisory {
		weight = "advisory: it is shown, but holds nothing up"
	}
	b.field("weight", t.Text, weight, "")
	if e.Candidate.Exists() {
		b.field("asked for", t.Version, e.Candidate.Release.Title(), e.Candidate.Release.URL)
	}
	if !f.Until.IsZero() {
		b.field("until", t.Text, cell.Clock(f.Until, b.kit.Now())+", "+cell.Left(f.Until, b.kit.Now()), "")
	}
	b.field("to settle it", t.Strong, string(f.Settle), "")
	if f.Gate == model.GateTests && e.Candidate.Exists() {
		of := e.Candidate.Release.SHA
		if e.Tests != nil {
			of = e.Tests.SHA // which may be a parent's
		}
		b.tests(of, e.Tests)
	}
	if f.Gate == model.GateCoverage && e.Coverage.Figure.Known {
		b.row(pane.Row{ID: "coverage", Search: "coverage packages files", Target: b.target(pane.CoverageKind, g.environment, "", 0)}, func(l *cell.Line) {
			l.Col(t.Faint, "coverage", fieldWidth).Put(t.Strong, e.Coverage.Figure.Text(e.Coverage.Minimum)).Put(t.Faint, ": its packages, files, and what is not covered")
		})
	}
	if f.Gate == model.GateChecklist {
		g.checklist(b, e)
	}
	b.evidence(f.Evidence)
}

// evidence lists what a finding was derived from, how old that is and how it was asked.
func (b *builder) evidence(evidence []model.Evidence) {
	t := b.t
	if len(evidence) == 0 {
		b.heading("Evidence", "none: nothing was there to look at")
		return
	}
	b.heading("Evidence", "")
	for _, e := range evidence {
		b.paragraph(0, t.Text, string(e.What), pane.Row{Link: e.URL})
		known := "never read"
		if !e.At.IsZero() {
			known = "read " + cell.Ago(e.At, b.kit.Now())
		}
		if e.Request != "" {
			known += " by " + e.Request
		}
		b.paragraph(2, t.Faint, known, pane.Row{})
		if e.URL != "" {
			b.row(pane.Row{Search: e.URL, Copy: e.URL, Link: e.URL}, func(l *cell.Line) {
				l.To(4).Link(t.Link, e.URL, e.URL, l.Room())
			})
		}
	}
}
