package sprint

import (
	"cmp"
	"slices"
	"time"

	"gonogo/model"
)

// Scope is how what is in a sprint has changed since it began: Start + Added - Removed - Done = Left, in items and in
// points. A changed estimate adds or removes its difference.
type Scope struct {
	Known bool
	Why   model.Text // since when it is counted, or why it can't be
	Since time.Time

	Start, Added, Removed, Done, Left Change
	// In and Out are the IDs of the items that were added and removed.
	In, Out []string
}

// Change is a number of items and of points.
type Change struct {
	Items  int
	Points float64
}

// moment is what an item counted for at some time.
type moment struct {
	in, done bool
	points   float64
}

// history is the board's moments, oldest first. Those of one time stand in the order in which they were kept.
type history struct {
	moments []model.ItemMoment
	seen    time.Time // since when the board is watched; zero: never
}

func historyOf(b *model.SprintBoard) history {
	h := history{moments: slices.Clone(b.History), seen: b.Seen}
	slices.SortStableFunc(h.moments, func(a, b model.ItemMoment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Item, b.Item))
	})
	if h.seen.IsZero() && len(h.moments) > 0 {
		h.seen = h.moments[0].At
	}
	return h
}

// at is what every item counted for at a time, by the board's history.
func (h history) at(t time.Time, p Present, have map[string]moment, from int) int {
	for from < len(h.moments) && !h.moments[from].At.After(t) {
		m := &h.moments[from]
		points, _ := Points(m.Points)
		have[m.Item] = moment{in: p.Holds(m.Sprint), done: m.Done, points: points}
		from++
	}
	return from
}

// ScopeOf tells how the scope of the sprint that is on has changed. What it held at the end of its first day is what it
// began with: on that day it is planned. Where the board was first seen later, it is counted from then on.
func ScopeOf(b *model.SprintBoard, p Present, now time.Time) Scope {
	if b == nil || !p.Known {
		return Scope{Why: "no sprint is on"}
	}
	h := historyOf(b)
	if h.seen.IsZero() || h.seen.After(now) {
		return Scope{Why: "the board has not been watched yet"}
	}
	s := Scope{Known: true, Since: h.seen, Why: say("since %s, when it was first seen", date(h.seen))}
	if start := p.Start(); !start.IsZero() {
		if planned := start.AddDate(0, 0, 1); !planned.Before(h.seen) {
			s.Since, s.Why = planned, "since the end of its first day"
		}
	}
	s.Since = earliest(s.Since, now)
	then := map[string]moment{}
	h.at(s.Since, p, then, 0)
	current := counted(b, p)
	for id, was := range then {
		if !was.in {
			continue
		}
		s.Start.add(was.points)
		if is, still := current[id]; !still {
			s.Removed.add(was.points)
			s.Out = append(s.Out, id)
		} else if is.points > was.points {
			s.Added.Points += is.points - was.points
		} else {
			s.Removed.Points += was.points - is.points
		}
	}
	for id, is := range current {
		if was := then[id]; !was.in {
			s.Added.add(is.points)
			s.In = append(s.In, id)
		}
		if is.done {
			s.Done.add(is.points)
		} else {
			s.Left.add(is.points)
		}
	}
	slices.Sort(s.In)
	slices.Sort(s.Out)
	return s
}

func (c *Change) add(points float64) {
	c.Items++
	c.Points += points
}

// counted are the items that count now.
func counted(b *model.SprintBoard, p Present) map[string]moment {
	all := map[string]moment{}
	for _, item := range Items(b, p) {
		if item.NotPlanned {
			continue
		}
		points, _ := Points(item.Points)
		all[item.ID] = moment{in: true, done: item.Done, points: points}
	}
	return all
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// date is a day in a sentence.
func date(t time.Time) string { return t.UTC().Format("2 Jan") }
