package sprint_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/sprint"
)

// wednesday is in the second week of Sprint 14, which is from Monday 2 to Sunday 15 March 2026.
var wednesday = time.Date(2026, 3, 11, 14, 0, 0, 0, time.UTC)

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func iteration(title string, start time.Time, weeks int) model.Sprint {
	return model.Sprint{ID: title, Title: model.Text(title), Start: start, End: start.AddDate(0, 0, 7*weeks)}
}

func milestone(title, repo string, due time.Time) model.Sprint {
	s := model.Sprint{ID: repo + "/" + title, Title: model.Text(title), End: due}
	if repo != "" {
		s.Repo = model.Repo{Host: "github.com", Owner: "acme", Name: repo}
	}
	return s
}

func done(s model.Sprint) model.Sprint { s.Done = true; return s }

func TestWhichSprintIsOn(t *testing.T) {
	fleet, api := model.Repo{}, model.Repo{Owner: "Acme", Name: "API"}
	for _, c := range []struct {
		name    string
		of      model.Repo
		sprints []model.Sprint
		want    string // its title; empty: none
		why     string
	}{
		{"one is on", fleet, []model.Sprint{done(iteration("Sprint 13", day(2, 16), 2)), iteration("Sprint 14", day(3, 2), 2), iteration("Sprint 15", day(3, 16), 2)},
			"Sprint 14", "Sprint 14: day 8 of 10, it ends in 5 days"},
		{"the order decides nothing", fleet, []model.Sprint{iteration("Sprint 15", day(3, 16), 2), iteration("Sprint 14", day(3, 2), 2)}, "Sprint 14", "Sprint 14: day 8 of 10, it ends in 5 days"},
		{"the last day", fleet, []model.Sprint{iteration("Sprint 13", day(3, 5), 1)}, "Sprint 13", "Sprint 13: day 5 of 5, the last"},
		{"the first day", fleet, []model.Sprint{iteration("Sprint 14", day(3, 11), 2)}, "Sprint 14", "Sprint 14: day 1 of 10, it ends in 14 days"},
		{"two overlap: the one that began last", fleet, []model.Sprint{iteration("Sprint 14", day(3, 2), 2), iteration("Hardening", day(3, 9), 1)},
			"Hardening", "Hardening: day 3 of 5, it ends in 5 days; Sprint 14 is on as well and began before it"},
		{"a gap", fleet, []model.Sprint{iteration("Sprint 13", day(2, 16), 3), iteration("Sprint 14", day(3, 16), 2)},
			"", "no sprint is on: Sprint 13 ended 2 days ago, Sprint 14 begins in 5 days"},
		{"GitHub counts it as completed", fleet, []model.Sprint{done(iteration("Sprint 14", day(2, 23), 2))}, "", "no sprint is on: the last one, Sprint 14, ended 2 days ago"},
		{"before the first", fleet, []model.Sprint{iteration("Sprint 1", day(3, 12), 2)}, "", "no sprint is on: the first one, Sprint 1, begins in 10 h"},
		{"a board without sprints", fleet, nil, "", "the board has no sprints"},
		{"milestones: the one due next", fleet, []model.Sprint{milestone("v3", "", time.Time{}), milestone("v2.15", "", day(4, 1)), milestone("v2.14", "", day(3, 14))}, "v2.14", "v2.14 is due in 3 days"},
		{"milestones: another is overdue", fleet, []model.Sprint{milestone("v2.13", "", day(3, 9)), milestone("v2.14", "", day(3, 14))},
			"v2.14", "v2.14 is due in 3 days; v2.13 is open too, 2 days overdue"},
		{"milestones: only overdue ones", fleet, []model.Sprint{milestone("v1", "", day(1, 9)), milestone("v2", "", day(3, 9))}, "v2", "v2 is overdue by 2 days"},
		{"milestones: one without a date", fleet, []model.Sprint{milestone("Next", "", time.Time{}), done(milestone("v1", "", day(3, 20)))}, "Next", "Next has no due date"},
		{"milestones: several without a date", fleet, []model.Sprint{milestone("Next", "", time.Time{}), milestone("Later", "", time.Time{})},
			"", "which of 2 open milestones is on can't be told: none has a due date"},
		{"milestones: all closed", fleet, []model.Sprint{done(milestone("v1", "", day(3, 20)))}, "", "no sprint is on: all milestones are closed"},
		{"milestones of a repository", api, []model.Sprint{milestone("v7", "web", day(3, 12)), milestone("v2.14", "api", day(3, 14))}, "v2.14", "v2.14 is due in 3 days"},
		{"no milestone of the repository", api, []model.Sprint{milestone("v7", "web", day(3, 12))}, "", "Acme/API has no milestone"},
		{"milestones of the fleet", fleet, []model.Sprint{milestone("v7", "web", day(3, 12)), milestone("v2.14", "api", day(3, 14)), milestone("v9", "api", day(5, 1))},
			"v7 and 1 more", "v7 and 1 more of 2 repositories is due in 10 h"},
		{"milestones of one name", fleet, []model.Sprint{milestone("Sprint 14", "web", day(3, 14)), milestone("sprint 14", "api", day(3, 14))}, "Sprint 14", ""},
		{"an iteration is every repository's", api, []model.Sprint{iteration("Sprint 14", day(3, 2), 2)}, "Sprint 14", "Sprint 14: day 8 of 10, it ends in 5 days"},
		{"an end before its beginning", fleet, []model.Sprint{iteration("Sprint 14", day(3, 2), -2)}, "", "no sprint is on: the last one, Sprint 14, ended 23 days ago"},
		{"a weekend's hackathon counts its days", fleet, []model.Sprint{{ID: "h", Title: "Hackathon", Start: day(3, 7), End: day(3, 9)}}, "", "no sprint is on: the last one, Hackathon, ended 2 days ago"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sprint.Now(&model.SprintBoard{Sprints: c.sprints}, c.of, wednesday)
			if got := string(p.Title()); got != c.want || p.Known != (c.want != "") {
				t.Errorf("%q is on (%t: %s), want %q", got, p.Known, p.Why, c.want)
			}
			if c.why != "" && string(p.Why) != c.why {
				t.Errorf("it is said %q, want %q", p.Why, c.why)
			}
			if !p.Known && p.Settle == "" {
				t.Errorf("nothing is said to settle %q", p.Why)
			}
		})
	}
	if p := sprint.Now(nil, fleet, wednesday); p.Known || p.Why == "" {
		t.Errorf("a board that was never read is said to be on: %+v", p)
	}
}

