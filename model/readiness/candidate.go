package readiness

import (
	"slices"

	"gonogo/model"
)

// candidate tells which release could go to the environment next. Nothing newer is only said where releases and the
// deployments of both environments were read, are fresh and could be mapped.
func (w *world) candidate(i int) Candidate {
	for _, s := range []model.Signal{model.SignalRepository, model.SignalReleases, model.SignalDeployments} {
		if _, d := w.f.reading(w.m, s, ""); !d.none() {
			return Candidate{Why: d.why, Settle: d.settle}
		}
	}
	if here := w.here[i]; !here.Known {
		return Candidate{Why: here.Why, Settle: here.Settle}
	}
	var c Candidate
	if i == 0 {
		c = w.newestRelease()
	} else {
		c = w.fromUpstream(i)
	}
	if !c.Exists() {
		return c
	}
	return w.ifNewer(i, c)
}

// newestRelease is the candidate of the first environment.
func (w *world) newestRelease() Candidate {
	if offered := w.offered(); len(offered) > 0 {
		r, bad := w.newestGood(offered)
		if r.Zero() {
			return Candidate{Known: true, Why: bad}
		}
		if !validSHA(r.SHA) {
			return Candidate{Why: say("the commit of the newest release %s could not be resolved", r.Title()), Settle: "reading releases and tags again"}
		}
		if w.m.future(r.PublishedAt) {
			return Candidate{Why: say("the newest release %s was published at a time that lies in the future", r.Title()), Settle: "set this machine's clock"}
		}
		return Candidate{Known: true, Release: r, Why: say("%s is the newest release", r.Title()) + after(bad), bad: bad}
	}
	if w.f.Read(model.SignalReleases, "").Cut {
		return w.noneMatches()
	}
	if w.f.Service.Tags != "" {
		return w.noneMatches()
	}
	if _, d := w.f.reading(w.m, model.SignalBranch, ""); !d.none() {
		return Candidate{Why: d.why, Settle: d.settle}
	}
	head := w.f.Branch.Head
	if !validSHA(head.SHA) {
		return Candidate{Why: say("the head of %s has no valid commit", w.branch()), Settle: "reading the branch again"}
	}
	r := model.Release{SHA: head.SHA, PublishedAt: head.At, Author: head.Author, URL: head.URL}
	if veto := w.vetoed(head.SHA); veto != "" {
		return Candidate{Known: true, Why: say("%s, the head of %s, was %s", r.Title(), w.branch(), string(veto))}
	}
	return Candidate{Known: true, Release: r, Why: say("%s is the head of %s; there are no releases", r.Title(), w.branch())}
}

// newestGood is the newest release that was not vetoed; bad says of the newest of all that it was.
func (w *world) newestGood(offered []model.Release) (good model.Release, bad model.Text) {
	for left := offered; len(left) > 0; {
		r := w.newest(left)
		veto := w.vetoed(r.SHA)
		if veto == "" {
			return r, bad
		}
		if bad == "" {
			bad = say("%s was %s", r.Title(), string(veto))
		}
		left = slices.DeleteFunc(slices.Clone(left), func(other model.Release) bool { return other.SHA == r.SHA })
	}
	return model.Release{}, bad
}

// after appends what else is to be said.
func after(note model.Text) model.Text {
	if note == "" {
		return ""
	}
	return "; " + note
}

// noneMatches is the answer where a pattern is configured, or the list was cut, and no release is left: it may be a first
// release that is still to come, or a pattern that is wrong.
func (w *world) noneMatches() Candidate {
	cut := w.f.Read(model.SignalReleases, "").Cut
	switch pattern := w.f.Service.Tags; {
	case cut && pattern != "":
		return Candidate{Why: say("none of the newest releases matches %s, and older ones were not read", pattern), Settle: "one release that matches"}
	case cut:
		return Candidate{Why: "none of the newest releases is published, and older ones were not read", Settle: "one published release"}
	default:
		return Candidate{Why: say("no release matches %s", pattern), Settle: "a release that matches, or another tags: in the configuration"}
	}
}

func (w *world) branch() string {
	if w.f.Branch.Name != "" {
		return w.f.Branch.Name
	}
	if w.f.Service.Branch != "" {
		return w.f.Service.Branch
	}
	return "the default branch"
}

