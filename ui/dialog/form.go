package dialog

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// form is a question that is answered by a key of its own, after what it asks to type has been typed. Enter never
// confirms: it goes on to the next field, and past the last one to the answers, where cancel has the focus.
type form struct {
	kit        *pane.Kit
	title      string
	production bool
	body       func(b *builder) // what the question is about
	fields     []*field
	answers    []answer

	at    int // field; past the last one: the answers
	quiet quiet
	given int    // answer whose key was pressed, while quiet is armed
	doing string // what was answered and is not done yet
	err   error
	list  *pane.List
	frame *pane.Frame
	width int
	tall  int
}

// field is text that a person types.
type field struct {
	label  string
	exact  string // it has to be this; empty: it is free
	needed bool   // it can't be empty
	about  string // what it is typed for, beside its label
	text   []rune
}

// longest bounds what can be typed.
const longest = 500

// missing is what a field lacks, or empty.
func (f *field) missing() string {
	switch text := string(f.text); {
	case f.exact != "" && text != f.exact:
		return "type " + f.exact
	case f.needed && strings.TrimSpace(text) == "":
		return "say the " + f.label
	}
	return ""
}

// answer is one way to answer: its key is shown where it counts.
type answer struct {
	key, word string
	doing     string              // "approving"
	said      string              // in the status line when it is done
	off       string              // why it can't be answered so now; empty: it can
	hidden    bool                // it is not offered at all
	do        func() func() error // what was typed and shown when it was answered, to be done beside the screen
	then      func() tea.Msg      // what is asked for when it is done; nil: nothing is
}

// formMsg brings what became of an answer.
type formMsg struct {
	form   *form
	answer answer
	err    error
}

func newForm(kit *pane.Kit, title string, production bool) *form {
	return &form{kit: kit, title: title, production: production, quiet: quiet{kit: kit}, list: pane.NewList(kit, 1), frame: pane.NewFrame(kit)}
}

// value is what was typed in a field.
func (f *field) value() string { return strings.TrimSpace(string(f.text)) }

// Focus is nothing: it is gone back from.
func (f *form) Focus() intent.Action { return "" }

// Name is the title.
func (f *form) Name() string { return f.title }

// Typing is true: keys are text, or answers.
func (f *form) Typing() bool { return true }

// Counting is false.
func (f *form) Counting() bool { return false }

// Floats is true: what it is about stays visible.
func (f *form) Floats() bool { return true }

// Size is as much as there is to say.
func (f *form) Size(width, height int) (int, int) {
	width = min(88, width-2)
	f.build(width - 2)
	return width, min(f.tall+f.below()+2, height)
}

// below is how many rows fields and answers take.
func (f *form) below() int { return 1 + len(f.fields) + 2 }

// Start waits until a key can be an answer.
func (f *form) Start() tea.Cmd { return f.quiet.wait() }

// Actions are none: every key is text, or an answer.
func (f *form) Actions() []intent.Use { return nil }

// Update takes a message.
func (f *form) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case quietMsg:
		if f.quiet.take(msg) {
			return f.give()
		}
	case formMsg:
		return f.came(msg)
	case tea.KeyMsg:
		return f.key(msg)
	case pane.WheelMsg:
		f.list.Wheel(msg.Rows)
	}
	return nil
}

// came takes what became of the answer: success closes and fades, an error stays until it is dismissed.
func (f *form) came(msg formMsg) tea.Cmd {
	if msg.form != f {
		return nil
	}
	f.doing, f.err = "", msg.err
	if msg.err == nil {
		f.kit.Ask(pane.CloseMsg{})
		f.kit.Ask(pane.SayMsg{Text: msg.answer.said})
		if msg.answer.then != nil {
			f.kit.Ask(msg.answer.then())
		}
	}
	f.width = 0
	return f.quiet.wait()
}

func (f *form) key(msg tea.KeyMsg) tea.Cmd {
	settled := f.quiet.settled
	quiet := f.quiet.wait() // what comes in one go is no answer
	return tea.Batch(quiet, f.pressed(msg, settled))
}

// pressed takes a key; settled says that it was quiet before it.
func (f *form) pressed(msg tea.KeyMsg, settled bool) tea.Cmd {
	switch msg.Type {
	case tea.KeyEsc:
		return f.kit.Ask(pane.CloseMsg{})
	case tea.KeyUp, tea.KeyShiftTab:
		f.turn(f.at - 1)
		return nil
	case tea.KeyDown, tea.KeyTab:
		f.turn(f.at + 1)
		return nil
	case tea.KeyPgDown:
		f.list.Page(1)
		return nil
	case tea.KeyPgUp:
		f.list.Page(-1)
		return nil
	}
	if f.at < len(f.fields) {
		f.typed(f.fields[f.at], msg)
		return nil
	}
	return f.answer(msg, settled)
}

// turn goes to a field, or to the answers.
func (f *form) turn(at int) { f.at = min(max(at, 0), len(f.fields)) }

// typed takes a key of a field. A name that has to be typed can't be pasted.
func (f *form) typed(in *field, msg tea.KeyMsg) {
	switch msg.Type {
	case tea.KeyEnter:
		if !msg.Paste && in.missing() == "" {
			f.turn(f.at + 1)
		}
	case tea.KeyBackspace:
		in.text = in.text[:max(len(in.text)-1, 0)]
	case tea.KeyCtrlU:
		in.text = nil
	case tea.KeyRunes, tea.KeySpace:
		if msg.Paste && in.exact != "" {
			return
		}
		for _, r := range strings.ToValidUTF8(string(msg.Runes), "") {
			if r >= ' ' && r != 0x7f && len(in.text) < longest {
				in.text = append(in.text, r)
			}
		}
	}
}

