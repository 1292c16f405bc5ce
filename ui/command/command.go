// Package command is gonogo's command line: the cockpit, and the headless twins of what it shows.
package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Env is everything that a command takes from outside.
type Env struct {
	Args    []string // without the program's name
	In, Out *os.File
	Err     io.Writer
	Environ []string // as os.Environ gives it
}

// Main runs one command and returns the process's exit code. It ends soon after ctx does.
func Main(ctx context.Context, env Env) int {
	root := newRoot(&env)
	root.SetArgs(env.Args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if err != nil && err.Error() != "" {
		fmt.Fprintln(env.Err, "gonogo:", err)
	}
	return codeOf(err)
}

func newRoot(env *Env) *cobra.Command {
	flags := &flags{}
	root := &cobra.Command{
		Use:   "gonogo",
		Short: "A release cockpit for the terminal: go or no-go, for every service, and why",
		Long: `gonogo answers one question for every service a team ships, go or no-go?, and shows why:
deployments, CI and health on one screen, from live data, on a cache that starts as fast offline.

Without a command it opens the cockpit. Try it without any set-up: gonogo --demo`,
		Version:           version(),
		Args:              cobra.NoArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCockpit(cmd.Context(), env, flags)
		},
	}
	root.SetVersionTemplate("gonogo {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help lists what there is", err, cmd.CommandPath())
	})
	flags.register(root)
	root.AddCommand(newStatus(env, flags), newPromote(env, flags), newRollback(env, flags), newPublish(env, flags), newApprove(env, flags), newFollow(env, flags), newHistory(env, flags), newInit(env, flags), newSchema(env), newTrust(env, flags), newSimulate(env))
	root.AddCommand(newMarks(env, flags)...)
	root.AddCommand(newTicks(env, flags)...)
	return root
}

// version is the module's version as the linker knows it, the Go release and the platform.
func version() string {
	v := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		v = info.Main.Version
	}
	return fmt.Sprintf("%s (%s %s/%s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
