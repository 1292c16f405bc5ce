package terminal

import (
	"fmt"
	"strings"
	"time"
)

// Frame is a screen that a recording shows for a while.
type Frame struct {
	Cells [][]Cell
	For   time.Duration
}

// Recording draws screens one after the other as one SVG that moves, again and again, for READMEs: no script is in it.
func Recording(frames []Frame) string {
	total := time.Duration(0)
	width, height := 0, 0
	for _, f := range frames {
		total += f.For
		height = max(height, len(f.Cells))
		for _, row := range f.Cells {
			width = max(width, len(row))
		}
	}
	const margin = 12
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">`+"\n",
		float64(width)*cellWidth+2*margin, height*cellHeight+2*margin)
	b.WriteString("<style>\ng { visibility: hidden; animation-iteration-count: infinite; animation-timing-function: step-end; animation-duration: ")
	fmt.Fprintf(&b, "%.1fs }\n", total.Seconds())
	at := time.Duration(0)
	percent := func(d time.Duration) float64 { return 100 * float64(d) / float64(max(total, 1)) }
	for i, f := range frames {
		fmt.Fprintf(&b, "@keyframes f%d { 0%% { visibility: hidden } %.3f%% { visibility: visible } %.3f%% { visibility: hidden } }\n", i, percent(at), percent(at+f.For))
		fmt.Fprintf(&b, "#f%d { animation-name: f%d }\n", i, i)
		at += f.For
	}
	b.WriteString("</style>\n")
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", pictureBack)
	for i, f := range frames {
		fmt.Fprintf(&b, "<g id=\"f%d\">\n", i)
		for y, row := range f.Cells {
			drawRow(&b, row, margin, float64(margin+y*cellHeight))
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}
