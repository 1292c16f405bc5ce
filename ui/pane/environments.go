package pane

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/theme"
)

// serviceRows are the environments of one service: what is the matter first.
func (d *Deployments) serviceRows() []Row {
	t := d.kit.Theme
	if d.detail == nil {
		if d.err != nil {
			return []Row{sentence(t.Bad, "What is known of "+d.service+" can't be read: "+d.err.Error())}
		}
		return []Row{sentence(t.Faint, "Reading "+d.service+" from the cache.")}
	}
	a := &d.detail.Assessment
	var rows []Row
	for _, n := range a.Notices {
		rows = append(rows, sentence(t.Warn, string(n)))
	}
	if len(a.Environments) == 0 {
		rows = append(rows, d.troubleRows(a)...)
	}
	for _, e := range matterFirst(a.Environments) {
		if len(rows) > 0 {
			rows = append(rows, blank())
		}
		d.moving = d.moving || e.Lane.Moving()
		rows = append(rows, d.environmentRows(e)...)
	}
	return rows
}

// troubleRows say why a service can't be told of at all, and what would help.
func (d *Deployments) troubleRows(a *readiness.Assessment) []Row {
	t := d.kit.Theme
	target := Target{Kind: ServiceKind, Service: a.Service}
	v := t.Verdict(a.Verdict)
	rows := []Row{{ID: "service", Search: a.Service, Target: target, Draw: func(l *cell.Line, _ int) {
		l.Put(v.Style, v.Symbol+" "+v.Word).Gap(2).Put(t.Text, string(a.Headline))
	}}}
	if a.Settle != "" {
		rows = append(rows, sentence(t.Text, string(a.Settle)))
	}
	if d.board != nil {
		if p, ok := d.board.Status.ProgressOf(a.Service); ok {
			rows = append(rows, sentence(t.Faint, progressText(p)))
			for _, r := range p.Failed {
				rows = append(rows, sentence(t.Bad, string(r.Signal)+": "+string(r.Why)))
			}
		}
	}
	return rows
}

// matterFirst orders environments by what matters: sick ones, then the worst verdict,
// otherwise in their order.
func matterFirst(envs []readiness.Environment) []*readiness.Environment {
	out := make([]*readiness.Environment, len(envs))
	for i := range envs {
		out[i] = &envs[i]
	}
	weight := func(e *readiness.Environment) int {
		if e.Health.Configured && e.Health.State == model.Unhealthy {
			return 0
		}
		switch e.Verdict {
		case model.Erroneous:
			return 1
		case model.NoGo:
			return 2
		case model.Undecided, 0:
			return 3
		case model.Waiting:
			return 4
		}
		return 5
	}
	slices.SortStableFunc(out, func(a, b *readiness.Environment) int { return cmp.Compare(weight(a), weight(b)) })
	return out
}

// label is the width of the words at the left of an environment's rows.
const label = 10

// environmentRows draw one environment; a production one within its own frame.
func (d *Deployments) environmentRows(e *readiness.Environment) []Row {
	target := Target{Kind: EnvironmentKind, Service: d.service, Environment: e.Name}
	rows := []Row{d.headRow(e, target)}
	if e.Headline != "" && !said(e) {
		rows = append(rows, d.textRow(e, "headline", "", d.kit.Theme.Text, string(e.Headline), target))
	}
	rows = append(rows, d.runsRow(e), d.nextRow(e, target))
	if o := d.kit.Operation(d.service, e.Name); o != nil {
		rows = append(rows, d.operationRow(e, o))
	}
	if e.Lane.Moving() {
		rows = append(rows, d.movingRow(e))
	}
	rows = append(rows, d.gateRows(e)...)
	rows = append(rows, d.backRow(e, target))
	for i := range rows {
		rows[i].Environment = e.Name
	}
	if e.Tier == model.Production {
		return d.framed(rows)
	}
	return rows
}

