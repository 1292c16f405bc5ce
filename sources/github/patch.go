package github

import (
	"strings"

	"gonogo/model"
)

// Bounds of what is kept of patches. A file beyond them is one whose lines aren't known.
const (
	patchStretches = 2_000  // a file
	patchesInAll   = 20_000 // stretches of a comparison
	patchLine      = 1 << 28
)

// added reads which lines a patch adds, by their numbers in the new file. GitHub sends the hunks of a unified diff,
// without its two lines of file names. A patch that doesn't keep its own counts, or doesn't add as many lines as GitHub
// says, was cut, and tells nothing.
func added(patch string, additions int) (stretches []model.Lines, ok bool) {
	next, oldLeft, newLeft, sum := 0, 0, 0, 0
	for line := range strings.SplitSeq(strings.TrimSuffix(patch, "\n"), "\n") {
		if oldLeft == 0 && newLeft == 0 && !strings.HasPrefix(line, `\`) {
			from, old, count, is := hunk(line)
			if !is || from < next {
				return nil, false
			}
			next, oldLeft, newLeft = from, old, count
			continue
		}
		mark := byte(' ') // an empty line of context may have lost its blank
		if line != "" {
			mark = line[0]
		}
		switch mark {
		case '+':
			newLeft--
			sum++
			if n := len(stretches) - 1; n >= 0 && stretches[n].To == next-1 {
				stretches[n].To = next
			} else {
				stretches = append(stretches, model.Lines{From: next, To: next})
			}
			next++
		case '-':
			oldLeft--
		case ' ':
			oldLeft--
			newLeft--
			next++
		case '\\': // No newline at end of file
		default:
			return nil, false
		}
		if oldLeft < 0 || newLeft < 0 || len(stretches) > patchStretches {
			return nil, false
		}
	}
	return stretches, oldLeft == 0 && newLeft == 0 && sum == additions
}

// hunk reads the line that a hunk begins with: @@ -from,count +from,count @@, where a count of 1 is left out.
func hunk(line string) (from, old, count int, ok bool) {
	rest, is := strings.CutPrefix(line, "@@ -")
	if !is {
		return 0, 0, 0, false
	}
	before, after, found := strings.Cut(rest, " +")
	end, _, closed := strings.Cut(after, " @@")
	if !found || !closed {
		return 0, 0, 0, false
	}
	_, old, fine := extent(before)
	from, count, also := extent(end)
	switch {
	case count == 0:
		from++ // it names the line after which lines were removed
	case from == 0:
		return 0, 0, 0, false // lines count from 1
	}
	return from, old, count, fine && also
}

func extent(s string) (from, count int, ok bool) {
	a, b, counted := strings.Cut(s, ",")
	from, ok = lineNumber(a)
	if count = 1; counted && ok {
		count, ok = lineNumber(b)
	}
	return from, count, ok
}

func lineNumber(s string) (n int, ok bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > patchLine {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, n <= patchLine
}
