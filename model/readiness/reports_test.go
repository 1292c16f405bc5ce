package readiness

import (
	"fmt"
	"testing"
	"time"

	"gonogo/model"
)

// The artifacts of a run count as the run itself does.
func TestReportsComeFromTheRunsThatCountForCI(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	run := func(id int64, workflow, event, from string) model.Run {
		return model.Run{
			ID: id, Workflow: ".github/workflows/" + workflow, Event: event, SHA: "a", HeadRepo: from, Status: model.StatusCompleted,
			CreatedAt: at.Add(time.Duration(id) * time.Minute), StartedAt: at.Add(time.Duration(id) * time.Minute),
		}
	}
	other := run(1, "ci.yml", "push", "acme/api")
	other.SHA = "b"
	again := run(2, "ci.yml", "push", "acme/api") // the oldest of ci.yml, but its second attempt came last
	again.Attempt, again.StartedAt = 2, at.Add(time.Hour)
	runs := []model.Run{
		other, again, run(3, "ci.yml", "schedule", "ACME/api"), run(4, "ci.yml", "pull_request", "acme/api"), run(5, "ci.yml", "push", "stranger/api"),
		run(6, "deploy.yml", "push", "acme/api"), run(7, "e2e.yml", "push", "acme/api"), run(8, "nightly.yml", "schedule", "acme/api"), run(9, "lint.yml", "push", "acme/api"),
	}
	s := model.Service{Repo: model.Repo{Owner: "acme", Name: "api"}, Blackbox: []string{"e2e.yml"}, Deploy: model.Deploy{Workflow: "deploy.yml"}}
	for _, c := range []struct {
		ci            []string
		newest, older string
	}{
		{nil, "[9 2]", "[3]"},
		{[]string{"ci.yml"}, "[2]", "[3]"},
		{[]string{"ci.yml", ".github/workflows/ci.yml"}, "[2]", "[3]"},
		{[]string{"nightly.yml"}, "[8]", "[]"},
		{[]string{"gone.yml"}, "[]", "[]"},
	} {
		s.CI = c.ci
		newest, older := ReportRuns(s, model.Repository{}, runs, "a")
		if a, b := fmt.Sprint(ids(newest)), fmt.Sprint(ids(older)); a != c.newest || b != c.older {
			t.Errorf("ci %v: %s and older ones %s, not %s and %s", c.ci, a, b, c.newest, c.older)
		}
	}
}

func ids(list []model.Run) (all []int64) {
	for _, r := range list {
		all = append(all, r.ID)
	}
	return all
}
