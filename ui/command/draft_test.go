package command

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
)

// A dry run tells what the dialog does: what ships in full, what migrates, the way back, what could go instead, and each gate
// with the age of what it rests on.
func TestADryRunTellsWhatIsDecidedBy(t *testing.T) {
	now := time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)
	release := func(tag string) model.Release {
		return model.Release{Tag: tag, SHA: model.SHA(strings.Repeat(tag[1:2], 40))}
	}
	ship := readiness.Shipment{
		Known: true, Ahead: 12, Paths: []string{"db/3.sql", "main.go"}, Migrations: []string{"db/3.sql"}, TakenBack: 2,
		Items:        []model.Item{{Number: 7, Title: "Log in with a passkey"}},
		PullRequests: []model.PullRequest{{Number: 8, Title: "Passkeys", Author: "ada"}},
	}
	for range 12 {
		ship.Commits = append(ship.Commits, model.Commit{SHA: release("v4").SHA, Title: "Ask for a key", Author: "mona"})
	}
	d := &operate.Draft{
		Environment: readiness.Environment{Ship: ship}, Verdict: model.Go, Undoes: ship,
		Releases: []readiness.Choice{
			{Release: release("v4"), Candidate: true, Can: true, Why: "succeeded in staging"}, {Release: release("v3"), Can: true, Why: "succeeded in staging; v4 is newer"},
			{Release: release("v2"), Why: "is what runs here"}, {Release: release("v1"), Older: true, Why: "is older"},
		},
		Plan: operation.Plan{
			Kind: operation.Promote, Service: "api", Environment: "production", Release: release("v4"), Replaces: release("v2"), RollsBackTo: release("v2"), MadeAt: now,
			Findings: []model.Finding{
				{Gate: model.GateCI, Result: model.Pass, Why: "ci.yml passed", Evidence: []model.Evidence{{At: now.Add(-time.Minute)}, {At: now.Add(-5 * time.Minute)}, {}}},
				{Gate: model.GateFreeze, Result: model.NotApplicable, Why: "no freeze is configured"},
			},
		},
	}
	told := func() string {
		var b strings.Builder
		writeDraft(&b, d)
		return b.String()
	}
	promoted := told()
	for _, want := range []string{
		"replaces   v2 2222222\n", "ships      12 commits, 1 pull requests, 2 paths", "takes back 2 commits", "#7 Log in with a passkey", "#8 Passkeys (ada)", "4444444 Ask for a key (mona)", "and 2 more",
		"migrates   db/3.sql", "way back   v2 2222222", "release  > v4 ", "release    v3 ", "ci         pass     ci.yml passed (read 5m ago)", "n/a        freeze",
	} {
		if !strings.Contains(promoted, want) {
			t.Errorf("it doesn't tell %q:\n%s", want, promoted)
		}
	}
	for _, other := range []string{"is what runs here", "is older"} {
		if strings.Contains(promoted, other) {
			t.Errorf("it lists what can't go: %s", promoted)
		}
	}
	d.Plan.Findings = append(d.Plan.Findings, model.Finding{Gate: model.GateApproval, Result: model.Warn, Why: "mona will be asked for a review"})
	d.Notes = []model.Text{"mona will be asked for a review", "it is not verified"}
	if noted := told(); strings.Count(noted, "mona will be asked") != 1 || !strings.Contains(noted, "note       it is not verified") {
		t.Errorf("it notes:\n%s", noted)
	}
	d.Plan.Kind = operation.RollBack
	if back := told(); !strings.Contains(back, "undoes     12 commits") || strings.Contains(back, "way back") {
		t.Errorf("a rollback tells:\n%s", back)
	}
}