// fromUpstream is the newest release that succeeded upstream and was not rolled back there. Where a team tags its
// releases, a commit alone is none: it could not be promoted by its tag.
func (w *world) fromUpstream(i int) Candidate {
	up, here := w.env(i-1), w.here[i-1]
	if !here.Known {
		return Candidate{Why: here.Why, Settle: here.Settle}
	}
	if len(w.releases) == 0 && (w.f.Service.Tags != "" || w.f.Read(model.SignalReleases, "").Cut) {
		return w.noneMatches()
	}
	if here.None {
		return Candidate{Known: true, Why: say("nothing has succeeded in %s yet", up.Name)}
	}
	past := w.past[i-1]
	tagged := len(w.releases) > 0
	var back *carried
	var how, bad model.Text
	for k := range past {
		c := &past[k]
		if !c.succeeded() {
			break
		}
		if !c.mapped {
			if w.maybeNewer(i, k) {
				return Candidate{Why: c.why.why, Settle: c.why.settle}
			}
			continue
		}
		if tagged && c.release.Tag == "" {
			continue
		}
		if veto := w.vetoed(c.release.SHA); veto != "" {
			if back == nil && bad == "" {
				bad = say("%s was %s", w.bestNamed(c.release).Title(), string(veto))
			}
			continue
		}
		if to := w.rolledBack(past, c.release); to != nil {
			if back == nil {
				back, how = c, w.wentBackTo(past, c.release, to)
			}
			continue
		}
		found := w.movedOn(i, c)
		if found.Known {
			found.Why, found.bad = found.Why+after(bad), bad
		}
		return found
	}
	if bad != "" {
		return Candidate{Known: true, Why: bad}
	}
	if back != nil {
		return Candidate{Known: true, Why: say("%s %s in %s", back.release.Title(), string(how), up.Name)}
	}
	return Candidate{Known: true, Why: say("no release has succeeded in %s yet, only commits without a tag", up.Name)}
}

// maybeNewer reports whether an upstream deployment that can't be mapped could have carried something newer than what
// runs here: it succeeded after that did.
func (w *world) maybeNewer(i, k int) bool {
	if w.here[i].None {
		return true
	}
	before := everSucceeded(w.past[i-1], w.here[i].Release.SHA)
	return before == nil || before.first.Before(w.past[i-1][k].first)
}

// movedOn holds a release against a commit without a tag that upstream runs now: if that is older, upstream went back.
func (w *world) movedOn(i int, c *carried) Candidate {
	up, now := w.env(i-1), w.here[i-1].Release
	why := say("%s succeeded in %s %s", w.bestNamed(c.release).Title(), up.Name, ago(c.first, w.m.now))
	if note := w.backNote(i-1, c); note != "" {
		why += "; " + note + " there"
	}
	found := Candidate{Known: true, Release: w.bestNamed(c.release), Why: why}
	if now.SHA == c.release.SHA || now.Tag != "" {
		return found
	}
	switch r := w.relate(now, c.release); {
	case !r.why.none():
		return Candidate{Why: r.why.why, Settle: r.why.settle}
	case r.age == older:
		return Candidate{Known: true, Why: say("%s went back from %s to %s", up.Name, c.release.Title(), now.Title())}
	}
	return found
}

// bestNamed is a release under the newest tag of its commit: v2.14.0 rather than v2.14.0-rc.1.
func (w *world) bestNamed(r model.Release) model.Release {
	var named []model.Release
	for _, known := range w.offered() {
		if known.SHA == r.SHA {
			named = append(named, known)
		}
	}
	if len(named) == 0 {
		return r
	}
	return w.newest(named)
}

// backNote says which newer release gave way to this one in an environment, and how; empty where none did.
func (w *world) backNote(i int, c *carried) model.Text {
	back := w.laterRolledBack(i, c)
	if back == nil {
		return ""
	}
	return say("%s %s", back.release.Title(), string(w.wentBackTo(w.past[i], back.release, w.rolledBack(w.past[i], back.release))))
}

// laterRolledBack is a release that was rolled back to this one, or nil.
func (w *world) laterRolledBack(i int, c *carried) *carried {
	for k := range w.past[i] {
		p := &w.past[i][k]
		if p.succeeded() && p.mapped && p.release.SHA != c.release.SHA && w.rolledBack(w.past[i], p.release) != nil {
			if v, ok := w.version(p.release); ok {
				if u, ok := w.version(c.release); ok && v.Compare(u) < 0 {
					continue
				}
			}
			return p
		}
	}
	return nil
}

// ifNewer keeps a candidate that is newer than what runs here.
func (w *world) ifNewer(i int, c Candidate) Candidate {
	here := w.here[i]
	if here.None {
		return c
	}
	r := w.relate(c.Release, here.Release)
	switch {
	case !r.why.none():
		return Candidate{Why: say("whether %s is newer than %s isn't known: %s", c.Release.Title(), here.Release.Title(), string(r.why.why)), Settle: r.why.settle}
	case r.age == newer:
		c.Diverged = r.diverged
		if r.diverged {
			c.Why += say("; it and %s have diverged, it was published later", here.Release.Title())
		}
		return c
	case r.age == older && i == 0:
		return Candidate{Known: true, Diverged: r.diverged, Why: say("%s runs here, the newest release %s is older", here.Release.Title(), c.Release.Title()) + after(c.bad)}
	case r.age == older:
		return Candidate{Known: true, Diverged: r.diverged, Why: say("%s runs here, %s in %s is older", here.Release.Title(), c.Release.Title(), w.env(i-1).Name) + after(c.bad)}
	case i == 0:
		return Candidate{Known: true, Why: say("%s runs here, nothing newer is released", here.Release.Title()) + after(c.bad)}
	}
	why := say("%s runs here, nothing newer in %s", here.Release.Title(), w.env(i-1).Name)
	if up := everSucceeded(w.past[i-1], c.Release.SHA); up != nil {
		if note := w.backNote(i-1, up); note != "" {
			why += "; " + note + " there"
		}
	}
	return Candidate{Known: true, Why: why + after(c.bad)}
}
