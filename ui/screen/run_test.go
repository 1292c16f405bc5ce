package screen_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/ui/screen"
	"gonogo/ui/terminal"
)

func TestFirstFrameHasTheTerminalsSize(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24", "row 1 link 日本語 é", "row 23 link")
	c.Look(func(e *terminal.Emulator) {
		if !e.Mode("?1049") || e.Mode("?25") || !e.Mode("?2004") || !e.Mode("?1002") || !e.Mode("?1006") {
			t.Error("alternate screen, cursor, paste and mouse are not as they should be while running")
		}
		if e.Title() != "the list" {
			t.Errorf("title is %q", e.Title())
		}
		if got := e.Row(3)[6].Link; got != "https://example.com/3" {
			t.Errorf("link is %q", got)
		}
	})
	c.Press("q")
	if code := c.Exited(soon); code != 0 {
		t.Errorf("exit status %d", code)
	}
	c.Restored().Check()
}

func TestEveryEndRestoresTheTerminal(t *testing.T) {
	end := func(keys ...string) func(*terminal.Terminal) {
		return func(c *terminal.Terminal) { c.Press(keys...) }
	}
	signal := func(s syscall.Signal) func(*terminal.Terminal) {
		return func(c *terminal.Terminal) { c.Signal(s) }
	}
	for _, test := range []struct {
		name string
		end  func(*terminal.Terminal)
		code int
		says string // on standard error
	}{
		{"quit", end("q"), 0, ""},
		{"interrupt by a key", end("ctrl+c"), 2, ""},
		{"SIGINT", signal(syscall.SIGINT), 130, ""},
		{"SIGTERM", signal(syscall.SIGTERM), 143, ""},
		{"SIGHUP", signal(syscall.SIGHUP), 129, ""},
		{"SIGQUIT", signal(syscall.SIGQUIT), 131, ""},
		{"a panic in Update", end("U"), 2, "panic: in Update"},
		{"a panic in View", end("V"), 2, "panic: in View"},
		{"a panic in a command", end("C"), 2, "panic: in a command"},
		{"a panic in a sequence in a batch", end("B"), 2, "panic: in a command"},
		{"a panic in a goroutine", end("G"), 2, "panic: in a goroutine"},
		{"a panic with an error", end("E"), 2, "panic: wrapped: permission denied"},
		{"SIGTERM while Update hangs", func(c *terminal.Terminal) {
			c.Press("H")
			c.Signal(syscall.SIGTERM)
		}, 143, ""},
		{"quit while suspended by nobody", end("z", "q"), 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr bytes.Buffer
			cmd := command(t, "plain")
			cmd.Stderr = &stderr
			c := terminal.Start(t, cmd, 80, 24)
			c.See("list 80x24")
			test.end(c)
			if code := c.Exited(soon); code != test.code {
				t.Errorf("exit status %d, want %d\n%s", code, test.code, stderr.String())
			}
			c.Restored().Check()
			if test.says == "" && stderr.Len() > 0 {
				t.Errorf("standard error says %q", stderr.String())
			}
			if test.says != "" {
				for _, want := range []string{test.says, "program_test.go"} {
					if !strings.Contains(stderr.String(), want) {
						t.Errorf("standard error doesn't say %q:\n%s", want, stderr.String())
					}
				}
			}
		})
	}
}

func TestALostTerminalEndsTheProgram(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.HangUp()
	if code := c.Exited(soon); code != 2 && code != 129 {
		t.Errorf("exit status %d", code)
	}
}

func TestATerminalThatTakesNothingCannotHoldTheProgram(t *testing.T) {
	c := start(t, "stuck")
	c.See("list 80x24")
	resume := c.Stall()
	for range 400 { // more frames than a pseudo-terminal buffers
		c.Press("ctrl+l")
	}
	time.Sleep(50 * time.Millisecond) // let it run into the full buffer; too short only makes the test easier
	c.Signal(syscall.SIGTERM)
	if code := c.Exited(soon); code != 143 {
		t.Errorf("exit status %d", code)
	}
	resume()
}

func TestResize(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	for _, size := range [][2]int{{120, 40}, {30, 10}, {1, 1}, {200, 60}, {9, 3}, {80, 24}} {
		c.Resize(size[0], size[1])
		if size[0] >= 30 {
			c.See("list " + strconv.Itoa(size[0]) + "x" + strconv.Itoa(size[1]))
		}
		if size[1] > 20 {
			c.See("row " + strconv.Itoa(size[1]-1))
		}
	}
	c.Press("q").Exited(soon)
	c.Restored().Check()
}

