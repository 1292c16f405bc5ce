package screen_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/ui/early"
	"gonogo/ui/terminal"
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
	begin := time.Now()
	c := start(t, "version")
	c.See("version 1, TERM was dumb, is xterm-256color")
	if code := c.Exited(soon); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if took := time.Since(begin); took > 500*time.Millisecond {
		t.Errorf("took %v", took)
	}
	c.Check()
	if raw := string(c.Raw()); strings.Contains(raw, "\x1b") {
		t.Errorf("sent sequences without need: %q", raw)
	}
}

func TestIdleCostsNothing(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.Press("j").See("keys 1 ")
	settle := time.Now()
	for time.Since(settle) < 300*time.Millisecond { // the runtime's own threads go to sleep
		time.Sleep(50 * time.Millisecond)
	}
	sent, woken := len(c.Raw()), switches(t, c)
	time.Sleep(time.Second)
	if n := len(c.Raw()) - sent; n != 0 {
		t.Errorf("%d bytes in a second of idleness", n)
	}
	if n := switches(t, c) - woken; n > 5 {
		t.Errorf("woke %d times in a second of idleness", n)
	}
	c.Press("q").Exited(soon)
}

// switches counts how often the program's threads have gone to sleep.
func switches(t *testing.T, c *terminal.Terminal) int {
	t.Helper()
	n, err := terminal.Switches(c.PID())
	if err != nil {
		t.Skip("only Linux tells: ", err)
	}
	return n
}
