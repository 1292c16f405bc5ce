// The floor that a Bubble Tea program stands on: a static list of 200 rows, drawn by
// Bubble Tea's own renderer.
package main

import (
	"fmt"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

const rows = 200

type list struct {
	width, height, selected, top int
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
	if _, err := tea.NewProgram(list{}, tea.WithAltScreen()).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
