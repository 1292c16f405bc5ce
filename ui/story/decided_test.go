package story_test

import (
	"net/http"
	"strings"
	"testing"

	"gonogo/sources/simulator"
)

// The answer to the one send is lost, and nothing on GitHub carries the operation's ID: nothing is sent again, the lock stays,
// and a person says at the keyboard which run it was, which is followed from then on, or that it was none.
func TestAPersonDecidesWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		world
		instead bool // it was never done
	}{
		{"it was done", world{mute: true}, false},
		{"it was not done", world{mute: true, edition: simulator.EnterpriseServer319}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.lab(t)
			l.world.Fault(simulator.Fault{Method: http.MethodPost, Path: "/repos/acme/ledger/actions/workflows/*/dispatches", Times: 1, Status: http.StatusBadGateway, Instead: c.instead})
			kill(t, l.headlessUntil([]string{"AMBIGUOUS"}, "ledger", "production", "--confirm", "production"))
			k := l.open(120, 36)
			k.See("? promote ledger → production: ambiguous").Press("w").See("Under way").Press("enter").See("What became of it?", "Don't send it again", "none of it was sent").Check()
			if !c.instead {
				k.See("run 17").Press("G", "k", "enter").See("is the promotion of v0.10.0 to production").Type("I have seen it\r").Type("production\r").See("d decide so").Press("d").See("✓ succeeded", "healthy").Check()
			} else {
				k.Press("G", "enter").See("You say that nothing of it was sent").Type("nothing is there\r").Type("production\r").See("d decide so").Press("d").See("⊘ aborted", "nothing is there").Check()
			}
			eventually(t, "the lock is given back", func() (bool, string) {
				refs := l.world.Repository("acme/ledger").Refs()
				return len(refs) == 0, strings.Join(refs, ", ")
			})
			k.Press("q").Exited(soon)
			sent := 0
			for _, r := range l.world.Requests() {
				if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/dispatches") {
					sent++
				}
			}
			if sent != 1 {
				t.Errorf("%d were sent", sent)
			}
		})
	}
}

// Another release than the one that is next is picked in the dialog: its own gates judge it, and it is what goes. What is
// older is no promotion.
func TestAnotherReleaseIsPicked(t *testing.T) {
	l := demoLab(t)
	c := l.synced(120, 36)
	c.See("billing")
	to(c, "web")
	c.Press("p").See("web → production: promote", "v5.4.0", "type bypass for ci, tests, coverage").Type("it is wanted\r").Type("bypass\r").Type("production\r").See("g go: promote").Press("v")
	c.See("web → production: promote which release", "✓ next      v5.4.0", "is what runs here", "that is a rollback").Check()
	c.Press("j").NotSee("enter promote").Press("k").See("enter promote").Press("enter").See("web → production: promote", "v5.4.0", "first say the reason").Press("esc").NotSee("promote which release", "first say the reason")
	if n := l.dispatches("acme/web"); n != 0 {
		t.Errorf("%d were dispatched", n)
	}
	c.Press("q").Exited(soon)
}
