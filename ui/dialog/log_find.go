package dialog

import (
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/joblog"
	"gonogo/ui/pane"
)

// finder searches a log, some pieces at a time, from where the cursor is to the end and on
// from the beginning.
type finder struct {
	typing bool
	typed  string

	query      joblog.Query
	generation int     // tells the answers of one search from those of another
	found      [][]int // lines, by piece
	next       int     // piece to be searched next
	left       int     // pieces that are still to be searched
	count      int
	from       int  // line that the search began on
	jumped     bool // the first match was gone to
	err        error
}

const (
	// searchedTogether is how many pieces one command searches: 2 MiB of text, some hundredths of a second.
	searchedTogether = 16
	// maxFound is how many matches are counted.
	maxFound = 100_000
	// maxTyped is how long a search may be, in characters.
	maxTyped = 200
)

// foundMsg brings what some pieces hold.
type foundMsg struct {
	view       *logView
	generation int
	first      int
	found      [][]int
	err        error
}

// prompt begins to take what to search for.
func (f *finder) prompt() { f.typing, f.typed = true, f.query.String() }

// end ends the search.
func (f *finder) end() { *f = finder{generation: f.generation + 1} }

// typed takes a key while what to search for is typed.
func (v *logView) typed(msg tea.KeyMsg) tea.Cmd {
	f := &v.find
	v.stale = true
	switch msg.Type {
	case tea.KeyEsc:
		f.typing = false
	case tea.KeyEnter:
		if !msg.Paste {
			f.typing = false
			return v.search(f.typed)
		}
	case tea.KeyBackspace:
		if r := []rune(f.typed); len(r) > 0 {
			f.typed = string(r[:len(r)-1])
		}
	case tea.KeyCtrlU:
		f.typed = ""
	case tea.KeyRunes, tea.KeySpace:
		for _, r := range msg.Runes {
			if unicode.IsPrint(r) && len([]rune(f.typed)) < maxTyped {
				f.typed += string(r)
			}
		}
	}
	return nil
}

// search begins to search the whole log.
func (v *logView) search(text string) tea.Cmd {
	v.find.end()
	if text == "" {
		return nil
	}
	f := &v.find
	pieces, gone := len(v.index.Pieces), v.index.Gone
	f.query, f.found, f.left, f.from = joblog.NewQuery(text), make([][]int, pieces), pieces-(gone.Past-gone.First), v.line()
	if pieces > 0 {
		f.next = v.index.PieceOf(f.from)
	}
	if f.next >= gone.First && f.next < gone.Past {
		f.next = gone.Past % pieces
	}
	return v.searchOn()
}

// searchOn is a command that searches the next pieces.
func (v *logView) searchOn() tea.Cmd {
	f := &v.find
	if f.left == 0 {
		return nil
	}
	end := len(f.found)
	if gone := v.index.Gone; f.next < gone.First {
		end = gone.First
	}
	n := min(searchedTogether, f.left, end-f.next)
	src, ctx, log, first, generation, query := v.src, v.ctx, v.log.ID, f.next, f.generation, f.query
	begins := v.index.Pieces[first : first+n]
	return func() tea.Msg {
		msg := foundMsg{view: v, generation: generation, first: first}
		for i, line := range begins {
			p, err := src.LogPiece(ctx, log, first+i, line)
			if err != nil {
				msg.err = err
				break
			}
			msg.found = append(msg.found, p.Search(query))
		}
		return msg
	}
}

// foundCame takes what some pieces hold, goes to the first match, and searches on.
func (v *logView) foundCame(msg foundMsg) tea.Cmd {
	f := &v.find
	if msg.view != v || msg.generation != f.generation || f.query.Zero() {
		return nil
	}
	v.stale = true
	if msg.err != nil {
		f.err, f.left = msg.err, 0
		return nil
	}
	for i, lines := range msg.found {
		f.found[msg.first+i] = lines
		f.count += len(lines)
	}
	f.left -= len(msg.found)
	f.next = msg.first + len(msg.found)
	if gone := v.index.Gone; f.next == gone.First && gone.Past > gone.First {
		f.next = gone.Past
	}
	f.next %= len(f.found)
	if f.count >= maxFound {
		f.left = 0
	}
	if !f.jumped && f.count > 0 {
		round := f.left == 0 || f.next < v.index.PieceOf(f.from) // the end was passed
		if line := f.after(v.index, f.from-1, false); line >= f.from || round {
			f.jumped = true
			v.goTo(line)
		}
	}
	if f.left == 0 && f.count == 0 {
		v.kit.Ask(pane.SayMsg{Text: "nothing in the log matches " + f.query.String()})
	}
	return tea.Batch(v.fetch(), v.searchOn())
}

// after is the match behind a line, or before it, going round the end; -1 where there is
// none as far as was searched.
func (f *finder) after(x *joblog.Index, line int, back bool) int {
	pieces := len(f.found)
	if pieces == 0 {
		return -1
	}
	step := 1
	if back {
		step = -1
	}
	at := x.PieceOf(max(line, 0))
	if next := joblog.Next(f.found[at], line, back); next >= 0 {
		return next
	}
	for i := 1; i <= pieces; i++ {
		lines := f.found[((at+i*step)%pieces+pieces)%pieces]
		switch {
		case len(lines) == 0:
		case back:
			return lines[len(lines)-1]
		default:
			return lines[0]
		}
	}
	return -1
}

// place is which of the matches a line is, from 1; 0: none.
func (f *finder) place(x *joblog.Index, line int) int {
	if f.count == 0 {
		return 0
	}
	at := x.PieceOf(line)
	n := 0
	for _, lines := range f.found[:at] {
		n += len(lines)
	}
	for _, l := range f.found[at] {
		if n++; l == line {
			return n
		}
	}
	return 0
}

// match goes to the next match, or the one before.
func (v *logView) match(back bool) {
	f := &v.find
	line := f.after(v.index, v.line(), back)
	switch {
	case line >= 0:
		f.jumped = true
		v.goTo(line)
	case f.left > 0:
		v.kit.Ask(pane.SayMsg{Text: "still searching for " + f.query.String()})
	default:
		v.kit.Ask(pane.SayMsg{Text: "nothing in the log matches " + f.query.String()})
	}
}

// highlit cuts a text at what is searched for: every second part matches.
func (f *finder) highlit(text string) []string {
	if f.query.Zero() {
		return []string{text}
	}
	var parts []string
	for from := 0; ; {
		at, n := f.query.Find(text, from)
		if at < 0 || len(parts) > 200 {
			return append(parts, text[from:])
		}
		parts = append(parts, text[from:at], text[at:at+n])
		from = at + n
	}
}
