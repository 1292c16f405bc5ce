package command

import (
	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// marked is a command that sets a shared ref, or takes one away.
type marked struct {
	use, short, long string
	kind             operation.Kind
	release          bool // of a release rather than an environment
}

func newMarks(env *Env, shared *flags) []*cobra.Command {
	var all []*cobra.Command
	for _, m := range []marked{
		{"hold SERVICE ENVIRONMENT", "Keep everybody from promoting into an environment", "Everybody's gonogo refuses to promote into it until somebody lifts it. A rollback holds its environment by itself.", operation.Hold, false},
		{"lift SERVICE ENVIRONMENT", "Lift an environment's hold", "It shows whose hold it is and why, and lifts that one and no other.", operation.Lift, false},
		{"veto SERVICE RELEASE", "Keep everybody from promoting a release", "Everybody's gonogo refuses to promote it, or to go back to it, until somebody clears it. A rollback vetoes the release that was bad.", operation.Veto, true},
		{"clear SERVICE RELEASE", "Clear a release's veto", "It shows whose veto it is and why, and clears that one and no other.", operation.Clear, true},
		{"break-lock SERVICE ENVIRONMENT", "Break the lock that an operation left behind", "It shows whose lock it is. The operation itself, where it still moves, goes on: make sure that it doesn't.", operation.Break, false},
	} {
		all = append(all, m.command(env, shared))
	}
	return all
}

func (m marked) command(env *Env, shared *flags) *cobra.Command {
	var own actFlags
	cmd := &cobra.Command{
		Use: m.use, Short: m.short, Args: cobra.ExactArgs(2),
		Long: m.long + " It takes --reason, is journalled before and after, and kept as a Git ref in the service's repository, which it names.",
		RunE: func(cmd *cobra.Command, args []string) error {
			r := operate.Request{Kind: m.kind, Service: args[0]}
			if m.release {
				r.Release = args[1]
			} else {
				r.Environment = args[1]
			}
			return own.act(cmd.Context(), env, shared, r)
		},
	}
	own.word(cmd)
	cmd.Flags().BoolVar(&own.dryRun, "dry-run", false, "show what would be done, and do nothing")
	return cmd
}
