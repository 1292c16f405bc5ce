package story_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/ui/terminal"
)

// TestThroughTmux runs the cockpit where many people have it: in a real tmux, with its own idea of a terminal.
func TestThroughTmux(t *testing.T) {
	if os.Getenv("GONOGO_TOOLS") == "" {
		t.Skip("set GONOGO_TOOLS=1 to run what needs programs beside Go: tmux, sqlite3")
	}
	program, err := exec.LookPath("tmux")
	if err != nil {
		t.Fatalf("GONOGO_TOOLS asks for tmux: %v", err)
	}
	l := demoLab(t)
	socket := filepath.Join(l.home, "tmux")
	tmux := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, append([]string{"-f", "/dev/null", "-S", socket}, args...)...)
		cmd.Env = terminal.Environment(l.env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	sees := func(words ...string) {
		t.Helper()
		eventually(t, fmt.Sprintf("tmux shows %q", words), func() (bool, string) {
			screen := tmux("capture-pane", "-p")
			for _, word := range words {
				if !strings.Contains(screen, word) {
					return false, screen
				}
			}
			return true, ""
		})
	}
	cmd := l.command()
	shell := filepath.Join(l.home, "run")
	l.write(shell, "#!/bin/sh\nset -m\n'"+strings.Join(cmd.Args, "' '")+"'\necho suspended\nread line\nfg\necho ended $?\nread line\n")
	tmux("new-session", "-d", "-x", "120", "-y", "36", "sh", shell)
	t.Cleanup(func() { _ = exec.Command(program, "-S", socket, "kill-server").Run() })
	sees("payments", "NO-GO", "Deployments")
	tmux("resize-window", "-x", "160", "-y", "48")
	sees("payments", "quit")
	tmux("send-keys", "?")
	sees("Show the details")
	tmux("send-keys", "?")
	sees("payments")
	tmux("send-keys", "C-z")
	sees("suspended")
	tmux("send-keys", "Enter")
	sees("payments", "NO-GO")
	tmux("send-keys", "q")
	sees("ended 0")
}

// eventually asks again and again, for what nobody tells of.
func eventually(t *testing.T, what string, holds func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(terminal.Patience)
	for {
		held, shown := holds()
		if held {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never came true: %s\n%s", what, shown)
		}
		time.Sleep(30 * time.Millisecond) // tmux has no way to tell
	}
}
