package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gonogo/sources/fleet"
)

// newSimulate is hidden: the simulated GitHub in a process of its own, for tests, benchmarks and those who want to look
// behind the demo.
func newSimulate(env *Env) *cobra.Command {
	var o fleet.SimulateOptions
	var folder string
	cmd := &cobra.Command{
		Use:    "simulate",
		Short:  "Serve the demo's GitHub on loopback, and print how to use it",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSimulate(cmd.Context(), env, o, folder)
		},
	}
	cmd.Flags().IntVar(&o.Services, "services", 0, "how many services; 0: the demo's stories")
	cmd.Flags().IntVar(&o.Items, "items", 0, "with --services: how many items are on their sprint board; 0: there is none")
	cmd.Flags().Float64Var(&o.Factor, "factor", 1, "how much faster than real time it lives")
	cmd.Flags().BoolVar(&o.Busy, "busy", false, "with --services: runs move and things change")
	cmd.Flags().BoolVar(&o.Enterprise, "enterprise", false, "as Enterprise Server 3.19")
	cmd.Flags().DurationVar(&o.Delay, "delay", 0, "how long every answer takes")
	cmd.Flags().StringVar(&folder, "folder", "", "write gonogo.yml there")
	return cmd
}

func runSimulate(ctx context.Context, env *Env, o fleet.SimulateOptions, folder string) (err error) {
	s, err := fleet.Simulate(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	path := filepath.Join(folder, "gonogo.yml")
	if err := os.WriteFile(path, []byte(s.Config), 0o600); err != nil {
		return fmt.Errorf("write the simulated fleet's configuration: %w", err)
	}
	if _, err := fmt.Fprintf(env.Out, "GH_TOKEN=%s gonogo --api-root %s=%s --config %s\n", s.Token, s.Host, s.Root, path); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
