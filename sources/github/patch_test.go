package github

import (
	"strings"
	"testing"

	"gonogo/model"
)

func TestAddedLinesOfAPatch(t *testing.T) {
	for name, c := range map[string]struct {
		patch     string
		additions int
		want      string // "?" where it tells nothing
	}{
		"a new file":                     {"@@ -0,0 +1,3 @@\n+a\n+b\n+c", 3, "1–3"},
		"a file of one line":             {"@@ -0,0 +1 @@\n+a", 1, "1"},
		"without an end of the line":     {"@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file", 1, "1"},
		"a removed file":                 {"@@ -1,2 +0,0 @@\n-a\n-b", 0, ""},
		"two hunks":                      {"@@ -1,4 +1,5 @@ func main() {\n a\n+b\n c\n d\n e\n@@ -10,3 +11,4 @@\n a\n-b\n+B\n+BB\n c", 3, "2, 12–13"},
		"what is removed counts no line": {"@@ -3,4 +3,3 @@\n a\n-x\n-y\n+z\n b", 1, "4"},
		"removed right after":            {"@@ -2,0 +3,2 @@\n+a\n+b\n@@ -3 +4,0 @@\n-c", 2, "3–4"},
		"a line that looks like a hunk":  {"@@ -1,2 +1,3 @@\n a\n+@@ -9,9 +9,9 @@\n b", 1, "2"},
		"a context line without a blank": {"@@ -1,3 +1,4 @@\n a\n\n+b\n c", 1, "3"},
		"cut within a hunk":              {"@@ -1,3 +1,5 @@\n a\n+b", 1, "?"},
		"cut after a hunk":               {"@@ -0,0 +1,2 @@\n+a\n+b", 7, "?"},
		"more lines than it says":        {"@@ -0,0 +1,1 @@\n+a\n+b", 2, "?"},
		"hunks out of order":             {"@@ -10,1 +10,1 @@\n-a\n+b\n@@ -1,1 +1,1 @@\n-a\n+b", 2, "?"},
		"not a patch":                    {"Binary files differ", 0, "?"},
		"nothing":                        {"", 0, "?"},
		"numbers beyond reason":          {"@@ -0,0 +99999999999999999999 @@\n+a", 1, "?"},
		"a line before the first":        {"@@ -1 +0,1 @@\n-a\n+b", 1, "?"},
		"a mark of no diff":              {"@@ -1 +1 @@\n*a\n+b", 1, "?"},
	} {
		stretches, ok := added(c.patch, c.additions)
		got := model.LineList(stretches)
		if !ok {
			got = "?"
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
	many := "@@ -1,9000 +1,9000 @@" + strings.Repeat("\n-a\n+b\n c", 4500)
	if _, ok := added(many, 4500); ok {
		t.Error("a patch of more stretches than are kept tells what a part of them says")
	}
}

// FuzzPatch: whatever a patch says, its stretches lie in order, apart and above zero, and are as many lines as it adds.
func FuzzPatch(f *testing.F) {
	f.Add("@@ -1,4 +1,5 @@ x\n a\n+b\n c\n d\n e\n@@ -10,3 +11,4 @@\n a\n-b\n+B\n+BB\n c", 3)
	f.Add("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b", 1)
	f.Add("@@ -0,0 +268435456 @@\n+a", 1)
	f.Fuzz(func(t *testing.T, patch string, additions int) {
		stretches, ok := added(patch, additions)
		if !ok {
			return
		}
		last, n := 0, 0
		for _, s := range stretches {
			if s.From <= last && last > 0 || s.From < 1 || s.To < s.From {
				t.Fatalf("%q adds %v", patch, stretches)
			}
			last = s.To
			n += s.To - s.From + 1
		}
		if n != additions || len(stretches) > patchStretches {
			t.Fatalf("%q adds %d lines in %d stretches, not %d", patch, n, len(stretches), additions)
		}
	})
}
