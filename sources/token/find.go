package token

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// github is the host whose tokens stand in GH_TOKEN and GITHUB_TOKEN.
const github = "github.com"

// DefaultTimeout is how long gh may take to hand out a token.
const DefaultTimeout = 5 * time.Second

// ErrNone reports that no token was found for a host; its text says what to do.
var ErrNone = errors.New("no token")

// Finder looks for tokens where GitHub's own command line keeps them. Everything that it reads is passed in.
type Finder struct {
	// Getenv reads the environment; nil: there are no variables.
	Getenv func(name string) string
	// Home is the user's home folder, where gh's configuration is unless a variable says otherwise.
	Home string
	// Hosts are the hosts that the user's own configuration trusts: a token from the environment may go there.
	Hosts []string
	// Gh is the path of gh, empty where there is none; see LookGh.
	Gh string
	// Timeout bounds gh; zero: DefaultTimeout.
	Timeout time.Duration
}

// For returns the token of a host (as in model.Repo.Host), or an error that wraps ErrNone. In order: the environment's
// variables that belong to that host, gh's hosts.yml, gh's secure storage. The environment's tokens go to github.com;
// to another host only where GH_HOST or the user's own configuration names it: GH_TOKEN and GITHUB_TOKEN to hosts of
// ghe.com, GH_ENTERPRISE_TOKEN and GITHUB_ENTERPRISE_TOKEN to every other (gh help environment).
func (f Finder) For(ctx context.Context, host string) (Token, error) {
	host = strings.ToLower(host)
	if host == "" {
		host = github
	}
	variables, named := f.variables(host)
	if named {
		for _, name := range variables {
			if secret := f.getenv(name); secret != "" {
				return found(host, secret, name)
			}
		}
	}
	if secret, file := f.fromHosts(host); secret != "" {
		return found(host, secret, file)
	}
	if f.Gh != "" {
		secret, err := f.fromGh(ctx, host)
		if err != nil {
			return Token{}, fmt.Errorf("%w for %s: %w; sign in with: %s", ErrNone, host, err, login(host))
		}
		if secret != "" {
			return found(host, secret, "gh")
		}
	}
	return Token{}, f.none(host, variables, named)
}

// variables are the variables that may hold a token for the host, and whether they may be used for it.
func (f Finder) variables(host string) (names []string, named bool) {
	named = host == github || strings.EqualFold(f.getenv("GH_HOST"), host) ||
		slices.ContainsFunc(f.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
	if host == github || strings.HasSuffix(host, ".ghe.com") {
		return []string{"GH_TOKEN", "GITHUB_TOKEN"}, named
	}
	return []string{"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"}, named
}

// none says why there is no token, and what would give one.
func (f Finder) none(host string, variables []string, named bool) error {
	if !named {
		for _, name := range variables {
			if f.getenv(name) != "" {
				return fmt.Errorf("%w for %s: %s is set, but nothing says that it is for that host; set GH_HOST=%s, or list the host under hosts: in your config.yml", ErrNone, host, name, host)
			}
		}
	}
	return fmt.Errorf("%w for %s: set %s, or sign in with: %s", ErrNone, host, variables[0], login(host))
}

func login(host string) string {
	if host == github {
		return "gh auth login"
	}
	return "gh auth login --hostname " + host
}

// found makes a token of what was found, unless it can't be one: a header would be cut or split by what it holds.
func found(host, secret, where string) (Token, error) {
	secret = strings.TrimSpace(secret)
	for _, c := range []byte(secret) {
		if c <= ' ' || c >= 0x7f {
			return Token{}, fmt.Errorf("%w for %s: what %s holds is not a token, it has spaces or control characters inside", ErrNone, host, where)
		}
	}
	if secret == "" {
		return Token{}, fmt.Errorf("%w for %s: %s is blank", ErrNone, host, where)
	}
	return New(host, secret, where), nil
}

func (f Finder) getenv(name string) string {
	if f.Getenv == nil {
		return ""
	}
	return f.Getenv(name)
}

// configFolder is where gh keeps its files (gh help environment): GH_CONFIG_DIR, XDG_CONFIG_HOME/gh, ~/.config/gh.
func (f Finder) configFolder() string {
	if dir := f.getenv("GH_CONFIG_DIR"); dir != "" {
		return dir
	}
	if dir := f.getenv("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "gh")
	}
	if f.Home == "" {
		return ""
	}
	return filepath.Join(f.Home, ".config", "gh")
}

// KnownHosts are github.com and the hosts in gh's own hosts.yml, sorted: those that a configuration which isn't trusted
// may name.
func (f Finder) KnownHosts() []string {
	hosts := []string{github}
	entries, _ := f.readHosts()
	for host := range entries {
		hosts = append(hosts, strings.ToLower(host))
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// DefaultHost is the host of what is named without one: GH_HOST, else the only one that gh knows, else github.com (gh
// help environment).
func (f Finder) DefaultHost() string {
	if host := f.getenv("GH_HOST"); host != "" {
		return strings.ToLower(host)
	}
	entries, _ := f.readHosts()
	for host := range entries {
		if len(entries) == 1 {
			return strings.ToLower(host)
		}
	}
	return github
}

// LookGh finds gh: GH_PATH, else along PATH, absolute folders only, so that the working folder offers none.
func LookGh(getenv func(string) string) string {
	if path := getenv("GH_PATH"); path != "" {
		return path
	}
	for _, dir := range filepath.SplitList(getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		path := filepath.Join(dir, "gh")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return ""
}
