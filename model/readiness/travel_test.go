package readiness_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
	"gonogo/model/readiness"
)

// past is a repository's commits with what each of them contains.
type past struct {
	at       []time.Time
	contains []map[int]bool
}

func (p past) sha(i int) model.SHA { return sha(fmt.Sprintf("%07x", i+1)) }

// histories of commits with one or two parents, in time.
func pasts(t *rapid.T, now time.Time) past {
	var p past
	n := rapid.IntRange(2, 14).Draw(t, "commits")
	for i := range n {
		own := map[int]bool{i: true}
		if i > 0 {
			parents := []int{rapid.IntRange(max(0, i-3), i-1).Draw(t, "parent")}
			if rapid.IntRange(0, 2).Draw(t, "merge") == 0 {
				parents = append(parents, rapid.IntRange(0, i-1).Draw(t, "second"))
			}
			for _, parent := range parents {
				for c := range p.contains[parent] {
					own[c] = true
				}
			}
		}
		p.at = append(p.at, now.Add(-time.Duration(n-i)*time.Hour))
		p.contains = append(p.contains, own)
	}
	return p
}

// compare is what GitHub says of two commits, its list cut after some.
func (p past) compare(base, head, most int) model.Comparison {
	c := model.Comparison{Base: p.sha(base), Head: p.sha(head), Status: "identical"}
	for i := len(p.at) - 1; i >= 0; i-- {
		switch {
		case p.contains[head][i] && !p.contains[base][i]:
			c.Ahead++
			if len(c.Commits) < most {
				c.Commits = append(c.Commits, model.Commit{SHA: p.sha(i)})
			}
		case p.contains[base][i] && !p.contains[head][i]:
			c.Behind++
		}
	}
	c.CommitsCut = len(c.Commits) < c.Ahead
	switch {
	case c.Ahead > 0 && c.Behind > 0:
		c.Status = "diverged"
	case c.Ahead > 0:
		c.Status = "ahead"
	case c.Behind > 0:
		c.Status = "behind"
	}
	return c
}

// TestTravelClaimsWhatIsTrue: whatever was compared, cut or not, a change is said to be in an environment, or not to be
// there, only where that is so; and where each environment was compared with the one before it in full, it is said.
func TestTravelClaimsWhatIsTrue(t *testing.T) {
	now := time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)
	told := 0
	rapid.Check(t, func(t *rapid.T) {
		p := pasts(t, now)
		n := len(p.at)
		commit := func(name string) int { return rapid.IntRange(0, n-1).Draw(t, name) }
		head := commit("head")
		f := readiness.Facts{Service: (&situation{}).service(), Board: &model.SprintBoard{}}
		f.Branch = model.Branch{Name: "main", Head: model.Commit{SHA: p.sha(head), At: p.at[head]}}
		f.Service.Environments = append(f.Service.Environments, model.Environment{Name: "abroad", GitHub: "abroad", Tier: model.Production})
		runs := make([]int, len(f.Service.Environments))
		for i, env := range f.Service.Environments {
			runs[i] = commit("runs")
			at := p.at[runs[i]].Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "deployed")) * time.Minute)
			if at.After(now) {
				at = now
			}
			f.Deployments = append(f.Deployments, model.Deployment{
				ID: int64(i + 1), Environment: env.GitHub, SHA: p.sha(runs[i]), CreatedAt: at, StatusesRead: true,
				Statuses: []model.DeploymentStatus{{State: model.DeploymentSuccess, At: at}},
			})
		}
		var merges []int
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			m := commit("merge")
			base := "release/1"
			if p.contains[head][m] {
				base = "main"
			}
			merges = append(merges, m)
			f.Board.Items = append(f.Board.Items, model.Item{ID: fmt.Sprint(m), Pulls: []model.ItemChange{{
				Repo: f.Service.Repo, State: "merged", Merge: p.sha(m), Base: base, MergedAt: p.at[m],
			}}})
		}
		whole := rapid.Bool().Draw(t, "whole")
		if whole {
			before := head
			for _, r := range runs {
				f.Comparisons = append(f.Comparisons, p.compare(r, before, n))
				before = r
			}
		}
		for range rapid.IntRange(0, 6).Draw(t, "comparisons") {
			f.Comparisons = append(f.Comparisons, p.compare(commit("base"), commit("other"), rapid.IntRange(0, n).Draw(t, "most")))
		}
		f.Comparisons = slices.DeleteFunc(f.Comparisons, func(c model.Comparison) bool { return c.Base == c.Head })
		for _, s := range []model.Signal{model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments, model.SignalRuns} {
			f.Reads = append(f.Reads, model.Read{Signal: s, At: now})
		}
		a := readiness.Assess(f, now)
		for _, m := range merges {
			i := slices.IndexFunc(a.Travels, func(t readiness.Travel) bool { return t.Merge == p.sha(m) })
			if i < 0 {
				t.Fatalf("nothing is said of %s, which was merged", p.sha(m).Short())
			}
			for k, in := range a.Travels[i].In {
				if in == readiness.Unsure {
					if k == 0 && whole && p.contains[head][m] && p.at[m].Add(2*time.Minute).Before(now) {
						t.Fatalf("%s was compared in full, and nothing is said of %s in %s: %s", p.sha(runs[k]).Short(), p.sha(m).Short(), a.Environments[k].Name, a.Travels[i].Why)
					}
					continue
				}
				told++
				if truth := p.contains[runs[k]][m]; truth != (in == readiness.Present) {
					t.Fatalf("%s runs %s, which contains %s: %t; it is said: %v\n%+v", a.Environments[k].Name, p.sha(runs[k]).Short(), p.sha(m).Short(), truth, in == readiness.Present, f.Comparisons)
				}
			}
			if unsure := slices.Contains(a.Travels[i].In, readiness.Unsure); unsure != (a.Travels[i].Why != "") {
				t.Fatalf("unsure: %t, and it is said %q", unsure, a.Travels[i].Why)
			}
		}
	})
	if told < 100 {
		t.Errorf("in all of this only %d things were said", told)
	}
}

