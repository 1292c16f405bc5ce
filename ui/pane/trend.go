package pane

import (
	"math"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/plot"
	"gonogo/ui/theme"
)

// Bounds of the plot of a trend, in cells.
const (
	trendWidth     = 120
	trendHeight    = 5
	leastTrend     = 16 // narrower it shows nothing
	releasesMarked = 8
)

// trendRows plot the service's coverage on its branch, with its releases marked.
func (c *Coverage) trendRows(e *readiness.Environment) []Row {
	t := c.kit.Theme
	width := min(c.area.Width-5, trendWidth)
	height := trendHeight
	if c.area.Height < 18 {
		height = 3
	}
	trend := NewTrend(c.detail, c.history)
	if !trend.Plots() || width < leastTrend {
		return nil
	}
	rows := []Row{blank(), c.heading("Trend", trend.Note(t, e.Coverage.Minimum))}
	for _, line := range trend.Draw(t, e.Coverage.Minimum, c.kit.Now(), width, height) {
		rows = append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(2).Raw(line, width) }})
	}
	for _, line := range wrapped(trend.Releases(t), c.area.Width-6) {
		rows = append(rows, sentence(t.Faint, line))
	}
	return rows
}

// Trend is how the coverage of a branch has gone.
type Trend struct {
	branch   string
	points   []trendPoint
	releases []trendRelease // newest first
}

type trendPoint struct {
	at    time.Time
	share float64
}

type trendRelease struct {
	title string
	trendPoint
}

// NewTrend takes from the history of a service's coverage what is of its branch, or of a release. Figures that count
// otherwise than the newest one does would make steps that nobody took: they are left out.
func NewTrend(d *Detail, history []model.CoveragePoint) Trend {
	tr := Trend{branch: d.Facts.Branch.Name}
	if tr.branch == "" {
		tr.branch = d.Facts.Service.Branch
	}
	tags := map[model.SHA]string{}
	for _, r := range d.Facts.Releases {
		if !r.Draft && tags[r.SHA] == "" && (d.Facts.Service.Tags == "" || model.Glob(d.Facts.Service.Tags, r.Tag)) {
			tags[r.SHA] = r.Title()
		}
	}
	var origin model.CoverageOrigin
	for i := len(history) - 1; i >= 0; i-- {
		p := &history[i]
		title, released := tags[p.SHA]
		share, known := sharePoint(p)
		if !known || p.Branch != tr.branch && !released || origin != "" && p.Origin != origin {
			continue
		}
		origin = p.Origin
		point := trendPoint{p.At, share}
		tr.points = append(tr.points, point)
		if released {
			tr.releases = append(tr.releases, trendRelease{title, point})
		}
	}
	for i, j := 0, len(tr.points)-1; i < j; i, j = i+1, j-1 {
		tr.points[i], tr.points[j] = tr.points[j], tr.points[i]
	}
	return tr
}

func sharePoint(p *model.CoveragePoint) (float64, bool) {
	if p.Stated != nil {
		return *p.Stated, true
	}
	return p.Lines.Percent()
}

// Plots reports whether there is enough to plot.
func (tr *Trend) Plots() bool { return len(tr.points) > 1 }

// Note says what the plot shows.
func (tr *Trend) Note(t *theme.Theme, minimum *float64) string {
	text := "% of lines on " + cell.Text(t, tr.branch)
	if minimum == nil {
		return text
	}
	wanted := readiness.Number(*minimum) + " % wanted"
	switch low, _ := tr.extent(); {
	case tr.near(*minimum):
		return text + "; dotted: " + wanted
	case *minimum < low:
		return text + "; well above the " + wanted
	}
	return text + "; far below the " + wanted
}

// nearby is how far a minimum may lie from the trend, in percentage points, and still be drawn with it: from farther away
// it would press the trend into a flat line.
const nearby = 6

func (tr *Trend) near(minimum float64) bool {
	low, high := tr.extent()
	return minimum >= low-nearby && minimum <= high+nearby
}

// extent is the least and the most that the trend came to, in percent.
func (tr *Trend) extent() (low, high float64) {
	low, high = tr.points[0].share, tr.points[0].share
	for _, p := range tr.points {
		low, high = min(low, p.share), max(high, p.share)
	}
	return low, high
}

// Draw plots the trend until now in width cells: height rows of it, one with its releases, one with the time.
func (tr *Trend) Draw(t *theme.Theme, minimum *float64, now time.Time, width, height int) []string {
	from := tr.points[0].at
	if !now.After(from) {
		now = from.Add(time.Second)
	}
	low, high := tr.extent()
	dotted := minimum != nil && tr.near(*minimum)
	if dotted {
		low, high = min(low, *minimum), max(high, *minimum)
	}
	low, high = max(math.Floor(low-0.5), 0), min(math.Ceil(high+0.5), 100)
	label := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) + " %" }
	axis := max(cell.Width(label(low)), cell.Width(label(high))) + 1
	columns := 2 * max(width-axis, 1)
	curves := []plot.Curve{{Bars: tr.bars(from, now, columns), Style: t.Plot}}
	if dotted {
		curves = append(curves, plot.Curve{Bars: []plot.Bar{{Value: *minimum}, {Value: *minimum}}, Style: t.PlotFaint, Dotted: true})
	}
	lines := plot.Curves(*t, curves, low, high, label, width, height)
	marks := make([]plot.Bar, 0, releasesMarked)
	for _, r := range tr.releases[:min(len(tr.releases), releasesMarked)] {
		marks = append(marks, plot.Bar{Value: float64(r.at.Sub(from)) / float64(now.Sub(from)), Bad: minimum != nil && r.share < *minimum})
	}
	lines = append(lines, cell.Blank(axis)+plot.Marker(*t, marks, width-axis))
	first := cell.Day(from, now)
	time := first + cell.Blank(width-axis-cell.Width(first)-3) + "now"
	return append(lines, cell.Blank(axis)+t.PlotFaint.Render(time))
}

// bars are the trend in n equal stretches of time: what was last measured stands until something else is.
func (tr *Trend) bars(from, to time.Time, n int) []plot.Bar {
	bars := make([]plot.Bar, n)
	stretch := to.Sub(from)
	next := 0
	for i := range bars {
		until := from.Add(time.Duration(float64(stretch) * float64(i) / float64(max(n-1, 1))))
		for next < len(tr.points)-1 && !tr.points[next+1].at.After(until) {
			next++
		}
		bars[i].Value = tr.points[next].share
	}
	return bars
}

// Releases names the releases that are marked, the newest first.
func (tr *Trend) Releases(t *theme.Theme) string {
	text := ""
	for i, r := range tr.releases[:min(len(tr.releases), releasesMarked)] {
		if i > 0 {
			text += ", "
		}
		text += cell.Text(t, r.title) + " " + strings.Replace(Percent(r.share), ".0 %", " %", 1)
	}
	if text == "" {
		return "no release among them"
	}
	return "releases: " + text
}
