package story_test

import (
	"bufio"
	"errors"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// headless begins a promotion in a process of its own, and returns when the journal says that it was sent.
func (l *lab) headless(args ...string) *exec.Cmd {
	l.t.Helper()
	return l.headlessUntil([]string{"answered run", "adopted run"}, args...)
}

// headlessUntil begins a promotion in a process of its own, and returns when it has said one of some words.
func (l *lab) headlessUntil(words []string, args ...string) *exec.Cmd {
	l.t.Helper()
	cmd := l.command(append([]string{"promote"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { kill(l.t, cmd) })
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		if said = append(said, lines.Text()); slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lines.Text(), w) }) {
			go func() { // or it would stand still when the pipe is full
				for lines.Scan() {
				}
			}()
			return cmd
		}
	}
	l.t.Fatalf("it never said %q:\n%s", words, strings.Join(said, "\n"))
	return nil
}

// dispatches counts the runs that were dispatched in a repository.
func (l *lab) dispatches(repository string) (n int) {
	for _, r := range l.world.Requests() {
		if r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/repos/"+repository+"/") && strings.HasSuffix(r.Path, "/dispatches") && r.Status/100 == 2 {
			n++
		}
	}
	return n
}

// kill ends a process where it stands.
func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if cmd.ProcessState != nil {
		return
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
}

// An operation is followed on the screen while another process drives it; when that one dies the cockpit takes it over;
// when the cockpit is killed the next one does. Nothing is sent a second time.
func TestAnOperationOutlivesTheProcessesThatDriveIt(t *testing.T) {
	l := demoLab(t)
	first := l.headless("ledger", "production", "--confirm", "production", "--bypass", "soak", "--reason", "a customer waits")
	c := l.open(120, 36)
	c.See("promote ledger → production: ").Press("w").See("Under way", "ledger → production").Press("enter")
	c.See("PRODUCTION ledger → production: promote v0.10.0", "drives there", "soak: a customer waits", "Roll out")
	kill(t, first)
	c.NotSee("drives there").See("▸ running").Check() // it is driven here now
	c.Press("enter").See("journal of promote v0.10.0", "refs/gonogo/lock/ledger/production").Check().Press("esc")

	c.Signal(syscall.SIGKILL)
	c.Exited(soon)
	c = l.open(80, 24)
	c.See("promote ledger → production: ").Press("w").See("Under way", "ledger → production").NotSee("drives there").Press("enter").See("✓ sent", "Run").Check()

	c.Press("esc", "esc", "q").See("Quit?", "gonogo follow").Check()
	c.Press("esc").NotSee("Quit?").Press("q").See("q quit all the same").Press("q")
	if code := c.Exited(soon); code != 0 {
		t.Errorf("exit code %d", code)
	}
	c.Restored()
	if n := l.dispatches("acme/ledger"); n != 1 {
		t.Errorf("%d dispatches were answered", n)
	}
}

// What waits for a review is approved where it is seen, with the environment's name and a comment; who drives it goes on.
func TestAnOperationThatWaitsIsApproved(t *testing.T) {
	l := demoLab(t)
	l.world.Repository("acme/ledger").Environment("production", simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
	l.headless("ledger", "production", "--confirm", "production", "--bypass", "soak", "--reason", "a customer waits")
	c := l.open(80, 24)
	c.See("◔ promote ledger → production: awaiting").Press("w").See("Under way").Press("enter").See("Somebody has to review it", "a review")
	c.Press("a").See("asks to promote v0.10.0 in production", "soak bypassed").Check()
	c.Type("read the notes\r").Type("production").Press("enter").See("a approve", "r reject").Press("a")
	c.See("approved: promote ledger").See("✓ reviewed", "▸ running").Check()
	c.Press("enter").See("journal of promote v0.10.0", "mona is about to approve it in").Check()
	c.Press("q").Exited(soon) // another process drives it: nothing is asked
}

// quickLab is the demo's world in which a deployment of the ledger takes seconds, and so does its verification.
func quickLab(t *testing.T, change ...func(config string) string) *lab {
	t.Helper()
	w, s := simulator.Demo(simulator.Options{Seed: 1, Now: time.Now})
	r := w.Repository("acme/ledger")
	r.Workflow(simulator.WorkflowPlan{
		Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment} {gonogo_operation}", Concurrency: "deploy-{environment}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 6 * time.Second}},
	})
	r.Forget("deploy.yml")
	return newLab(t, w, s, func(s *simulator.Services) string {
		text := strings.ReplaceAll(simulator.DemoConfig(s), "        soak: 45m\n", "        bake: 25s\n        settle: 1s\n")
		text = strings.ReplaceAll(text, "every: 2m", "every: 1s\n            max_age: 1m") // a busy machine is no outage
		for _, c := range change {
			text = c(text)
		}
		return text
	})
}

