package report

import (
	"bytes"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lcovFile is what a file of some 500 lines looks like in a tracefile.
func lcovFile(name string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "TN:\nSF:/home/runner/work/api/api/src/%s.cpp\n", name)
	for l := 1; l <= 40; l++ {
		fmt.Fprintf(&s, "FN:%d,_ZN4acme8payments6Ledger%02d6refundERKNSt7__cxx1112basic_stringIcEEb\nFNDA:%d,_ZN4acme8payments6Ledger%02d6refundERKNSt7__cxx1112basic_stringIcEEb\n", l*12, l, l%3, l)
	}
	s.WriteString("FNF:40\nFNH:26\n")
	for l := 1; l <= 500; l++ {
		if l%4 == 0 {
			fmt.Fprintf(&s, "BRDA:%d,0,0,%d\nBRDA:%d,0,1,-\n", l, l%3, l)
		}
		fmt.Fprintf(&s, "DA:%d,%d\n", l, l*7919%5*l)
	}
	s.WriteString("BRF:250\nBRH:83\nLF:500\nLH:400\nend_of_record\n")
	return s.String()
}

// goFile is what a file looks like in a cover profile.
func goFile(name string) string {
	var s strings.Builder
	for l := 1; l <= 120; l++ {
		fmt.Fprintf(&s, "github.com/acme/api/pay/%s.go:%d.%d,%d.%d %d %d\n", name, l*4, 2+l%30, l*4+3, 3+l%20, 1+l%4, l%3)
	}
	return s.String()
}

// repeated is a report of files, as large as asked for, at least.
func repeated(size int, head string, file func(name string) string) []byte {
	report := []byte(head)
	for i := 0; len(report) < size; i++ {
		report = append(report, file(fmt.Sprintf("pay%06d", i))...)
	}
	return report
}

func BenchmarkLCOV(b *testing.B) { benchmarkRead(b, repeated(8<<20, "", lcovFile), Coverage) }

func BenchmarkGo(b *testing.B) {
	benchmarkRead(b, repeated(8<<20, "mode: atomic\n", goFile), Coverage)
}

func BenchmarkCobertura(b *testing.B) { benchmarkRead(b, coberturaReport(), Coverage) }

func BenchmarkJaCoCo(b *testing.B) { benchmarkRead(b, jacocoReport(), Coverage) }

func BenchmarkJUnit(b *testing.B) { benchmarkRead(b, junitReport(), Tests) }

// benchmarkRead measures all that is done with a report: recognised, parsed, gathered. Besides time by the clock it tells
// bytes a second of one core's time, which others' work on the machine does not change much, and the ratio of that time to
// what counting the report's lines takes, which stands still on machines of any speed.
func benchmarkRead(b *testing.B, report []byte, want Kind) {
	b.SetBytes(int64(len(report)))
	b.ReportAllocs()
	var reading, counting time.Duration
	n := 0
	for b.Loop() {
		begun := cpuTime(b)
		found, err := Read(b.Context(), bytes.NewReader(report), int64(len(report)), want, Limits{})
		if err != nil || len(found.Problems) > 0 || len(found.Reports) != 1 {
			b.Fatalf("%v, %+v", err, found)
		}
		read := cpuTime(b)
		countLines(report)
		reading, counting = reading+read-begun, counting+cpuTime(b)-read
		n++
	}
	b.ReportMetric(float64(len(report))*float64(n)/reading.Seconds()/1e6, "MB/core-s")
	b.ReportMetric(float64(reading)/float64(counting), "×lines")
}

// cpuTime is what the process has used of the processors.
func cpuTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// countLines is the least that can be done with a report.
func countLines(report []byte) (n int) {
	lines := newLineReader(bytes.NewReader(report))
	for {
		if _, ok := lines.next(); !ok {
			return n
		}
		n++
	}
}
