// Package plot draws numbers where one would rather look than read. Every function is
// pure: values, a size and a theme in, lines out, each exactly as wide as asked.
package plot

import (
	"math"
	"strings"
	"time"

	"gonogo/ui/theme"
)

// eighths are bars of one to eight eighths of a cell.
var eighths = [...]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}

// asciiEighths are their stand-ins.
var asciiEighths = [...]string{"_", "_", ".", ".", "-", "-", "=", "#"}

// Bar is one value of a plot. A missing one leaves a gap.
type Bar struct {
	Value   float64
	Bad     bool // drawn as what failed
	Missing bool
}

// Sparkline draws values as bars in one line of width cells, oldest first. Where there
// are more values than cells the newest are drawn. Zero is an empty floor, and bars
// are measured from it, so that twice as high is twice as much.
func Sparkline(t theme.Theme, bars []Bar, width int) string {
	if width <= 0 {
		return ""
	}
	bars = newest(bars, width)
	top := highest(bars)
	p := pen{theme: t}
	for _, b := range bars {
		p.draw(level(t, b, top), t.Plot, b.Bad)
	}
	return p.done(width)
}

// Bars draws values as bars of several rows, the newest at the right, each row width
// cells wide. Each bar is one cell wide.
func Bars(t theme.Theme, bars []Bar, width, height int) []string {
	if width <= 0 || height <= 0 {
		return nil
	}
	bars = newest(bars, width)
	top := highest(bars)
	lines := make([]string, height)
	for row := range lines {
		floor := float64(height-1-row) / float64(height) // of this row, as a share of the top
		p := pen{theme: t}
		for _, b := range bars {
			share := 0.0
			if top > 0 && !b.Missing {
				share = b.Value / top
			}
			fill := (share - floor) * float64(height)
			switch {
			case b.Missing, fill <= 0 && row < height-1:
				p.draw(" ", t.Plot, false)
			default:
				p.draw(step(t, fill), t.Plot, b.Bad)
			}
		}
		lines[row] = p.done(width)
	}
	return lines
}

// level is the bar of a sparkline.
func level(t theme.Theme, b Bar, top float64) string {
	if b.Missing {
		return " "
	}
	if top <= 0 {
		return step(t, 0)
	}
	return step(t, b.Value/top)
}

// step is a bar that fills a share of a cell, at least an eighth of it.
func step(t theme.Theme, share float64) string {
	n := min(max(int(math.Round(share*8)), 1), 8) - 1
	if t.ASCII {
		return asciiEighths[n]
	}
	return eighths[n]
}

func newest(bars []Bar, width int) []Bar { return bars[max(len(bars)-width, 0):] }

func highest(bars []Bar) float64 {
	top := 0.0
	for _, b := range bars {
		if !b.Missing {
			top = max(top, b.Value)
		}
	}
	return top
}

// pen joins cells, changing the style only where it changes.
type pen struct {
	theme theme.Theme
	out   strings.Builder
	run   strings.Builder
	style theme.Style
	cells int
}

func (p *pen) draw(cell string, style theme.Style, bad bool) {
	if bad {
		style = p.theme.PlotBad
	}
	if style != p.style {
		p.flush()
		p.style = style
	}
	p.run.WriteString(cell)
	p.cells++
}

func (p *pen) flush() {
	p.out.WriteString(p.style.Render(p.run.String()))
	p.run.Reset()
}

// done pads the line to width cells.
func (p *pen) done(width int) string {
	p.flush()
	p.out.WriteString(strings.Repeat(" ", max(width-p.cells, 0)))
	return p.out.String()
}

// Series is a line over time, oldest first.
type Series struct {
	Bars  []Bar
	Label func(float64) string // how a value is written at the axis
}

