package cockpit

import (
	"time"

	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// age is how old something is in the header.
func age(at time.Time, c *Cockpit) string {
	if a := cell.Age(at, c.kit.Now()); a != "now" {
		return a + " old"
	}
	return "fresh"
}

// hint is a key and its word in the footer.
type hint struct {
	key, word string
	action    intent.Action
}

// hints are the keys that work here and now, in the order of the footer: what can be done
// with the row, where to go, and at the end how to find out more and how to leave.
func (c *Cockpit) hints() (first, last []hint) {
	uses := c.uses()
	for _, kind := range []intent.Kind{intent.Acting, intent.Looking, intent.Reading, intent.Taking, intent.Moving, intent.Program} {
		for _, e := range c.kit.Keys.Entries() {
			if e.Kind != kind || e.Quiet {
				continue
			}
			use, found := intent.Find(uses, e.Action)
			if !found || !use.Enabled() || len(e.Keys) == 0 {
				continue
			}
			h := hint{intent.Label(e.Keys[0]), e.Word, e.Action}
			if use.Word != "" {
				h.word = use.Word
			}
			if e.Action == intent.Help || e.Action == intent.Quit || e.Action == intent.Back {
				last = append(last, h)
			} else {
				first = append(first, h)
			}
		}
	}
	return first, last
}

// drawFooter draws the last row: what was just said, else the keys.
func (c *Cockpit) drawFooter() string {
	t := c.kit.Theme
	l := cell.NewLine(t, c.width)
	l.Gap(1)
	if c.said.Text != "" {
		style := t.Text
		if c.said.Bad {
			style = t.Bad
		}
		return l.Put(style, c.said.Text).String()
	}
	if c.top().Typing() {
		for _, h := range typing(c.top()) {
			c.drawHint(l, t, h)
		}
		return l.String()
	}
	first, last := c.hints()
	need := 0
	for _, h := range last {
		need += hintWidth(h)
	}
	for _, h := range first {
		if l.Used()+hintWidth(h)+need <= c.width {
			c.drawHint(l, t, h)
		}
	}
	for _, h := range last {
		c.drawHint(l, t, h)
	}
	return l.String()
}

// hinter is a layer whose keys are text and mean something of their own beside.
type hinter interface{ Hints() [][2]string }

// typing are the keys that mean something while others are text.
func typing(p pane.Pane) (hints []hint) {
	h, ok := p.(hinter)
	if !ok {
		return []hint{{key: "enter", word: "done"}, {key: "esc", word: "cancel"}, {key: "up, down", word: "move"}}
	}
	for _, each := range h.Hints() {
		hints = append(hints, hint{key: each[0], word: each[1]})
	}
	return hints
}

func hintWidth(h hint) int { return cell.Width(h.key) + 1 + cell.Width(h.word) + 2 }

func (c *Cockpit) drawHint(l *cell.Line, t *theme.Theme, h hint) {
	from := l.Used()
	l.Put(t.Key, h.key).Put(t.Faint, " "+h.word)
	c.drawing.spans = append(c.drawing.spans, span{c.height - 1, from, l.Used(), h.action})
	l.Gap(2)
}
