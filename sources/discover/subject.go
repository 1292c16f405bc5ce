package discover

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/sources/config"
)

// Subject is the repository that a fleet is discovered of.
type Subject struct {
	Repo model.Repo
	// Insecure says that its host is asked over plain http: on loopback only.
	Insecure bool
	Why      string // how it was found: "remote origin of /src/api"
	Others   string // what else it could have been, and how to choose; empty: nothing
	Below    string // the working folder inside the clone, with slashes
}

// URL is where the repository's host is.
func (s Subject) URL() string {
	if s.Insecure {
		return "http://" + s.Repo.Host
	}
	return "https://" + s.Repo.Host
}

// Hosts tells which hosts may be asked.
type Hosts struct {
	// Known are github.com and those that gh, GH_HOST or the person's own settings name, in lower case.
	Known []string
	// Default is the host of a repository that is named without one.
	Default string
}

// known is the known host that a remote is on: one that came over ssh tells no port of the web's.
func (h Hosts) known(r Remote) (string, bool) {
	if slices.Contains(h.Known, r.Repo.Host) {
		return r.Repo.Host, true
	}
	if r.Port {
		return "", false
	}
	for _, host := range h.Known {
		if name, _, ported := strings.Cut(host, ":"); ported && name == r.Repo.Host {
			return host, true
		}
	}
	return "", false
}

// Named is the repository that a person named: [HOST/]OWNER/REPO.
func Named(text string, h Hosts, why string) (Subject, error) {
	repo, err := config.ParseRepo(text, h.Default)
	if err != nil {
		return Subject{}, fmt.Errorf("%s: %w", why, err)
	}
	host, known := h.known(Remote{Repo: repo, Port: true})
	if !known {
		return Subject{}, fmt.Errorf("%s: %s", why, unknownHost(repo.Host))
	}
	repo.Host = host
	return Subject{Repo: repo, Why: why}, nil
}

func unknownHost(host string) string {
	return fmt.Sprintf("%s is no GitHub that gh knows; if it is one: gh auth login --hostname %s", host, host)
}

// Find is the repository that the working folder is about: the one that GH_REPO names, else that of the clone's remote
// that gh would take.
func Find(folder string, e Environment, h Hosts) (Subject, error) {
	if name := e.get("GH_REPO"); name != "" {
		return Named(name, h, "GH_REPO")
	}
	clone, err := Open(folder, e)
	if err != nil {
		return Subject{}, err
	}
	s, err := clone.subject(h, e.get("GH_HOST"))
	if err != nil {
		return Subject{}, err
	}
	s.Below = clone.Below(folder)
	return s, nil
}

// subject picks a remote as gh does: only those on hosts that may be asked, of which the one that gh repo set-default
// chose, else upstream, github, origin, and then the first.
func (c Clone) subject(h Hosts, ghHost string) (Subject, error) {
	if len(c.Remotes) == 0 {
		return Subject{}, fmt.Errorf("the clone %s has no remote", model.Clean(c.Root))
	}
	var usable []Remote
	for _, r := range c.Remotes {
		if r.Repo == (model.Repo{}) {
			continue
		}
		host, known := h.known(r)
		if known && (ghHost == "" || strings.EqualFold(ghHost, host)) {
			r.Repo.Host = host
			usable = append(usable, r)
		}
	}
	if len(usable) == 0 {
		return Subject{}, c.nothing(ghHost)
	}
	slices.SortStableFunc(usable, func(a, b Remote) int { return rank(a.Name) - rank(b.Name) })
	taken, why := usable[0], ""
	for _, r := range usable {
		if r.resolved == "" {
			continue
		}
		taken, why = r, ", which gh repo set-default chose"
		if r.resolved != "base" {
			repo, err := config.ParseRepo(r.resolved, r.Repo.Host)
			if err != nil {
				continue
			}
			taken.Repo = repo
		}
		break
	}
	s := Subject{Repo: taken.Repo, Insecure: taken.Insecure, Why: "remote " + taken.Name + why}
	if why == "" {
		s.Others = others(usable)
	}
	return s, nil
}

func rank(name string) int {
	if i := slices.Index([]string{"upstream", "github", "origin"}, strings.ToLower(name)); i >= 0 {
		return i
	}
	return 3
}

// others names the repositories of the remotes that were not taken.
func others(usable []Remote) string {
	var list []string
	for _, r := range usable[1:] {
		if r.Repo != usable[0].Repo {
			list = append(list, fmt.Sprintf("%s (%s)", r.Repo, r.Name))
		}
	}
	if len(list) == 0 {
		return ""
	}
	if more := len(list) - 3; more > 0 {
		list = append(list[:3], fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("remote %s was taken, not %s; choose with GH_REPO=OWNER/REPO, or: gh repo set-default", usable[0].Name, strings.Join(list, ", "))
}

// nothing says why no remote can be asked: of the one that gh would look at first.
func (c Clone) nothing(ghHost string) error {
	first := slices.MinFunc(c.Remotes, func(a, b Remote) int { return rank(a.Name) - rank(b.Name) })
	switch {
	case first.Repo == (model.Repo{}):
		return fmt.Errorf("remote %s is %s", first.Name, first.Why)
	case ghHost != "":
		return fmt.Errorf("remote %s is on %s, and GH_HOST is %s", first.Name, first.Repo.Host, model.Clean(ghHost))
	}
	return fmt.Errorf("remote %s is on %s: %s", first.Name, first.Repo.Host, unknownHost(first.Repo.Host))
}
