package dialog

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model/joblog"
	"gonogo/ui/pane"
)

// shelf holds the pieces that were used last.
type shelf struct {
	held  map[int]*held // by number
	asked map[int]bool
	clock int
}

type held struct {
	piece *joblog.Piece
	used  int
}

// shelfRoom is how many pieces are held: 6 MiB of a log, and more rows than any screen has
// are seldom in as many.
const shelfRoom = 48

// get is a piece, if it is held.
func (s *shelf) get(number int) *joblog.Piece {
	if h := s.held[number]; h != nil {
		return h.piece
	}
	return nil
}

// put takes a piece, in the place of the one that wasn't used for longest where there are
// more than room.
func (s *shelf) put(number int, p *joblog.Piece, room int) {
	if s.held == nil {
		s.held = map[int]*held{}
	}
	for len(s.held) >= room {
		oldest, when := -1, 0
		for n, h := range s.held {
			if oldest < 0 || h.used < when {
				oldest, when = n, h.used
			}
		}
		delete(s.held, oldest)
	}
	s.clock++
	s.held[number] = &held{p, s.clock}
}

// use notes that a piece is used; it reports whether it is held.
func (s *shelf) use(number int) bool {
	h := s.held[number]
	if h != nil {
		s.clock++
		h.used = s.clock
	}
	return h != nil
}

// want reports whether a piece is to be asked for, and notes that it is used.
func (s *shelf) want(number int) bool {
	if s.use(number) || s.asked[number] {
		return false
	}
	if s.asked == nil {
		s.asked = map[int]bool{}
	}
	s.asked[number] = true
	return true
}

// fetch asks for the pieces of what is seen, and of what lies a screen above and below.
func (v *logView) fetch() tea.Cmd {
	if v.index == nil {
		return nil
	}
	v.follow()
	var cmds []tea.Cmd
	screen := v.rowsSeen()
	for _, from := range []int{v.top, v.top + screen, v.top - screen} {
		v.eachPiece(from, screen, func(number int) {
			if v.pieces.want(number) {
				cmds = append(cmds, v.read(number))
			}
		})
	}
	return tea.Batch(cmds...)
}

// eachPiece names the pieces that rows are in.
func (v *logView) eachPiece(from, rows int, f func(number int)) {
	last := -1
	for n := max(from, 0); n < min(from+rows, v.outline.Rows()); n++ {
		r := v.outline.Row(n)
		if number := v.index.PieceOf(r.Line); !r.Title() && number != last {
			last = number
			f(number)
		}
	}
}

// rowsSeen is how many rows are seen; before anything was drawn as many as may be.
func (v *logView) rowsSeen() int {
	if v.height == 0 {
		return 64
	}
	return v.height
}

// read is a command that brings a piece.
func (v *logView) read(number int) tea.Cmd {
	src, ctx, log, first := v.src, v.ctx, v.log.ID, v.index.Pieces[number]
	return func() tea.Msg {
		p, err := src.LogPiece(ctx, log, number, first)
		return pieceMsg{v, log, number, p, err}
	}
}

// pieceCame puts a piece where it is seen. One that can't be read was thrown out of the
// cache since: then the log is read anew, once.
func (v *logView) pieceCame(msg pieceMsg) tea.Cmd {
	if msg.view != v || v.log == nil || msg.log != v.log.ID {
		return nil
	}
	v.stale = true
	delete(v.pieces.asked, msg.number)
	if msg.err == nil {
		v.broken = 0
		v.eachPiece(v.top, v.rowsSeen(), func(number int) { v.pieces.use(number) }) // what is seen stays
		v.pieces.put(msg.number, msg.piece, max(shelfRoom, v.rowsSeen()+8))
		return nil
	}
	v.broken++
	again := v.broken == 1
	v.reset()
	if again {
		return v.ask()
	}
	v.err = msg.err
	return nil
}

// move moves the cursor by rows.
func (v *logView) move(n int) {
	v.cursor = min(max(v.cursor+n, 0), max(v.outline.Rows()-1, 0))
	v.stale = true
}

