package token

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const secret = "ghp_NeverToBeSeenAnywhere0123456789"

type holder struct {
	Name  string
	inner Token
	Outer Token
	Ptr   *Token
	List  []Token
	Any   any
}

func TestATokenIsNeverPrinted(t *testing.T) {
	tok := New("github.com", secret, "GH_TOKEN")
	h := holder{Name: "x", inner: tok, Outer: tok, Ptr: &tok, List: []Token{tok}, Any: tok}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T %v", "%!", "% x", "%20s"} {
		for _, v := range []any{tok, &tok, h, &h, []Token{tok}, map[string]Token{"a": tok}, fmt.Errorf("wrapped: %v", tok)} {
			fmt.Fprintf(&out, verb+"\n", v, v)
		}
	}
	fmt.Fprintln(&out, tok, h)
	for _, v := range []any{tok, h, &h, map[string]any{"t": tok}} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
	}
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil)),
	} {
		logger.Info("using", "token", tok, "holder", h, slog.Group("g", "t", &tok))
		logger.Info(tok.String() + fmt.Sprint(h))
	}
	_ = gob.NewEncoder(&out).Encode(struct{ T Token }{tok})
	out.WriteString(tok.Fingerprint([]byte("salt")))
	for _, part := range []string{secret, secret[4:], fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), "NeverToBeSeen"} {
		if strings.Contains(out.String(), part) {
			t.Errorf("%q was printed in\n%s", part, out.String())
		}
	}
	if !strings.Contains(out.String(), "[token]") {
		t.Error("nothing says that a token stood there")
	}
	if tok.Reveal() != secret || tok.Where() != "GH_TOKEN" || tok.Host() != "github.com" || tok.Zero() {
		t.Errorf("the token itself: %q from %q", tok.Reveal(), tok.Where())
	}
}

func TestNoTokenIsNoSecret(t *testing.T) {
	var none Token
	if !none.Zero() || none.Reveal() != "" || none.Fingerprint([]byte("x")) != "" {
		t.Error("no token reveals something")
	}
}

func TestFingerprintsTellTokensApart(t *testing.T) {
	a, b := New("h", "one", ""), New("h", "two", "")
	salt, other := []byte("salt"), []byte("other")
	again := New("h", "one", "elsewhere")
	if a.Fingerprint(salt) != again.Fingerprint(salt) || a.Fingerprint(salt) == b.Fingerprint(salt) || a.Fingerprint(salt) == a.Fingerprint(other) {
		t.Error("fingerprints don't tell")
	}
}

