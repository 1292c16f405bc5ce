package story_test

import (
	"strings"
	"testing"
)

// The environment that a bad release made unhealthy is taken back to the one before, which is verified; the bad one is
// vetoed and the environment held.
func TestRollbackFollowsToTheEnd(t *testing.T) {
	l := demoLab(t)
	got := l.run(l.bare("--demo", "rollback", "notifications", "production", "--confirm", "production", "--reason", "it answers 503"))
	if got.code != 0 || !strings.Contains(got.out, "roll back to v3.3.3 cd38cb9 in production of notifications") || !strings.Contains(got.out, "succeeded         marked") || !strings.Contains(got.out, "succeeded         released") {
		t.Fatalf("exits with %d:\n%s%s", got.code, got.out, got.err)
	}
}

// What can't be gone back to says why, and what isn't confirmed is not sent.
func TestRollbackRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"a dry run", []string{"rollback", "notifications", "production", "--dry-run"}, 0, "the one send"},
		{"to what runs there", []string{"rollback", "notifications", "production", "--to", "v3.4.0"}, 2, "is what runs here"},
		{"to what never ran there", []string{"rollback", "notifications", "production", "--to", "v99"}, 2, "never succeeded in production"},
		{"not confirmed", []string{"rollback", "notifications", "production"}, 2, "--confirm production, exactly"},
		{"a hold without a reason", []string{"hold", "api", "production", "--yes"}, 2, "takes a reason"},
		{"nothing to lift", []string{"lift", "api", "production", "--confirm", "production", "--reason", "x"}, 2, "there is no hold to lift"},
		{"nothing to break", []string{"break-lock", "api", "production", "--confirm", "production", "--reason", "x"}, 2, "there is no lock to break"},
		{"a tick where nothing is listed", []string{"tick", "api", "production", "1", "--yes"}, 2, "production has no checklist"},
		{"a veto of what isn't there", []string{"veto", "api", "v99", "--yes", "--reason", "x"}, 2, "has no release v99"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := demoLab(t) // a GitHub of its own: all of them at once would meet its limits
			got := l.run(l.command(c.args...))
			if got.code != c.code || !strings.Contains(got.out+got.err, c.says) || strings.Contains(got.out, "dispatching") {
				t.Errorf("exits with %d, want %d, and says:\n%s%s", got.code, c.code, got.out, got.err)
			}
		})
	}
}

func TestHoldIsPlacedOnce(t *testing.T) {
	l := demoLab(t)
	if held := l.run(l.command("hold", "api", "production", "--yes", "--reason", "the database is moved")); held.code != 0 || !strings.Contains(held.out, "succeeded") {
		t.Errorf("to hold exits with %d:\n%s%s", held.code, held.out, held.err)
	}
	if again := l.run(l.command("hold", "api", "production", "--yes", "--reason", "again")); again.code != 2 || !strings.Contains(again.out, "there is a hold already: mona since") {
		t.Errorf("to hold again exits with %d:\n%s%s", again.code, again.out, again.err)
	}
	if stopped := l.run(l.command("promote", "api", "production", "--confirm", "production")); stopped.code != 1 || !strings.Contains(stopped.out+stopped.err, "production is held by mona") {
		t.Errorf("to promote exits with %d:\n%s%s", stopped.code, stopped.out, stopped.err)
	}
	if unsaid := l.run(l.command("promote", "api", "production", "--confirm", "production", "--bypass", "hold")); unsaid.code != 2 || !strings.Contains(unsaid.out+unsaid.err, "reason") {
		t.Errorf("to promote without a reason exits with %d:\n%s%s", unsaid.code, unsaid.out, unsaid.err)
	}
	if lifted := l.run(l.command("lift", "api", "production", "--confirm", "production", "--reason", "it was moved")); lifted.code != 0 || !strings.Contains(lifted.out, "the hold is of mona") {
		t.Errorf("to lift exits with %d:\n%s%s", lifted.code, lifted.out, lifted.err)
	}
}
