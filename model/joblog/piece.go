package joblog

import (
	"strings"
)

// Piece is a stretch of a log's lines.
type Piece struct {
	First int // number of its first line
	text  string
	ends  []int32 // where each line ends
}

// NewPiece takes a piece as a Builder handed it on.
func NewPiece(first int, text string) *Piece {
	p := &Piece{First: first, text: text, ends: make([]int32, 0, strings.Count(text, "\n"))}
	for at := 0; at < len(text); {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			n = len(text) - at
		}
		p.ends = append(p.ends, int32(at+n))
		at += n + 1
	}
	return p
}

// Lines is how many lines it has.
func (p *Piece) Lines() int { return len(p.ends) }

// Has reports whether it holds a line of the log.
func (p *Piece) Has(line int) bool { return line >= p.First && line < p.First+len(p.ends) }

// Line is a line of the log; the empty one where it isn't in this piece.
func (p *Piece) Line(line int) Line {
	if !p.Has(line) {
		return Line{}
	}
	return parse(p.raw(line - p.First))
}

func (p *Piece) raw(i int) string { return p.text[p.from(i):p.ends[i]] }

func (p *Piece) from(i int) int {
	if i == 0 {
		return 0
	}
	return int(p.ends[i-1]) + 1
}

// Query is what is searched for. Capital letters only count where the query has some.
type Query struct {
	text  string
	exact bool
}

// NewQuery takes what a person typed.
func NewQuery(text string) Query {
	return Query{text: text, exact: strings.ToLower(text) != text}
}

// Zero reports whether nothing is searched for.
func (q Query) Zero() bool { return q.text == "" }

// String is what the person typed.
func (q Query) String() string { return q.text }

// Find is where a text has what is searched for first, from a byte on; -1, 0: nowhere.
func (q Query) Find(text string, from int) (at, length int) {
	if q.Zero() || from > len(text) {
		return -1, 0
	}
	in := text[from:]
	if !q.exact {
		folded := strings.ToLower(in)
		if len(folded) != len(in) { // a few letters are longer or shorter when they are small
			folded = in
		}
		in = folded
	}
	if at = strings.Index(in, q.text); at < 0 {
		return -1, 0
	}
	return from + at, len(q.text)
}

// Search lists the lines that have what is searched for, without the moments and the colours.
func (p *Piece) Search(q Query) []int {
	if q.Zero() {
		return nil
	}
	text := p.text
	if !q.exact {
		text = strings.ToLower(text)
	}
	if len(text) != len(p.text) || strings.IndexByte(p.text, '\x1b') >= 0 {
		return p.searchLines(q)
	}
	var found []int
	line := 0
	for at := 0; at < len(text); {
		n := strings.Index(text[at:], q.text)
		if n < 0 {
			break
		}
		at += n
		for int(p.ends[line]) < at {
			line++
		}
		if from := p.from(line); at < from+stampWidth { // perhaps in its moment
			if _, width := moment(p.raw(line)); at < from+width {
				at = from + width
				continue
			}
		}
		found = append(found, p.First+line)
		at = int(p.ends[line]) + 1
	}
	return found
}

// searchLines is Search where what is seen isn't what is stored.
func (p *Piece) searchLines(q Query) []int {
	var found []int
	for i := range p.ends {
		raw := p.raw(i)
		_, n := moment(raw)
		if at, _ := q.Find(stripped(raw[n:]), 0); at >= 0 {
			found = append(found, p.First+i)
		}
	}
	return found
}
