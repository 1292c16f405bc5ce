package github_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

var inMilestones = model.SprintSource{Milestones: true, Done: []string{"Done"}, Blockers: []string{"blocker"}}

var web = model.Repo{Host: "github.com", Owner: "acme", Name: "web"}

// milestones are two repositories with three milestones and what is planned in them.
func milestones(w *simulator.World) (blocker *simulator.Issue) {
	api, web := w.Repository("acme/api"), w.Repository("acme/web")
	api.Push(simulator.Change{Message: "First"})
	web.Push(simulator.Change{Message: "First"})
	api.Milestone("Old", start.AddDate(0, 0, -7)).Close()
	api.Milestone("M2", start.AddDate(0, 0, 4).Add(8*time.Hour))
	web.Milestone("Some day", time.Time{})
	blocker = api.Issue(simulator.IssueOf{Title: "Blocks", Labels: []string{"blocker"}, Assignees: []string{"ada"}, Milestone: "M2"})
	done := api.Issue(simulator.IssueOf{Title: "Done", Milestone: "M2"})
	w.Pass(time.Hour)
	web.Pull(simulator.Proposal{Title: "Do it", Closes: []*simulator.Issue{done}}).Merge("mona")
	api.Pull(simulator.Proposal{Title: "Just do it", Milestone: "M2"}).Merge("mona")
	api.Issue(simulator.IssueOf{Title: "Unplanned"})
	api.Issue(simulator.IssueOf{Title: "Left over", Milestone: "Old"}).NotPlanned("mona")
	web.Issue(simulator.IssueOf{Title: "Dream", Milestone: "Some day"})
	return blocker
}

func (s *stage) readMilestones(w github.MilestonesWanted, known github.Validators) github.BoardReading {
	s.t.Helper()
	return must[github.BoardReading](s.t)(s.client.Milestones(s.t.Context(), w, known))
}

func TestMilestonesAreReadAsSprints(t *testing.T) {
	for _, edition := range []simulator.Edition{simulator.GitHubCom, simulator.EnterpriseServer319} {
		var blocker *simulator.Issue
		s := open(t, simulator.Options{Edition: edition}, func(w *simulator.World) { blocker = milestones(w) })
		wanted := github.MilestonesWanted{Source: inMilestones, Repos: []model.Repo{api, web}}
		first := s.readMilestones(wanted, nil)
		want := []string{
			`pull request acme/api#3 "Just do it" in "M2": merged , done, detailed; acme/api#3 merged into main as a commit`,
			`issue acme/api#2 "Done" in "M2": closed , done, detailed; acme/web#1 merged into main as a commit`,
			`issue acme/api#5 "Left over" in "Old": closed , done, not planned, detailed`,
			`issue acme/api#1 "Blocks" in "M2": open , blocker, detailed, [ada] [blocker]`,
			`issue acme/web#2 "Dream" in "Some day": open , detailed`,
		}
		got := tell(first.Value)
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +read)\n%s", d)
		}
		for i, sprint := range []model.Sprint{
			{ID: "acme/web#1", Title: "Some day", Repo: web},
			{ID: "acme/api#1", Title: "Old", Done: true, End: time.Date(2026, 2, 24, 0, 0, 0, 0, time.UTC), Repo: api},
			{ID: "acme/api#2", Title: "M2", End: time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), Repo: api},
		} {
			is := first.Value.Sprints[i]
			if !strings.Contains(is.URL, "/milestone/") {
				t.Errorf("%+v", is)
			}
			if is.URL = ""; is != sprint {
				t.Errorf("%+v, not %+v", is, sprint)
			}
		}
		sent, counted := s.charged()
		if sent != 5 || counted != 5 || first.Points != 1 || first.Request != "GET /repos/acme/api/milestones?direction=desc&per_page=100&sort=due_on&state=all" {
			t.Errorf("%d requests, %d charged, %d points: %s", sent, counted, first.Points, first.Request)
		}
		wanted.Have = &first.Value
		again := s.readMilestones(wanted, first.Validators)
		if sent, counted := s.charged(); !again.Unchanged || sent != 4 || counted != 0 {
			t.Errorf("asked again it took %d requests, %d charged, unchanged: %t", sent, counted, again.Unchanged)
		}
		blocker.Close("ada")
		changed := s.readMilestones(wanted, again.Validators)
		if sent, counted := s.charged(); changed.Unchanged || sent > 6 || counted > 3 || len(changed.Value.Items) != 5 || len(changed.Value.Sprints) != 3 {
			t.Errorf("a change took %d requests, %d charged: %v", sent, counted, tell(changed.Value))
		}
		for _, i := range changed.Value.Items {
			if i.Number == 1 && i.Repo == api && (!i.Done || i.State != "closed") {
				t.Errorf("%+v", i)
			}
			if i.Kind == model.ItemPull && i.Pulls[0].Merge == "" {
				t.Errorf("what was merged as what was forgotten: %+v", i.Pulls)
			}
		}
	}
}

func TestMilestonesWithoutGraphQLLackOnlyWhatClosesThem(t *testing.T) {
	s := open(t, simulator.Options{NoGraphQL: true}, func(w *simulator.World) { milestones(w) })
	got := s.readMilestones(github.MilestonesWanted{Source: inMilestones, Repos: []model.Repo{api}}, nil)
	if !got.NoGraphQL || len(got.Value.Items) != 4 {
		t.Fatalf("%v", tell(got.Value))
	}
	for _, i := range got.Value.Items {
		if !i.Detailed || i.Kind == model.ItemIssue && len(i.Pulls) > 0 || i.Kind == model.ItemPull && i.State != "merged" {
			t.Errorf("%s", told(i))
		}
	}
}

func TestMilestonesThatCantBeReadSayWhy(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault simulator.Fault
		kind  model.Problem
		says  string
	}{
		{"issues are off", simulator.Fault{Path: "/repos/acme/web/milestones", Status: 410, Body: `{"message":"Issues are disabled for this repo"}`}, "", ""},
		{"no permission", simulator.Fault{Path: "/repos/acme/web/milestones", Status: 403, Body: `{"message":"Resource not accessible by personal access token"}`}, model.ProblemForbidden, "read milestones of acme/web: the token may not read Issues (403)"},
		{"no repository", simulator.Fault{Path: "/repos/acme/web/milestones", Status: 404, Body: `{"message":"Not Found"}`}, model.ProblemMissing, "acme/web does not exist"},
		{"a milestone of nothing", simulator.Fault{Path: "/repos/acme/web/milestones", Status: 200, Body: `[{}]`}, model.ProblemMalformed, "item 1 has no number"},
		{"an issue of nothing", simulator.Fault{Path: "/repos/acme/web/issues", Status: 200, Body: `[null]`}, model.ProblemMalformed, "item 1 has no node_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, simulator.Options{}, func(w *simulator.World) { milestones(w) })
			s.Fault(c.fault)
			got, err := s.client.Milestones(t.Context(), github.MilestonesWanted{Source: inMilestones, Repos: []model.Repo{api, web}}, nil)
			if c.kind == "" {
				if err != nil || len(got.Value.Items) != 4 {
					t.Errorf("%v, %v", err, tell(got.Value))
				}
				return
			}
			if p := problem(t, err, c.kind); !strings.Contains(p.Error(), c.says) {
				t.Errorf("it says %q, not %q", p.Error(), c.says)
			}
		})
	}
}
