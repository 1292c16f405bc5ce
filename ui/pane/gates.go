package pane

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
)

// said reports that a row which is shown anyhow says what the headline says.
func said(e *readiness.Environment) bool {
	if e.AsOf != "" && (e.Verdict == model.Go || e.Verdict == model.UpToDate) {
		return false
	}
	if e.Verdict == model.Go || e.Headline == e.Candidate.Why {
		return true
	}
	for _, f := range e.Findings {
		if f.Why == e.Headline && shown(f) {
			return true
		}
	}
	return false
}

// shown reports whether a gate has a row of its own: one that isn't content does.
func shown(f model.Finding) bool {
	return f.Result != model.Pass && f.Result != model.NotApplicable
}

// gateRows are the gates that aren't content, worst first, then a count of those that are.
func (d *Deployments) gateRows(e *readiness.Environment) []Row {
	t := d.kit.Theme
	var rows []Row
	for _, alike := range together(WorstFirst(e.Findings)) {
		rows = append(rows, d.gateRow(e, alike))
	}
	var passed []string
	for _, f := range e.Findings {
		if f.Result == model.Pass {
			passed = append(passed, string(f.Gate))
		}
	}
	if len(passed) == 0 {
		return rows
	}
	word := "gates pass"
	if len(passed) == 1 {
		word = "gate passes"
	}
	pass := t.Result(model.Pass)
	return append(rows, Row{
		ID: "e:" + e.Name + ":passed", Search: e.Name + " " + strings.Join(passed, " "),
		Target: Target{Kind: EnvironmentKind, Service: d.service, Environment: e.Name},
		Draw: func(l *cell.Line, _ int) {
			l.Gap(d.indent()).Put(pass.Style, pass.Symbol+" "+strconv.Itoa(len(passed))+" "+word).End()
			l.Put(t.Faint, ": "+strings.Join(passed, ", "))
		},
	})
}

// indent is how far gates stand in: beside the words at the left, unless their sentences would
// have no room.
func (d *Deployments) indent() int {
	if d.width < sentenceWidth {
		return 0
	}
	return label
}

// WorstFirst orders findings by how much they hold; an advisory one holds less.
func WorstFirst(findings []model.Finding) []model.Finding {
	out := slices.Clone(findings)
	weight := func(f model.Finding) int {
		w := -2 * int(f.Result)
		if f.Level == model.Advisory && f.Result > model.Warn {
			w = -2*int(model.Warn) - 1
		}
		return w
	}
	slices.SortStableFunc(out, func(a, b model.Finding) int { return cmp.Compare(weight(a), weight(b)) })
	return out
}

// together puts the gates that say the same in one place: what one missing fact keeps from
// being told is said once.
func together(findings []model.Finding) [][]model.Finding {
	var out [][]model.Finding
	at := map[string]int{}
	for _, f := range findings {
		if !shown(f) {
			continue
		}
		key := f.Result.String() + string(f.Level) + string(f.Why)
		i, seen := at[key]
		if !seen {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}

// gateRow is a gate with its sentence, or several that say the same.
func (d *Deployments) gateRow(e *readiness.Environment, alike []model.Finding) Row {
	t, f := d.kit.Theme, alike[0]
	if len(alike) > 1 {
		return d.gatesRow(e, alike)
	}
	return Row{
		ID: "e:" + e.Name + ":g:" + string(f.Gate), Search: e.Name + " " + string(f.Gate) + " " + f.Result.String() + " " + string(f.Why),
		Copy:   d.service + " " + e.Name + ": " + string(f.Gate) + ": " + f.Result.String() + ": " + string(f.Why),
		Link:   evidenceLink(f),
		Target: Target{Kind: GateKind, Service: d.service, Environment: e.Name, Name: string(f.Gate)},
		Log:    LogOfFinding(d.detail, &f),
		Run:    d.holder(e, f.Gate),
		Draw: func(l *cell.Line, _ int) {
			r := t.Result(f.Result)
			indent := d.indent()
			l.Gap(indent).Col(r.Style, r.Symbol+" "+r.Word, 10).Put(t.Strong, string(f.Gate))
			if f.Level == model.Advisory {
				l.Put(t.Faint, " (advisory)")
			}
			l.End()
			l.Gap(1).To(2+indent+10+11).Put(t.Text, string(f.Why))
		},
	}
}

func (d *Deployments) gatesRow(e *readiness.Environment, alike []model.Finding) Row {
	t, f := d.kit.Theme, alike[0]
	names := make([]string, len(alike))
	for i := range alike {
		names[i] = string(alike[i].Gate)
	}
	all := strings.Join(names, ", ")
	return Row{
		ID: "e:" + e.Name + ":g:" + string(f.Gate), Search: e.Name + " " + all + " " + f.Result.String() + " " + string(f.Why),
		Copy:   d.service + " " + e.Name + ": " + all + ": " + f.Result.String() + ": " + string(f.Why),
		Target: Target{Kind: EnvironmentKind, Service: d.service, Environment: e.Name},
		Draw: func(l *cell.Line, _ int) {
			r := t.Result(f.Result)
			indent := d.indent()
			l.Gap(indent).Col(r.Style, r.Symbol+" "+r.Word, 10).Put(t.Strong, cell.Count(len(alike), "gate", false)).End()
			l.Gap(1).To(2+indent+10+11).Put(t.Text, string(f.Why)).Put(t.Faint, " ("+all+")")
		},
	}
}

// evidenceLink is the page of the first evidence that has one.
func evidenceLink(f model.Finding) string {
	for _, e := range f.Evidence {
		if e.URL != "" {
			return e.URL
		}
	}
	return ""
}

// holder is the run that holds the lane, for the gate that tells of it.
func (d *Deployments) holder(e *readiness.Environment, g model.Gate) *ServiceRun {
	if g != model.GateLane {
		return nil
	}
	return RunOfLane(d.service, &e.Lane)
}