// A release is followed from its run to its verification; the header says so wherever one is, and how it ended.
func TestAnOperationIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bad  bool
		sees []string
	}{
		{"a good release", false, []string{"✓ succeeded", "healthy"}},
		{"a bad release", true, []string{"✗ failed", "3 times in a row", "failed its verification: b goes back, to v0.9.3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := quickLab(t)
			if c.bad {
				l.services.Behave("acme/ledger", "v0.10.0", simulator.Behaviour{Failing: true, Environment: "production"})
			}
			first := l.headless("ledger", "production", "--confirm", "production")
			kill(t, first)
			w := l.open(160, 48)
			w.See("promote ledger → production: ").Press("w").See("Under way").Press("enter").See("▸ running", "expected end")
			w.See("Verification  from", "deployed ", "settled ", "baked ")
			if c.bad { // the way back is raised, and nothing is done for that
				w.See("ledger → production: roll back", "first type production").Check().Press("esc").NotSee("first type production")
			}
			w.See(c.sees...).Check()
			w.Press("q").Exited(soon)
		})
	}
}

// What waits for a review since long before gonogo was there is approved from the environment that waits; what failed is
// run again from its row. Both are in the journal.
func TestSomebodyElsesRunIsActedOn(t *testing.T) {
	l := demoLab(t)
	c := l.synced(120, 36)
	c.See("search", "NO-GO").Press("/").Type("search").Press("enter").Press("4").See("production  ◔ WAIT for v3.2.3", "a review")
	c.Press("a").See("review of deploy.yml #24", "asked by", "type production").Check()
	c.Press("shift+tab").Type("looked at it\r").Type("production\r").See("a approve", "r reject").Press("a")
	c.See("search → production: approve v3.2.3", "✓ succeeded", "looked at it", "▸ running").Check()

	c.Press("0", "esc").See("notifications").Press("g", "2").See("✗ failure    web", "R re-run").Press("R").See("web: run ci.yml", "its failed jobs", "enter goes on").Check()
	c.Press("enter").See("f its failed jobs").Press("f").See("web → ci.yml: re-run", "✓ succeeded", "GitHub took it").Check()
	c.Press("w").See("History", "re-run    web", "approve   search").Check()
	c.Press("q").Exited(soon)
}

// A release is promoted with two decisions and a typed name: the dialog, the page that follows it, the review that GitHub
// asks for, and the verification. What is NO-GO is shown, and takes a reason and a word of its own.
func TestAReleaseIsPromotedFromTheKeyboard(t *testing.T) {
	l := demoLab(t)
	c := l.synced(80, 24)
	c.See("web", "NO-GO").Press("/").Type("web").Press("enter").Press("p").See("web → production: promote", "NO-GO", "type bypass for ci, tests, coverage", "first say the reason").Check()
	c.Type("production\r").Type("bypass\r").Type("prod\r").See("first type production").Press("esc").NotSee("bypass")
	c.Press("esc").See("billing").Press("/").Type("api").Press("enter").Press("p").See("api → production: promote", "✓ GO", "v2.14.0", "the way back  v2.13.3", "first type production").Check()
	c.Type("production\r").See("g go: promote").Press("c").See("POST /repos/acme/api/git/refs").Press("c").See("the way back", "g go: promote").Check().Press("g")
	c.See("PRODUCTION api → production: promote v2.14.0", "◔ review", "a review").Press("a").See("asks to promote v2.14.0").Press("tab").Type("production\r").See("a approve").Press("a")
	c.See("✓ reviewed", "▸ running", "expected end").Check()
	c.Press("q").See("Quit?", "GitHub goes on", "q quit all the same").Press("q").Exited(soon)
	c.Restored()
	if n := l.dispatches("acme/api"); n != 1 {
		t.Errorf("%d dispatches were answered", n)
	}
}

