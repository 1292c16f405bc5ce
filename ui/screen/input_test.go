package screen

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestKeysAreHandedOverOneByOne(t *testing.T) {
	keys := []string{
		"j", "日", "é", "\x1b[A", "\x1b[5~", "\x1bOP", "\x1b[<0;110;42M", "\x1b[1;5C", "\x1bx", "\x1bé", "\r", "\x1b[M !!", "\x1b\x1b[A", "\x1b[[A",
		"\x1b[200~pasted\x1b[31m\x1b[201~", "\xff",
	}
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SliceOfN(rapid.SampledFrom(keys), 1, 60).Draw(t, "keys")
		all := []byte(strings.Join(typed, ""))
		for _, key := range typed {
			if n := firstKey(all); string(all[:n]) != key {
				t.Fatalf("the first key of %q is %q, not %q", all, all[:n], key)
			}
			all = all[len(key):]
		}
	})
}

func TestWhatIsMissing(t *testing.T) {
	for typed, waits := range map[string]bool{
		"":             false,
		"j":            false,
		"\x1b[A":       false,
		"\x1bOP":       false,
		"\x1bx":        false,
		"日":            false,
		"\xff":         false,
		"\x1b":         true,
		"\x1b[":        true,
		"\x1bO":        true,
		"\x1b[1;5":     true,
		"\x1b[<0;1;2":  true,
		"j\xe6\x97":    true,
		"\x1b[M!":      true,
		"\x1b[M!!!":    false,
		"\x1b[A\x1b[B": false,
	} {
		if got := missing([]byte(typed)) > 0; got != waits {
			t.Errorf("after %q it waits for more: %v", typed, got)
		}
	}
}
