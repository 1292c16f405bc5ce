package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/ui/terminal"
)

func TestTheDemoShowsItsVerdictsAndLeavesTheTerminalAsItWas(t *testing.T) {
	l := demoLab(t) // only for a home without anything in it
	c := terminal.Start(t, l.bare("--demo"), 120, 36)
	c.See("NO-GO", "UP TO DATE", "WAIT", "GO", "payments", "notifications", "30×")
	c.Check()
	c.Press("q")
	if code := c.Exited(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	c.Restored()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "gonogo-demo-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind (%v)", left, err)
	}
}

func TestEverySizeShowsTheFleet(t *testing.T) {
	l := demoLab(t)
	c := l.open(160, 48)
	c.See("payments", "NO-GO", "Deployments", "CI")
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 60}, {100, 30}, {160, 48}} {
		c.Resize(size[0], size[1]).See("NO-GO", "payments").Check()
	}
	c.Resize(60, 20).See("80×24").Check()
	c.Resize(1, 1).Resize(120, 36).See("payments", "NO-GO").Check()
	c.Press("q").Exited(2 * time.Second)
	c.Restored()
}

func TestKeysLeadToEveryDetailAndBack(t *testing.T) {
	l := demoLab(t)
	c := l.open(160, 48)
	c.See("notifications", "NO-GO")
	c.Press("?").See("Show every key").Press("esc").NotSee("Show every key")
	c.Press(":").See("Find an action").Type("zoom").See("Give this pane").Press("esc").NotSee("Give this pane")
	c.Press("/").Type("notif").See("notifications").NotSee("billing").Press("esc")
	c.See("billing").Check()
	c.Press("4").Press("z").See("Deployments").NotSee("verdicts").Press("z")
	c.Press("q").Exited(2 * time.Second)
}

func TestItStartsAsFastWithoutTheNetwork(t *testing.T) {
	l := demoLab(t)
	first := l.open(120, 36)
	first.See("NO-GO", "UP TO DATE", "payments")
	first.Press("q").Exited(2 * time.Second)
	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	again := l.open(120, 36)
	again.See("payments", "v") // what the cache knows, although nothing answers
	again.See("offline")
	again.Check().Press("q").Exited(2 * time.Second)
	again.Restored()
}

func TestEveryEndRestoresTheTerminal(t *testing.T) {
	l := demoLab(t)
	for _, end := range []struct {
		name string
		do   func(*terminal.Terminal)
	}{
		{"quit", func(c *terminal.Terminal) { c.Press("q") }},
		{"ctrl+c", func(c *terminal.Terminal) { c.Press("ctrl+c") }},
		{"SIGTERM", func(c *terminal.Terminal) { c.Signal(syscall.SIGTERM) }},
		{"SIGHUP", func(c *terminal.Terminal) { c.Signal(syscall.SIGHUP) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			c := l.open(100, 30)
			c.See("payments")
			end.do(c)
			c.Exited(time.Second)
			c.Restored()
		})
	}
	t.Run("a lost terminal", func(t *testing.T) {
		c := l.open(100, 30)
		c.See("payments")
		c.HangUp()
		c.Exited(time.Second)
	})
}

func TestSuspendedAndBack(t *testing.T) {
	l := demoLab(t)
	c := terminal.StartJob(t, l.command(), 120, 36)
	c.See("payments", "NO-GO")
	c.Press("ctrl+z").See("[suspended]")
	c.Continue().See("payments", "NO-GO").Check()
	c.Press("q").See("[ended 0]")
}

func TestTwoProcessesShareOneCache(t *testing.T) {
	l := demoLab(t)
	a, b := l.open(120, 36), l.open(120, 36)
	a.See("NO-GO", "UP TO DATE")
	b.See("NO-GO", "UP TO DATE")
	a.Press("q").Exited(2 * time.Second)
	b.Press("r").See("NO-GO").Press("q").Exited(2 * time.Second)
	for _, file := range l.files("cache") {
		if strings.Contains(file, "damaged") {
			t.Errorf("the cache was damaged: %s", file)
		}
	}
}

// files lists every file below the home whose path contains part.
func (l *lab) files(part string) []string {
	l.t.Helper()
	var list []string
	err := filepath.WalkDir(l.home, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, part) {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return list
}
