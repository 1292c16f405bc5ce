package story_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// In the demo the tests of billing fail while its run is green: somebody let the step go on after an error.
func TestAGreenRunWhoseTestsFailedIsNoGo(t *testing.T) {
	l := demoLab(t)
	got := l.run(l.command("status", "--json", "billing/production"))
	var doc struct {
		Services []struct {
			Environments []struct {
				Verdict, Why string
				Tests        *struct {
					Passed, Failed int
					Failing        []struct{ Name, Message, File string }
				}
				Gates []struct{ Gate, Result, Why string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
		t.Fatalf("%v\n%s%s", err, got.out, got.err)
	}
	e := doc.Services[0].Environments[0]
	if got.code != 1 || e.Verdict != "no-go" || !strings.Contains(e.Why, "tests failed on ") || !strings.Contains(e.Why, ", although ci.yml succeeded: ") {
		t.Errorf("exit %d, %s: %s", got.code, e.Verdict, e.Why)
	}
	if e.Tests == nil || e.Tests.Failed != 2 || e.Tests.Passed == 0 || len(e.Tests.Failing) != 2 || e.Tests.Failing[0].Message == "" || e.Tests.Failing[0].File == "" {
		t.Errorf("the tests are %+v", e.Tests)
	}
	for _, g := range e.Gates {
		if g.Gate == "ci" && g.Result != "pass" || g.Gate == "tests" && g.Result != "fail" {
			t.Errorf("the gate %s: %s: %s", g.Gate, g.Result, g.Why)
		}
	}

	c := l.open(160, 48)
	c.See("payments").Press("/").Type("billing").NotSee("payments").Press("enter").See("tests of v", "2 of ")
	c.Press("2", "enter").See("gate tests", "although ci.yml succeeded", "2 failed", "assert 1200 == 1201", "Slowest", "Evidence", "ci.yml #").Check()
	c.Press("/").Type("assert 1200").Press("enter", "enter").See("test part", "Why", "as its report says", "at the test runner", "reported by").Check()
	c.Press("esc").See("gate tests").Press("q").Exited(soon)
	c.Restored()
}
