package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gonogo/sources/fleet"
)

type statusFlags struct {
	json    bool
	watch   bool
	cached  bool
	timeout time.Duration
}

func newStatus(env *Env, shared *flags) *cobra.Command {
	var own statusFlags
	cmd := &cobra.Command{
		Use:   "status [SERVICE[/ENVIRONMENT]]...",
		Short: "Print the verdict of every service and environment, and exit with the worst",
		Long: `status reads what is due, prints one line for each environment, and exits with the worst of what was
selected: 0 GO or UP TO DATE, 1 NO-GO, 2 error, 3 WAIT or UNKNOWN.

Select services, or one environment of a service: gonogo status api web/production`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runStatus(cmd.Context(), env, shared, own, args)
		},
	}
	l := cmd.Flags()
	l.BoolVar(&own.json, "json", false, "print JSON; its shape is documented in the README and has a version")
	l.BoolVar(&own.watch, "watch", false, "go on and print each line that changes, after the time, until interrupted; with --json the whole document")
	l.BoolVar(&own.cached, "cached", false, "ask nothing of the network; say what the cache knows")
	l.DurationVar(&own.timeout, "timeout", time.Minute, "how long to wait for what is due; then print what is known")
	return cmd
}

func runStatus(ctx context.Context, env *Env, shared *flags, own statusFlags, args []string) (err error) {
	p, err := settings(env, shared)
	if err != nil {
		return err
	}
	f, err := openFleet(ctx, env, shared, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := discovered(ctx, f, own); err != nil {
		return err
	}
	selected, err := parseSelection(f.Config(), args)
	if err != nil {
		return err
	}
	enough := true
	if !own.cached {
		f.Start(ctx)
		f.ReadNow(selected.services()...)
		if enough, err = waitRead(ctx, f, own.timeout); err != nil {
			return err
		}
	}
	r, err := makeReport(ctx, f, selected)
	if err != nil {
		return err
	}
	switch {
	case own.cached:
		r.note(r.unknownToCache())
	case !enough:
		r.note(r.outOfTime(own.timeout))
	}
	if err := printReport(env.Out, r, f.Now(), own); err != nil {
		return err
	}
	if own.watch {
		return watchStatus(ctx, env.Out, f, selected, own, r)
	}
	return exitError{exitOf(r.worst())}
}

// discovered waits until it is known what to look at, where no configuration says it.
func discovered(ctx context.Context, f *fleet.Fleet, own statusFlags) error {
	switch {
	case len(f.Config().Services) > 0:
		return nil
	case own.cached:
		return errors.New("nothing was discovered here yet; run without --cached")
	}
	f.Start(ctx)
	limited, cancel := context.WithTimeout(ctx, own.timeout)
	defer cancel()
	return f.Discovered(limited)
}

func printReport(w io.Writer, r report, now time.Time, own statusFlags) error {
	write := writeTable
	if own.json {
		write = func(w io.Writer, r report, now time.Time) error { return writeJSON(w, r, now, own.watch) }
	}
	if err := write(w, r, now); err != nil {
		return fmt.Errorf("print the status: %w", err)
	}
	return nil
}

// waitRead waits until everything that is due was read once, or until the time is over, which was not enough then: what
// is known is printed, and says what is missing.
func waitRead(ctx context.Context, f *fleet.Fleet, timeout time.Duration) (enough bool, err error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err = f.WaitRead(limited)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return false, nil
	}
	return err == nil, err
}
