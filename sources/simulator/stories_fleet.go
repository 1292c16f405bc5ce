package simulator

import (
	"fmt"
	"strings"
	"time"
)

// FleetOf says what a synthetic fleet is made of.
type FleetOf struct {
	// Services is how many there are, named service-001 and so on, in the organisation acme.
	Services int
	// Releases is how many each has behind it; zero means 6.
	Releases int
	// Busy keeps two runs moving in each repository, with six changes an hour.
	Busy bool
	// Reports lets each CI run leave coverage and tests behind, and configures both.
	Reports bool
	// Items is how many the board acme/1 has, in four sprints of two weeks and behind them, with the third one on. Zero
	// means no board, and no sprints.
	Items int
	// Milestones has the items in milestones of the repositories rather than on a board.
	Milestones bool
}

// Fleet is a GitHub with many alike services, for benchmarks and tests: each has
// staging and production, its releases a day apart, the newest deployed to staging
// only. Options.Start is decided here. Neither is served yet; [FleetConfig] writes
// the configuration.
func Fleet(o Options, of FleetOf) (*World, *Services) {
	if of.Releases == 0 {
		of.Releases = 6
	}
	now := o.Now().UTC()
	from := now.Add(-time.Duration(of.Releases+1) * 24 * time.Hour)
	o.Start = from
	w := New(o)
	s := NewServices(w)
	for i := range of.Services {
		p := newProduct(w, s, fmt.Sprintf("acme/service-%03d", i+1), 1, 0, "staging", "production")
		if of.Reports {
			p.leaves(p.code, coverageIn("coverage", "lcov.info", func(m Measured) string { return m.LCOV("") }), testsIn("junit", "junit.xml", p.name, nil))
			s.reports = true
		}
		w.At(from, func() { p.push("Begin", nil, nil) })
		for n := range of.Releases {
			at := from.Add(time.Duration(n+1)*24*time.Hour - 2*time.Hour)
			after := 20 * time.Minute
			if n == of.Releases-1 {
				after = 0
			}
			w.At(at.Add(-time.Hour), func() { p.push("", nil, nil) })
			w.At(at.Add(-30*time.Minute), func() { p.push("", nil, nil) })
			w.At(at, func() {
				tag := p.rollForward()
				if after > 0 {
					w.After(after, func() { p.promote(tag) })
				}
			})
		}
		if of.Busy {
			p.busy(now)
		}
	}
	w.At(now.Add(-2*time.Hour), func() { w.planFleet(now, of) })
	w.PassUntil(now)
	return w, s
}

// planFleet makes the issues of a synthetic fleet. Of each ten of a board two are in the sprint that is on, two in each
// of the three others, and two in none; of those in the sprint every second one is done.
func (w *World) planFleet(now time.Time, of FleetOf) {
	if of.Items == 0 {
		return
	}
	sprints := []string{"Sprint 1", "Sprint 2", "Sprint 3", "Sprint 4"}
	var board *Project
	if !of.Milestones {
		board = w.Project("acme", "Synthetic").Automate("Done").Field("Estimate", fieldNumber).Iterations("Sprint", now.AddDate(0, 0, -34), sprintDays, sprints...)
	}
	for i, r := range w.order {
		if of.Milestones {
			for n, title := range sprints {
				m := r.Milestone(title, now.AddDate(0, 0, -34+sprintDays*(n+1)))
				if n < 2 {
					m.Close()
				}
			}
		}
		for n := i; n < of.Items; n += len(w.order) {
			place := (n + n/len(w.order)) % 10 / 2
			issue := r.Issue(IssueOf{Title: fmt.Sprintf("Item %d", n+1), By: "mona", Assignees: []string{"ada"}, Labels: []string{"story"}})
			switch {
			case place == 4:
			case of.Milestones:
				issue.Plan(sprints[place])
			default:
				board.Issue(issue).Set("Sprint", sprints[place]).Set("Estimate", 1+n%5).Set("Status", "Todo")
			}
			if board != nil && place == 4 {
				board.Issue(issue)
			}
			if place < 2 || place == 2 && n%2 == 0 {
				issue.Close("ada")
			}
		}
	}
}

// busyEvery is the time between two changes of a busy repository: six an hour.
const busyEvery = 10 * time.Minute

// busy pushes again and again; a run takes about twice as long as that, so that two move.
func (p *product) busy(now time.Time) {
	offset := time.Duration(p.dice.IntN(int(busyEvery/time.Second))) * time.Second
	p.world.At(now.Add(-2*busyEvery+offset), func() {
		p.repo.Workflow(WorkflowPlan{
			Path: "ci.yml", Name: "CI", On: []string{"push"}, Branches: []string{"main"},
			Jobs: []JobPlan{{Name: "test", Steps: steps(2*busyEvery, "Unit tests", "Integration tests"), Artifacts: p.artifacts}},
		})
		p.push("", nil, nil)
		p.world.Every(busyEvery, func() bool {
			p.push("", nil, nil)
			return true
		})
	})
}

// FleetConfig is the gonogo.yml of a synthetic fleet; with checks only where the
// services are served.
func FleetConfig(s *Services) string {
	var b strings.Builder
	b.WriteString("name: Synthetic\n")
	switch {
	case len(s.world.projects) > 0:
		b.WriteString("sprint: {project: acme/1}\n")
	case len(s.world.order) > 0 && len(s.world.order[0].milestones) > 0:
		b.WriteString("sprint: {milestones: true}\n")
	}
	b.WriteString("services:\n")
	checked := s.URL() != ""
	for _, r := range s.world.Repositories() {
		fmt.Fprintf(&b, "  - name: %s\n    repo: %s\n    ci: [ci.yml]\n", r.name, r.FullName())
		if s.reports {
			b.WriteString("    coverage: {artifact: coverage, minimum: 50, max_drop: 20}\n    tests: {artifact: junit}\n")
		}
		b.WriteString("    deploy: {workflow: deploy.yml, inputs: {environment: \"{{.Environment}}\", version: \"{{.Version}}\"}}\n    environments:\n")
		for _, e := range s.world.environmentsOf(r) {
			fmt.Fprintf(&b, "      - name: %s\n", e)
			if checked {
				fmt.Fprintf(&b, "        health:\n          - http: %s\n            expect: {status: 200, json: {version: \"{{.Version}}\"}}\n", s.HealthURL(r.name, e))
			}
		}
	}
	return b.String()
}
