package story_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// troubleLab is three alike services on the machine's clock; trouble is made before anything is read.
func troubleLab(t *testing.T, trouble func(*simulator.World)) *lab {
	t.Helper()
	return editionLab(t, simulator.GitHubCom, trouble)
}

func editionLab(t *testing.T, edition simulator.Edition, trouble func(*simulator.World)) *lab {
	t.Helper()
	w, s := simulator.Fleet(simulator.Options{Seed: 3, Now: time.Now, Edition: edition}, simulator.FleetOf{Services: 3})
	l := newLab(t, w, s, simulator.FleetConfig)
	if trouble != nil {
		trouble(w)
	}
	return l
}

func first(w *simulator.World) *simulator.Repository { return w.Repositories()[0] }

// fineGrained is a token that may read everything of private repositories but some.
func fineGrained(without ...string) func(*simulator.World) {
	return func(w *simulator.World) {
		may := map[string]string{"contents": "read", "actions": "read", "deployments": "read", "statuses": "read", "pull_requests": "read", "environments": "read"}
		for _, name := range without {
			delete(may, name)
		}
		for _, r := range w.Repositories() {
			r.Private()
		}
		w.Token(secret, simulator.Access{User: "mona", Permissions: may})
	}
}

// trouble is what is the matter with the first of three services, or with all of them.
type trouble struct {
	name    string
	make    func(*simulator.World)
	says    []string // in the output of status
	others  bool     // the other two have their verdicts all the same
	verdict string   // of the first service's production
	code    int
}

// Each trouble is said in a sentence that tells what to do, and what it doesn't touch still works.
func TestTroubles(t *testing.T) {
	for _, c := range []trouble{
		{"a wrong token", func(w *simulator.World) { w.Revoke(secret) }, []string{"does not accept the token", "gh auth login"}, false, "ERROR", 2},
		{"a token that may read everything", fineGrained(), nil, true, "GO", 0},
		{"a token without Actions", fineGrained("actions"), []string{"the token lacks Actions: read"}, false, "UNKNOWN", 3},
		{"a token without Deployments", fineGrained("deployments"), []string{"the token lacks Deployments: read"}, false, "UNKNOWN", 3},
		{"a missing repository", func(w *simulator.World) { first(w).Remove() }, []string{"acme/service-001 doesn't exist, or the token may not see it"}, true, "ERROR", 2},
		{"an archived repository", func(w *simulator.World) { first(w).Archive() }, []string{"acme/service-001 is archived"}, true, "ERROR", 2},
		{"a renamed repository", func(w *simulator.World) { first(w).Rename("acme/renamed") }, nil, true, "v1.1.1", 1}, // its address in the checks is the old one
		{"an empty repository", func(w *simulator.World) {
			first(w).Remove()
			w.Repository("acme/service-001").Public()
		}, []string{"acme/service-001 is empty"}, true, "ERROR", 2},
		{"a repository without environments", func(w *simulator.World) {
			first(w).RemoveEnvironment("staging")
			first(w).RemoveEnvironment("production")
		}, []string{"production"}, true, "", -1},
		{"no environment of that name", func(w *simulator.World) { first(w).RemoveEnvironment("production") }, []string{"production"}, true, "", -1},
		{"GraphQL refused", func(w *simulator.World) {
			w.Token(secret, simulator.Access{User: "mona", Scopes: []string{"repo"}, NoGraphQL: true})
		}, nil, true, "GO", 0},
		{"a secondary limit", func(w *simulator.World) { w.SecondaryLimit(429, time.Hour, 1000) }, []string{"secondary rate limit", "until"}, false, "UNKNOWN", 3},
		{"the hour's budget used up", func(w *simulator.World) { w.Exhaust(secret, "core"); w.Exhaust(secret, "graphql") }, []string{"limit", "used up until"}, false, "UNKNOWN", 3},
		{"an answer that is no JSON", func(w *simulator.World) {
			w.Fault(simulator.Fault{Path: "**/service-001/deployments**", WrongJSON: true})
			w.Fault(simulator.Fault{Path: "/graphql", Status: 502})
		}, []string{"deployments could not be read"}, true, "UNKNOWN", 3},
		{"a server that fails", func(w *simulator.World) { w.Fault(simulator.Fault{Path: "**", Status: 503}) }, []string{"503", "tried again"}, false, "UNKNOWN", 3},
		{"connections that break", func(w *simulator.World) { w.Fault(simulator.Fault{Path: "**", Cut: simulator.CutBefore}) }, []string{"check the network"}, false, "UNKNOWN", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := troubleLab(t, c.make)
			c.judge(t, l.run(l.command("status", "--timeout", "4s")))
		})
	}
}

