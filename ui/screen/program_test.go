package screen_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/early"
	"gonogo/ui/screen"
	"gonogo/ui/terminal"
)

// TestMain runs the tests, or, started again by one of them, the program that they
// drive in a pseudo-terminal.
func TestMain(m *testing.M) {
	switch os.Getenv("SCREEN_PROGRAM") {
	case "":
	case "version":
		version()
		return
	default:
		program()
		return
	}
	os.Exit(m.Run())
}

// program is a list with a key for everything that can happen to a program.
func program() {
	early.Restore()
	guard := screen.NewGuard()
	err := screen.Run(context.Background(), &list{guard: guard}, screen.Options{
		Mouse: true, Title: "the list", Guard: guard,
		Started: func(ctx context.Context, send func(tea.Msg)) {
			if os.Getenv("SCREEN_PROGRAM") == "data" {
				for i := range 1000 {
					send(news(i + 1))
				}
			}
			<-ctx.Done()
		},
	})
	screen.Report(os.Stderr, err)
	os.Exit(screen.ExitCode(err))
}

// news is a message with data.
type news int

type list struct {
	guard         *screen.Guard
	width, height int
	selected, top int
	keys, news    int
	last          string
	viewPanics    bool
}

func (l *list) Init() tea.Cmd { return nil }

func (l *list) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.width, l.height = msg.Width, msg.Height
	case news:
		l.news = int(msg)
	case tea.MouseMsg:
		l.last = "mouse " + tea.MouseEvent(msg).String()
	case tea.KeyMsg:
		l.keys++
		l.last = msg.String()
		if len(l.last) > 100 {
			l.last = fmt.Sprintf("%d runes", len(msg.Runes))
		}
		return l, l.key(msg.String())
	}
	return l, nil
}

func (l *list) key(key string) tea.Cmd {
	boom := func() tea.Msg { panic("in a command") }
	switch key {
	case "j":
		l.selected++
	case "k":
		l.selected = max(l.selected-1, 0)
	case "ctrl+d":
		l.top++
	case "q":
		return tea.Quit
	case "ctrl+c":
		return tea.Interrupt
	case "ctrl+l":
		return screen.Redraw
	case "z":
		return screen.Suspend
	case "Z":
		return tea.Suspend
	case "n":
		return screen.Send(screen.Bell, screen.Notice("ready\x1b[31m"), screen.Title("other"), screen.Copy("text"))
	case "U":
		panic("in Update")
	case "V":
		l.viewPanics = true
	case "C":
		return boom
	case "B":
		return tea.Batch(func() tea.Msg { return nil }, tea.Sequence(func() tea.Msg { return nil }, boom))
	case "G":
		l.guard.Go(func() { panic("in a goroutine") })
	case "H":
		select {} // hangs for ever
	case "E":
		return func() tea.Msg { panic(fmt.Errorf("wrapped: %w", os.ErrPermission)) }
	}
	return nil
}

func (l *list) View() string {
	if l.viewPanics {
		panic("in View")
	}
	lines := []string{fmt.Sprintf("\x1b[1mlist\x1b[0m %dx%d keys %d news %d last %q", l.width, l.height, l.keys, l.news, l.last)}
	for i := 1; i < l.height; i++ {
		line := fmt.Sprintf("row %d \x1b]8;;https://example.com/%d\x1b\\link\x1b]8;;\x1b\\ 日本語 é", l.top+i, l.top+i)
		if i-1 == l.selected {
			line = "\x1b[7m" + line + "\x1b[0m"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// start runs the program in a terminal; kind is what SCREEN_PROGRAM says.
func start(t *testing.T, kind string) *terminal.Terminal {
	t.Helper()
	return terminal.Start(t, command(t, kind), 80, 24)
}

func command(t *testing.T, kind string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = terminal.Environment("SCREEN_PROGRAM=" + kind)
	return cmd
}

// soon is how long a program may take to be gone.
const soon = time.Second