// home is a user's home with gh's hosts.yml.
func home(t *testing.T, hosts string) string {
	t.Helper()
	dir := t.TempDir()
	if hosts == "" {
		return dir
	}
	if err := os.MkdirAll(filepath.Join(dir, ".config", "gh"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".config", "gh", "hosts.yml"), []byte(hosts), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// program is a gh of ours: a script.
func program(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gh")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

const twoHosts = `
github.com: {user: octocat, oauth_token: from-hosts, git_protocol: https}
ghe.acme.dev: {user: me, users: {me: {oauth_token: from-users}, you: {oauth_token: wrong}}}
keyring.dev: {user: me, users: {me: }}
`

func TestWhichTokenBelongsToWhichHost(t *testing.T) {
	all := map[string]string{
		"GH_TOKEN": "gh", "GITHUB_TOKEN": "github", "GH_ENTERPRISE_TOKEN": "ghe", "GITHUB_ENTERPRISE_TOKEN": "githube",
	}
	with := func(change map[string]string) map[string]string {
		env := map[string]string{}
		for k, v := range all {
			env[k] = v
		}
		for k, v := range change {
			env[k] = v
		}
		return env
	}
	for _, c := range []struct {
		name  string
		host  string
		env   map[string]string
		own   []string // hosts of the person's own configuration
		hosts string
		want  string
		where string
	}{
		{"github.com takes GH_TOKEN first", "github.com", all, nil, twoHosts, "gh", "GH_TOKEN"},
		{"then GITHUB_TOKEN", "github.com", with(map[string]string{"GH_TOKEN": ""}), nil, twoHosts, "github", "GITHUB_TOKEN"},
		{"then hosts.yml", "github.com", nil, nil, twoHosts, "from-hosts", "hosts.yml"},
		{"in any case", "GitHub.com", all, nil, "", "gh", "GH_TOKEN"},
		{"no host is github.com", "", all, nil, "", "gh", "GH_TOKEN"},
		{"never Enterprise's", "github.com", map[string]string{"GH_ENTERPRISE_TOKEN": "ghe"}, nil, "", "", ""},
		{"a stranger's host gets nothing of the environment", "evil.dev", all, nil, twoHosts, "", ""},
		{"nor does one that looks like GitHub", "github.com.evil.dev", all, nil, twoHosts, "", ""},
		{"nor one that ends like it", "evilgithub.com", all, nil, twoHosts, "", ""},
		{"nor its other port", "github.com:8443", all, nil, twoHosts, "", ""},
		{"nor does loopback", "127.0.0.1:8080", all, nil, twoHosts, "", ""},
		{"GH_HOST names a host", "ghe.other.dev", with(map[string]string{"GH_HOST": "GHE.other.dev"}), nil, "", "ghe", "GH_ENTERPRISE_TOKEN"},
		{"the person's own configuration names it", "ghe.other.dev", with(map[string]string{"GH_ENTERPRISE_TOKEN": ""}), []string{"ghe.other.dev"}, "", "githube", "GITHUB_ENTERPRISE_TOKEN"},
		{"GH_HOST names another", "evil.dev", with(map[string]string{"GH_HOST": "ghe.acme.dev"}), nil, "", "", ""},
		{"an Enterprise never gets GitHub's", "ghe.other.dev", map[string]string{"GH_TOKEN": "gh", "GH_HOST": "ghe.other.dev"}, nil, "", "", ""},
		{"known by gh, not by GH_HOST", "ghe.acme.dev", all, nil, twoHosts, "from-users", "hosts.yml"},
		{"data residency unnamed", "acme.ghe.com", all, nil, "", "", ""},
		{"data residency named", "acme.ghe.com", all, []string{"acme.ghe.com"}, "", "gh", "GH_TOKEN"},
		{"somebody's ghe.com", "evilghe.com", all, []string{"evilghe.com"}, "", "ghe", "GH_ENTERPRISE_TOKEN"},
		{"blank around it", "github.com", map[string]string{"GH_TOKEN": " gh\n"}, nil, "", "gh", "GH_TOKEN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Finder{Getenv: func(n string) string { return c.env[n] }, Home: home(t, c.hosts), Hosts: c.own}
			tok, err := f.For(t.Context(), c.host)
			if tok.Reveal() != c.want || c.where != filepath.Base(tok.Where()) && c.where != "" {
				t.Errorf("got %q from %q", tok.Reveal(), tok.Where())
			}
			if (c.want == "") != errors.Is(err, ErrNone) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestNoTokenSaysWhatToDo(t *testing.T) {
	env := map[string]string{"GH_ENTERPRISE_TOKEN": secret}
	f := Finder{Getenv: func(n string) string { return env[n] }}
	for host, want := range map[string]string{
		"github.com":   "no token for github.com: set GH_TOKEN, or sign in with: gh auth login",
		"ghe.acme.dev": "no token for ghe.acme.dev: GH_ENTERPRISE_TOKEN is set, but nothing says that it is for that host; set GH_HOST=ghe.acme.dev, or list the host under hosts: in your config.yml",
		"acme.ghe.com": "no token for acme.ghe.com: set GH_TOKEN, or sign in with: gh auth login --hostname acme.ghe.com",
	} {
		if _, err := f.For(t.Context(), host); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	env["GH_TOKEN"] = "ghp_a\r\nX-Evil: 1"
	if _, err := f.For(t.Context(), "github.com"); !errors.Is(err, ErrNone) || strings.Contains(err.Error(), "ghp_a") {
		t.Errorf("a token that would split a header: %v", err)
	}
}

func TestGhIsAskedLastAndWithoutTheEnvironmentsTokens(t *testing.T) {
	env := map[string]string{"PATH": os.Getenv("PATH"), "GH_ENTERPRISE_TOKEN": secret, "GITHUB_TOKEN": "", "GH_HOST": "ghe.acme.dev"}
	f := Finder{
		Getenv: func(n string) string { return env[n] }, Home: t.TempDir(),
		Gh: program(t, `echo "$@" >&2; [ "$4" = keyring.dev ] || [ "$5" = keyring.dev ] || exit 1; env | grep -q TOKEN && exit 1; echo from-keyring`),
	}
	tok, err := f.For(t.Context(), "keyring.dev")
	if err != nil || tok.Reveal() != "from-keyring" || tok.Where() != "gh" {
		t.Errorf("got %q from %q, %v", tok.Reveal(), tok.Where(), err)
	}
	if _, err := f.For(t.Context(), "other.dev"); !errors.Is(err, ErrNone) {
		t.Errorf("a host that gh doesn't know: %v", err)
	}
}

func TestAGhThatHangsIsLeft(t *testing.T) {
	left := filepath.Join(t.TempDir(), "left")
	f := Finder{
		Getenv:  func(n string) string { return map[string]string{"PATH": os.Getenv("PATH")}[n] },
		Gh:      program(t, "(sleep 2; touch "+left+") & sleep 30"),
		Timeout: 100 * time.Millisecond,
	}
	began := time.Now()
	_, err := f.For(t.Context(), "github.com")
	if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "did not answer within 100ms") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("took %s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.For(ctx, "github.com"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	time.Sleep(2200*time.Millisecond - time.Since(began))
	if _, err := os.Stat(left); err == nil {
		t.Error("what gh started went on")
	}
}

func TestKnownHosts(t *testing.T) {
	f := Finder{Home: home(t, "GHE.acme.dev: {user: x}\nother.dev: {}\n")}
	if got := f.KnownHosts(); !slices.Equal(got, []string{"ghe.acme.dev", "github.com", "other.dev"}) {
		t.Errorf("got %v", got)
	}
	for _, broken := range []string{"", "- a\n", "\x00", "a: [", "github.com: x"} {
		if got := (Finder{Home: home(t, broken)}).KnownHosts(); !slices.Equal(got, []string{"github.com"}) {
			t.Errorf("%q: got %v", broken, got)
		}
	}
}

func TestWhereGhKeepsItsFiles(t *testing.T) {
	dir := home(t, twoHosts)
	for name, env := range map[string]map[string]string{
		"GH_CONFIG_DIR":   {"GH_CONFIG_DIR": filepath.Join(dir, ".config", "gh")},
		"XDG_CONFIG_HOME": {"XDG_CONFIG_HOME": filepath.Join(dir, ".config")},
	} {
		tok, err := Finder{Getenv: func(n string) string { return env[n] }, Home: t.TempDir()}.For(t.Context(), "github.com")
		if err != nil || tok.Reveal() != "from-hosts" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLookGh(t *testing.T) {
	gh := program(t, "")
	here := t.TempDir()
	for _, c := range []struct{ name, path, named, want string }{
		{"along PATH", "/nowhere:" + filepath.Dir(gh), "", gh},
		{"by GH_PATH", "", "/opt/gh", "/opt/gh"},
		{"never in a relative folder", ".:" + here, "", ""},
		{"nowhere", "", "", ""},
	} {
		got := LookGh(func(n string) string { return map[string]string{"PATH": c.path, "GH_PATH": c.named}[n] })
		if got != c.want {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}
