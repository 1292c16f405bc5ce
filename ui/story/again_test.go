package story_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// posted counts what was asked of GitHub about runs of a repository, and taken.
func (l *lab) posted(repository, end string) (n int) {
	for _, r := range l.world.Requests() {
		if r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/repos/"+repository+"/") && strings.HasSuffix(r.Path, end) && r.Status/100 == 2 {
			n++
		}
	}
	return n
}

// A deployment to production that failed is run again from its run's page, with all that a promotion asks, and followed until
// it is verified.
func TestAFailedDeploymentIsRunAgain(t *testing.T) {
	l := quickLab(t)
	run := l.world.Repository("acme/ledger").Run(simulator.RunOf{
		Workflow: "deploy.yml", Ref: "v0.10.0", By: "ada", Inputs: map[string]string{"environment": "production", "version": "v0.10.0"}, Outcomes: simulator.Outcomes{"deploy": simulator.Failure},
	})
	l.until("the deployment has failed", func() bool { _, conclusion := run.Status(); return conclusion == simulator.Failure })
	c := l.synced(120, 36)
	c.See("ledger").Press("/").Type("ledger").Press("enter").Press("2").See("✗ failure", "deploy.yml").Press("/").Type("deploy.yml failure").Press("enter").See("esc all rows")
	c.Press("enter").See("ledger: deploy.yml #", "R re-run").Press("R")
	c.See("PRODUCTION ledger: run deploy.yml", "deploys to", "v0.10.0", "over v0.9.3", "which runs there: that brings it on", "first type production").Check()
	c.Type("production\r").See("f its failed jobs", "a all its jobs").Press("c").See("/rerun-failed-jobs", "the one send").Press("c").See("the way back", "f its failed jobs").Press("f")
	c.See("PRODUCTION ledger → production: redeploy v0.10.0", "brings", "✓ sent").See("✓ ran", "Verification").See("✓ succeeded", "verified").Check()
	c.Press("w").See("History", "redeploy  ledger").Check()
	c.Press("q").Exited(soon)
	if n := l.posted("acme/ledger", "/rerun-failed-jobs"); n != 1 || run.Attempt() != 2 || l.dispatches("acme/ledger") != 0 {
		t.Errorf("it was asked for %d times and came to attempt %d", n, run.Attempt())
	}
}

// A deployment to production that goes on is aborted from its run's page, which says what that leaves there.
func TestADeploymentIsAborted(t *testing.T) {
	l := demoLab(t)
	run := l.world.Repository("acme/ledger").Run(simulator.RunOf{
		Workflow: "deploy.yml", Ref: "v0.10.0", By: "ada", Inputs: map[string]string{"environment": "production", "version": "v0.10.0"},
	})
	l.until("it deploys", func() bool { status, _ := run.Status(); return status == simulator.InProgress })
	c := l.synced(80, 24)
	c.See("ledger").Press("/").Type("ledger").Press("enter").Press("2").See("▸ running", "deploy.yml").Press("/").Type("deploy.yml running").Press("enter").See("esc all rows")
	c.Press("enter").See("ledger: deploy.yml #", "x cancel").Press("x")
	c.See("PRODUCTION ledger: cancel deploy.yml", "v0.10.0 to production", "it has begun to deploy to production", "first type production").Check()
	c.Type("prod\r").See("first type production").Type("\x15production\r").See("s stop the run").Press("s")
	c.See("PRODUCTION ledger → production: abort v0.10.0", "✓ succeeded", "while it deployed", "can't be told").Check()
	c.Press("q").Exited(soon)
	if _, conclusion := run.Status(); conclusion != simulator.Cancelled || l.posted("acme/ledger", "/cancel") != 1 {
		t.Errorf("the run is %q, asked to stop %d times", conclusion, l.posted("acme/ledger", "/cancel"))
	}
}

// until waits for something in the world behind the screen.
func (l *lab) until(what string, so func() bool) {
	l.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(time.Minute); !so(); {
		select {
		case <-tick.C:
		case <-late:
			l.t.Fatalf("never came: %s", what)
		}
	}
}
