package sprint

import (
	"time"

	"gonogo/model"
)

// Burndown is what was left at the end of each day of a sprint.
type Burndown struct {
	Known  bool
	Why    model.Text // why there is none, or what of it was not observed
	Points bool       // the items have points; else items are counted
	Days   []Day      // all of the sprint's, the first one first; those to come aren't known
	Top    float64    // the highest of what was left and of the ideal
	Whole  float64    // where the ideal line begins
}

// Day is one day of a burndown.
type Day struct {
	At    time.Time // its midnight, UTC
	Known bool
	// Observed is false where what was left is put together from what GitHub tells of the items that are there now: what
	// had left the sprint before isn't seen.
	Observed bool
	Left     float64 // at its end; today: now
	Ideal    float64 // at its end, where Known has an end to go to
	HasIdeal bool
}

// BurndownOf tells how the sprint that is on burns down, in points, or in items where none has points.
func BurndownOf(b *model.SprintBoard, p Present, now time.Time) Burndown {
	if b == nil || !p.Known {
		return Burndown{Why: "no sprint is on"}
	}
	h := historyOf(b)
	if h.seen.IsZero() || h.seen.After(now) {
		return Burndown{Why: "the board has not been watched yet"}
	}
	progress := Count(b, Items(b, p))
	out := Burndown{Known: true, Points: progress.All.Points > 0}
	first := p.Start()
	if first.IsZero() {
		first = midnight(h.seen)
	}
	last := p.End()
	if !last.After(first) {
		last = midnight(now).AddDate(0, 0, 1)
	}
	if n := int(last.Sub(first) / (24 * time.Hour)); n > longest {
		first = last.AddDate(0, 0, -longest)
	}
	if midnight(h.seen).After(first) {
		out.Why = say("not observed before %s: drawn from GitHub's dates", date(h.seen))
	}
	old := pastOf(b, p, h)
	have, from := map[string]moment{}, 0
	for d := first; d.Before(last); d = d.AddDate(0, 0, 1) {
		day, end := Day{At: d}, d.AddDate(0, 0, 1)
		switch {
		case d.After(now):
		case end.After(now):
			day.Known, day.Observed, day.Left = true, true, out.measure(counted(b, p))
		case end.After(h.seen):
			from = h.at(end.Add(-time.Nanosecond), p, have, from)
			day.Known, day.Observed, day.Left = true, true, out.measure(have)
		default:
			day.Known, day.Left = len(old) > 0, out.measure(old.at(end))
		}
		out.Days = append(out.Days, day)
	}
	out.ideal(ScopeOf(b, p, now), !p.End().IsZero())
	return out
}

// past is what GitHub tells of the items that were in the sprint when it was first seen: since when each was there, and
// since when it is done.
type past []pastItem

type pastItem struct {
	id          string
	points      float64
	added, done time.Time // done is zero for what wasn't when the board was first seen
}

func pastOf(b *model.SprintBoard, p Present, h history) past {
	first := map[string]moment{}
	h.at(h.seen, p, first, 0)
	dates := map[string]*model.Item{}
	for i := range b.Items {
		dates[b.Items[i].ID] = &b.Items[i]
	}
	var all past
	for id, m := range first {
		if !m.in {
			continue
		}
		item := pastItem{id: id, points: m.points}
		if m.done {
			item.done = h.seen
		}
		if of := dates[id]; of != nil {
			item.added = of.AddedAt
			if item.added.IsZero() {
				item.added = of.CreatedAt
			}
			if m.done && !of.ClosedAt.IsZero() && of.ClosedAt.Before(h.seen) {
				item.done = of.ClosedAt
			}
		}
		all = append(all, item)
	}
	return all
}

// at is what counted before a time at which nobody had looked yet.
func (o past) at(t time.Time) map[string]moment {
	have := map[string]moment{}
	for _, item := range o {
		if item.added.Before(t) {
			have[item.id] = moment{in: true, points: item.points, done: !item.done.IsZero() && item.done.Before(t)}
		}
	}
	return have
}

// measure is what is left of the items, in points or in items.
func (b *Burndown) measure(items map[string]moment) float64 {
	left := Change{}
	for _, m := range items {
		if m.in && !m.done {
			left.add(m.points)
		}
	}
	if b.Points {
		return left.Points
	}
	return float64(left.Items)
}

// ideal draws the line from what the sprint began with to nothing at its end, falling on working days only.
func (b *Burndown) ideal(s Scope, ends bool) {
	b.Whole = float64(s.Start.Items)
	if b.Points {
		b.Whole = s.Start.Points
	}
	work := 0
	for _, d := range b.Days {
		b.Top = max(b.Top, d.Left)
		if works(d.At) {
			work++
		}
	}
	if !ends || len(b.Days) == 0 {
		return
	}
	b.Top = max(b.Top, b.Whole)
	every := work == 0
	if every {
		work = len(b.Days)
	}
	passed := 0
	for i := range b.Days {
		d := &b.Days[i]
		if every || works(d.At) {
			passed++
		}
		d.HasIdeal, d.Ideal = true, b.Whole*float64(work-passed)/float64(work)
	}
}

func midnight(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
