package cockpit

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/pane"
)

// facts are what is known of a service whose v1.1.0 succeeded in staging, and whose
// production runs v1.0.0.
func facts() readiness.Facts {
	service := model.Service{
		Name: "api", Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, Branch: "main", CI: []string{"ci.yml"},
		Deploy: model.Deploy{Workflow: "deploy.yml"},
		Environments: []model.Environment{
			{Name: "staging", GitHub: "staging", Tier: model.Other},
			{Name: "production", GitHub: "production", Tier: model.Production},
		},
	}
	older, newer := release("api", "v1.0.0", 60*time.Hour), release("api", "v1.1.0", 5*time.Hour)
	deployed := func(id int64, environment string, r model.Release, age time.Duration) model.Deployment {
		return model.Deployment{
			ID: id, Environment: environment, SHA: r.SHA, Ref: r.Tag, Task: "deploy", CreatedAt: ago(age + time.Minute), StatusesRead: true, Creator: "octocat",
			Statuses: []model.DeploymentStatus{{ID: id * 10, State: model.DeploymentSuccess, At: ago(age)}},
		}
	}
	ci := run(1, "ci.yml", "main", "Log in with a passkey", model.StatusCompleted, model.Success, 5*time.Hour, 4*time.Minute)
	ci.SHA, ci.HeadRepo = newer.SHA, "acme/api"
	return readiness.Facts{
		Service: service, Repository: model.Repository{FullName: "acme/api", DefaultBranch: "main"},
		Branch:   model.Branch{Name: "main", Head: model.Commit{SHA: newer.SHA, At: ago(5 * time.Hour)}},
		Releases: []model.Release{newer, older},
		Deployments: []model.Deployment{
			deployed(3, "staging", newer, 3*time.Hour), deployed(2, "production", older, 50*time.Hour), deployed(1, "staging", older, 55*time.Hour),
		},
		Runs:        []model.Run{ci},
		Comparisons: []model.Comparison{{Base: older.SHA, Head: newer.SHA, Status: "ahead", Ahead: 2, Paths: []string{"api/login.go"}}},
		Protections: []model.Protection{{Environment: "staging", Exists: true}, {Environment: "production", Exists: true}},
	}
}

// read marks as read the lists, and whatever the rules ask for.
func read(f readiness.Facts) readiness.Facts {
	for _, s := range []model.Signal{model.SignalRepository, model.SignalBranch, model.SignalReleases, model.SignalDeployments, model.SignalEnvironments, model.SignalRuns, model.SignalMarks} {
		f.Reads = append(f.Reads, model.Read{Signal: s, At: ago(30 * time.Second)})
	}
	for range 5 {
		for _, n := range readiness.Needs(f, noon) {
			if !f.Read(n.Signal, n.Subject).OK() {
				f.Reads = append(f.Reads, model.Read{Signal: n.Signal, Subject: n.Subject, At: ago(30 * time.Second)})
			}
		}
	}
	return f
}

// known puts what the rules make of facts into a source.
func known(m *memory, f readiness.Facts) {
	a := readiness.Assess(f, noon)
	m.board = pane.Board{Name: "Acme", Services: []readiness.Summary{a.Summary()}, Status: pane.Status{ReadAt: a.ReadAt}}
	m.details[f.Service.Name] = pane.Detail{Service: f.Service.Name, Facts: f, Assessment: a}
}

func TestVerdictsAppearAsFactsArrive(t *testing.T) {
	src := &memory{details: map[string]pane.Detail{}, events: make(chan model.Changed)}
	unread := facts()
	unread.Releases, unread.Deployments, unread.Runs, unread.Comparisons, unread.Protections = nil, nil, nil, nil, nil
	known(src, unread)
	d := start(t, src, 160, 48, look(t, dark))
	d.see("? 1 UNKNOWN").miss("✓ GO", "UP TO DATE")
	d.press("j").see("4 Deployments api", "? UNKNOWN")

	known(src, read(facts()))
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.see("✓ 1 GO", "production  ✓ GO for v1.1.0", "runs      v1.0.0", "ships 2 commits · 1 path")

	failed := facts()
	failed.Runs[0].Conclusion = model.Failure
	known(src, read(failed))
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.see("✗ 1 NO-GO", "production  ✗ NO-GO for v1.1.0", "✗ fail    ci")
	d.press("4", "z").to("✗ fail").press("enter").see("gate ci", "ci.yml #1")

	old := read(facts())
	for i := range old.Reads {
		old.Reads[i].At = ago(3 * 24 * time.Hour)
	}
	known(src, old)
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.press("esc").see("? 1 UNKNOWN").miss("✓ 1 GO")
}
