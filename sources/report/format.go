package report

import (
	"bytes"
	"encoding/binary"
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

// headSize is how much of a report is looked at to recognise it: a licence may stand before the first element.
const headSize = 4096

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

// recognise is the format of the report that begins with this head, and the report without its byte order mark.
func recognise(head []byte, in io.Reader) (format, io.Reader, bool) {
	mark := 0
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		mark = 3
	}
	text := bytes.TrimLeft(head[mark:], " \t\r\n")
	for _, f := range formats() {
		if f.is(text) {
			return f, &skipping{r: in, skip: mark}, true
		}
	}
	// PowerShell's > writes UTF-16; of XML the scanner takes care itself.
	if order := byteOrder(head); order != nil {
		text, _ := io.ReadAll(decoded(bytes.NewReader(head), order)) // memory does not fail
		for _, f := range formats() {
			if f.is(bytes.TrimLeft(text, " \t\r\n")) {
				return f, decoded(in, order), true
			}
		}
	}
	return format{}, in, false
}

// byteOrder is that of a text in UTF-16 that begins with its byte order mark; nil for any other.
func byteOrder(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	return nil
}

// decoded is a text in UTF-16 as UTF-8, without its byte order mark.
func decoded(in io.Reader, order binary.ByteOrder) io.Reader {
	u := &utf16Reader{order: order}
	u.from(&skipping{r: in, skip: 2})
	return u
}

// skipping leaves out the first bytes.
type skipping struct {
	r    io.Reader
	skip int
}

func (s *skipping) Read(p []byte) (int, error) {
	for s.skip > 0 {
		n, err := s.r.Read(p[:min(len(p), s.skip)])
		if s.skip -= n; err != nil {
			return 0, err
		}
	}
	return s.r.Read(p)
}
