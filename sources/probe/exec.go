package probe

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"gonogo/model"
)

// maxOutput bounds what is kept of a program's output, in bytes: its end, where programs say what went wrong.
const maxOutput = 8 << 10

// Passed are the variables that an exec check sees, and those that begin with LC_. No token is among them.
func Passed() []string {
	return []string{
		"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
		"SSH_AUTH_SOCK", "KUBECONFIG", "DOCKER_HOST",
	}
}

// passed is what of an environment goes through.
func passed(environ []string) []string {
	names := Passed()
	var out []string
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if slices.Contains(names, name) || strings.HasPrefix(name, "LC_") {
			out = append(out, e)
		}
	}
	return out
}

// exec runs a program, without a shell, in a process group of its own that is killed as a whole: what it leaves behind
// would otherwise pile up.
func (a asking) exec(ctx context.Context, s model.Sample) model.Sample {
	arguments := make([]string, len(a.check.Command))
	for i, template := range a.check.Command {
		argument, err := a.expand(template, nil)
		if err != nil {
			return unknown(s, "%v", err)
		}
		arguments[i] = argument
	}
	if len(arguments) == 0 {
		return unknown(s, "there is no program to run")
	}
	program := arguments[0]
	var output tail
	cmd := exec.CommandContext(ctx, program, arguments[1:]...)
	cmd.Env, cmd.Dir = passed(a.options.Environ), a.options.Folder
	if cmd.Env == nil {
		cmd.Env = []string{} // nil would be all of ours
	}
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	cmd.WaitDelay = 100 * time.Millisecond // for what holds the output open after the program has ended
	began := a.options.Stopwatch()
	if err := cmd.Start(); err != nil {
		return unknown(s, "can't run %s: %s", program, startError(err))
	}
	err := cmd.Wait()
	_ = killGroup(cmd.Process.Pid)
	s.Latency = a.options.Stopwatch().Sub(began)
	return a.exited(ctx, s, program, err, output.last())
}

func killGroup(pid int) error {
	err := syscall.Kill(-pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

func startError(err error) string {
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "there is no such program here"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be run"
	}
	return err.Error()
}

// exited makes a sample of how the program ended. One that doesn't end may be waiting for the network, so it counts as
// a transport error does.
func (a asking) exited(ctx context.Context, s model.Sample, program string, err error, last string) model.Sample {
	if last != "" {
		last = ": " + last
	}
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return a.unreachable(s, "exec "+program, program+" did not end within "+seconds(a.timeout)+last)
	case errors.As(err, &exit):
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return unhealthy(s, "%s was ended by %s%s", program, status.Signal(), last)
		}
		return unhealthy(s, "%s exited with %d%s", program, exit.ExitCode(), last)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return unknown(s, "can't tell how %s ended: %v", program, err)
	}
	s.State = model.Healthy
	return s
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if n > maxOutput {
		p = p[n-maxOutput:]
	}
	if over := len(t.kept) + len(p) - maxOutput; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	t.kept = append(t.kept, p...)
	return n, nil
}

// last is the last line that isn't blank, cleaned.
func (t *tail) last() string {
	lines := bytes.Split(bytes.TrimSpace(t.kept), []byte("\n"))
	return short(string(model.Clean(string(bytes.TrimSpace(lines[len(lines)-1])))))
}
