package pane

import (
	"strconv"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
)

// match finds the rows that pass the filter: those that hold each of its words.
func (l *List) match() {
	l.shown = l.shown[:0]
	words := strings.Fields(strings.ToLower(l.filter))
	for i := range l.rows {
		if len(words) == 0 || holds(l.rows[i].Search, words) {
			l.shown = append(l.shown, i)
		}
	}
}

func holds(text string, words []string) bool {
	if text == "" {
		return false
	}
	text = strings.ToLower(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Note is what the frame tells of the filter, or of where the cursor is.
func (l *List) Note() string {
	t := l.kit.Theme
	switch {
	case l.typing:
		return t.Key.Render("/") + t.Strong.Render(cell.Text(t, l.filter)) + t.Key.Render("_") + " " + l.matches()
	case l.filter != "":
		return t.Key.Render("/") + t.Match.Render(cell.Text(t, l.filter)) + " " + l.matches()
	}
	return ""
}

func (l *List) matches() string {
	found, all := 0, 0
	for i := range l.rows {
		if !l.rows[i].Inert {
			all++
		}
	}
	for _, i := range l.shown {
		if !l.rows[i].Inert {
			found++
		}
	}
	return l.kit.Theme.Faint.Render(strconv.Itoa(found) + " of " + strconv.Itoa(all))
}

// Typing reports that keys go to the filter.
func (l *List) Typing() bool { return l.typing }

// Type takes a key while the filter is typed.
func (l *List) Type(msg tea.KeyMsg) {
	switch msg.Type {
	case tea.KeyEsc:
		l.filter, l.typing = "", false
	case tea.KeyEnter:
		l.typing = false
	case tea.KeyBackspace:
		if r := []rune(l.filter); len(r) > 0 {
			l.filter = string(r[:len(r)-1])
		}
	case tea.KeyCtrlU:
		l.filter = ""
	case tea.KeyDown, tea.KeyTab:
		l.Move(1)
		return
	case tea.KeyUp, tea.KeyShiftTab:
		l.Move(-1)
		return
	case tea.KeyRunes, tea.KeySpace:
		l.filter += typed(msg.Runes)
	default:
		return
	}
	l.refilter()
}

// typed is what a person typed or pasted, without what is no text, and bounded.
func typed(runes []rune) string {
	var b strings.Builder
	for i, r := range runes {
		if i == 200 {
			break
		}
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (l *List) refilter() {
	id := l.Selected().ID
	l.match()
	l.Forget()
	if id == "" || !l.Select(id) {
		l.place(0, 1)
		l.top = 0
	}
}

// ClearFilter shows every row again; it reports whether there was a filter.
func (l *List) ClearFilter() bool {
	if l.filter == "" && !l.typing {
		return false
	}
	l.filter, l.typing = "", false
	l.refilter()
	return true
}
