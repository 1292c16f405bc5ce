package model_test

import (
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unicode"
	"unicode/utf8"

	"gonogo/model"
)

func TestTitlesOfTests(t *testing.T) {
	for _, c := range []struct{ class, name, want string }{
		{"acme.dev/pay", "TestPay/eur", "TestPay/eur"},
		{"dev.acme.pay.PayTest", "refunds", "PayTest.refunds"},
		{"tests.test_pay", "test_pay[usd]", "test_pay.test_pay[usd]"},
		{"cart adds an item", "cart adds an item", "cart adds an item"},
		{"src.cart", "adds an item", "cart: adds an item"},
		{"", "sums", "sums"},
	} {
		test := model.TestCase{Class: model.Text(c.class), Name: model.Text(c.name)}
		if got := string(test.Title()); got != c.want {
			t.Errorf("%s of %s is called %q, want %q", c.name, c.class, got, c.want)
		}
	}
}

func TestSemverOrder(t *testing.T) {
	// Each is older than the next (semver.org, item 11, and tags that are cut short).
	ascending := []string{
		"v0.9", "1.0.0-alpha", "1.0.0-alpha.1", "v1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
		"v1", "1.0.1", "v1.2", "1.10.0", "v2.0.0-0.3.7", "v2.0.0+build.5",
	}
	for i := range ascending {
		for k := range ascending {
			a, okA := model.ParseSemver(ascending[i])
			b, okB := model.ParseSemver(ascending[k])
			if !okA || !okB {
				t.Fatalf("%s or %s is not read", ascending[i], ascending[k])
			}
			got, want := a.Compare(b), i-k
			if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("%s to %s is %d", ascending[i], ascending[k], got)
			}
		}
	}
	for _, s := range []string{"", "v", "latest", "1.2.3.4", "01.2.3", "1.-2", "v1..2", "1.0.0-", "1.0.0-a..b", "build-118"} {
		if _, ok := model.ParseSemver(s); ok {
			t.Errorf("%q was taken for a version", s)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"docs/**", "docs/a/b.md", true},
		{"docs/**", "docs", false},
		{"docs/*", "docs/a/b.md", false},
		{"**/*.sql", "db/x/1.sql", true},
		{"**/*.sql", "1.sql", true},
		{"api/v*", "api/v1.2.0", true},
		{"api/v*", "web/v1.2.0", false},
		{"v*", "v1/2", false},
		{"db/[0-9]*", "db/0042_add.sql", true},
		{"[", "[", false},
	} {
		if got := model.Glob(c.pattern, c.name); got != c.want {
			t.Errorf("Glob(%q, %q) is %v", c.pattern, c.name, got)
		}
	}
}

// TestCleanTextIsSafe: whatever comes in, nothing goes out that a terminal would act upon.
func TestCleanTextIsSafe(t *testing.T) {
	safe := func(s string) bool {
		out := string(model.Clean(s))
		if !utf8.ValidString(out) || utf8.RuneCountInString(out) > 40*model.MaxText {
			return false
		}
		for _, r := range out {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				return false
			}
		}
		return true
	}
	for _, s := range []string{"\x1b[2J", "a\nb", "\u202egpj.exe", "\xff\xfe", "\x9b31m", strings.Repeat("x", 90000), "\u2028", "\x00", "é", "👩‍💻"} {
		if !safe(s) {
			t.Errorf("%q became %q", s, model.Clean(s))
		}
	}
	if err := quick.Check(safe, nil); err != nil {
		t.Error(err)
	}
	if err := quick.Check(func(raw []byte) bool { return safe(string(raw)) }, nil); err != nil {
		t.Error(err)
	}
	if got := model.Clean("Fix \x1b[31mred\tthing\r\nnow"); got != "Fix ␛[31mred thing now" {
		t.Errorf("it became %q", got)
	}
}

func TestReadFresh(t *testing.T) {
	now := time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		read model.Read
		want bool
	}{
		{"never read", model.Read{Signal: model.SignalRuns}, false},
		{"just read", model.Read{Signal: model.SignalRuns, At: now}, true},
		{"read at the limit", model.Read{Signal: model.SignalRuns, At: now.Add(-15 * time.Minute)}, true},
		{"read before it", model.Read{Signal: model.SignalRuns, At: now.Add(-15*time.Minute - 1)}, false},
		{"a comparison never ages", model.Read{Signal: model.SignalComparison, At: now.AddDate(-1, 0, 0)}, true},
		{"clocks differ by seconds", model.Read{Signal: model.SignalRuns, At: now.Add(30 * time.Second)}, true},
		{"read in the future", model.Read{Signal: model.SignalRuns, At: now.Add(time.Hour)}, false},
	} {
		if got := c.read.Fresh(now); got != c.want {
			t.Errorf("%s: fresh is %v", c.name, got)
		}
	}
}

func TestReleaseVersion(t *testing.T) {
	for _, c := range []struct{ tag, pattern, want string }{
		{"api/v2.14.0", "api/v*", "v2.14.0"},
		{"v2.14.0", "v*", "v2.14.0"},
		{"v2.14.0", "", "v2.14.0"},
		{"a/b/v1", "a/b/v*", "v1"},
		{"a/b/v1", "a/*/v*", "b/v1"},
	} {
		r := model.Release{Tag: c.tag, SHA: "abc"}
		if got := r.Version(c.pattern); got != c.want {
			t.Errorf("the version of %s by %s is %s", c.tag, c.pattern, got)
		}
	}
	if got := (model.Release{SHA: "abc"}).Version("v*"); got != "abc" {
		t.Errorf("without a tag it is %s", got)
	}
}

func TestExpand(t *testing.T) {
	v := model.Values{Environment: "Production EU", Version: "v2.14.0", SHA: "abc"}
	got, err := model.Expand("{{.Version}} to {{ .Environment }}", v)
	if err != nil || got != "v2.14.0 to Production EU" {
		t.Errorf("it became %q, %v", got, err)
	}
	for _, text := range []string{"{{.Nothing}}", "{{.Version", "{{Version}}", "{{}}"} {
		if got, err := model.Expand(text, v); err == nil {
			t.Errorf("%q was accepted as %q", text, got)
		}
	}
	if !model.Templated("{{ .SHA }}", "SHA") || model.Templated("{{.SHA", "SHA") || model.Templated("SHA", "SHA") {
		t.Error("which field a text uses is not told")
	}
}

func TestWorseVerdicts(t *testing.T) {
	order := []model.Verdict{model.Go, model.Waiting, model.Undecided, model.NoGo, model.Erroneous}
	for i := range order {
		for k := range order {
			if order[i].Worse(order[k]) != (i > k) {
				t.Errorf("%s worse than %s is %v", order[i], order[k], order[i].Worse(order[k]))
			}
		}
	}
	if model.UpToDate.Worse(model.Go) || model.Go.Worse(model.UpToDate) {
		t.Error("UP TO DATE counts as GO")
	}
	var zero model.Verdict
	if !zero.Worse(model.Waiting) {
		t.Error("no verdict at all counts as UNKNOWN")
	}
}
