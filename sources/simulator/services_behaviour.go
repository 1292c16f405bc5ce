package simulator

import (
	"slices"
	"strings"
	"time"
)

// Behaviour is how a release behaves where it runs. The zero value is a good one.
type Behaviour struct {
	// Failing makes the health endpoint answer 503.
	Failing bool
	// ErrorRatio is the share of requests that end with a 5xx code; a good
	// release's is one in a thousand.
	ErrorRatio float64
	// Latency is the median time to answer, and how long the health endpoint
	// takes in real time; a good release's is some milliseconds.
	Latency time.Duration

	// Environment bounds the behaviour to one environment; empty means all of them.
	Environment string
	// After is how long the release runs well before it shows.
	After time.Duration
	// For is how long it shows; zero means for as long as the release runs.
	For time.Duration
}

// behaviour is a Behaviour of one commit's.
type behaviour struct {
	Behaviour
	commit *Commit
}

// Behave makes a release (by tag, branch or hash) behave in a way from now on
// and, looking back, ever since it runs.
func (s *Services) Behave(repository, ref string, b Behaviour) {
	commit := s.world.Repository(repository).Head(ref)
	if commit == nil {
		panic("simulator: " + repository + " has no commit called " + ref)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviours = append(s.behaviours, behaviour{b, commit})
}

// Recover makes a release behave well again, and forgets that it ever did not.
func (s *Services) Recover(repository, ref string) {
	commit := s.world.Repository(repository).Head(ref)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviours = slices.DeleteFunc(s.behaviours, func(b behaviour) bool { return b.commit == commit })
}

func (s *Services) behavioursNow() []behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.behaviours)
}

// What a good release does.
const (
	goodErrorRatio = 0.001
	goodLatency    = 4 * time.Millisecond
	// rolloutTime is how long the old release still answers after the deployment of
	// the new one succeeded: load balancers drain, caches warm.
	rolloutTime = 10 * time.Second
)

// stretch is a time in which one release ran in one environment.
type stretch struct {
	deployment *Deployment
	from, to   time.Time // to is zero while it runs
}

// stretches are all releases that ran in an environment, oldest first. The world is locked.
func stretches(r *Repository, environment string) []stretch {
	var list []stretch
	for _, d := range r.deployments {
		if strings.EqualFold(d.Environment, environment) && !d.firstSuccess().IsZero() {
			list = append(list, stretch{deployment: d, from: d.firstSuccess().Add(rolloutTime)})
		}
	}
	slices.SortStableFunc(list, func(a, b stretch) int { return a.from.Compare(b.from) })
	for i := range list {
		if i+1 < len(list) {
			list[i].to = list[i+1].from
		}
	}
	if len(list) > 0 {
		list[0].from = list[0].from.Add(-rolloutTime) // nothing else could answer before it
	}
	return list
}

// within cuts the stretch to what lies before t and after since; false where nothing does.
func (v stretch) within(since, t time.Time) (from, to time.Time, ok bool) {
	from, to = v.from, v.to
	if to.IsZero() || to.After(t) {
		to = t
	}
	if from.Before(since) {
		from = since
	}
	return from, to, from.Before(to)
}

// shows tells how long a behaviour showed between two moments of a stretch.
func (b behaviour) shows(v stretch, from, to time.Time) time.Duration {
	if b.commit != v.deployment.Commit || b.Environment != "" && !strings.EqualFold(b.Environment, v.deployment.Environment) {
		return 0
	}
	begin := v.from.Add(b.After)
	end := to
	if b.For > 0 && begin.Add(b.For).Before(end) {
		end = begin.Add(b.For)
	}
	if begin.Before(from) {
		begin = from
	}
	return max(0, end.Sub(begin))
}

// condition is how a service is at one moment.
type condition struct {
	deployment *Deployment // nil: nothing has ever been deployed
	failing    bool
	errorRatio float64
	latency    time.Duration
}

// conditionAt is how a service is in an environment at a moment. The world is locked.
func conditionAt(r *Repository, environment string, all []behaviour, t time.Time) condition {
	for _, v := range slices.Backward(stretches(r, environment)) {
		if v.from.After(t) {
			continue
		}
		c := condition{deployment: v.deployment, errorRatio: goodErrorRatio, latency: goodLatency}
		for _, b := range all {
			if b.shows(v, t, t.Add(time.Nanosecond)) > 0 {
				c.failing = c.failing || b.Failing
				c.errorRatio = max(c.errorRatio, b.ErrorRatio)
				c.latency = max(c.latency, b.Latency)
			}
		}
		return c
	}
	return condition{}
}

// version is the tag that was deployed, or else the newest one of the deployment's
// commit, without what names its service; the commit's hash where it has none.
func (d *Deployment) version() string {
	if t := d.repo.tags[d.Ref]; t != nil && t.Commit == d.Commit {
		return t.Name[strings.LastIndexByte(t.Name, '/')+1:]
	}
	for _, t := range slices.Backward(d.repo.tagOrder) {
		if t.Commit == d.Commit {
			return t.Name[strings.LastIndexByte(t.Name, '/')+1:]
		}
	}
	return d.Commit.SHA
}
