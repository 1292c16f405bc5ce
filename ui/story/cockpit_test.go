package story_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/sources/fleet"
	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// soon is how long a program that was told to end may take.
const soon = time.Second

// A newcomer sees within some seconds one service of each kind, and that the demo is one; nothing is left behind.
func TestTheDemoShowsItsVerdictsAndLeavesTheTerminalAsItWas(t *testing.T) {
	l := aloneLab(t)
	temporary := t.TempDir()
	l.env = append(l.env, "TMPDIR="+temporary)
	began := time.Now()
	c := terminal.Start(t, l.bare("--demo"), 120, 36)
	c.See(fmt.Sprintf("DEMO ×%d", fleet.DemoFactor), "notifications", "✗ NO-GO", "◔ WAIT", "✓ GO", "= UP TO DATE", "✗ unhealthy", "✗ failure", "◔ waiting")
	if d := time.Since(began); d > verdictsWithin {
		t.Errorf("all of it was there after %v", d)
	}
	c.Check()
	c.Press("q")
	if code := c.Exited(soon); code != 0 {
		t.Errorf("exit code %d", code)
	}
	c.Restored()
	left, err := filepath.Glob(filepath.Join(temporary, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind (%v)", left, err)
	}
}

// Whoever goes on watching sees the demo live: what runs at the start ends.
func TestTheDemoLives(t *testing.T) {
	l := emptyLab(t)
	c := terminal.Start(t, l.bare("--demo"), 160, 48)
	c.See("▸ running").Press("2", "z").See("▸ running", "Bound the size of uploads", "notifications")
	running := func(e *terminal.Emulator) (n int) {
		for _, line := range e.Text() {
			n += strings.Count(line, "▸ running")
		}
		return n
	}
	before := 0
	c.Look(func(e *terminal.Emulator) { before = running(e) })
	c.Until("the runs that move are others than before", func(e *terminal.Emulator) bool { return running(e) != before })
	c.Check().Press("q").Exited(soon)
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
	c.Press("q").Exited(soon)
	c.Restored()
}

func TestKeysLeadToEveryDetailAndBack(t *testing.T) {
	l := demoLab(t)
	c := l.synced(160, 48)
	c.See("notifications", "NO-GO", "deploy.yml")
	c.Press("?").See("go or no-go for the next release").Press("esc").NotSee("go or no-go for the next release")
	c.Press(":").See("All actions").Type("zzz").NotSee("Go to Deployments").Press("esc").NotSee("All actions")
	c.Press("/").Type("notif").NotSee("billing").Press("enter")
	c.Press("esc").See("billing").Check()
	c.Press("4").Press("z").NotSee("deploy.yml").Press("z").See("deploy.yml")
	c.Press("2", "enter").See("gate ci", "Evidence").Press("esc").See("billing").Check()
	c.Press("G", "enter").See("deploy.yml #", "Jobs", "How long its workflow took").Press("esc").See("billing").Check()
	c.Press("4", "enter").See("Gates", "Health", "Rollback targets").Press("esc").See("billing").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}

// What the cache knows is on the screen although nothing answers.
func TestItStartsWithoutTheNetwork(t *testing.T) {
	l := demoLab(t)
	l.run(l.command("status"))
	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	c := l.open(120, 36)
	c.See("payments", "v1.8.3").Press("r").See("OFFLINE", "v1.8.3")
	c.Check().Press("q").Exited(soon)
	c.Restored()
	got := l.run(l.command("status", "--cached"))
	if got.code != 1 || !strings.Contains(got.out, "UP TO DATE") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

// The first frame, keys and the end don't wait for a GitHub that takes ten seconds.
func TestAGitHubThatTakesTenSecondsDelaysNothing(t *testing.T) {
	l := demoLab(t)
	l.run(l.command("status"))
	l.world.Fault(simulator.Fault{Path: "**", Delay: 10 * time.Second})
	began := time.Now()
	c := l.open(120, 36)
	c.See("payments", "v1.8.3", "NO-GO").Press("?").See("Show the details").Press("?").NotSee("Show the details")
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("it took %v", d)
	}
	c.Press("q").Exited(soon)
	c.Restored()
}

// Without any cache the first frame is there too, and says what is going on.
func TestAFirstStartOnASlowGitHubSaysWhatItReads(t *testing.T) {
	l := troubleLab(t, func(w *simulator.World) { w.Fault(simulator.Fault{Path: "**", Delay: 10 * time.Second}) })
	c := l.open(120, 36)
	c.See("service-001", "UNKNOWN", "read").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}

func TestASCIIDrawsWithASCIIAlone(t *testing.T) {
	l := demoLab(t)
	c := l.synced(160, 48, "--ascii")
	c.See("payments", "NO-GO", "CI", "Deployments")
	for i, b := range c.Raw() {
		if b >= 0x80 {
			t.Fatalf("byte %d is %#x", i, b)
		}
	}
	c.Check().Press("q").Exited(soon)
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