func (d *Deployments) headRow(e *readiness.Environment, target Target) Row {
	t := d.kit.Theme
	env := d.detail.Facts.Service.Environment(e.Name)
	where := ""
	if env != nil {
		where = strings.Join(slices.DeleteFunc([]string{env.Platform, env.Site}, func(s string) bool { return s == "" }), " · ")
	}
	na := ""
	if e.NotApplicable > 0 {
		na = "· " + cell.Count(e.NotApplicable, "gate", false) + " n/a"
	}
	return Row{ID: "e:" + e.Name, Search: e.Name + " " + e.Verdict.String(), Target: target, Run: waiting(d.service, &e.Lane), Draw: func(l *cell.Line, _ int) {
		v := t.Verdict(e.Verdict)
		l.Put(t.Strong, e.Name).Gap(2).Put(v.Style, v.Symbol+" "+v.Word)
		if e.Candidate.Exists() {
			l.Gap(1).Put(t.Faint, "for").Gap(1).Put(t.Version, e.Candidate.Release.Title())
		}
		l.End()
		l.Gap(1).Put(t.Faint, na)
		if n := cell.Width(where); where != "" && l.Room() > n+2 {
			l.To(l.Used()+l.Room()-n-1).Put(t.Faint, where)
		}
	}}
}

func (d *Deployments) textRow(e *readiness.Environment, id, word string, style theme.Style, text string, target Target) Row {
	t := d.kit.Theme
	return Row{ID: "e:" + e.Name + ":" + id, Search: e.Name + " " + text, Copy: text, Target: target, Draw: func(l *cell.Line, _ int) {
		l.Col(t.Faint, word, label).Put(style, text)
	}}
}

// runsRow says what runs, how healthy it is and how far behind.
func (d *Deployments) runsRow(e *readiness.Environment) Row {
	t, k := d.kit.Theme, d.kit
	c := e.Current
	target := Target{Kind: EnvironmentKind, Service: d.service, Environment: e.Name}
	link, log := "", Target{}
	if c.Known && !c.None {
		target = Target{Kind: DeploymentKind, Service: d.service, ID: c.Deployment.ID}
		link, log = c.Release.URL, LogOfDeployment(d.service, &c.Deployment)
	}
	return Row{ID: "e:" + e.Name + ":runs", Search: e.Name + " " + c.Title(), Target: target, Link: link, Log: log, Draw: func(l *cell.Line, _ int) {
		l.Col(t.Faint, "runs", label)
		switch {
		case !c.Known:
			l.Put(t.Unknown, t.Symbols.Unknown+" unknown").Gap(1).Put(t.Text, string(c.Why))
			return
		case c.None:
			l.Put(t.Faint, "nothing was ever deployed here")
			return
		}
		l.Col(t.Version, c.Release.Title(), min(24, cell.Width(c.Release.Title())))
		if !c.Partly.Zero() {
			l.Put(t.Warn, ", possibly partly "+c.Partly.Title())
		}
		l.End()
		l.Put(t.Faint, " for "+cell.Age(c.Since, k.Now()))
		sep := " " + t.Symbols.Separator + " "
		l.Put(t.Faint, sep)
		h := HealthState(t, e.Health)
		l.Put(h.Style, h.Symbol+" "+h.Word)
		if !e.Health.Since.IsZero() && e.Health.Configured {
			l.Put(t.Faint, " for "+cell.Age(e.Health.Since, k.Now()))
		}
		if b := e.Behind; b.Known && (b.Commits > 0 || b.AtLeast) {
			l.Put(t.Faint, sep+cell.Count(b.Commits, "commit", b.AtLeast)+" behind "+b.Of)
		}
		if e.Health.Configured && e.Health.State != model.Healthy && e.Health.Why != "" {
			l.Put(t.Faint, sep).Put(t.Text, string(e.Health.Why))
		}
	}}
}

// HealthState is how an environment's health is shown.
func HealthState(t *theme.Theme, h model.Health) theme.State {
	if !h.Configured {
		return t.Unchecked()
	}
	return t.Health(h.State)
}

