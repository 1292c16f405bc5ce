package story_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// Who wants to be kept from acting says so in their own settings: no action is offered, until they lift that with a reason,
// for a while that the header counts down. That they did is in the history.
func TestReadOnlyIsLiftedForAWhile(t *testing.T) {
	l := demoLab(t)
	l.write(filepath.Join(l.home, ".config", "gonogo", "config.yml"), "read_only: true\n")
	c := l.synced(100, 30)
	c.See("READ-ONLY", "api").Press("/").Type("api").Press("enter").NotSee("p promote").Press("p").See("read-only: your own config.yml says read_only: true; U lifts that").Check()
	c.Press("U").See("Lift read-only for 15 minutes", "first say the reason").Type("an incident\r").See("l lift it").Check().Press("l")
	c.See("acts for 1", "actions work for 15 minutes").Press("p").See("api → production: promote", "✓ GO", "first type production").Check()
	c.Type("production\r").See("g go: promote").Press("g").See("PRODUCTION api → production: promote v2.14.0", "✓ sent")
	c.Press("q").See("q quit all the same").Press("q").Exited(soon)
	c.Restored()
	if got := l.run(l.command("history")); got.code != 0 || !strings.Contains(got.out, "elevate") || !strings.Contains(got.out, "an incident") {
		t.Errorf("history exits with %d:\n%s%s", got.code, got.out, got.err)
	}
	if n := l.dispatches("acme/api"); n != 1 {
		t.Errorf("%d dispatches were answered", n)
	}
}
