package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
)

func newFollow(env *Env, shared *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "follow OPERATION",
		Short: "Go on with an operation that was begun, or look at one, to its end",
		Long:  "follow prints each step of an operation, takes it over where nobody drives it any more, and exits as promote does.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return withFleet(ctx, env, shared, func(f *fleet.Fleet) error {
				f.Start(ctx)
				return followKnown(ctx, env, f, args[0])
			})
		},
	}
}

// followKnown tells what became of an operation that the journal knows, or goes on with it.
func followKnown(ctx context.Context, env *Env, f *fleet.Fleet, id string) error {
	records, err := f.Records(ctx, id)
	switch {
	case err != nil:
		return err
	case len(records) == 0:
		return fmt.Errorf("follow: the journal knows no operation %s; gonogo history lists what it knows", id)
	}
	sum, err := operation.Fold(records)
	if err != nil || !sum.State.Ended() || !sum.Unlocked {
		return errors.Join(err, followTo(ctx, env.Out, f, id))
	}
	for _, r := range records {
		writeRecord(env.Out, r)
	}
	if sum.State != operation.Succeeded {
		return exitError{ExitOtherwise}
	}
	return nil
}

func newHistory(env *Env, shared *flags) *cobra.Command {
	var lines, verify bool
	var most int
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List what was done, newest first",
		Long:  "history lists the operations of this person's journals. They are only ever appended to; --verify looks whether anything in them was changed.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withFleet(cmd.Context(), env, shared, func(f *fleet.Fleet) error {
				if verify {
					return verifyHistory(cmd.Context(), env, f)
				}
				return listHistory(cmd.Context(), env, f, most, lines)
			})
		},
	}
	l := cmd.Flags()
	l.BoolVar(&lines, "json", false, "print every record of each, one JSON object a line")
	l.BoolVar(&verify, "verify", false, "look whether any record was changed or taken out")
	l.IntVar(&most, "limit", 50, "at most so many operations")
	return cmd
}

func verifyHistory(ctx context.Context, env *Env, f *fleet.Fleet) error {
	n, err := f.VerifyJournals(ctx, nil)
	if err == nil {
		fmt.Fprintf(env.Out, "%d records, each as it was written\n", n)
	}
	return err
}

func listHistory(ctx context.Context, env *Env, f *fleet.Fleet, most int, lines bool) error {
	list, err := f.Operations(ctx, most)
	if err != nil {
		return err
	}
	for i := range list {
		if !lines {
			writeOperation(env, &list[i])
			continue
		}
		if err := writeLines(ctx, env, f.Records, list[i].Plan.ID); err != nil {
			return err
		}
	}
	return nil
}

func writeOperation(env *Env, p *operation.Progress) {
	fmt.Fprintf(env.Out, "%s  %s  %-9s %s %s -> %s  %s by %s", p.Plan.MadeAt.UTC().Format(time.DateTime), p.Plan.ID, p.State, p.Plan.Kind, p.Plan.Service, p.Plan.Environment, p.Plan.Release.Title(), p.Plan.Actor)
	if p.Why != "" {
		fmt.Fprintf(env.Out, ": %s", p.Why)
	}
	fmt.Fprintln(env.Out)
}

func writeLines(ctx context.Context, env *Env, records func(context.Context, string) ([]operation.Record, error), id string) error {
	all, err := records(ctx, id)
	if err != nil {
		return err
	}
	out := json.NewEncoder(env.Out)
	for _, r := range all {
		if err := out.Encode(r); err != nil {
			return fmt.Errorf("print the history: %w", err)
		}
	}
	return nil
}
