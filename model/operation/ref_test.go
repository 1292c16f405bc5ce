package operation_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gonogo/model/operation"
)

func TestMarkNames(t *testing.T) {
	for _, c := range []struct {
		mark operation.Mark
		want string
	}{
		{operation.Mark{Kind: operation.MarkLock, Service: "api", Environment: "Production EU"}, "lock/api/production_20eu"},
		{operation.Mark{Kind: operation.MarkHold, Service: "api", Environment: "prod/eu"}, "hold/api/prod_2feu"},
		{operation.Mark{Kind: operation.MarkVeto, Service: "Api.lock", SHA: "abc"}, "veto/api_2elock/abc"},
		{operation.Mark{Kind: operation.MarkTick, Service: "api", Environment: "production", SHA: "abc", Item: "release notes read"}, "tick/api/production/abc/release_20notes_20read"},
		{operation.Mark{Kind: operation.MarkAuto, Service: "api", Environment: "übung", SHA: "abc"}, "auto/api/_c3_bcbung/abc"},
	} {
		if got, err := c.mark.Name(); err != nil || got != c.want {
			t.Errorf("%s, %v instead of %s", got, err, c.want)
		}
	}
	for _, m := range []operation.Mark{{Kind: operation.MarkLock, Service: "api"}, {Kind: "other", Service: "api"}, {Kind: operation.MarkVeto, SHA: "a"}, {Kind: operation.MarkHold, Service: "api", Environment: strings.Repeat("ü", 42)}} {
		if name, err := m.Name(); err == nil {
			t.Errorf("%+v has the name %s", m, name)
		}
	}
}

// Git's rules for a part of a ref (git-check-ref-format): what EscapeRef gives always keeps them.
var part = regexp.MustCompile(`^[a-z0-9_-]*$`)

func TestEscapedNamesNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		x, y := operation.EscapeRef(a), operation.EscapeRef(b)
		if !part.MatchString(x) {
			t.Fatalf("%q became %q", a, x)
		}
		if lower, other := strings.ToLower(a), strings.ToLower(b); (x == y) != (lower == other) {
			t.Fatalf("%q and %q became %q and %q", a, b, x, y)
		}
	})
}

func TestMarkRoundTrip(t *testing.T) {
	m := operation.Mark{Kind: operation.MarkLock, Operation: id, Owner: "ada", Service: "api", Environment: "production", Reason: "promotes v2.14.0 {now}", Since: noon, Expiry: noon.Add(1)}
	text, err := m.Message()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := operation.ReadMark(text); err != nil || back != m {
		t.Errorf("%+v, %v", back, err)
	}
	if !m.Expired(noon.Add(2)) || m.Expired(noon) || (operation.Mark{}).Expired(noon) {
		t.Error("expiry is not told")
	}
}

func TestReadMarkRefuses(t *testing.T) {
	for _, text := range []string{"", "no JSON here", "{", `{"kind":"lock"}`, `{"kind":"else","service":"api"}`, "{" + strings.Repeat("x", 1<<20)} {
		if m, err := operation.ReadMark(text); err == nil {
			t.Errorf("%.20q was read as %+v", text, m)
		}
	}
}

func FuzzReadMark(f *testing.F) {
	f.Add(`gonogo lock by ada` + "\n\n" + `{"kind":"lock","owner":"a\u001b[2J","service":"api","environment":"production","since":"2026-11-03T12:00:00Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := operation.ReadMark(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(m.Owner+m.Reason+m.Item, "\x1b\n") {
			t.Errorf("%+q reached a mark uncleaned", m)
		}
		if _, err := m.Name(); err != nil {
			t.Errorf("a mark without a name was read: %v", err)
		}
	})
}
