package terminal

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// CheckView tells what is wrong with what a View returned: it must have height rows,
// each exactly width cells wide, and nothing but styles and links besides text.
func CheckView(view string, width, height int) error {
	lines := strings.Split(view, "\n")
	if len(lines) != height {
		return fmt.Errorf("the view has %d rows, the screen %d", len(lines), height)
	}
	for y, line := range lines {
		if n := ansi.StringWidth(line); n != width {
			return fmt.Errorf("row %d is %d cells wide, the screen %d: %q", y, n, width, line)
		}
		e := NewEmulator(max(width, 1), 1)
		_, _ = e.Write([]byte(line + "\x1b[m"))
		if v := e.Violations(); len(v) > 0 {
			return fmt.Errorf("row %d: %s: %q", y, v[0], line)
		}
	}
	return nil
}
