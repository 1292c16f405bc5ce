package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/fleet"
)

type initFlags struct {
	repo   string
	stdout bool
	force  bool
}

func newInit(env *Env, shared *flags) *cobra.Command {
	var own initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the gonogo.yml that gonogo discovers in this clone and on GitHub",
		Long: `init asks GitHub for environments, workflows, releases and deployments of the clone's repository, and writes
gonogo.yml into this folder: every key with the reason why it is that, and examples for what it could not find.

Look through the file, change what is wrong, and trust it: gonogo trust. Exit codes: 0 written, 2 not.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runInit(cmd.Context(), env, shared, own) },
	}
	cmd.Flags().StringVar(&own.repo, "repo", "", "the repository, `[HOST/]OWNER/REPO`, instead of the clone's")
	cmd.Flags().BoolVar(&own.stdout, "stdout", false, "print the file instead")
	cmd.Flags().BoolVar(&own.force, "force", false, "replace a file that is there")
	return cmd
}

func runInit(ctx context.Context, env *Env, shared *flags, own initFlags) error {
	p, err := settings(env, shared)
	if err != nil {
		return err
	}
	path := filepath.Join(p.workdir, config.FileName)
	if shared.config != "" {
		path = shared.config
	}
	switch {
	case shared.demo != "" && !own.stdout:
		return errors.New("the demo's repositories are in the demo alone; add --stdout to look at the file")
	case !own.stdout && !own.force && there(path):
		return taken(path)
	}
	log, closeLog, err := openLog(shared.log)
	if err != nil {
		return err
	}
	defer closeLog()
	found, err := look(ctx, env, shared, own, p, log)
	if err != nil {
		return err
	}
	if own.stdout {
		if _, err := env.Out.Write(found.File()); err != nil {
			return fmt.Errorf("print the file: %w", err)
		}
		return nil
	}
	err = discover.Write(path, found.File(), own.force)
	if errors.Is(err, fs.ErrExist) {
		return taken(path)
	}
	if err != nil {
		return err
	}
	return sayWritten(env, path, found, shared.config != "")
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func taken(path string) error {
	return fmt.Errorf("write %s: there is one already; --force replaces it, --stdout prints what it would be", clean(path))
}

// look discovers what the flags or the folder name.
func look(ctx context.Context, env *Env, shared *flags, own initFlags, p place, log *slog.Logger) (discover.Found, error) {
	if shared.demo != "" {
		if own.repo == "" {
			return discover.Found{}, errors.New("say which of the demo's repositories: --repo acme/api")
		}
		const github = "github.com"
		subject, err := discover.Named(own.repo, discover.Hosts{Known: []string{github}, Default: github}, "--repo")
		if err != nil {
			return discover.Found{}, err
		}
		return fleet.LookDemo(ctx, shared.demoOptions(log, config.DefaultUser()), subject)
	}
	tokens, o, err := shared.options(env, p, log)
	if err != nil {
		return discover.Found{}, err
	}
	hosts := env.hosts(p, tokens)
	if own.repo != "" {
		subject, err := discover.Named(own.repo, hosts, "--repo")
		if err != nil {
			return discover.Found{}, err
		}
		return fleet.Look(ctx, o, subject)
	}
	subject, err := discover.Find(p.workdir, env.surroundings(), hosts)
	if err != nil {
		return discover.Found{}, fmt.Errorf("find what to discover: %w; name it with --repo OWNER/REPO", err)
	}
	return fleet.Look(ctx, o, subject)
}

// sayWritten says what was found, and what comes next. A file that --config names is trusted as it is.
func sayWritten(env *Env, path string, found discover.Found, trusted bool) error {
	_, err := fmt.Fprintf(env.Out, "%s: %s\n", clean(path), clean(found.Summary()))
	for _, n := range found.Notes() {
		if err == nil {
			_, err = fmt.Fprintf(env.Out, "note: %s\n", clean(n))
		}
	}
	if err == nil && !trusted {
		_, err = fmt.Fprintln(env.Out, "Look through it, then trust it as it is: gonogo trust")
	}
	if err != nil {
		return fmt.Errorf("say what was written: %w", err)
	}
	return nil
}
