package simulator

import (
	"fmt"
	"strings"
)

// GitHub shows no diff of a file with more lines or bytes than these, nor of a binary one (docs, "Limits for viewing
// content and diffs in a repository").
const (
	patchLines = 20_000
	patchBytes = 1 << 20
)

// around is how many unchanged lines stand around a change.
const around = 3

// edit is a line of a diff: kept, removed or added.
type edit struct {
	mark byte // ' ', '-' or '+'
	line string
	open bool // the last line of its file, and it doesn't end
}

// patch is what git diff prints from the first hunk on, and how many lines it adds and removes.
func patch(old, content string) (additions, deletions int, text string) {
	if strings.ContainsRune(old, 0) || strings.ContainsRune(content, 0) {
		return 0, 0, ""
	}
	edits := edits(old, content)
	for _, e := range edits {
		switch e.mark {
		case '+':
			additions++
		case '-':
			deletions++
		}
	}
	if additions+deletions > patchLines {
		return additions, deletions, ""
	}
	text = hunks(edits)
	if len(text) > patchBytes {
		text = ""
	}
	return additions, deletions, text
}

// edits turn one text into the other: what both begin and end with is kept, and between lies the longest sequence that
// they have in common. Where that would take too long everything between is replaced.
func edits(old, content string) []edit {
	a, b := lines(old), lines(content)
	openA, openB := !strings.HasSuffix(old, "\n"), !strings.HasSuffix(content, "\n")
	same := func(i, j int) bool {
		return a[i] == b[j] && (openA && i == len(a)-1) == (openB && j == len(b)-1)
	}
	head, tail := 0, 0
	for head < len(a) && head < len(b) && same(head, head) {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && same(len(a)-1-tail, len(b)-1-tail) {
		tail++
	}
	var out []edit
	keep := func(i int) { out = append(out, edit{' ', a[i], openA && i == len(a)-1}) }
	remove := func(i int) { out = append(out, edit{'-', a[i], openA && i == len(a)-1}) }
	add := func(j int) { out = append(out, edit{'+', b[j], openB && j == len(b)-1}) }
	for i := range head {
		keep(i)
	}
	endA, endB := len(a)-tail, len(b)-tail
	width := endB - head + 1
	var common []int32 // lengths of what is common to the rest of either
	if n := (endA - head + 1) * width; n <= 4<<20 {
		common = make([]int32, n)
		for i := endA - 1; i >= head; i-- {
			for j := endB - 1; j >= head; j-- {
				at := (i-head)*width + j - head
				if same(i, j) {
					common[at] = common[at+width+1] + 1
				} else {
					common[at] = max(common[at+width], common[at+1])
				}
			}
		}
	}
	i, j := head, head
	for i < endA || j < endB {
		at := (i-head)*width + j - head
		switch {
		case i < endA && j < endB && common != nil && same(i, j):
			keep(i)
			i, j = i+1, j+1
		case i < endA && (j == endB || common == nil || common[at+width] >= common[at+1]):
			remove(i)
			i++
		default:
			add(j)
			j++
		}
	}
	for ; i < len(a); i++ {
		keep(i)
	}
	return out
}

// hunks write the changes with what stands around them.
func hunks(edits []edit) string {
	var b strings.Builder
	before, after := 0, 0 // lines of either file that lie behind
	for i := 0; i < len(edits); {
		if edits[i].mark == ' ' {
			before, after, i = before+1, after+1, i+1
			continue
		}
		from := max(i-around, 0)
		to, last := i, i
		for to < len(edits) && to-last <= 2*around {
			if edits[to].mark != ' ' {
				last = to
			}
			to++
		}
		to = min(last+1+around, len(edits))
		before, after = before-(i-from), after-(i-from)
		writeHunk(&b, edits[from:to], &before, &after)
		i = to
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func writeHunk(b *strings.Builder, edits []edit, before, after *int) {
	var body strings.Builder
	old, now := 0, 0
	for _, e := range edits {
		body.WriteByte(e.mark)
		body.WriteString(e.line + "\n")
		if e.open {
			body.WriteString("\\ No newline at end of file\n")
		}
		if e.mark != '+' {
			old++
		}
		if e.mark != '-' {
			now++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n%s", extent(*before, old), extent(*after, now), body.String())
	*before, *after = *before+old, *after+now
}

// extent is where a hunk begins in a file, and how many of its lines it shows; one is left out.
func extent(behind, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", behind)
	case 1:
		return fmt.Sprint(behind + 1)
	}
	return fmt.Sprintf("%d,%d", behind+1, n)
}
