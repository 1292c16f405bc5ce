package story_test

import (
	"strings"
	"syscall"
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/simulator"
	"gonogo/ui/terminal"
)

// lockOf makes another operator's lock in a service's production, as their gonogo would.
func (l *lab) lockOf(owner, service, reason string) {
	l.t.Helper()
	m := operation.Mark{Kind: operation.MarkLock, Operation: "0badc0de", Owner: owner, Service: service, Environment: "production", Reason: reason}
	name, err := m.Name()
	if err != nil {
		l.t.Fatal(err)
	}
	text, err := m.Message()
	if err != nil {
		l.t.Fatal(err)
	}
	l.world.Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, owner)
}

// to goes to a service of the fleet, whose production is what there is to say of it. Backspace is no escape: what follows it at once is no sequence.
func to(c *terminal.Terminal, service string) {
	c.Press("0", "backspace", "/").Type(service + "\r").See(service + " → production")
}

// One session at the keyboard, in every world: what is NO-GO says why; a release is promoted, its process killed while it
// waits for a review, and the next one goes on; it is rolled back by hand, which holds; the hold is lifted. A lane that is
// stuck says by what. The lock that another operator left is broken. A token that may not write says so, and from then on
// its keys do.
func TestActingFromTheKeyboard(t *testing.T) {
	t.Parallel()
	for _, w := range worlds() {
		t.Run(w.name, func(t *testing.T) {
			l := w.lab(t)
			l.lockOf("octocat", "api", "promote v2.14.0")
			if w.refused {
				refusedAtTheKeyboard(t, l)
				return
			}
			r := l.world.Repository("acme/ledger")
			r.Environment("production", simulator.Protection{Reviewers: []string{"mona"}})
			c := l.synced(120, 36)
			c.See("billing")
			to(c, "web")
			c.Press("p").See("web → production: promote", "NO-GO", "type bypass for ci, tests, coverage").Press("esc").NotSee("web → production: promote")

			to(c, "payments")
			c.Press("p").See("payments → production: promote", "lane").Check().Press("esc").NotSee("payments → production: promote")

			to(c, "ledger")
			c.Press("p").See("ledger → production: promote", "v0.10.0")
			if w.mute {
				c.See("doesn't show the operation's ID")
			}
			c.See("first type production").Type("production\r").See("g go: promote").Press("g").See("◔ review")
			c.Signal(syscall.SIGKILL)
			c.Exited(soon)
			c = l.open(120, 36)
			c.See("promote ledger → production: awaiting").Press("w").See("Under way").Press("enter").See("Somebody has to review it").Press("a").See("asks to promote v0.10.0").Press("tab").Type("production\r").See("a approve").Press("a")
			c.See("✓ reviewed", "✓ succeeded", "healthy").Check()
			r.Environment("production", simulator.Protection{})

			c.Press("b").See("ledger → production: roll back to", "v0.9.3", "enter go back").Press("enter").See("v0.9.3", "over v0.10.0", "first type production")
			c.Type("production\r").See("g go back").Press("g").See("roll back v0.9.3", "✓ succeeded").Check()
			c.Press("p").See("is held by mona").Press("esc").NotSee("is held by mona").Press("h").See("hold, lock and vetoes", "✗ held").Press("enter").See("lift the hold ✓ pass", "first say the reason").Type("it is quick now\r").Type("production\r").See("l lift the hold").Press("l").See("✓ succeeded")

			to(c, "api")
			c.Press("p").See("api → production: promote", "lock", "octocat", "a gate that can't be bypassed is against it").Press("esc").NotSee("api → production: promote")
			c.Press("h").See("hold, lock and vetoes", "◔ locked", "octocat: promote v2.14.0").Press("/").Type("locked\r").Press("enter").See("gh api --method DELETE", "first say the reason").Type("they are on a plane\r").Type("production\r").See("k break lock").Press("k").See("✓ succeeded").Check()
			to(c, "api")
			c.Press("p").See("api → production: promote", "✓ GO", "first type production").Press("esc").NotSee("first type production")
			if refs := l.world.Repository("acme/api").Refs(); len(refs) > 0 {
				t.Errorf("%q is left", refs)
			}
			c.Press("q").Exited(soon)
			if n := l.dispatches("acme/ledger"); n != 2 {
				t.Errorf("%d were dispatched, want the promotion and the rollback", n)
			}
		})
	}
}

// refusedAtTheKeyboard is the session of who may not write.
func refusedAtTheKeyboard(t *testing.T, l *lab) {
	c := l.synced(120, 36)
	c.See("billing")
	to(c, "ledger")
	c.See("p promote").Press("p").See("ledger → production: promote", "first type production").Type("production\r").See("g go: promote").Press("g").See("⊘ aborted", "permission Contents: write", "Nothing was deployed").Check()
	to(c, "ledger")
	for _, key := range []string{"p", "b"} {
		c.NotSee("p promote").Press(key).See("the token lacks the permission Contents: write in acme/ledger: no lock can be taken")
		c.Press("k").NotSee("the token lacks") // what was said goes with the next key
	}
	c.Press("h").See("the token lacks the permission Contents: write in acme/ledger").Check()
	c.Press("0", "backspace", "g", "2").See("✗ failure    web", "R re-run").Press("R").See("web: run ci.yml", "enter goes on").Press("enter").See("f its failed jobs").Press("f").See("! errored", "Actions: write", "Nothing was done")
	c.Press("backspace", "0", "backspace", "g", "2").See("✗ failure    web", "esc fleet").NotSee("R re-run").Press("R").See("the token lacks the permission Actions: write in acme/web").Check()
	c.Press("q").Exited(soon)
	if _, done := l.written(); done != 0 || l.dispatches("acme/ledger") != 0 {
		t.Errorf("%d were done, %d dispatched", done, l.dispatches("acme/ledger"))
	}
	if got := l.run(l.command("promote", "ledger", "production", "--confirm", "production")); got.code != 2 || !strings.Contains(got.out, "lacks the permission Contents: write") {
		t.Errorf("headless exits with %d:\n%s%s", got.code, got.out, got.err)
	}
}
