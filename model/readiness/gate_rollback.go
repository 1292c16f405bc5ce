package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// targetsKept bounds how many targets are listed, targetsCompared for how many of them changes are asked for, and
// targetsTried for how many that may be gone back to it is asked whether they can be deployed once more: in the background
// for the best, and for some more where a person is about to choose.
const (
	targetsKept     = 20
	targetsCompared = 3
	targetsTried    = 1
	targetsOffered  = 3
)

// targets are the releases that an environment could be rolled back to now: those that ever succeeded there, the newest
// stay first; eligible ones come before the excluded.
func (w *world) targets(i int) []Target {
	env, past := w.env(i), w.past[i]
	var all []Target
	var seen []model.SHA
	compared, eligible, tried := 0, 0, targetsTried
	if w.offers {
		tried = targetsOffered
	}
	for k := range past {
		c := &past[k]
		if !c.succeeded() || len(all) == targetsKept {
			break
		}
		if c.mapped {
			if slices.Contains(seen, c.release.SHA) {
				continue
			}
			seen = append(seen, c.release.SHA)
		}
		t := Target{Release: c.release, Deployment: c.d}
		t.From, t.To = w.stay(i, c)
		t.Healthy, _ = w.observed(env, c, t.From, t.To)
		t.Why = w.excluded(i, c, &t, &compared)
		if t.Why == "" {
			var unsure doubt
			if t.Why, unsure = w.again(env, c.release, eligible < tried || t.Named(w.meant)); t.Why == "" {
				t.Eligible, t.Why, t.settle = true, unsure.why, unsure.settle
				eligible++
			}
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b Target) int {
		switch {
		case a.Eligible == b.Eligible:
			return 0
		case a.Eligible:
			return -1
		}
		return 1
	})
	return all
}

// excluded is why a success can't be gone back to, or empty.
func (w *world) excluded(i int, c *carried, t *Target, compared *int) model.Text {
	env, here := w.env(i), w.here[i]
	switch {
	case !c.mapped:
		return c.why.why
	case !here.Known:
		return "what runs here isn't known"
	case c.release.SHA == here.Release.SHA:
		return "is what runs here"
	}
	if back := w.rolledBack(w.past[i], c.release); back != nil {
		return w.wentBackTo(w.past[i], c.release, back)
	}
	if why := w.unwanted(c.release.SHA); why != "" {
		return why
	}
	if v, ok := w.version(c.release); ok {
		if u, ok := w.version(here.Release); ok && v.Compare(u) > 0 {
			return "is newer than what runs here"
		}
	}
	if why := w.unfit(env, c, t); why != "" {
		return why
	}
	if len(w.f.Service.Irreversible) == 0 {
		return ""
	}
	if *compared++; *compared > targetsCompared {
		return "an irreversible migration may lie between: it was not compared"
	}
	paths, cut, _, d := w.changed(c.release, here.Release)
	hard := matching(paths, w.f.Service.Irreversible)
	switch {
	case len(hard) > 0:
		return say("lies before an irreversible migration: %s", list(hard, 2))
	case !d.none():
		return say("an irreversible migration may lie between: %s", string(d.why))
	case cut:
		return "an irreversible migration may lie between: GitHub's list of changed paths is cut"
	}
	return ""
}

// unfit is why a release that ran here isn't good enough to be gone back to, or empty.
func (w *world) unfit(env *model.Environment, c *carried, t *Target) model.Text {
	if _, sick := w.observed(env, c, t.From, t.To); sick > 0 {
		return say("was unhealthy for %s", span(sick))
	}
	if why := w.oneWay(env); why != "" {
		return why
	}
	return w.undispatchable(c)
}

// oneWay is why nothing can be brought to an environment a second time, or empty: a release becomes public once.
func (w *world) oneWay(env *model.Environment) model.Text {
	if w.f.Service.Deploy.Release && env.RollbackBy == nil {
		return "was deployed by becoming public, which happens once: going back needs rollback: {workflow: …}"
	}
	return ""
}

// undispatchable is why a release can't be deployed again by its tag, or empty.
func (w *world) undispatchable(c *carried) model.Text {
	deploy := &w.f.Service.Deploy
	if c.release.Tag == "" && deploy.Workflow != "" && !deploy.RefBranch && len(w.releases) > 0 {
		return say("has no tag, so %s can't be dispatched on it", deploy.Workflow)
	}
	return ""
}

