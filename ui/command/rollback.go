package command

import (
	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

func newRollback(env *Env, shared *flags) *cobra.Command {
	var own actFlags
	cmd := &cobra.Command{
		Use:   "rollback SERVICE ENVIRONMENT",
		Short: "Take an environment back to the last release that was good there, and follow it to the end",
		Long: `rollback shows what the environment can go back to, and why not to the others, asks for your word, and
follows it until it has been verified. Only a lock, a veto and a point of no return stand in its way; every other gate is shown.
When it has succeeded the release that was bad is vetoed and the environment held: gonogo clear and gonogo lift end that.

It exits as promote does: 0 succeeded, 1 refused, 2 usage or an error before anything was sent, 3 waits or unknown,
4 ended otherwise, 5 ambiguous: sent, and nobody knows what became of it. Don't repeat that.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return own.act(cmd.Context(), env, shared, operate.Request{Kind: operation.RollBack, Service: args[0], Environment: args[1], Release: own.release})
		},
	}
	own.flags(cmd)
	cmd.Flags().StringVar(&own.release, "to", "", "go back to this `tag` or commit rather than to the best one")
	return cmd
}
