package cell

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"gonogo/ui/theme"
)

var now = time.Date(2026, time.March, 29, 12, 0, 0, 0, time.UTC)

func dark(t testing.TB) *theme.Theme {
	t.Helper()
	made, err := theme.New(theme.Options{Name: theme.Dark, Dark: true, Profile: theme.Colors256})
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

func TestAge(t *testing.T) {
	tests := []struct {
		past time.Duration
		want string
	}{
		{-time.Hour, "now"}, {0, "now"}, {14 * time.Second, "now"}, {15 * time.Second, "15s"}, {44 * time.Second, "30s"}, {59 * time.Second, "45s"},
		{time.Minute, "1m"}, {59*time.Minute + 59*time.Second, "59m"}, {time.Hour, "1h"}, {47 * time.Hour, "47h"}, {48 * time.Hour, "2d"},
		{20 * 24 * time.Hour, "20d"}, {21 * 24 * time.Hour, "3w"}, {700 * 24 * time.Hour, "100w"}, {800 * 24 * time.Hour, "2y"},
	}
	for _, test := range tests {
		if got := Age(now.Add(-test.past), now); got != test.want {
			t.Errorf("%s ago is %q, want %q", test.past, got, test.want)
		}
	}
	if got := Age(time.Time{}, now); got != "never" {
		t.Errorf("no moment is %q ago, want never", got)
	}
	if got := Ago(now, now) + ", " + Ago(now.Add(-time.Hour), now) + ", " + Ago(time.Time{}, now); got != "just now, 1h ago, never" {
		t.Error(got)
	}
}

func TestWhatIsLeftIsNeverPromisedTooShort(t *testing.T) {
	tests := []struct {
		left time.Duration
		want string
	}{
		{-time.Second, "now"}, {time.Second, "in 15s"}, {15 * time.Second, "in 15s"}, {50 * time.Second, "in 1m"}, {61 * time.Second, "in 2m"},
		{18 * time.Minute, "in 18m"}, {61 * time.Minute, "in 2h"}, {72 * time.Hour, "in 3d"},
	}
	for _, test := range tests {
		if got := Left(now.Add(test.left), now); got != test.want {
			t.Errorf("%s left is %q, want %q", test.left, got, test.want)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "0s", 850 * time.Millisecond: "850ms", 42 * time.Second: "42s", 192 * time.Second: "3m12s", 64 * time.Minute: "1h04m", 50 * time.Hour: "2d02h",
	} {
		if got := Took(d); got != want {
			t.Errorf("%s took %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{3 * time.Second: "0s", 44 * time.Second: "30s", 100 * time.Second: "1m30s"} {
		if got := Taking(d); got != want {
			t.Errorf("%s goes on for %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "-", 800 * time.Microsecond: "0.8ms", 42 * time.Millisecond: "42ms", 1300 * time.Millisecond: "1.3s"} {
		if got := Latency(d); got != want {
			t.Errorf("%s is answered in %q, want %q", d, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for at, want := range map[time.Time]string{
		now.Add(-3 * time.Hour): "09:00:00", now.Add(-24 * time.Hour): "Sat 28 Mar 12:00", now.AddDate(-1, 0, 0): "2025-03-29 12:00", {}: "never",
	} {
		if got := Clock(at, now); got != want {
			t.Errorf("%s is drawn as %q, want %q", at, got, want)
		}
	}
}

func TestCounts(t *testing.T) {
	for got, want := range map[string]string{
		Count(1, "commit", false): "1 commit", Count(0, "commit", false): "0 commits", Count(250, "commit", true): "at least 250 commits",
		Number(7): "7", Number(4231): "4,231", Number(-1234567): "-1,234,567", Number(-100): "-100",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFit(t *testing.T) {
	tests := []struct {
		name, text string
		width      int
		want       string
	}{
		{"what is short is padded", "api", 6, "api   "},
		{"what is long is cut, and says so", "catalogue", 6, "catal…"},
		{"what fits exactly is left alone", "ledger", 6, "ledger"},
		{"a wide character is not halved", "日本語", 4, "日… "},
		{"nothing has room in nothing", "api", 0, ""},
		{"an escape sequence is made visible", "\x1b[31m", 6, "␛[31m "},
		{"a mark at the start joins nothing before it", "\u0301a", 3, "a  "},
		{"a joiner at the end joins nothing behind it", "👩\u200d", 4, "👩  "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Fit(dark(t), test.text, test.width); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	if got := FitRight(dark(t), "12", 4); got != "  12" {
		t.Errorf("%q", got)
	}
}

func TestAsciiHasALikenessOfWhatOurSentencesUse(t *testing.T) {
	plain := &theme.Theme{ASCII: true}
	if got := Text(plain, "a → b · “c” – d… é 日"); got != "a -> b | \"c\" - d... ? ?" {
		t.Errorf("%q", got)
	}
}

func TestOpens(t *testing.T) {
	for url, want := range map[string]bool{
		"https://github.com/acme/api": true, "http://127.0.0.1:9090/x?y=z": true, "": false, "javascript:alert(1)": false, "file:///etc/passwd": false,
		"https://x/\x1b]8;;": false, "https://x/ y": false, "https://x/é": false, "https://x/" + strings.Repeat("a", 3000): false,
	} {
		if got := Opens(url); got != want {
			t.Errorf("%q opens: %v, want %v", url, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	d := dark(t)
	l := NewLine(d, 30)
	l.Put(d.Good, "✓ GO").Gap(1).Col(d.Strong, "api", 6).Right(d.Faint, "3d", 4)
	if l.Used() != 15 || l.Room() != 15 {
		t.Errorf("%d cells are used and %d are left", l.Used(), l.Room())
	}
	l.Inset(d.Produce, "║", "║", func() { l.Put(d.Text, "more than there is room for") })
	if got := ansi.Strip(l.String()); got != "✓ GO api     3d║more than th…║" {
		t.Errorf("%q", got)
	}
	marked := NewLine(d, 10)
	marked.Under(d.Selection, 4)
	marked.Put(d.Text, "selected")
	if got, want := marked.String(), d.Selection.Render("sele")+"cted  "; got != want {
		t.Errorf("%q, want %q: the mark ends where it should", got, want)
	}
	linked := NewLine(d, 6)
	linked.Link(d.Link, "v2.14.0", "https://x.dev", 20)
	if got, want := linked.String(), "\x1b]8;;https://x.dev\x1b\\"+d.Link.Render("v2.14…")+"\x1b]8;;\x1b\\"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What is fitted takes its cells whatever stands beside it, and holds no control character.
func FuzzFit(f *testing.F) {
	for _, s := range []string{"api", "日本語", "\x1b[2J", "e\u0301", "👩\u200d👩\u200d👧", "🇦🇹🇩", "#\ufe0f\u20e3", "\u0e33", "நி", "\u0d4e", "\xff", "ᄀ각ᆨ", "\u202e"} {
		f.Add(s, 5)
	}
	made := dark(f)
	plain := &theme.Theme{ASCII: true}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = (width%40 + 40) % 40
		for _, look := range []*theme.Theme{made, plain} {
			got := Fit(look, s, width)
			if n := ansi.StringWidth("|" + got + "|"); n != width+2 {
				t.Fatalf("%q in %d cells takes %d: %q", s, width, n-2, got)
			}
			for _, r := range got {
				if unicode.IsControl(r) || look.ASCII && r > 0x7e {
					t.Fatalf("%q has %U: %q", s, r, got)
				}
			}
		}
	})
}
