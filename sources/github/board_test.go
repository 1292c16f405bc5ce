package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

var scrum = model.SprintSource{
	ProjectOwner: "acme", ProjectNumber: 1, Iteration: "Sprint", Status: "Status", Points: "Estimate", Done: []string{"Done"}, Blockers: []string{"blocker"},
}

// plan is a board with something of everything, in its second sprint.
type plan struct {
	repo    *simulator.Repository
	board   *simulator.Project
	blocker *simulator.Issue
	open    *simulator.PullRequest
	items   map[string]*simulator.ProjectItem
}

func buildPlan(w *simulator.World) *plan {
	p := &plan{repo: w.Repository("acme/api"), items: map[string]*simulator.ProjectItem{}}
	r := p.repo
	r.Push(simulator.Change{Message: "First"})
	p.board = w.Project("acme", "Platform").Automate("Done").Iterations("Sprint", start.AddDate(0, 0, -20), 14, "Sprint 1", "Sprint 2", "Sprint 3").
		Field("Estimate", "NUMBER").Iterations("Quarter", start.AddDate(0, 0, -60), 90, "Q1").Field("Notes", "TEXT")
	b := p.board
	p.blocker = r.Issue(simulator.IssueOf{Title: "It \x1b[31mburns\u202e", By: "mona", Labels: []string{"Blocker", "bug"}, Assignees: []string{"ada"}})
	p.items["blocker"] = b.Issue(p.blocker).Set("Sprint", "Sprint 2").Set("Status", "In Progress").Set("Estimate", 3)
	shipped := r.Issue(simulator.IssueOf{Title: "Shipped", By: "ada"})
	p.items["shipped"] = b.Issue(shipped).Set("Sprint", "Sprint 2").Set("Estimate", 0.5)
	w.Pass(time.Hour)
	r.Pull(simulator.Proposal{Title: "Ship it", By: "ada", Closes: []*simulator.Issue{shipped}}).Merge("mona")
	p.open = r.Pull(simulator.Proposal{Title: "Put it out", By: "hubot", Branch: "water", Closes: []*simulator.Issue{p.blocker}})
	elsewhere := w.Repository("acme/web").Public()
	elsewhere.Push(simulator.Change{Message: "First"})
	elsewhere.Pull(simulator.Proposal{Title: "Tell of the fire", By: "grace", Closes: []*simulator.Issue{p.blocker}}).Merge("mona")
	p.items["pull"] = b.Pull(r.Pull(simulator.Proposal{Title: "No issue", Labels: []string{"chore"}})).Set("Sprint", "Sprint 2").Set("Status", "Todo")
	p.items["draft"] = b.Draft("Think about it", "mona", "ada").Set("Sprint", "Sprint 2")
	dropped := r.Issue(simulator.IssueOf{Title: "Dropped"})
	p.items["dropped"] = b.Issue(dropped).Set("Sprint", "Sprint 2")
	dropped.NotPlanned("mona")
	p.items["archived"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Archived"})).Set("Sprint", "Sprint 2")
	p.items["archived"].Archive()
	p.items["old"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Old"})).Set("Sprint", "Sprint 1")
	p.items["backlog"] = b.Issue(r.Issue(simulator.IssueOf{Title: "Backlog", Labels: []string{"bug"}}))
	p.items["hidden"] = b.Issue(w.Repository("secret/plans").Issue(simulator.IssueOf{Title: "Hidden"})).Set("Sprint", "Sprint 2").Set("Status", "Todo")
	return p
}

// told writes an item so that it reads as a sentence.
func told(i model.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s#%d %q in %q: %s %s", i.Kind, i.Repo.FullName(), i.Number, i.Title, i.Sprint, i.State, i.Status)
	for _, w := range []struct {
		is   bool
		word string
	}{{i.Done, "done"}, {i.Blocker, "blocker"}, {i.Archived, "archived"}, {i.NotPlanned, "not planned"}, {i.Detailed, "detailed"}} {
		if w.is {
			b.WriteString(", " + w.word)
		}
	}
	if i.Points != nil {
		fmt.Fprintf(&b, ", %g points", *i.Points)
	}
	if len(i.Assignees)+len(i.Labels) > 0 {
		fmt.Fprintf(&b, ", %v %v", i.Assignees, i.Labels)
	}
	for _, p := range i.Pulls {
		fmt.Fprintf(&b, "; %s#%d %s into %s", p.Repo.FullName(), p.Number, p.State, p.Base)
		if p.Merge != "" && !p.MergedAt.IsZero() {
			b.WriteString(" as a commit")
		}
	}
	return b.String()
}

func tell(b model.SprintBoard) (lines []string) {
	ids := map[string]string{"": "none"}
	for _, s := range b.Sprints {
		ids[s.ID] = string(s.Title)
	}
	for _, i := range b.Items {
		i.Sprint = ids[i.Sprint]
		lines = append(lines, told(i))
	}
	return lines
}

func TestABoardIsReadWithAllThatIsOnIt(t *testing.T) {
	for _, edition := range []simulator.Edition{simulator.GitHubCom, simulator.EnterpriseServer319} {
		s := open(t, simulator.Options{Edition: edition}, func(w *simulator.World) {
			buildPlan(w)
			w.Token(secret, simulator.Access{User: "mona", Permissions: map[string]string{"organization_projects": "read", "issues": "read", "pull_requests": "read", "contents": "read"}, Repositories: []string{"acme/api"}})
		})
		got := must[github.BoardReading](t)(s.client.Board(t.Context(), github.BoardWanted{Source: scrum}, nil))
		b := got.Value
		if b.Source != "acme/1" || b.Title != "Platform" || !strings.HasSuffix(b.URL, "/orgs/acme/projects/1") || b.Cut || b.Redacted != 1 {
			t.Errorf("the board: %+v", b)
		}
		for i, want := range []struct {
			title string
			start time.Time
			done  bool
		}{{"Sprint 1", start.AddDate(0, 0, -20), true}, {"Sprint 2", start.AddDate(0, 0, -6), false}, {"Sprint 3", start.AddDate(0, 0, 8), false}} {
			day := want.start.Truncate(24 * time.Hour)
			if s := b.Sprints[i]; string(s.Title) != want.title || !s.Start.Equal(day) || !s.End.Equal(day.AddDate(0, 0, 14)) || s.Done != want.done {
				t.Errorf("sprint %d: %+v", i, s)
			}
		}
		t.Log("\n" + strings.Join(tell(b), "\n"))
		t.Logf("%d points", got.Points)
	}
}

func TestABoardIsReadOverRESTWhereGraphQLIsRefused(t *testing.T) {
	s := open(t, simulator.Options{NoGraphQL: true}, func(w *simulator.World) { buildPlan(w) })
	got := must[github.BoardReading](t)(s.client.Board(t.Context(), github.BoardWanted{Source: scrum}, nil))
	t.Log("\n" + strings.Join(tell(got.Value), "\n"))
	t.Log(got.Request, got.Validators, got.Value.URL)
	sent, counted := s.charged()
	again := must[github.BoardReading](t)(s.client.Board(t.Context(), github.BoardWanted{Source: scrum, NoGraphQL: true}, got.Validators))
	t.Log(sent, counted, again.Unchanged)
	t.Log(s.charged())
}
