package story_test

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite" // the same SQLite as gonogo's

	"gonogo/ui/terminal"
)

// However it ends, the terminal is as it was, the process gone within a second, and the cache whole.
func TestEveryEnd(t *testing.T) {
	for _, end := range []struct {
		name string
		code int
		do   func(*terminal.Terminal)
	}{
		{"quit", 0, func(c *terminal.Terminal) { c.Press("q") }},
		{"ctrl+c", 0, func(c *terminal.Terminal) { c.Press("ctrl+c") }},
		{"SIGINT", 130, func(c *terminal.Terminal) { c.Signal(syscall.SIGINT) }},
		{"SIGTERM", 143, func(c *terminal.Terminal) { c.Signal(syscall.SIGTERM) }},
		{"SIGHUP", 129, func(c *terminal.Terminal) { c.Signal(syscall.SIGHUP) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			l := troubleLab(t, nil)
			c := l.open(100, 30)
			c.See("service-001") // and reads, just now
			end.do(c)
			if code := c.Exited(soon); code != end.code {
				t.Errorf("exit code %d, want %d", code, end.code)
			}
			c.Restored()
			l.cacheIsWhole()
		})
	}
}

func TestALostTerminalEndsIt(t *testing.T) {
	l := troubleLab(t, nil)
	c := l.open(100, 30)
	c.See("service-001")
	c.HangUp()
	c.Exited(soon)
	l.cacheIsWhole()
}

func TestSuspendedAndBack(t *testing.T) {
	l := demoLab(t)
	c := terminal.StartJob(t, l.command(), 120, 36)
	c.See("payments", "NO-GO")
	for range 2 {
		c.Press("ctrl+z").See("[suspended]")
		c.Continue().See("payments", "NO-GO").Check()
	}
	c.Press("q").See("[ended 0]")
}

// Killed in the middle of a first synchronisation, it goes on from what was read.
func TestKilledInTheMiddleOfAFirstSynchronisation(t *testing.T) {
	l := fleetLab(t, 12)
	c := l.open(120, 36)
	c.See("✓ GO") // one has its verdict, others don't
	c.Signal(syscall.SIGKILL)
	c.Exited(soon)
	l.cacheIsWhole()
	again := l.open(120, 36)
	again.See("12 GO").Check().Press("q").Exited(soon)
	again.Restored()
	l.cacheIsWhole()
}

// cacheIsWhole asks SQLite whether every cache of the home is in order, and that none had to be set aside.
func (l *lab) cacheIsWhole() {
	l.t.Helper()
	found := false
	for _, file := range l.files(filepath.Join(".cache", "gonogo")) {
		if strings.Contains(file, "damaged") {
			l.t.Errorf("a cache was set aside: %s", file)
		}
		if !strings.HasSuffix(file, ".sqlite") {
			continue
		}
		found = true
		if got := integrity(l.t, file); got != "ok" {
			l.t.Errorf("%s: %s", file, got)
		}
	}
	if !found {
		l.t.Errorf("there is no cache among %v", l.files(""))
	}
}

// integrity is the answer of PRAGMA integrity_check, also by the real sqlite3 where GONOGO_TOOLS asks for the tools.
func integrity(t *testing.T, file string) string {
	t.Helper()
	if os.Getenv("GONOGO_TOOLS") != "" {
		out, err := exec.CommandContext(t.Context(), "sqlite3", file, "PRAGMA integrity_check").CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != "ok" {
			t.Errorf("sqlite3 finds in %s: %s (%v)", file, got, err)
		}
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var answer string
	if err := db.QueryRowContext(context.Background(), "PRAGMA integrity_check").Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