// answer takes a key where the answers have the focus: enter is cancel's. Another one is given when it has stood alone.
func (f *form) answer(msg tea.KeyMsg, settled bool) tea.Cmd {
	switch {
	case msg.Paste:
		return nil
	case msg.Type == tea.KeyEnter && settled:
		return f.kit.Ask(pane.CloseMsg{})
	}
	if action, _ := f.kit.Keys.Action(msg.String()); f.err != nil && action == intent.Copy {
		return f.kit.Ask(pane.CopyMsg{Text: f.err.Error(), What: "the error"})
	}
	for i := range f.answers {
		if settled && f.answers[i].key == msg.String() && f.can(i) {
			f.given = i
			return f.quiet.arm()
		}
	}
	return nil
}

// can reports whether an answer can be given.
func (f *form) can(i int) bool {
	return f.missing() == "" && f.doing == "" && f.answers[i].off == "" && !f.answers[i].hidden
}

// give does what the answer says whose key stood alone.
func (f *form) give() tea.Cmd {
	if !f.can(f.given) {
		return f.quiet.wait()
	}
	given := f.answers[f.given]
	f.doing, f.err, f.width = given.doing, nil, 0
	do := given.do()
	return func() tea.Msg { return formMsg{f, given, do()} }
}

// missing is what has to be typed yet, or empty.
func (f *form) missing() string {
	for _, in := range f.fields {
		if m := in.missing(); m != "" {
			return m
		}
	}
	return ""
}

func (f *form) build(width int) {
	if width == f.width {
		return
	}
	f.width = width
	b := &builder{kit: f.kit, t: f.kit.Theme, width: width}
	f.body(b)
	if f.err != nil {
		b.blank()
		b.text(b.t.Bad, strings.ReplaceAll(f.err.Error(), "\n", "; ")) // errors that are joined have a line each
	}
	f.tall = len(b.list)
	f.list.SetRows(b.told())
}

// Hints are what keys mean while one is asked.
func (f *form) Hints() [][2]string {
	hints := f.hints()
	if f.list.Foot() != "" {
		hints = append(hints, [2]string{"pgdn, pgup", "the rest"})
	}
	return hints
}

func (f *form) hints() [][2]string {
	if f.at < len(f.fields) {
		return [][2]string{{"enter, tab", "go on"}, {"shift+tab", "back"}, {"esc", "cancel"}}
	}
	return [][2]string{{"enter, esc", "cancel"}, {"shift+tab", "back"}}
}

// View draws the question, the fields below it, and the answers.
func (f *form) View(a pane.Area) []string {
	t := f.kit.Theme
	f.build(a.Width - 2)
	box := theme.Box{Title: t.Heading.Render(cell.Text(t, f.title)), Width: a.Width, Height: a.Height, Focused: true, Production: f.production}
	width, height := box.Inner()
	lines := f.list.Draw(f.frame.Inner[:0], width, max(height-f.below(), 0), false)
	box.Foot = f.list.Foot()
	lines = append(lines, cell.Blank(width))
	label := 0
	for _, in := range f.fields {
		label = max(label, cell.Width(in.label))
	}
	for i, in := range f.fields {
		lines = append(lines, f.drawField(in, i == f.at, label, width))
	}
	return f.frame.Wrap(box, append(lines, cell.Blank(width), f.drawAnswers(width)))
}

func (f *form) drawField(in *field, focused bool, label, width int) string {
	t := f.kit.Theme
	l := cell.NewLine(t, width)
	style := t.Faint
	if focused {
		l.Put(t.Strong, t.Symbols.Cursor)
		style = t.Strong
	}
	l.To(2).Col(style, in.label, label+2)
	text, cursor := cell.Text(t, string(in.text)), ""
	if focused {
		cursor = "_"
	}
	for cell.Width(text) > l.Room()-2 { // the end is what is being typed
		_, n := utf8.DecodeRuneInString(text)
		text = text[n:]
	}
	l.Put(t.Text, text).Put(t.Key, cursor)
	if text == "" && in.exact != "" {
		l.Gap(1).Put(t.Faint, "type "+in.exact)
		if in.about != "" {
			l.Put(t.Faint, " for "+in.about)
		}
	}
	return l.String()
}

func (f *form) drawAnswers(width int) string {
	t := f.kit.Theme
	l := cell.NewLine(t, width)
	l.Gap(2)
	if f.doing != "" {
		return l.Put(t.Active, f.doing).String()
	}
	here := f.at >= len(f.fields)
	if here {
		l.Put(t.Key, "enter").Put(t.Strong, " cancel")
	} else {
		l.Put(t.Key, "esc").Put(t.Text, " cancel")
	}
	missing := f.missing()
	for _, a := range f.answers {
		switch {
		case a.hidden:
		case a.off != "":
			l.Gap(3).Put(t.Faint, a.word+": "+a.off)
		case missing != "":
		case !here:
			l.Gap(3).Put(t.Faint, a.word)
		case f.quiet.open():
			l.Gap(3).Put(t.Key, a.key).Put(t.Text, " "+a.word)
		}
	}
	switch {
	case missing != "":
		l.Gap(3).Put(t.Faint, "first "+missing)
	case !here:
		l.Gap(3).Put(t.Key, "enter").Put(t.Text, " goes on")
	}
	return l.String()
}
