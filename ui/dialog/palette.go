package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// palette finds an action by its name.
type palette struct {
	kit   *pane.Kit
	all   []intent.Use // that have a place in the table
	found []int
	typed []rune
	at    int
	top   int
	frame *pane.Frame
}

func newPalette(kit *pane.Kit, uses []intent.Use) *palette {
	p := &palette{kit: kit, frame: pane.NewFrame(kit)}
	for _, e := range kit.Keys.Entries() {
		if e.Action == intent.Palette {
			continue
		}
		if use, ok := intent.Find(uses, e.Action); ok {
			p.all = append(p.all, use)
		}
	}
	p.find()
	return p
}

// Focus is nothing: the palette is gone back from.
func (p *palette) Focus() intent.Action { return "" }

// Name is the palette's title.
func (p *palette) Name() string { return "All actions" }

// Typing is true: keys are the name that is looked for.
func (p *palette) Typing() bool { return true }

// Counting is false.
func (p *palette) Counting() bool { return false }

// Start has nothing to read.
func (p *palette) Start() tea.Cmd { return nil }

// Floats is true: what the actions are about stays visible.
func (p *palette) Floats() bool { return true }

// Size is as much as the actions need.
func (p *palette) Size(width, height int) (int, int) {
	return min(64, width-4), min(len(p.all)+3, height-2)
}

// Actions are none: every key is text.
func (p *palette) Actions() []intent.Use { return nil }

// String is what fuzzy looks in.
func (p *palette) String(i int) string {
	e := p.kit.Keys.Entry(p.all[i].Action)
	return e.Help + " " + e.Word
}

// Len is how many actions there are.
func (p *palette) Len() int { return len(p.all) }

func (p *palette) find() {
	p.found, p.at, p.top = p.found[:0], 0, 0
	if len(p.typed) == 0 {
		for i := range p.all {
			p.found = append(p.found, i)
		}
		return
	}
	for _, m := range fuzzy.FindFrom(string(p.typed), p) {
		p.found = append(p.found, m.Index)
	}
}

// Update takes a message.
func (p *palette) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.key(msg)
	case pane.WheelMsg:
		p.move(msg.Rows)
	case pane.ClickMsg:
		if i := p.top + msg.Y - 2; msg.Y >= 2 && i < len(p.found) {
			p.at = i
			return p.choose()
		}
	}
	return nil
}

func (p *palette) key(msg tea.KeyMsg) tea.Cmd {
	switch msg.Type {
	case tea.KeyEsc:
		return p.kit.Ask(pane.CloseMsg{})
	case tea.KeyEnter:
		if msg.Paste {
			return nil
		}
		return p.choose()
	case tea.KeyUp, tea.KeyCtrlP, tea.KeyShiftTab:
		p.move(-1)
	case tea.KeyDown, tea.KeyCtrlN, tea.KeyTab:
		p.move(1)
	case tea.KeyPgUp:
		p.move(-10)
	case tea.KeyPgDown:
		p.move(10)
	case tea.KeyBackspace:
		if n := len(p.typed); n > 0 {
			p.typed = p.typed[:n-1]
			p.find()
		}
	case tea.KeyCtrlU:
		p.typed = p.typed[:0]
		p.find()
	case tea.KeyRunes, tea.KeySpace:
		if len(p.typed) < 60 {
			p.typed = append(p.typed, []rune(strings.ToValidUTF8(string(msg.Runes), ""))...)
			p.find()
		}
	}
	return nil
}

func (p *palette) move(n int) { p.at = min(max(p.at+n, 0), max(len(p.found)-1, 0)) }

// choose closes the palette, then does what was chosen.
func (p *palette) choose() tea.Cmd {
	if p.at >= len(p.found) {
		return nil
	}
	use := p.all[p.found[p.at]]
	p.kit.Ask(pane.CloseMsg{})
	return p.kit.Ask(pane.DoMsg{Action: use.Action})
}

// View draws the palette.
func (p *palette) View(a pane.Area) []string {
	t := p.kit.Theme
	box := theme.Box{Title: t.Heading.Render("All actions"), Width: a.Width, Height: a.Height, Focused: true}
	width, height := box.Inner()
	out := p.frame.Inner[:0]
	prompt := cell.NewLine(t, width)
	prompt.Gap(1).Put(t.Key, p.kit.Keys.Label(intent.Palette)).Put(t.Strong, string(p.typed)).Put(t.Key, "_")
	out = append(out, prompt.String())
	rows := max(height-1, 0)
	p.top = max(min(p.top, p.at), p.at-rows+1)
	for i := p.top; len(out) < height; i++ {
		line := cell.NewLine(t, width)
		if i < len(p.found) {
			p.drawUse(line, i)
		} else if i == 0 {
			line.Gap(2).Put(t.Faint, "No action is called so.")
		}
		out = append(out, line.String())
	}
	return p.frame.Wrap(box, out)
}

func (p *palette) drawUse(l *cell.Line, i int) {
	t := p.kit.Theme
	use := p.all[p.found[i]]
	if i == p.at {
		l.Under(t.Selection, l.Room())
		l.Put(t.Strong, t.Symbols.Cursor)
	}
	key := p.kit.Keys.Label(use.Action)
	style := t.Text
	if !use.Enabled() {
		style = t.Faint
	}
	l.To(2).Col(style, p.kit.Keys.Entry(use.Action).Help, l.Room()-12)
	l.Right(t.Key, key, 11)
}
