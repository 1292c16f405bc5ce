package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"

	"gonogo/sources/clock"
	"gonogo/sources/config"
	"gonogo/sources/fleet"
	"gonogo/sources/token"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// getenv looks a variable up in the environment that was passed in.
func (e *Env) getenv(name string) string {
	for i := len(e.Environ) - 1; i >= 0; i-- { // the last one counts, as in os/exec
		if value, ok := strings.CutPrefix(e.Environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// place is where a command runs: the person's folders and settings.
type place struct {
	workdir string
	folders config.Folders
	user    *config.UserSettings
}

func newPlace(env *Env) (place, error) {
	folders, err := config.UserFolders(env.getenv, runtime.GOOS)
	if err != nil {
		return place{}, err
	}
	workdir, err := os.Getwd()
	if err != nil {
		return place{}, fmt.Errorf("find the working folder: %w", err)
	}
	user, err := config.FindUser(folders.Config, config.Known{Actions: actionNames(), Themes: theme.Names()})
	if err != nil {
		return place{}, err
	}
	return place{workdir: workdir, folders: folders, user: user}, nil
}

// settings are the place's, with the person's own. The demo needs neither, nor a home.
func settings(env *Env, f *flags) (place, error) {
	p, err := newPlace(env)
	if err != nil && f.demo != "" {
		return place{user: config.DefaultUser()}, nil
	}
	return p, err
}

// openFleet opens the fleet that the flags name. Nothing is read from the network before its Start.
func openFleet(ctx context.Context, env *Env, f *flags, p place) (*fleet.Fleet, error) {
	log, closeLog, err := openLog(f.log)
	if err != nil {
		return nil, err
	}
	opened, err := f.openWith(ctx, env, p, log)
	if err != nil {
		closeLog()
		return nil, err
	}
	opened.OnClose(closeLog)
	return opened, nil
}

func (f *flags) openWith(ctx context.Context, env *Env, p place, log *slog.Logger) (*fleet.Fleet, error) {
	if f.demo != "" {
		return fleet.OpenDemo(ctx, f.demoOptions(log, p.user))
	}
	tokens, o, err := f.options(env, p, log)
	if err != nil {
		return nil, err
	}
	o.Source, err = config.Find(f.config, p.workdir, p.folders.Config)
	if errors.Is(err, config.ErrNone) {
		err = env.discover(ctx, p, tokens, &o)
	}
	if err != nil {
		return nil, err
	}
	return fleet.Open(ctx, o)
}

func (f *flags) demoOptions(log *slog.Logger, user *config.UserSettings) fleet.DemoOptions {
	o := fleet.DemoOptions{Log: log, ReadOnly: f.quiet(user)}
	if f.demo != freshDemo {
		o.Folder = f.demo
	}
	return o
}

// options say how to ask, and where the person's files are; what to look at is still missing.
func (f *flags) options(env *Env, p place, log *slog.Logger) (token.Finder, fleet.Options, error) {
	roots, err := f.apiRoots()
	if err != nil {
		return token.Finder{}, fleet.Options{}, err
	}
	tokens := env.tokens(p)
	if len(roots) > 0 {
		tokens = env.givenTokens(p)
	}
	return tokens, fleet.Options{
		Folders: p.folders, User: p.user, Clock: clock.Real(), Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		Tokens: tokens.For, KnownHosts: tokens.KnownHosts, Roots: roots, Environ: env.Environ, Log: log, Factor: 1, ReadOnly: f.quiet(p.user),
	}, nil
}

// tokens finds what gh would use.
func (e *Env) tokens(p place) token.Finder {
	return token.Finder{Getenv: e.getenv, Home: e.getenv("HOME"), Hosts: p.user.Hosts, Gh: token.LookGh(e.getenv)}
}

// givenTokens finds only tokens that were put into the environment for this command: where a flag says which address a
// host's API has, a stored token of the person's must not go there. Somebody else may listen on a shared machine's port.
func (e *Env) givenTokens(p place) token.Finder {
	return token.Finder{Hosts: p.user.Hosts, Getenv: func(name string) string {
		if name == "GH_HOST" || strings.HasSuffix(name, "_TOKEN") {
			return e.getenv(name)
		}
		return ""
	}}
}

// openLog opens the file that --log names; without one nothing is logged.
func openLog(path string) (*slog.Logger, func(), error) {
	if path == "" {
		return nil, func() {}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug})), func() { file.Close() }, nil
}

func actionNames() []string {
	table := intent.Table()
	names := make([]string, len(table))
	for i, e := range table {
		names[i] = string(e.Action)
	}
	return names
}