// nextRow says what could go here and what it would bring.
func (d *Deployments) nextRow(e *readiness.Environment, target Target) Row {
	t := d.kit.Theme
	c, ship := e.Candidate, e.Ship
	link := ""
	if c.Exists() {
		target = Target{Kind: ReleaseKind, Service: d.service, Environment: e.Name, Name: c.Release.Title()}
		link = cmp.Or(ship.URL, c.Release.URL)
	}
	return Row{ID: "e:" + e.Name + ":next", Search: e.Name + " " + c.Release.Title(), Target: target, Link: link, Draw: func(l *cell.Line, _ int) {
		l.Col(t.Faint, "next", label)
		switch {
		case !c.Known:
			l.Put(t.Unknown, t.Symbols.Unknown+" unknown").Gap(1).Put(t.Text, string(c.Why))
			return
		case !c.Exists():
			l.Put(t.Faint, cmp.Or(string(c.Why), "nothing newer"))
			return
		}
		l.Col(t.Version, c.Release.Title(), min(24, cell.Width(c.Release.Title())))
		if c.Release.Tag != "" && c.Release.SHA != "" {
			l.Put(t.Faint, " "+c.Release.SHA.Short())
		}
		l.End()
		sep := " " + t.Symbols.Separator + " "
		if c.Diverged {
			l.Put(t.Warn, sep+"diverged")
		}
		if text := Ships(ship, sep); text != "" {
			l.Put(t.Faint, sep+"ships ").Put(t.Text, text)
		}
	}}
}

// Ships counts what promoting a candidate would bring.
func Ships(s readiness.Shipment, sep string) string {
	if !s.Known {
		return ""
	}
	parts := []string{cell.Count(s.Ahead, "commit", false)}
	if n := len(s.Items); n > 0 {
		parts = append(parts, cell.Count(n, "item", s.CommitsCut))
	}
	if n := len(s.PullRequests); n > 0 {
		parts = append(parts, cell.Count(n, "pull request", s.CommitsCut))
	}
	if n := len(s.Paths); n > 0 {
		parts = append(parts, cell.Count(n, "path", s.PathsCut))
	}
	if s.TakenBack > 0 {
		parts = append(parts, "takes back "+cell.Count(s.TakenBack, "commit", false))
	}
	return strings.Join(parts, sep)
}

// movingRow shows a deployment under way against how long it takes as a rule.
func (d *Deployments) movingRow(e *readiness.Environment) Row {
	t, k := d.kit.Theme, d.kit
	lane := e.Lane
	target := Target{Kind: RunKind, Service: d.service, ID: lane.Run.ID}
	link := lane.Run.URL
	if lane.Deployment.ID != 0 {
		target = Target{Kind: DeploymentKind, Service: d.service, ID: lane.Deployment.ID}
		link = cmp.Or(lane.Deployment.URL, link)
	}
	return Row{ID: "e:" + e.Name + ":moving", Search: e.Name, Target: target, Link: link, Log: LogOfLane(d.service, &lane), Run: RunOfLane(d.service, &lane), Draw: func(l *cell.Line, _ int) {
		l.Col(t.Faint, "now", label)
		word := "deploying"
		if lane.State == readiness.LaneQueued {
			word = "queued"
		}
		l.Put(t.Active, t.Symbols.Running+" "+word)
		if !lane.Release.Zero() {
			l.Gap(1).Put(t.Version, lane.Release.Title())
		}
		l.End()
		if at, old := Unread(d.detail, &lane.Run, k.Now()); old && lane.Run.ID != 0 {
			l.Gap(1).Put(t.Warn, LastSaid(t, lane.Run.Status, at, k.Now()))
			return
		}
		DrawProgress(l, k, lane.Since, e.Expected)
	}}
}

// DrawProgress draws how long something has gone on, and against its expected duration
// where that is known.
func DrawProgress(l *cell.Line, k *Kit, since time.Time, expected readiness.Expected) {
	t := k.Theme
	if since.IsZero() {
		return
	}
	took := k.Now().Sub(since)
	l.Gap(1)
	if !expected.Known {
		l.Put(t.Faint, "for "+cell.Taking(took))
		return
	}
	share := float64(took) / float64(max(expected.Median, 1))
	l.Raw(t.Bar(share, 10), 10)
	l.Put(t.Faint, " "+cell.Taking(took)+" of about "+cell.Took(expected.Median))
	if took > expected.P90 && expected.P90 > 0 {
		l.Put(t.Warn, ", longer than 9 in 10")
	}
}

