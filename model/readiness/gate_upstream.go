package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// gateOrder: upstream has had a successful deployment of this commit that was not rolled back.
func (w *world) gateOrder(i int, r model.Release) judged {
	read, d := w.f.reading(w.m, model.SignalDeployments, "")
	seen := []model.Evidence{evidence("deployments", "", read)}
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	known, ok := w.byTag[r.Tag]
	switch {
	case ok && !validSHA(known.SHA):
		return unknown(say("the commit of the tag %s could not be resolved", r.Tag), "reading releases and tags again", seen)
	case ok && known.SHA != r.SHA:
		return judged{result: model.Fail, why: say("the tag %s was moved from %s to %s since", r.Tag, r.SHA.Short(), known.SHA.Short()), seen: seen}
	}
	warned, warning := w.failedHere(i, r)
	if i == 0 && warned {
		return judged{result: model.Warn, why: warning, seen: seen}
	}
	if i == 0 {
		return judged{result: model.NotApplicable, why: "the first environment has none before it", seen: seen}
	}
	up, past := w.env(i-1), w.past[i-1]
	c := everSucceeded(past, r.SHA)
	if c == nil {
		for k := range past {
			if !past[k].read && past[k].d.SHA == r.SHA {
				return unknown(say("the statuses of %s in %s were not read", r.Title(), up.Name), "reading its statuses", seen)
			}
		}
		return judged{result: model.Fail, why: say("%s never succeeded in %s", r.Title(), up.Name), seen: seen}
	}
	seen = append(seen, evidence(say("deployment of %s to %s: first success %s", r.Title(), up.Name, ago(c.first, w.m.now)), c.d.URL, read))
	here := w.here[i-1]
	switch back := w.rolledBack(past, r); {
	case back != nil:
		return judged{result: model.Fail, why: say("%s %s in %s %s", r.Title(), string(w.wentBackTo(past, r, back)), up.Name, ago(back.first, w.m.now)), seen: seen}
	case warned:
		return judged{result: model.Warn, why: warning, seen: seen}
	case here.Known && here.Release.SHA != r.SHA:
		return judged{result: model.Warn, why: say("%s has moved on from %s to %s", up.Name, r.Title(), here.Release.Title()), seen: seen}
	case !c.failed.IsZero():
		return judged{result: model.Warn, why: say("%s succeeded in %s, then reported a failure %s", r.Title(), up.Name, ago(c.failed, w.m.now)), seen: seen}
	}
	return judged{result: model.Pass, why: say("%s succeeded in %s %s", r.Title(), up.Name, ago(c.first, w.m.now)), seen: seen}
}

// failedHere warns of a release that was in this environment before and didn't stay, or that would take back some of what
// runs there.
func (w *world) failedHere(i int, r model.Release) (bool, model.Text) {
	env := w.env(i)
	if back := w.rolledBack(w.past[i], r); back != nil {
		return true, say("%s ran in %s before and %s %s", r.Title(), env.Name, string(w.wentBackTo(w.past[i], r, back)), ago(back.first, w.m.now))
	}
	if here := w.here[i]; here.Partly.SHA == r.SHA && r.SHA != "" {
		return true, say("a deployment of %s to %s failed midway %s", r.Title(), env.Name, ago(here.PartlyAt, w.m.now))
	}
	if here := w.here[i]; here.Known && !here.None {
		if c, ok := w.f.Comparison(here.Release.SHA, r.SHA); ok && c.Behind > 0 {
			return true, say("%s lacks %s of %s, which runs in %s", r.Title(), count(c.Behind, "commit"), here.Release.Title(), env.Name)
		}
	}
	return false, ""
}

// gateSoak: the release has been observed healthy upstream, without a break, for the soak time. What is counted ends
// with the newest sample, so that time in which nothing was seen never counts.
func (w *world) gateSoak(i int, r model.Release) judged {
	need := w.env(i).Soak
	switch {
	case need <= 0:
		return judged{result: model.NotApplicable, why: "no soak time is set"}
	case i == 0:
		return judged{result: model.NotApplicable, why: "the first environment has none before it to soak in"}
	}
	up := w.env(i - 1)
	if _, d := w.f.reading(w.m, model.SignalDeployments, ""); !d.none() {
		return unknown(d.why, d.settle, nil)
	}
	c := everSucceeded(w.past[i-1], r.SHA)
	if c == nil {
		return unknown(say("%s never succeeded in %s, so it could not soak there", r.Title(), up.Name), say("a deployment of %s to %s", r.Title(), up.Name), nil)
	}
	from, to := w.stay(i-1, c)
	there := Running{Known: true, Release: r, Deployment: c.d, Since: from}
	all, observable := w.f.healthyStretches(w.m, up, there, from, to)
	if !observable {
		return unknown(say("%s has no required health checks, so a soak of %s can't be observed", up.Name, span(need)), say("health: for %s", up.Name), nil)
	}
	health := w.f.health(w.m, up, there, false)
	seen := []model.Evidence{{What: say("health of %s: %s", up.Name, health.State.String()), At: health.At}}
	if best := longest(all); !to.IsZero() {
		if best.length() >= need {
			return judged{result: model.Pass, why: say("%s was healthy in %s for %s (%s asked for)", r.Title(), up.Name, span(best.length()), span(need)), seen: seen}
		}
		return unknown(say("%s was observed healthy in %s for %s only (%s asked for), and it runs there no more", r.Title(), up.Name, span(best.length()), span(need)), say("%s in %s again", r.Title(), up.Name), seen)
	}
	w.m.relied(health.At)
	return w.soaking(up, health, all, need, seen)
}

