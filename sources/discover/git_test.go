package discover

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/model"
)

// gitProgram is git where this machine has it. Only then is what we read held against git's own reading; everything else
// is tested on files alone.
func gitProgram(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("git")
	if err == nil {
		return path
	}
	if os.Getenv("GONOGO_TOOLS") != "" {
		t.Fatalf("GONOGO_TOOLS asks for git: %v", err)
	}
	t.Skip("git is not here to be held against")
	return ""
}

// home is a person's home without anything of this machine in it.
type home struct {
	t    *testing.T
	dir  string
	more map[string]string
}

func newHome(t *testing.T) *home {
	return &home{t: t, dir: t.TempDir(), more: map[string]string{}}
}

func (h *home) environment() Environment {
	return Environment{Home: h.dir, System: []string{filepath.Join(h.dir, "system")}, Getenv: func(name string) string { return h.more[name] }}
}

func (h *home) write(path, text string) string {
	h.t.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(h.dir, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h *home) git(dir string, args ...string) string {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), gitProgram(h.t), args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + h.dir, "PATH=" + os.Getenv("PATH"), "GIT_CONFIG_SYSTEM=" + filepath.Join(h.dir, "system"), "LC_ALL=C"}
	for name, value := range h.more {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("git %v: %v\n%s", args, err, stderr.String())
	}
	return string(out)
}

