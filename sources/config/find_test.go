package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gonogo/model"
)

func manyServices(n int) []byte {
	var b strings.Builder
	b.WriteString("defaults:\n  ci: [ci.yml]\n  coverage: {minimum: 80}\nservices:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - name: service-%d
    repo: acme/service-%d
    deploy: {workflow: deploy.yml, inputs: {environment: "{{.Environment}}", version: "{{.Version}}"}}
    environments:
      - name: staging
        health: [{http: "https://staging.acme.dev/%d/healthz"}]
      - name: production
        soak: 30m
        health:
          - http: https://acme.dev/%d/healthz
            expect: {json: {version: "{{.Version}}"}}
`, i, i, i, i)
	}
	return []byte(b.String())
}

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhereTheConfigurationIsFound(t *testing.T) {
	work, home := t.TempDir(), t.TempDir()
	if _, err := Find("", work, home); !errors.Is(err, ErrNone) {
		t.Fatalf("nowhere: %v", err)
	}
	own := put(t, filepath.Join(home, "gonogo", FileName), "own")
	source, err := Find("", work, home)
	if want := (Source{Path: own, Data: []byte("own"), Origin: UserFolder}); err != nil || !cmp.Equal(want, source) {
		t.Errorf("in the user's folder: %+v, %v", source, err)
	}
	here := put(t, filepath.Join(work, FileName), "here")
	source, err = Find("", work, home)
	if want := (Source{Path: here, Data: []byte("here"), Origin: WorkingFolder}); err != nil || !cmp.Equal(want, source) {
		t.Errorf("in the working folder: %+v, %v", source, err)
	}
	named := put(t, filepath.Join(work, "other.yml"), "named")
	source, err = Find("other.yml", work, home)
	if want := (Source{Path: named, Data: []byte("named"), Origin: Flag}); err != nil || !cmp.Equal(want, source) {
		t.Errorf("by the flag: %+v, %v", source, err)
	}
	if source, err = Find("", filepath.Join(home, "gonogo"), home); err != nil || source.Origin != UserFolder {
		t.Errorf("standing in the user's folder: %+v, %v", source, err)
	}
	if _, err = Find("missing.yml", work, home); err == nil || errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "missing.yml") {
		t.Errorf("a missing file that the flag names: %v", err)
	}
}

func TestWhatLiesThereButIsNoFile(t *testing.T) {
	work := t.TempDir()
	if err := os.Mkdir(filepath.Join(work, FileName), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Find("", work, ""); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
	work = t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(work, FileName), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Find("", work, ""); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("a pipe, which would hang: %v", err)
	}
}

func TestNoFileOffersTheDemoAndAFileThatWorks(t *testing.T) {
	text := ErrNone.Error()
	_, file, found := strings.Cut(text, "\n\n")
	if !found || !strings.Contains(text, "gonogo --demo") {
		t.Fatal(text)
	}
	if _, err := Load("gonogo.yml", []byte(strings.ReplaceAll(file, "\n    ", "\n")[4:])); err != nil {
		t.Errorf("the file that is offered: %v", err)
	}
}

func TestUserFolders(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		goos string
		want Folders
	}{
		{"Linux", map[string]string{"HOME": "/h"}, "linux", Folders{"/h/.config", "/h/.local/state", "/h/.cache"}},
		{"macOS", map[string]string{"HOME": "/h"}, "darwin", Folders{"/h/Library/Application Support", "/h/Library/Application Support", "/h/Library/Caches"}},
		{"XDG", map[string]string{"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k"}, "darwin", Folders{"/c", "/s", "/k"}},
		{"a relative XDG folder is ignored", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "c"}, "linux", Folders{"/h/.config", "/h/.local/state", "/h/.cache"}},
	} {
		got, err := UserFolders(func(name string) string { return c.env[name] }, c.goos)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if _, err := UserFolders(func(string) string { return "" }, "linux"); err == nil || !strings.Contains(err.Error(), "HOME is not set") {
		t.Errorf("nowhere: %v", err)
	}
}

func TestEachConfigurationHasACacheOfItsOwn(t *testing.T) {
	one := CachePath("/cache", Source{Path: "/src/acme payments/gonogo.yml"})
	other := CachePath("/cache", Source{Path: "/src/acme-payments/gonogo.yml"})
	if one == other || filepath.Dir(one) != "/cache/gonogo" || !strings.HasPrefix(filepath.Base(one), "acmepayments-") {
		t.Errorf("%s and %s", one, other)
	}
	if deep := CachePath("/cache", Source{Path: "/" + strings.Repeat("x", 250) + "/../../a/gonogo.yml"}); len(filepath.Base(deep)) > 80 {
		t.Errorf("%s", deep)
	}
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestTrustIsOfAPathAndItsBytes(t *testing.T) {
	state := t.TempDir()
	trust := NewTrust(state)
	found := Source{Path: "/clone/gonogo.yml", Data: []byte("services: []"), Origin: WorkingFolder}
	trusted := func(s Source) bool {
		t.Helper()
		ok, err := NewTrust(state).Trusted(s)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if trusted(found) {
		t.Error("a stranger's file is trusted")
	}
	if !trusted(Source{Path: "/x", Origin: Flag}) || !trusted(Source{Path: "/x", Origin: UserFolder}) {
		t.Error("the person's own file is not trusted")
	}
	if err := trust.Trust(found, noon); err != nil {
		t.Fatal(err)
	}
	changed, moved := found, found
	changed.Data = []byte("services: [{}]")
	moved.Path = "/elsewhere/gonogo.yml"
	if !trusted(found) || trusted(changed) || trusted(moved) {
		t.Errorf("trusted %t, changed %t, moved %t", trusted(found), trusted(changed), trusted(moved))
	}
	list, err := trust.List()
	if want := []Trusted{{Path: found.Path, SHA256: found.Hash(), At: noon}}; err != nil || !cmp.Equal(want, list) {
		t.Errorf("list %v, %v", list, err)
	}
	err = filepath.Walk(state, func(path string, info os.FileInfo, err error) error {
		if err == nil && path != state && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if had, err := trust.Untrust(found.Path); !had || err != nil || trusted(found) {
		t.Errorf("untrust: %t, %v", had, err)
	}
	if had, err := trust.Untrust(found.Path); had || err != nil {
		t.Errorf("untrust again: %t, %v", had, err)
	}
}

func TestADamagedTrustIsNoTrust(t *testing.T) {
	state := t.TempDir()
	trust := NewTrust(state)
	found := Source{Path: "/clone/gonogo.yml", Origin: WorkingFolder}
	if err := trust.Trust(found, noon); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(trust.file(found.Path), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, err := trust.Trusted(found); ok || err == nil || !strings.Contains(err.Error(), "is damaged; delete it and trust again") {
		t.Errorf("%t, %v", ok, err)
	}
}

func TestAnUntrustedFileMayOnlyRead(t *testing.T) {
	text := `
sprint: {milestones: true}
services:
  - repo: acme/api
    ci_ignore: ["**"]
    environments:
      - name: staging
        health: [{tcp: 10.0.0.1:22, required: false}]
        gates: {ci: off, rollback: off, sprint: required}
      - name: production
        tier: other
        gates: {rollback: advisory, soak: required}
  - repo: ghe.acme.dev/acme/web
    environments: [{name: production}]
  - repo: evil.dev/acme/web
    name: evil
    environments: [{name: production}]
  - repo: acme/ops
    deploy: {repo: other.dev/acme/ops, ref: branch, version: payload}
    environments: [{name: production}]
`
	fleet := load(t, text)
	got, list := Restrict(fleet, []string{"github.com", "GHE.acme.dev"})
	if diff := cmp.Diff(load(t, text), fleet); diff != "" {
		t.Errorf("the fleet that was passed in has changed:\n%s", diff)
	}
	api := got.Services[0]
	staging, production := api.Environments[0], api.Environments[1]
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"ci_ignore", api.CIIgnore, []string(nil)},
		{"the check", [2]bool{staging.Checks[0].Untrusted, staging.Checks[0].Required}, [2]bool{true, true}},
		{"gates of staging", staging.Gates, map[model.Gate]model.Level{model.GateSprint: model.Required}},
		{"gates of production", production.Gates, map[model.Gate]model.Level{model.GateSoak: model.Required}},
		{"production's tier", production.Tier, model.Production},
		{"read only", staging.ReadOnly && production.ReadOnly, true},
		{"a host that gh knows", got.Services[1].Untrusted, model.Text("")},
		{"a stranger's host", got.Services[2].Untrusted, model.Text("evil.dev is not asked for evil: the configuration isn't trusted, and gh knows no such host")},
		{"a stranger's host to deploy", got.Services[3].Untrusted != "", true},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	var said []string
	for _, r := range list {
		said = append(said, string(r.Why))
	}
	if diff := cmp.Diff([]string{
		"api: ci_ignore is not followed",
		"api staging: the gate ci stays required, not off",
		"api staging: the gate rollback stays advisory, not off",
		"api production counts as production",
		"api production: the gate rollback stays required, not advisory",
		"evil.dev is not asked for evil: the configuration isn't trusted, and gh knows no such host",
		"other.dev is not asked for ops: the configuration isn't trusted, and gh knows no such host",
		"1 check is not run",
		"nothing is promoted, rolled back or approved from here",
	}, said); diff != "" {
		t.Errorf("what is said (-want +got):\n%s", diff)
	}
}

func TestAPersonsOwnSettings(t *testing.T) {
	got, err := LoadUser("config.yml", []byte(`
keys: {promote: P, refresh: [r, f5], zoom: 0}
commands:
  - name: shell
    key: S
    run: [ssh, "{{.Environment}}"]
    dangerous: true
theme: dark
background: light
notify: [bell, title]
hosts: [GHE.acme.dev]
lock: optional
api_budget: 0.25
`), Known{Actions: []string{"promote", "refresh", "zoom"}, Themes: []string{"dark"}})
	want := &UserSettings{
		Keys:     map[string][]string{"promote": {"P"}, "refresh": {"r", "f5"}, "zoom": {"0"}},
		Commands: []Command{{Name: "shell", Key: "S", Run: []string{"ssh", "{{.Environment}}"}, Dangerous: true}},
		Theme:    "dark", Background: "light", Notify: []string{"bell", "title"}, Hosts: []string{"ghe.acme.dev"},
		LockOptional: true, APIBudget: 0.25,
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"", "# nothing\n", "---\n"} {
		if got, err := LoadUser("config.yml", []byte(text), Known{}); err != nil || !cmp.Equal(DefaultUser(), got) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	if got, err := FindUser(t.TempDir(), Known{}); err != nil || !cmp.Equal(DefaultUser(), got) {
		t.Errorf("no file: %+v, %v", got, err)
	}
}

func TestWhatIsWrongWithAPersonsSettings(t *testing.T) {
	known := Known{Actions: []string{"promote", "refresh"}, Themes: []string{"dark", "light"}}
	for _, c := range []struct{ name, text, want string }{
		{"an unknown key", "thme: dark", `did you mean "theme"?`},
		{"an unknown theme", "theme: drak", `there is no theme "drak"; did you mean "dark"?`},
		{"an unknown action", "keys: {promot: P}", `there is no action "promot"; did you mean "promote"?`},
		{"a key of two actions", "keys: {promote: P, refresh: [r, P]}", `1:33: the key "P" is promote already`},
		{"keys that are none", "keys: [P]", `wants actions with keys`},
		{"a notice", "notify: [mail]", `"mail" is none of bell, osc9, title`},
		{"a host", "hosts: [https://ghe.acme.dev]", `is not the name of a host`},
		{"the whole budget and more", "api_budget: 2", `must be at most 1`},
		{"a command without its danger", "commands: [{name: x, run: [ls]}]", `a command without dangerous; add dangerous:`},
		{"a command that a tag chooses", "commands: [{name: x, run: ['{{.Tag}}'], dangerous: false}]", `the selection must not choose the program`},
		{"a command's template", "commands: [{name: x, run: [ls, '{{.Sha}}'], dangerous: false}]", `did you mean {{.SHA}}?`},
	} {
		if _, err := LoadUser("config.yml", []byte(c.text), known); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
