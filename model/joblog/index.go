package joblog

import "time"

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
	Cut    bool  // the log is longer than what is kept
	Pieces []int // of each piece, the number of its first line

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
