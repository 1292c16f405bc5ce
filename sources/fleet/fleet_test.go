package fleet

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gonogo/model"
	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/token"
)

// Whatever a test opened, its Close ended.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// simulated is a simulation on the wall's clock, and what opens a fleet on it.
func simulated(t *testing.T, services int) (*Simulation, Options) {
	t.Helper()
	sim, err := Simulate(SimulateOptions{Services: services, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	root, err := url.Parse(sim.Root)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	return sim, Options{
		Source:  config.Source{Path: filepath.Join(folder, "gonogo.yml"), Data: []byte(sim.Config), Origin: config.Flag},
		Folders: config.Folders{Config: folder, State: filepath.Join(folder, "state"), Cache: filepath.Join(folder, "cache")},
		User:    config.DefaultUser(), Clock: sim.Clock, Rand: rand.New(rand.NewPCG(1, 1)), Factor: 1,
		Tokens: func(_ context.Context, host string) (token.Token, error) {
			return token.New(host, sim.Token, "the test"), nil
		},
		KnownHosts: func() []string { return []string{"github.com"} },
		Roots:      map[string]*url.URL{sim.Host: root},
	}
}

func open(t *testing.T, o Options) *Fleet {
	t.Helper()
	f, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func shut(t *testing.T, f *Fleet) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// read starts a fleet and waits until its verdicts rest on what was read.
func read(t *testing.T, f *Fleet) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f.Start(ctx)
	if err := f.WaitRead(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestABoardBeforeAnythingWasReadSaysSo(t *testing.T) {
	_, o := simulated(t, 2)
	f := open(t, o)
	defer shut(t, f)
	b, err := f.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Services) != 2 || b.Services[0].Verdict != model.Undecided || b.Services[0].Headline == "" || len(b.Services[0].Environments) != 2 {
		t.Errorf("%+v", b.Services)
	}
	if err := f.WaitRead(t.Context()); !errors.Is(err, ErrNotStarted) {
		t.Errorf("waiting for what was not started: %v", err)
	}
}

// What was GO when it was read is not GO once time has outrun it, also on the first frame of a later start.
func TestAnOldSummaryIsNotGo(t *testing.T) {
	_, o := simulated(t, 2)
	f := open(t, o)
	read(t, f)
	b, err := f.Board(t.Context())
	shut(t, f)
	if err != nil || b.Services[0].Verdict != model.Go {
		t.Fatalf("%v, %v", b.Services, err)
	}
	later := o
	later.Clock = clock.NewDriven(o.Clock.Now().Add(24 * time.Hour))
	again := open(t, later)
	defer shut(t, again)
	b, err = again.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Services {
		if s.Verdict != model.Undecided || s.Headline == "" {
			t.Errorf("%s is %s a day later: %s", s.Service, s.Verdict, s.Headline)
		}
	}
}

func TestAFileThatIsNotTrustedRunsNoChecks(t *testing.T) {
	sim, o := simulated(t, 1)
	o.Source.Origin = config.WorkingFolder
	f := open(t, o)
	read(t, f)
	status := f.Status()
	d, err := f.Detail(t.Context(), "service-001")
	shut(t, f)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(status.Trust, "gonogo trust") || !strings.Contains(status.Trust, "checks are not run") {
		t.Errorf("of the trust is said %q", status.Trust)
	}
	if n := len(d.Facts.Samples); n > 0 {
		t.Errorf("%d checks were run", n)
	}
	if d.Assessment.Verdict == model.Go {
		t.Error("GO without the checks that are configured")
	}
	if err := config.NewTrust(o.Folders.State).Trust(o.Source, sim.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	trusted := open(t, o)
	defer shut(t, trusted)
	if trusted.Status().Trust != "" {
		t.Error("trusted, and still not")
	}
}

func TestAKeptDemoGoesOn(t *testing.T) {
	folder := t.TempDir()
	f, err := OpenDemo(t.Context(), DemoOptions{Folder: folder, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	read(t, f)
	first, err := f.Board(t.Context())
	left := f.Now()
	shut(t, f)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenDemo(t.Context(), DemoOptions{Folder: folder, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, again)
	if now := again.Now(); now.Before(left) || now.After(left.Add(5*time.Minute)) {
		t.Errorf("it was left at %s and goes on at %s", left, now)
	}
	b, err := again.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range b.Services { // from the cache: nothing was read in this start
		if s.Service != first.Services[i].Service || s.ReadAt.IsZero() {
			t.Errorf("%s is forgotten", s.Service)
		}
	}
}

func TestAFreshDemoLeavesNothingBehind(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	f, err := OpenDemo(t.Context(), DemoOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	read(t, f)
	shut(t, f)
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left (%v)", left, err)
	}
}

// The scheme of the default host is the configuration's; no other host is asked over plain http.
func TestSchemes(t *testing.T) {
	c := newClients(Options{}, "http://127.0.0.1:4711", nil)
	if got := c.scheme("127.0.0.1:4711"); got != "http" {
		t.Errorf("the default host is asked over %q", got)
	}
	if got := c.scheme("github.com"); got != "" {
		t.Errorf("another host is asked over %q", got)
	}
}
