package story_test

import (
	"regexp"
	"strings"
	"testing"
)

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// What doesn't stand, isn't confirmed, or is misspelt is not sent, and each exits as it should.
func TestPromoteRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"read-only", []string{"api", "production", "--read-only", "--confirm", "production"}, 2, "read-only: gonogo was started with --read-only; nothing was sent"},
		{"a dry run of what is GO", []string{"api", "production", "--dry-run"}, 0, "the one send"},
		{"NO-GO", []string{"web", "production", "--confirm", "production"}, 1, "fail"},
		{"WAIT", []string{"ledger", "production", "--confirm", "production"}, 3, "wait"},
		{"nothing newer", []string{"identity", "production", "--confirm", "production"}, 2, "nothing to promote"},
		{"not confirmed", []string{"api", "production"}, 2, "--confirm production, exactly"},
		{"another name", []string{"api", "production", "--confirm", "Production"}, 2, "type the environment's name"},
		{"--yes is not enough", []string{"api", "production", "--yes"}, 2, "--confirm production, exactly"},
		{"a release that nobody knows", []string{"api", "production", "--release", "v0.0.1", "--confirm", "production"}, 2, "isn't among the releases of api"},
		{"an older release", []string{"api", "production", "--release", "v2.13.1", "--confirm", "production"}, 2, "that is a rollback (b): gonogo rollback api production --to v2.13.1"},
		{"a bypass without a reason", []string{"web", "production", "--confirm", "production", "--bypass", "ci", "--bypass", "tests", "--bypass", "coverage"}, 2, "takes a reason"},
		{"no such gate", []string{"web", "production", "--bypass", "luck"}, 2, `no gate "luck"`},
		{"no such environment", []string{"api", "moon"}, 2, "has no api/moon"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := demoLab(t) // a GitHub of its own: all of them at once would meet its limits
			got := l.run(l.command(append([]string{"promote"}, c.args...)...))
			if got.code != c.code || !strings.Contains(got.out+got.err, c.says) || strings.Contains(got.out, "dispatching") {
				t.Errorf("exits with %d, want %d, and says:\n%s%s", got.code, c.code, got.out, got.err)
			}
		})
	}
}

// A release is promoted past a gate that waits, with a reason, and followed until it is verified; its journal is there
// afterwards, and whole.
func TestPromoteFollowsToTheEnd(t *testing.T) {
	l := demoLab(t)
	kept := "--demo=" + t.TempDir()
	at := func(args ...string) outcome { return l.run(l.bare(append([]string{kept}, args...)...)) }
	got := at("promote", "ledger", "production", "--confirm", "production", "--bypass", "soak", "--reason", "a customer waits")
	if got.code != 0 || !strings.Contains(got.out, "succeeded") || !strings.Contains(got.out, "released") {
		t.Fatalf("exits with %d:\n%s%s", got.code, got.out, got.err)
	}
	history := at("history")
	id := uuid.FindString(history.out)
	if history.code != 0 || id == "" || !strings.Contains(history.out, "succeeded promote ledger -> production") {
		t.Errorf("history exits with %d:\n%s%s", history.code, history.out, history.err)
	}
	if whole := at("history", "--verify"); whole.code != 0 || !strings.Contains(whole.out, "each as it was written") {
		t.Errorf("%s%s", whole.out, whole.err)
	}
	if none := at("history", "ledger", "nobody"); none.code != 0 || none.out != "" {
		t.Errorf("history of what nobody did exits with %d:\n%s%s", none.code, none.out, none.err)
	}
	for _, words := range [][]string{{"LEDGER", "customer"}, {"--markdown"}} {
		if some := at(append([]string{"history"}, words...)...); some.code != 0 || !strings.Contains(some.out, id) {
			t.Errorf("history %q exits with %d:\n%s%s", words, some.code, some.out, some.err)
		} else if words[0] == "--markdown" && (!strings.Contains(some.out, "| soak | required | wait |") || !strings.Contains(some.out, "- bypassed: soak") || !strings.Contains(some.out, "| succeeded | released |")) {
			t.Errorf("as Markdown:\n%s", some.out)
		}
	}
	hash := strings.Repeat("0", 64)
	if other := at("history", "--verify", "--anchor", hash+"/999/"+hash); other.code != 0 {
		t.Errorf("another journal's anchor exits with %d:\n%s%s", other.code, other.out, other.err)
	}
	if wrong := at("history", "--verify", "--anchor", "999"); wrong.code != 2 || !strings.Contains(wrong.err, "FIRST/NUMBER/HASH") {
		t.Errorf("what is no anchor exits with %d:\n%s%s", wrong.code, wrong.out, wrong.err)
	}
	if again := at("follow", id); again.code != 0 || !strings.Contains(again.out, "a customer waits") {
		t.Errorf("follow exits with %d:\n%s%s", again.code, again.out, again.err)
	}
	if same := at("promote", "ledger", "production", "--operation", id); same.code != 0 {
		t.Errorf("the same operation again exits with %d:\n%s%s", same.code, same.out, same.err)
	}
}
