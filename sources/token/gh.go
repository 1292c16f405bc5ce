package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxHosts bounds what is read of gh's hosts.yml, in bytes.
const maxHosts = 1 << 20

// ghHost is what gh keeps of a host in hosts.yml. The token is there only where gh has no secure storage; since gh 2.40
// it is kept once for the active user and once for each of them.
type ghHost struct {
	User  string `yaml:"user"`
	Token string `yaml:"oauth_token"`
	Users map[string]struct {
		Token string `yaml:"oauth_token"`
	} `yaml:"users"`
}

// readHosts reads gh's hosts.yml. A file that can't be read or understood is no hosts: gh itself will say so.
func (f Finder) readHosts() (map[string]ghHost, string) {
	dir := f.configFolder()
	if dir == "" {
		return nil, ""
	}
	path := filepath.Join(dir, "hosts.yml")
	file, err := os.Open(path)
	if err != nil {
		return nil, path
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxHosts))
	if err != nil {
		return nil, path
	}
	var entries map[string]ghHost
	if err := yaml.Unmarshal(data, &entries); err != nil {
		return nil, path
	}
	return entries, path
}

func (f Finder) fromHosts(host string) (secret, file string) {
	entries, file := f.readHosts()
	for name, entry := range entries {
		if !strings.EqualFold(name, host) {
			continue
		}
		if entry.Token != "" {
			return entry.Token, file
		}
		return entry.Users[entry.User].Token, file
	}
	return "", file
}

// fromGh asks gh for what it keeps in the system's keyring. No token there is not an error.
func (f Finder) fromGh(ctx context.Context, host string) (string, error) {
	limit := f.Timeout
	if limit == 0 {
		limit = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, f.Gh, "auth", "token", "--secure-storage", "--hostname", host)
	cmd.Env = f.ghEnv()
	// A keyring that asks for its password would wait for ever, and gh's own helpers with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout = &limited{to: &out, left: 4096}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("gh auth token did not answer within %s", limit)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return "", nil // gh says so by its exit status: no token for that host
	case err != nil:
		return "", fmt.Errorf("gh auth token: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

// ghEnv is what gh needs to find its configuration and the keyring. The tokens of the environment are left out, for gh
// would answer with them for hosts that they don't belong to.
func (f Finder) ghEnv() []string {
	var env []string
	for _, name := range []string{
		"PATH", "USER", "LOGNAME", "LANG", "LC_ALL", "GH_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME",
		"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "TMPDIR",
	} {
		if value := f.getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return append(env, "HOME="+f.Home, "GH_PROMPT_DISABLED=1", "GH_NO_UPDATE_NOTIFIER=1")
}

// limited keeps the first bytes and swallows the rest.
type limited struct {
	to   *bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.to.Write(p[:n])
	l.left -= n
	return len(p), nil
}
