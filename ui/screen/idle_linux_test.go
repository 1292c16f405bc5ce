package screen_test

import (
	"testing"
	"time"

	"gonogo/ui/terminal"
)

func TestIdleCostsNothing(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.Press("j").See("keys 1 ")
	time.Sleep(300 * time.Millisecond) // the runtime's own threads go to sleep
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
		t.Fatal(err)
	}
	return n
}
