package screen

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is handed over is whole keys, whatever the size of the portions.
func TestPortionsAreWholeKeys(t *testing.T) {
	keys := []string{"j", "日", "é", "\x1b[A", "\x1b[5~", "\x1bOP", "\x1b[<0;110;42M", "\x1b[1;5C", "\x1bx", "\r", "\x1b[M !!"}
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SliceOfN(rapid.SampledFrom(keys), 1, 60).Draw(t, "keys")
		limit := rapid.IntRange(14, 40).Draw(t, "limit") // the longest key fits
		ends := []int{0}
		for _, key := range typed {
			ends = append(ends, ends[len(ends)-1]+len(key))
		}
		all := []byte(strings.Join(typed, ""))
		for at := 0; at < len(all); {
			n := portion(all[at:], limit)
			if n <= 0 || n > limit && n != len(all)-at {
				t.Fatalf("a portion of %d bytes, the limit is %d", n, limit)
			}
			at += n
			if !slices.Contains(ends, at) {
				t.Fatalf("cut inside a key: %q | %q", all[:at], all[at:])
			}
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
