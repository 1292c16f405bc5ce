package cache

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gonogo/model"
	"gonogo/model/readiness"
)

// scrum is a fleet whose board is acme/7.
func scrum() *model.Fleet {
	return &model.Fleet{URL: "https://github.com", Sprint: &model.SprintSource{ProjectOwner: "acme", ProjectNumber: 7}, Services: []model.Service{api("api")}}
}

// openAt opens a cache on a clock.
func openAt(t *testing.T, now func() time.Time) *Cache {
	t.Helper()
	c, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "fleet.db"), Now: now})
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func boardOf(t *testing.T, f *model.Fleet) model.Service {
	t.Helper()
	of, ok := f.BoardOf()
	if !ok {
		t.Fatal("the fleet has no board")
	}
	return of
}

func points(v float64) *float64 { return &v }

func sprintOf(id string, from time.Time) model.Sprint {
	return model.Sprint{ID: id, Title: model.Text("Sprint " + id), Start: from, End: from.AddDate(0, 0, 14), URL: "https://x/" + id}
}

// full is a board with something in every field.
func full() model.SprintBoard {
	day := noon.Truncate(24 * time.Hour)
	past := sprintOf("s1", day.AddDate(0, 0, -20))
	past.Done, past.Repo = true, model.Repo{Host: "h", Owner: "o", Name: "n"}
	return model.SprintBoard{
		Source: "acme/7", Title: "Platform", URL: "https://github.com/orgs/acme/projects/7", Cut: true, Redacted: 1,
		Sprints: []model.Sprint{past, sprintOf("s2", day.AddDate(0, 0, -6)), sprintOf("s3", day.AddDate(0, 0, 8))},
		Items: []model.Item{
			{
				ID: "a", Kind: model.ItemIssue, Sprint: "s2", Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, Number: 4, Title: "T", URL: "u",
				State: "closed", NotPlanned: true, Status: "Done", Done: true, Blocker: true, Points: points(0.5), Assignees: []model.Text{"mona"}, Labels: []model.Text{"blocker"},
				Archived: true, Pulls: []model.ItemChange{{Repo: model.Repo{Host: "h", Owner: "o", Name: "n"}, Number: 5, Title: "P", State: "merged", Merge: sha(1), Base: "main", MergedAt: noon, URL: "p"}},
				CreatedAt: noon.Add(-time.Hour), AddedAt: noon.Add(-time.Minute), UpdatedAt: noon, ClosedAt: noon.Add(time.Millisecond), Detailed: true,
			},
			{ID: "b", Kind: model.ItemDraft, Sprint: "s2", Title: "D"},
			{ID: "c", Kind: model.ItemRedacted, Sprint: "s1"},
			{ID: "d", Kind: model.ItemPull, State: "open"},
		},
	}
}

func putBoardAt(t *testing.T, c *Cache, of model.Service, b model.SprintBoard, at time.Time) {
	t.Helper()
	write(t, c, func(tx *Tx) error {
		must(t, tx.PutRead(of, model.Read{Signal: model.SignalSprint, At: at, TriedAt: at, Cut: b.Cut}))
		return tx.PutBoard(of, b, at)
	})
}

func TestABoardComesBackAsItWasWritten(t *testing.T) {
	c, fleet := fresh(t), scrum()
	of := boardOf(t, fleet)
	if b, read, err := c.Board(t.Context(), of); b != nil || err != nil || read.OK() {
		t.Fatalf("a board before any was read: %+v %+v %v", b, read, err)
	}
	wrote := full()
	putBoardAt(t, c, of, wrote, noon)
	got, read, err := c.Board(t.Context(), of)
	must(t, err)
	want := wrote
	want.Seen, want.Items = noon, wrote.Items[:2]
	want.History = []model.ItemMoment{{At: noon, Item: "b", Sprint: "s2"}}
	if d := cmp.Diff(&want, got); d != "" || !read.At.Equal(noon) {
		t.Errorf("(-written +read) %+v\n%s", read, d)
	}
	all, _, err := c.WholeBoard(t.Context(), of)
	must(t, err)
	whole := wrote
	whole.Seen = noon
	if d := cmp.Diff(&whole, all); d != "" {
		t.Errorf("(-written +read)\n%s", d)
	}
	f, err := c.FactsIn(t.Context(), fleet, fleet.Services[0])
	must(t, err)
	want.History = nil
	if d := cmp.Diff(readiness.Facts{Sprint: fleet.Sprint, Board: &want, Service: fleet.Services[0], Reads: []model.Read{read}}, f, cmp.AllowUnexported(readiness.Facts{})); d != "" {
		t.Errorf("(-written +read)\n%s", d)
	}
}

