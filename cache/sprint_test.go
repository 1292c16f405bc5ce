package cache

import (
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
	return model.Sprint{ID: id, Title: model.Text("Sprint " + id), Start: from, End: from.AddDate(0, 0, 14), URL: "https://x/" + id, Repo: model.Repo{Name: id}}
}

// full is a board with something in every field.
func full() model.SprintBoard {
	day := noon.Truncate(24 * time.Hour)
	past := sprintOf("s1", day.AddDate(0, 0, -20))
	past.Done = true
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