func TestDaysOfASprint(t *testing.T) {
	fortnight := iteration("Sprint 14", day(3, 2), 2)
	weekend := model.Sprint{ID: "h", Title: "Hackathon", Start: day(3, 7), End: day(3, 9)}
	for _, c := range []struct {
		name    string
		s       model.Sprint
		now     time.Time
		day, of int
	}{
		{"Monday at midnight", fortnight, day(3, 2), 1, 10},
		{"Friday", fortnight, day(3, 6).Add(20 * time.Hour), 5, 10},
		{"Saturday is still Friday's", fortnight, day(3, 7).Add(20 * time.Hour), 5, 10},
		{"the second Monday", fortnight, day(3, 9), 6, 10},
		{"the last second", fortnight, day(3, 16).Add(-time.Second), 10, 10},
		{"begun on a Saturday", iteration("odd", day(3, 7), 1), day(3, 7), 1, 5},
		{"without a working day", weekend, day(3, 8), 2, 2},
		{"a year of days is bounded", iteration("for ever", day(1, 1), 5000), day(3, 2), 43, 400},
	} {
		p := sprint.Now(&model.SprintBoard{Sprints: []model.Sprint{c.s}}, model.Repo{}, c.now)
		if p.Day != c.day || p.Days != c.of {
			t.Errorf("%s: day %d of %d, want %d of %d", c.name, p.Day, p.Days, c.day, c.of)
		}
	}
}
