package command

import (
	"errors"

	"github.com/spf13/cobra"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

func newPublish(env *Env, shared *flags) *cobra.Command {
	var own actFlags
	cmd := &cobra.Command{
		Use:   "publish SERVICE --release TAG",
		Short: "Make a prerelease public, where that deploys nothing",
		Long: `publish makes a prerelease public, once, and journals it before and after. It shows what that starts, by
the workflows at the release's tag. Where it deploys (deploy: {release: true}) it is a promotion: gonogo promote.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if own.release == "" {
				return errors.New("publish: which release? --release TAG")
			}
			return own.act(cmd.Context(), env, shared, operate.Request{Kind: operation.Publish, Service: args[0], Release: own.release})
		},
	}
	own.word(cmd)
	cmd.Flags().BoolVar(&own.dryRun, "dry-run", false, "show what would be done, and do nothing")
	cmd.Flags().StringVar(&own.release, "release", "", "the prerelease's `tag`")
	return cmd
}
