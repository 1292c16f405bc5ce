package dialog

import (
	"strconv"

	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// builder makes the rows of a sheet from top to bottom.
type builder struct {
	s     *sheet
	d     *pane.Detail
	kit   *pane.Kit
	t     *theme.Theme
	width int
	list  []pane.Row
}

// fieldWidth is the width of the words at the left.
const fieldWidth = 14

// draw is how a part of a row is drawn.
type draw func(l *cell.Line)

// row adds a row with its details, its page and what filters find.
func (b *builder) row(r pane.Row, d draw) {
	if r.ID == "" {
		r.ID = strconv.Itoa(len(b.list))
	}
	r.Draw = func(l *cell.Line, _ int) { d(l) }
	b.list = append(b.list, r)
}

// blank adds an empty row, unless there is one already or nothing above it.
func (b *builder) blank() {
	if n := len(b.list); n > 0 && (!b.list[n-1].Inert || b.list[n-1].Draw != nil) {
		b.list = append(b.list, pane.Row{Inert: true})
	}
}

// heading begins a section.
func (b *builder) heading(text, note string) {
	b.blank()
	t := b.t
	b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) {
		l.To(1).Put(t.Heading, text)
		if note != "" {
			l.Gap(2).Put(t.Faint, note)
		}
	}})
}

// text adds a paragraph, broken into as many rows as it needs.
func (b *builder) text(style theme.Style, text string) { b.paragraph(0, style, text, pane.Row{}) }

// paragraph adds a text that begins at a column; its first row has what r has.
func (b *builder) paragraph(column int, style theme.Style, text string, r pane.Row) {
	for i, line := range pane.Wrapped(b.t, text, b.width-column-3) {
		row := pane.Row{Search: text, Copy: text}
		if i == 0 {
			row = r
			row.Search, row.Copy = text, text
		}
		b.row(row, func(l *cell.Line) { l.To(2+column).Put(style, line) })
	}
}

// field adds a word and what it says, broken into rows where it is long.
func (b *builder) field(word string, style theme.Style, text, link string) {
	if text == "" {
		return
	}
	t := b.t
	for i, line := range pane.Wrapped(t, text, b.width-fieldWidth-3) {
		name := ""
		if i == 0 {
			name = word
		}
		b.row(pane.Row{Search: word + " " + text, Copy: text, Link: link}, func(l *cell.Line) {
			l.Col(t.Faint, name, fieldWidth)
			if link != "" {
				l.Link(t.Link.And(style), line, link, l.Room())
				return
			}
			l.Put(style, line)
		})
	}
}

// link adds an address that the terminal opens.
func (b *builder) link(word, url string) {
	if url == "" {
		return
	}
	t := b.t
	b.row(pane.Row{Search: word + " " + url, Copy: url, Link: url}, func(l *cell.Line) {
		l.Col(t.Faint, word, fieldWidth).Link(t.Link, url, url, l.Room())
	})
}

// state adds a state with the sentence that explains it.
func (b *builder) state(word string, s theme.State, text string) {
	t := b.t
	column := fieldWidth + cell.Width(s.Symbol) + 1 + cell.Width(s.Word) + 2
	if b.width-column < 30 {
		column = fieldWidth
	}
	lines := pane.Wrapped(t, text, b.width-column-3)
	for i, line := range lines {
		b.row(pane.Row{Search: word + " " + s.Word + " " + text, Copy: s.Word + ": " + text}, func(l *cell.Line) {
			if i == 0 {
				l.Col(t.Faint, word, fieldWidth).Put(s.Style, s.Symbol+" "+s.Word).End()
			}
			l.Gap(1).To(2+column).Put(t.Text, line)
		})
	}
}

// told is the rows of what is read only: no cursor is in them.
func (b *builder) told() []pane.Row {
	for i := range b.list {
		row := &b.list[i]
		if drawn := row.Draw; !row.Inert && drawn != nil {
			row.Draw = func(l *cell.Line, part int) { drawn(l.To(2), part) }
		}
		row.Inert = true
	}
	return b.list
}

// raw adds lines that are drawn already, each cells wide, as a plot is.
func (b *builder) raw(lines []string, cells int) {
	for _, line := range lines {
		b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) {
			l.To(2).Raw(line, cells)
		}})
	}
}

// target names a thing of the sheet's service.
func (b *builder) target(kind pane.Kind, environment, name string, id int64) pane.Target {
	return pane.Target{Kind: kind, Service: b.s.service, Environment: environment, Name: name, ID: id}
}
