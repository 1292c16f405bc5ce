package pane

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/theme"
)

// packagesShown and patchFilesShown bound what the pane lists; details list all.
const (
	packagesShown   = 8
	patchFilesShown = 8
)

// serviceRows tell of one service: its environments, what is the matter first, then of the first one what would ship
// uncovered, the trend, and where most is not covered.
func (c *Coverage) serviceRows() []Row {
	envs := c.byMatter()
	if len(envs) == 0 {
		return c.paragraphs(c.kit.Theme.Faint, "Its coverage can't be told: "+string(c.detail.Assessment.Headline))
	}
	first := envs[0]
	switch f := first.Finding(model.GateCoverage); {
	case f == nil:
		return c.paragraphs(c.kit.Theme.Faint, "The gate coverage is off for every environment of "+c.service+".")
	case f.Result == model.NotApplicable && !first.Coverage.Configured && !first.Coverage.Figure.Known:
		return c.unconfigured()
	}
	var rows []Row
	for _, e := range envs {
		if e.Finding(model.GateCoverage) != nil {
			rows = append(rows, c.environmentRows(e, e == first)...)
		}
	}
	rows = append(rows, c.patchRows(first)...)
	rows = append(rows, c.trendRows(first)...)
	return append(rows, c.packageRows(first)...)
}

// byMatter are the environments whose coverage is judged, the worst first; of equals the last.
func (c *Coverage) byMatter() []*readiness.Environment {
	all := c.detail.Assessment.Environments
	out := make([]*readiness.Environment, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		out = append(out, &all[i])
	}
	rank := func(e *readiness.Environment) int {
		f := e.Finding(model.GateCoverage)
		if f == nil {
			return 8
		}
		return coverageRank(&readiness.EnvSummary{Coverage: readiness.CoverageSummary{
			Result: f.Result, Advisory: f.Level == model.Advisory, Figure: e.Coverage.Figure,
		}})
	}
	slices.SortStableFunc(out, func(a, b *readiness.Environment) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// narrowService is the width below which an environment's figures stand for its sentence.
const narrowService = 44

// environmentRows are an environment's result with its figure; what isn't content says why, and the first what was counted.
func (c *Coverage) environmentRows(e *readiness.Environment, first bool) []Row {
	t, f, v := c.kit.Theme, e.Finding(model.GateCoverage), &e.Coverage
	said, narrow := string(f.Why), c.area.Width < narrowService
	name := t.Strong
	if e.Tier == model.Production {
		name = t.Produce
	}
	rows := []Row{{
		ID: "e:" + e.Name, Search: e.Name + " " + f.Result.String() + " " + said, Link: evidenceLink(*f),
		Target: Target{Kind: CoverageKind, Service: c.service, Environment: e.Name},
		Copy:   c.service + " " + e.Name + ": coverage: " + f.Result.String() + ": " + said,
		Draw: func(l *cell.Line, _ int) {
			state := t.Result(f.Result)
			l.Put(state.Style, state.Symbol+" "+state.Word).Gap(1).Put(name, e.Name).End()
			if narrow {
				return
			}
			if v.Figure.Known {
				l.Gap(1).Put(t.Strong, v.Figure.Text(v.Minimum))
			}
			if !v.Release.Zero() {
				l.Put(t.Faint, " of ").Put(t.Version, v.Release.Title())
			}
			if f.Level == model.Advisory {
				l.Put(t.Faint, " (advisory)")
			}
			if !first && content(f.Result) && v.Figure.Known && v.Minimum != nil {
				l.Put(t.Faint, ", "+readiness.Number(*v.Minimum)+" % wanted")
			}
			if v.Figure.Known && l.Room() > ageWidth+2 {
				l.To(l.Used()+l.Room()-ageWidth-1).Right(t.Faint, cell.Age(v.Figure.At, c.kit.Now()), ageWidth)
			}
		},
	}}
	tell := func(style theme.Style, text string) {
		if text == "" {
			return
		}
		for _, line := range wrapped(cell.Text(t, text), c.area.Width-7) {
			rows = append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(4).Put(style, line) }})
		}
	}
	switch {
	case narrow && v.Figure.Known:
		sum := readiness.CoverageSummary{Result: f.Result, Figure: v.Figure, Minimum: v.Minimum, MaxDrop: v.MaxDrop}
		if points, known := v.Drop(); known {
			sum.Drop = &points
		}
		tell(t.Text, strings.TrimSpace(v.Figure.Text(v.Minimum)+" "+wanted(&sum)))
		if style, text := dropText(t, &sum); text != "" && !content(f.Result) {
			tell(style, text+" than "+v.Base.Title())
		}
	case !content(f.Result):
		tell(t.Text, said)
	case first && !narrow:
		tell(t.Faint, said)
	}
	if f.Settle != "" {
		tell(t.Strong, "to settle it: "+string(f.Settle))
	}
	if first && !narrow {
		tell(t.Faint, counts(v.Figure))
	}
	return rows
}

// content reports that a result asks for nobody's attention.
func content(r model.Result) bool { return r == model.Pass || r == model.NotApplicable }

// counts says what was counted: lines 821 of 1,000, branches 310 of 420 (73.8 %).
func counts(f readiness.Figure) string {
	if !f.Known || f.Stated != nil {
		return ""
	}
	text := "lines " + cell.Number(f.Lines.Hit) + " of " + cell.Number(f.Lines.Total)
	if share, any := f.Branches.Percent(); any {
		text += ", branches " + cell.Number(f.Branches.Hit) + " of " + cell.Number(f.Branches.Total) + " (" + Percent(share) + ")"
	}
	return text
}

