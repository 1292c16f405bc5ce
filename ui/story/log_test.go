package story_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
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

// A log opens by itself when its job ends, and nothing in it drives the terminal.
func TestALogOpensByItselfAndIsHarmless(t *testing.T) {
	w, s := simulator.Fleet(simulator.Options{Seed: 5, Now: time.Now}, simulator.FleetOf{Services: 1})
	w.Repositories()[0].Workflow(simulator.WorkflowPlan{Path: "nightly.yml", On: []string{"workflow_dispatch"}, Jobs: []simulator.JobPlan{{
		Name: "hostile", Steps: []simulator.StepPlan{{Name: hostile[0], Duration: 2 * time.Second, Conclusion: simulator.Failure, Log: strings.Join(hostile, "\n") + "\n##[group]" + hostile[0] + "\n##[error]" + hostile[1]}},
	}}})
	l := newLab(t, w, s, simulator.FleetConfig)
	c := l.synced(120, 36)
	c.See("service-001").Press("2", "z", "/").Type("nightly").Press("enter").See("esc all rows")
	w.Repositories()[0].Run(simulator.RunOf{Workflow: "nightly.yml"})
	c.Press("r").See("nightly.yml")
	c.Press("l").See("hostile")
	c.Until("the job runs, unless the machine is so slow that it has ended", func(e *terminal.Emulator) bool {
		text := strings.Join(e.Text(), "\n")
		return strings.Contains(text, "The job hostile is still running") && strings.Contains(text, "here by itself then.") || strings.Contains(text, "✗ error: ")
	}).Check()
	c.See("✗ error: ⟨U+202E⟩gnp.exe", "log of hostile").Check()
	for _, keys := range [][]string{{"g"}, {"f"}, {"f"}, {"G"}, {"right", "right"}, {"T"}, {"y"}, {"/", "A", "enter"}, {"n"}} {
		c.Press(keys...).Check()
	}
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		c.Resize(size[0], size[1]).See("log of hostile").Check()
	}
	c.Look(func(e *terminal.Emulator) {
		if strings.Contains(e.Title(), "owned") || e.Clipboard() == "ZXZpbA==" {
			t.Errorf("a log drove the terminal: title %q, clipboard %q", e.Title(), e.Clipboard())
		}
	})
	c.Press("q").Exited(soon)
	c.Restored()
}
