package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"gonogo/model"
	"gonogo/sources/fleet"
)

func newApprove(env *Env, shared *flags) *cobra.Command {
	var reject, yes bool
	var comment string
	cmd := &cobra.Command{
		Use:   "approve OPERATION",
		Short: "Approve, or reject, what an operation waits for",
		Long: `approve gives your review where GitHub asks for one before a run may deploy. The operation's number is what
promote prints and gonogo history lists. It goes on where it is followed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withFleet(cmd.Context(), env, shared, func(f *fleet.Fleet) error {
				word := "approve"
				if reject {
					word = "reject"
				}
				if !yes && ask(env, fmt.Sprintf("Type %s to %s operation %s: ", word, word, args[0])) != word {
					return fmt.Errorf("%s: not confirmed, so nothing was sent; --yes confirms", word)
				}
				return f.Review(cmd.Context(), args[0], !reject, model.Clean(comment))
			})
		},
	}
	l := cmd.Flags()
	l.BoolVar(&reject, "reject", false, "reject it instead")
	l.BoolVar(&yes, "yes", false, "confirm without being asked")
	l.StringVar(&comment, "comment", "", "what GitHub shows beside your review")
	return cmd
}
