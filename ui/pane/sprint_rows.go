package pane

import (
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/theme"
)

// Widths of the columns of an item, in cells.
const (
	stateOfItem   = 15 // symbol and word at most: in production
	pointsOfItem  = 4
	peopleOfItem  = 12
	titleOfItem   = 24 // at least, for points and people to be shown
	mostStops     = 5  // environments that a stepper has room for
	travelOfItem  = 15 // the word beside the stepper
	wideItem      = 76 // width from which that word is shown
	namedItem     = 56 // width from which a number has its repository
	stepsOfReview = 2  // steps before the first environment: in review, merged
)

// itemWidths are the widths of the columns that depend on what is in them.
type itemWidths struct{ state, number, steps, points, people int }

func (s *Sprint) widths() itemWidths {
	t := s.kit.Theme
	var w itemWidths
	for i := range s.items {
		item := &s.items[i]
		w.state = max(w.state, 2+cell.Width(ItemState(t, item.Item, &item.journey).Word))
		w.number = max(w.number, cell.Width(cell.Text(t, s.number(item.Item))))
		if item.journey.Stage != readiness.StageNone {
			w.steps = max(w.steps, stepsOfReview+min(len(item.journey.In), mostStops))
		}
		if _, ok := sprint.Points(item.Points); ok {
			w.points = pointsOfItem
		}
		if len(item.Assignees) > 0 {
			w.people = peopleOfItem
		}
	}
	w.state, w.number = min(w.state, stateOfItem), min(w.number, 16)
	return w
}

// number is how a row calls an item: #412, with its repository where several are shown.
func (s *Sprint) number(item *model.Item) string {
	if item.Number == 0 {
		return ""
	}
	text := "#" + strconv.Itoa(item.Number)
	if s.area.Width >= namedItem && (s.service == "" || !item.Repo.Same(s.repo())) {
		text = item.Repo.Name + text
	}
	return text
}

func (s *Sprint) row(item *told, w itemWidths) Row {
	t := s.kit.Theme
	state, number := ItemState(t, item.Item, &item.journey), s.number(item.Item)
	people := Names(item.Assignees)
	return Row{
		ID: "i:" + item.ID, Link: item.URL, Target: Target{Kind: ItemKind, Name: item.ID},
		Search: strings.Join([]string{number, string(item.Title), state.Word, TravelWord(&item.journey), people, Names(item.Labels), string(item.Status), item.journey.Service}, " "),
		Copy:   strings.Join(strings.Fields(number+" "+string(item.Title)+": "+state.Word+", "+TravelWord(&item.journey)+" "+item.URL), " "),
		Draw: func(l *cell.Line, _ int) {
			room := l.Room() - 1
			l.State(state, w.state).Gap(1).Col(t.Faint, number, w.number).Gap(1).End()
			tail := w.steps
			word := room >= wideItem && w.steps > 0
			if word {
				tail += 1 + travelOfItem
			}
			left := l.Room() - 2 - tail
			points := w.points > 0 && left >= titleOfItem+w.points
			if points {
				left -= w.points + 1
			}
			assignees := w.people > 0 && left >= titleOfItem+w.people+1
			if assignees {
				left -= w.people + 1
			}
			l.Col(t.Text, string(item.Title), left).Gap(1)
			if points {
				l.Right(t.Text, PointsText(item.Points), w.points).Gap(1)
			}
			if assignees {
				l.Col(t.Faint, people, w.people).Gap(1)
			}
			DrawSteps(l, &item.journey, w.steps)
			if word {
				l.Gap(1).Put(t.Faint, TravelWord(&item.journey))
			}
		},
	}
}

// PointsText is an item's points as a column has them.
func PointsText(p *float64) string {
	v, ok := sprint.Points(p)
	if !ok {
		return ""
	}
	return Amount(v)
}

// Amount is a number of points: 3, 0.5.
func Amount(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Names joins texts with commas.
func Names(texts []model.Text) string {
	names := make([]string, len(texts))
	for i, n := range texts {
		names[i] = string(n)
	}
	return strings.Join(names, ", ")
}

// Steps are the marks of how far an item has come: in review, merged, then one for each environment.
func Steps(t *theme.Theme, j *readiness.Journey) (marks []theme.State) {
	if j.Stage == readiness.StageNone {
		return nil
	}
	yes := theme.State{Symbol: t.Symbols.Pass, Style: t.Good}
	no := theme.State{Symbol: t.Symbols.Separator, Style: t.Faint}
	if t.ASCII {
		no.Symbol = "."
	}
	mark := func(reached bool) {
		if reached {
			marks = append(marks, yes)
			return
		}
		marks = append(marks, no)
	}
	mark(j.Stage >= readiness.StageReview)
	mark(j.Stage >= readiness.StageMerged)
	for _, in := range j.In {
		if in == readiness.Unsure {
			marks = append(marks, theme.State{Symbol: t.Symbols.Unknown, Style: t.Unknown})
			continue
		}
		mark(in == readiness.Present)
	}
	return marks
}

// DrawSteps draws the marks in exactly width cells; the last environments are the ones that matter most.
func DrawSteps(l *cell.Line, j *readiness.Journey, width int) {
	marks := Steps(l.Theme(), j)
	if over := len(marks) - width; over > 0 && len(marks) > stepsOfReview {
		marks = append(marks[:stepsOfReview:stepsOfReview], marks[min(stepsOfReview+over, len(marks)):]...)
	}
	for j.Stage == readiness.StageOpen && len(marks) < width { // where it will pass isn't known yet
		marks = append(marks, marks[len(marks)-1])
	}
	used := 0
	for _, m := range marks {
		if used == width {
			break
		}
		l.Put(m.Style, m.Symbol)
		used++
	}
	l.Gap(width - used)
}

// TravelWord says how far an item has come: no pull request, in review, merged, in staging.
func TravelWord(j *readiness.Journey) string {
	switch j.Stage {
	case readiness.StageOpen:
		return "no pull request"
	case readiness.StageReview:
		return "in review"
	case readiness.StageMerged, readiness.StageDeployed:
		return where(j)
	}
	return ""
}
