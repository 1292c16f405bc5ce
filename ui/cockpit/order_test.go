package cockpit

import (
	"fmt"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"gonogo/ui/theme"
)

// late is a cockpit whose commands end when the test says so: each is a goroutine's, so
// what they bring may overtake each other and the keys.
type late struct {
	c     *Cockpit
	under []tea.Msg // what commands have brought and nobody was told yet
}

func (l *late) send(msg tea.Msg) {
	_, cmd := l.c.Update(msg)
	l.run(cmd)
}

func (l *late) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			l.run(c)
		}
	default:
		l.under = append(l.under, msg)
	}
}

// deliver hands over the i-th of what is under way.
func (l *late) deliver(i int) {
	msg := l.under[i]
	l.under = append(l.under[:i], l.under[i+1:]...)
	if timer, ok := msg.(timerMsg); ok {
		msg = timer.msg
	}
	l.send(msg)
}

// where is where a person stands: what the next key goes to.
func (l *late) where() string {
	layers := make([]string, len(l.c.stack))
	for i, layer := range l.c.stack {
		layers[i] = fmt.Sprintf("%T %p", layer, layer)
	}
	return fmt.Sprintf("pane %d, zoomed %v, layers %v, cursor on %q, typing %v", l.c.focus, l.c.zoomed, layers, l.c.fleet.Cursor(), l.c.top().Typing())
}

func lately(look theme.Theme) *late {
	src := acme()
	board := src.board
	l := &late{c: New(Options{
		Source: src, Theme: look, Board: &board, Now: func() time.Time { return noon },
		After: func(after time.Duration, msg tea.Msg) tea.Cmd { return func() tea.Msg { return timerMsg{after, msg} } },
	})}
	l.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	return l
}

func TestAQuickHandGoesBackFromWhatItHasJustOpened(t *testing.T) {
	l := lately(look(t, dark))
	l.send(key("2"))
	l.send(key("enter"))
	l.send(key("esc"))
	for len(l.under) > 0 && len(l.under) < 100 {
		l.deliver(len(l.under) - 1) // the newest first
	}
	if len(l.c.stack) != 0 {
		t.Errorf("enter and esc leave %s", l.where())
	}
}

func TestOnlyKeysMoveAPerson(t *testing.T) {
	made := look(t, dark)
	keys := []string{"0", "1", "2", "4", "tab", "j", "j", "k", "g", "G", "enter", "enter", "esc", "esc", "z", "/", "a", ":", "?", "o", "y", "r", "left", "right", "l", "l", "e", "n", "f", "T"}
	rapid.Check(t, func(t *rapid.T) {
		l := lately(made)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			if n := len(l.under); n > 0 && rapid.Bool().Draw(t, "something comes") {
				before, i := l.where(), rapid.IntRange(0, n-1).Draw(t, "which")
				what := fmt.Sprintf("%T", l.under[i])
				if l.deliver(i); l.where() != before {
					t.Fatalf("%s has moved a person from %s to %s", what, before, l.where())
				}
				continue
			}
			k := rapid.SampledFrom(keys).Draw(t, "key")
			l.send(key(k))
			l.c.View()
		}
	})
}
