package report

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// stream is a report that is made while it is read: a head, and then one file after another, each as long as the others,
// with its number in its name. Nothing of it is ever held.
type stream struct {
	head, file []byte
	numbers    []int // where the six digits of the file's number go
	repeat     int   // numbers begin anew after so many files; 0: never
	size       int64
	peak       uint64 // of the heap, in bytes, seen while the report was read
	sampled    int64
}

func newStream(size int64, head, file string, repeat int) *stream {
	s := &stream{head: []byte(head), file: []byte(file), repeat: repeat, size: size}
	for at := 0; ; {
		i := strings.Index(file[at:], "000000")
		if i < 0 {
			return s
		}
		s.numbers = append(s.numbers, at+i)
		at += i + 6
	}
}

// ReadAt fills p with what stands at a place.
func (s *stream) ReadAt(p []byte, off int64) (n int, err error) {
	if off >= s.sampled {
		s.sample()
		s.sampled = off + 4<<20
	}
	for n < len(p) && off < s.size {
		from, number := s.head, -1
		at := off
		if at >= int64(len(s.head)) {
			at -= int64(len(s.head))
			number = int(at / int64(len(s.file)))
			at %= int64(len(s.file))
			from = s.file
		}
		here := copy(p[n:], from[at:])
		if number >= 0 {
			s.number(p[n:n+here], int(at), number)
		}
		n += here
		off += int64(here)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// number writes a file's number into a piece of it that begins at a place.
func (s *stream) number(piece []byte, at, number int) {
	if s.repeat > 0 {
		number %= s.repeat
	}
	digits := fmt.Sprintf("%06d", number)
	for _, where := range s.numbers {
		for i := range 6 {
			if k := where + i - at; k >= 0 && k < len(piece) {
				piece[k] = digits[i]
			}
		}
	}
}

func (s *stream) sample() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.peak = max(s.peak, m.HeapAlloc)
}

const mebibyte = 1 << 20

// A report of 500 MB is read in 64 MiB, whatever it says.
func TestLargeReportsTakeLittleMemory(t *testing.T) {
	branches := func() string {
		var s strings.Builder
		s.WriteString("SF:src/000000.c\n")
		for l := 1; l <= 500; l++ {
			fmt.Fprintf(&s, "BRDA:%d,0,a%d > b,1\n", l, l)
		}
		return s.String() + "end_of_record\n"
	}
	for _, test := range []struct {
		name       string
		size       int64
		head, file string
		repeat     int
		lines      int
		problem    string // the first one
		tests      bool
	}{
		{name: "LCOV", size: 500e6, file: lcovFile("pay000000"), lines: 500},
		{name: "LCOV of many tests of the same files", size: 50e6, file: lcovFile("pay000000"), repeat: 100, lines: 500},
		{name: "Go, of many packages (-coverpkg)", size: 250e6, head: "mode: set\n", file: goFile("pay000000"), repeat: 2000, lines: 480},
		{name: "Go, of more statements than are kept", size: 240e6, head: "mode: set\n", file: goFile("pay000000"), lines: 480, problem: "more than fits in 27 MiB; the rest was left out"},
		{name: "only branches", size: 100e6, file: branches(), problem: "more than fits in 27 MiB; the rest was left out"},
		{name: "only files", size: 50e6, file: "SF:src/000000.c\nDA:1,1\nend_of_record\n", problem: "more than 100000 files; the others were left out"},
		{name: "lines far apart", size: 50e6, file: "SF:src/000000.c\nDA:1,1\nDA:3999999,1\nend_of_record\n", problem: "more than fits in 27 MiB; the rest was left out"},
		{name: "lines far apart in few files", size: 20e6, file: "SF:src/000000.c\nDA:1,1\nDA:3999999,1\nend_of_record\n", repeat: 5},
		{name: "suites in suites, each with failures", size: 100e6, file: failing(), problem: "the report ends inside <testsuite>", tests: true},
		{name: "one line without end", size: 100e6, head: "SF:", file: strings.Repeat("x", 1000), problem: "the path of a file is longer than 4096 bytes: " + strings.Repeat("x", 60) + "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.problem == "" { // what reaches a bound must be as large as it is
				test.size /= underRace
			}
			s := newStream(test.size, test.head, test.file, test.repeat)
			if strings.HasSuffix(test.file, "\n") { // whole files only
				s.size = int64(len(s.head)) + (test.size-int64(len(s.head)))/int64(len(s.file))*int64(len(s.file))
			}
			runtime.GC()
			found, err := Read(t.Context(), s, s.size, Coverage|Tests, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			s.sample()
			encoded, err := found.Encode()
			if err != nil {
				t.Fatal(err)
			}
			s.sample()
			if s.peak > 64*mebibyte {
				t.Errorf("took %d MiB", s.peak/mebibyte)
			}
			first := ""
			if len(found.Problems) > 0 {
				first = found.Problems[0].Why
			}
			if first != test.problem {
				t.Errorf("the first problem is %q, want %q", first, test.problem)
			}
			if test.tests != found.Has(Tests) {
				t.Errorf("has tests: %v", found.Has(Tests))
			}
			if test.lines > 0 && (len(found.Files) == 0 || found.Files[0].Coverable.Len() != test.lines) {
				t.Errorf("%d files", len(found.Files))
			}
			t.Logf("%d files, %d MiB, %d KiB encoded, %q", len(found.Files), s.peak/mebibyte, len(encoded)/1024, first)
		})
	}
}

// failing begins a suite, of which each test fails at length.
func failing() string {
	return "<testsuite name=\"s000000\">\n" +
		strings.Repeat("<testcase name=\"t\"><failure message=\"no\">"+strings.Repeat("at acme.Pay.refund(Pay.java:3)\n", 160)+"</failure></testcase>\n", 200)
}
