package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
