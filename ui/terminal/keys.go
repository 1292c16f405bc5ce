package terminal

import (
	"fmt"
	"strings"
)

// named are the bytes that xterm sends for keys that have a name.
var named = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ",
	"backspace": "\x7f", "delete": "\x1b[3~", "insert": "\x1b[2~",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"home": "\x1b[H", "end": "\x1b[F", "pgup": "\x1b[5~", "pgdown": "\x1b[6~",
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~",
	"ctrl+space": "\x00", "ctrl+\\": "\x1c",
}

// KeyBytes returns what a terminal sends for a key: "j", "G", "enter", "ctrl+z",
// "alt+x". It panics for a key that it doesn't know: the test is wrong then.
func KeyBytes(key string) string {
	if b, ok := named[key]; ok {
		return b
	}
	if rest, found := strings.CutPrefix(key, "alt+"); found {
		return "\x1b" + KeyBytes(rest)
	}
	if rest, found := strings.CutPrefix(key, "ctrl+"); found && len(rest) == 1 && rest[0] >= 'a' && rest[0] <= 'z' {
		return string(rest[0] - 'a' + 1)
	}
	if len([]rune(key)) == 1 {
		return key
	}
	panic(fmt.Sprintf("terminal: key %q is not known", key))
}
