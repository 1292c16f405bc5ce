package story_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// publicLab is a service whose production is deployed by making a release public.
func publicLab(t *testing.T) *lab {
	t.Helper()
	w, s := simulator.Fleet(simulator.Options{Seed: 3, Now: time.Now}, simulator.FleetOf{Services: 1})
	r := w.Repositories()[0]
	r.Workflow(simulator.WorkflowPlan{
		Path: "publish.yml", Name: "Publish", On: []string{"release:released"},
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "production", Duration: 3 * time.Second}},
	})
	r.Forget("publish.yml")
	return newLab(t, w, s, func(s *simulator.Services) string {
		var kept []string // without checks it ends sooner
		for _, line := range strings.Split(simulator.FleetConfig(s), "\n") {
			switch {
			case strings.Contains(line, "deploy: {"):
				kept = append(kept, "    deploy: {release: true}")
			case strings.Contains(line, "- name: production"):
				kept = append(kept, line, `        rollback: {workflow: deploy.yml, inputs: {environment: "{{.Environment}}", version: "{{.Version}}"}}`)
			case !regexp.MustCompile(`health:|http:|expect:`).MatchString(line):
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "\n")
	})
}

// A release gets to production by becoming public: the plan says so, it is sent once, and its run is followed to the end.
func TestPromoteByMakingPublic(t *testing.T) {
	l := publicLab(t)
	if dry := l.run(l.command("promote", "service-001", "production", "--dry-run")); dry.code != 0 || !strings.Contains(dry.out, "the one send: v1.1.1 becomes public") || !strings.Contains(dry.out, "becomes public for everybody, at once and before anything is deployed") {
		t.Errorf("a dry run exits with %d:\n%s%s", dry.code, dry.out, dry.err)
	}
	if refused := l.run(l.command("publish", "service-001", "--release", "v1.1.1", "--yes")); refused.code != 2 || !strings.Contains(refused.out, "promote it, with all that a promotion asks") {
		t.Errorf("to publish what deploys exits with %d:\n%s%s", refused.code, refused.out, refused.err)
	}
	got := l.run(l.command("promote", "service-001", "production", "--confirm", "production"))
	if got.code != 0 || !strings.Contains(got.out, "it is the only run that v1.1.1 started since it was made public") || !strings.Contains(got.out, "succeeded         released") {
		t.Fatalf("exits with %d:\n%s%s", got.code, got.out, got.err)
	}
	if again := l.run(l.command("promote", "service-001", "production", "--confirm", "production")); again.code != 2 || !strings.Contains(again.out, "nothing to promote: v1.1.1 runs here") {
		t.Errorf("again exits with %d:\n%s%s", again.code, again.out, again.err)
	}
}

// The same from the keyboard.
func TestPromoteByMakingPublicFromTheKeyboard(t *testing.T) {
	l := publicLab(t)
	c := l.synced(120, 36)
	c.See("service-001").Press("4", "z", "p").See("becomes public for everybody", "type production").Type("production").Press("enter")
	c.See("g go: promote").Press("c").See("PATCH /repos/acme/service-001/releases/", "v1.1.1 becomes public").Press("c").See("the way back", "g go: promote").Press("g").See("publish.yml", "✓ succeeded")
	c.Check()
}

// A prerelease is made public from the keyboard: P lists those that there are, and a key of its own asks GitHub.
func TestPublishFromTheKeyboard(t *testing.T) {
	l := demoLab(t)
	c := l.synced(120, 36)
	c.See("api").Press("/").Type("api").Press("enter", "P").See("api: make public", "v2.14.0", "runs in").Check()
	c.Press("enter").See("api v2.14.0: make public", "public for everybody").Type("the team has tried it\r").See("p make it public")
	c.Press("c").See("PATCH /repos/acme/api/releases/").Press("c").See("p make it public").Press("p").See("GitHub took it").Check()
}

// A prerelease is made public where that deploys nothing.
func TestPublish(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"without a release", []string{"api", "--yes"}, 2, "which release? --release TAG"},
		{"one that isn't there", []string{"api", "--release", "v99", "--yes"}, 2, "has no release v99"},
		{"one that is public", []string{"api", "--release", "v2.13.3", "--yes"}, 2, "is public already"},
		{"a dry run", []string{"api", "--release", "v2.14.0", "--dry-run"}, 0, "the one send: v2.14.0 becomes public"},
		{"not confirmed", []string{"api", "--release", "v2.14.0"}, 2, "--yes confirms"},
		{"confirmed", []string{"api", "--release", "v2.14.0", "--yes"}, 0, "GitHub took it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := demoLab(t)
			got := l.run(l.command(append([]string{"publish"}, c.args...)...))
			if got.code != c.code || !strings.Contains(got.out+got.err, c.says) || c.name != "confirmed" && strings.Contains(got.out, "dispatching") {
				t.Errorf("exits with %d, want %d, and says:\n%s%s", got.code, c.code, got.out, got.err)
			}
		})
	}
}
