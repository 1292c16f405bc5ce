package discover

import (
	"strings"
	"testing"

	"gonogo/model"
)

func TestEveryWayToWriteARemote(t *testing.T) {
	h := newHome(t)
	h.write(".ssh/config", `# accounts
Include more/*.conf
Host github-work
	HostName github.com
	User git
Host github.com
	Hostname ssh.github.com
	Port 443
Host = "ent-*" !ent-old
  HostName=ghe.acme.dev
Match host git.acme
	HostName ghe.acme.dev
Match exec "touch /tmp/no"
	HostName evil.example
Match all
Host *
	User me
`)
	h.write(".ssh/more/one.conf", "Host one\nHostName ghe.acme.dev\n")
	h.write(".ssh/more/two.conf", "Host two\nHostName %h.acme.dev\n")
	for _, c := range []struct{ url, want string }{
		{"https://github.com/acme/api", "acme/api"},
		{"https://github.com/acme/api.git", "acme/api"},
		{"https://github.com/acme/api/", "acme/api"},
		{"https://github.com/acme/api.git/", "acme/api"},
		{"https://mona@github.com/acme/api.git", "acme/api"},
		{"https://x-access-token:ghp_secret@github.com/acme/api.git", "acme/api"},
		{"https://www.github.com/acme/api", "acme/api"},
		{"https://GitHub.com:443/Acme/API", "Acme/API"},
		{"https://github.com./acme/api", "acme/api"},
		{"http://github.com/acme/api", "acme/api"},
		{"http://ghe.acme.dev/acme/api", "on ghe.acme.dev over plain http, which is for loopback only"},
		{"http://127.0.0.1:3000/acme/api.git", "127.0.0.1:3000/acme/api"},
		{"http://localhost:3000/acme/api", "localhost:3000/acme/api"},
		{"git@github.com:acme/api.git", "acme/api"},
		{"git@github.com:/acme/api.git", "acme/api"},
		{"github.com:acme/api", "acme/api"},
		{"org-1234@github.com:acme/api.git", "acme/api"},
		{"ssh://git@github.com/acme/api.git", "acme/api"},
		{"ssh://git@ssh.github.com:443/acme/api.git", "acme/api"},
		{"ssh://git@github.com:22/acme/api", "acme/api"},
		{"git+ssh://git@github.com/acme/api", "acme/api"},
		{"ssh+git://git@github.com/acme/api", "acme/api"},
		{"git://github.com/acme/api.git", "acme/api"},
		{"git+https://github.com/acme/api.git", "acme/api"},
		{"https://ghe.acme.dev/acme/api", "ghe.acme.dev/acme/api"},
		{"https://ghe.acme.dev:8443/acme/api.git", "ghe.acme.dev:8443/acme/api"},
		{"ssh://git@ghe.acme.dev:122/acme/api.git", "ghe.acme.dev/acme/api"},
		{"git@ghe.acme.dev:acme/api.git", "ghe.acme.dev/acme/api"},
		{"git@acme.ghe.com:acme/api.git", "acme.ghe.com/acme/api"},
		{"[git@ghe.acme.dev:2222]:acme/api.git", "ghe.acme.dev/acme/api"},
		{"git@github-work:acme/api.git", "acme/api"},
		{"ssh://git@github-work/acme/api", "acme/api"},
		{"git@ent-eu:acme/api.git", "ghe.acme.dev/acme/api"},
		{"git@ent-old:acme/api.git", "ent-old/acme/api"},
		{"one:acme/api.git", "ghe.acme.dev/acme/api"},
		{"two:acme/api.git", "two.acme.dev/acme/api"},
		{"git.acme:acme/api.git", "ghe.acme.dev/acme/api"},
		{"https://github-work/acme/api", "github-work/acme/api"}, // ssh's names mean nothing to https
		{"git@gitlab.com:group/sub/api.git", "on gitlab.com, and not an OWNER/REPO there"},
		{"https://gist.github.com/0123456789abcdef.git", "on github.com, and not an OWNER/REPO there"},
		{"https://github.com/acme", "on github.com, and not an OWNER/REPO there"},
		{"https://github.com/../../user", "on github.com, and not an OWNER/REPO there"},
		{"https://github.com/%2e%2e/api", "on github.com, and not an OWNER/REPO there"},
		{"https://dev.azure.com/acme/_git/api", "on dev.azure.com, and not an OWNER/REPO there"},
		{"/srv/git/api.git", "a folder of this machine"},
		{"../api", "a folder of this machine"},
		{"./a:b/c", "a folder of this machine"},
		{"file:///srv/git/api.git", "a folder of this machine"},
		{"codecommit::eu-west-1://api", "read by the helper codecommit"},
		{"ext::sh -c touch% /tmp/no", "read by the helper ext"},
		{"ftp://github.com/acme/api", "read over ftp, which no GitHub is"},
		{"https://", "no URL that can be read"},
		{"https://git hub.com/a/b", "no URL that can be read"},
		{"", "a folder of this machine"},
		{"https://gh\x1b[31m.com/a/b", "no URL that can be read"},
	} {
		r := parseRemote(c.url, &sshConfig{environment: h.environment()})
		got := r.Why
		if r.Repo != (model.Repo{}) {
			got = r.Repo.String()
		}
		if got != c.want {
			t.Errorf("%s is %q, want %q", c.url, got, c.want)
		}
		if strings.Contains(got, "secret") {
			t.Errorf("%s shows a password", c.url)
		}
		if r.Insecure != (strings.HasPrefix(c.url, "http://") && r.Repo.Host != githubHost && r.Repo.Host != "") {
			t.Errorf("%s: insecure is %v", c.url, r.Insecure)
		}
	}
}

