package terminal

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// inView is what a View may hold besides text: styles and links.
var inView = regexp.MustCompile("\x1b\\[[0-9;:]*m|\x1b\\]8;[^\x00-\x1f\x7f]*\x1b\\\\")

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
		text := inView.ReplaceAllString(line, "")
		if i := strings.IndexFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }); i >= 0 {
			return fmt.Errorf("row %d holds a control character or a sequence that isn't a style or a link: %q", y, line)
		}
	}
	return nil
}
