package command

import (
	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

func newPromote(env *Env, shared *flags) *cobra.Command {
	var own actFlags
	cmd := &cobra.Command{
		Use:   "promote SERVICE ENVIRONMENT",
		Short: "Bring the release that is next to an environment there, and follow it to the end",
		Long: `promote shows what would go and every gate, asks for your word, and follows the release until it has
been verified. With --release another one goes than what is next, as long as it is newer than what runs; every gate judges
that one then, and what is older is a rollback. It dispatches the service's deploy workflow once, never again; what it did is in the journal.

It exits with 0 succeeded, 1 refused by a gate, 2 usage or an error before anything was sent, 3 waits or
unknown, 4 ended otherwise, 5 ambiguous: sent, and nobody knows what became of it. Don't repeat that.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return own.act(cmd.Context(), env, shared, operate.Request{Kind: operation.Promote, Service: args[0], Environment: args[1], Release: own.release})
		},
	}
	own.flags(cmd)
	l := cmd.Flags()
	l.StringVar(&own.release, "release", "", "promote this `tag` or commit rather than what is next: every gate judges it")
	l.StringArrayVar(&own.bypass, "bypass", nil, "go although this `gate` doesn't pass; takes --reason, and is journalled")
	return cmd
}
