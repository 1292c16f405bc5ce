package story_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// clone lays a clone down as git does, without git, and returns a folder inside it.
func (l *lab) clone(remotes string) string {
	l.t.Helper()
	root := filepath.Join(l.home, "src", "clone")
	l.write(filepath.Join(root, ".git", "HEAD"), "ref: refs/heads/main\n")
	l.write(filepath.Join(root, ".git", "config"), "[core]\n\tbare = false\n"+remotes)
	for _, dir := range []string{".git/objects", ".git/refs", "internal"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			l.t.Fatal(err)
		}
	}
	return filepath.Join(root, "internal")
}

const originOfAPI = "[remote \"origin\"]\n\turl = git@github.com:acme/api.git\n"

// in is the program in a folder, on this lab's GitHub, with nothing said about a configuration.
func (l *lab) in(folder string, args ...string) *exec.Cmd {
	cmd := l.bare(append([]string{"--api-root", "github.com=" + l.api.URL()}, args...)...)
	cmd.Dir = folder
	return cmd
}

// Whoever starts gonogo inside a clone, with nothing configured, sees the verdicts of its service; and sees them at once
// when they start it again, also without a network.
func TestInsideACloneThereIsSomethingToSeeWithoutAnyConfiguration(t *testing.T) {
	l := demoLab(t)
	folder := l.clone(originOfAPI)
	c := terminal.Start(t, l.in(folder), 160, 48)
	c.See("api", "v2.14.0", "development", "PRODUCTION", "✓ GO", "discovered from the clone; gonogo init writes it down")
	c.Press("j").Press("enter").See("deploy.yml in acme/api", "by remote origin").Press("esc").See("all services").Check()
	c.Press("q").Exited(soon)
	c.Restored()
	got := l.run(l.in(folder, "status"))
	if got.code != 0 || !strings.Contains(got.out, "api      production   GO") || !strings.Contains(got.out, "note: discovered from the clone") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	c = terminal.Start(t, l.in(folder), 160, 48)
	c.See("v2.14.0", "✓ GO", "discovered")
	if d := time.Since(began); d > soon {
		t.Errorf("the second start took %v", d)
	}
	c.Press("r").See("OFFLINE", "v2.14.0").Check()
	c.Press("q").Exited(soon)
	if got := l.run(l.in(folder, "status", "--cached")); got.code != 0 || !strings.Contains(got.out, "v2.14.0") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

// While a slow GitHub is looked at the screen is there, says so, and takes keys.
func TestLookingAtASlowGitHubBlocksNothing(t *testing.T) {
	l := demoLab(t)
	folder := l.clone(originOfAPI)
	l.world.Fault(simulator.Fault{Path: "**", Delay: 10 * time.Second})
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		began := time.Now()
		c := terminal.Start(t, l.in(folder), size[0], size[1])
		c.See("looking at acme/api").Press("4").See("looking at acme/api on github.com: environments")
		c.Press("?").See("go or no-go for the next").Press("esc").NotSee("go or no-go for the next").Check()
		if d := time.Since(began); d > 3*time.Second {
			t.Errorf("it took %v", d)
		}
		c.Press("q").Exited(soon)
		c.Restored()
	}
}

