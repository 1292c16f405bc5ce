package theme

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Box is a frame with a title. Three things tell it apart without colour: a pane
// has thin lines, the one with the focus thick ones, a production environment
// double ones and the word PRODUCTION.
type Box struct {
	Title      string // at the left of the upper edge; may be styled
	Note       string // at the right of the upper edge; may be styled
	Foot       string // at the right of the lower edge; may be styled
	Width      int    // cells, edges included
	Height     int    // rows, edges included
	Focused    bool
	Production bool
}

// Inner is the room inside the edges.
func (b Box) Inner() (width, height int) { return max(b.Width-2, 0), max(b.Height-2, 0) }

// edges are the pieces of a frame.
func (t Theme) edges(b Box) lipgloss.Border {
	switch {
	case t.ASCII && b.Production:
		return lipgloss.Border{Top: "=", Left: "#", TopLeft: "#", TopRight: "#", BottomLeft: "#", BottomRight: "#"}
	case t.ASCII && b.Focused:
		return lipgloss.Border{Top: "=", Left: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+"}
	case t.ASCII:
		return lipgloss.ASCIIBorder()
	case b.Production:
		return lipgloss.DoubleBorder()
	case b.Focused:
		return lipgloss.ThickBorder()
	}
	return lipgloss.RoundedBorder()
}

// Production is the word that marks a production environment, besides its frame.
const Production = "PRODUCTION"

// Box draws a frame around lines: Height rows, each exactly Width cells wide. Lines
// that don't fit are cut, missing ones are blank.
func (t Theme) Box(b Box, lines []string) []string {
	if b.Width < 2 || b.Height < 2 {
		blank := make([]string, max(b.Height, 0))
		for i := range blank {
			blank[i] = blanks(b.Width)
		}
		return blank
	}
	e, edge := t.edges(b), t.Border
	switch {
	case b.Production:
		edge = t.Produce
	case b.Focused:
		edge = t.Focus
	}
	title := b.Title
	if b.Production {
		title = strings.TrimRight(t.Produce.Render(Production)+" "+title, " ")
	}
	width, height := b.Inner()
	down := edge.Render(e.Left)
	rows := make([]string, 0, b.Height)
	rows = append(rows, t.edgeRow(edge, e.TopLeft, e.Top, e.TopRight, title, b.Note, b.Width))
	for i := range height {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		rows = append(rows, down+t.Fit(line, width)+down)
	}
	return append(rows, t.edgeRow(edge, e.BottomLeft, e.Top, e.BottomRight, "", b.Foot, b.Width))
}

// edgeRow draws the upper or lower edge with a text at either end. The right one
// gives way first.
func (t Theme) edgeRow(edge Style, first, across, last, left, right string, width int) string {
	room := width - 2 // between the corners
	var b strings.Builder
	head, tail := "", ""
	if left != "" && room >= 5 {
		left = t.shorten(left, room-4)
		head = edge.Render(across) + " " + left + " "
		room -= 3 + Width(left)
	}
	if right != "" && room >= 3+Width(right) {
		tail = " " + right + " " + edge.Render(across)
		room -= 3 + Width(right)
	}
	b.WriteString(edge.Render(first))
	b.WriteString(head)
	b.WriteString(edge.Render(strings.Repeat(across, max(room, 0))))
	b.WriteString(tail)
	b.WriteString(edge.Render(last))
	return b.String()
}

// shorten cuts a line that is longer than width and leaves others alone.
func (t Theme) shorten(line string, width int) string {
	if Width(line) <= width {
		return line
	}
	return t.Fit(line, width)
}

// Bar draws how far something has come: a share from 0 to 1 in width cells.
func (t Theme) Bar(share float64, width int) string {
	full, empty := "━", "─"
	if t.ASCII {
		full, empty = "=", "-"
	}
	n := int(min(max(share, 0), 1)*float64(width) + 0.5)
	return t.Active.Render(strings.Repeat(full, n)) + t.Border.Render(strings.Repeat(empty, max(width-n, 0)))
}
