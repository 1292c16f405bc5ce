package dialog

import (
	"cmp"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// environmentSheet tells everything of one environment of a service.
type environmentSheet struct {
	still
	name string
}

func (e environmentSheet) find(s *sheet) *readiness.Environment {
	if s.detail == nil {
		return nil
	}
	return s.detail.Assessment.Environment(e.name)
}

func (e environmentSheet) place() string { return e.name }

func (e environmentSheet) title(s *sheet) (string, bool) {
	return s.kit.Theme.Where(s.service, e.name), production(s, e.name)
}

func (e environmentSheet) counting(s *sheet) bool {
	found := e.find(s)
	return found != nil && found.Lane.Moving()
}

func (e environmentSheet) rows(b *builder) {
	t := b.t
	found := e.find(b.s)
	if found == nil {
		b.text(t.Text, string(b.d.Assessment.Headline))
		b.field("to settle it", t.Strong, string(b.d.Assessment.Settle), "")
		return
	}
	verdict := string(found.Headline)
	if found.NotApplicable > 0 {
		verdict += " (" + cell.Count(found.NotApplicable, "gate", false) + " n/a)"
	}
	b.state("verdict", t.Verdict(found.Verdict), verdict)
	e.running(b, found)
	e.candidate(b, found)
	e.operation(b)
	e.lane(b, found)
	e.gates(b, found)
	e.health(b, found)
	e.ship(b, found)
	e.targets(b, found)
	e.protection(b, found)
	e.deployments(b, found)
}

func (e environmentSheet) running(b *builder, found *readiness.Environment) {
	t, now := b.t, b.kit.Now()
	c := found.Current
	if !c.Known || c.None {
		b.field("runs", t.Unknown, c.Title(), "")
		b.field("", t.Text, string(c.Why), "")
		b.field("to settle it", t.Strong, string(c.Settle), "")
		return
	}
	b.row(pane.Row{Search: c.Title(), Link: c.Release.URL, Target: b.target(pane.DeploymentKind, "", "", c.Deployment.ID), Log: pane.LogOfDeployment(b.s.service, &c.Deployment)}, func(l *cell.Line) {
		l.Col(t.Faint, "runs", fieldWidth).Link(t.Version, c.Title(), c.Release.URL, 30).End()
		l.Put(t.Faint, " "+c.Release.SHA.Short()+", since "+cell.Clock(c.Since, now)+", "+cell.Ago(c.Since, now))
	})
	if !c.Partly.Zero() {
		b.field("", t.Warn, "possibly partly "+c.Partly.Title()+": its deployment failed midway "+cell.Ago(c.PartlyAt, now), "")
	}
	b.field("", t.Warn, string(c.Why), "")
	switch w := found.Behind; {
	case w.Known && (w.Commits > 0 || w.AtLeast):
		b.field("behind", t.Text, cell.Count(w.Commits, "commit", w.AtLeast)+" behind "+w.Of, "")
	case w.Known:
		b.field("behind", t.Text, "nothing: level with "+w.Of, "")
	case w.Why != "":
		b.field("behind", t.Unknown, "unknown: "+string(w.Why), "")
	}
}

func (e environmentSheet) candidate(b *builder, found *readiness.Environment) {
	t := b.t
	c := found.Candidate
	switch {
	case !c.Known:
		b.field("next", t.Unknown, "unknown: "+string(c.Why), "")
		b.field("to settle it", t.Strong, string(c.Settle), "")
	case !c.Exists():
		b.field("next", t.Text, cmp.Or(string(c.Why), "nothing newer"), "")
	default:
		b.row(pane.Row{Search: c.Release.Title(), Link: c.Release.URL, Target: b.target(pane.ReleaseKind, e.name, c.Release.Title(), 0)}, func(l *cell.Line) {
			l.Col(t.Faint, "next", fieldWidth).Link(t.Version, c.Release.Title(), c.Release.URL, 30).End()
			l.Put(t.Faint, " "+c.Release.SHA.Short())
			if text := pane.Ships(found.Ship, " "+t.Symbols.Separator+" "); text != "" {
				l.Put(t.Faint, ", ships ").Put(t.Text, text)
			}
		})
		b.field("", t.Faint, string(c.Why), "")
	}
}

// operation leads to what this person does here.
func (e environmentSheet) operation(b *builder) {
	o := b.kit.Operation(b.s.service, e.name)
	if o == nil {
		return
	}
	b.row(pane.Row{Search: "operation " + string(o.State), Target: pane.Target{Kind: pane.OperationKind, Service: b.s.service, Name: o.Plan.ID}}, func(l *cell.Line) {
		pane.DrawOperation(l.Col(b.t.Faint, "operation", fieldWidth), o)
	})
}

func (e environmentSheet) lane(b *builder, found *readiness.Environment) {
	t := b.t
	lane := found.Lane
	if lane.State == "" || lane.State == readiness.LaneFree {
		return
	}
	target := pane.Target{}
	switch {
	case lane.Deployment.ID != 0:
		target = b.target(pane.DeploymentKind, "", "", lane.Deployment.ID)
	case lane.Run.ID != 0:
		target = b.target(pane.RunKind, "", "", lane.Run.ID)
	}
	b.row(pane.Row{Search: string(lane.Why), Target: target, Link: cmp.Or(lane.Deployment.URL, lane.Run.URL), Log: pane.LogOfLane(b.s.service, &lane), Run: pane.RunOfLane(b.s.service, &lane)}, func(l *cell.Line) {
		l.Col(t.Faint, "now", fieldWidth)
		style := t.Active
		if !lane.Moving() {
			style = t.Wait
		}
		l.Put(style, t.Symbols.Running+" "+string(lane.State))
		if !lane.Release.Zero() {
			l.Gap(1).Put(t.Version, lane.Release.Title())
		}
		l.End()
		at, old := pane.Unread(b.d, &lane.Run, b.kit.Now())
		switch {
		case old && lane.Run.ID != 0:
			l.Gap(1).Put(t.Warn, pane.LastSaid(t, lane.Run.Status, at, b.kit.Now()))
		case lane.Moving():
			pane.DrawProgress(l, b.kit, lane.Since, found.Expected)
		}
	})
	b.field("", t.Text, string(lane.Why), "")
}

// gates lists every gate, what holds first; what isn't applicable closes the list.
func (e environmentSheet) gates(b *builder, found *readiness.Environment) {
	t := b.t
	b.heading("Gates", "enter shows the evidence")
	for _, f := range pane.WorstFirst(found.Findings) {
		r := t.Result(f.Result)
		gate := string(f.Gate)
		if f.Level == model.Advisory {
			gate += " (advisory)"
		}
		link := ""
		for _, evidence := range f.Evidence {
			link = cmp.Or(link, evidence.URL)
		}
		style := t.Text
		if f.Result == model.NotApplicable {
			style = t.Faint
		}
		for i, line := range pane.Wrapped(t, string(f.Why), b.width-38) {
			row := pane.Row{Search: gate + " " + r.Word + " " + string(f.Why), Link: link, Copy: gate + ": " + r.Word + ": " + string(f.Why),
				Target: b.target(pane.GateKind, e.name, string(f.Gate), 0), Log: pane.LogOfFinding(b.d, &f)}
			row.Inert = i > 0
			b.row(row, func(l *cell.Line) {
				l.To(2)
				if i == 0 {
					l.State(r, 11).Gap(1).Put(t.Strong, gate).End()
				}
				l.Gap(1).To(2+11+1+21).Put(style, line)
			})
		}
	}
	if len(found.Findings) == 0 {
		b.text(t.Faint, "No gate could be asked.")
	}
}

func (e environmentSheet) health(b *builder, found *readiness.Environment) {
	t, now := b.t, b.kit.Now()
	h := found.Health
	if !h.Configured {
		b.heading("Health", "no checks are configured: health is n/a")
		return
	}
	note := ""
	if !h.Since.IsZero() {
		note = "for " + cell.Age(h.Since, now)
	}
	b.heading("Health", note)
	b.state("together", t.Health(h.State), beyond(h.State, h.Why))
	for _, c := range h.Checks {
		s := t.Health(c.State)
		b.row(pane.Row{Search: c.Check.Name + " " + s.Word, Copy: c.Check.Name + ": " + s.Word + ": " + string(c.Why),
			Target: b.target(pane.CheckKind, e.name, c.Check.ID, 0)}, func(l *cell.Line) {
			l.State(s, 13).Gap(1).Col(t.Strong, c.Check.Name, min(44, l.Room()/2)).End()
			l.Gap(1).Right(t.Text, measured(c.Sample), 8)
			l.Gap(1).Right(t.Faint, cell.Age(c.Sample.At, now), 5)
			if !c.Check.Required {
				l.Put(t.Faint, " informative")
			}
			l.Gap(2).Put(t.Faint, beyond(c.State, c.Why))
		})
	}
}

// beyond is what a reason says beyond the state's own word.
func beyond(state model.HealthState, why model.Text) string {
	if string(why) == state.String() {
		return ""
	}
	return string(why)
}

// measured is what a check measured: how long the answer took, or a query's value.
func measured(s model.Sample) string {
	if s.Value != nil {
		return strconv.FormatFloat(*s.Value, 'g', 4, 64)
	}
	return cell.Latency(s.Latency)
}

func (e environmentSheet) ship(b *builder, found *readiness.Environment) {
	if found.Candidate.Exists() {
		b.shipment(found.Ship, 5)
	}
}

func (e environmentSheet) targets(b *builder, found *readiness.Environment) {
	t, now := b.t, b.kit.Now()
	b.heading("Rollback targets", "best first")
	for _, target := range found.Targets {
		s := t.Result(model.Pass)
		s.Word = "eligible"
		why := string(target.Why)
		if !target.Eligible {
			s = t.Result(model.Fail)
			if strings.Contains(why, "may lie between") { // nothing speaks against it yet
				s = t.Result(model.Unknown)
			}
			s.Word = "excluded"
		} else if target.Healthy > 0 {
			why = strings.TrimSuffix("was healthy here for "+cell.Span(target.Healthy)+"; "+why, "; ")
		}
		b.row(pane.Row{Search: target.Release.Title() + " " + why, Link: target.Release.URL,
			Target: b.target(pane.DeploymentKind, "", "", target.Deployment.ID)}, func(l *cell.Line) {
			l.State(s, 11).Gap(1).Col(t.Version, target.Release.Title(), 20).End()
			l.Gap(1).Col(t.Faint, "ran "+cell.Ago(target.From, now), 12).Gap(1).Put(t.Text, why)
		})
	}
	if len(found.Targets) == 0 {
		b.text(t.Faint, "None: no other release ran here.")
	}
}

// protection tells what GitHub asks before a job may deploy here.
func (e environmentSheet) protection(b *builder, found *readiness.Environment) {
	t := b.t
	var p *model.Protection
	for i := range b.d.Facts.Protections {
		if strings.EqualFold(b.d.Facts.Protections[i].Environment, found.GitHub) {
			p = &b.d.Facts.Protections[i]
		}
	}
	if p == nil {
		read := b.d.Facts.Read(model.SignalEnvironments, "")
		b.heading("Protection", cmp.Or(string(read.Why), "not read yet"))
		return
	}
	if !p.Exists {
		b.heading("Protection", "GitHub has no environment "+found.GitHub)
		return
	}
	b.heading("Protection", "of "+found.GitHub+" on GitHub")
	names := make([]string, 0, len(p.Reviewers))
	for _, r := range p.Reviewers {
		names = append(names, string(r.Name))
	}
	switch {
	case len(names) > 0:
		text := strings.Join(names, ", ")
		if p.PreventSelfReview {
			text += "; nobody may approve their own"
		}
		b.field("reviewers", t.Text, text, "")
	default:
		b.field("reviewers", t.Faint, "nobody's review is needed", "")
	}
	if p.WaitTimer > 0 {
		b.field("wait timer", t.Text, cell.Took(p.WaitTimer), "")
	}
	refs := string(p.Policy)
	var patterns []string
	for _, pattern := range p.Patterns {
		patterns = append(patterns, strings.TrimSpace(pattern.Type+" "+pattern.Name))
	}
	switch {
	case p.Policy == model.PolicyNone:
		refs = "every branch and tag"
	case p.Policy == model.PolicyCustom && !p.PatternsRead:
		refs += ", which were not read"
	case len(patterns) > 0:
		refs += ": " + strings.Join(patterns, ", ")
	}
	b.field("may deploy", t.Text, refs, "")
	for _, c := range p.Custom {
		b.field("also asks", t.Text, string(c), "")
	}
	b.link("page", p.URL)
}

// shownDeployments is how many deployments an environment's sheet lists.
const shownDeployments = 12

func (e environmentSheet) deployments(b *builder, found *readiness.Environment) {
	t, now := b.t, b.kit.Now()
	b.heading("Deployments", "newest first")
	n := 0
	for _, d := range b.d.Facts.Deployments {
		if !strings.EqualFold(d.Environment, found.GitHub) {
			continue
		}
		if n++; n > shownDeployments {
			break
		}
		name := d.SHA.Short()
		if r := releaseOf(b.d, d.SHA); !r.Zero() {
			name = r.Title()
		}
		s := t.Deployment(d.State())
		b.row(pane.Row{Search: name + " " + s.Word + " " + string(d.Creator), Link: d.URL, Target: b.target(pane.DeploymentKind, "", "", d.ID), Log: pane.LogOfDeployment(b.s.service, &d)}, func(l *cell.Line) {
			l.State(s, 13).Gap(1).Col(t.Version, name, 20).End()
			l.Gap(1).Col(t.Faint, string(d.Creator), 18).Gap(1).Right(t.Faint, cell.Age(d.CreatedAt, now), 5).Gap(2).Put(t.Text, string(d.Description))
		})
	}
	if n == 0 {
		b.text(t.Faint, "None is known.")
	}
}
