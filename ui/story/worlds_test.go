package story_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// enterprise is the host of the Enterprise Server.
const enterprise = "ghe.example.com"

// world is one of those in which every operation must do what it says, or say why it doesn't.
type world struct {
	name    string
	edition simulator.Edition
	mute    bool // the workflow takes no gonogo_operation, and its runs don't show it
	refused bool // the token may not write
}

func worlds() []world {
	return []world{
		{name: "github.com"},
		{name: "Enterprise Server 3.19", edition: simulator.EnterpriseServer319},
		{name: "a workflow that takes no operation", mute: true},
		{name: "a token that may not write", refused: true},
	}
}

// lab is a lab in a world, in which the ledger is deployed and verified within seconds.
func (c world) lab(t *testing.T, change ...func(config string) string) *lab {
	t.Helper()
	w, s := simulator.Demo(simulator.Options{Seed: 1, Now: time.Now, Edition: c.edition})
	name := "Deploy {version} to {environment}"
	if !c.mute {
		name += " {gonogo_operation}"
	}
	r := w.Repository("acme/ledger")
	r.Workflow(simulator.WorkflowPlan{
		Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: name, Concurrency: "deploy-{environment}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 3 * time.Second}},
	})
	r.Forget("deploy.yml")
	l := newLab(t, w, s, func(s *simulator.Services) string {
		text := strings.ReplaceAll(simulator.DemoConfig(s), "        soak: 45m\n", "        bake: 18s\n        settle: 1s\n")
		if c.edition != simulator.GitHubCom {
			text = strings.ReplaceAll(text, "repo: acme/", "repo: "+enterprise+"/acme/")
		}
		text = strings.ReplaceAll(text, "every: 2m", "every: 1s\n            max_age: 1m") // a busy machine is no outage
		for _, c := range change {
			text = c(text)
		}
		return text
	})
	if c.refused {
		w.Token(secret, simulator.Access{User: "mona", Permissions: map[string]string{
			"actions": "read", "contents": "read", "deployments": "read", "statuses": "read", "issues": "read", "pull_requests": "read", "organization_projects": "read",
		}})
	}
	if c.edition != simulator.GitHubCom {
		l.host = enterprise
		l.env = append(l.env, "GH_TOKEN=", "GH_HOST="+enterprise, "GH_ENTERPRISE_TOKEN="+secret)
	}
	return l
}

// written counts what was answered to requests that would change something, and what of it was done.
func (l *lab) written() (asked, done int) {
	for _, r := range l.world.Requests() {
		if r.Method == http.MethodGet || strings.HasSuffix(r.Path, "/graphql") {
			continue
		}
		if asked++; r.Status/100 == 2 {
			done++
		}
	}
	return asked, done
}

// The same story headless in every world: a promotion whose process is killed once it is sent is approved, gone on with and
// verified, and the journal is whole. A token that may not write says so instead, before anything is sent.
func TestActingInEveryWorld(t *testing.T) {
	t.Parallel()
	for _, c := range worlds() {
		t.Run(c.name, func(t *testing.T) {
			l := c.lab(t)
			at := func(code int, says []string, args ...string) outcome {
				t.Helper()
				got := l.run(l.command(args...))
				if got.code != code {
					t.Fatalf("%q exits with %d, want %d, and says:\n%s%s", args, got.code, code, got.out, got.err)
				}
				for _, s := range says {
					if !strings.Contains(got.out+got.err, s) {
						t.Errorf("%q doesn't say %q:\n%s%s", args, s, got.out, got.err)
					}
				}
				return got
			}
			if c.refused {
				at(4, []string{"the lock could not be written", "give it the permission Contents: write", "aborted"}, "promote", "ledger", "production", "--confirm", "production")
				at(2, []string{"the token lacks the permission Contents: write in acme/ledger: no lock can be taken, and production is not touched without one"}, "promote", "ledger", "production", "--confirm", "production")
				at(4, []string{"aborted"}, "rollback", "notifications", "production", "--confirm", "production", "--reason", "it answers 503")
				at(2, []string{"the token lacks the permission Contents: write"}, "hold", "ledger", "production", "--yes", "--reason", "x")
				if _, done := l.written(); done != 0 || l.dispatches("acme/ledger") != 0 {
					t.Errorf("%d were done, %d dispatched", done, l.dispatches("acme/ledger"))
				}
				at(0, []string{"each as it was written"}, "history", "--verify")
				return
			}
			says := []string(nil)
			if c.mute {
				says = []string{"doesn't show the operation's ID"}
			}
			at(0, append(says, "the one send"), "promote", "ledger", "production", "--dry-run")
			if asked, _ := l.written(); asked != 0 {
				t.Errorf("a dry run asks for %d changes", asked)
			}
			r := l.world.Repository("acme/ledger")
			r.Environment("production", simulator.Protection{Reviewers: []string{"mona"}})
			kill(t, l.headlessUntil([]string{"who may review it"}, "ledger", "production", "--confirm", "production"))
			id := uuid.FindString(at(0, []string{"promote ledger -> production"}, "history").out)
			at(0, nil, "approve", id, "--yes", "--comment", "looked at it")
			r.Environment("production", simulator.Protection{})
			at(0, []string{"verifying", "succeeded", "released"}, "follow", id)
			at(0, []string{"each as it was written"}, "history", "--verify")
			if n := l.dispatches("acme/ledger"); n != 1 {
				t.Errorf("%d were dispatched", n)
			}
			for _, ref := range l.world.Repository("acme/ledger").Refs() {
				if strings.Contains(ref, "/lock/") {
					t.Errorf("%s is left", ref)
				}
			}
		})
	}
}
