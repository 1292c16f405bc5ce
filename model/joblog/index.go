package joblog

import (
	"slices"
	"time"
)

// Bounds of an index, so that it stays small whatever a log holds. What is beyond them is counted where it counts, and is
// seen and searched like everything else; it only can't be folded, or jumped to.
const (
	maxGroups = 4000
	maxMarks  = 20_000
	maxStarts = 4000
	maxTimes  = 100_000
	maxTitle  = 160 // characters
)

// Index is what is known of a whole log. Lines are counted from 0.
type Index struct {
	Lines  int
	Bytes  int64 // of the log as it came, what was cut included as far as it is known
	Cut    bool  // the log is longer than what was read: its end is missing
	Pieces []int // of each piece, the number of its first line
	Gone   Gap   // what is missing in the middle

	Groups []Fold
	Errors []int // lines that the runner marks as errors
	Closes []int // those of them that only say that a step failed
	Likely []int // lines that look like an error
	// How many there are, where the lists above are cut.
	ErrorCount, LikelyCount, WarningCount int

	Starts []Start // lines that a step may begin with
	Times  []Time  // the first line of each second
}

// Fold is a group: the line of its title, and the lines up to To, the end's mark included.
type Fold struct {
	From, To int
	Title    string // clean
	Marked   bool   // its last line is nothing but the mark of its end
	Gone     bool   // its lines are missing; it can't be opened
}

// Gap is a stretch of a log that isn't kept.
type Gap struct {
	From, To    int // lines
	First, Past int // pieces
}

// Lose says that the pieces from first on, up to past, are not kept. What is known of their lines by place goes with them.
func (x *Index) Lose(first, past int) {
	if first >= past {
		return
	}
	g := Gap{From: x.Pieces[first], To: x.Lines, First: first, Past: past}
	if past < len(x.Pieces) {
		g.To = x.Pieces[past]
	}
	x.Gone = g
	in := func(line int) bool { return line >= g.From && line < g.To }
	for _, list := range []*[]int{&x.Errors, &x.Closes, &x.Likely} {
		*list = slices.DeleteFunc(*list, in)
	}
	x.Starts = slices.DeleteFunc(x.Starts, func(s Start) bool { return in(s.Line) })
	x.Groups = slices.DeleteFunc(x.Groups, func(f Fold) bool { return in(f.From) })
	at := len(x.Groups)
	for i := range x.Groups {
		f := &x.Groups[i]
		if f.From < g.From && f.To > g.From { // its end, or what lies behind the gap, stands for itself
			f.To, f.Marked = g.From, false
		}
		if f.From >= g.To {
			at = min(at, i)
		}
	}
	x.Groups = slices.Insert(x.Groups, at, Fold{From: g.From, To: g.To, Gone: true})
}

// Start is a line with which a runner begins a step.
type Start struct {
	Line  int
	Title string // of the group, "Run …"; clean
}

// Time says that the lines from one on were written in a second or later.
type Time struct {
	Line   int
	Second int64 // since 1970
}

// PieceOf is the piece that holds a line.
func (x *Index) PieceOf(line int) int {
	at, end := 0, len(x.Pieces)
	for end-at > 1 {
		if mid := (at + end) / 2; x.Pieces[mid] <= line {
			at = mid
		} else {
			end = mid
		}
	}
	return at
}

// since is the first line that was written in a second or later.
func (x *Index) since(second int64) int {
	at, end := 0, len(x.Times)
	for at < end {
		if mid := (at + end) / 2; x.Times[mid].Second < second {
			at = mid + 1
		} else {
			end = mid
		}
	}
	if at == len(x.Times) {
		return x.Lines
	}
	return x.Times[at].Line
}

// Span is the time between the log's first line and its last.
func (x *Index) Span() (from, to time.Time) {
	if len(x.Times) == 0 {
		return time.Time{}, time.Time{}
	}
	return time.Unix(x.Times[0].Second, 0).UTC(), time.Unix(x.Times[len(x.Times)-1].Second, 0).UTC()
}

// Valid reports whether an index can be what a log consists of: every line and piece that it names lies within it, and
// its lists rise. One that was kept and is damaged must not be walked.
func (x *Index) Valid() bool {
	if x.Lines < 0 || x.ErrorCount < 0 || x.LikelyCount < 0 || x.WarningCount < 0 || x.Lines > 0 && len(x.Pieces) == 0 {
		return false
	}
	for _, list := range [][]int{x.Pieces, x.Errors, x.Closes, x.Likely} {
		if !x.rising(list) {
			return false
		}
	}
	last := -1
	for _, g := range x.Groups {
		if g.From <= last || g.To < g.From || g.To > x.Lines {
			return false
		}
		last = g.From
	}
	g := x.Gone
	if g != (Gap{}) && (g.From < 0 || g.To < g.From || g.To > x.Lines || g.First < 0 || g.Past < g.First || g.Past > len(x.Pieces)) {
		return false
	}
	inside := func(line int) bool { return line >= 0 && line < max(x.Lines, 1) }
	return !slices.ContainsFunc(x.Starts, func(s Start) bool { return !inside(s.Line) }) &&
		!slices.ContainsFunc(x.Times, func(t Time) bool { return !inside(t.Line) })
}

// rising reports whether a list of lines rises and lies within the log.
func (x *Index) rising(lines []int) bool {
	for i, line := range lines {
		if line < 0 || line > x.Lines || i > 0 && line < lines[i-1] {
			return false
		}
	}
	return true
}
