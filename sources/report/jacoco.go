package report

import (
	"fmt"
	"io"
	"path"
)

// jacoco reads JaCoCo's XML report (report.dtd, "-//JACOCO//DTD Report 1.2//EN": report and group hold groups or
// packages; a package holds classes, which have counters only, and source files, which have lines).
type jacoco struct {
	x        *xmlScanner
	sink     coverageSink
	lines    int
	counters bool // something could be covered, as counters tell
}

// readJaCoCo tells a sink what a JaCoCo report holds. Lines come from the source files alone: the counters of classes,
// packages and groups count the same again.
func readJaCoCo(r io.Reader, sink coverageSink) error {
	j := jacoco{x: newXMLScanner(r), sink: sink}
	j.x.tells(sink)
	err := j.x.document(j.x.is("report"), func(name string) error { return j.group(name, "") })
	if err == nil && j.lines == 0 && j.counters {
		return &Problem{Why: "it has counters but no source lines: the classes were compiled without debug information, or the report was made without line coverage"}
	}
	return err
}

// group reads a child of the report or of a group. A group is a module of an aggregate report, and its name is often the
// module's folder.
func (j *jacoco) group(name, root string) error {
	switch name {
	case "group":
		root = path.Join(root, bounded(j.x.attr("name"), xmlMaxText))
		if len(root) > xmlMaxText {
			root = ""
		}
		return j.x.children(func(name string) error { return j.group(name, root) })
	case "package":
		pkg := bounded(j.x.attr("name"), xmlMaxText)
		return j.x.children(func(name string) error {
			if name != "sourcefile" {
				return j.x.skip()
			}
			return j.sourceFile(root, pkg)
		})
	case "counter":
		return j.counter()
	}
	return j.x.skip() // sessioninfo
}

func (j *jacoco) counter() error {
	for _, name := range []string{"missed", "covered"} {
		if n, ok := count(j.x.attr(name)); ok && n > 0 {
			j.counters = true
		}
	}
	return j.x.skip()
}

// sourceFile reads a source file, whose name lacks its package's folder.
func (j *jacoco) sourceFile(root, pkg string) error {
	name := bounded(j.x.attr("name"), xmlMaxText)
	if name == "" {
		j.sink.flaw(j.x.line(), true, "a sourcefile has no name")
		return j.x.skip()
	}
	if pkg != "" {
		name = pkg + "/" + name
	}
	if err := j.sink.file(name, root, pkg); err != nil {
		return err
	}
	return j.x.children(func(name string) error {
		if name == elementLine {
			return j.line()
		}
		return j.counter()
	})
}

// line reads a line: missed and covered instructions and branches, 0 where they are left out (report.dtd). A line was
// run where any of its instructions was.
func (j *jacoco) line() error {
	var n, mi, ci, mb, cb int64
	nr := false
	for _, a := range j.x.attrs {
		var into *int64
		switch string(a.name) {
		case "nr":
			into, nr = &n, true
		case "mi":
			into = &mi
		case "ci":
			into = &ci
		case "mb":
			into = &mb
		case "cb":
			into = &cb
		default:
			continue
		}
		value, ok := count(a.value)
		if !ok {
			j.sink.flaw(j.x.line(), true, fmt.Sprintf("a line has %s=%q", a.name, clip(a.value)))
			return j.x.skip()
		}
		*into = value
	}
	switch {
	case !nr:
		j.sink.flaw(j.x.line(), true, "a line has no number")
	case n > maxLineNumber || mb > maxLineNumber || cb > maxLineNumber:
		j.sink.flaw(j.x.line(), true, fmt.Sprintf("a line has the number %d and %d branches", n, max(mb, cb)))
	case n > 0 && (mi > 0 || ci > 0):
		j.lines++
		if err := j.sink.line(int(n), ci); err != nil {
			return err
		}
		if mb+cb > 0 {
			if err := j.sink.branches(int(n), int(cb), int(mb+cb)); err != nil {
				return err
			}
		}
	}
	return j.x.skip()
}
