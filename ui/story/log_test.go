package story_test

import (
	"strings"
	"testing"

	"gonogo/ui/terminal"
)

// From the run that failed to the line that says why, and back; a second time from the cache, with nothing answering.
func TestAFailedRunsLogIsReadAndKept(t *testing.T) {
	l := demoLab(t)
	c := l.synced(120, 36)
	c.See("web", "✗ failure").Press("2", "/").Type("web failure").Press("enter").See("esc all rows")
	c.Press("enter").See("web: ci.yml #", "Integration tests", "l log")
	c.Press("l").See("web: log of test", "Integration tests · line ", "--- FAIL: TestPlacesAnOrder", "✗ 1 error · ! 3 likely")
	c.Press("/").Type("postgres").Press("enter").See("/postgres 1 of 1").Check()
	c.Press("e").Until("the cursor is on the failing test", onRow("--- FAIL: TestPlacesAnOrder"))
	c.Press("g").See("▸ ✓ success     Set up job").Press("enter").See("Current runner version: '2.335.1'").Check()
	c.Press("tab").See("web: log of lint, job 1 of 3").Press("shift+tab").See("web: log of test, job 3 of 3", "--- FAIL: TestPlacesAnOrder")
	c.Press("esc").See("web: ci.yml #").Press("esc").See("esc all rows")
	c.Press("q").Exited(soon)
	c.Restored()
	if leaks := l.world.Leaks(); len(leaks) > 0 {
		t.Errorf("the storage host saw a token: %v", leaks)
	}

	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	c = l.open(80, 24)
	c.See("web").Press("2", "/").Type("web failure").Press("enter").See("esc all rows")
	c.Press("l").See("web: log of test", "--- FAIL: TestPlacesAnOrder").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}

// onRow reports whether the cursor is on a row that holds a text.
func onRow(text string) func(*terminal.Emulator) bool {
	return func(e *terminal.Emulator) bool {
		for _, line := range e.Text() {
			if _, row, found := strings.Cut(line, "›"); found && strings.Contains(row, text) {
				return true
			}
		}
		return false
	}
}
