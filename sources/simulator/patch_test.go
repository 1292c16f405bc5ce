package simulator

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPatchesAreGits: patch(1) makes of the old text what the new one is, by our patch; and where git is there, its own
// counts agree.
func TestPatchesAreGits(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	text := rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "\tx"}), 0, 30).Draw(t, "lines"), "\n")
		return s + rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end")
	})
	tries := 0
	rapid.Check(t, func(t *rapid.T) {
		if tries++; tries > 60 { // each is a process
			return
		}
		old, content := text.Draw(t, "old"), text.Draw(t, "new")
		additions, deletions, text := patch(old, content)
		if n := strings.Count("\n"+text, "\n+"); n != additions {
			t.Fatalf("%d lines are added, %d counted:\n%s", n, additions, text)
		}
		if n := strings.Count("\n"+text, "\n-"); n != deletions {
			t.Fatalf("%d lines are removed, %d counted:\n%s", n, deletions, text)
		}
		if text == "" {
			if old != content {
				t.Fatalf("no patch from %q to %q", old, content)
			}
			return
		}
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		apply := exec.Command(git, "apply", "--unidiff-zero", "-")
		apply.Dir = dir
		apply.Stdin = strings.NewReader("--- a/f\n+++ b/f\n" + text + "\n")
		if out, err := apply.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v: %s\n%s", err, out, text)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Fatalf("from %q the patch makes %q, not %q (%v):\n%s", old, got, content, err, text)
		}
	})
}

func TestWhatHasNoPatch(t *testing.T) {
	long := strings.Repeat("x\n", patchLines+1)
	for name, c := range map[string][2]string{"binary": {"a\x00", "b\x00"}, "many lines": {"", long}, "many bytes": {"", strings.Repeat("y", patchBytes)}, "nothing": {"a\n", "a\n"}} {
		if additions, _, text := patch(c[0], c[1]); text != "" || name == "many lines" && additions != patchLines+1 {
			t.Errorf("%s: a patch of %d bytes, %d lines", name, len(text), additions)
		}
	}
	if additions, deletions, _ := patch(strings.Repeat("x\n", 5000)+"end\n", strings.Repeat("y\n", 5000)+"end\n"); additions != 5000 || deletions != 5000 {
		t.Errorf("a long change adds %d and removes %d", additions, deletions)
	}
}
