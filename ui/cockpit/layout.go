package cockpit

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
)

// The sizes that decide how the screen is laid out, in cells.
const (
	wideWidth, wideHeight   = 120, 30
	leastWidth, leastHeight = 80, 24
	headerHeight            = 2
	footerHeight            = 1
)

// place is where a pane or layer was drawn; clicks are led by it.
type place struct {
	x, y, width, height int
	pane                int // index of the pane; -1 for a layer
}

func (p place) has(x, y int) bool {
	return x >= p.x && x < p.x+p.width && y >= p.y && y < p.y+p.height
}

// span is a stretch of a row that means an action when clicked.
type span struct {
	y, from, to int
	action      intent.Action
}

// drawing is what the last View left behind for clicks, and room that it uses again.
type drawing struct {
	places []place
	spans  []span
	rows   []string
	views  [][]string
	b      strings.Builder
}

func (c *Cockpit) wide() bool { return c.width >= wideWidth && c.height >= wideHeight }

// View draws the whole screen: exactly as many rows as the terminal has, each exactly as
// wide.
func (c *Cockpit) View() string {
	d := &c.drawing
	d.places, d.spans, d.rows = d.places[:0], d.spans[:0], d.rows[:0]
	switch {
	case c.width <= 0 || c.height <= 0:
		return ""
	case c.width < leastWidth || c.height < leastHeight:
		c.drawTooSmall()
	default:
		d.rows = append(d.rows, c.drawHeader(), c.drawSentence())
		c.drawBody(c.width, c.height-headerHeight-footerHeight)
		d.rows = append(d.rows, c.drawFooter())
	}
	return d.join()
}

func (d *drawing) join() string {
	d.b.Reset()
	size := len(d.rows)
	for _, r := range d.rows {
		size += len(r)
	}
	d.b.Grow(size)
	for i, r := range d.rows {
		if i > 0 {
			d.b.WriteByte('\n')
		}
		d.b.WriteString(r)
	}
	return d.b.String()
}

// drawTooSmall says how many cells are missing.
func (c *Cockpit) drawTooSmall() {
	t := c.kit.Theme
	var missing []string
	if n := leastWidth - c.width; n > 0 {
		missing = append(missing, cell.Count(n, "column", false))
	}
	if n := leastHeight - c.height; n > 0 {
		missing = append(missing, cell.Count(n, "row", false))
	}
	text := fmt.Sprintf("gonogo needs %d×%d cells: %s more, please. %s quits.", leastWidth, leastHeight,
		strings.Join(missing, " and "), c.kit.Keys.Label(intent.Quit))
	lines := pane.Wrapped(t, text, max(c.width-2, 8))
	for y := range c.height {
		l := cell.NewLine(t, c.width)
		if i := y - max((c.height-len(lines))/2, 0); i >= 0 && i < len(lines) {
			l.Gap(1).Put(t.Text, lines[i])
		}
		c.drawing.rows = append(c.drawing.rows, l.String())
	}
}

// drawBody draws the panes, or what lies over them, below the header.
func (c *Cockpit) drawBody(width, height int) {
	d := &c.drawing
	base := len(d.rows)
	full := -1 // the topmost layer that hides everything below it
	for i, l := range c.stack {
		if !l.Floats() {
			full = i
		}
	}
	switch {
	case full >= 0:
		c.drawOne(c.stack[full], -1, width, height, "", full == len(c.stack)-1)
	case c.wide() && !c.zoomed:
		c.drawWide(width, height)
	default:
		tabs := c.tabs()
		c.drawOne(c.panes[c.focus], c.focus, width, height, tabs, len(c.stack) == 0)
	}
	for _, l := range c.stack[full+1:] {
		c.drawOver(l, base, width, height)
	}
}

