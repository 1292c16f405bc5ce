package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// coberturaMethodLines bounds how many lines of methods are kept until a class's own are met.
const coberturaMethodLines = 100_000

// cobertura reads a report by Cobertura's DTD (coverage-04.dtd: coverage (sources?, packages); a class has methods and
// lines), as Cobertura, coverage.py, gcovr, istanbul, cargo-llvm-cov (by lcov2cobertura) and coverlet write it.
type cobertura struct {
	x    *xmlScanner
	sink coverageSink
	root string
	pkg  string
	// methods are the lines of the methods of a class. They are told only where the class has no lines of its own: most
	// tools repeat them there, and Cobertura's own reports always do.
	methods []coberturaLine
	more    bool // the class's methods have more lines than are kept
}

// coberturaLine is a line element. total is 0 where the line has no branches, or nobody says how many.
type coberturaLine struct {
	number       int
	hits         int64
	taken, total int
}

// readCobertura tells a sink what a Cobertura report holds.
func readCobertura(r io.Reader, sink coverageSink) error {
	c := cobertura{x: newXMLScanner(r), sink: sink}
	c.x.tells(sink)
	return c.x.document(c.x.is("coverage"), func(name string) error {
		switch name {
		case "sources":
			return c.sources()
		case "packages":
			return c.x.children(func(name string) error {
				if name != "package" {
					return c.x.skip()
				}
				return c.inPackage()
			})
		case "project":
			return c.x.fail("it is a Clover report, which isn't read; Cobertura, JaCoCo, LCOV and Go cover profiles are")
		}
		return c.x.skip()
	})
}

// sources reads the roots that the file names may be relative to. Which of several belongs to a file isn't said
// (coverage.py writes one for each of its `source` settings), so only a single one is told.
func (c *cobertura) sources() error {
	n := 0
	err := c.x.children(func(name string) error {
		if name != "source" {
			return c.x.skip()
		}
		text, err := c.x.read(xmlMaxText)
		n++
		c.root = strings.TrimSpace(text)
		return err
	})
	if n > 1 {
		c.root = ""
	}
	return err
}

func (c *cobertura) inPackage() error {
	c.pkg = bounded(c.x.attr("name"), xmlMaxText)
	return c.x.children(func(name string) error {
		if name != "classes" {
			return c.x.skip()
		}
		return c.x.children(func(name string) error {
			if name != "class" {
				return c.x.skip()
			}
			return c.class()
		})
	})
}

// class reads a class. Several may be of one file: a Java file's inner classes are.
func (c *cobertura) class() error {
	path := bounded(c.x.attr("filename"), xmlMaxText)
	if path == "" {
		c.sink.flaw(c.x.line(), true, "a class has no filename")
		return c.x.skip()
	}
	if err := c.sink.file(path, c.root, c.pkg); err != nil {
		return err
	}
	c.methods, c.more = c.methods[:0], false
	own := false
	tell := func(l coberturaLine) error {
		own = true
		return c.tell(l)
	}
	err := c.x.children(func(name string) error {
		switch name {
		case "lines":
			return c.lines(tell)
		case "methods":
			return c.x.children(func(name string) error {
				if name != "method" {
					return c.x.skip()
				}
				return c.x.children(func(name string) error {
					if name != "lines" {
						return c.x.skip()
					}
					return c.lines(nil)
				})
			})
		}
		return c.x.skip()
	})
	if err != nil || own {
		return err
	}
	if c.more {
		c.sink.flaw(c.x.line(), true, fmt.Sprintf("the methods of a class have more than %d lines; the others were left out", coberturaMethodLines))
	}
	for _, l := range c.methods {
		if err := c.tell(l); err != nil {
			return err
		}
	}
	return nil
}

func (c *cobertura) tell(l coberturaLine) error {
	if err := c.sink.line(l.number, l.hits); err != nil || l.total == 0 {
		return err
	}
	return c.sink.branches(l.number, l.taken, l.total)
}

// lines reads the line elements of a lines element and tells them, or keeps them as those of methods.
func (c *cobertura) lines(told func(coberturaLine) error) error {
	return c.x.children(func(name string) error {
		if name != elementLine {
			return c.x.skip()
		}
		l, why, err := c.line()
		switch {
		case err != nil:
			return err
		case why != "":
			c.sink.flaw(c.x.line(), true, why)
			return nil
		case l.number == 0: // the tools' own, of code that has no line
			return nil
		}
		if told == nil {
			c.keep(l)
			return nil
		}
		return told(l)
	})
}

func (c *cobertura) keep(l coberturaLine) {
	if c.more = len(c.methods) == coberturaMethodLines; !c.more {
		c.methods = append(c.methods, l)
	}
}

// line reads a line element; why says what is wrong with it.
func (c *cobertura) line() (l coberturaLine, why string, err error) {
	branch, number, hits := false, false, false
	var coverage [64]byte
	known := coverage[:0]
	for _, a := range c.x.attrs {
		switch string(a.name) {
		case "number":
			n, ok := count(a.value)
			if !ok || n > maxLineNumber {
				why = fmt.Sprintf("a line has the number %q", clip(a.value))
			}
			l.number, number = int(n), true
		case "hits":
			n, ok := count(a.value)
			if !ok {
				why = fmt.Sprintf("a line has %q hits", clip(a.value))
			}
			l.hits, hits = n, true
		case "branch":
			branch = bytes.EqualFold(a.value, []byte("true")) // coverlet writes True
		case "condition-coverage":
			known = append(coverage[:0], a.value[:min(len(a.value), len(coverage))]...)
		}
	}
	switch {
	case why != "":
	case !number:
		why = "a line has no number"
	case !hits:
		why = fmt.Sprintf("line %d of the source has no hits", l.number)
	}
	if why != "" || !branch {
		return l, why, c.x.skip()
	}
	var ok bool
	if l.taken, l.total, ok = fraction(known); ok {
		return l, "", c.x.skip()
	}
	l.taken, l.total, err = c.conditions()
	return l, "", err
}

// conditions counts branches where the line itself doesn't: a condition of type jump has two (Cobertura's
// JumpHolder). How many a switch has isn't said, so such a line counts none.
func (c *cobertura) conditions() (taken, total int, err error) {
	unclear := false
	err = c.x.children(func(name string) error {
		if name != "conditions" {
			return c.x.skip()
		}
		return c.x.children(func(name string) error {
			if name == "condition" {
				var percent int
				if _, err := fmt.Sscanf(bounded(c.x.attr("coverage"), 16), "%d%%", &percent); err != nil || string(c.x.attr("type")) != "jump" || percent < 0 || percent > 100 {
					unclear = true
				}
				taken += percent * 2 / 100
				total += 2
			}
			return c.x.skip()
		})
	})
	if unclear {
		return 0, 0, err
	}
	return taken, total, err
}

// fraction reads the count in "50% (1/2)". The percentage alone says nothing of how many there are.
func fraction(b []byte) (taken, total int, ok bool) {
	open, slash, end := bytes.IndexByte(b, '('), bytes.IndexByte(b, '/'), bytes.IndexByte(b, ')')
	if open < 0 || slash < open || end < slash {
		return 0, 0, false
	}
	t, ok1 := count(bytes.TrimSpace(b[open+1 : slash]))
	n, ok2 := count(bytes.TrimSpace(b[slash+1 : end]))
	if !ok1 || !ok2 || t > maxLineNumber || n > maxLineNumber {
		return 0, 0, false
	}
	return int(t), int(n), true
}
