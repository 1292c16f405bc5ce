package story_test

import (
	"encoding/json"
	"strings"
	"testing"

	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// repository is one of the world's, by its name.
func repository(l *lab, name string) *simulator.Repository {
	l.t.Helper()
	for _, r := range l.world.Repositories() {
		if strings.EqualFold(r.FullName(), "acme/"+name) {
			return r
		}
	}
	l.t.Fatalf("the world has no repository %s", name)
	return nil
}

// rowSays waits until the row of the screen that holds a text holds others too.
func rowSays(c *terminal.Terminal, row string, words ...string) {
	c.Until("the row of "+row+" says "+strings.Join(words, ", "), func(e *terminal.Emulator) bool {
		for _, line := range e.Text() {
			if !strings.Contains(line, row) {
				continue
			}
			for _, w := range words {
				if !strings.Contains(line, w) {
					return false
				}
			}
			return true
		}
		return false
	})
}

// A developer sees whether their sprint's work ships: how far each item has travelled, what blocks, and it moves when a
// deployment does.
func TestTheSprintIsFollowedToProduction(t *testing.T) {
	l := demoLab(t)
	c := l.synced(160, 48)
	c.Press("1", "z").See("Sprint 42: day 7 of 10", "points", "merged, not yet in", "left at each day's end", "✗ blocker", "Each message is sent twice")
	rowSays(c, "Close the books by the month", "◔ in staging", "✓✓✓·")
	c.Press("/").Type("books").Press("enter", "g", "enter").See("Travelled", "in staging", "production", "- not there", "it runs v0.9.3").Check()

	repository(l, "ledger").Deploy("production", "v0.10.0")
	c.Press("r").See("it runs v0.10.0").NotSee("- not there").Press("esc")
	rowSays(c, "Close the books by the month", "✓ done", "✓✓✓✓", "in production")
	c.Press("esc").See("✗ blocker").Press("g", "enter").See("Burndown", "Scope", "it began with", "Merged, not in production", "read ").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}

// The blocker is in the gate's details, with a link and its age; it is advisory unless the configuration says otherwise.
func TestABlockerIsSeenInTheGate(t *testing.T) {
	l := demoLab(t)
	c := l.synced(160, 48)
	c.Press("1").See("Sprint 42: day 7 of 10").Press("0", "/").Type("notif").Press("enter", "j", "4", "z").See("production", "1 open blocker in Sprint 42")
	c.Press("/").Type("blocker").Press("enter", "enter").See("gate sprint", "advisory: it is shown", "Each message is sent twice", "/issues/", "read ", "by POST /graphql").Check()
	c.Press("q").Exited(soon)
	c.Restored()

	out := l.run(l.command("status", "--json", "notifications"))
	var doc struct {
		Sprint struct {
			Title    string
			Progress struct{ Blockers int }
			Items    []struct {
				Title, Stage, Repository string
				Blocker                  bool
			}
		}
		Services []struct {
			Environments []struct {
				Name  string
				Gates []struct {
					Gate, Level, Result, Why string
					Evidence                 []struct{ What, URL string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out.out), &doc); err != nil {
		t.Fatalf("%v\n%s", err, out.out)
	}
	if doc.Sprint.Title != "Sprint 42" || doc.Sprint.Progress.Blockers != 1 {
		t.Errorf("the sprint is %+v", doc.Sprint)
	}
	for _, item := range doc.Sprint.Items {
		if item.Repository != "" && item.Repository != "acme/notifications" {
			t.Errorf("%s is an item of notifications", item.Repository)
		}
	}
	found := false
	for _, e := range doc.Services[0].Environments {
		for _, g := range e.Gates {
			if e.Name == "production" && g.Gate == "sprint" {
				found = true
				if g.Level != "advisory" || g.Result != "fail" || !strings.Contains(g.Why, "Each message is sent twice") || len(g.Evidence) < 2 || !strings.Contains(g.Evidence[1].URL, "/issues/") {
					t.Errorf("the gate says %+v", g)
				}
			}
		}
	}
	if !found {
		t.Errorf("production has no gate sprint:\n%s", out.out)
	}
}

// Without the network the sprint is shown as it was last seen, with its age, and nothing waits for it.
func TestTheSprintIsThereWithoutTheNetwork(t *testing.T) {
	l := demoLab(t)
	l.run(l.command("status"))
	if err := l.api.Close(); err != nil {
		t.Fatal(err)
	}
	c := l.open(80, 24)
	c.Press("1").See("Sprint 42: day 7 of 10", "✗ blocker", "in staging")
	c.Press("r").See("OFFLINE").See("Sprint 42", "last read").Check()
	c.Press("enter").See("Burndown", "Sprint 42").Press("G").See("since then: ").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}

// Where none is configured the pane says how to; nothing else changes.
func TestWithoutASprintBoardThePaneSaysSo(t *testing.T) {
	l := fleetLab(t, 1)
	c := l.synced(80, 24)
	c.Press("1").See("No sprint board is configured.", "sprint: {project: OWNER/NUMBER}").Press("enter").Check()
	c.Press("q").Exited(soon)
	c.Restored()
}
