package report

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// explain keeps why a test did not pass: the first line that tells something, and the rest below it.
func (t *testCase) explain(message, detail string) {
	message, detail = strings.TrimSpace(whole(message)), strings.Trim(whole(detail), "\r\n")
	file, line, said := goFailure(detail)
	if t.file == "" && file != "" {
		t.file, t.line = file, line
	}
	first, more, _ := strings.Cut(message, "\n")
	if strings.TrimSpace(more) != "" && !strings.Contains(detail, strings.TrimSpace(more)) {
		detail = strings.TrimRight(message+"\n\n"+detail, "\n")
		detail = whole(detail[:min(len(detail), junitMaxDetail)])
	}
	switch first = strings.TrimSpace(first); first {
	case "", "Failed": // gotestsum says no more
		if said == "" {
			said = firstLine(detail)
		}
		if said != "" {
			first = said
		}
	}
	t.message, t.detail = first[:min(len(first), junitMaxMessage)], detail
}

// firstLine is the first line that tells something: not go test's own of how the test went.
func firstLine(detail string) string {
	for line := range strings.Lines(detail) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			return line
		}
	}
	return ""
}

// goFailure finds what go test writes of a failure: "    pay_test.go:12: want 3, got 4".
func goFailure(detail string) (file string, line int, said string) {
	for text := range strings.Lines(detail) {
		place, rest, ok := strings.Cut(strings.TrimSpace(text), ": ")
		name, number, ok2 := strings.Cut(place, ":")
		if !ok || !ok2 || !strings.HasSuffix(name, ".go") || strings.ContainsAny(name, " \t") {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= maxLineNumber {
			return name, n, strings.TrimSpace(rest)
		}
	}
	return "", 0, ""
}

// whole cuts off a character that a bound has cut in two.
func whole(s string) string {
	for i := 0; i < utf8.UTFMax && len(s) > 0; i++ {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size != 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// lower is a short word in lower case.
func lower(b []byte) string { return string(bytes.ToLower(b)) }

// maxSeconds is the longest time believed of a test.
const maxSeconds = 1e7

// seconds reads the time of a test. Surefire writes thousands apart, "1,234.567"; some tools write with the comma of
// their locale, "0,123". A lone comma is taken for that: a test of exactly 1,234 s is rarer than one of 1.234 s.
func seconds(b []byte) time.Duration {
	if len(b) > 32 {
		return 0
	}
	s := strings.TrimSuffix(strings.TrimSpace(string(b)), "s")
	for _, apart := range []string{" ", "'", "\u00a0", "\u202f"} {
		s = strings.ReplaceAll(s, apart, "")
	}
	comma, point := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case comma >= 0 && point > comma, strings.Count(s, ",") > 1:
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0:
		s = strings.ReplaceAll(s, ".", "")
		s = strings.Replace(s, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > maxSeconds {
		return 0
	}
	return time.Duration(math.Round(f * float64(time.Second)))
}