// clone lays a clone's files down as git does, without git.
func (h *home) clone(name, config string) string {
	h.t.Helper()
	dir := filepath.Join(h.dir, name)
	h.write(filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n")
	h.write(filepath.Join(dir, ".git", "config"), config)
	for _, below := range []string{"objects", "refs"} {
		if err := os.MkdirAll(filepath.Join(dir, ".git", below), 0o755); err != nil {
			h.t.Fatal(err)
		}
	}
	return dir
}

// origin is a configuration with one remote.
func origin(url string) string {
	return "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = " + url + "\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
}

func (h *home) open(dir string) Clone {
	h.t.Helper()
	c, err := Open(dir, h.environment())
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// repos are a clone's remotes in one line.
func repos(c Clone) string {
	var list []string
	for _, r := range c.Remotes {
		is := r.Repo.String()
		if r.Repo == (model.Repo{}) {
			is = r.Why
		}
		list = append(list, r.Name+"="+is)
	}
	return strings.Join(list, " ")
}

// Whatever git can write is read as git reads it: names, values, quotes, escapes, comments, lines that go on.
func TestTheSyntaxIsGits(t *testing.T) {
	gitProgram(t)
	for _, text := range []string{
		"", "# nothing\n; nothing\n", "[a]\nb=c", "[a]\n\tb = c d  \n", "[a]b=c\n", "[A]\nB=C\n", "[a]\nb\n", "[a]\nb=\n", "[a]\nb = \"\"\n",
		"[a \"B c\"]\nd=e\n", "[a \"q\\\"u\\\\o\\te\"]\nd=e\n", "[a.Sub.x]\nd=e\n", "[a]\nb = \"x # y\" ; z\n", "[a]\nb = x # y\n", "[a]\nb = x#y\n", "[a]\nb=x\\ty\\nz\\\\\\\"\n",
		"[a]\nb = one \\\n  two\n", "[a]\nb = \"one \\\n  two\"\n", "[a]\nb = \"  x  \"  \n", "[a]\nb = x\"  \" \n", "[a]\r\nb = c\r\nd = e\r\n", "\ufeff[a]\nb=c\n",
		"[a]\nb-c1=d\n[a]\nb-c1=e\n", "[a] # c\nb=c # d\n", "[a]\nb = c = d\n", "[a \"\"]\nb=c\n", "[a]\nb = \"x\" y \"z\"\n", "[a]\nb = \t x  y \t\n", "[a-b]\nc = d\n[a.b]\nc=d\n",
		"[a]\nb = c\n\n\n[d]\n[e]\nf = g", "[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n", "[a]\nb = x\\\n", "[a]b=c\nd=e\n[f]g\n", "[a]\nb ; c\n",
		"[a\n", "[]\nb=c\n", "b=c\n", "[a]\n1b=c\n", "[a]\nb c\n", "[a \"b\nc\"]\nd=e\n", "[a]\nb=\"c\n", "[a]\nb=\\x\n", "[a \"b\" ]\nc=d\n", "[a]\nb_c=d\n", "[a b]\nc=d\n",
	} {
		h := newHome(t)
		path := h.write("file", text)
		cmd := exec.CommandContext(t.Context(), gitProgram(t), "config", "--file", path, "--list", "-z")
		cmd.Env = []string{"HOME=" + h.dir}
		out, refused := cmd.Output()
		settings, err := parseGitConfig([]byte(text))
		if (err != nil) != (refused != nil) {
			t.Errorf("%q: git says %v, we say %v", text, refused, err)
			continue
		}
		if err == nil && written(settings) != string(out) {
			t.Errorf("%q:\ngit reads  %q\nwe read    %q", text, out, written(settings))
		}
	}
}

// written is what git config --list -z prints; a key without a value has none there.
func written(settings []setting) string {
	var b strings.Builder
	for _, s := range settings {
		if s.section != "" {
			b.WriteString(s.section + ".")
		}
		if s.subsection != "" || s.dotted {
			b.WriteString(s.subsection + ".")
		}
		b.WriteString(s.key)
		if !s.bare {
			b.WriteString("\n" + s.value)
		}
		b.WriteByte(0)
	}
	return b.String()
}

// What git made is found and read as git says: clones, worktrees of them, submodules, includes and rewritten URLs.
func TestClonesThatGitMade(t *testing.T) {
	h := newHome(t)
	h.write("system", "[url \"https://github.com/\"]\n\tinsteadOf = gh:\n")
	h.write(".gitconfig", "[user]\n\tname = M\n\temail = m@acme.dev\n[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n[includeIf \"gitdir:~/work/\"]\n\tpath = .gitconfig-work\n"+
		"[includeIf \"hasconfig:remote.*.url:gh:acme/**\"]\n\tpath = .gitconfig-acme\n[includeIf \"onbranch:topic/\"]\n\tpath = .gitconfig-topic\n")
	h.write(".gitconfig-work", "[url \"git@github.com:\"]\n\tinsteadOf = work:\n")
	h.write(".gitconfig-acme", "[url \"ssh://git@github.com/\"]\n\tpushInsteadOf = https://github.com/\n")
	h.write(".gitconfig-topic", "[url \"https://github.com/topics/\"]\n\tinsteadOf = topics:\n")
	repo := filepath.Join(h.dir, "work", "api")
	h.git(h.dir, "init", "-q", repo)
	h.git(repo, "commit", "-q", "--allow-empty", "-m", "Begin")
	h.git(repo, "remote", "add", "origin", "gh:mona/api.git")
	h.git(repo, "remote", "add", "upstream", "work:acme/api")
	h.git(repo, "remote", "add", "topic", "topics:api")
	h.git(repo, "remote", "add", "backup", h.dir+"/backup.git")
	lib := filepath.Join(h.dir, "lib")
	h.git(h.dir, "init", "-q", lib)
	h.git(lib, "commit", "-q", "--allow-empty", "-m", "Begin")
	h.git(repo, "submodule", "--quiet", "add", lib, "vendor/lib")
	h.git(filepath.Join(repo, "vendor/lib"), "remote", "set-url", "origin", "git@github.com:acme/lib.git")
	tree := filepath.Join(h.dir, "elsewhere")
	h.git(repo, "worktree", "add", "-q", "-b", "topic/one", tree)
	h.git(repo, "config", "extensions.worktreeConfig", "true")
	h.git(tree, "config", "--worktree", "remote.only.url", "https://github.com/acme/only")
	deep := filepath.Join(repo, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	bare := filepath.Join(h.dir, "bare.git")
	h.git(h.dir, "clone", "-q", "--bare", repo, bare)
	h.git(bare, "remote", "set-url", "origin", "https://github.com/acme/bare")
	for _, c := range []struct{ dir, below, want string }{
		{repo, "", "origin=mona/api upstream=acme/api topic=on topics, and not an OWNER/REPO there backup=a folder of this machine"},
		{deep, "a/b", "origin=mona/api upstream=acme/api topic=on topics, and not an OWNER/REPO there backup=a folder of this machine"},
		{filepath.Join(repo, "vendor", "lib"), "", "origin=acme/lib"},
		{tree, "", "origin=mona/api upstream=acme/api topic=topics/api backup=a folder of this machine only=acme/only"},
		{bare, "", "origin=acme/bare"},
	} {
		clone := h.open(c.dir)
		if got := repos(clone); got != c.want || clone.Below(c.dir) != c.below {
			t.Errorf("%s: %s, below %q\nwant %s", c.dir, got, clone.Below(c.dir), c.want)
		}
		h.asGit(c.dir, clone)
	}
}

// asGit holds what a clone's remotes are rewritten to against git's word.
func (h *home) asGit(dir string, c Clone) {
	h.t.Helper()
	for _, r := range c.Remotes {
		var urls []string
		for _, s := range c.settings {
			if s.is("remote", "url") && s.subsection == r.Name {
				urls = append(urls, s.value)
			}
		}
		want := strings.TrimSpace(h.git(dir, "remote", "get-url", r.Name))
		push := strings.TrimSpace(h.git(dir, "remote", "get-url", "--push", r.Name))
		if got := candidates(c.settings, urls, nil); !slices.Equal(got, []string{want, push}) {
			h.t.Errorf("%s in %s: git fetches from %s and pushes to %s, we say %v", r.Name, dir, want, push, got)
		}
	}
	top := strings.TrimSpace(h.git(dir, "rev-parse", "--absolute-git-dir"))
	if realPath(c.GitDir) != realPath(top) {
		h.t.Errorf("%s: git's folder is %s, ours %s", dir, top, c.GitDir)
	}
}

func TestNoCloneAndBrokenOnes(t *testing.T) {
	h := newHome(t)
	h.more["GIT_CEILING_DIRECTORIES"] = filepath.Dir(h.dir)
	if _, err := Open(h.dir, h.environment()); !errors.Is(err, ErrNoClone) {
		t.Errorf("nowhere: %v", err)
	}
	for name, c := range map[string]struct{ file, says string }{
		"a .git that says nothing":     {"nonsense", "doesn't say where the repository is"},
		"a worktree whose clone moved": {"gitdir: /nowhere/.git/worktrees/x\n", "was it moved or deleted?"},
	} {
		dir := filepath.Join(h.dir, strings.ReplaceAll(name, " ", "-"))
		h.write(filepath.Join(dir, ".git"), c.file)
		if _, err := Open(dir, h.environment()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := h.clone("torn", "[remote \"origin\"\n")
	if _, err := Open(dir, h.environment()); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a torn configuration: %v", err)
	}
}

// A clone of somebody else's is refused as git refuses it, and taken where the person told git that it is safe.
func TestAClonesOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	h := newHome(t)
	dir := h.clone("theirs", origin("https://github.com/acme/api"))
	if err := os.Chown(filepath.Join(dir, ".git"), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, h.environment()); err == nil || !strings.Contains(err.Error(), "safe.directory "+dir) {
		t.Errorf("somebody else's: %v", err)
	}
	for _, safe := range []string{"*", dir, filepath.Dir(dir) + "/*"} {
		h.write(".gitconfig", "[safe]\n\tdirectory = "+safe+"\n")
		if _, err := Open(dir, h.environment()); err != nil {
			t.Errorf("safe.directory %s: %v", safe, err)
		}
	}
	h.write(".gitconfig", "[safe]\n\tdirectory = *\n\tdirectory =\n")
	if _, err := Open(dir, h.environment()); err == nil {
		t.Error("an empty safe.directory forgets those before it")
	}
	h.write(".gitconfig", "")
	h.write(filepath.Join(dir, ".git", "config"), origin("https://github.com/acme/api")+"[safe]\n\tdirectory = *\n")
	if _, err := Open(dir, h.environment()); err == nil {
		t.Error("a clone must not call itself safe")
	}
	h.more["SUDO_UID"] = "12345"
	if _, err := Open(dir, h.environment()); err != nil {
		t.Errorf("under sudo: %v", err)
	}
}
