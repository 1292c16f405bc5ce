package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// Again is a run's release as something to bring to an environment once more.
type Again struct {
	// Release is what the run carried; zero: that can't be told, and Why says why.
	Release model.Release
	// Environment is as it would be judged, whether the release is newer than what runs there or not.
	Environment Environment
	// Same, Older and Newer say how it lies to what runs there. None of them: nothing runs there, or it can't be told.
	Same, Older, Newer bool
	// Why says how it lies to what runs there, as a person reads it.
	Why model.Text
	// Needs is what to read for it.
	Needs []Need
}

// RunAgain answers for one environment with what one of its runs carried in the candidate's place: every gate judges that
// release. A run that was dispatched on a branch carries what its deployment is mapped to.
func RunAgain(f Facts, environment string, run model.Run, now time.Time) (a Again) {
	m := momentAt(now)
	w, i := worldOf(&f, environment, m)
	if w == nil {
		return Again{Why: "the service can't be read"}
	}
	here := w.here[i]
	if a.Release, a.Why = w.carriedBy(i, run); a.Release.Zero() {
		return a
	}
	if a.Environment = w.assessed(i, Candidate{Known: true, Release: a.Release, Why: say("%s is deployed again", a.Release.Title())}); a.Environment.Ship.Base != "" {
		w.f.reading(w.m.details(), model.SignalComparison, ComparisonSubject(a.Environment.Ship.Base, a.Environment.Ship.Head))
	}
	defer func() { a.Needs = m.asked.needs }() // what tells how they lie to each other too
	title, there := a.Release.Title(), here.Release.Title()
	if !here.Known {
		a.Why = say("what runs in %s isn't known: %s", environment, string(here.Why))
		return a
	}
	if here.None {
		a.Why = say("nothing runs in %s yet", environment)
		return a
	}
	switch rel := w.relate(a.Release, here.Release); {
	case !rel.why.none():
		a.Why = say("whether %s is newer than %s, which runs there, isn't known: %s", title, there, string(rel.why.why))
	case rel.age == same:
		a.Same, a.Why = true, say("%s runs there already: it is deployed once more", there)
	case rel.age == older:
		a.Older, a.Why = true, say("%s is older than %s, which runs there: that goes back", title, there)
	default:
		a.Newer, a.Why = true, say("%s is newer than %s, which runs there: that brings it on", title, there)
	}
	return a
}

// carriedBy is the release that a run carried to an environment, by its deployments there; where it has made none, by its
// commit.
func (w *world) carriedBy(i int, run model.Run) (model.Release, model.Text) {
	for k := range w.past[i] {
		c := &w.past[i][k]
		if !slices.ContainsFunc(c.parts, func(d model.Deployment) bool { return d.RunID == run.ID }) {
			continue
		}
		if !c.mapped {
			return model.Release{}, c.why.why
		}
		return c.release, ""
	}
	if !validSHA(run.SHA) {
		return model.Release{}, "the run has no valid commit"
	}
	if s := &w.f.Service.Deploy; s.RefBranch && s.Version != model.MapBySHA {
		if s.Version == model.MapByRunName {
			if found := w.named(tokens(string(run.Title))); len(found) == 1 {
				return found[0], ""
			}
		}
		return model.Release{}, say("it was dispatched on %s, and which release it carries can't be told", run.Branch)
	}
	r, _ := w.bySHA(&model.Deployment{SHA: run.SHA, Ref: run.Branch})
	return r, ""
}