func TestSuspendAndResume(t *testing.T) {
	for _, key := range []string{"ctrl+z", "z", "Z"} {
		t.Run(key, func(t *testing.T) {
			c := terminal.StartJob(t, command(t, "plain"), 80, 24)
			c.See("list 80x24")
			c.Press(key).See("[suspended]")
			c.Restored()
			c.Resize(100, 30)
			c.Continue().See("list 100x30", "row 29")
			c.Press("j").See("last \"j\"")
			c.Press("ctrl+z").See("[suspended]").Continue().See("list 100x30")
			c.Press("q").See("[ended 0]")
			c.Exited(soon)
			c.Restored().Check()
		})
	}
}

func TestAStopFromOutsideIsASuspension(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	cmd := command(t, "plain")
	shell := exec.Command("/bin/sh", "-c", `echo $$ >"$0"; exec "$1"`, pid, cmd.Path)
	shell.Env = cmd.Env
	c := terminal.StartJob(t, shell, 80, 24)
	c.See("list 80x24")
	number, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []string{"-TSTP", "-STOP"} {
		if out, err := exec.Command("kill", signal, strings.TrimSpace(string(number))).CombinedOutput(); err != nil {
			t.Fatalf("kill %s: %v %s", signal, err, out)
		}
		c.See("[suspended]")
		c.Continue().NotSee("[suspended]").See("list 80x24", "row 23 link")
	}
	c.Press("q").See("[ended 0]")
	c.Exited(soon)
	c.Restored().Check()
}

func TestAHeldKeyIsDrawnOnceAtTheEnd(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	before := len(c.Raw())
	c.Type(strings.Repeat("j", 2000))
	c.See("keys 2000 ")
	if n := len(c.Raw()) - before; n > 20*400 {
		t.Errorf("%d bytes for keys that were all there at once", n)
	}
	c.Type(strings.Repeat("j", 512)).See("keys 2512 ") // two buffers of Bubble Tea's, full to the brim
	c.Type(strings.Repeat("\x1b[A日", 300)).See("keys 3112 ")
	c.Press("q").Exited(soon)
	c.Check()
}

func TestDataIsCoalesced(t *testing.T) {
	c := start(t, "data")
	c.See("news 1000")
	if frames := bytes.Count(c.Raw(), []byte("news")); frames > 100 {
		t.Errorf("a thousand messages were drawn %d times", frames)
	}
	c.Press("q").Exited(soon)
}

func TestSequencesBetweenFrames(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.Press("n").Until("bell, notice, title, clipboard", func(e *terminal.Emulator) bool {
		return e.Bells() == 1 && e.Title() == "other" && e.Clipboard() == "dGV4dA==" &&
			len(e.Notices()) == 1 && e.Notices()[0] == "ready[31m"
	})
	c.Press("q").Exited(soon)
	c.Restored().Check()
}

func TestKeysArriveWhole(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.Press("up").See(`last "up"`)
	c.Press("esc").See(`last "esc"`)
	c.Press("alt+x").See(`last "alt+x"`)
	c.Type("\x1b[").Type("5~").See(`last "pgup"`)
	c.Type("\xe6\x97").Type("\xa5").See(`last "日"`)
	c.Paste("one\r\x1b[31mtwo").See(`one\r\x1b[31mtwo`)
	c.Paste(strings.Repeat("x", 300<<10)+"end").See("keys 7 ", `last "65530 runes"`) // 64 KiB with the mark before it
	c.Press("left").See(`last "left"`)
	c.Click(3, 5).See("mouse left release").Wheel(3, 5, 1).See("mouse wheel down")
	c.Press("q").Exited(soon)
	c.Check()
}

func TestRedrawRepairsTheScreen(t *testing.T) {
	c := start(t, "plain")
	c.See("list 80x24")
	c.Look(func(e *terminal.Emulator) { _, _ = e.Write([]byte("\x1b[5;1Hsomebody else wrote this")) })
	c.Press("j").See("keys 1 ", "somebody else")
	c.Press("ctrl+l").NotSee("somebody else").See("row 4 link")
	c.Press("q").Exited(soon)
}

func TestWhatIsNotATerminalIsRefused(t *testing.T) {
	cmd := command(t, "plain")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "is not one: run it without redirection") {
		t.Errorf("error %v, says %q", err, out)
	}
	cmd = command(t, "plain")
	cmd.Env = append(cmd.Env, "TERM=dumb")
	if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), `TERM is "dumb"`) {
		t.Errorf("says %q", out)
	}
	if code := screen.ExitCode(screen.Signalled{Signal: syscall.SIGHUP}); code != 129 {
		t.Errorf("exit status %d for SIGHUP", code)
	}
}
