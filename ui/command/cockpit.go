package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/sources/config"
	"gonogo/sources/fleet"
	"gonogo/ui/cockpit"
	"gonogo/ui/screen"
	"gonogo/ui/theme"
)

// runCockpit draws what the cache knows, then starts to read.
func runCockpit(ctx context.Context, env *Env, f *flags) error {
	defer quickStart()()
	p, err := settings(env, f)
	if err != nil {
		return err
	}
	look, err := newTheme(env, f, p.user)
	if err != nil {
		return err
	}
	opened, err := openFleet(ctx, env, f, p)
	if err != nil {
		return err
	}
	guard := screen.NewGuard()
	opened.Goroutines(guard.Go)
	root, err := newRootModel(ctx, opened, look, p.user)
	if err != nil {
		return errors.Join(err, opened.Close())
	}
	err = screen.Run(ctx, root, screen.Options{
		In: env.In, Out: env.Out, Env: env.Environ, Mouse: f.mouse, Title: "gonogo: " + clean(opened.Config().Name), Guard: guard,
		Started: func(ctx context.Context, _ func(tea.Msg)) {
			frugal()
			opened.Start(ctx)
		},
	})
	return ended(env, errors.Join(err, opened.Close()))
}

// newRootModel makes the cockpit with what the cache knows, so that its first frame has data.
func newRootModel(ctx context.Context, f *fleet.Fleet, look theme.Theme, user *config.UserSettings) (tea.Model, error) {
	first, err := f.Board(ctx)
	if err != nil {
		return nil, err
	}
	return cockpit.New(cockpit.Options{
		Context: ctx, Source: f, Actor: f, Theme: look, Keys: user.Keys, Now: f.Now, Board: &first,
	}), nil
}

func newTheme(env *Env, f *flags, user *config.UserSettings) (theme.Theme, error) {
	name := user.Theme
	if f.theme != "" {
		name = f.theme
	}
	dark := theme.DarkBackground(env.Environ)
	switch user.Background {
	case "dark":
		dark = true
	case "light":
		dark = false
	}
	return theme.New(theme.Options{
		Name: name, Dark: dark, Profile: theme.DetectProfile(env.Environ), ASCII: f.ascii || !utf8Locale(env),
	})
}

// utf8Locale reports whether the locale's character set can draw more than ASCII (POSIX, "Environment Variables").
func utf8Locale(env *Env) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env.getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true // nothing is said, as in many containers; terminals of today draw UTF-8
}

// ended turns how the screen ended into an exit code.
func ended(env *Env, err error) error {
	var signalled screen.Signalled
	var panicked *screen.Panic
	switch {
	case errors.As(err, &signalled):
		return exitError{signalled.ExitCode()}
	case errors.As(err, &panicked):
		fmt.Fprintf(env.Err, "gonogo: %v\n\n%s\n", panicked, panicked.Stack)
		return exitError{ExitError}
	case errors.Is(err, screen.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitError{130}
	}
	return err
}
