package cockpit

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

var update = flag.Bool("update", false, "write the golden files anew; look at each before accepting it")

// driver presses keys on a cockpit and runs its commands at once, on a clock of its own.
type driver struct {
	t       *testing.T
	c       *Cockpit
	src     *memory
	now     time.Time
	waiting []waiting // timers that have not ended
	sent    []tea.Msg // messages that nobody here understands: the screen's
	late    func(tea.Msg) bool
	kept    []tea.Msg // messages that are late
}

type waiting struct {
	at  time.Time
	msg tea.Msg
}

func look(t testing.TB, o theme.Options) theme.Theme {
	t.Helper()
	made, err := theme.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var dark = theme.Options{Name: theme.Dark, Dark: true, Profile: theme.Colors256}

// start opens the cockpit on a fleet, with its board known before the first frame.
func start(t *testing.T, src *memory, width, height int, look theme.Theme) *driver {
	t.Helper()
	return startWith(t, src, nil, width, height, look)
}

// startWith is start with somebody who acts; nil: nobody does.
func startWith(t *testing.T, src *memory, actor pane.Actor, width, height int, look theme.Theme) *driver {
	t.Helper()
	d := &driver{t: t, src: src, now: noon}
	board := src.board
	d.c = New(Options{
		Source: src, Actor: actor, Theme: look, Board: &board,
		Now:   func() time.Time { return d.now },
		After: func(after time.Duration, msg tea.Msg) tea.Cmd { return func() tea.Msg { return timerMsg{after, msg} } },
	})
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.run(d.c.arm())
	return d
}

// timerMsg is a timer that was started.
type timerMsg struct {
	after time.Duration
	msg   tea.Msg
}

func (d *driver) send(msg tea.Msg) {
	_, cmd := d.c.Update(msg)
	d.run(cmd)
}

// run runs a command and whatever comes of it.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.take(cmd())
}

func (d *driver) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case timerMsg:
		d.waiting = append(d.waiting, waiting{d.now.Add(msg.after), msg.msg})
	case tea.QuitMsg:
		d.sent = append(d.sent, msg)
	default:
		if d.late != nil && d.late(msg) {
			d.kept = append(d.kept, msg)
			return
		}
		if strings.HasPrefix(fmt.Sprintf("%T", msg), "screen.") {
			d.sent = append(d.sent, msg)
			return
		}
		d.send(msg)
	}
}

