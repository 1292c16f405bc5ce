package command

import (
	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// newTicks are the commands that tick an item of a checklist, and take that back.
func newTicks(env *Env, shared *flags) []*cobra.Command {
	return []*cobra.Command{
		newTick(env, shared, operation.Tick, "Tick an item of an environment's checklist", "It says that somebody has seen to what only a person can tell: the gate checklist waits for it."),
		newTick(env, shared, operation.Untick, "Take back a tick of an environment's checklist", "It shows whose tick it is, and takes back that one and no other."),
	}
}

func newTick(env *Env, shared *flags, kind operation.Kind, short, long string) *cobra.Command {
	var own actFlags
	cmd := &cobra.Command{
		Use: string(kind) + " SERVICE ENVIRONMENT ITEM", Short: short, Args: cobra.ExactArgs(3),
		Long: long + ` ITEM is the item's text, or its number in the configuration. A tick belongs to one release: the
environment's candidate, or --release. It is journalled before and after, and kept as a Git ref in the service's
repository, so that everybody's gonogo sees it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return own.act(cmd.Context(), env, shared, operate.Request{Kind: kind, Service: args[0], Environment: args[1], Item: args[2], Release: own.release})
		},
	}
	own.word(cmd)
	cmd.Flags().BoolVar(&own.dryRun, "dry-run", false, "show what would be done, and do nothing")
	cmd.Flags().StringVar(&own.release, "release", "", "the release that it is for, by its `tag` or commit, rather than the candidate")
	return cmd
}
