package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// boardRead brings the fleet to a sheet that is about its sprint.
type boardRead struct {
	board pane.Board
	err   error
}

// onBoard is what sheets about the sprint have in common: they read the whole fleet, for an item may be of several
// services.
type onBoard struct {
	board *pane.Board
	roads *readiness.Roads
	err   error
}

func (o *onBoard) more(s *sheet) tea.Cmd {
	src, ctx := s.src, s.ctx
	return func() tea.Msg {
		b, err := src.Board(ctx)
		return boardRead{b, err}
	}
}

func (o *onBoard) take(msg tea.Msg) bool {
	read, ok := msg.(boardRead)
	if !ok {
		return false
	}
	if o.err = read.err; o.err == nil {
		o.board, o.roads = &read.board, readiness.NewRoads(read.board.Services)
	}
	return true
}

func (o *onBoard) counting(*sheet) bool { return false }

// missing says why there is no board to tell of; it reports whether it did.
func (o *onBoard) missing(b *builder) bool {
	switch {
	case o.err != nil:
		b.text(b.t.Bad, "The sprint board can't be read: "+o.err.Error())
	case o.board == nil:
		b.text(b.t.Faint, "Reading from the cache.")
	case o.board.Sprint == nil:
		b.text(b.t.Faint, "No sprint board is known.")
	default:
		return false
	}
	return true
}

// asRead says how old the board is and how it was asked.
func (o *onBoard) asRead(b *builder) {
	read := o.board.SprintRead
	known := "read " + cell.Ago(read.At, b.kit.Now())
	if read.Request != "" {
		known += " by " + read.Request
	}
	if read.Problem != model.NoProblem {
		known += "; since then: " + string(read.Why)
	}
	b.blank()
	b.text(b.t.Faint, known)
}

// moment adds a time and how long ago it was, where it is known.
func (b *builder) moment(word string, at time.Time) {
	if !at.IsZero() {
		b.field(word, b.t.Text, cell.Clock(at, b.kit.Now())+", "+cell.Ago(at, b.kit.Now()), "")
	}
}

// item is an item of the board, or nil.
func (o *onBoard) item(id string) *model.Item {
	if o.board == nil || o.board.Sprint == nil {
		return nil
	}
	for i := range o.board.Sprint.Items {
		if item := &o.board.Sprint.Items[i]; item.ID == id {
			return item
		}
	}
	return nil
}

// repo is a service's repository; the zero one of the whole fleet.
func (o *onBoard) repo(service string) model.Repo {
	if o.board == nil || service == "" {
		return model.Repo{}
	}
	for i := range o.board.Services {
		if o.board.Services[i].Service == service {
			return o.board.Services[i].Repo
		}
	}
	return model.Repo{}
}
