package dialog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// coverageSheet tells of the coverage of the release that an environment is assessed for: packages, their files, and the
// lines that are not covered.
type coverageSheet struct {
	environment string
	chosen      string          // a package that is unfolded to begin with
	turned      map[string]bool // packages that a person has unfolded, or folded
	of          model.SHA       // whose files were read
	at          time.Time       // when its reports were made
	files       []model.FileCoverage
	history     []model.CoveragePoint
	read        bool
	err         error
}

// coverageRead brings the files of a commit's coverage, and the history of the service's.
type coverageRead struct {
	of      model.SHA
	files   []model.FileCoverage
	history []model.CoveragePoint
	err     error
}

// historyOfCoverage is how far back the trend goes.
const historyOfCoverage = 90 * 24 * time.Hour

func (c *coverageSheet) find(s *sheet) *readiness.Environment {
	if s.detail == nil {
		return nil
	}
	return s.detail.Assessment.Environment(c.environment)
}

func (c *coverageSheet) title(s *sheet) (string, bool) {
	title := s.kit.Theme.Where(s.service, c.environment) + ": coverage"
	if e := c.find(s); e != nil && !e.Coverage.Release.Zero() {
		title += " of " + e.Coverage.Release.Title()
	}
	return title, production(s, c.environment)
}

func (c *coverageSheet) counting(*sheet) bool { return false }

// more reads the files, which the detail holds only in part, unless they are there already: they never change.
func (c *coverageSheet) more(s *sheet) tea.Cmd {
	e := c.find(s)
	if e == nil || e.Coverage.Release.Zero() {
		return nil
	}
	of, at := e.Coverage.Release.SHA, e.Coverage.Figure.At
	if c.read && c.err == nil && of == c.of && at.Equal(c.at) {
		return nil
	}
	c.at = at
	src, ctx, service, since := s.src, s.ctx, s.service, s.kit.Now().Add(-historyOfCoverage)
	return func() tea.Msg {
		msg := coverageRead{of: of}
		msg.files, msg.err = src.CoverageFiles(ctx, service, of)
		msg.history, _ = src.CoverageHistory(ctx, service, since) // without it there is no plot, and nothing else is missing
		return msg
	}
}

func (c *coverageSheet) take(msg tea.Msg) bool {
	read, ok := msg.(coverageRead)
	if !ok {
		return false
	}
	c.of, c.files, c.history, c.err, c.read = read.of, read.files, read.history, read.err, true
	return true
}

func (c *coverageSheet) rows(b *builder) {
	t := b.t
	e := c.find(b.s)
	if e == nil {
		b.text(t.Faint, c.environment+" is no longer an environment of "+b.s.service+".")
		return
	}
	f := e.Finding(model.GateCoverage)
	if f == nil {
		b.text(t.Faint, "The gate coverage is off in "+c.environment+".")
		return
	}
	v := &e.Coverage
	b.state("result", t.Result(f.Result), string(f.Why))
	b.field("to settle it", t.Strong, string(f.Settle), "")
	if !v.Release.Zero() {
		b.field("release", t.Version, v.Release.Title(), v.Release.URL)
		b.field("commit", t.Text, string(v.Release.SHA), "")
	}
	c.figures(b, v)
	b.row(pane.Row{ID: "gate", Search: "gate evidence", Target: b.target(pane.GateKind, c.environment, string(model.GateCoverage), 0)}, func(l *cell.Line) {
		l.Col(t.Faint, "evidence", fieldWidth).Put(t.Text, cell.Count(len(f.Evidence), "thing", false)+" that this was derived from")
	})
	c.patch(b, &v.Patch)
	c.trend(b, v)
	report := pane.ReportOf(b.d, v.Release.SHA)
	c.packages(b, report)
	b.reports(report, v.Release.SHA)
}

