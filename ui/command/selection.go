package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
)

// selection is the services asked for, each with the environments asked for, or none for all of them. Empty: everything.
type selection map[string][]string

// services are the selected ones' names; none: all.
func (s selection) services() []string { return slices.Sorted(maps.Keys(s)) }

// parseSelection reads SERVICE and SERVICE/ENVIRONMENT. A name that doesn't exist is an error that lists what does, for
// a typo must not turn into an exit code of 0.
func parseSelection(f *model.Fleet, args []string) (selection, error) {
	s := selection{}
	for _, arg := range args {
		service, environment := f.Service(arg), ""
		if service == nil {
			name, rest, _ := strings.Cut(arg, "/")
			service, environment = f.Service(name), rest
		}
		if service == nil {
			return nil, fmt.Errorf("select %q: there is no such service; there are %s", arg, strings.Join(serviceNames(f), ", "))
		}
		if environment == "" {
			s[service.Name] = nil
			continue
		}
		if service.Environment(environment) == nil {
			return nil, fmt.Errorf("select %q: %s has no such environment; it has %s", arg, service.Name, strings.Join(environmentNames(service), ", "))
		}
		if known, ok := s[service.Name]; !ok || known != nil {
			s[service.Name] = append(known, environment)
		}
	}
	return s, nil
}

func serviceNames(f *model.Fleet) []string {
	names := make([]string, len(f.Services))
	for i := range f.Services {
		names[i] = f.Services[i].Name
	}
	return names
}

func environmentNames(s *model.Service) []string {
	names := make([]string, len(s.Environments))
	for i := range s.Environments {
		names[i] = s.Environments[i].Name
	}
	return names
}

// only keeps the environments asked for; the verdict is then the worst of those. A service that can't be read at all
// stays what it is.
func only(a readiness.Assessment, environments []string) readiness.Assessment {
	if len(environments) == 0 || len(a.Environments) == 0 {
		return a
	}
	var kept []readiness.Environment
	for _, e := range a.Environments {
		if slices.Contains(environments, e.Name) {
			kept = append(kept, e)
		}
	}
	a.Environments = kept
	a.Verdict, a.Worst, a.Headline, a.ReadAt = kept[0].Verdict, kept[0].Name, kept[0].Headline, kept[0].ReadAt
	for _, e := range kept[1:] {
		if e.Verdict.Worse(a.Verdict) {
			a.Verdict, a.Worst, a.Headline = e.Verdict, e.Name, e.Headline
		}
		if e.ReadAt.Before(a.ReadAt) {
			a.ReadAt = e.ReadAt
		}
	}
	return a
}
