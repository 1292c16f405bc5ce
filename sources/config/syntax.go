package config

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// syntax notes what the parser said, at the line that can't be read on from.
func (w *walker) syntax(err error, data []byte) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if rest, numbered := strings.CutPrefix(message, "line "); numbered {
		if digits, after, found := strings.Cut(rest, ": "); found {
			line, _ = strconv.Atoi(digits)
			message = after
		}
	}
	line = min(max(line, 1), len(w.lines))
	suggestion := ""
	for _, l := range []int{line, line + 1} { // the parser names the line of the tab or the one before it
		if l <= len(w.lines) && strings.HasPrefix(strings.TrimLeft(w.lines[l-1], " "), "\t") {
			line, suggestion = l, "indent with spaces; YAML allows no tabs there"
			break
		}
	}
	if suggestion == "" {
		line = brokenLine(data, len(w.lines), line)
		suggestion = aboutIndentation(message)
	}
	text := w.lines[line-1]
	column := 1 + utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))
	w.add(line, column, "is not YAML: "+message, suggestion)
}

// brokenLine is the line with which the text stops being YAML. The parser names the line before the block that it was
// in, which may be far above; but a file cut off before the mistake can be read. Where this takes too long, it is the
// line that the parser named.
func brokenLine(data []byte, lines, named int) int {
	ends := make([]int, 1, lines+1) // where each line's text ends, after none of them first
	for at, c := range data {
		if c == '\n' {
			ends = append(ends, at+1)
		}
	}
	if len(ends) == lines {
		ends = append(ends, len(data))
	}
	const patience, ahead = 200, 20
	tries := 0
	good, bad := 0, len(ends)-1
	for good+1 < bad {
		for from, to := good, bad; from+1 < to; {
			if tries++; tries > patience {
				return named
			}
			if middle := (from + to) / 2; isYAML(data[:ends[middle]]) {
				from, good = middle, middle
			} else {
				to = middle
			}
		}
		// What is broken may only be cut off in the middle: a list of several lines, for one.
		further := 0
		for l := good + 2; l < bad && l <= good+1+ahead && further == 0; l++ {
			if tries++; isYAML(data[:ends[l]]) {
				further = l
			}
		}
		if further == 0 {
			break
		}
		good = further
	}
	return min(good+1, lines)
}

func isYAML(data []byte) (is bool) {
	defer func() {
		if recover() != nil { // the parser's own fault
			is = false
		}
	}()
	var node yaml.Node
	return yaml.NewDecoder(bytes.NewReader(data)).Decode(&node) == nil || len(bytes.TrimSpace(data)) == 0
}

// aboutIndentation is what to do about a complaint that mostly comes from a line in the wrong column.
func aboutIndentation(message string) string {
	for _, sign := range []string{"did not find expected key", "did not find expected '-' indicator", "mapping values are not allowed"} {
		if strings.HasPrefix(message, sign) {
			return "look at its indentation: what belongs together stands in one column"
		}
	}
	return ""
}
