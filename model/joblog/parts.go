package joblog

import (
	"slices"

	"gonogo/model"
)

// Part is what one step wrote.
type Part struct {
	Step     model.Step
	From, To int // lines; none where they are equal
}

// Parts tells which step wrote which lines. A log doesn't say so: steps are known with the second in which they began, and
// lines with their moment, so a step's lines begin with the first one of that second. Where several steps begin in one
// second the group tells them apart that a step begins with, "Run …", if there is one; else the earlier step is given all
// the lines of that second. Steps that were skipped wrote nothing.
func (x *Index) Parts(steps []model.Step) []Part {
	parts := make([]Part, 0, len(steps))
	for _, s := range slices.SortedStableFunc(slices.Values(steps), func(a, b model.Step) int { return a.Number - b.Number }) {
		parts = append(parts, Part{Step: s})
	}
	last := -1 // the newest part that has lines
	for i := range parts {
		s := &parts[i].Step
		if s.StartedAt.IsZero() || s.Conclusion == model.Skipped {
			continue
		}
		from, some := 0, true
		if last >= 0 {
			from, some = x.begin(s, parts[last].From)
		}
		if !some {
			continue
		}
		if last >= 0 {
			parts[last].To = from
		}
		parts[i].From, last = from, i
	}
	if last >= 0 {
		parts[last].To = x.Lines
	}
	return parts
}

// begin is the line that a step begins with, behind that of the one before it; false: it has none.
func (x *Index) begin(s *model.Step, before int) (int, bool) {
	second := s.StartedAt.Unix()
	lo, hi := x.since(second), x.since(second+1)
	first := -1
	for i := x.startFrom(x.since(second - 1)); i < len(x.Starts) && x.Starts[i].Line < hi; i++ {
		start := x.Starts[i]
		switch {
		case start.Line <= before:
		case start.Title == string(s.Name): // perhaps a moment before the second that GitHub tells
			return start.Line, true
		case first < 0 && start.Line >= lo:
			first = start.Line
		}
	}
	switch {
	case first >= 0:
		return first, true
	case lo > before && lo < x.Lines:
		return lo, true
	}
	return 0, false
}

// startFrom is the first of Starts at a line or behind it.
func (x *Index) startFrom(line int) int {
	i, _ := slices.BinarySearchFunc(x.Starts, line, func(s Start, line int) int { return s.Line - line })
	return i
}

// failed reports whether a step ended as a person wants to know why.
func failed(s *model.Step) bool {
	switch s.Conclusion {
	case model.Success, model.Skipped, model.Neutral, "":
		return false
	}
	return true
}

// Opening is the line at which a log is opened, and whether something went wrong there: the first error within the step
// that failed, as the runner marks it, else the first line there that looks like one, else the runner's word that the step
// failed; in a job without such a step the first error there is.
func (x *Index) Opening(parts []Part) (line int, wrong bool) {
	for i := range parts {
		p := &parts[i]
		if !failed(&p.Step) || p.From == p.To {
			continue
		}
		if line, ok := x.FirstError(p.From, p.To); ok {
			return line, true
		}
		return p.To - 1, true
	}
	if len(x.Errors) > 0 {
		if line, ok := x.FirstError(0, x.Lines); ok {
			return line, true
		}
	}
	return 0, false
}

// FirstError is the first error within some lines: one that the runner marks and that says more than that a step failed, else
// one that looks like one, else that the step failed.
func (x *Index) FirstError(from, to int) (int, bool) {
	closes := -1
	for _, line := range within(x.Errors, from, to) {
		if _, only := slices.BinarySearch(x.Closes, line); !only {
			return line, true
		}
		if closes < 0 {
			closes = line
		}
	}
	if lines := within(x.Likely, from, to); len(lines) > 0 {
		return lines[0], true
	}
	return closes, closes >= 0
}

// within is the part of a sorted list that lies in [from, to).
func within(list []int, from, to int) []int {
	a, _ := slices.BinarySearch(list, from)
	b, _ := slices.BinarySearch(list, to)
	return list[a:b]
}

// NextError is the next line behind one that is marked as an error or looks like one; before it where back is set. It is
// -1 where there is none.
func (x *Index) NextError(line int, back bool) int {
	next := -1
	for _, list := range [][]int{x.Errors, x.Likely} {
		if at := Next(list, line, back); at >= 0 && (next < 0 || (at < next) != back) {
			next = at
		}
	}
	return next
}

// Next is the first of a sorted list behind a line, or the last before it; -1 where there is none.
func Next(list []int, line int, back bool) int {
	if back {
		if i, _ := slices.BinarySearch(list, line); i > 0 {
			return list[i-1]
		}
		return -1
	}
	if i, _ := slices.BinarySearch(list, line+1); i < len(list) {
		return list[i]
	}
	return -1
}

// ErrorsIn is how many lines in [from, to) are marked as errors, and how many look like one, as far as those are known by
// place.
func (x *Index) ErrorsIn(from, to int) (marked, likely int) {
	return len(within(x.Errors, from, to)), len(within(x.Likely, from, to))
}

// IsLikely reports whether a line looks like an error.
func (x *Index) IsLikely(line int) bool {
	_, found := slices.BinarySearch(x.Likely, line)
	return found
}