// Percent is a share in percent, with one digit after the point; what is not all never reads 100 %.
func Percent(v float64) string {
	if v < 100 && v >= 99.95 {
		v = 99.9
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " %"
}

// patchRows tell what of what would ship is not covered.
func (c *Coverage) patchRows(e *readiness.Environment) []Row {
	t, p := c.kit.Theme, &e.Coverage.Patch
	text := string(p.Text())
	if text == "" {
		return nil
	}
	rows := []Row{blank(), c.heading("What would ship", "")}
	rows = append(rows, c.paragraphs(t.Text, text)...)
	files := Uncovered(p)
	for i := range files[:min(len(files), patchFilesShown)] {
		rows = append(rows, c.patchRow(e, &files[i]))
	}
	if n := len(files) - patchFilesShown; n > 0 {
		rows = append(rows, sentence(t.Faint, cell.Count(n, "more file", false)))
	}
	return rows
}

// Uncovered are the files of what would ship with lines that are not covered, most of them first.
func Uncovered(p *readiness.Patch) []readiness.PatchFile {
	var files []readiness.PatchFile
	for _, f := range p.Files {
		if f.Lines.Hit < f.Lines.Total {
			files = append(files, f)
		}
	}
	slices.SortStableFunc(files, func(a, b readiness.PatchFile) int {
		return cmp.Compare(b.Lines.Total-b.Lines.Hit, a.Lines.Total-a.Lines.Hit)
	})
	return files
}

func (c *Coverage) patchRow(e *readiness.Environment, f *readiness.PatchFile) Row {
	t, path := c.kit.Theme, f.Path
	lines := model.LineList(f.Uncovered.Stretches())
	missing := cell.Count(f.Lines.Total-f.Lines.Hit, "line", false)
	return Row{
		ID: "p:" + path, Search: path, Copy: path + ": not covered: " + lines,
		Target: Target{Kind: CoverageKind, Service: c.service, Environment: e.Name},
		Draw: func(l *cell.Line, _ int) {
			tail := missing + " not covered: " + lines
			room := l.Room() - 2
			if n := cell.Width(tail); n > room/2 {
				tail = missing + ": " + lines
			}
			n := min(cell.Width(tail), max(room/2, 9))
			l.Put(t.Text, tailOf(t, path, max(room-n-1, 4))).End()
			l.Gap(1)
			l.To(l.Used()+l.Room()-n-1).Col(t.Bad, tail, n)
		},
	}
}

// tailOf is the end of a path, which tells more than its beginning.
func tailOf(t *theme.Theme, path string, width int) string {
	path = cell.Text(t, path)
	if cell.Width(path) <= width {
		return path
	}
	for i := strings.IndexByte(path, '/'); i >= 0 && i < len(path)-1; i = strings.IndexByte(path, '/') {
		path = path[i+1:]
		if cut := t.Symbols.Ellipsis + "/" + path; cell.Width(cut) <= width {
			return cut
		}
	}
	return path
}

// heading begins a part.
func (c *Coverage) heading(text, note string) Row {
	t := c.kit.Theme
	return Row{Inert: true, Draw: func(l *cell.Line, _ int) {
		l.To(1).Put(t.Heading, text)
		if note != "" {
			l.Gap(2).Put(t.Faint, note)
		}
	}}
}

// packageRows are the packages with most lines that are not covered.
func (c *Coverage) packageRows(e *readiness.Environment) []Row {
	t := c.kit.Theme
	report := ReportOf(c.detail, e.Coverage.Release.SHA)
	if report == nil || len(report.Packages) == 0 {
		return nil
	}
	worst := WorstPackages(report)
	rows := []Row{blank(), c.heading("Most lines not covered", cell.Count(len(report.Packages), "package", report.Cut))}
	if len(worst) == 0 {
		return append(rows, sentence(t.Faint, "every line is covered"))
	}
	for i := range worst[:min(len(worst), packagesShown)] {
		p := worst[i]
		share, _ := p.Lines.Percent()
		rows = append(rows, Row{
			ID: "k:" + p.Name, Search: p.Name, Copy: p.Name + ": " + cell.Number(p.Lines.Hit) + " of " + cell.Number(p.Lines.Total) + " lines covered",
			Target: Target{Kind: CoverageKind, Service: c.service, Environment: e.Name, Name: p.Name},
			Draw: func(l *cell.Line, _ int) {
				missing := cell.Number(p.Lines.Total - p.Lines.Hit)
				tail := 1 + percentWidth
				wide := l.Room() >= 44
				if wide {
					tail += 12
				}
				l.Col(t.Text, tailOf(t, cmp.Or(p.Name, "(no package)"), max(l.Room()-tail-2, 4)), max(l.Room()-tail-2, 4)).Gap(1).End()
				if wide {
					l.Right(t.Faint, missing+" lines", 12)
				}
				l.Right(t.Strong, Percent(share), percentWidth)
			},
		})
	}
	return rows
}

// WorstPackages are the packages that have lines which are not covered, most of them first.
func WorstPackages(report *model.Coverage) []model.PackageCoverage {
	worst := slices.DeleteFunc(slices.Clone(report.Packages), func(p model.PackageCoverage) bool { return p.Lines.Hit >= p.Lines.Total })
	slices.SortStableFunc(worst, func(a, b model.PackageCoverage) int {
		return cmp.Compare(b.Lines.Total-b.Lines.Hit, a.Lines.Total-a.Lines.Hit)
	})
	return worst
}

// ReportOf is the coverage counted in the reports of a commit.
func ReportOf(d *Detail, sha model.SHA) *model.Coverage {
	for i := range d.Facts.Coverage {
		if r := &d.Facts.Coverage[i]; r.SHA == sha && r.Origin == model.CoverageReport {
			return r
		}
	}
	return nil
}
