package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
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