// soaking judges the soak of a release that still runs upstream.
func (w *world) soaking(up *model.Environment, health model.Health, all []stretch, need time.Duration, seen []model.Evidence) judged {
	switch health.State {
	case model.Unhealthy:
		return judged{result: model.Fail, why: say("%s is unhealthy: %s", up.Name, string(health.Why)), seen: seen}
	case model.HealthUnknown:
		return unknown(say("%s is not observed: %s", up.Name, string(health.Why)), say("a fresh sample of %s", up.Name), seen)
	case model.Degraded, model.Progressing:
		return judged{result: model.Wait, why: say("%s is %s (%s), so the soak of %s starts again", up.Name, health.State.String(), string(health.Why), span(need)), seen: seen}
	}
	var now stretch
	if len(all) > 0 {
		now = all[len(all)-1]
	}
	if len(all) > 0 && now.length() >= need {
		return judged{result: model.Pass, why: say("%s has been healthy for %s (%s asked for)", up.Name, span(now.length()), span(need)), seen: seen}
	}
	until := now.from.Add(need)
	why := say("%s has been healthy for %s of %s, %s to go", up.Name, span(now.length()), span(need), spanUp(need-now.length()))
	if !now.gap.IsZero() {
		why += say("; not observed %s from here", between(now.gap, now.from))
	}
	if len(all) == 0 {
		until = time.Time{}
	}
	return judged{result: model.Wait, why: why, seen: seen, until: until}
}

// stay is the time that a release ran in an environment: from its first success to another's; to is zero while it does.
func (w *world) stay(i int, c *carried) (from, to time.Time) {
	for k := len(w.past[i]) - 1; k >= 0; k-- {
		if p := &w.past[i][k]; p.succeeded() && p.first.After(c.first) && (!p.mapped || p.release.SHA != c.release.SHA) {
			return c.first, p.first
		}
	}
	return c.first, time.Time{}
}

// gateHealth: the target environment's own checks pass.
func (w *world) gateHealth(i int, h model.Health) judged {
	env := w.env(i)
	if !h.Configured {
		return judged{result: model.NotApplicable, why: "no health checks are configured"}
	}
	if !slices.ContainsFunc(env.Checks, func(c model.Check) bool { return c.Required }) {
		return judged{result: model.NotApplicable, why: "every check is informative, none decides"}
	}
	w.m.relied(h.At)
	var seen []model.Evidence
	for _, c := range h.Checks {
		seen = append(seen, model.Evidence{What: say("%s: %s", c.Check.Name, c.State.String()), URL: c.Check.Target, At: c.Sample.At})
	}
	if here := w.here[i]; here.Known && here.None && h.State != model.Healthy {
		return judged{result: model.NotApplicable, why: say("nothing runs in %s yet", env.Name), seen: seen}
	}
	switch h.State {
	case model.Healthy:
		seenFor := w.m.now.Sub(h.Since)
		if seenFor < time.Second {
			return judged{result: model.Pass, why: say("%s is healthy, seen just now", env.Name), seen: seen}
		}
		// No more is known than what was observed: it may have been healthy for longer.
		return judged{result: model.Pass, why: say("%s has been seen healthy for %s", env.Name, span(seenFor)), seen: seen}
	case model.Progressing:
		return judged{result: model.Wait, why: say("%s is progressing: %s", env.Name, string(h.Why)), seen: seen}
	case model.Degraded:
		return judged{result: model.Warn, why: say("%s is degraded: %s", env.Name, string(h.Why)), seen: seen}
	case model.Unhealthy:
		return judged{result: model.Fail, why: say("%s is unhealthy: %s", env.Name, string(h.Why)), seen: seen}
	}
	return unknown(say("the health of %s isn't known: %s", env.Name, string(h.Why)), say("a fresh sample of %s", env.Name), seen)
}