func summaryOf(name, repo string, envs []string, travels ...readiness.Travel) readiness.Summary {
	s := readiness.Summary{Service: name, Repo: model.Repo{Owner: "acme", Name: repo}, Travels: travels}
	for _, e := range envs {
		s.Environments = append(s.Environments, readiness.EnvSummary{Name: e})
	}
	return s
}

func TestAnItemIsAsFarAsItsLeastPart(t *testing.T) {
	const no, yes, unsure = readiness.Absent, readiness.Present, readiness.Unsure
	two := []string{"staging", "production"}
	services := []readiness.Summary{
		summaryOf("api", "api", two, readiness.Travel{Merge: sha("a1"), In: []readiness.Presence{yes, yes}}, readiness.Travel{Merge: sha("a2"), In: []readiness.Presence{yes, no}},
			readiness.Travel{Merge: sha("a3"), In: []readiness.Presence{no, no}}, readiness.Travel{Merge: sha("a4"), In: []readiness.Presence{yes, unsure}, Why: "not compared yet"},
			readiness.Travel{Merge: sha("a5"), In: []readiness.Presence{no, yes}}),
		summaryOf("web", "web", []string{"development", "staging", "production"}, readiness.Travel{Merge: sha("b1"), In: []readiness.Presence{yes, no, no}}),
		summaryOf("mono-one", "mono", two, readiness.Travel{Merge: sha("c1"), In: []readiness.Presence{yes, yes}}),
		summaryOf("mono-two", "mono", two, readiness.Travel{Merge: sha("c1"), In: []readiness.Presence{yes, no}}),
	}
	change := func(repo, state, merge string) model.ItemChange {
		return model.ItemChange{Repo: model.Repo{Host: "github.com", Owner: "Acme", Name: repo}, State: state, Merge: sha(merge), Number: len(merge)}
	}
	merged := func(repo, merge string) model.ItemChange { return change(repo, "merged", merge) }
	for _, c := range []struct {
		name  string
		item  model.Item
		stage readiness.Stage
		last  string
		of    string
		why   string
	}{
		{"an issue without a pull request", model.Item{State: "open"}, readiness.StageOpen, "", "", ""},
		{"a draft doesn't travel", model.Item{Kind: model.ItemDraft}, readiness.StageNone, "", "", ""},
		{"closed without a pull request", model.Item{State: "closed", Done: true}, readiness.StageNone, "", "", ""},
		{"a pull request is open", model.Item{Pulls: []model.ItemChange{change("api", "open", "")}}, readiness.StageReview, "", "api", ""},
		{"one is merged, another open", model.Item{Pulls: []model.ItemChange{merged("api", "a1"), change("api", "open", "")}}, readiness.StageReview, "", "api", ""},
		{"closed without being merged counts nothing", model.Item{State: "open", Pulls: []model.ItemChange{change("api", "closed", "")}}, readiness.StageOpen, "", "", ""},
		{"through", model.Item{Pulls: []model.ItemChange{merged("api", "a1")}}, readiness.StageDeployed, "production", "api", ""},
		{"in staging", model.Item{Pulls: []model.ItemChange{merged("api", "a2")}}, readiness.StageDeployed, "staging", "api", ""},
		{"merged alone", model.Item{Pulls: []model.ItemChange{merged("api", "a3")}}, readiness.StageMerged, "", "api", ""},
		{"two changes of one service", model.Item{Pulls: []model.ItemChange{merged("api", "a1"), merged("api", "a3")}}, readiness.StageMerged, "", "api", ""},
		{"two services: the least share of the way", model.Item{Pulls: []model.ItemChange{merged("api", "a2"), merged("web", "b1")}}, readiness.StageDeployed, "development", "web", ""},
		{"a hotfix is in production before staging", model.Item{Pulls: []model.ItemChange{merged("api", "a5")}}, readiness.StageDeployed, "production", "api", ""},
		{"not known of production: only staging is claimed", model.Item{Pulls: []model.ItemChange{merged("api", "a4")}}, readiness.StageDeployed, "staging", "api", "not compared yet"},
		{"two services of one repository", model.Item{Pulls: []model.ItemChange{merged("mono", "c1")}}, readiness.StageDeployed, "staging", "mono-two", ""},
		{"a repository that isn't the fleet's", model.Item{Pulls: []model.ItemChange{merged("infra", "d1"), merged("api", "a1")}}, readiness.StageMerged, "", "", "Acme/infra is not in this fleet"},
		{"not looked at yet", model.Item{Pulls: []model.ItemChange{merged("api", "ff")}}, readiness.StageMerged, "", "api", "api has not been looked at since it was merged"},
		{"GitHub tells no commit", model.Item{Pulls: []model.ItemChange{merged("api", "")}}, readiness.StageMerged, "", "api", "GitHub doesn't tell the commit by which it was merged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := readiness.NewRoads(services).Journey(&c.item)
			if j.Stage != c.stage || j.Last() != c.last || j.Service != c.of || string(j.Why) != c.why {
				t.Errorf("it is at stage %d in %q of %q (%s), want %d in %q of %q (%s)", j.Stage, j.Last(), j.Service, j.Why, c.stage, c.last, c.of, c.why)
			}
		})
	}
	items := []*model.Item{
		{ID: "in staging", Pulls: []model.ItemChange{merged("api", "a2")}}, {ID: "merged", Pulls: []model.ItemChange{merged("api", "a3")}},
		{ID: "unsure", Pulls: []model.ItemChange{merged("api", "a4")}}, {ID: "through", Pulls: []model.ItemChange{merged("api", "a1")}},
		{ID: "under review", Pulls: []model.ItemChange{change("api", "open", "")}}, {ID: "in both", Pulls: []model.ItemChange{merged("api", "a1"), merged("web", "b1")}},
	}
	for service, want := range map[string]string{
		"":    "[{staging [merged in both] 0} {production [in staging merged in both] 1} {development [] 0}]",
		"api": "[{staging [merged] 0} {production [in staging merged] 1}]",
		"web": "[{development [] 0} {staging [in both] 0} {production [in both] 0}]",
	} {
		if got := fmt.Sprint(readiness.NewRoads(services).Lags(items, service)); got != want {
			t.Errorf("what is not deployed of %q is %s, want %s", service, got, want)
		}
	}
}