// remote writes a remote's settings.
func remote(name, url string, more ...string) string {
	text := "[remote \"" + name + "\"]\n\turl = " + url + "\n"
	for _, line := range more {
		text += "\t" + line + "\n"
	}
	return text
}

func TestWhichRemoteIsTaken(t *testing.T) {
	const (
		acme = "https://github.com/acme/api"
		mona = "git@github.com:mona/api.git"
		ent  = "git@ghe.acme.dev:acme/api.git"
	)
	for _, c := range []struct {
		name   string
		config string
		env    map[string]string
		known  []string
		want   string // repository, and where from; or
		says   string // why not
		others string
	}{
		{name: "the only one", config: remote("origin", acme), want: "acme/api remote origin"},
		{name: "upstream before origin", config: remote("origin", mona) + remote("upstream", acme), want: "acme/api remote upstream", others: "mona/api (origin)"},
		{name: "github before origin", config: remote("origin", mona) + remote("github", acme), want: "acme/api remote github", others: "mona/api (origin)"},
		{name: "origin before others", config: remote("fork", mona) + remote("origin", acme), want: "acme/api remote origin", others: "mona/api (fork)"},
		{name: "the first of others", config: remote("b", acme) + remote("a", mona), want: "acme/api remote b", others: "mona/api (a)"},
		{name: "two remotes of one repository", config: remote("origin", acme) + remote("ssh", "git@github.com:acme/api.git"), want: "acme/api remote origin"},
		{name: "gh's base", config: remote("upstream", acme) + remote("origin", mona, "gh-resolved = base"), want: "mona/api remote origin, which gh repo set-default chose"},
		{name: "gh's word names another", config: remote("origin", mona, "gh-resolved = acme/api"), want: "acme/api remote origin, which gh repo set-default chose"},
		{name: "a mirror that is pushed to GitHub", config: remote("origin", "/srv/mirror/api.git", "pushurl = "+acme), want: "acme/api remote origin"},
		{name: "insteadOf", config: remote("origin", "corp:api") + "[url \"https://github.com/acme/\"]\n\tinsteadOf = corp:\n", want: "acme/api remote origin"},
		{name: "the longest insteadOf", config: remote("origin", "corp:x/api") + "[url \"https://gitlab.com/\"]\n\tinsteadOf = corp:\n[url \"https://github.com/acme/\"]\n\tinsteadOf = corp:x/\n", want: "acme/api remote origin"},
		{name: "a remote elsewhere is passed over", config: remote("origin", "git@gitlab.com:acme/api.git") + remote("mirror", acme), want: "acme/api remote mirror"},
		{name: "an Enterprise Server that gh knows", config: remote("origin", ent), known: []string{"ghe.acme.dev"}, want: "ghe.acme.dev/acme/api remote origin"},
		{name: "one whose web has a port", config: remote("origin", ent), known: []string{"ghe.acme.dev:8443"}, want: "ghe.acme.dev:8443/acme/api remote origin"},
		{name: "another port is another host", config: remote("origin", "https://ghe.acme.dev:9443/acme/api"), known: []string{"ghe.acme.dev:8443"}, says: "remote origin is on ghe.acme.dev:9443: ghe.acme.dev:9443 is no GitHub that gh knows; if it is one: gh auth login --hostname ghe.acme.dev:9443"},
		{name: "GH_HOST", config: remote("origin", acme) + remote("ent", ent), env: map[string]string{"GH_HOST": "ghe.acme.dev"}, known: []string{"ghe.acme.dev"}, want: "ghe.acme.dev/acme/api remote ent"},
		{name: "GH_HOST where nothing is", config: remote("origin", acme), env: map[string]string{"GH_HOST": "ghe.acme.dev"}, known: []string{"ghe.acme.dev"}, says: "remote origin is on github.com, and GH_HOST is ghe.acme.dev"},
		{name: "GH_REPO", config: remote("origin", acme), env: map[string]string{"GH_REPO": "mona/web"}, want: "mona/web GH_REPO"},
		{name: "GH_REPO with a host", config: remote("origin", acme), env: map[string]string{"GH_REPO": "ghe.acme.dev/mona/web"}, known: []string{"ghe.acme.dev"}, want: "ghe.acme.dev/mona/web GH_REPO"},
		{name: "GH_REPO on a host that isn't known", config: remote("origin", acme), env: map[string]string{"GH_REPO": "evil.example/mona/web"}, says: "GH_REPO: evil.example is no GitHub that gh knows; if it is one: gh auth login --hostname evil.example"},
		{name: "GH_REPO that is none", config: remote("origin", acme), env: map[string]string{"GH_REPO": "../../user"}, says: `GH_REPO: ".." is not the name of a host`},
		{name: "GitLab", config: remote("origin", "git@gitlab.com:acme/api.git"), says: "remote origin is on gitlab.com: gitlab.com is no GitHub that gh knows; if it is one: gh auth login --hostname gitlab.com"},
		{name: "a folder", config: remote("origin", "/srv/git/api.git"), says: "remote origin is a folder of this machine"},
		{name: "no remote", config: "[core]\n\tbare = false\n", says: "has no remote"},
		{name: "a remote without a URL", config: "[remote \"origin\"]\n\tfetch = x\n", says: "has no remote"},
	} {
		h := newHome(t)
		for name, value := range c.env {
			h.more[name] = value
		}
		dir := h.clone("api", c.config)
		s, err := Find(dir, h.environment(), Hosts{Known: append(c.known, githubHost), Default: githubHost})
		switch {
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v %v doesn't say %q", c.name, s, err, c.says)
		case c.says == "" && (err != nil || s.Repo.String()+" "+s.Why != c.want):
			t.Errorf("%s: %s %s (%v), want %s", c.name, s.Repo, s.Why, err, c.want)
		case c.others != "" && !strings.Contains(s.Others, c.others) || c.others == "" && s.Others != "":
			t.Errorf("%s: others are %q, want %q", c.name, s.Others, c.others)
		}
	}
}

// Whatever stands in git's files, reading them ends, and gives no repository that could walk a URL's path.
func FuzzRemotes(f *testing.F) {
	for _, seed := range []string{origin("https://github.com/acme/api"), remote("a", "git@[::1]:x/y"), "[url \"x\"]\ninsteadOf=y\n", "[include]\npath=config\n", "[remote \"\\\"]"} {
		f.Add(seed, "Host *\nHostName %h\nInclude config\n")
	}
	f.Fuzz(func(t *testing.T, config, ssh string) {
		h := newHome(t)
		h.write(".ssh/config", ssh)
		c, err := Open(h.clone("api", config), h.environment())
		if err != nil {
			return
		}
		for _, r := range c.Remotes {
			if r.Repo != (model.Repo{}) && strings.Contains("/"+r.Repo.Host+"/"+r.Repo.FullName()+"/", "/../") {
				t.Errorf("%q gives %v", config, r.Repo)
			}
			if string(model.Clean(r.Name+r.Why)) != r.Name+r.Why {
				t.Errorf("%q gives text that isn't clean: %q %q", config, r.Name, r.Why)
			}
		}
	})
}
