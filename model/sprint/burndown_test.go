package sprint_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
	"gonogo/model/sprint"
)

func points(p float64) *float64 { return &p }

// told is a board that was watched while things happened to it, and what it looked like after each.
type told struct {
	board model.SprintBoard
	after []snapshot
}

type snapshot struct {
	at    time.Time
	items map[string]model.Item // of Sprint 14
}

func (s snapshot) sum(which func(model.Item) bool) (c sprint.Change) {
	for _, item := range s.items {
		if which(item) {
			c.Items++
			if p, ok := sprint.Points(item.Points); ok {
				c.Points += p
			}
		}
	}
	return c
}

// until is the newest snapshot at a time.
func (h told) until(t time.Time) snapshot {
	newest := snapshot{}
	for _, s := range h.after {
		if !s.at.After(t) {
			newest = s
		}
	}
	return newest
}

// histories generates boards: items come, go, are estimated anew, done, and taken up again.
func histories(t *rapid.T) told {
	h := told{board: model.SprintBoard{Sprints: []model.Sprint{iteration("Sprint 13", day(2, 16), 2), iteration("Sprint 14", day(3, 2), 2)}}}
	at := day(2, 20).Add(time.Duration(rapid.IntRange(0, 18*24).Draw(t, "begins")) * time.Hour)
	h.board.Seen = at
	items := map[string]model.Item{}
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		id := fmt.Sprint("item", rapid.IntRange(1, 12).Draw(t, "item"))
		item := items[id]
		item.ID, item.Kind = id, model.ItemIssue
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0, 1:
			item.Sprint = rapid.SampledFrom([]string{"Sprint 14", "Sprint 14", "Sprint 13", ""}).Draw(t, "sprint")
		case 2:
			item.Points = points(float64(rapid.IntRange(0, 16).Draw(t, "points")) / 2)
		case 3:
			item.Points = rapid.SampledFrom([]*float64{nil, points(math.NaN()), points(-3), points(math.Inf(1)), points(1e300)}).Draw(t, "odd")
		case 4, 5:
			item.Done = rapid.Bool().Draw(t, "done")
		}
		items[id] = item
		h.board.History = append(h.board.History, model.ItemMoment{At: at, Item: id, Sprint: item.Sprint, Points: item.Points, Done: item.Done})
		snap := snapshot{at: at, items: map[string]model.Item{}}
		for id, item := range items {
			if item.Sprint == "Sprint 14" {
				snap.items[id] = item
			}
		}
		h.after = append(h.after, snap)
		at = at.Add(time.Duration(rapid.IntRange(1, 12*60).Draw(t, "then")) * time.Minute)
	}
	for _, item := range items {
		h.board.Items = append(h.board.Items, item)
	}
	return h
}

func all(model.Item) bool      { return true }
func open(i model.Item) bool   { return !i.Done }
func isDone(i model.Item) bool { return i.Done }

// TestScopeAddsUp: start + added - removed - done = left, whatever happened, and each of them is what it was.
func TestScopeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := histories(t)
		now := h.after[len(h.after)-1].at.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "later")) * time.Hour)
		p := sprint.Now(&h.board, model.Repo{}, now)
		s := sprint.ScopeOf(&h.board, p, now)
		if !p.Known {
			if s.Known {
				t.Fatalf("no sprint is on (%s), and its scope is known", p.Why)
			}
			return
		}
		if p.Title() != "Sprint 14" {
			return
		}
		if got := s.Start.Items + s.Added.Items - s.Removed.Items - s.Done.Items; got != s.Left.Items {
			t.Fatalf("%d items are left, and %+v makes %d", s.Left.Items, s, got)
		}
		if got := s.Start.Points + s.Added.Points - s.Removed.Points - s.Done.Points; got != s.Left.Points {
			t.Fatalf("%g points are left, and %+v makes %g", s.Left.Points, s, got)
		}
		last := h.after[len(h.after)-1]
		if s.Left != last.sum(open) || s.Done != last.sum(isDone) {
			t.Fatalf("%+v is left and %+v done; it is %+v and %+v", s.Left, s.Done, last.sum(open), last.sum(isDone))
		}
		if want := h.until(s.Since).sum(all); s.Start != want {
			t.Fatalf("%+v is said to have been there %s, it was %+v", s.Start, s.Since, want)
		}
		if len(s.In) != s.Added.Items || len(s.Out) != s.Removed.Items {
			t.Fatalf("%v and %v are named, and %d and %d counted", s.In, s.Out, s.Added.Items, s.Removed.Items)
		}
	})
}

// TestBurndownIsWhatWasLeft: every day that was observed shows what was left at its end, in any order of the history.
func TestBurndownIsWhatWasLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := histories(t)
		now := h.after[len(h.after)-1].at.Add(time.Hour)
		p := sprint.Now(&h.board, model.Repo{}, now)
		if !p.Known || p.Title() != "Sprint 14" {
			return
		}
		seed := rapid.Uint64().Draw(t, "order")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(h.board.History), func(i, j int) {
			h.board.History[i], h.board.History[j] = h.board.History[j], h.board.History[i]
		})
		b := sprint.BurndownOf(&h.board, p, now)
		if len(b.Days) != 14 {
			t.Fatalf("a fortnight has %d days", len(b.Days))
		}
		for _, d := range b.Days {
			end := d.At.AddDate(0, 0, 1).Add(-time.Nanosecond)
			if end.After(now) {
				end = now
			}
			switch {
			case d.At.After(now):
				if d.Known {
					t.Fatalf("%s is to come, and %g is left then", d.At, d.Left)
				}
				continue
			case !d.At.AddDate(0, 0, 1).After(h.board.Seen):
				if d.Observed {
					t.Fatalf("%s is said to have been observed, which began %s", d.At, h.board.Seen)
				}
				continue
			}
			left := h.until(end).sum(open)
			want := float64(left.Items)
			if b.Points {
				want = left.Points
			}
			if !d.Known || d.Left != want {
				t.Fatalf("at the end of %s %g was left, it is drawn as %+v", d.At, want, d)
			}
			if d.Left > b.Top || d.Ideal > b.Top {
				t.Fatalf("%+v lies above the top %g", d, b.Top)
			}
		}
		if before := b.Days[0].At.Before(h.board.Seen.Truncate(24 * time.Hour)); before != (b.Why != "") {
			t.Fatalf("observed from %s on, it is said %q", h.board.Seen, b.Why)
		}
	})
}

