package cockpit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// Where there is nothing to show, the reason is.
func TestASprintThatCantBeShownSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*pane.Board)
		words  []string
	}{
		{"none is configured", func(b *pane.Board) { b.Sprint, b.SprintSource = nil, nil }, []string{"No sprint board is configured.", "sprint: {project:", "sprint: {milestones: true}"}},
		{"not read yet", func(b *pane.Board) { b.Sprint, b.SprintRead = nil, model.Read{} }, []string{"The sprint board has not been read yet."}},
		{"forbidden", func(b *pane.Board) {
			b.Sprint, b.SprintRead = nil, model.Read{TriedAt: ago(time.Minute), Problem: model.ProblemForbidden, Why: "GitHub answers 403"}
		}, []string{"the token lacks Projects: read (a classic", "token: read:project)", "GitHub answers 403"}},
		{"milestones forbidden", func(b *pane.Board) {
			b.Sprint, b.SprintSource, b.SprintRead = nil, &model.SprintSource{Milestones: true}, model.Read{TriedAt: ago(time.Minute), Problem: model.ProblemForbidden}
		}, []string{"the token lacks Issues: read."}},
		{"another problem", func(b *pane.Board) {
			b.Sprint, b.SprintRead = nil, model.Read{TriedAt: ago(time.Minute), Problem: model.ProblemMissing, Why: "acme has no project 7, or the token may not see it"}
		}, []string{"can't be read: acme has no project 7, or the token may", "not see it"}},
		{"none is on", func(b *pane.Board) { b.Sprint.Sprints = b.Sprint.Sprints[:1] }, []string{"No sprint is on: the last one, Sprint 13, ended 8 days ago.", "To settle it: a sprint that is on today."}},
		{"no items", func(b *pane.Board) { b.Sprint.Items = nil }, []string{"Sprint 14: day 7 of 10", "Sprint 14 has no items.", "3 items of the board the token may not see"}},
		{"cut", func(b *pane.Board) { b.Sprint.Cut = true }, []string{"The board has more items than were read."}},
		{"offline, and never read", func(b *pane.Board) {
			b.Sprint, b.SprintRead, b.Status.Offline = nil, model.Read{}, true
		}, []string{"was never read, and can't be now"}},
		{"read long ago", func(b *pane.Board) {
			b.SprintRead.At, b.SprintRead.Problem, b.SprintRead.Why = ago(3*time.Hour), model.ProblemNetwork, "no answer"
		}, []string{"Sprint 14: day 7 of 10", "last read 3h ago: no answer", "read 3h ago", "api#419"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, boards(c.change), 80, 24, look(t, dark))
			d.press("1").see(c.words...)
			d.press("enter")
			d.exact()
			d.harmless(c.name)
		})
	}
}

func TestAnItemOfTheSprint(t *testing.T) {
	d := start(t, acme(), 80, 24, look(t, dark))
	d.press("1").see("✗ blocker", "◔ in staging", "▸ in progress", "◌ open", "◌ draft", "✓ done", "» not planned")
	d.press("/").typed("mona").press("enter").see("#419", "#412").miss("#414", "#398")
	d.press("esc").to("#405").press("enter").see("✓ merged", "- not there", "? not known", "has not been compared with main yet")
	d.press("esc").to("infra#421").press("enter").see("acme/infra is not in this fleet").press("esc")
	d.to("draft").press("enter").see("it has no pull request").press("esc")
	d.press("g").to("#419").press("o").see("copied the link: https://github.com/acme/api/issues/419")
	d.press("y").see("copied the row")
	d.press("enter").to("page").press("o").see("copied the link")
}

// A service's items are those of its repository, those with a pull request into it, and those of none.
func TestTheSprintOfOneService(t *testing.T) {
	d := start(t, acme(), 160, 48, look(t, dark))
	d.c.fleet.SelectService("gateway")
	d.c.wanted = "gateway"
	d.run(d.c.choose())
	d.press("1", "z").see("api#409", "gateway: 3 of 3 points, 1 of 2 items", "draft").miss("#412", "#398")
}

// Milestones have no beginning: the pane tells when they are due, and each service has its repository's own.
func TestMilestonesAreSprintsToo(t *testing.T) {
	d := start(t, boards(func(b *pane.Board) {
		b.SprintSource = &model.SprintSource{Milestones: true}
		due := time.Date(2026, time.November, 28, 0, 0, 0, 0, time.UTC)
		b.Sprint.Sprints = nil
		for _, name := range []string{"api", "billing"} {
			b.Sprint.Sprints = append(b.Sprint.Sprints, model.Sprint{ID: name, Title: model.Text("v2 of " + name), End: due, Repo: model.Repo{Host: "github.com", Owner: "acme", Name: name}})
			due = due.AddDate(0, 0, 1)
		}
		for i := range b.Sprint.Items {
			b.Sprint.Items[i].Sprint = b.Sprint.Items[i].Repo.Name
		}
	}), 80, 24, look(t, dark))
	d.press("1").see("v2 of api and 1 more of 2 repositories is due in 4 days", "#419", "#414").miss("#398")
	d.press("enter").see("v2 of billing", "due Sat 28 Nov 2026")
	d.press("esc").c.fleet.SelectService("billing")
	d.c.wanted = "billing"
	d.run(d.c.choose())
	d.see("v2 of billing is due in 5 days", "#414").miss("#419")
	d.c.fleet.SelectService("search")
	d.c.wanted = "search"
	d.run(d.c.choose())
	d.see("acme/search has no milestone.")
}

// What happens to a deployment is seen in the items' travel as soon as the fleet is told anew.
func TestTravelFollowsTheFleet(t *testing.T) {
	m := acme()
	d := start(t, m, 160, 48, look(t, dark))
	d.press("1", "z").to("#412").see("✓✓✓·  in staging")
	for i := range m.board.Services {
		if s := &m.board.Services[i]; s.Service == "api" {
			s.Travels = append([]readiness.Travel(nil), s.Travels...)
			for k := range s.Travels {
				s.Travels[k].In = []readiness.Presence{readiness.Present, readiness.Present}
			}
		}
	}
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.to("#412").see("✓✓✓✓  in production")
	if row := d.row("#412"); !strings.Contains(row, "✓ done") {
		t.Errorf("through, and shown as %q", row)
	}
}

// row is the row of the screen that holds a text.
func (d *driver) row(text string) string {
	for _, line := range strings.Split(d.screen(), "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestTheSprintInEveryTheme(t *testing.T) {
	for _, o := range []theme.Options{
		{Name: theme.Dark, Profile: theme.Colors256}, {Name: theme.Light, Profile: theme.Colors256}, {Name: theme.Sixteen, Profile: theme.Colors16},
		{Name: theme.Mono}, {Name: theme.Mono, ASCII: true},
	} {
		for _, size := range sizes {
			d := start(t, acme(), size.width, size.height, look(t, o))
			d.press("1").exact()
			d.see("Sprint 14", "blocker", "in staging").harmless(fmt.Sprint(o.Name, size))
			d.press("z", "enter").exact()
			d.see("Sprint 14", "left at each day's end").harmless(fmt.Sprint(o.Name, size))
			if o.ASCII && strings.ContainsFunc(d.screen(), func(r rune) bool { return r > 0x7e }) {
				t.Errorf("not ASCII alone:\n%s", d.screen())
			}
		}
	}
	start(t, acme(), 120, 36, look(t, theme.Options{Name: theme.Mono, ASCII: true})).press("1", "z").golden("sprint-ascii-120x36")
}
