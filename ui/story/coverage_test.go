package story_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// In the demo the coverage of web fell below its minimum: the release is held, the trend shows since when, and the details
// which lines of what would ship no test covers.
func TestCoverageBelowItsMinimumIsNoGo(t *testing.T) {
	l := demoLab(t)
	got := l.run(l.command("status", "--json", "web/production"))
	var doc struct {
		Services []struct {
			Environments []struct {
				Coverage *struct {
					Percent, Minimum, Drop float64
					Lines                  struct{ Covered, Of int }
					Patch                  *struct {
						Covered, Of int
						Uncovered   []struct {
							Path  string
							Lines [][2]int
						}
					}
				}
				Gates []struct{ Gate, Level, Result, Why string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
		t.Fatalf("%v\n%s%s", err, got.out, got.err)
	}
	e := doc.Services[0].Environments[0]
	if got.code != 1 || e.Coverage == nil || e.Coverage.Minimum != 85 || e.Coverage.Percent >= 85 || e.Coverage.Drop <= 1 || e.Coverage.Lines.Of == 0 {
		t.Fatalf("exit %d, coverage %+v", got.code, e.Coverage)
	}
	for _, g := range e.Gates {
		if g.Gate == "coverage" && (g.Level != "required" || g.Result != "fail" || !strings.Contains(g.Why, "% of lines are covered, 85 % wanted: ") || !strings.Contains(g.Why, "; coverage fell ")) {
			t.Errorf("the gate says %s: %s", g.Result, g.Why)
		}
	}
	patch := e.Coverage.Patch
	if patch == nil || patch.Of == 0 || patch.Covered >= patch.Of || len(patch.Uncovered) == 0 {
		t.Fatalf("of what would ship: %+v", patch)
	}
	file := patch.Uncovered[0].Path

	c := l.open(160, 48)
	c.See("payments").Press("/").Type("web").NotSee("payments").Press("enter").See("3 Coverage web", "fail production")
	c.Press("3", "z").See("✗ fail production", "85 % wanted", "What would ship", "changed lines covered", file, "not covered: ", "Trend", "dotted: 85 % wanted", "releases: v").Check()
	c.Press("enter").See("production: coverage of v", "points fewer now; 1 fewer allowed", file, "Reports", "lcov").Check()
	c.Press("esc").See("[3 Coverage]").Press("q").Exited(soon)
	c.Restored()
}
