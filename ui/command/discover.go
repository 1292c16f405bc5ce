package command

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/fleet"
	"gonogo/sources/token"
)

// discover looks for what the working folder is about, for where there is no configuration. What was discovered before
// is looked at without any network. The error says what there is to do, and why nothing could be discovered.
func (e *Env) discover(ctx context.Context, p place, tokens token.Finder, o *fleet.Options) error {
	subject, err := discover.Find(p.workdir, e.surroundings(), e.hosts(p, tokens))
	if errors.Is(err, discover.ErrNoClone) {
		return config.None("this folder is not inside a clone")
	}
	if err != nil {
		return config.None(clean(err.Error()))
	}
	subject.Below = "" // what is kept is the repository's, from wherever in it gonogo is started
	o.Subject, o.Kept = &subject, discover.LoadKept(p.folders.Cache, subject.Repo)
	o.Source = o.Kept.Source
	o.KnownHosts = func() []string { return e.hosts(p, tokens).Known }
	if o.Source.Data == nil { // later ones are said on the screen
		if _, err := tokens.For(ctx, subject.Repo.Host); err != nil {
			return config.None(clean(subject.Why + " is " + subject.Repo.String() + ", and there is " + err.Error()))
		}
	}
	return nil
}

// surroundings are what is read of the person's environment to find a clone's remotes.
func (e *Env) surroundings() discover.Environment {
	return discover.Environment{Getenv: e.getenv, Home: e.getenv("HOME")}
}

// hosts are those that a discovery may ask: what gh knows, and what the person's own words name, in GH_HOST or config.yml.
func (e *Env) hosts(p place, tokens token.Finder) discover.Hosts {
	h := discover.Hosts{Known: tokens.KnownHosts(), Default: tokens.DefaultHost()}
	for _, host := range append(slices.Clone(p.user.Hosts), strings.ToLower(e.getenv("GH_HOST"))) {
		if host != "" && !slices.Contains(h.Known, host) {
			h.Known = append(h.Known, host)
		}
	}
	return h
}
