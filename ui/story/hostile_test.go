package story_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// hostile are texts that a person on GitHub can choose, and that no terminal should be shown as they are.
var hostile = []string{
	"\x1b[2J\x1b[H\x1b]0;owned\a\x1b]52;c;ZXZpbA==\a",
	"\u202egnp.exe\u202c \u2066left\u2069",
	strings.Repeat("A", 90_000),
	"wide 日本語 👨‍👩‍👧 e\u0301\u0302\u0303\u0304 \u200b\u200d",
	"\xff\xfe\xc3( not UTF-8",
	"line\nline\r\ttab\x00\x7f\u009b31m",
	"a" + strings.Repeat("\u0301", 5000),
}

// hostileLab is a world in which everything that has a text has a hostile one.
func hostileLab(t *testing.T) *lab {
	t.Helper()
	w, s := simulator.Fleet(simulator.Options{Seed: 5, Now: time.Now}, simulator.FleetOf{Services: 2})
	for _, r := range w.Repositories() {
		for i, text := range hostile {
			r.Push(simulator.Change{Message: text, By: "octocat"})
			r.Status(simulator.CommitStatusOf{Context: text, State: "failure", Description: hostile[(i+1)%len(hostile)]})
			r.Check(simulator.CheckOf{Name: text, Title: hostile[(i+2)%len(hostile)]})
		}
		r.Branch("\u202egnp.日本", "main")
		r.Release(simulator.ReleaseOf{Tag: "v9.0.0", Name: hostile[1], Body: hostile[0]})
		r.Describe(hostile[0])
	}
	return newLab(t, w, s, simulator.FleetConfig)
}

func TestHostileTextNeverReachesTheTerminal(t *testing.T) {
	l := hostileLab(t)
	c := l.synced(160, 48)
	c.See("service-001", "Deployments")
	for _, size := range [][2]int{{160, 48}, {120, 30}, {80, 24}, {200, 60}} {
		c.Resize(size[0], size[1]).See("service-00").Check()
		for _, keys := range [][]string{{"0", "g"}, {"0", "j"}, {"2", "g"}, {"2", "j"}, {"2", "G"}, {"4", "g"}, {"4", "G"}} {
			c.Press(keys...)
			c.Press("enter").Press("G").Press("enter").Press("y").Check()
			c.Press("ctrl+l").Press("backspace").Press("backspace").Check()
		}
	}
	c.Resize(160, 48).Press("0", "g", "j", "2").See("日本語").Check() // it is really there, as far as it can be shown
	c.Look(func(e *terminal.Emulator) {
		if strings.Contains(e.Title(), "owned") || e.Clipboard() == "ZXZpbA==" {
			t.Errorf("text drove the terminal: title %q, clipboard %q", e.Title(), e.Clipboard())
		}
	})
	c.Press("q").Exited(5 * soon) // other tests hold the end to a second
	c.Restored().Check()
}

func TestHostileTextIsCleanInStatus(t *testing.T) {
	l := hostileLab(t)
	table, document := l.run(l.command("status")), l.run(l.command("status", "--json"))
	for name, text := range map[string]string{"the table": table.out + table.err, "the JSON": document.out + document.err} {
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8", name)
		}
		for i, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Fatalf("%s holds %U at %d: %.60q", name, r, i, text[max(0, i-30):])
			}
		}
	}
	var doc struct{ Services []struct{ Name string } }
	if err := json.Unmarshal([]byte(document.out), &doc); err != nil || len(doc.Services) != 2 {
		t.Errorf("%d services, %v\n%s", len(doc.Services), err, document.err)
	}
	for line := range strings.Lines(table.out) {
		if len(line) > 4000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}