// scroll moves what is seen by rows; the cursor stays in it.
func (v *logView) scroll(n int) {
	if v.index == nil {
		return
	}
	screen := v.rowsSeen()
	v.top = min(max(v.top+n, 0), max(v.outline.Rows()-screen, 0))
	v.cursor = min(max(v.cursor, v.top), min(v.top+screen, v.outline.Rows())-1)
	v.stale = true
}

// follow moves what is seen so that the cursor is in it.
func (v *logView) follow() {
	screen := v.rowsSeen()
	v.top = max(min(v.top, v.cursor), v.cursor-screen+1)
	v.top = min(max(v.top, 0), max(v.outline.Rows()-screen, 0))
}

// slideBy is how many cells a slide goes.
const slideBy = 16

// slide shows what lies to the left or right.
func (v *logView) slide(by int) {
	v.shift = min(max(v.shift+by*slideBy, 0), 16<<10)
	v.stale = true
}

// goTo puts the cursor on a line, opening what hides it, with some lines above it.
func (v *logView) goTo(line int) {
	v.outline.Reveal(line)
	v.cursor = v.outline.Find(line)
	if screen := v.rowsSeen(); v.cursor < v.top || v.cursor >= v.top+screen {
		v.top = v.cursor - min(screen, 64)/3
	}
	v.stale = true
}

// line is the line that the cursor is on.
func (v *logView) line() int { return v.outline.Row(v.cursor).Line }

// fold opens what the cursor's row is the title of, or folds what the row is in.
func (v *logView) fold() {
	v.cursor = v.outline.Turn(v.cursor)
	v.stale = true
}

// foldAll folds everything, or opens everything.
func (v *logView) foldAll() {
	line := v.line()
	v.outline.All(v.outline.Shut())
	v.cursor = v.outline.Find(line)
	v.stale = true
}

// error goes to the next error, or the one before.
func (v *logView) error(back bool) {
	line := v.line()
	if r := v.outline.Row(v.cursor); r.Title() && !r.Open && !back {
		line-- // what is folded in it lies ahead
	}
	next := v.index.NextError(line, back)
	switch {
	case next >= 0:
		v.goTo(next)
	case back:
		v.kit.Ask(pane.SayMsg{Text: "no error lies above"})
	default:
		v.kit.Ask(pane.SayMsg{Text: "no error lies below"})
	}
}

func (v *logView) click(msg pane.ClickMsg) tea.Cmd {
	if v.index == nil {
		return nil
	}
	row := v.top + msg.Y - 1
	if msg.Y < 1 || msg.Y > v.height || row >= v.outline.Rows() {
		return nil
	}
	v.cursor, v.stale = row, true
	if msg.Again {
		v.fold()
	}
	return v.fetch()
}

// copyLine puts the cursor's line on the clipboard.
func (v *logView) copyLine() tea.Cmd {
	r := v.outline.Row(v.cursor)
	var text string
	switch {
	case r.Part != nil:
		text = string(r.Part.Step.Name)
	case r.Group != nil:
		text = r.Group.Title
	default:
		p := v.pieces.get(v.index.PieceOf(r.Line))
		if p == nil {
			v.kit.Ask(pane.SayMsg{Text: "this line is still being read"})
			return v.fetch()
		}
		text = string(p.Line(r.Line).Text())
	}
	return v.kit.Ask(pane.CopyMsg{Text: text, What: "the line"})
}

// link is the page of the job, at the step that the cursor is in: GitHub's pages take
// #step:NUMBER:LINE, counting the step's own lines from 1.
func (v *logView) link() string {
	url := v.job().URL
	if url == "" || v.index == nil {
		return url
	}
	line := v.line()
	if p := v.part(line); p != nil {
		return url + "#step:" + strconv.Itoa(p.Step.Number) + ":" + strconv.Itoa(line-p.From+1)
	}
	return url
}