// figures tell the numbers, and what they are held against.
func (c *coverageSheet) figures(b *builder, v *readiness.Coverage) {
	t, now := b.t, b.kit.Now()
	if g := v.Figure; g.Known {
		if g.By != "" {
			b.field("lines", t.Strong, g.Text(v.Minimum)+", as "+g.By+" states", "")
		} else {
			b.field("lines", t.Strong, g.Text(v.Minimum)+": "+cell.Number(g.Lines.Hit)+" of "+cell.Number(g.Lines.Total), "")
		}
		if share, any := g.Branches.Percent(); any {
			b.field("branches", t.Text, pane.Percent(share)+": "+cell.Number(g.Branches.Hit)+" of "+cell.Number(g.Branches.Total), "")
		}
		if report := pane.ReportOf(b.d, v.Release.SHA); report != nil {
			if share, any := report.Statements.Percent(); any {
				b.field("statements", t.Text, pane.Percent(share)+", as go test -cover counts", "")
			}
		}
		b.field("measured", t.Text, cell.Clock(g.At, now)+", "+cell.Ago(g.At, now), "")
	}
	if v.Minimum != nil {
		b.field("wanted", t.Text, readiness.Number(*v.Minimum)+" % of lines at least", "")
	}
	allowed := ""
	if v.MaxDrop != nil {
		allowed = "; " + readiness.Number(*v.MaxDrop) + " fewer allowed"
	}
	if v.Base.Zero() {
		return
	}
	switch points, known := v.Drop(); {
	case !known:
		b.field("before", t.Faint, "nothing to compare with on "+v.Base.Title()+allowed, "")
	case points > 0:
		b.field("before", t.Text, v.Before.Text(nil)+" on "+v.Base.Title()+", which runs: "+readiness.Points(points, v.MaxDrop)+" points fewer now"+allowed, "")
	case points < 0:
		b.field("before", t.Text, v.Before.Text(nil)+" on "+v.Base.Title()+", which runs: "+readiness.Points(-points, nil)+" points more now"+allowed, "")
	default:
		b.field("before", t.Text, v.Before.Text(nil)+" on "+v.Base.Title()+", which runs: the same"+allowed, "")
	}
}

// patch lists which lines of what would ship are not covered.
func (c *coverageSheet) patch(b *builder, p *readiness.Patch) {
	text := string(p.Text())
	if text == "" {
		return
	}
	b.heading("What would ship", text)
	files := pane.Uncovered(p)
	if len(files) == 0 && p.Known && p.Lines.Total > 0 {
		b.text(b.t.Faint, "every changed line that a test could cover is covered")
	}
	for i := range files {
		b.uncovered(files[i].Path, files[i].Lines, files[i].Uncovered)
	}
}

// uncovered names a file and its lines that are not covered.
func (b *builder) uncovered(path string, lines model.Covered, set model.LineSet) {
	t := b.t
	list := model.LineList(set.Stretches())
	share, _ := lines.Percent()
	b.row(pane.Row{Search: path, Copy: path + ": " + list}, func(l *cell.Line) {
		figure := pane.Percent(share)
		count := cell.Number(lines.Hit) + " of " + cell.Number(lines.Total)
		tail := 24
		l.Col(t.Text, path, max(l.Room()-tail-1, 8)).End()
		l.Right(t.Faint, count, tail-9).Right(t.Strong, figure, 9)
	})
	for _, line := range pane.Wrapped(t, list, b.width-8) {
		b.row(pane.Row{Search: path, Copy: path + ": " + list}, func(l *cell.Line) { l.To(6).Put(t.Bad, line) })
	}
}

// trend plots the coverage of the branch.
func (c *coverageSheet) trend(b *builder, v *readiness.Coverage) {
	t := b.t
	width := min(b.width-4, plotWidth)
	trend := pane.NewTrend(b.d, c.history)
	if !trend.Plots() || width < 20 {
		return
	}
	b.heading("Trend", trend.Note(t, v.Minimum))
	b.raw(trend.Draw(t, v.Minimum, b.kit.Now(), width, plotHeight), width)
	for _, line := range pane.Wrapped(t, trend.Releases(t), b.width-6) {
		b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(2).Put(t.Faint, line) }})
	}
}

// packages list the packages of a report, those with most uncovered lines first; unfolded, their files.
func (c *coverageSheet) packages(b *builder, report *model.Coverage) {
	t := b.t
	if report == nil {
		return
	}
	b.heading("Packages", cell.Count(len(report.Packages), "package", report.Cut)+"; those with most lines that are not covered first")
	switch {
	case c.err != nil:
		b.text(t.Bad, "Their files can't be read: "+c.err.Error())
	case c.read && c.of == report.SHA && len(c.files) == 0:
		b.text(t.Faint, "Their files are not kept any more: only the newest reports' are.")
	}
	files := map[string][]*model.FileCoverage{}
	if c.of == report.SHA {
		for i := range c.files {
			files[c.files[i].Package] = append(files[c.files[i].Package], &c.files[i])
		}
	}
	packages := slices.Clone(report.Packages)
	slices.SortStableFunc(packages, func(a, b model.PackageCoverage) int {
		return cmp.Compare(b.Lines.Total-b.Lines.Hit, a.Lines.Total-a.Lines.Hit)
	})
	for i := range packages {
		c.packageRow(b, &packages[i], files[packages[i].Name])
	}
}