// Of milestones each repository has its own that is on.
func TestTheMilestoneOfEachRepositoryIsKept(t *testing.T) {
	c, fleet := fresh(t), scrum()
	fleet.Sprint = &model.SprintSource{Milestones: true}
	of := boardOf(t, fleet)
	due := noon.Truncate(24*time.Hour).AddDate(0, 0, 3)
	b := model.SprintBoard{Source: "milestones"}
	for _, name := range []string{"api", "web"} {
		repo := model.Repo{Host: "github.com", Owner: "acme", Name: name}
		b.Sprints = append(b.Sprints, model.Sprint{ID: name + "1", Title: "v1", End: due, Repo: repo}, model.Sprint{ID: name + "2", Title: "v2", End: due.AddDate(0, 0, 14), Repo: repo})
		b.Items = append(b.Items, model.Item{ID: name + "-now", Kind: model.ItemIssue, Sprint: name + "1", Repo: repo, State: "open"}, model.Item{ID: name + "-later", Kind: model.ItemIssue, Sprint: name + "2", Repo: repo, State: "open"})
	}
	putBoardAt(t, c, of, b, noon)
	got, _, err := c.Board(t.Context(), of)
	must(t, err)
	var items, seen []string
	for _, item := range got.Items {
		items = append(items, item.ID)
	}
	for _, m := range got.History {
		seen = append(seen, m.Item)
	}
	if d := cmp.Diff([]string{"api-now", "web-now"}, items) + cmp.Diff([]string{"api-now", "web-now"}, seen); d != "" {
		t.Errorf("(-on +read)\n%s", d)
	}
}

