// The floor that the cockpit stands on: the same static list of 200 rows, drawn by our
// own screen. SLEEP delays its View, to prove that the benchmark sees it.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/early"
	"gonogo/ui/screen"
)

const rows = 200

type list struct {
	width, height, selected, top int
	sleep                        time.Duration
}

func (l list) Init() tea.Cmd { return nil }

func (l list) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.width, l.height = msg.Width, msg.Height
	case tea.KeyMsg:
		switch msg.String() {
		case "j":
			l.selected = min(l.selected+1, rows-1)
		case "k":
			l.selected = max(l.selected-1, 0)
		case "q":
			return l, tea.Quit
		}
		l.top = min(max(l.top, l.selected-l.height+1), l.selected)
	}
	return l, nil
}

func (l list) View() string {
	time.Sleep(l.sleep)
	if l.height == 0 {
		return ""
	}
	lines := make([]string, l.height)
	for y := range lines {
		line := fmt.Sprintf("row %03d  \x1b[38;5;114m✓ GO\x1b[0m  service-%03d  v2.%d.%d  \x1b[38;5;245m%d min ago\x1b[0m", l.top+y, l.top+y, (l.top+y)*7%30, (l.top+y)%9, l.top+y)
		line += strings.Repeat(" ", max(l.width-60, 0))
		if l.top+y == l.selected {
			line = "\x1b[7m" + line + "\x1b[0m"
		}
		lines[y] = line
	}
	return strings.Join(lines, "\n")
}

func main() {
	early.Restore()
	sleep, _ := time.ParseDuration(os.Getenv("SLEEP"))
	if err := screen.Run(context.Background(), list{sleep: sleep}, screen.Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