// Line draws a series as a curve of dots in width × height cells, with the highest and the lowest
// value named at the left. The scale runs from the lowest to the highest. What failed
// is marked, what is missing is a gap. Fewer than five columns or a single row show a
// sparkline instead.
func Line(t theme.Theme, s Series, width, height int) []string {
	label := s.Label
	if label == nil {
		label = func(float64) string { return "" }
	}
	low, high, any := bounds(s.Bars)
	axis := 0
	if any {
		axis = max(theme.Width(label(high)), theme.Width(label(low))) + 1
	}
	if width <= 0 || height <= 0 {
		return nil
	}
	if height == 1 || width-axis < 5 {
		lines := []string{Sparkline(t, s.Bars, width)}
		for len(lines) < height {
			lines = append(lines, strings.Repeat(" ", width))
		}
		return lines
	}
	body := dots(t, s.Bars, low, high, width-axis, height)
	for y := range body {
		name := ""
		switch {
		case !any:
		case y == 0:
			name = label(high)
		case y == height-1:
			name = label(low)
		}
		body[y] = t.PlotFaint.Render(t.FitRight(name, max(axis-1, 0))) + strings.Repeat(" ", min(axis, 1)) + body[y]
	}
	return body
}

func bounds(bars []Bar) (low, high float64, any bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, b := range bars {
		if !b.Missing {
			low, high, any = min(low, b.Value), max(high, b.Value), true
		}
	}
	return low, high, any
}

// dots draws values as braille dots, two columns and four rows of them a cell, or as
// one character a cell in ASCII.
func dots(t theme.Theme, bars []Bar, low, high float64, width, height int) []string {
	columns, rows := 2, 4
	if t.ASCII {
		columns, rows = 1, 1
	}
	bars = newest(bars, width*columns)
	cells := make([][]rune, height)
	bad := make([][]bool, height)
	for y := range cells {
		cells[y], bad[y] = make([]rune, width), make([]bool, width)
	}
	offset := width*columns - len(bars) // the newest is at the right edge
	last := -1                          // the dot before, to be joined; none after a gap
	for i, b := range bars {
		if b.Missing {
			last = -1
			continue
		}
		share := 0.5
		if high > low {
			share = (b.Value - low) / (high - low)
		}
		dot := int(math.Round((1 - share) * float64(height*rows-1)))
		from, to := dot, dot
		if last >= 0 && !t.ASCII {
			from, to = min(dot, last+1), max(dot, last-1)
		}
		last = dot
		x := (offset + i) / columns
		for ; from <= to; from++ {
			cells[from/rows][x] |= brailleDot((offset+i)%columns, from%rows)
			bad[from/rows][x] = bad[from/rows][x] || b.Bad
		}
	}
	lines := make([]string, height)
	for y := range cells {
		p := pen{theme: t}
		for x, c := range cells[y] {
			switch {
			case c == 0:
				p.draw(" ", t.Plot, false)
			case t.ASCII && bad[y][x]:
				p.draw("x", t.Plot, true)
			case t.ASCII:
				p.draw("*", t.Plot, false)
			default:
				p.draw(string('\u2800'+c), t.Plot, bad[y][x])
			}
		}
		lines[y] = p.done(width)
	}
	return lines
}

// brailleDot is the bit of a dot in Unicode's braille patterns.
func brailleDot(column, row int) rune {
	bits := [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}
	return bits[column][row]
}

// Span writes a duration as short as an axis wants it: "87ms", "4.2s", "12m", "3h".
func Span(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < 10*time.Second:
		return strings.TrimSuffix(d.Round(100*time.Millisecond).String(), ".0s")
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return strings.TrimSuffix(d.Round(time.Hour).String(), "0m0s")
}

// Marker draws a row of width cells with a tick where something happened: at holds the
// places as shares of the width, 0 the left edge and 1 the right. Marks that meet
// share a cell, and the worst is drawn.
func Marker(t theme.Theme, at []Bar, width int) string {
	if width <= 0 {
		return ""
	}
	const nothing, good, failed = 0, 1, 2
	marks := make([]int, width)
	for _, m := range at {
		if m.Missing || m.Value < 0 || m.Value > 1 {
			continue
		}
		x, kind := min(int(m.Value*float64(width)), width-1), good
		if m.Bad {
			kind = failed
		}
		marks[x] = max(marks[x], kind)
	}
	rule, tick, cross := "─", "┼", "╳"
	if t.ASCII {
		rule, tick, cross = "-", "+", "x"
	}
	p := pen{theme: t}
	for _, m := range marks {
		switch m {
		case nothing:
			p.draw(rule, t.PlotFaint, false)
		case good:
			p.draw(tick, t.Plot, false)
		default:
			p.draw(cross, t.Plot, true)
		}
	}
	return p.done(width)
}