func (c *coverageSheet) packageRow(b *builder, p *model.PackageCoverage, files []*model.FileCoverage) {
	t, name := b.t, p.Name
	open := c.turned[name] != (name == c.chosen && c.chosen != "")
	share, _ := p.Lines.Percent()
	row := pane.Row{ID: "k:" + name, Search: name, Copy: name + ": " + cell.Number(p.Lines.Hit) + " of " + cell.Number(p.Lines.Total) + " lines covered"}
	if len(files) > 0 {
		row.Word = "unfold"
		if open {
			row.Word = "fold"
		}
		row.Enter = func() tea.Cmd {
			if c.turned == nil {
				c.turned = map[string]bool{}
			}
			c.turned[name] = !c.turned[name]
			b.s.stale = true
			return nil
		}
	}
	b.row(row, func(l *cell.Line) {
		sign := " "
		if len(files) > 0 {
			sign = t.Symbols.Closed
			if open {
				sign = t.Symbols.Open
			}
		}
		count := cell.Number(p.Lines.Hit) + " of " + cell.Number(p.Lines.Total)
		l.Put(t.Faint, sign+" ").Col(t.Text, cmp.Or(name, "(no package)"), max(l.Room()-29, 8)).End()
		l.Gap(1).Right(t.Faint, count, 18).Right(t.Strong, pane.Percent(share), 9)
	})
	if !open {
		return
	}
	slices.SortStableFunc(files, func(a, b *model.FileCoverage) int {
		return cmp.Compare(b.Lines.Total-b.Lines.Hit, a.Lines.Total-a.Lines.Hit)
	})
	for _, f := range files {
		c.fileRows(b, f)
	}
}

// fileRows are a file of an unfolded package and its lines that are not covered.
func (c *coverageSheet) fileRows(b *builder, f *model.FileCoverage) {
	t := b.t
	share, _ := f.Lines.Percent()
	list := model.LineList(f.Coverable.Without(f.Hit).Stretches())
	path := strings.TrimPrefix(f.Path, f.Package+"/")
	b.row(pane.Row{Search: f.Path + " " + f.Package, Copy: f.Path + ": not covered: " + cmp.Or(list, "nothing")}, func(l *cell.Line) {
		count := cell.Number(f.Lines.Hit) + " of " + cell.Number(f.Lines.Total)
		l.To(6).Col(t.Text, path, max(l.Room()-29, 8)).End()
		l.Gap(1).Right(t.Faint, count, 18).Right(t.Strong, pane.Percent(share), 9)
	})
	if list == "" {
		return
	}
	for _, line := range pane.Wrapped(t, list, b.width-12) {
		b.row(pane.Row{Search: f.Path, Copy: f.Path + ": not covered: " + list}, func(l *cell.Line) { l.To(10).Put(t.Bad, line) })
	}
}

// reports tell where a coverage was read from, and what could not be read.
func (b *builder) reports(report *model.Coverage, sha model.SHA) {
	t, now := b.t, b.kit.Now()
	if report != nil && len(report.Sources) > 0 {
		b.heading("Reports", cell.Count(len(report.Sources), "report", report.Cut))
		for i := range report.Sources {
			s := &report.Sources[i]
			where := cmp.Or(s.File, "a report") + " in " + cmp.Or(s.Name, "an artifact")
			run := "run " + strconv.FormatInt(s.Run, 10)
			for k := range b.d.Facts.Runs {
				if r := &b.d.Facts.Runs[k]; r.ID == s.Run {
					run = r.File() + " #" + strconv.Itoa(r.Number)
				}
			}
			target := pane.Target{}
			if s.Run != 0 {
				target = b.target(pane.RunKind, "", "", s.Run)
			}
			b.row(pane.Row{Search: where + " " + run, Copy: where + " of " + run, Link: s.URL, Target: target}, func(l *cell.Line) {
				l.Col(t.Text, where, max(l.Room()-38, 12)).End()
				l.Gap(1).Col(t.Faint, s.Format, 10).Gap(1).Col(t.Version, run, 18).Gap(1).Right(t.Faint, cell.Age(s.At, now), 5)
			})
		}
	}
	var flaws []model.ReportProblem
	for _, p := range b.d.Facts.ReportFlaws {
		if p.SHA == sha && p.Kind != "tests" {
			flaws = append(flaws, p)
		}
	}
	if len(flaws) == 0 {
		return
	}
	b.heading("Not as it should be", cell.Count(len(flaws), "thing", false))
	for _, p := range flaws {
		style, word := t.Faint, ""
		if p.Lost {
			style, word = t.Bad, "not read: "
		}
		where := strings.TrimSpace(p.Source.Name + " " + p.Source.File)
		b.paragraph(0, style, word+strings.TrimPrefix(where+": "+string(p.Why), ": "), pane.Row{Link: p.Source.URL})
	}
}
