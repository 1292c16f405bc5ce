package plot

import (
	"math"

	"gonogo/ui/theme"
)

// Curve is one of several lines over the same stretch of time: its first value is at the left edge, its last at the
// right one.
type Curve struct {
	Bars   []Bar
	Style  theme.Style
	Dotted bool // told apart without colour too
}

// Curves draws lines on one scale from low to high in width × height cells, with both named at the left. Where two meet
// the one that comes first is seen. What is missing is a gap, over which nothing is drawn.
func Curves(t theme.Theme, curves []Curve, low, high float64, label func(float64) string, width, height int) []string {
	if width <= 0 || height <= 0 {
		return nil
	}
	axis := max(theme.Width(label(high)), theme.Width(label(low))) + 1
	if width-axis < 5 || height < 2 {
		axis = 0
	}
	c := newCanvas(t, width-axis, height)
	for i := range curves {
		c.curve(&curves[i], low, high)
	}
	lines := make([]string, height)
	for y := range lines {
		name := ""
		switch {
		case axis == 0:
		case y == 0:
			name = label(high)
		case y == height-1:
			name = label(low)
		}
		lines[y] = c.line(y)
		if axis > 0 {
			lines[y] = t.PlotFaint.Render(t.FitRight(name, axis-1)) + " " + lines[y]
		}
	}
	return lines
}

// canvas is cells of braille dots, or of one character each in ASCII, with the style of who drew there first.
type canvas struct {
	t             theme.Theme
	width, height int
	columns, rows int // dots a cell
	cells         []rune
	styles        []*theme.Style
}

func newCanvas(t theme.Theme, width, height int) *canvas {
	c := &canvas{t: t, width: width, height: height, columns: 2, rows: 4}
	if t.ASCII {
		c.columns, c.rows = 1, 1
	}
	c.cells, c.styles = make([]rune, width*height), make([]*theme.Style, width*height)
	return c
}

// curve joins the values that stand beside each other.
func (c *canvas) curve(of *Curve, low, high float64) {
	n := len(of.Bars)
	if n == 0 || c.width == 0 {
		return
	}
	last := c.width*c.columns - 1
	at := func(i int) int {
		if n == 1 {
			return 0
		}
		return i * last / (n - 1)
	}
	for i, b := range of.Bars {
		if b.Missing {
			continue
		}
		from, to := at(i), at(i)
		next := b
		if i+1 < n && !of.Bars[i+1].Missing {
			to, next = at(i+1), of.Bars[i+1]
		}
		before := -1
		for x := from; x <= to; x++ {
			v := b.Value
			if to > from {
				v += (next.Value - b.Value) * float64(x-from) / float64(to-from)
			}
			y := c.level(v, low, high)
			if of.Dotted {
				if x%3 == 0 {
					c.dot(x, y, of)
				}
				continue
			}
			lo, hi := y, y
			if before >= 0 && !c.t.ASCII {
				lo, hi = min(y, before+1), max(y, before-1)
			}
			for ; lo <= hi; lo++ {
				c.dot(x, lo, of)
			}
			before = y
		}
	}
}

// level is the row of dots of a value.
func (c *canvas) level(v, low, high float64) int {
	share := 0.0
	if high > low {
		share = min(max((v-low)/(high-low), 0), 1)
	}
	return int(math.Round((1 - share) * float64(c.height*c.rows-1)))
}

func (c *canvas) dot(x, y int, of *Curve) {
	i := y/c.rows*c.width + x/c.columns
	if c.styles[i] == nil {
		c.styles[i] = &of.Style
	}
	switch {
	case !c.t.ASCII:
		c.cells[i] |= brailleDot(x%c.columns, y%c.rows)
	case c.cells[i] != 0:
	case of.Dotted:
		c.cells[i] = '.'
	default:
		c.cells[i] = '*'
	}
}

func (c *canvas) line(y int) string {
	p := pen{theme: c.t}
	for x := range c.width {
		i := y*c.width + x
		switch cell := c.cells[i]; {
		case cell == 0:
			p.draw(" ", c.t.Plot, false)
		case c.t.ASCII:
			p.draw(string(cell), *c.styles[i], false)
		default:
			p.draw(string('\u2800'+cell), *c.styles[i], false)
		}
	}
	return p.done(c.width)
}
