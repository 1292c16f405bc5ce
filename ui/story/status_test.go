package story_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestStatusExitsWithTheWorstOfWhatWasSelected(t *testing.T) {
	l := demoLab(t)
	for _, c := range []struct {
		args []string
		code int
	}{
		{nil, 1},
		{[]string{"web"}, 1},
		{[]string{"api"}, 0},
		{[]string{"identity/staging"}, 0},
		{[]string{"search"}, 3},
		{[]string{"nothing"}, 2},
		{[]string{"api/nowhere"}, 2},
		{[]string{"--no-such-flag"}, 2},
	} {
		got := l.run(l.command(append([]string{"status"}, c.args...)...))
		if got.code != c.code {
			t.Errorf("status %v exits with %d, want %d\n%s%s", c.args, got.code, c.code, got.out, got.err)
		}
	}
}

func TestStatusJSONHasTheDocumentedShape(t *testing.T) {
	l := demoLab(t)
	got := l.run(l.command("status", "--json"))
	var doc struct {
		Version  int
		Verdict  string
		ExitCode int `json:"exit_code"`
		Services []struct {
			Name, Verdict, Why string
			Environments       []struct {
				Name, Verdict string
				Gates         []struct {
					Gate, Result, Why string
					Evidence          []struct {
						What string
						At   *time.Time
					}
				}
			}
		}
	}
	dec := json.NewDecoder(strings.NewReader(got.out))
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%v\n%s", err, got.out)
	}
	if doc.Version != 1 || doc.Verdict != "no-go" || doc.ExitCode != got.code || len(doc.Services) != 8 {
		t.Errorf("version %d, verdict %s, exit code %d (really %d), %d services", doc.Version, doc.Verdict, doc.ExitCode, got.code, len(doc.Services))
	}
	failed := 0
	for _, s := range doc.Services {
		for _, e := range s.Environments {
			for _, g := range e.Gates {
				if g.Why == "" {
					t.Errorf("%s %s: the gate %s has no sentence", s.Name, e.Name, g.Gate)
				}
				if g.Result == "fail" {
					failed++
					for _, ev := range g.Evidence {
						if ev.At == nil {
							t.Errorf("%s %s %s: evidence without an age: %s", s.Name, e.Name, g.Gate, ev.What)
						}
					}
				}
			}
		}
	}
	if failed == 0 {
		t.Error("no gate fails although the verdict is NO-GO")
	}
}

