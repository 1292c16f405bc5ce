package config

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
)

// Restriction is one thing that is not done because the configuration isn't trusted.
type Restriction struct {
	Service     string // empty: all of them
	Environment string // empty: all of them
	Why         model.Text
}

// Restrict is what an untrusted configuration may still do: read from github.com and from the hosts that the person
// uses already (knownHosts). No checks are run, for they would scan the network that gonogo runs in; they stay, and
// their health is unknown. Nothing is done from here, and no gate is weaker than it is by default. The fleet that is
// passed in is not changed.
func Restrict(fleet *model.Fleet, knownHosts []string) (*model.Fleet, []Restriction) {
	r := restricter{known: append([]string{"github.com"}, knownHosts...)}
	out := *fleet
	out.Services = slices.Clone(fleet.Services)
	for i := range out.Services {
		r.service(&out.Services[i])
	}
	out.Sprint = r.sprint(fleet)
	if r.checks > 0 {
		r.list = append(r.list, Restriction{Why: model.Clean(fmt.Sprintf("%s not run", count(r.checks, "check is", "checks are")))})
	}
	r.list = append(r.list, Restriction{Why: "nothing is promoted, rolled back or approved from here"})
	return &out, r.list
}

type restricter struct {
	known  []string
	checks int
	list   []Restriction
}

func (r *restricter) note(service, environment, format string, args ...any) {
	r.list = append(r.list, Restriction{Service: service, Environment: environment, Why: model.Clean(fmt.Sprintf(format, args...))})
}

func (r *restricter) service(s *model.Service) {
	for _, repo := range []model.Repo{s.Repo, s.DeployRepo()} {
		if host := repo.Host; !r.knows(host) && s.Untrusted == "" {
			s.Untrusted = model.Clean(fmt.Sprintf("%s is not asked for %s: the configuration isn't trusted, and gh knows no such host", host, s.Name))
			r.list = append(r.list, Restriction{Service: s.Name, Why: s.Untrusted})
		}
	}
	if len(s.CIIgnore) > 0 {
		r.note(s.Name, "", "%s: ci_ignore is not followed", s.Name)
		s.CIIgnore = nil
	}
	s.Environments = slices.Clone(s.Environments)
	for i := range s.Environments {
		r.environment(s, &s.Environments[i], i == len(s.Environments)-1)
	}
}

// sprint lets a project be asked only where repositories may be. Milestones are asked where their repositories are.
func (r *restricter) sprint(fleet *model.Fleet) *model.SprintSource {
	of, ok := fleet.BoardOf()
	if !ok || fleet.Sprint.Milestones || r.knows(of.Repo.Host) {
		return fleet.Sprint
	}
	s := *fleet.Sprint
	s.Untrusted = model.Clean(fmt.Sprintf("%s is not asked for the sprint board: the configuration isn't trusted, and gh knows no such host", of.Repo.Host))
	r.list = append(r.list, Restriction{Why: s.Untrusted})
	return &s
}

func (r *restricter) knows(host string) bool {
	return slices.ContainsFunc(r.known, func(k string) bool { return strings.EqualFold(k, host) })
}

func (r *restricter) environment(s *model.Service, e *model.Environment, last bool) {
	e.ReadOnly = true
	if usual := tier("", e.Name, e.GitHub, last); usual == model.Production && e.Tier != model.Production {
		e.Tier = usual
		r.note(s.Name, e.Name, "%s %s counts as production", s.Name, e.Name)
	}
	e.Checks = slices.Clone(e.Checks)
	for i := range e.Checks {
		e.Checks[i].Untrusted = true
		e.Checks[i].Required = true
		r.checks++
	}
	gates := map[model.Gate]model.Level{}
	usual := model.Environment{Tier: e.Tier}
	for _, gate := range model.Gates() {
		level, written := e.Gates[gate]
		switch {
		case !written:
		case weight(level) < weight(usual.Level(gate)):
			r.note(s.Name, e.Name, "%s %s: the gate %s stays %s, not %s", s.Name, e.Name, gate, usual.Level(gate), level)
		default:
			gates[gate] = level
		}
	}
	e.Gates = gates
}

func weight(l model.Level) int {
	return slices.Index([]model.Level{model.Off, model.Advisory, model.Required}, l)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
