package story_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// listedLab is the demo's world in which the production of the ledger has a checklist.
func listedLab(t *testing.T) *lab {
	t.Helper()
	w, s := simulator.Demo(simulator.Options{Seed: 1, Now: time.Now})
	return newLab(t, w, s, func(s *simulator.Services) string {
		return strings.Replace(simulator.DemoConfig(s), "        soak: 45m\n", "        checklist: [release notes read, support was told]\n", 1)
	})
}

// What people share is set and taken back from the keyboard: each by its own key, after its reason, and seen by everybody.
func TestHoldVetoAndClearFromTheKeyboard(t *testing.T) {
	l := demoLab(t)
	c := l.open(80, 24)
	c.See("notifications ✗ NO-GO", "✗ unhealthy").Press("j", "h").See("notifications → production: hold, lock and vetoes", "✓ not held", "✓ not vetoed").Check()
	c.Press("enter").See("hold it       ✓ pass").Type("we look into it\r").See("h hold it").Press("h")
	c.See("✓ succeeded", "refs/gonogo/hold/notifications/production").Check().Press("esc").See("✗ held", "we look into it")
	c.Press("G", "enter").See("veto it       ✓ pass").Type("it answers 503\r").See("v veto it").Press("v")
	c.See("✓ succeeded", "refs/gonogo/veto/notifications/").Press("esc").See("✗ vetoed", "it answers 503").Check()
	c.Press("G", "enter").See("clear it      ✓ pass", "the veto is of mona").Type("it was the database\r").See("x clear it").Press("x")
	c.See("✓ succeeded").Press("esc").NotSee("✗ vetoed").Check()
	if refs := l.world.Repository("acme/notifications").Refs(); len(refs) != 1 || refs[0] != "refs/gonogo/hold/notifications/production" {
		t.Errorf("%v is left", refs)
	}
}

// A checklist is ticked where its gate tells how it stands, and headless: both see both.
func TestAChecklistIsTickedFromBothSides(t *testing.T) {
	l := listedLab(t)
	if ticked := l.run(l.command("tick", "ledger", "production", "1", "--yes")); ticked.code != 0 || !strings.Contains(ticked.out, `tick "release notes read" for v0.10.0 in production of ledger`) {
		t.Fatalf("exits with %d:\n%s%s", ticked.code, ticked.out, ticked.err)
	}
	if none := l.run(l.command("tick", "ledger", "production", "release", "--yes")); none.code != 2 || !strings.Contains(none.err, "1 release notes read; 2 support was told") {
		t.Errorf("exits with %d:\n%s%s", none.code, none.out, none.err)
	}
	c := l.open(120, 36)
	c.See("ledger ").Press("/").Type("ledger\r").Press("j", "4").See("not ticked for v0.10.0: support was told")
	c.Press("/").Type("not ticked\r").See("checklist").Press("enter").See("ledger → production: gate checklist", "✓ ticked", "mona", "◔ open")
	c.Press("/").Type("open\r").NotSee("✓ ticked").Press("enter").See("You say that it has been seen to", "t tick it").Press("t")
	c.See("asked to tick: support was told").Press("esc").See("all is ticked for v0.10.0").NotSee("◔ open").Check()
	if again := l.run(l.command("untick", "ledger", "production", "support was told", "--yes", "--reason", "they were not")); again.code != 0 || !strings.Contains(again.out, "the tick is of mona") {
		t.Errorf("exits with %d:\n%s%s", again.code, again.out, again.err)
	}
	if said := l.run(l.command("history", "support", "untick")); said.code != 0 || !strings.Contains(said.out, "succeeded untick ledger -> production  v0.10.0 by mona (support was told)") {
		t.Errorf("history exits with %d:\n%s%s", said.code, said.out, said.err)
	}
}
