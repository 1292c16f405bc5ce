package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/sources/config"
)

// runMain runs a command in an empty folder and home, and returns what it printed.
func runMain(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	t.Run(strings.Join(args, " "), func(t *testing.T) { out, errs, code = runIn(t, t.TempDir(), args) }) // the folder changes for as long as it runs
	return out, errs, code
}

func runIn(t *testing.T, home string, args []string) (out, errs string, code int) {
	t.Helper()
	t.Chdir(home)
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	var failed bytes.Buffer
	code = Main(t.Context(), Env{Args: args, Out: file, Err: &failed, Environ: []string{"HOME=" + home, "GIT_CEILING_DIRECTORIES=" + filepath.Dir(home)}})
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data), failed.String(), code
}

func TestInitOfTheDemo(t *testing.T) {
	out, errs, code := runMain(t, "--demo", "init", "--repo", "acme/api", "--stdout")
	if code != ExitGo || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if _, err := config.Load("gonogo.yml", []byte(out)); err != nil {
		t.Error(err)
	}
	golden(t, "init.yml", []byte(out))
}

func TestInitSaysWhatItNeeds(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--demo", "init", "--repo", "acme/api"}, "add --stdout"},
		{[]string{"--demo", "init", "--stdout"}, "--repo acme/api"},
		{[]string{"--demo", "init", "--stdout", "--repo", "acme/nowhere"}, "acme/nowhere does not exist"},
		{[]string{"init"}, "this folder is not inside a clone; name it with --repo OWNER/REPO"},
		{[]string{"init", "--repo", "https://github.com/acme/api"}, "write acme/api"},
		{[]string{"init", "--repo", "acme/api"}, "no token for github.com: set GH_TOKEN, or sign in with: gh auth login"},
		{[]string{"init", "acme/api"}, "unknown command"},
	} {
		if out, errs, code := runMain(t, c.args...); code != ExitError || !strings.Contains(errs, c.says) || out != "" {
			t.Errorf("%v: exit %d without %q: %s%s", c.args, code, c.says, out, errs)
		}
	}
}
