package dialog

import (
	"slices"
	"strconv"

	"gonogo/model"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// sprintSheet tells of the sprint that is on: its days, progress, scope and burndown, and what is merged and where it
// isn't deployed.
type sprintSheet struct {
	onBoard
	service string // whose items count; empty: all
}

func (p *sprintSheet) title(s *sheet) (string, bool) {
	title := "the sprint"
	if p.board != nil && p.board.Sprint != nil {
		if on := sprint.Now(p.board.Sprint, p.repo(p.service), s.kit.Now()); on.Known {
			title = string(on.Title())
		}
	}
	if p.service != "" {
		title = p.service + ": " + title
	}
	return title, false
}

func (p *sprintSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	if p.missing(b) {
		return
	}
	board := p.board.Sprint
	on := sprint.Now(board, p.repo(p.service), now)
	b.field("now", t.Text, string(on.Why), "")
	if !on.Known {
		b.field("to settle it", t.Strong, string(on.Settle), "")
	}
	b.field("board", t.Text, string(board.Title)+" "+board.Source, board.URL)
	for _, s := range on.Sprints {
		p.dates(b, s)
	}
	all := sprint.Items(board, on)
	progress := sprint.Count(board, all)
	b.field("progress", t.Text, pane.ProgressText(progress), "")
	mine := all
	if p.service != "" {
		mine = slices.DeleteFunc(slices.Clone(all), func(i *model.Item) bool {
			return !sprint.Concerns(i, p.repo(p.service)) && !sprint.Nobodys(i)
		})
		b.field("of "+p.service, t.Text, pane.ProgressText(sprint.Count(board, mine)), "")
	}
	if progress.NotPlanned > 0 {
		b.field("not planned", t.Faint, cell.Count(progress.NotPlanned, "item", false)+" closed as not planned, in none of the sums", "")
	}
	if progress.Redacted > 0 {
		b.field("hidden", t.Faint, cell.Count(progress.Redacted, "item", false)+" of the board the token may not see", "")
	}
	if board.Cut {
		b.field("cut", t.Warn, "the board has more items than were read", "")
	}
	if on.Known {
		p.burndown(b, on)
		p.scope(b, on)
		p.lags(b, mine)
	}
	p.asRead(b)
}

func (p *sprintSheet) dates(b *builder, s model.Sprint) {
	t := b.t
	text := "no due date"
	switch last := s.End.AddDate(0, 0, -1); {
	case !s.Start.IsZero():
		text = s.Start.Format("Mon 2 Jan") + " to " + last.Format("Mon 2 Jan 2006") + "; days are counted from Monday to Friday"
	case !s.End.IsZero():
		text = "due " + last.Format("Mon 2 Jan 2006")
	}
	b.field(string(s.Title), t.Text, text, s.URL)
}

func (p *sprintSheet) burndown(b *builder, on sprint.Present) {
	width := min(b.width-4, plotWidth)
	down := sprint.BurndownOf(p.board.Sprint, on, b.kit.Now())
	lines := pane.BurndownLines(b.t, down, width, plotHeight)
	if len(lines) == 0 {
		if down.Why != "" {
			b.heading("Burndown", string(down.Why))
		}
		return
	}
	b.heading("Burndown", "")
	b.raw(lines, width)
}

// scope lists what was added and removed since the sprint began.
func (p *sprintSheet) scope(b *builder, on sprint.Present) {
	t := b.t
	s := sprint.ScopeOf(p.board.Sprint, on, b.kit.Now())
	if !s.Known {
		b.heading("Scope", string(s.Why))
		return
	}
	b.heading("Scope", string(s.Why))
	amount := func(c sprint.Change) string {
		text := cell.Count(c.Items, "item", false)
		if c.Points > 0 {
			text += ", " + pane.Amount(c.Points) + " points"
		}
		return text
	}
	for _, line := range []struct {
		word string
		c    sprint.Change
	}{{"it began with", s.Start}, {"added", s.Added}, {"removed", s.Removed}, {"done", s.Done}, {"left", s.Left}} {
		b.field(line.word, t.Text, amount(line.c), "")
	}
	for _, id := range s.In {
		if item := p.item(id); item != nil {
			p.line(b, "added", item)
		}
	}
	gone := 0
	for _, id := range s.Out {
		if item := p.item(id); item != nil {
			p.line(b, "removed", item)
			continue
		}
		gone++
	}
	if gone > 0 {
		b.field("removed", t.Faint, cell.Count(gone, "item", false)+" no longer in this sprint", "")
	}
}

// lags list what is merged and not in an environment yet, with the environment.
func (p *sprintSheet) lags(b *builder, items []*model.Item) {
	lags := p.roads.Lags(items, p.service)
	for _, lag := range lags {
		if len(lag.Missing) == 0 && lag.Unsure == 0 {
			continue
		}
		note := cell.Count(len(lag.Missing), "item", false)
		if lag.Unsure > 0 {
			note += "; of " + strconv.Itoa(lag.Unsure) + " more that isn't known"
		}
		b.heading("Merged, not in "+lag.Environment, note)
		for _, id := range lag.Missing {
			if item := p.item(id); item != nil {
				p.line(b, "", item)
			}
		}
	}
}

// line is an item in a list.
func (p *sprintSheet) line(b *builder, word string, item *model.Item) {
	t := b.t
	j := p.roads.Journey(item)
	steps := len(pane.Steps(t, &j))
	b.row(pane.Row{
		ID: word + item.ID + strconv.Itoa(len(b.list)), Search: called(item), Copy: called(item), Link: item.URL,
		Target: pane.Target{Kind: pane.ItemKind, Name: item.ID},
	}, func(l *cell.Line) {
		if word != "" {
			l.Col(t.Faint, word, fieldWidth)
		}
		l.Col(t.Text, called(item), max(l.Room()-steps-18, 8)).End()
		l.Gap(1)
		pane.DrawSteps(l, &j, steps)
		l.Gap(1).Put(t.Faint, pane.TravelWord(&j))
	})
}
