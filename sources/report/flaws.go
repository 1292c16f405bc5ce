package report

import (
	"fmt"

	"gonogo/model"
)

// flaws are what is wrong with one report, the first of them.
type flaws struct {
	kind  Kind
	file  string
	limit int
	where func() int // the line being read, if a parser tells
	found []Problem
	more  int  // not kept
	lost  bool // one that was not kept lost something
}

// placed is a sink that wants to know which line is being read, to give the place of what it finds wrong itself.
type placed interface{ at(where func() int) }

func (f *flaws) flaw(line int, lost bool, why string) {
	if line == 0 && f.where != nil {
		line = f.where()
	}
	if len(f.found) >= f.limit {
		f.more++
		f.lost = f.lost || lost
		return
	}
	f.found = append(f.found, Problem{Kind: f.kind, File: f.file, Line: line, Why: string(model.Clean(why)), Lost: lost})
}

// all are the flaws kept, and how many there are besides.
func (f *flaws) all() []Problem {
	if f.more == 0 {
		return f.found
	}
	return append(f.found, Problem{Kind: f.kind, File: f.file, Why: fmt.Sprintf("and %d flaws more", f.more), Lost: f.lost})
}
