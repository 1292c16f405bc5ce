package joblog

import "slices"

// Row is one row of an outline: a line, or the title of what folds.
type Row struct {
	Line  int   // the line; of a title, the first line of what folds
	Part  *Part // set for the title of a step
	Group *Fold // set for the title of a group
	Open  bool  // of a title
	Deep  int   // how far in it stands
}

// Title reports whether the row is the title of what folds.
func (r Row) Title() bool { return r.Part != nil || r.Group != nil }

// Outline lays the lines of a log out under steps and groups that fold. It costs what the titles are, not the lines.
type Outline struct {
	index *Index
	parts []Part
	bits  []bit
	tops  []int // of each bit, how many rows stand above it
	rows  int
	steps map[int]bool // by place in parts: open
	group map[int]bool // by place in Groups: open
}

// bit is a title, or a stretch of lines that are shown or hidden together.
type bit struct {
	from, to    int
	part, group int // what it is in; -1: none
	title       bool
	mute        int // lines at its end that are never shown: the mark of a group's end
}

// NewOutline lays a log out, all folded.
func NewOutline(x *Index, parts []Part) *Outline {
	o := &Outline{index: x, parts: parts, steps: map[int]bool{}, group: map[int]bool{}}
	at, group := 0, 0
	for i := range parts {
		p := &parts[i]
		if p.From > at && p.From < p.To {
			group = o.lay(-1, at, p.From, group)
		}
		o.bits = append(o.bits, bit{from: max(p.From, at), to: max(p.From, at), part: i, group: -1, title: true})
		if p.From < p.To {
			group = o.lay(i, p.From, p.To, group)
			at = p.To
		}
	}
	o.lay(-1, at, x.Lines, group)
	o.count()
	return o
}

// lay lays out the lines of a part, and returns the first group behind them.
func (o *Outline) lay(part, from, to, group int) int {
	groups := o.index.Groups
	for ; group < len(groups) && groups[group].From < to; group++ {
		g := groups[group]
		if g.Gone && g.From < from && g.To > from { // it reaches over the end of a step
			g.From = from
		}
		if g.From < from {
			continue
		}
		if g.From > from {
			o.bits = append(o.bits, bit{from: from, to: g.From, part: part, group: -1})
		}
		end := min(g.To, to)
		o.bits = append(o.bits, bit{from: g.From, to: g.From, part: part, group: group, title: true}, bit{from: g.From + 1, to: end, part: part, group: group})
		switch body := &o.bits[len(o.bits)-1]; {
		case g.Gone:
			body.mute = body.to - body.from
		case g.Marked && end == g.To:
			body.mute = 1
		}
		from = end
		if g.Gone && g.To > to {
			break
		}
	}
	if from < to {
		o.bits = append(o.bits, bit{from: from, to: to, part: part, group: -1})
	}
	return group
}

func (o *Outline) shown(b *bit) int {
	switch {
	case b.title && b.group < 0:
		return 1
	case b.part >= 0 && !o.steps[b.part]:
		return 0
	case b.title:
		return 1
	case b.group >= 0 && !o.group[b.group]:
		return 0
	}
	return b.to - b.from - b.mute
}

func (o *Outline) count() {
	o.tops = o.tops[:0]
	rows := 0
	for i := range o.bits {
		o.tops = append(o.tops, rows)
		rows += o.shown(&o.bits[i])
	}
	o.rows = rows
}

// Rows is how many rows there are.
func (o *Outline) Rows() int { return o.rows }

// at is the bit that a row belongs to.
func (o *Outline) at(row int) int {
	i, found := slices.BinarySearch(o.tops, row)
	if !found {
		return i - 1
	}
	for i+1 < len(o.tops) && o.tops[i+1] == row { // those before it show nothing
		i++
	}
	return i
}

// Row is the n-th row.
func (o *Outline) Row(n int) Row {
	if n < 0 || n >= o.rows {
		return Row{}
	}
	i := o.at(n)
	b := &o.bits[i]
	r := Row{Line: b.from + n - o.tops[i]}
	if b.part >= 0 {
		r.Deep++
	}
	switch {
	case b.title && b.group < 0:
		r.Part, r.Open, r.Deep = &o.parts[b.part], o.steps[b.part], 0
	case b.title:
		r.Group, r.Open = &o.index.Groups[b.group], o.group[b.group] && !o.index.Groups[b.group].Gone
	case b.group >= 0:
		r.Deep++
	}
	return r
}

// Find is the row of a line, or of the title of what hides it.
func (o *Outline) Find(line int) int {
	i, found := slices.BinarySearchFunc(o.bits, line, func(b bit, line int) int {
		if b.from > line {
			return 1
		}
		if b.to > line || b.title && b.group >= 0 && b.from == line {
			return 0
		}
		return -1
	})
	if !found {
		return max(min(line, o.rows-1), 0)
	}
	b := &o.bits[i]
	switch shown := o.shown(b); {
	case b.title && shown > 0:
		return o.tops[i]
	case shown > 0:
		return o.tops[i] + min(line-b.from, shown-1)
	}
	return max(o.tops[i]-1, 0) // the title right above it
}

// Reveal opens what hides a line.
func (o *Outline) Reveal(line int) {
	for i := range o.bits {
		b := &o.bits[i]
		if line < b.from || line >= b.to {
			continue
		}
		if b.part >= 0 {
			o.steps[b.part] = true
		}
		if b.group >= 0 {
			o.group[b.group] = true
		}
		break
	}
	for i, g := range o.index.Groups { // a group's own line is its title
		if g.From == line {
			o.revealTitle(i)
		}
	}
	o.count()
}

func (o *Outline) revealTitle(group int) {
	for i := range o.bits {
		if b := &o.bits[i]; b.title && b.group == group && b.part >= 0 {
			o.steps[b.part] = true
		}
	}
}

// Turn opens what a row is the title of, or folds it; of a line, it folds what the line is in. It returns the row on which
// one then is.
func (o *Outline) Turn(n int) int {
	if n < 0 || n >= o.rows {
		return n
	}
	b := &o.bits[o.at(n)]
	switch {
	case b.group >= 0 && o.index.Groups[b.group].Gone:
		return n
	case b.group >= 0:
		o.group[b.group] = !o.group[b.group]
	case b.part >= 0:
		o.steps[b.part] = !o.steps[b.part]
	default:
		return n
	}
	if !b.title {
		for i := range o.bits {
			if t := &o.bits[i]; t.title && t.part == b.part && t.group == b.group {
				n = o.tops[i] // what stands above a title doesn't change
			}
		}
	}
	o.count()
	return n
}

// All opens everything, or folds it.
func (o *Outline) All(open bool) {
	for i := range o.parts {
		o.steps[i] = open
	}
	for i := range o.index.Groups {
		o.group[i] = open
	}
	o.count()
}

// Folds reports whether there is anything to fold.
func (o *Outline) Folds() bool { return len(o.parts) > 0 || len(o.index.Groups) > 0 }

// Shut reports whether everything is folded.
func (o *Outline) Shut() bool {
	for i := range o.parts {
		if o.steps[i] {
			return false
		}
	}
	for i := range o.index.Groups {
		if o.group[i] && len(o.parts) == 0 {
			return false
		}
	}
	return true
}

// Parts are the steps' parts.
func (o *Outline) Parts() []Part { return o.parts }
