// Package joblog knows what the log of a job consists of: lines with their moments, groups that fold, what went wrong
// where, and which step wrote what. A log may be 200 MB, so nothing here holds a whole one: a Builder cuts what comes into
// pieces and makes an Index of it, by which the pieces are looked up again.
//
// A log is what a runner wrote (actions/runner): a byte order mark; each line begins with its moment to 100 ns; the
// runner's own marks are ##[group], ##[endgroup], ##[error], ##[warning], ##[notice], ##[command], ##[debug]. Nothing in it
// says where a step begins: see Index.Parts.
//
// What a program wrote is never trusted: it leaves this package as Spans of clean text alone.
package joblog

import (
	"bytes"
	"strings"
	"time"
)

// Kind is what the runner says that a line is.
type Kind uint8

// The kinds of lines.
const (
	Plain Kind = iota
	Group
	EndGroup
	Error
	Warning
	Notice
	Command
	Debug
)

// marks are the runner's, without ##[ and ].
var marks = map[string]Kind{
	"group": Group, "endgroup": EndGroup, "error": Error, "warning": Warning, "notice": Notice, "command": Command, "debug": Debug, "section": Command,
}

// Line is one line of a log. What is in it leaves by Spans and Text.
type Line struct {
	At   time.Time // zero where the line has none: what follows a carriage return, or a very long line's next part
	Kind Kind
	raw  string
}

// parse takes a line apart.
func parse(s string) Line {
	at, n := moment(s)
	l := Line{At: at, raw: s[n:]}
	l.Kind, n = marked(l.raw)
	l.raw = l.raw[n:]
	return l
}

// stampWidth is the length of a moment with the blank behind it, as runners write it.
const stampWidth = len("2006-01-02T15:04:05.0000000Z ")

// moment reads the moment that a line begins with, and how many bytes it takes with the blank behind it.
func moment(s string) (time.Time, int) {
	if len(s) < 20 || s[4] != '-' || s[10] != 'T' || s[13] != ':' {
		return time.Time{}, 0
	}
	z := strings.IndexByte(s[:min(len(s), 40)], 'Z')
	if z < 19 {
		return time.Time{}, 0
	}
	at, err := time.Parse("2006-01-02T15:04:05.9999999Z", s[:z+1])
	if err != nil {
		return time.Time{}, 0
	}
	n := z + 1
	if n < len(s) && s[n] == ' ' {
		n++
	}
	return at, n
}

// marked reads the runner's mark that a text begins with, and how many bytes it takes.
func marked(s string) (Kind, int) {
	if !strings.HasPrefix(s, "##[") {
		return Plain, 0
	}
	end := strings.IndexByte(s[:min(len(s), 16)], ']')
	if end < 0 {
		return Plain, 0
	}
	kind, ok := marks[s[3:end]]
	if !ok {
		return Plain, 0
	}
	return kind, end + 1
}

// likely reports whether a line looks like what a person searches a failed job's log for. Runners mark only what a program
// reports to them, and the step's end; that a test failed stands in a plain line. Words are taken where tools write them:
// at a line's beginning, or after the place of a fault.
func likely(s []byte) bool {
	s = bytes.TrimLeft(s[:min(len(s), 400)], " \t")
	for hasPrefix(s, "\x1b[") { // a colour
		end := bytes.IndexByte(s[:min(len(s), 24)], 'm')
		if end < 0 {
			break
		}
		s = bytes.TrimLeft(s[end+1:], " \t")
	}
	if len(s) == 0 {
		return false
	}
	if string(s) == "FAIL" {
		return true
	}
	for _, word := range beginnings[s[0]] {
		if hasPrefix(s, word) {
			return true
		}
	}
	i := bytes.Index(s, []byte(": error")) // gcc, clang, tsc, MSBuild: the place, then the word
	if i < 0 {
		i = bytes.Index(s, []byte(": fatal error"))
	}
	return i > 0 && strings.IndexByte("0123456789)", s[i-1]) >= 0
}

func hasPrefix(s []byte, prefix string) bool {
	return len(s) >= len(prefix) && string(s[:len(prefix)]) == prefix
}

// beginnings are how failures begin, by their first byte: of go test, gcc, rustc, cargo, pytest, unittest, jest, mocha,
// tap, Maven, Gradle, npm, make, git, Python, Java and .NET.
var beginnings = byFirst(
	"--- FAIL:", "FAIL\t", "FAIL:", "FAIL ", "FAILED", "FAILURES", "FAILURE:", "panic:", "fatal error:", "fatal:", "error:", "error[", "Error:", "ERROR:", "ERROR ",
	"[ERROR]", "E   ", "not ok ", "✗ ", "✖ ", "✕ ", "× ", "● ", "npm ERR!", "npm error", "make: *** ", "make[1]: *** ", "Traceback (most recent call last)",
	"AssertionError", "Exception in thread", "Caused by:", "Unhandled exception", "BUILD FAILED", "test result: FAILED", "thread 'main' panicked", "TypeError:", "SyntaxError:", "ReferenceError:",
	"ModuleNotFoundError:", "ImportError:", "undefined reference", "ld: ", "Segmentation fault", "::error",
)

func byFirst(words ...string) (list [256][]string) {
	for _, w := range words {
		list[w[0]] = append(list[w[0]], w)
	}
	return list
}

// closing reports the runner's last word on a step, which says that it failed and not why.
func closing(s string) bool {
	return strings.HasPrefix(s, "Process completed with exit code") || strings.HasPrefix(s, "The operation was canceled") ||
		strings.HasPrefix(s, "The process '") && strings.Contains(s, "failed with exit code")
}