func (c trouble) judge(t *testing.T, got outcome) {
	t.Helper()
	for _, word := range c.says {
		if !strings.Contains(got.out+got.err, word) {
			t.Errorf("nothing says %q", word)
		}
	}
	if c.others {
		for _, name := range []string{"service-002", "service-003"} {
			if line := lineOf(got.out, name+" ", "production"); !strings.Contains(line, " GO") {
				t.Errorf("%s has no verdict of its own: %q", name, line)
			}
		}
	}
	line := lineOf(got.out, "service-001 ", "production")
	if line == "" { // one that can't be read at all has but one line
		line = lineOf(got.out, "service-001 ", "")
	}
	if !strings.Contains(line, c.verdict) {
		t.Errorf("the first service is not %s: %q", c.verdict, line)
	}
	if c.code >= 0 && got.code != c.code {
		t.Errorf("exit code %d, want %d", got.code, c.code)
	}
	if t.Failed() {
		t.Logf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestWithoutATokenItSaysHowToGetOneAtOnce(t *testing.T) {
	l := troubleLab(t, nil)
	l.env = append(l.env, "GH_TOKEN=", "PATH=/usr/bin:/bin")
	began := time.Now()
	got := l.run(l.command("status"))
	if !strings.Contains(got.out+got.err, "gh auth login") || got.code == 0 || got.code == 1 {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("after %v", d)
	}
}

func TestWithoutANetworkItEndsPromptly(t *testing.T) {
	l := troubleLab(t, nil)
	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	got := l.run(l.command("status"))
	if !strings.Contains(got.out, "check the network") || got.code != 3 {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if d := time.Since(began); d > 6*time.Second {
		t.Errorf("after %v", d)
	}
}

// A fleet may span github.com and an Enterprise Server; each host gets its own token.
func TestAFleetOfTwoHosts(t *testing.T) {
	const enterpriseToken = "ghe_" + "onlyForTheServer"
	l := fleetLab(t, 1)
	w, s := simulator.Fleet(simulator.Options{Seed: 4, Now: time.Now, Edition: simulator.EnterpriseServer319}, simulator.FleetOf{Services: 2})
	w.Token(enterpriseToken, simulator.Access{User: "mona", Scopes: []string{"repo"}})
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	api, err := w.Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(api.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	theirs := strings.ReplaceAll(strings.ReplaceAll(simulator.FleetConfig(s), "repo: acme/", "repo: ghe.example.com/acme/"), "name: service-", "name: onsite-")
	_, theirs, _ = strings.Cut(theirs, "services:\n")
	l.write(l.config, simulator.FleetConfig(l.services)+theirs)
	l.write(filepath.Join(l.home, ".config", "gonogo", "config.yml"), "hosts: [ghe.example.com]\n")
	l.env = append(l.env, "GH_ENTERPRISE_TOKEN="+enterpriseToken)
	got := l.run(l.command("status", "--api-root", "ghe.example.com="+api.URL()))
	for _, name := range []string{"service-001 ", "onsite-001 ", "onsite-002 "} {
		if line := lineOf(got.out, name, "production"); !strings.Contains(line, " GO") {
			t.Errorf("%s: %q", name, line)
		}
	}
	for _, r := range l.world.Requests() {
		if r.Token == enterpriseToken {
			t.Fatalf("github.com was given the server's token with %s", r.Path)
		}
	}
	for _, r := range w.Requests() {
		if r.Token == secret {
			t.Fatalf("the server was given github.com's token with %s", r.Path)
		}
	}
	if t.Failed() {
		t.Logf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

// lineOf is the first line that begins with one and holds the other.
func lineOf(out, begins, holds string) string {
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, begins) && strings.Contains(line, holds) {
			return line
		}
	}
	return ""
}

func TestEnterpriseServer(t *testing.T) {
	l := editionLab(t, simulator.EnterpriseServer319, nil)
	l.write(l.config, strings.ReplaceAll(simulator.FleetConfig(l.services), "repo: acme/", "repo: ghe.example.com/acme/"))
	l.write(filepath.Join(l.home, ".config", "gonogo", "config.yml"), "hosts: [ghe.example.com]\n")
	cmd := l.bare("--api-root", "ghe.example.com="+l.api.URL(), "--config", l.config, "status")
	cmd.Env = append(cmd.Env, "GH_ENTERPRISE_TOKEN="+secret, "GH_TOKEN=")
	got := l.run(cmd)
	if line := lineOf(got.out, "service-001 ", "production"); !strings.Contains(line, " GO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestAClockThatIsWrongByAnHourIsSaid(t *testing.T) {
	w, s := simulator.Fleet(simulator.Options{Seed: 3, Now: func() time.Time { return time.Now().Add(time.Hour) }}, simulator.FleetOf{Services: 1})
	l := newLab(t, w, s, simulator.FleetConfig)
	got := l.run(l.command("status"))
	if !strings.Contains(got.out, "clock is 1h0m0s behind github.com's") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestAReadOnlyCacheFolderStillShowsTheFleet(t *testing.T) {
	if os.Getuid() == 0 {
		// Root writes everywhere, so the folder's place is taken by a file instead: it can't be made.
		l := troubleLab(t, nil)
		l.write(filepath.Join(l.home, ".cache"), "not a folder")
		sayIt(t, l)
		return
	}
	l := troubleLab(t, nil)
	if err := os.Mkdir(filepath.Join(l.home, ".cache"), 0o500); err != nil {
		t.Fatal(err)
	}
	sayIt(t, l)
}

func sayIt(t *testing.T, l *lab) {
	t.Helper()
	got := l.run(l.command("status"))
	if !strings.Contains(got.out, "cache") || !strings.Contains(lineOf(got.out, "service-001 ", "production"), " GO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestADamagedCacheIsSetAsideAndSaid(t *testing.T) {
	l := troubleLab(t, nil)
	if got := l.run(l.command("status")); got.code != 0 {
		t.Fatalf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	for _, file := range l.files(".cache") {
		if strings.HasSuffix(file, ".db") || strings.HasSuffix(file, ".sqlite") {
			l.write(file, strings.Repeat("this is no database. ", 1000))
		}
	}
	got := l.run(l.command("status"))
	if !strings.Contains(got.out, "damaged") || !strings.Contains(lineOf(got.out, "service-001 ", "production"), " GO") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}
