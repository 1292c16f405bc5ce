package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"gonogo/sources/config"
)

func newSchema(env *Env) *cobra.Command {
	var user bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of gonogo.yml, for your editor",
		Long: `schema prints a JSON Schema of gonogo.yml. Editors that know YAML use it to complete and to check:

  gonogo schema > gonogo.schema.json
  # and as the first line of gonogo.yml:
  # yaml-language-server: $schema=gonogo.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			schema := config.Schema()
			if user {
				schema = config.UserSchema()
			}
			if _, err := env.Out.Write(schema); err != nil {
				return fmt.Errorf("print the schema: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&user, "user", false, "the schema of your own config.yml instead")
	return cmd
}