func TestIdealLineRestsAtWeekends(t *testing.T) {
	b := model.SprintBoard{Sprints: []model.Sprint{iteration("Sprint 14", day(3, 2), 2)}, Seen: day(2, 20)}
	for i := range 10 {
		item := model.Item{ID: fmt.Sprint(i), Sprint: "Sprint 14", Points: points(2)}
		b.Items = append(b.Items, item)
		b.History = append(b.History, model.ItemMoment{At: day(2, 25), Item: item.ID, Sprint: item.Sprint, Points: item.Points})
	}
	var got []float64
	for _, d := range sprint.BurndownOf(&b, sprint.Now(&b, model.Repo{}, wednesday), wednesday).Days {
		got = append(got, d.Ideal)
	}
	if want := []float64{18, 16, 14, 12, 10, 10, 10, 8, 6, 4, 2, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("the ideal line is %v, want %v", got, want)
	}
}

// Before the board was first seen, what GitHub says of its items tells what was left; what had left it by then isn't seen.
func TestBurndownBeforeItWasSeen(t *testing.T) {
	b := model.SprintBoard{
		Sprints: []model.Sprint{iteration("Sprint 14", day(3, 2), 2)}, Seen: day(3, 6).Add(9 * time.Hour),
		Items: []model.Item{
			{ID: "closed on the third day", Sprint: "Sprint 14", Points: points(3), Done: true, AddedAt: day(2, 27), ClosedAt: day(3, 4).Add(12 * time.Hour)},
			{ID: "added on the second day", Sprint: "Sprint 14", Points: points(5), CreatedAt: day(2, 1), AddedAt: day(3, 3).Add(10 * time.Hour)},
			{ID: "made before", Sprint: "Sprint 14", Points: points(1), CreatedAt: day(2, 1)},
			{ID: "done, nobody knows when", Sprint: "Sprint 14", Points: points(2), Done: true, AddedAt: day(2, 27)},
			{ID: "done since", Sprint: "Sprint 14", Points: points(8), Done: true, AddedAt: day(2, 27), ClosedAt: day(3, 9).Add(10 * time.Hour)},
		},
	}
	for _, item := range b.Items {
		b.History = append(b.History, model.ItemMoment{At: b.Seen, Item: item.ID, Sprint: item.Sprint, Points: item.Points, Done: item.Done && item.ID != "done since"})
	}
	b.History = append(b.History, model.ItemMoment{At: day(3, 9).Add(11 * time.Hour), Item: "done since", Sprint: "Sprint 14", Points: points(8), Done: true})
	var got []string
	down := sprint.BurndownOf(&b, sprint.Now(&b, model.Repo{}, wednesday), wednesday)
	for _, d := range down.Days {
		mark := fmt.Sprint(d.Left)
		switch {
		case !d.Known:
			mark = "-"
		case !d.Observed:
			mark = "(" + mark + ")"
		}
		got = append(got, mark)
	}
	if want := []string{"(14)", "(19)", "(16)", "(16)", "14", "14", "14", "6", "6", "6", "-", "-", "-", "-"}; !slices.Equal(got, want) {
		t.Errorf("it burns down %v, want %v", got, want)
	}
	if down.Why != "not observed before 6 Mar: drawn from GitHub's dates" {
		t.Errorf("it is said %q", down.Why)
	}
}

func TestWhatCounts(t *testing.T) {
	b := model.SprintBoard{Redacted: 3, Sprints: []model.Sprint{iteration("Sprint 14", day(3, 2), 2)}, Items: []model.Item{
		{ID: "done", Sprint: "Sprint 14", Points: points(3), Done: true, State: "closed"},
		{ID: "open", Sprint: "Sprint 14", Points: points(5), State: "open", Blocker: true},
		{ID: "closed, but not in the done column", Sprint: "Sprint 14", State: "closed", Blocker: true},
		{ID: "not planned", Sprint: "Sprint 14", Points: points(8), State: "closed", NotPlanned: true, Blocker: true},
		{ID: "archived", Sprint: "Sprint 14", Points: points(8), Archived: true, Blocker: true},
		{ID: "redacted", Sprint: "Sprint 14", Kind: model.ItemRedacted},
		{ID: "another sprint's", Sprint: "Sprint 13", Blocker: true},
		{ID: "nobody's", Blocker: true},
	}}
	items := sprint.Items(&b, sprint.Now(&b, model.Repo{}, wednesday))
	got := sprint.Count(&b, items)
	want := sprint.Progress{All: sprint.Sum{Items: 3, Points: 8, Unpointed: 1}, Done: sprint.Sum{Items: 1, Points: 3}, Blockers: 1, NotPlanned: 1, Redacted: 3}
	if got != want {
		t.Errorf("it counts %+v, want %+v", got, want)
	}
	if got.Left() != (sprint.Sum{Items: 2, Points: 5, Unpointed: 1}) || got.Share() != 0.375 {
		t.Errorf("left is %+v, done is %g", got.Left(), got.Share())
	}
}