// drawOne gives the body to one pane or layer.
func (c *Cockpit) drawOne(p pane.Pane, index, width, height int, tabs string, focused bool) {
	d := &c.drawing
	d.places = append(d.places, place{0, len(d.rows), width, height, index})
	d.rows = append(d.rows, p.View(pane.Area{Width: width, Height: height, Focused: focused, Tabs: tabs})...)
}

// tabs are the panes' names for the frame of the one that is shown.
func (c *Cockpit) tabs() string {
	t := c.kit.Theme
	var b strings.Builder
	x := 3 // the corner, the edge and a blank
	for i, p := range c.panes {
		if i > 0 {
			b.WriteString(t.Faint.Render(" " + t.Symbols.Separator + " "))
			x += 3
		}
		key := c.kit.Keys.Label(p.Focus())
		style := t.Faint
		if i == c.focus {
			style = t.Heading
		}
		n := cell.Width(key) + 1 + cell.Width(p.Name())
		if i == c.focus { // without colour too
			b.WriteString(style.Render("[") + t.Key.Render(key) + " " + style.Render(p.Name()+"]"))
			n += 2
		} else {
			b.WriteString(t.Key.Render(key) + " " + style.Render(p.Name()))
		}
		c.drawing.spans = append(c.drawing.spans, span{len(c.drawing.rows), x, x + n, p.Focus()})
		x += n
	}
	if c.selected != "" {
		b.WriteString(t.Faint.Render("  of ") + t.Strong.Render(cell.Text(t, c.selected)))
	}
	return b.String()
}

// drawWide draws the fleet at the left and the others beside it.
func (c *Cockpit) drawWide(width, height int) {
	d := &c.drawing
	left := min(max(width*29/100, 39), 52)
	if w := wish(c.panes[0]); w > 0 { // so far as the others keep their room
		left = max(left, min(w, 52, width*2/5))
	}
	focused := len(c.stack) == 0
	top := len(d.rows)
	lines := c.panes[0].View(pane.Area{Width: left, Height: height, Focused: focused && c.focus == 0})
	d.places = append(d.places, place{0, top, left, height, 0})
	views := d.views[:0]
	for _, p := range c.places(left, top, width-left, height) {
		area := pane.Area{Width: p.width, Height: p.height, Focused: focused && c.focus == p.pane}
		views = append(views, c.panes[p.pane].View(area))
		d.places = append(d.places, p)
	}
	d.views = views
	beside := d.places[len(d.places)-len(views):]
	for y := range height {
		var l, r string // what stands beside the fleet: one pane or two
		for i, p := range beside {
			switch at := top + y - p.y; {
			case at < 0 || at >= p.height:
			case p.x == left:
				l = views[i][at]
			default:
				r = views[i][at]
			}
		}
		d.rows = append(d.rows, lines[y]+l+r)
	}
}

// drawOver draws a floating layer over what is drawn already.
func (c *Cockpit) drawOver(l pane.Layer, base, width, height int) {
	d := &c.drawing
	w, h := l.Size(width, height)
	w, h = min(w, width), min(h, height)
	x, y := (width-w)/2, base+max((height-h)/3, 0)
	lines := l.View(pane.Area{Width: w, Height: h, Focused: true})
	for i, line := range lines {
		d.rows[y+i] = over(d.rows[y+i], line, x, w, width)
	}
	d.places = append(d.places, place{x, y, w, h, -1})
}

// over lays a line of w cells over another of width cells, from column x on.
func over(below, line string, x, w, width int) string {
	const plain = "\x1b[0m\x1b]8;;\x1b\\"
	left, right := ansi.Truncate(below, x, ""), ansi.TruncateLeft(below, x+w, "")
	before, after := x-ansi.StringWidth(left), width-x-w-ansi.StringWidth(right)
	if before < 0 { // a wide character stood on the border
		left, before = "", x
	}
	if after < 0 {
		right, after = "", width-x-w
	}
	return left + plain + cell.Blank(before) + line + cell.Blank(after) + right
}
