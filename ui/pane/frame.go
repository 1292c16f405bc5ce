package pane

import (
	"gonogo/ui/theme"
)

// Frame keeps the lines of a framed area until it is drawn again.
type Frame struct {
	kit   *Kit
	box   theme.Box
	side  string
	ends  [2]string
	lines []string
	Inner []string // what was drawn inside, to be used again
}

// NewFrame makes a frame that was never drawn.
func NewFrame(kit *Kit) *Frame { return &Frame{kit: kit} }

// Wrap frames lines that are exactly as many and as wide as the box has room for. The
// box's edges are only drawn again when they change.
func (f *Frame) Wrap(b theme.Box, content []string) []string {
	t := f.kit.Theme
	if b.Width < 2 || b.Height < 2 {
		f.box = theme.Box{}
		f.lines = t.Box(b, nil)
		return f.lines
	}
	if b != f.box {
		f.box = b
		thin := b
		thin.Height = 2
		rows := t.Box(thin, nil)
		f.ends = [2]string{rows[0], rows[1]}
		side := t.Box(theme.Box{Width: 2, Height: 3, Focused: b.Focused, Production: b.Production}, nil)[1]
		f.side = side[:len(side)/2]
	}
	f.Inner = content
	f.lines = append(f.lines[:0], f.ends[0])
	for _, line := range content {
		f.lines = append(f.lines, f.side+line+f.side)
	}
	f.lines = append(f.lines, f.ends[1])
	return f.lines
}