// observed is how long a release was observed healthy in an environment, and how long it was unhealthy when that lasted
// for as many samples in a row as would fail a verification.
func (w *world) observed(env *model.Environment, c *carried, from, to time.Time) (healthy, sick time.Duration) {
	there := Running{Known: true, Release: c.release, Deployment: c.d, Since: from}
	all, _ := w.f.healthyStretches(w.m, env, there, from, to)
	for _, s := range all {
		healthy += s.length()
	}
	for i := range env.Checks {
		if env.Checks[i].Required {
			sick = max(sick, w.sick(env, &env.Checks[i], there, to))
		}
	}
	return healthy, sick
}

// sick is how long a check was unhealthy while a release ran there, up to to; another version that answered says nothing
// of this one.
func (w *world) sick(env *model.Environment, c *model.Check, there Running, to time.Time) time.Duration {
	failures := c.Failures
	if failures <= 0 {
		failures = model.DefaultFailures
	}
	var worst time.Duration
	var began time.Time
	row := 0
	own := w.f.samplesOf(w.m, env, c)
	for i := range own {
		s := own[i]
		if !to.IsZero() && !s.At.Before(to) {
			break
		}
		if s.At.Before(there.Since) {
			continue
		}
		if state, _ := w.f.judge(env, c, *s, there); state != model.Unhealthy {
			row = 0
			continue
		}
		if row++; row == 1 {
			began = s.At
		}
		if row >= failures || s.Span >= time.Duration(failures)*max(c.Every, time.Second) {
			worst = max(worst, sampleEnd(*s).Sub(began), time.Second)
		}
	}
	return worst
}

// backTo is what could be gone back to after a promotion, and how well it did: what runs here now or, with what is against
// that, an earlier target. The zero target is none.
func (w *world) backTo(i int, targets []Target, h model.Health) (t Target, how string, against model.Text) {
	here, env := w.here[i], w.env(i)
	c := everSucceeded(w.past[i], here.Release.SHA)
	now := Target{Release: here.Release}
	now.From, now.To = w.stay(i, c)
	against = w.unfit(env, c, &now)
	switch {
	case h.State == model.Unhealthy && against == "":
		against = "is unhealthy"
	case h.State == model.Healthy || h.State == model.Degraded: // it has recovered
		against = w.undispatchable(c)
	}
	if veto := w.unwanted(here.Release.SHA); veto != "" {
		against = "was " + veto
	}
	if against == "" {
		var unsure doubt
		if against, unsure = w.again(env, here.Release, true); against == "" {
			now.Why, now.settle = unsure.why, unsure.settle
			return now, "which runs here now", ""
		}
	}
	for _, t := range targets {
		if t.Eligible {
			how := "which ran here until " + ago(t.To, w.m.now)
			if t.Healthy > 0 {
				how = "healthy here for " + span(t.Healthy)
			}
			return t, how, against
		}
	}
	return Target{}, "", against
}

// gateRollback: after the promotion there is something to go back to: what runs here now, or an earlier target. It is said
// which.
func (w *world) gateRollback(i int, targets []Target, h model.Health) (model.Release, judged) {
	here, env := w.here[i], w.env(i)
	read, d := w.f.reading(w.m, model.SignalDeployments, "")
	seen := []model.Evidence{evidence("deployments to "+model.Text(env.Name), "", read)}
	switch {
	case !d.none():
		return model.Release{}, unknown(d.why, d.settle, seen)
	case !here.Known:
		return model.Release{}, unknown(here.Why, here.Settle, seen)
	case here.None:
		return model.Release{}, judged{result: model.NotApplicable, why: "first deployment here, there is nothing to go back to", seen: seen}
	}
	if w.oneWay(env) != "" {
		return model.Release{}, judged{result: model.Fail, why: say("%s is deployed by making releases public, which can't be done twice: going back needs rollback: {workflow: …}", env.Name), seen: seen}
	}
	t, how, against := w.backTo(i, targets, h)
	switch {
	case !t.Release.Zero() && t.Why != "":
		return t.Release, unknown(say("%s, %s, could be gone back to, but %s", t.Release.Title(), how, string(t.Why)), t.settle, seen)
	case !t.Release.Zero():
		return t.Release, judged{result: model.Pass, why: say("%s, %s, is there to go back to", t.Release.Title(), how), seen: seen}
	case read.Cut:
		return t.Release, unknown(say("no rollback target among the newest deployments: %s %s; older ones were not read", here.Release.Title(), string(against)), "reading older deployments", seen)
	}
	return t.Release, judged{result: model.Fail, why: say("nothing to go back to: %s %s, and no earlier release qualifies", here.Release.Title(), string(against)), seen: seen}
}
