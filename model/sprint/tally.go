package sprint

import (
	"math"
	"slices"

	"gonogo/model"
)

// Sum is a number of items and their points. Points are those of the items that have any; Unpointed counts the others.
type Sum struct {
	Items     int
	Points    float64
	Unpointed int
}

func (s *Sum) add(points *float64) {
	s.Items++
	if p, ok := Points(points); ok {
		s.Points += p
	} else {
		s.Unpointed++
	}
}

// Points are an item's points, where it has some that can be counted: a board's field takes any number.
func Points(p *float64) (float64, bool) {
	if p == nil || math.IsNaN(*p) || *p < 0 || *p > mostPoints {
		return 0, false
	}
	return *p, true
}

// mostPoints is what no estimate reaches; it keeps sums finite and exact.
const mostPoints = 1e6

// Progress is how far the items of a sprint have come.
type Progress struct {
	All, Done  Sum
	Blockers   int  // open items with a blocker's label
	NotPlanned int  // closed as not planned: out of scope, and in none of the sums
	Redacted   int  // items of the board that the token may not see, in whatever sprint
	AtLeast    bool // the board's items were cut
}

// Left is what remains to be done.
func (p Progress) Left() Sum {
	return Sum{Items: p.All.Items - p.Done.Items, Points: p.All.Points - p.Done.Points, Unpointed: p.All.Unpointed - p.Done.Unpointed}
}

// Share is how much of it is done, from 0 to 1: of the points, or of the items where there are no points.
func (p Progress) Share() float64 {
	switch {
	case p.All.Points > 0:
		return p.Done.Points / p.All.Points
	case p.All.Items > 0:
		return float64(p.Done.Items) / float64(p.All.Items)
	}
	return 0
}

// Items are those of the sprints that are on, in the board's order. Archived ones and those that the token may not see
// are left out; those closed as not planned are there, and count as nothing.
func Items(b *model.SprintBoard, p Present) []*model.Item {
	if b == nil {
		return nil
	}
	var in []*model.Item
	for i := range b.Items {
		if item := &b.Items[i]; p.Holds(item.Sprint) && !item.Archived && item.Kind != model.ItemRedacted {
			in = append(in, item)
		}
	}
	return in
}

// Count adds up items.
func Count(b *model.SprintBoard, items []*model.Item) Progress {
	p := Progress{Redacted: Redacted(b), AtLeast: b != nil && b.Cut}
	for _, item := range items {
		if item.NotPlanned {
			p.NotPlanned++
			continue
		}
		p.All.add(item.Points)
		if item.Done {
			p.Done.add(item.Points)
		}
		if item.Blocker && Open(item) {
			p.Blockers++
		}
	}
	return p
}

// Redacted counts the items of a board that the token may not see.
func Redacted(b *model.SprintBoard) int {
	if b == nil {
		return 0
	}
	listed := 0
	for i := range b.Items {
		if b.Items[i].Kind == model.ItemRedacted {
			listed++
		}
	}
	return max(b.Redacted, listed)
}

// Open reports whether there is still something to do about an item: it is neither done nor closed nor merged, in
// whatever column it stands.
func Open(item *model.Item) bool {
	return item.Open() && !item.NotPlanned
}

// Concerns reports whether an item is a repository's: an issue or pull request there, or one with a pull request into it.
func Concerns(item *model.Item, repo model.Repo) bool {
	return item.Repo.Same(repo) || slices.ContainsFunc(item.Pulls, func(c model.ItemChange) bool { return c.Repo.Same(repo) })
}

// Nobodys reports whether an item is of no repository, as a draft is.
func Nobodys(item *model.Item) bool { return item.Repo == (model.Repo{}) }
