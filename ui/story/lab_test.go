package story_test

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// binary is the shipped program, built once for all stories.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "gonogo-story-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "gonogo")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "gonogo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build gonogo: %v\n%s", err, out)
		return 1
	}
	if err := flag.Set("test.parallel", strconv.Itoa(max(6, runtime.GOMAXPROCS(0)))); err != nil { // stories wait more than they work
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// secret is a token as a person would have one; no test may find it anywhere but in requests to its own host.
const secret = "ghp_storySecret0123456789abcdefghijklmnop"

// lab is a home, a GitHub and its services: everything that the program meets.
type lab struct {
	t        *testing.T
	home     string
	config   string // path of gonogo.yml
	world    *simulator.World
	services *simulator.Services
	api      *simulator.Server
	env      []string
	host     string // that GitHub plays; empty: github.com
}

// newLab serves a world; text makes its configuration once the services have addresses.
func newLab(t *testing.T, w *simulator.World, s *simulator.Services, text func(*simulator.Services) string) *lab {
	t.Helper()
	t.Parallel()
	l := &lab{t: t, home: t.TempDir(), world: w, services: s}
	w.Token(secret, simulator.Access{User: "mona", Scopes: []string{"repo", "read:project"}})
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	var err error
	if l.api, err = w.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(l.api.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	l.config = filepath.Join(l.home, "fleet", "gonogo.yml")
	l.write(l.config, text(s))
	l.env = []string{"HOME=" + l.home, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_STATE_HOME=", "GH_TOKEN=" + secret, "GH_HOST=", "GITHUB_TOKEN=", "GH_CONFIG_DIR="}
	return l
}

// demoLab is the demo's world on the machine's clock.
func demoLab(t *testing.T) *lab {
	t.Helper()
	w, s := simulator.Demo(simulator.Options{Seed: 1, Now: time.Now})
	return newLab(t, w, s, simulator.DemoConfig)
}

func (l *lab) write(path, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// command is the program on this lab's GitHub, its configuration named by --config.
func (l *lab) command(args ...string) *exec.Cmd {
	args = append([]string{"--api-root", cmp.Or(l.host, "github.com") + "=" + l.api.URL(), "--config", l.config}, args...)
	return l.bare(args...)
}

// bare is the program in this lab's home, with nothing said.
func (l *lab) bare(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(l.t.Context(), binary, args...)
	cmd.Env = terminal.Environment(l.env...)
	cmd.Dir = l.home
	return cmd
}

// outcome is what a headless command did.
type outcome struct {
	out, err string
	code     int
}

func (l *lab) run(cmd *exec.Cmd) outcome {
	l.t.Helper()
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		l.t.Fatalf("run %v: %v", cmd.Args, failed)
	}
	return outcome{out: out.String(), err: err.String(), code: cmd.ProcessState.ExitCode()}
}

// synced starts the cockpit and waits until every verdict has its facts.
func (l *lab) synced(cols, rows int, args ...string) *terminal.Terminal {
	l.t.Helper()
	l.t.Logf("exit %d", l.run(l.command("status")).code)
	return l.open(cols, rows, args...)
}

// open starts the cockpit in a terminal.
func (l *lab) open(cols, rows int, args ...string) *terminal.Terminal {
	l.t.Helper()
	return terminal.Start(l.t, l.command(args...), cols, rows)
}

// emptyLab is a home without anything in it.
func emptyLab(t *testing.T) *lab {
	t.Helper()
	t.Parallel()
	return aloneLab(t)
}

// aloneLab is emptyLab for a story that holds the program to a time: no other runs beside it.
func aloneLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, home: t.TempDir()}
	l.env = []string{"HOME=" + l.home, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_STATE_HOME=", "GH_TOKEN=", "GITHUB_TOKEN=", "GH_HOST=", "GH_CONFIG_DIR="}
	l.config = filepath.Join(l.home, "fleet", "gonogo.yml")
	return l
}

// fleetLab is a number of alike services on the machine's clock.
func fleetLab(t *testing.T, services int) *lab {
	t.Helper()
	w, s := simulator.Fleet(simulator.Options{Seed: 3, Now: time.Now}, simulator.FleetOf{Services: services})
	return newLab(t, w, s, simulator.FleetConfig)
}
