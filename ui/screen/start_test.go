package screen_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/ui/early"
)

// version prints what any subcommand would: it needs nothing of the terminal.
func version() {
	before := os.Getenv("TERM")
	early.Restore()
	fmt.Printf("version 1, TERM was %s, is %s\n", before, os.Getenv("TERM"))
}

// The terminal of the tests never answers. Bubble Tea's initialiser would wait five
// seconds for it to tell its background colour.
func TestAMuteTerminalDoesNotHoldTheStart(t *testing.T) {
	best := time.Hour
	for range 3 { // a busy machine may be slow once
		begin := time.Now()
		c := start(t, "version")
		c.See("version 1, TERM was dumb, is xterm-256color")
		best = min(best, time.Since(begin))
		if code := c.Exited(soon); code != 0 {
			t.Errorf("exit status %d", code)
		}
		c.Check()
		if raw := string(c.Raw()); strings.Contains(raw, "\x1b") {
			t.Errorf("sent sequences without need: %q", raw)
		}
	}
	if best > 500*time.Millisecond {
		t.Errorf("took %v", best)
	}
}
