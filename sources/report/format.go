package report

import (
	"bytes"
	"io"
)

// format is a kind of report that can be read.
type format struct {
	name string
	kind Kind
	// is recognises the format by the beginning of a report, its byte order mark, blank lines and what else may stand
	// before its first word left out.
	is func(head []byte) bool
	// One of both reads the report and tells the sink.
	coverage func(r io.Reader, sink coverageSink) error
	tests    func(r io.Reader, sink testSink) error
}

// headSize is how much of a report is looked at to recognise it.
const headSize = 1024

// formats are what can be read, in the order in which they are tried. A report is recognised by its content alone: its
// name says little (coverage.out, lcov.info, report.xml, c.txt).
func formats() []format {
	return []format{
		{name: "lcov", kind: Coverage, is: isLCOV, coverage: readLCOV},
		{name: "go", kind: Coverage, is: isGo, coverage: readGo},
		{name: "cobertura", kind: Coverage, is: isCobertura, coverage: readCobertura},
		{name: "jacoco", kind: Coverage, is: isJaCoCo, coverage: readJaCoCo},
		{name: "junit", kind: Tests, is: isJUnit, tests: readJUnit},
	}
}

// recognise is the format that begins like this, or none.
func recognise(head []byte) (format, bool) {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	head = bytes.TrimLeft(head, " \t\r\n")
	for _, f := range formats() {
		if f.is(head) {
			return f, true
		}
	}
	return format{}, false
}