// seen is what the cache remembers of the items, one line a moment.
func seen(t *testing.T, c *Cache, of model.Service) (lines []string) {
	t.Helper()
	b, _, err := c.Board(t.Context(), of)
	must(t, err)
	for _, m := range b.History {
		p := "-"
		if m.Points != nil {
			p = fmt.Sprint(*m.Points)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %v", m.At.Sub(noon), m.Item, m.Sprint, p, m.Done))
	}
	return lines
}

// A moment is kept of every change that a burndown counts, and of nothing else.
func TestWhatABurndownCountsIsRemembered(t *testing.T) {
	c, of := fresh(t), boardOf(t, scrum())
	b := full()
	b.Cut = false
	item := func(id string) *model.Item {
		i := slices.IndexFunc(b.Items, func(i model.Item) bool { return i.ID == id })
		return &b.Items[i]
	}
	*item("a") = model.Item{ID: "a", Sprint: "s2", Points: points(3)}
	at := noon
	for _, change := range []func(){
		func() {},
		func() { item("b").Title = "another title" },
		func() { item("a").Points = points(5) },
		func() { item("a").Points = nil },
		func() { item("b").Done = true },
		func() { item("b").Done = false },
		func() { item("c").Sprint = "s2" }, // scope added
		func() { item("c").Sprint = "s3" }, // and moved on
		func() { item("d").Sprint = "s2" },
		func() { item("d").NotPlanned = true },
		func() { item("a").Archived = true },
		func() { item("a").Archived = false },
		func() { b.Items = slices.DeleteFunc(b.Items, func(i model.Item) bool { return i.ID == "b" }) }, // off the board
		func() { b.Items = append(b.Items, model.Item{ID: "b", Sprint: "s2"}) },
		func() {},
	} {
		change()
		putBoardAt(t, c, of, b, at)
		at = at.Add(time.Minute)
	}
	want := []string{
		"0s a s2 3 false", "0s b s2 - false", "0s c s1 - false",
		"2m0s a s2 5 false", "3m0s a s2 - false", "4m0s b s2 - true", "5m0s b s2 - false", "6m0s c s2 - false", "7m0s c s3 - false",
		"8m0s d s2 - false", "9m0s d  - false", "10m0s a  - false", "11m0s a s2 - false", "12m0s b  - false", "13m0s b s2 - false",
	}
	if d := cmp.Diff(want, seen(t, c, of)); d != "" {
		t.Errorf("(-want +remembered)\n%s", d)
	}
}

// An item that a cut list doesn't hold may only be out of sight.
func TestACutBoardLosesNothing(t *testing.T) {
	c, of := fresh(t), boardOf(t, scrum())
	b := full()
	putBoardAt(t, c, of, b, noon)
	before := seen(t, c, of)
	b.Items = b.Items[:1]
	putBoardAt(t, c, of, b, noon.Add(time.Minute))
	if d := cmp.Diff(before, seen(t, c, of)); d != "" {
		t.Errorf("(-before +after)\n%s", d)
	}
}

// Whoever was slower writes nothing over what is newer.
func TestAnOlderReadingOfABoardChangesNothing(t *testing.T) {
	c, of := fresh(t), boardOf(t, scrum())
	newer, older := full(), full()
	newer.Title, older.Title = "newer", "older"
	newer.Items[1].Done = true
	putBoardAt(t, c, of, newer, noon.Add(time.Minute))
	before := seen(t, c, of)
	write(t, c, func(tx *Tx) error { return tx.PutBoard(of, older, noon) })
	b, _, err := c.Board(t.Context(), of)
	must(t, err)
	if d := cmp.Diff(before, seen(t, c, of)); d != "" || b.Title != "newer" || !b.Items[1].Done || !b.Seen.Equal(noon.Add(time.Minute)) {
		t.Errorf("the board is %q since %s (-before +after)\n%s", b.Title, b.Seen, d)
	}
}

func TestAnItemThatCantBeUnderstoodCutsTheBoard(t *testing.T) {
	c, of := fresh(t), boardOf(t, scrum())
	b := full()
	b.Cut = false
	putBoardAt(t, c, of, b, noon)
	write(t, c, func(tx *Tx) error {
		_, err := tx.conn.exec(`UPDATE item SET body = x'00' WHERE id = 'a'`)
		return err
	})
	got, _, err := c.Board(t.Context(), of)
	must(t, err)
	if !got.Cut || len(got.Items) != 1 || got.Items[0].ID != "b" {
		t.Errorf("%+v", got)
	}
	putBoardAt(t, c, of, b, noon.Add(time.Minute))
	if got, _, err = c.Board(t.Context(), of); err != nil || got.Cut || len(got.Items) != 2 {
		t.Errorf("read again it is %+v", got)
	}
	write(t, c, func(tx *Tx) error {
		_, err := tx.conn.exec(`UPDATE board SET sprints = x'7f'`)
		return err
	})
	if got, _, err = c.Board(t.Context(), of); err != nil || len(got.Sprints)+len(got.Items) > 0 {
		t.Errorf("without understanding its sprints it is %+v, %v", got, err)
	}
}

// History is thinned with age, and how things stood when it begins stays.
func TestAgeThinsTheBoardsHistory(t *testing.T) {
	now := noon
	c := openAt(t, func() time.Time { return now })
	of := boardOf(t, scrum())
	b := full()
	b.Cut, b.Sprints[1].End = false, noon.AddDate(1, 0, 0)
	b.Items[0] = model.Item{ID: "a", Sprint: "s2"}
	for day := range 200 { // a changes every day, b never; c leaves after ten days
		b.Items[0].Points = points(float64(day))
		if day == 10 {
			b.Items = slices.DeleteFunc(b.Items, func(i model.Item) bool { return i.ID == "c" })
		}
		putBoardAt(t, c, of, b, now)
		now = now.AddDate(0, 0, 1)
	}
	must(t, c.Thin(t.Context()))
	counts := map[string]int{}
	got, _, err := c.Board(t.Context(), of)
	must(t, err)
	oldest := now
	for _, m := range got.History {
		counts[m.Item]++
		if m.Item == "a" && m.At.Before(oldest) {
			oldest = m.At
		}
	}
	keep := now.Add(-DefaultKeep)
	if counts["a"] != 91 || counts["b"] != 1 || counts["c"] != 0 || !oldest.Before(keep) || oldest.Before(keep.AddDate(0, 0, -2)) {
		t.Errorf("left are %v, the oldest of %s (kept since %s)", counts, oldest, keep)
	}
	for flip := range 300 {
		b.Items[1].Done = flip%2 == 0
		putBoardAt(t, c, of, b, now)
		now = now.Add(time.Minute)
	}
	must(t, c.Thin(t.Context()))
	n := 0
	got, _, err = c.Board(t.Context(), of)
	must(t, err)
	for _, m := range got.History {
		if m.Item == got.Items[1].ID {
			n++
		}
	}
	if n != maxItemMoments {
		t.Errorf("%d moments are left of an item that flaps", n)
	}
	now = now.Add(DefaultKeep + 48*time.Hour)
	must(t, c.Thin(t.Context()))
	if got, _, err = c.Board(t.Context(), of); err != nil || got != nil {
		t.Errorf("a board that nobody has read for so long is still there: %v", err)
	}
}

// A service is told of its own repository's milestone only, a board's iteration is everybody's.
func TestAServiceIsToldOfItsOwnMilestone(t *testing.T) {
	c, fleet := fresh(t), scrum()
	fleet.Sprint = &model.SprintSource{Milestones: true}
	of := boardOf(t, fleet)
	mine, other := model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, model.Repo{Host: "github.com", Owner: "acme", Name: "web"}
	day := noon.Truncate(24 * time.Hour)
	putBoardAt(t, c, of, model.SprintBoard{
		Sprints: []model.Sprint{{ID: "m", Repo: mine, End: day.AddDate(0, 0, 3)}, {ID: "o", Repo: other, End: day.AddDate(0, 0, 3)}},
		Items:   []model.Item{{ID: "1", Sprint: "m", Repo: mine}, {ID: "2", Sprint: "o", Repo: other}},
	}, noon)
	f, err := c.FactsIn(t.Context(), fleet, fleet.Services[0])
	must(t, err)
	whole, _, err := c.Board(t.Context(), of)
	must(t, err)
	if len(f.Board.Items) != 1 || f.Board.Items[0].ID != "1" || len(whole.Items) != 2 {
		t.Errorf("the service is told of %+v, the fleet of %+v", f.Board.Items, whole.Items)
	}
}