// Whoever is on call is back on the last release that was good in four steps: the picker, the best one, the name, the key.
func TestBackFromTheKeyboard(t *testing.T) {
	l := demoLab(t)
	c := l.synced(80, 24)
	c.See("notifications ✗ NO-GO", "✗ unhealthy").Press("j", "b").See("notifications → production: roll back to", "is what runs here", "best      v3.3.3", "enter go back").Check()
	c.Press("enter").See("roll back", "v3.3.3", "over v3.4.0", "is vetoed and production held", "first type production").Check()
	c.Type("production\r").See("g go back").Press("g")
	c.See("roll back v3.3.3", "✓ sent", "▸ running", "deploying").Check()
	c.Press("esc").See("Back to").Press("esc").NotSee("Back to").Press("w").See("Under way", "roll back notifications → production").Check()
	c.Press("q").See("q quit all the same").Press("q").Exited(soon)
}

// An on-call engineer doesn't wait for the verification of a release that users complain of: going back takes over its lock,
// with a reason, and the promotion becomes superseded.
func TestBackWhileItVerifies(t *testing.T) {
	l := quickLab(t)
	kill(t, l.headless("ledger", "production", "--confirm", "production"))
	c := l.open(160, 48)
	c.See("promote ledger → production: verifying").Press("w").See("Under way").Press("enter").See("Verification  from").Press("b")
	c.See("ledger → production: roll back to", "is what runs here", "v0.9.3", "enter go back").Press("enter")
	c.See("v0.9.3 4c52659 over v0.10.0", "the lock of mona is taken over: promote v0.10.0 is verifying, and becomes", "it takes a reason").Check()
	c.Press("shift+tab").Type("users see errors\r").Type("production\r").See("g go back").Press("g")
	c.See("roll back v0.9.3", "✓ sent").Press("esc", "esc").Press("w").See("superseded").Check()
	c.Press("q").See("q quit all the same").Press("q").Exited(soon)
}

// Where an environment has opted in a release that fails its verification is taken back without a person, to what was shown
// when it was promoted; nothing is asked, and both operations are on the screen.
func TestAReleaseGoesBackByItself(t *testing.T) {
	t.Parallel()
	for _, w := range worlds() {
		if w.refused {
			continue // nothing is promoted there
		}
		t.Run(w.name, func(t *testing.T) {
			l := w.lab(t, func(config string) string {
				return strings.ReplaceAll(config, "        bake: 18s\n        settle: 1s\n", "        bake: 12s\n        settle: 12s\n        rollback: automatic\n") // what ran before still answers for 10 s
			})
			l.services.Behave("acme/ledger", "v0.10.0", simulator.Behaviour{Failing: true, Environment: "production"})
			got := l.run(l.command("promote", "ledger", "production", "--confirm", "production"))
			if got.code != 4 || !strings.Contains(got.out, "rolled back to v0.9.3 without a person") || !strings.Contains(got.out, "3 times in a row") || !strings.Contains(got.out, "verified") {
				t.Fatalf("exits with %d:\n%s%s", got.code, got.out, got.err)
			}
			c := l.open(120, 36)
			c.See("notifications").Press("w").See("succeeded", "roll back ledger → production", "failed", "promote   ledger").Check()
			c.Press("q").Exited(soon)
		})
	}
}
