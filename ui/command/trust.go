package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gonogo/model"
	"gonogo/sources/config"
	"gonogo/sources/token"
)

type trustFlags struct{ list, remove bool }

func newTrust(env *Env, shared *flags) *cobra.Command {
	var own trustFlags
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "Trust the gonogo.yml of this folder as it is now",
		Long: `A gonogo.yml found in the working folder is somebody else's until you trust it: gonogo then asks only
github.com and the hosts that gh knows, runs no checks (they would ask your network), and weakens no gate.

trust says what the file asks for and trusts these very bytes at this path; a file that changes is not trusted any more.
A file that --config names, or that lies in your own configuration folder, needs no trust.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runTrust(env, shared, own) },
	}
	cmd.Flags().BoolVar(&own.list, "list", false, "list what is trusted")
	cmd.Flags().BoolVar(&own.remove, "remove", false, "take the trust of this folder's file back")
	return cmd
}

func runTrust(env *Env, shared *flags, own trustFlags) error {
	p, err := newPlace(env)
	if err != nil {
		return err
	}
	trust := config.NewTrust(p.folders.State)
	if own.list {
		return listTrusted(env, trust)
	}
	source, err := config.Find(shared.config, p.workdir, p.folders.Config)
	if err != nil {
		return err
	}
	if own.remove {
		was, err := trust.Untrust(source.Path)
		if err != nil {
			return err
		}
		word := "was not trusted"
		if was {
			word = "is not trusted any more"
		}
		_, err = fmt.Fprintf(env.Out, "%s %s\n", clean(source.Path), word)
		return err
	}
	fleet, err := config.Load(source.Path, source.Data)
	if err != nil {
		return err
	}
	tokens := token.Finder{Getenv: env.getenv, Home: env.getenv("HOME"), Hosts: p.user.Hosts}
	sayWhatIsTrusted(env, fleet, tokens.KnownHosts())
	if err := trust.Trust(source, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Out, "%s is trusted as it is now\n", clean(source.Path))
	return err
}

func listTrusted(env *Env, trust *config.Trust) error {
	list, err := trust.List()
	if err != nil {
		return err
	}
	for _, t := range list {
		if _, err := fmt.Fprintf(env.Out, "%s  %.12s  %s\n", t.At.Format("2006-01-02"), t.SHA256, clean(t.Path)); err != nil {
			return err
		}
	}
	return nil
}

// sayWhatIsTrusted lists what the file may do once it is trusted and may not before, each check with what it asks.
func sayWhatIsTrusted(env *Env, fleet *model.Fleet, knownHosts []string) {
	_, restrictions := config.Restrict(fleet, knownHosts)
	fmt.Fprintln(env.Out, "Without trust:")
	for _, r := range restrictions {
		fmt.Fprintf(env.Out, "  %s\n", r.Why)
	}
	first := true
	for _, s := range fleet.Services {
		for _, e := range s.Environments {
			for _, c := range e.Checks {
				if first {
					fmt.Fprintln(env.Out, "Its checks:")
					first = false
				}
				fmt.Fprintf(env.Out, "  %s %s: %s %s\n", clean(s.Name), clean(e.Name), c.Kind, clean(asked(c)))
			}
		}
	}
}

// asked is what a check asks, whole: a shortened command is not one that can be trusted.
func asked(c model.Check) string {
	if c.Kind == model.CheckExec {
		return fmt.Sprintf("%q", c.Command)
	}
	return c.Target
}