func TestStatusWatchPrintsWhatChanges(t *testing.T) {
	w, s := simulator.Fleet(simulator.Options{Seed: 3, Now: time.Now}, simulator.FleetOf{Services: 1})
	l := newLab(t, w, s, func(s *simulator.Services) string {
		return strings.ReplaceAll(simulator.FleetConfig(s), "            expect:", "            every: 1s\n            expect:")
	})
	cmd := l.command("status", "--watch")
	out := &lines{more: make(chan struct{}, 1)}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	out.wait(t, "service-001")
	s.Fault("service-001", "production", simulator.ServiceRedirects)
	out.wait(t, "Z  service-001") // the line with the time before it
	out.wait(t, "unhealthy")
	if n := out.tables(); n != 1 {
		t.Errorf("the whole table was printed %d times", n)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() == -1 {
		t.Errorf("it did not end by itself: %v", err)
	}
}

func TestStatusSaysWhatItDidNotRead(t *testing.T) {
	l := fleetLab(t, 3)
	if got := l.run(l.command("status", "--cached")); got.code != 3 || !strings.Contains(got.out, "the cache knows nothing of service-001, service-002 and service-003 yet; run without --cached") {
		t.Errorf("from an empty cache: exit %d\n%s%s", got.code, got.out, got.err)
	}
	got := l.run(l.command("status", "--json", "--timeout", "1ms"))
	if got.code != 3 || !strings.Contains(got.out, "0.001 s was not enough: 0 of 3 services were read; raise --timeout") {
		t.Errorf("in no time: exit %d\n%s%s", got.code, got.out, got.err)
	}
	if got := l.run(l.command("status")); strings.Contains(got.out, "--timeout") || strings.Contains(got.out, "--cached") {
		t.Errorf("nothing was missing\n%s", got.out)
	}
}

func TestADemosTableSaysThatItIsOne(t *testing.T) {
	l := emptyLab(t)
	got := l.run(l.bare("status", "--demo"))
	first, _, _ := strings.Cut(got.out, "\n")
	if !strings.HasPrefix(first, "DEMO: ") || !strings.Contains(first, "20×") || !strings.HasSuffix(first, "UTC") {
		t.Errorf("exit %d: %q\n%s", got.code, first, got.err)
	}
}

func TestWithoutAConfigurationItSaysHowToBegin(t *testing.T) {
	l := troubleLab(t, nil)
	got := l.run(l.bare("status"))
	if got.code != 2 || !strings.Contains(got.err, "gonogo --demo") || !strings.Contains(got.err, "services:") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestAWrongConfigurationIsSaidWithItsPlaces(t *testing.T) {
	l := troubleLab(t, nil)
	l.write(l.config, "services:\n  - name: api\n    repos: acme/api\n    environments:\n      - name: staging\n        tear: production\n")
	got := l.run(l.command("status"))
	for _, want := range []string{"gonogo.yml:3:5", "repos", "repo", "gonogo.yml:6:9", "tear", "tier"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if got.code != 2 {
		t.Errorf("exit code %d", got.code)
	}
	if t.Failed() {
		t.Log(got.err)
	}
}

func TestAFileOfTheWorkingFolderIsTrustedFirst(t *testing.T) {
	l := demoLab(t)
	folder := filepath.Dir(l.config)
	here := func(args ...string) outcome {
		cmd := l.bare(append([]string{"--api-root", "github.com=" + l.api.URL()}, args...)...)
		cmd.Dir = folder
		return l.run(cmd)
	}
	before := here("status")
	if !strings.Contains(before.out, "not trusted") || !strings.Contains(before.out, "gonogo trust") {
		t.Errorf("nothing says that the file isn't trusted\n%s%s", before.out, before.err)
	}
	if got := here("trust"); got.code != 0 || !strings.Contains(got.out, "/healthz") {
		t.Errorf("trust doesn't show what it trusts: exit %d\n%s%s", got.code, got.out, got.err)
	}
	after := here("status")
	if strings.Contains(after.out, "not trusted") || !strings.Contains(after.out, "unhealthy") {
		t.Errorf("trusted, but not treated so\n%s%s", after.out, after.err)
	}
	l.write(l.config, simulator.DemoConfig(l.services)+"\n# changed\n")
	if got := here("status"); !strings.Contains(got.out, "not trusted") {
		t.Errorf("a changed file is still trusted\n%s%s", got.out, got.err)
	}
}

func TestSchemaVersionAndHelp(t *testing.T) {
	l := troubleLab(t, nil)
	if got := l.run(l.bare("schema")); got.code != 0 || !json.Valid([]byte(got.out)) {
		t.Errorf("schema: exit %d, %q", got.code, got.err)
	}
	if got := l.run(l.bare("--version")); got.code != 0 || !strings.HasPrefix(got.out, "gonogo ") {
		t.Errorf("--version: exit %d, %q", got.code, got.out)
	}
	got := l.run(l.bare("--help"))
	for _, word := range []string{"status", "promote", "approve", "follow", "history", "init", "schema", "trust", "--demo", "--config"} {
		if !strings.Contains(got.out, word) {
			t.Errorf("--help doesn't say %s", word)
		}
	}
	if strings.Contains(got.out, "simulate") {
		t.Error("--help offers what isn't for it")
	}
}

// lines collects what a running command prints.
type lines struct {
	mu    sync.Mutex
	text  bytes.Buffer
	heads int // how often the names of the table's columns were printed
	more  chan struct{}
}

func (l *lines) tables() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.heads
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	l.heads += bytes.Count(p, []byte("CANDIDATE"))
	return l.text.Write(p)
}

// wait returns when something has been printed since the last wait that holds word.
func (l *lines) wait(t *testing.T, word string) {
	t.Helper()
	patience := time.After(30 * time.Second)
	for {
		l.mu.Lock()
		text := l.text.String()
		if _, after, found := strings.Cut(text, word); found {
			l.text.Reset()
			l.text.WriteString(after)
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		select {
		case <-l.more:
		case <-patience:
			t.Fatalf("%q was not printed; there is:\n%s", word, text)
		}
	}
}
