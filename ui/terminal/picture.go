package terminal

import (
	"fmt"
	"html"
	"strings"
)

// Size of a cell in a picture, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18
)

// Picture draws a screen as SVG: what a person would see, for READMEs and for looking at.
func Picture(cells [][]Cell) string {
	width := 0
	for _, row := range cells {
		width = max(width, len(row))
	}
	const margin = 12
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">`+"\n",
		float64(width)*cellWidth+2*margin, len(cells)*cellHeight+2*margin)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", pictureBack)
	for y, row := range cells {
		drawRow(&b, row, margin, float64(margin+y*cellHeight))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// drawRow draws runs of cells of one style: first what lies under them, then their text, each character at its place.
func drawRow(b *strings.Builder, row []Cell, x0, y float64) {
	for x := 0; x < len(row); {
		end := x
		var text strings.Builder
		for end < len(row) && row[end].Style == row[x].Style && (end == x || row[end].Width == row[x].Width || row[end].Width == 0) {
			text.WriteString(row[end].Content)
			end++
		}
		drawRun(b, row[x].Style, text.String(), x0+float64(x)*cellWidth, y, end-x)
		x = end
	}
}

func drawRun(b *strings.Builder, s Style, text string, x, y float64, cells int) {
	fg, bg := colorOf(s.Fg, pictureText), colorOf(s.Bg, pictureBack)
	if s.Reverse {
		fg, bg = bg, fg
	}
	width := float64(cells) * cellWidth
	if bg != pictureBack {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.0f" width="%.1f" height="%d" fill="%s"/>`+"\n", x, y, width+0.3, cellHeight, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	var more string
	if s.Bold {
		more += ` font-weight="bold"`
	}
	if s.Faint {
		more += ` opacity="0.65"`
	}
	if s.Italic {
		more += ` font-style="italic"`
	}
	if s.Underline {
		more += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.0f" fill="%s" textLength="%.1f" xml:space="preserve"%s>%s</text>`+"\n",
		x, y+cellHeight-4.5, fg, width, more, html.EscapeString(text))
}

const (
	pictureBack = "#14161b"
	pictureText = "#d7dae0"
)

// colorOf writes a colour as SVG does; the 16 basic ones are xterm's.
func colorOf(c Color, otherwise string) string {
	switch {
	case c == Default:
		return otherwise
	case c >= 1<<24:
		return fmt.Sprintf("#%06x", int(c)&0xffffff)
	case c < 16:
		return [...]string{
			"#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
			"#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
		}[c]
	case c < 232: // xterm's colour cube
		level := func(n Color) int { return []int{0, 95, 135, 175, 215, 255}[n] }
		n := c - 16
		return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6))
	default: // its greys
		grey := 8 + 10*int(c-232)
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
	}
}
