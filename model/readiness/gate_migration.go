package readiness

import (
	"gonogo/model"
)

// matching are the paths that match one of the patterns.
func matching(paths, patterns []string) []string {
	var found []string
	for _, p := range paths {
		if model.GlobAny(patterns, p) {
			found = append(found, p)
		}
	}
	return found
}

// gateMigration: no changed path matches migrations. Where the two diverged, what only the running release has is looked
// at too: it would be taken back.
func (w *world) gateMigration(i int, r model.Release) judged {
	s := &w.f.Service
	if len(s.Migrations) == 0 && len(s.Irreversible) == 0 {
		return judged{result: model.NotApplicable, why: "no migrations are configured"}
	}
	here := w.here[i]
	if !here.Known {
		return unknown(here.Why, here.Settle, nil)
	}
	if here.None {
		return judged{result: model.NotApplicable, why: "first deployment here, there is nothing to compare with"}
	}
	paths, cut, seen, d := w.changed(here.Release, r)
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	if hard := matching(paths, s.Irreversible); len(hard) > 0 {
		return judged{result: model.Warn, why: say("%s can't be undone: %s; there is no way back to %s after it", r.Title(), list(hard, 3), here.Release.Title()), seen: seen}
	}
	if found := matching(paths, s.Migrations); len(found) > 0 {
		return judged{result: model.Warn, why: say("%s in what would ship: %s", count(len(found), "migration"), list(found, 3)), seen: seen}
	}
	if cut {
		return unknown(say("no migration among the first %d changed paths, and GitHub lists no more", len(paths)), say("looking through the changes between %s and %s", here.Release.Title(), r.Title()), seen)
	}
	return judged{result: model.Pass, why: say("no migration among %s", count(len(paths), "changed path")), seen: seen}
}

// changed are the paths that differ between two releases. GitHub compares with the common ancestor (REST docs, "Compare
// two commits"), so diverged ones take both directions.
func (w *world) changed(from, to model.Release) (paths []string, cut bool, seen []model.Evidence, d doubt) {
	c, read, d := w.compared(from.SHA, to.SHA)
	seen = append(seen, evidence(say("changes between %s and %s", from.Title(), to.Title()), c.URL, read))
	if !d.none() {
		return nil, false, seen, d
	}
	paths, cut = c.Paths, c.PathsCut
	if c.Behind == 0 {
		if c.Ahead > 0 && len(c.Paths) == 0 && len(c.Commits) == 0 {
			d = doubt{say("the changes between %s and %s are missing", from.Title(), to.Title()), "comparing them again"}
		}
		return paths, cut, seen, d
	}
	back, read, d := w.compared(to.SHA, from.SHA)
	seen = append(seen, evidence(say("changes between %s and %s", to.Title(), from.Title()), back.URL, read))
	if !d.none() {
		return nil, false, seen, d
	}
	return append(append([]string(nil), paths...), back.Paths...), cut || back.PathsCut, seen, doubt{}
}

func (w *world) compared(base, head model.SHA) (model.Comparison, model.Read, doubt) {
	c, found := w.f.Comparison(base, head)
	if base == head && found {
		return c, model.Read{}, doubt{}
	}
	read, d := w.f.reading(w.m, model.SignalComparison, ComparisonSubject(base, head))
	if d.none() && !found {
		d = doubt{say("the changes between %s can't be understood", comparisonName(ComparisonSubject(base, head))), "comparing them again"}
	}
	return c, read, d
}
