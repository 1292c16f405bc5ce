package story_test

import (
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

// Each trouble is said in a sentence that tells what to do, and what it doesn't touch still works.
func TestTroubles(t *testing.T) {
	permissions := func(without ...string) simulator.Access {
		all := map[string]string{"contents": "read", "actions": "read", "deployments": "read", "statuses": "read", "pull_requests": "read", "environments": "read"}
		for _, name := range without {
			delete(all, name)
		}
		return simulator.Access{User: "mona", Permissions: all}
	}
	for _, trouble := range []struct {
		name    string
		make    func(*simulator.World)
		says    []string // in the output of status
		others  bool     // the other two services have their verdicts all the same
		verdict string   // of the first service's line
	}{
		{"a wrong token", func(w *simulator.World) { w.Revoke(secret) }, []string{"token", "GH_TOKEN"}, false, "ERROR"},
		{"a token without Actions", func(w *simulator.World) { w.Token(secret, permissions("actions")) }, []string{"Actions"}, false, ""},
		{"a token without Deployments", func(w *simulator.World) { w.Token(secret, permissions("deployments")) }, []string{"Deployments"}, false, ""},
		{"a missing repository", func(w *simulator.World) { first(w).Remove() }, []string{"acme/service-001", "does not exist"}, true, "ERROR"},
		{"an archived repository", func(w *simulator.World) { first(w).Archive() }, []string{"archived"}, true, ""},
		{"a renamed repository", func(w *simulator.World) { first(w).Rename("acme/renamed") }, nil, true, "GO"},
		{"an empty repository", func(w *simulator.World) {
			first(w).Remove()
			w.Repository("acme/service-001").Public()
		}, []string{"empty"}, true, ""},
		{"no environment of that name", func(w *simulator.World) { first(w).RemoveEnvironment("production") }, []string{"production"}, true, ""},
		{"GraphQL refused", func(w *simulator.World) {
			w.Token(secret, simulator.Access{User: "mona", Scopes: []string{"repo"}, NoGraphQL: true})
		}, nil, true, "GO"},
		{"a secondary limit", func(w *simulator.World) { w.SecondaryLimit(429, time.Hour, 1000) }, []string{"limit"}, false, ""},
		{"the hour's budget used up", func(w *simulator.World) { w.Exhaust(secret, "core"); w.Exhaust(secret, "graphql") }, []string{"limit"}, false, ""},
		{"an answer that is no JSON", func(w *simulator.World) {
			w.Fault(simulator.Fault{Path: "**/service-001/deployments**", WrongJSON: true})
			w.Fault(simulator.Fault{Path: "/graphql", Status: 502})
		}, []string{"service-001"}, true, "UNKNOWN"},
		{"a server that fails", func(w *simulator.World) { w.Fault(simulator.Fault{Path: "**", Status: 503}) }, []string{"503"}, false, ""},
		{"connections that break", func(w *simulator.World) { w.Fault(simulator.Fault{Path: "**", Cut: simulator.CutBefore}) }, nil, false, ""},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			l := troubleLab(t, trouble.make)
			got := l.run(l.command("status", "--timeout", "8s"))
			for _, word := range trouble.says {
				if !strings.Contains(got.out+got.err, word) {
					t.Errorf("nothing says %q", word)
				}
			}
			if trouble.others {
				for _, name := range []string{"service-002", "service-003"} {
					if line := lineOf(got.out, name+" ", "production"); !strings.Contains(line, " GO") {
						t.Errorf("%s has no verdict of its own: %q", name, line)
					}
				}
			}
			line := lineOf(got.out, "service-001 ", "")
			if trouble.verdict == "GO" {
				line = lineOf(got.out, "service-001 ", "production")
			}
			if !strings.Contains(line, trouble.verdict) {
				t.Errorf("the first service is not %s: %q", trouble.verdict, line)
			}
			if trouble.verdict != "GO" && !trouble.others && got.code == 0 {
				t.Error("it exits as if all were well")
			}
			if t.Failed() || testing.Verbose() {
				t.Logf("exit %d\n%s%s", got.code, got.out, got.err)
			}
		})
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
