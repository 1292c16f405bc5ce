package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// help lists every key, and what the symbols mean.
type help struct {
	kit   *pane.Kit
	list  *pane.List
	frame *pane.Frame
	width int
}

// NewHelp makes the help.
func NewHelp(kit *pane.Kit) pane.Layer {
	return &help{kit: kit, list: pane.NewList(kit, 1), frame: pane.NewFrame(kit)}
}

// Focus is nothing: the help is gone back from.
func (h *help) Focus() intent.Action { return "" }

// Name is the help's title.
func (h *help) Name() string { return "Help" }

// Typing reports that the filter is being typed.
func (h *help) Typing() bool { return h.list.Typing() }

// Counting is false.
func (h *help) Counting() bool { return false }

// Start has nothing to read.
func (h *help) Start() tea.Cmd { return nil }

// Floats is false: it takes the whole body.
func (h *help) Floats() bool { return false }

// Size is all there is.
func (h *help) Size(width, height int) (int, int) { return width, height }

// Actions are those of every list; the key that opened it closes it.
func (h *help) Actions() []intent.Use {
	return append(h.list.Uses(), intent.Use{Action: intent.Help, Word: "back", Means: func() tea.Cmd {
		return h.kit.Ask(pane.CloseMsg{})
	}})
}

// Update takes a message.
func (h *help) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		h.list.Type(msg)
	case pane.WheelMsg:
		h.list.Wheel(msg.Rows)
	case pane.ClickMsg:
		h.list.Click(msg.Y - 1)
	}
	return nil
}

// View draws the help.
func (h *help) View(a pane.Area) []string {
	t := h.kit.Theme
	box := theme.Box{Title: t.Heading.Render("Help"), Width: a.Width, Height: a.Height, Focused: true}
	width, height := box.Inner()
	if width != h.width {
		h.width = width
		h.list.SetRows(h.rows(width))
	}
	content := h.list.Draw(h.frame.Inner[:0], width, height, a.Focused)
	box.Note, box.Foot = h.list.Note(), h.list.Foot()
	return h.frame.Wrap(box, content)
}

func (h *help) rows(width int) []pane.Row {
	s := &sheet{kit: h.kit}
	b := &builder{s: s, kit: h.kit, t: h.kit.Theme, width: width}
	t := b.t
	b.text(t.Text, "gonogo answers one question for every service: go or no-go for the next release, and why. "+
		"The verdict of an environment is for its candidate, the newest release that could go there.")
	for _, kind := range intent.Kinds() {
		b.heading(string(kind), "")
		for _, e := range h.kit.Keys.Entries() {
			if e.Kind != kind {
				continue
			}
			var keys []string
			for _, k := range e.Keys {
				keys = append(keys, intent.Label(k))
			}
			b.row(pane.Row{Search: strings.Join(keys, " ") + " " + e.Help}, func(l *cell.Line) {
				l.Col(t.Key, strings.Join(keys, ", "), 20).Put(t.Text, e.Help)
			})
		}
	}
	b.heading("Mouse", "")
	b.text(t.Text, "A click selects, another one on the same row shows its details. The wheel scrolls. The keys in the last row can be clicked.")
	b.verdicts()
	return b.list
}

// NewPalette makes the palette of what can be done here.
func NewPalette(kit *pane.Kit, uses []intent.Use) pane.Layer {
	return newPalette(kit, uses)
}