// operationRow says which operation of this person's is under way; entering shows it.
func (d *Deployments) operationRow(e *readiness.Environment, o *operate.Operation) Row {
	target := Target{Kind: OperationKind, Service: d.service, Name: o.Plan.ID}
	return Row{ID: "e:" + e.Name + ":operation", Search: e.Name, Target: target, Draw: func(l *cell.Line, _ int) {
		DrawOperation(l.Col(d.kit.Theme.Faint, "operation", label), o)
	}}
}

// DrawOperation draws what an operation does, and where it is.
func DrawOperation(l *cell.Line, o *operate.Operation) {
	t := l.Theme()
	s := t.Operation(o.State)
	l.Put(s.Style, s.Symbol+" "+s.Word).End()
	l.Gap(2).Put(t.Text, string(o.Plan.Kind)+" ").Put(t.Version, o.Plan.Release.Title())
	if why := cmp.Or(o.Trouble, o.Held, o.Why); why != "" {
		l.Put(t.Faint, ": "+string(why))
	}
}

// waiting is the run that waits in a lane for a person; nil: none does.
func waiting(service string, lane *readiness.Lane) *ServiceRun {
	if lane.State != readiness.LaneReview {
		return nil
	}
	return RunOfLane(service, lane)
}

// RunOfLane is the run that holds a lane; nil: none is known.
func RunOfLane(service string, lane *readiness.Lane) *ServiceRun {
	if lane.Run.ID == 0 {
		return nil
	}
	return &ServiceRun{Service: service, Run: lane.Run}
}

// backRow says what the environment could be rolled back to.
func (d *Deployments) backRow(e *readiness.Environment, target Target) Row {
	t := d.kit.Theme
	return Row{ID: "e:" + e.Name + ":back", Search: e.Name, Target: target, Draw: func(l *cell.Line, _ int) {
		l.Col(t.Faint, "back to", label)
		for _, target := range e.Targets {
			if !target.Eligible {
				continue
			}
			l.Put(t.Version, target.Release.Title()).End()
			switch {
			case target.Healthy > 0:
				l.Put(t.Faint, ", was healthy here for "+cell.Span(target.Healthy))
			case target.Why != "":
				l.Put(t.Faint, ", "+string(target.Why))
			}
			if more := eligible(e.Targets) - 1; more > 0 {
				l.Put(t.Faint, " "+t.Symbols.Separator+" "+strconv.Itoa(more)+" more")
			}
			l.Put(t.Faint, " (from what runs now)")
			return
		}
		if len(e.Targets) > 0 {
			l.Put(t.Text, "nothing; ").Put(t.Version, e.Targets[0].Release.Title()).Put(t.Text, ": "+string(e.Targets[0].Why))
			return
		}
		l.Put(t.Faint, "nothing: no other release ran here")
	}}
}

func eligible(targets []readiness.Target) int {
	n := 0
	for _, t := range targets {
		if t.Eligible {
			n++
		}
	}
	return n
}

// framed puts a production environment's rows into its own frame.
func (d *Deployments) framed(rows []Row) []Row {
	t := d.kit.Theme
	edge := func(top bool) Row {
		return Row{Inert: true, Draw: func(l *cell.Line, _ int) {
			l.To(1)
			box := t.Box(theme.Box{Width: l.Room(), Height: 2, Production: true}, nil)
			row := box[1]
			if top {
				row = box[0]
			}
			l.Raw(row, l.Room())
		}}
	}
	side := "║"
	if t.ASCII {
		side = "#"
	}
	out := make([]Row, 0, len(rows)+2)
	out = append(out, edge(true))
	for _, r := range rows {
		draw := r.Draw
		r.Draw = func(l *cell.Line, part int) {
			l.Inset(t.Produce, " ", " "+side, func() { draw(l, part) })
		}
		r.Edge, r.EdgeStyle = side, t.Produce
		out = append(out, r)
	}
	return append(out, edge(false))
}
