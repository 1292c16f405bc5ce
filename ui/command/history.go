package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gonogo/cache/journal"
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
	if err != nil || sum.Open() {
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

type historyFlags struct {
	lines, markdown, verify bool
	most                    int
	anchors                 []string
}

func newHistory(env *Env, shared *flags) *cobra.Command {
	var own historyFlags
	cmd := &cobra.Command{
		Use:   "history [WORD…]",
		Short: "List what was done, newest first",
		Long: `history lists the operations of this person's journals: those that all words occur in, where some are given
(a service, an environment, a release, a person, a state, a reason). The journals are only ever appended to;
--verify looks whether anything in them was changed, and whether they still reach what was told to others: in the
locks, holds and vetoes that GitHub keeps, in the deployments that were made, and in --anchor. It claims no more: who rewrites a journal whole, and has
told nobody of it, is not found out.`,
		RunE: func(cmd *cobra.Command, words []string) error {
			return withFleet(cmd.Context(), env, shared, func(f *fleet.Fleet) error {
				if own.verify {
					return verifyHistory(cmd.Context(), env, f, own.anchors)
				}
				return own.list(cmd.Context(), env, f, words)
			})
		},
	}
	l := cmd.Flags()
	l.BoolVar(&own.lines, "json", false, "print every record of each, one JSON object a line")
	l.BoolVar(&own.markdown, "markdown", false, "print each with its steps and the gates at that time, as Markdown")
	l.BoolVar(&own.verify, "verify", false, "look whether any record was changed or taken out")
	l.StringArrayVar(&own.anchors, "anchor", nil, "with --verify: the journal must reach this `FIRST/NUMBER/HASH`, as a lock told it")
	l.IntVar(&own.most, "limit", 50, "at most so many operations")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown", "verify")
	return cmd
}

func verifyHistory(ctx context.Context, env *Env, f *fleet.Fleet, told []string) error {
	var anchors []journal.Anchor
	for _, text := range told {
		a, err := journal.ParseAnchor(text)
		if err != nil {
			return err
		}
		anchors = append(anchors, a)
	}
	shared, unread := f.Anchors(ctx)
	n, err := f.VerifyJournals(ctx, append(anchors, shared...))
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "%d records, each as it was written\n", n)
	if unread != nil {
		fmt.Fprintf(env.Err, "whether they reach what was told to others isn't known: %v\n", unread)
		return exitError{ExitUnknown}
	}
	return nil
}

// list prints the newest operations that all words occur in.
func (own historyFlags) list(ctx context.Context, env *Env, f *fleet.Fleet, words []string) error {
	most := own.most
	if len(words) > 0 {
		most = math.MaxInt32 // the newest that match need not be among the newest
	}
	list, err := f.Operations(ctx, most)
	if err != nil {
		return err
	}
	for i, shown := 0, 0; i < len(list) && shown < own.most; i++ {
		if !mentions(&list[i], words) {
			continue
		}
		shown++
		switch {
		case own.lines:
			err = writeLines(ctx, env, f.Records, list[i].Plan.ID)
		case own.markdown:
			var records []operation.Record
			if records, err = f.Records(ctx, list[i].Plan.ID); err == nil {
				writeMarkdown(env.Out, &list[i], records)
			}
		default:
			writeOperation(env, &list[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mentions reports whether every word occurs in what an operation was and why.
func mentions(p *operation.Progress, words []string) bool {
	plan := &p.Plan
	text := strings.ToLower(strings.Join([]string{
		plan.ID, string(plan.Kind), plan.Service, plan.Environment, plan.GitHub, plan.Repo, plan.Release.Title(), string(plan.Release.SHA), plan.Replaces.Title(),
		string(plan.Actor), string(plan.Reason), plan.Item(), string(p.State), string(p.Why),
	}, "\n"))
	for _, w := range words {
		if !strings.Contains(text, strings.ToLower(w)) {
			return false
		}
	}
	return true
}

func writeOperation(env *Env, p *operation.Progress) {
	fmt.Fprintf(env.Out, "%s  %s  %-9s %s %s -> %s  %s by %s", p.Plan.MadeAt.UTC().Format(time.DateTime), p.Plan.ID, p.State, p.Plan.Kind, p.Plan.Service, p.Plan.Environment, p.Plan.Release.Title(), p.Plan.Actor)
	if item := p.Plan.Item(); item != "" {
		fmt.Fprintf(env.Out, " (%s)", item)
	}
	if p.Why != "" {
		fmt.Fprintf(env.Out, ": %s", p.Why)
	}
	if left := p.Unguarded(); left != "" {
		fmt.Fprintf(env.Out, "; %s", left)
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
