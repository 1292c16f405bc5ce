package pane

import (
	"cmp"
	"slices"

	"gonogo/model"
	"gonogo/model/readiness"
)

// rank says how much a service matters now, the most first: what is broken for people who
// use it, then what is held, then what isn't known.
func rank(s *readiness.Summary) int {
	unhealthy, degraded := false, false
	for i := range s.Environments {
		e := &s.Environments[i]
		if !e.HealthConfigured {
			continue
		}
		switch {
		case e.Health == model.Unhealthy && e.Tier == model.Production:
			return 0
		case e.Health == model.Unhealthy:
			unhealthy = true
		case e.Health == model.Degraded:
			degraded = true
		}
	}
	switch {
	case s.Verdict == model.Erroneous:
		return 1
	case s.Verdict == model.NoGo:
		return 2
	case unhealthy:
		return 3
	case s.Verdict == model.Undecided || s.Verdict == 0:
		return 4
	case s.Verdict == model.Waiting:
		return 5
	case degraded:
		return 6
	case s.Verdict == model.Go:
		return 7
	}
	return 8
}

// Ranked are the fleet's services, what matters first, otherwise as they were configured.
func Ranked(services []readiness.Summary) []*readiness.Summary {
	out := make([]*readiness.Summary, len(services))
	ranks := make(map[string]int, len(services))
	for i := range services {
		out[i] = &services[i]
		ranks[services[i].Service] = rank(&services[i])
	}
	slices.SortStableFunc(out, func(a, b *readiness.Summary) int { return cmp.Compare(ranks[a.Service], ranks[b.Service]) })
	return out
}

// Sick is the environment whose health matters most, if one is unhealthy or degraded.
func Sick(s *readiness.Summary) *readiness.EnvSummary {
	var worst *readiness.EnvSummary
	for i := range s.Environments {
		e := &s.Environments[i]
		if !e.HealthConfigured || e.Health != model.Unhealthy && e.Health != model.Degraded {
			continue
		}
		if worst == nil || e.Health > worst.Health || e.Health == worst.Health && e.Tier == model.Production {
			worst = e
		}
	}
	return worst
}

// Matter is the sentence that says what is the matter with a service: what is broken for
// those who use it, else why it has its verdict.
func Matter(s *readiness.Summary) string {
	if e := Sick(s); e != nil && e.HealthWhy != "" && (e.Health == model.Unhealthy || !s.Verdict.Worse(model.Go)) {
		return string(e.HealthWhy)
	}
	// The service's own headline begins with its environment's name, which stands beside it.
	if e := environmentOf(s, s.Worst); e != nil && s.Verdict != model.UpToDate && e.Headline != "" {
		return string(e.Headline)
	}
	return string(s.Headline)
}
