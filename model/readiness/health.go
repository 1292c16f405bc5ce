package readiness

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// HealthOf is the health of an environment: the worst of its required checks. here is what it runs, for another version
// that answers is progressing; underway says that a deployment is under way there.
func HealthOf(s model.Service, env model.Environment, samples []model.Sample, here Running, underway bool, now time.Time) model.Health {
	f := Facts{Service: s, Samples: samples}
	return f.health(momentAt(now), &env, here, underway)
}

// maxAge is how old a check's newest sample may be.
func maxAge(c *model.Check) time.Duration {
	switch {
	case c.MaxAge > 0:
		return c.MaxAge
	case c.Every > 0:
		return 3 * c.Every
	}
	return 3 * model.DefaultEvery
}

func (f *Facts) health(m moment, env *model.Environment, here Running, underway bool) model.Health {
	h := model.Health{Configured: len(env.Checks) > 0, State: model.HealthUnknown, Why: "no checks are configured"}
	if !h.Configured {
		return h
	}
	var worst *model.CheckHealth
	var worstSince time.Time
	for i := range env.Checks {
		ch, since := f.checkHealth(m, env, &env.Checks[i], here)
		h.Checks = append(h.Checks, ch)
		if ch.Check.Required && (worst == nil || ch.State > worst.State || ch.State == worst.State && since.After(worstSince)) {
			worst, worstSince = &ch, since
		}
	}
	slices.SortStableFunc(h.Checks, func(a, b model.CheckHealth) int { return cmp.Compare(b.State, a.State) })
	if worst == nil {
		h.State, h.Why = model.HealthUnknown, "every check is informative, none is required"
		return h
	}
	h.State, h.Why, h.At, h.Since = worst.State, worst.Why, worst.Sample.At, worstSince
	if h.State != model.Healthy {
		h.Why = named(&worst.Check, worst.Why)
	}
	if underway && h.State == model.Healthy {
		h.State, h.Why, h.Since = model.Progressing, "a deployment is under way", time.Time{}
	}
	return h
}

// longestQuery is how much of a query a sentence shows, in characters.
const longestQuery = 40

// named is why a check is not healthy, with its name. A query without a name of its own comes after its value, shortened:
// it would push all that matters out of sight.
func named(c *model.Check, why model.Text) model.Text {
	if c.Kind != model.CheckPrometheus || c.Name != c.Query {
		return say("%s: %s", c.Name, string(why))
	}
	query := []rune(string(model.Clean(c.Query)))
	if len(query) > longestQuery {
		query = append(query[:longestQuery-1], '…')
	}
	return say("%s (%s)", string(why), string(query))
}

// checkHealth is the state of one check, and since when it has been observed without a break.
func (f *Facts) checkHealth(m moment, env *model.Environment, c *model.Check, here Running) (model.CheckHealth, time.Time) {
	unknown := func(s model.Sample, why model.Text) (model.CheckHealth, time.Time) {
		return model.CheckHealth{Check: *c, State: model.HealthUnknown, Why: why, Sample: s}, time.Time{}
	}
	read := f.Read(model.SignalHealth, HealthSubject(env.Name, c.ID))
	if c.Untrusted || read.Problem == model.ProblemUntrusted {
		return unknown(model.Sample{}, "checks are not run until the configuration is trusted")
	}
	own := f.samplesOf(m, env, c)
	if len(own) == 0 {
		if read.Why != "" {
			return unknown(model.Sample{}, read.Why)
		}
		return unknown(model.Sample{}, "never observed")
	}
	newest := *own[len(own)-1]
	if m.older(sampleEnd(newest), maxAge(c)) {
		return unknown(newest, say("last observed %s", ago(sampleEnd(newest), m.now)))
	}
	state, why := f.judge(env, c, newest, here)
	since := newest.At
	for i := len(own) - 2; i >= 0; i-- {
		s, _ := f.judge(env, c, *own[i], here)
		if s != state || own[i+1].At.Sub(sampleEnd(*own[i])) > maxAge(c) {
			break
		}
		since = own[i].At
	}
	return model.CheckHealth{Check: *c, State: state, Why: why, Sample: newest}, since
}

// samplesOf are a check's samples, oldest first; those from the future are malformed and left out. Of several at one
// instant the worst comes last.
func (f *Facts) samplesOf(m moment, env *model.Environment, c *model.Check) []*model.Sample {
	key := [2]string{env.Name, c.ID}
	if own, known := f.sorted[key]; known {
		return own
	}
	own := make([]*model.Sample, 0, len(f.Samples)/max(1, len(env.Checks)))
	for i := range f.Samples {
		s := &f.Samples[i]
		if s.Environment == env.Name && s.Check == c.ID && s.Span >= 0 && !m.future(s.At.Add(s.Span)) {
			own = append(own, s)
		}
	}
	oldestFirst(own)
	if f.sorted != nil {
		f.sorted[key] = own
	}
	return own
}

// oldestFirst sorts samples. They come newest first from the cache, so that turning them round is mostly enough.
func oldestFirst(own []*model.Sample) {
	turn := true
	for i := 1; i < len(own) && turn; i++ {
		turn = own[i].At.Before(own[i-1].At)
	}
	if turn {
		slices.Reverse(own)
		return
	}
	slices.SortStableFunc(own, func(a, b *model.Sample) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(severity(a.State), severity(b.State)), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Reason, b.Reason))
	})
}

// severity orders states; one that is none of ours counts as unknown.
func severity(s model.HealthState) model.HealthState {
	if s < model.Healthy || s > model.Unhealthy {
		return model.HealthUnknown
	}
	return s
}

func sampleEnd(s model.Sample) time.Time { return s.At.Add(s.Span) }

// JudgeSample is what a sample says of an environment that runs here: another version's answer is progressing.
func JudgeSample(s model.Service, env model.Environment, c model.Check, sample model.Sample, here Running) (model.HealthState, model.Text) {
	f := Facts{Service: s}
	return f.judge(&env, &c, sample, here)
}

// judge is the state of a sample, held against the version that should answer: another one is progressing, never
// unhealthy.
func (f *Facts) judge(env *model.Environment, c *model.Check, s model.Sample, here Running) (model.HealthState, model.Text) {
	state, why := severity(s.State), s.Reason
	if s.Version != "" && here.Known && !here.None {
		if answers(f, env, c, string(s.Version), here.Release) {
			if state == model.Progressing {
				state, why = model.Healthy, ""
			}
		} else if versioned(c) {
			return model.Progressing, say("version %s answers, %s should", string(s.Version), here.Release.Title())
		}
	}
	if why == "" && state != model.Healthy {
		why = model.Text(state.String())
	}
	if why == "" {
		why = "healthy"
	}
	return state, why
}

func versioned(c *model.Check) bool {
	return slices.ContainsFunc(c.JSON, func(e model.Expect) bool { return e.Version })
}

// answers reports whether a version field said what the release should say.
func answers(f *Facts, env *model.Environment, c *model.Check, said string, r model.Release) bool {
	values := model.Values{
		Service: f.Service.Name, Environment: env.GitHub, Tag: r.Tag, Version: r.Version(f.Service.Tags), SHA: string(r.SHA),
	}
	for _, e := range c.JSON {
		if !e.Version {
			continue
		}
		want, err := model.Expand(e.Value, values)
		if err == nil && model.SameVersion(said, want) {
			return true
		}
		if model.Templated(e.Value, "SHA") && len(said) >= 7 && strings.HasPrefix(string(r.SHA), strings.ToLower(said)) {
			return true
		}
	}
	return false
}
