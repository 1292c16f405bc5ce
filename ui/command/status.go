package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
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
	l.BoolVar(&own.watch, "watch", false, "go on printing whenever something changes, until interrupted")
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
	selected, err := parseSelection(f.Config(), args)
	if err != nil {
		return err
	}
	if !own.cached {
		f.Start(ctx)
		f.Refresh(selected.services()...)
		if err := waitRead(ctx, f, own.timeout); err != nil {
			return err
		}
	}
	r, err := makeReport(ctx, f, selected)
	if err != nil {
		return err
	}
	if own.watch {
		return watchStatus(ctx, env.Out, f, selected, own)
	}
	if err := printReport(env.Out, r, f.Now(), own); err != nil {
		return err
	}
	return exitError{exitOf(r.worst())}
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

// waitRead waits until everything that is due was read once, or until the time is over: then what is known is printed,
// and its verdicts say what is missing.
func waitRead(ctx context.Context, f *fleet.Fleet, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := f.WaitRead(limited)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil
	}
	return err
}

// watchStatus prints whenever what is printed would differ, and ends with the last verdict when it is interrupted.
func watchStatus(ctx context.Context, w io.Writer, f *fleet.Fleet, selected selection, own statusFlags) error {
	const beat = 15 * time.Second // freshness and countdowns change without an event
	last, code := "", ExitUnknown
	for {
		r, err := makeReport(ctx, f, selected)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err == nil {
			code = exitOf(r.worst())
			if print := r.fingerprint(); print != last {
				last = print
				if err := printReport(w, r, f.Now(), own); err != nil {
					return err
				}
			}
		}
		wake, stop := f.Clock().NewTimer(beat)
		select {
		case <-ctx.Done():
			stop()
			return exitError{code}
		case _, open := <-f.Events():
			stop()
			if !open {
				return exitError{code}
			}
		case <-wake:
		}
	}
}

// report is what status prints.
type report struct {
	fleet    string
	services []readiness.Assessment
	repos    map[string]string
	status   board.Status
}

func (r report) worst() model.Verdict {
	worst := model.UpToDate
	for _, s := range r.services {
		if s.Verdict.Worse(worst) || s.Verdict == model.Go && worst == model.UpToDate {
			worst = s.Verdict
		}
	}
	if len(r.services) == 0 {
		return model.Undecided
	}
	return worst
}

// fingerprint is equal for two reports whose verdicts, releases and sentences are.
func (r report) fingerprint() string {
	var b strings.Builder
	for _, s := range r.services {
		fmt.Fprintln(&b, s.Service, s.Verdict, s.Headline)
		for i := range s.Environments {
			e := &s.Environments[i]
			fmt.Fprintln(&b, e.Name, e.Verdict, e.Headline, e.Current.Title(), e.Health.State, e.Candidate.Release.SHA)
		}
	}
	fmt.Fprintln(&b, notices(r.status))
	return b.String()
}

func makeReport(ctx context.Context, f *fleet.Fleet, selected selection) (report, error) {
	r := report{fleet: f.Config().Name, repos: map[string]string{}, status: f.Status()}
	for _, s := range f.Config().Services {
		environments, ok := selected[s.Name]
		if !ok && len(selected) > 0 {
			continue
		}
		detail, err := f.Detail(ctx, s.Name)
		if err != nil {
			return r, err
		}
		r.repos[s.Name] = s.Repo.String()
		r.services = append(r.services, only(detail.Assessment, environments))
	}
	return r, nil
}