// wait lets time pass, and ends the timers that are due.
func (d *driver) wait(by time.Duration) *driver {
	until := d.now.Add(by)
	for {
		next := -1
		for i, w := range d.waiting {
			if !w.at.After(until) && (next < 0 || w.at.Before(d.waiting[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		w := d.waiting[next]
		d.waiting = append(d.waiting[:next], d.waiting[next+1:]...)
		d.now = w.at
		d.send(w.msg)
	}
	d.now = until
	return d
}

var named = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd,
	"backspace": tea.KeyBackspace, "ctrl+c": tea.KeyCtrlC, "ctrl+l": tea.KeyCtrlL, "ctrl+z": tea.KeyCtrlZ, "space": tea.KeySpace,
}

// arrive lets come what is late.
func (d *driver) arrive() *driver {
	late := d.kept
	d.late, d.kept = nil, nil
	for _, msg := range late {
		d.take(msg)
	}
	return d
}

// press presses keys in one go, and rests until the panes have followed and an answer has stood alone.
func (d *driver) press(keys ...string) *driver {
	for _, k := range keys {
		d.send(key(k))
	}
	return d.wait(max(rest, alone))
}

func key(k string) tea.KeyMsg {
	if kind, ok := named[k]; ok {
		return tea.KeyMsg{Type: kind}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// screen is what is drawn, without styles.
func (d *driver) screen() string { return ansi.Strip(d.c.View()) }

func (d *driver) see(words ...string) *driver {
	d.t.Helper()
	for _, w := range words {
		if !strings.Contains(d.screen(), w) {
			d.t.Fatalf("%q is not on the screen:\n%s", w, d.screen())
		}
	}
	return d
}

func (d *driver) miss(words ...string) *driver {
	d.t.Helper()
	for _, w := range words {
		if strings.Contains(d.screen(), w) {
			d.t.Fatalf("%q is on the screen:\n%s", w, d.screen())
		}
	}
	return d
}

// golden holds the screen to a file.
func (d *driver) golden(name string) *driver {
	d.t.Helper()
	d.exact()
	compare(d.t, name, trimmed(d.screen()))
	return d
}

// trimmed is a screen without the blanks at the ends of its rows.
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; is:\n%s\nwas:\n%s\n(go test ./ui/cockpit -update accepts it)", file, got, want)
	}
}

// exact holds every row to the terminal's width and the rows to its height.
func (d *driver) exact() {
	d.t.Helper()
	lines := strings.Split(d.c.View(), "\n")
	if len(lines) != d.c.height {
		d.t.Fatalf("%d rows on a terminal of %d:\n%s", len(lines), d.c.height, d.screen())
	}
	for y, l := range lines {
		if n := ansi.StringWidth(l); n != d.c.width {
			d.t.Fatalf("row %d is %d cells wide on a terminal of %d: %q", y, n, d.c.width, l)
		}
	}
}

var sizes = []struct{ width, height int }{{80, 24}, {120, 36}, {160, 48}, {200, 60}}

func TestScreens(t *testing.T) {
	for _, size := range sizes {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d := start(t, acme(), size.width, size.height, look(t, dark))
			d.golden("fleet-" + name)
			d.press("4").golden("deployments-" + name)
			d.press("0", "j", "j").press("4").golden("api-" + name)
			d.press("2").golden("ci-" + name)
			d.press("1", "z").golden("sprint-api-" + name)
			d.press("0").press("g").press("1").golden("sprint-" + name)
		})
	}
}

func TestDetailsOfEverything(t *testing.T) {
	for _, size := range []struct{ width, height int }{{80, 24}, {160, 48}} {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d := start(t, acme(), size.width, size.height, look(t, dark))
			d.press("j", "j", "enter").golden("service-" + name)
			d.press("esc", "4", "enter").golden("environment-" + name)
			d.to("✗ fail").press("enter").golden("gate-" + name)
			d.press("esc").to("✗ fail").press("j").to("✗ fail").press("enter").golden("tests-" + name)
			d.to("✗ failed").press("enter").golden("test-" + name)
			d.press("esc", "esc", "g").to(" runs ").press("enter").golden("deployment-" + name)
			d.press("esc", "g").to(" next ").press("enter").golden("release-" + name)
			d.press("esc").to("healthz").press("enter").golden("check-" + name)
			d.press("2").to("✗ failure").press("enter").golden("run-" + name)
			d.press("1", "g", "enter").golden("sprint-sheet-" + name)
			d.press("esc").to("#409").press("enter").golden("item-" + name)
			d.press("?").golden("help-" + name)
			d.press("?", "esc", "0", ":").typed("re").golden("palette-" + name)
		})
	}
}

// focused is what is drawn of the pane or layer that has the focus.
func (d *driver) focused() []string {
	lines := strings.Split(d.screen(), "\n")
	for _, p := range d.c.drawing.places {
		if len(d.c.stack) == 0 && p.pane != d.c.focus || len(d.c.stack) > 0 && p.pane >= 0 {
			continue
		}
		lines = lines[p.y : p.y+p.height]
		for i := range lines {
			lines[i] = ansi.Cut(lines[i], p.x, p.x+p.width)
		}
		break
	}
	return lines
}

// to moves the cursor to the first row below it that holds a text.
func (d *driver) to(text string) *driver {
	d.t.Helper()
	for range 200 {
		for _, line := range d.focused() {
			if _, row, found := strings.Cut(line, "›"); found && strings.Contains(row, text) {
				return d
			}
		}
		d.press("j")
	}
	d.t.Fatalf("no row holds %q:\n%s", text, d.screen())
	return d
}

// typed types text.
func (d *driver) typed(text string) *driver {
	for _, r := range text {
		d.send(key(string(r)))
	}
	return d
}
