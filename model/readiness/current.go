package readiness

import (
	"time"

	"gonogo/model"
)

// How long an unfinished deployment of an unknown run may still be meant. GitHub fails an unapproved job after 30 days
// and ends a job after 5 days at the latest, on its own runners after 6 hours (GitHub docs, "Usage limits").
const (
	longestPending = 35 * 24 * time.Hour
	longestJob     = 6 * time.Hour
)

// running tells which release an environment runs: the one whose first success is newest.
func (w *world) running(env *model.Environment, past []carried) Running {
	read := w.f.Read(model.SignalDeployments, "")
	if !read.OK() {
		_, d := w.f.reading(w.m, model.SignalDeployments, "")
		return Running{Why: d.why, Settle: d.settle}
	}
	var best *carried
	if len(past) > 0 && past[0].succeeded() {
		best = &past[0]
	}
	for i := range past {
		if c := &past[i]; !c.succeeded() && c.unreadSince(best) {
			return Running{
				Why:    say("the statuses of deployment %d in %s, made %s, were not read", c.d.ID, env.Name, ago(c.d.CreatedAt, w.m.now)),
				Settle: "reading its statuses",
			}
		}
	}
	switch {
	case best == nil && read.Cut:
		return Running{Why: say("none of the newest deployments to %s succeeded, and older ones were not read", env.Name), Settle: "one successful deployment"}
	case best == nil:
		return Running{Known: true, None: true}
	case !best.mapped:
		return Running{Deployment: best.d, Since: best.first, Why: best.why.why, Settle: best.why.settle}
	}
	r := Running{Known: true, Release: best.release, Deployment: best.d, Since: best.first}
	if best.moved != "" {
		r.Why = say("the tag %s was moved to %s since; %s runs here", best.release.Tag, best.moved.Short(), best.release.SHA.Short())
	}
	if p := w.partly(best, past); p != nil {
		r.Partly, r.PartlyAt = p.release, p.d.CreatedAt
	}
	return r
}

// unreadSince reports whether one of the deployments whose statuses were not read may have moved after best first
// succeeded (nil: nothing is known to have): it was made later, or was updated since. One without the time of its update
// may have.
func (c *carried) unreadSince(best *carried) bool {
	for i := range c.parts {
		p := &c.parts[i]
		if !p.StatusesRead && (best == nil || p.CreatedAt.After(best.d.CreatedAt) || p.UpdatedAt.IsZero() || p.UpdatedAt.After(best.first)) {
			return true
		}
	}
	return false
}

// partly is the newest attempt after the current deployment that stopped midway: it failed, or its run ended without
// ending it, after a job had begun.
func (w *world) partly(best *carried, past []carried) *carried {
	var newest *carried
	for i := range past {
		c := &past[i]
		stopped := !c.failed.IsZero() || w.neverFinished(c, past)
		if c.succeeded() || !stopped || !c.began() || !c.mapped || c.release.SHA == best.release.SHA {
			continue
		}
		if c.d.CreatedAt.After(best.first) && (newest == nil || c.d.CreatedAt.After(newest.d.CreatedAt)) {
			newest = c
		}
	}
	return newest
}

// began reports whether a deployment's job may have begun: its statuses say so, or aren't all known.
func (c *carried) began() bool {
	if !c.read {
		return true
	}
	for i := range c.parts {
		for _, s := range c.parts[i].Statuses {
			if s.State == model.DeploymentInProgress {
				return true
			}
		}
	}
	return false
}

// unfinished is the first of the deployments that hasn't ended, or nil. The first success decides what runs; it doesn't
// end the others: the rest of a matrix, or a re-run.
func (c *carried) unfinished() *model.Deployment {
	for i := range c.parts {
		if p := &c.parts[i]; p.StatusesRead && !p.State().Finished() {
			return p
		}
	}
	return nil
}

// neverFinished reports a deployment that its run left unfinished: a cancelled job may never update it.
func (w *world) neverFinished(c *carried, past []carried) bool {
	d := c.unfinished()
	if d == nil {
		return false
	}
	if d.RunDone {
		return true
	}
	if d.RunID != 0 {
		r, known := w.run(d.RunID)
		return known && r.Done()
	}
	if w.m.older(d.CreatedAt, longestPending) {
		return true
	}
	overtaken := len(past) > 0 && past[0].succeeded() && past[0].d.CreatedAt.After(d.CreatedAt)
	return overtaken && w.m.older(d.CreatedAt, longestJob)
}

// rolledBack returns the success of an older release that followed the last success of this commit in an environment's
// history, or nil. Older: by semantic version where both tags are one; else one that had succeeded there before this
// commit ever did, or one that a deployment of the task "rollback" carried. Deploying the release again undoes it.
func (w *world) rolledBack(past []carried, r model.Release) *carried {
	last, first := -1, -1
	for i := range past {
		if past[i].succeeded() && past[i].mapped && past[i].release.SHA == r.SHA {
			if last < 0 {
				last = i
			}
			first = i
		}
	}
	for i := last - 1; i >= 0; i-- { // towards newer successes
		if later := &past[i]; later.mapped && w.wentBack(later, r, past[first+1:]) {
			return later
		}
	}
	return nil
}

// wentBackTo says what became of a release: it was rolled back to one that had been there, or an older one that hadn't (a
// hotfix on its way) took its place.
func (w *world) wentBackTo(past []carried, r model.Release, back *carried) model.Text {
	own := everSucceeded(past, r.SHA)
	for i := range past {
		if c := &past[i]; c.succeeded() && c.mapped && c.release.SHA == back.release.SHA && c.first.Before(own.first) {
			return say("was rolled back to %s", back.release.Title())
		}
	}
	if back.d.Task == "rollback" {
		return say("was rolled back to %s", back.release.Title())
	}
	return say("was replaced by the older %s", back.release.Title())
}

func (w *world) wentBack(later *carried, r model.Release, before []carried) bool {
	if later.d.Task == "rollback" {
		return true
	}
	if v, ok := w.version(later.release); ok {
		if u, ok := w.version(r); ok && v.Compare(u) != 0 {
			return v.Compare(u) < 0
		}
	}
	return everSucceeded(before, later.release.SHA) != nil
}

// everSucceeded is the newest success of a commit, or nil.
func everSucceeded(past []carried, sha model.SHA) *carried {
	for i := range past {
		if c := &past[i]; c.succeeded() && c.mapped && c.release.SHA == sha {
			return c
		}
	}
	return nil
}
