package probe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonogo/model"
)

func sh(script string) model.Check {
	return model.Check{Kind: model.CheckExec, Command: []string{"sh", "-c", script}}
}

func TestExecChecks(t *testing.T) {
	for _, c := range []struct {
		name  string
		check model.Check
		state model.HealthState
		why   string
	}{
		{"0 is well", sh("echo fine"), model.Healthy, ""},
		{"anything else isn't", sh("echo starting; echo inactive; exit 3"), model.Unhealthy, "sh exited with 3: inactive"},
		{"what it says on the error stream", sh("echo no such unit >&2; exit 4"), model.Unhealthy, "sh exited with 4: no such unit"},
		{"without a word", sh("exit 1"), model.Unhealthy, "sh exited with 1"},
		{"an escape sequence is made visible", sh(`printf 'red \033[31m\r\n'; exit 1`), model.Unhealthy, "sh exited with 1: red ␛[31m"},
		{"a flood", sh("yes | head -c 5000000; echo the end; exit 1"), model.Unhealthy, "sh exited with 1: the end"},
		{"killed", sh("kill -9 $$"), model.Unhealthy, "sh was ended by killed"},
		{"no such program", model.Check{Kind: model.CheckExec, Command: []string{"gonogo-no-such-program"}}, model.HealthUnknown, "can't run gonogo-no-such-program: there is no such program here"},
		{"a program that may not be run", model.Check{Kind: model.CheckExec, Command: []string{"./exec_test.go"}}, model.HealthUnknown, "can't run ./exec_test.go: it may not be run"},
		{"no shell", model.Check{Kind: model.CheckExec, Command: []string{"test", "$HOME", "=", "$HOME"}}, model.Healthy, ""},
		{"templates", model.Check{Kind: model.CheckExec, Command: []string{"test", "{{.Environment}} {{.Version}}", "=", "Production EU v2.14.0"}}, model.Healthy, ""},
		{"a template is one argument", model.Check{Kind: model.CheckExec, Command: []string{"sh", "-c", `test $# = 1`, "sh", "{{.Environment}}; exit 1"}}, model.Healthy, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := run(t, prober(func(o *Options) { o.Environ = os.Environ() }), c.check)
			if s.State != c.state || string(s.Reason) != c.why {
				t.Errorf("%s because %q, want %s because %q", s.State, s.Reason, c.state, c.why)
			}
		})
	}
}

func TestAProgramSeesNoToken(t *testing.T) {
	p := prober(func(o *Options) {
		o.Environ = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=/h", "LC_ALL=C", "GH_TOKEN=s3cret", "GITHUB_TOKEN=s3cret",
			"GH_ENTERPRISE_TOKEN=s3cret", "AWS_SECRET_ACCESS_KEY=s3cret", "PATHX=s3cret", "MY_GH_TOKEN=s3cret",
		}
	})
	out := filepath.Join(t.TempDir(), "env")
	if s := run(t, p, sh("env > "+out)); s.State != model.Healthy {
		t.Fatal(s.Reason)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(data); strings.Contains(got, "s3cret") || !strings.Contains(got, "HOME=/h\n") || !strings.Contains(got, "LC_ALL=C\n") {
		t.Errorf("the program saw\n%s", got)
	}
	if s := run(t, prober(), sh("env > "+out)); s.State != model.Healthy {
		t.Fatal(s.Reason)
	}
	data, _ = os.ReadFile(out)
	if strings.Contains(string(data), "HOME=") {
		t.Errorf("without an environment it saw ours\n%s", data)
	}
}

func TestAProgramThatHangsIsEndedWithAllThatItStarted(t *testing.T) {
	left := filepath.Join(t.TempDir(), "left")
	check := sh("echo waiting for the lock; (sleep 1; touch " + left + ") & sleep 30")
	check.Timeout = 150 * time.Millisecond
	began := time.Now()
	s := run(t, prober(func(o *Options) { o.Environ = os.Environ() }), check)
	if s.State != model.Unhealthy || !s.Unreachable || s.Reason != "sh did not end within 0.15 s: waiting for the lock" {
		t.Errorf("%s because %q", s.State, s.Reason)
	}
	if took := time.Since(began); took > 900*time.Millisecond {
		t.Errorf("took %s", took)
	}
	if s := run(t, prober(alone), check); s.State != model.HealthUnknown {
		t.Errorf("nothing else answers: %s because %q", s.State, s.Reason)
	}
	time.Sleep(1200*time.Millisecond - time.Since(began))
	if _, err := os.Stat(left); err == nil {
		t.Error("what it started went on")
	}
}

func TestAProgramThatLeavesAChildBehindIsDone(t *testing.T) {
	left := filepath.Join(t.TempDir(), "left")
	began := time.Now()
	s := run(t, prober(func(o *Options) { o.Environ = os.Environ() }), sh("(sleep 1; touch "+left+") & exit 0"))
	if s.State != model.Healthy || time.Since(began) > 900*time.Millisecond {
		t.Errorf("%s because %q after %s", s.State, s.Reason, time.Since(began))
	}
	time.Sleep(1200*time.Millisecond - time.Since(began))
	if _, err := os.Stat(left); err == nil {
		t.Error("the child went on")
	}
}

func TestTheEndOfAFloodIsKept(t *testing.T) {
	var out tail
	for range 1000 {
		if n, err := out.Write([]byte(strings.Repeat("x", 99) + "\n")); n != 100 || err != nil {
			t.Fatal(n, err)
		}
	}
	_, _ = out.Write([]byte(strings.Repeat("y", 3*maxOutput) + "\nend\n\n  \n"))
	if len(out.kept) > maxOutput || out.last() != "end" {
		t.Errorf("%d bytes kept, last line %q", len(out.kept), out.last())
	}
}
