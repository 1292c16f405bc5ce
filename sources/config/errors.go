package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"gonogo/model"
)

// maxErrors bounds how many errors of one file are kept: enough for a person, not for a file made to fill the screen.
const maxErrors = 100

// Error is one thing that is wrong with a file, and where.
type Error struct {
	File       string
	Line       int        // from 1; 0: the file as a whole
	Column     int        // from 1, in characters
	Text       model.Text // the line itself, cut around the column where it is long
	Caret      int        // cells before the caret under Text
	Message    string     // what is wrong, safe to draw
	Suggestion string     // what was probably meant, or what to do; may be empty
}

// Error is the place, the message and the suggestion in one line, then the line itself with a caret under it.
func (e Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": " + e.Message)
	if e.Suggestion != "" {
		b.WriteString("; " + e.Suggestion)
	}
	if e.Line > 0 {
		number := fmt.Sprint(e.Line)
		fmt.Fprintf(&b, "\n  %s | %s\n  %s | %s^", number, e.Text, strings.Repeat(" ", len(number)), strings.Repeat(" ", e.Caret))
	}
	return b.String()
}

// Errors is everything that is wrong with a file, in the order of the lines.
type Errors []Error

// Error is all of them, each on lines of its own.
func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, "\n")
}

// report collects the errors of one file.
type report struct {
	file   string
	lines  []string // of the file, without line ends
	errors []Error
	seen   map[string]bool
	more   int
}

func newReport(file string, data []byte) *report {
	return &report{file: string(model.Clean(file)), lines: strings.Split(string(data), "\n"), seen: map[string]bool{}}
}

// add notes an error once: what stands in defaults is read again for every service.
func (r *report) add(line, column int, message, suggestion string) {
	key := fmt.Sprint(line, ":", column, ":", message)
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	if len(r.errors) == maxErrors {
		r.more++
		return
	}
	e := Error{
		File: r.file, Line: line, Column: column,
		Message: string(model.Clean(message)), Suggestion: string(model.CleanLines(suggestion)),
	}
	if line > 0 && line <= len(r.lines) {
		e.Text, e.Caret = excerpt(r.lines[line-1], column)
	}
	r.errors = append(r.errors, e)
}

// result is nil, or every error in the order of the lines.
func (r *report) result() error {
	if len(r.errors) == 0 {
		return nil
	}
	slices.SortStableFunc(r.errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if r.more > 0 {
		r.errors = append(r.errors, Error{File: r.file, Message: fmt.Sprintf("and %d more errors", r.more)})
	}
	return Errors(r.errors)
}

// excerpt cleans a line for the screen and says how many cells lie before the column. Of a long line it keeps what
// surrounds the column.
func excerpt(line string, column int) (model.Text, int) {
	const before, after = 60, 60
	runes := []rune(strings.TrimSuffix(line, "\r"))
	at := min(max(column-1, 0), len(runes))
	from, to := 0, len(runes)
	head, tail := "", ""
	if at > before && len(runes) > before+after {
		from, head = at-before, "…"
	}
	if to-at > after && len(runes) > before+after {
		to, tail = at+after, "…"
	}
	left := head + string(model.Clean(string(runes[from:at])))
	text := left + string(model.Clean(string(runes[at:to]))) + tail
	return model.Text(text), runewidth.StringWidth(left)
}

// nearest is the known name that was most likely meant by one that isn't known, or "".
func nearest(name string, known []string) string {
	best, bestDistance := "", max(len(name)/3, 1)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k), bestDistance); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best != "" {
		return best
	}
	for _, k := range known { // soak_time for soak, min for minimum
		if len(name) >= 3 && strings.HasPrefix(k, name) || len(k) >= 3 && strings.HasPrefix(name, k) {
			return k
		}
	}
	return ""
}

// distance counts the letters to insert, delete, replace or swap with their neighbour (optimal string alignment). Names
// whose lengths alone differ by limit or more are not looked at.
func distance(a, b string, limit int) int {
	if len(a) > 64 || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var older, last, row []int
	last = make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row = make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, last = last, row
	}
	return last[len(b)]
}

// meant is the suggestion for one of a few names that are listed already.
func meant(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// didYouMean is the suggestion for a name that isn't known: the nearest one, else all of them.
func didYouMean(name string, known []string) string {
	if near := meant(name, known); near != "" {
		return near
	}
	if len(known) == 0 || len(known) > 24 {
		return ""
	}
	return "there are " + strings.Join(known, ", ")
}