// What was discovered is looked at again after a day, and what is new appears on the screen that is open.
func TestWhatIsNewOnGitHubIsDiscovered(t *testing.T) {
	l := demoLab(t)
	folder := l.clone(originOfAPI)
	l.run(l.in(folder, "status"))
	kept := l.files("api-")
	path := ""
	for _, file := range kept {
		if strings.HasSuffix(file, ".yml") {
			path = file
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: %v", kept, err)
	}
	_, rest, _ := strings.Cut(string(data), "# at: ")
	at, _, _ := strings.Cut(rest, "\n")
	old := strings.ReplaceAll(string(data), at, time.Now().AddDate(0, 0, -2).UTC().Format(time.RFC3339))
	old = strings.ReplaceAll(old, "      - name: development\n", "")
	l.write(path, old)
	slow := l.world.Fault(simulator.Fault{Path: "/repos/acme/api", Delay: time.Second})
	c := terminal.Start(t, l.in(folder), 160, 48)
	c.See("staging", "v2.14.0").NotSee("development")
	l.world.Lift(slow)
	c.See("development", "✓ GO").Check()
	c.Press("q").Exited(soon)
}

func TestWhyNothingIsDiscoveredIsSaid(t *testing.T) {
	l := demoLab(t)
	for name, c := range map[string]struct {
		remotes string // empty: no clone at all
		env     []string
		args    []string
		says    []string
	}{
		"no clone":        {says: []string{"Nothing to discover either: this folder is not inside a clone.", "gonogo --demo", "repo: acme/api"}},
		"GitLab":          {remotes: "[remote \"origin\"]\n\turl = https://mona:hunter2@gitlab.com/acme/api.git\n", says: []string{"remote origin is on gitlab.com", "gh auth login --hostname gitlab.com", "gonogo --demo"}},
		"no remote":       {remotes: "[branch \"main\"]\n", says: []string{"has no remote"}},
		"no token":        {remotes: originOfAPI, env: []string{"GH_TOKEN="}, says: []string{"remote origin is acme/api, and there is no token for github.com: set GH_TOKEN, or sign in with: gh auth login"}},
		"another GH_HOST": {remotes: originOfAPI, env: []string{"GH_HOST=ghe.acme.dev"}, says: []string{"remote origin is on github.com, and GH_HOST is ghe.acme.dev"}},
		"nothing cached":  {remotes: originOfAPI, args: []string{"status", "--cached"}, says: []string{"nothing was discovered here yet"}},
		"a repository that isn't there": {
			remotes: strings.ReplaceAll(originOfAPI, "acme/api", "acme/nowhere"), args: []string{"status"},
			says: []string{"discover acme/nowhere", "does not exist, or the token can't see it"},
		},
	} {
		folder := filepath.Join(l.home, "empty")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if c.remotes != "" {
			folder = l.clone(c.remotes)
		}
		cmd := l.in(folder, c.args...)
		cmd.Env = append(cmd.Env, c.env...)
		got := l.run(cmd)
		for _, says := range c.says {
			if got.code != 2 || !strings.Contains(got.err, says) {
				t.Errorf("%s: exit %d without %q:\n%s%s", name, got.code, says, got.out, got.err)
			}
		}
		if strings.Contains(got.err, "hunter2") {
			t.Errorf("%s: a password is shown", name)
		}
	}
	c := terminal.Start(t, l.in(l.clone(strings.ReplaceAll(originOfAPI, "acme/api", "acme/nowhere"))), 80, 24)
	c.See("not discovered", "acme/nowhere could not be discovered").Press("4").See("does not exist").Check()
	c.Press("q").Exited(soon)
}

// init writes what is discovered; the file is then what is looked at.
func TestInitWritesAFileThatIsLookedAt(t *testing.T) {
	l := demoLab(t)
	folder := l.clone(originOfAPI)
	got := l.run(l.in(folder, "init"))
	file := filepath.Join(folder, "gonogo.yml")
	if got.code != 0 || !strings.Contains(got.out, "acme/api: development, staging and production, deployed by deploy.yml, CI ci.yml") || !strings.Contains(got.out, "gonogo trust") {
		t.Fatalf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if again := l.run(l.in(folder, "init")); again.code != 2 || !strings.Contains(again.err, "--force replaces it") {
		t.Errorf("exit %d\n%s", again.code, again.err)
	}
	l.write(file, "services: []\n")
	if forced := l.run(l.in(folder, "init", "--force")); forced.code != 0 {
		t.Errorf("exit %d\n%s", forced.code, forced.err)
	}
	if second, err := os.ReadFile(file); err != nil || string(second) != string(first) {
		t.Errorf("--force wrote another file (%v):\n%s", err, second)
	}
	if printed := l.run(l.in(folder, "init", "--stdout")); printed.code != 0 || printed.out != string(first) {
		t.Errorf("exit %d: --stdout prints another file:\n%s%s", printed.code, printed.out, printed.err)
	}
	status := l.run(l.in(folder, "status"))
	if status.code != 0 || !strings.Contains(status.out, "not trusted") || strings.Contains(status.out, "discovered") {
		t.Errorf("exit %d\n%s%s", status.code, status.out, status.err)
	}
	l.run(l.in(folder, "trust"))
	if status := l.run(l.in(folder, "status")); status.code != 0 || strings.Contains(status.out, "note:") {
		t.Errorf("exit %d\n%s%s", status.code, status.out, status.err)
	}
	elsewhere := t.TempDir()
	if named := l.run(l.in(elsewhere, "init", "--repo", "acme/ledger", "--config", filepath.Join(elsewhere, "ledger.yml"))); named.code != 0 || strings.Contains(named.out, "gonogo trust") {
		t.Errorf("exit %d\n%s%s", named.code, named.out, named.err)
	}
	if status := l.run(l.in(elsewhere, "status", "--config", "ledger.yml", "ledger/staging")); status.code != 0 {
		t.Errorf("exit %d\n%s%s", status.code, status.out, status.err)
	}
}

// A worktree of a clone is read through the file .git that stands in it.
func TestAWorktreeIsAClone(t *testing.T) {
	l := demoLab(t)
	root := filepath.Dir(l.clone("[url \"git@github.com:\"]\n\tinsteadOf = gh:\n[remote \"origin\"]\n\turl = gh:mona/api\n[remote \"upstream\"]\n\turl = gh:acme/api\n"))
	tree := filepath.Join(l.home, "tree")
	l.write(filepath.Join(tree, ".git"), "gitdir: "+filepath.Join(root, ".git", "worktrees", "tree")+"\n")
	l.write(filepath.Join(root, ".git", "worktrees", "tree", "HEAD"), "ref: refs/heads/topic\n")
	l.write(filepath.Join(root, ".git", "worktrees", "tree", "commondir"), "../..\n")
	got := l.run(l.in(tree, "status"))
	if got.code != 0 || !strings.Contains(got.out, "production   GO") || !strings.Contains(got.out, "note: remote upstream was taken, not mona/api (origin); choose with GH_REPO=OWNER/REPO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	cmd := l.in(tree, "status")
	cmd.Env = append(cmd.Env, "GH_REPO=acme/ledger")
	if got := l.run(cmd); got.code != 0 || !strings.Contains(got.out, "ledger") || !strings.Contains(got.out, "discovered from GH_REPO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

// An Enterprise Server is asked where GH_HOST names it, with its own token, and not otherwise.
func TestAnEnterpriseServerByGHHost(t *testing.T) {
	w, s := simulator.Demo(simulator.Options{Seed: 1, Now: time.Now, Edition: simulator.EnterpriseServer319})
	l := newLab(t, w, s, simulator.DemoConfig)
	folder := l.clone("[remote \"origin\"]\n\turl = ssh://git@ghe.acme.dev:122/acme/api.git\n")
	command := func(env ...string) *exec.Cmd {
		cmd := l.bare("--api-root", "ghe.acme.dev="+l.api.URL(), "status")
		cmd.Dir = folder
		cmd.Env = append(cmd.Env, append([]string{"GH_TOKEN=", "GH_ENTERPRISE_TOKEN=" + secret}, env...)...)
		return cmd
	}
	if got := l.run(command("GH_HOST=ghe.acme.dev")); got.code != 0 || !strings.Contains(got.out, "api      production   GO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if got := l.run(command()); got.code != 2 || !strings.Contains(got.err, "remote origin is on ghe.acme.dev: ghe.acme.dev is no GitHub that gh knows") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if leaks := l.world.Leaks(); len(leaks) > 0 {
		t.Errorf("the token came to another host: %v", leaks)
	}
}
