package readiness

import (
	"cmp"
	"slices"
	"time"

	"gonogo/model"
)

// Presence says whether a commit is contained in what an environment runs.
type Presence int

// The presences. What the facts don't show isn't guessed.
const (
	Unsure Presence = iota
	Absent
	Present
)

// Travel is how far a merged change of the sprint has come through a service's environments.
type Travel struct {
	Merge model.SHA
	In    []Presence // one an environment, in the service's order
	Why   model.Text // why the first one that is unsure is; empty where none is
}

// merged are the changes of the sprint board that were merged into the service's repository, each commit once.
func (w *world) merged() []model.ItemChange {
	if w.f.Board == nil {
		return nil
	}
	var all []model.ItemChange
	now := w.f.repoNow()
	for i := range w.f.Board.Items {
		for _, c := range w.f.Board.Items[i].Pulls {
			if c.State == "merged" && validSHA(c.Merge) && (c.Repo.Same(w.f.Service.Repo) || c.Repo.Same(now)) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b model.ItemChange) int {
		return cmp.Or(cmp.Compare(a.Merge, b.Merge), a.MergedAt.Compare(b.MergedAt), cmp.Compare(a.Number, b.Number))
	})
	return slices.CompactFunc(all, func(a, b model.ItemChange) bool { return a.Merge == b.Merge })
}

// travels tells of each merged change in which environments it is.
func (w *world) travels() []Travel {
	changes := w.merged()
	if len(changes) == 0 {
		return nil
	}
	m := newMap(w.f.Comparisons, changes)
	all := make([]Travel, len(changes))
	for i := range changes {
		all[i] = w.travel(m, &changes[i])
	}
	return all
}

func (w *world) travel(m *commitMap, c *model.ItemChange) Travel {
	t := Travel{Merge: c.Merge, In: make([]Presence, len(w.here))}
	known := map[model.SHA]Presence{c.Merge: Present}
	head := w.f.Branch.Head.SHA
	read := w.f.Read(model.SignalBranch, "")
	if c.Base != "" && c.Base == w.f.Branch.Name && validSHA(head) && !c.MergedAt.IsZero() && read.At.After(c.MergedAt.Add(clockSlack)) {
		known[head] = Present
	}
	m.follow(c.Merge, known)
	// What existed before the merge can't contain it. Only where comparisons don't tell: a branch may have been deployed
	// and then pushed, which GitHub counts as merged then.
	older := func(commit model.SHA, existed time.Time) {
		if known[commit] == Unsure && validSHA(commit) && !existed.IsZero() && existed.Before(c.MergedAt.Add(-clockSlack)) {
			known[commit] = Absent
		}
	}
	older(head, read.At)
	for i := range w.here {
		if d := &w.here[i].Deployment; w.here[i].Known && d.SHA == w.here[i].Release.SHA {
			older(d.SHA, d.CreatedAt)
		}
	}
	m.follow(c.Merge, known)
	for i := range w.here {
		switch here := &w.here[i]; {
		case here.Known && here.None:
			t.In[i] = Absent
		case here.Known:
			t.In[i] = known[here.Release.SHA]
		}
		if t.In[i] == Unsure && t.Why == "" {
			t.Why = w.unsure(i, c)
		}
	}
	return t
}

// unsure says why it isn't known whether a change is in what an environment runs.
func (w *world) unsure(i int, c *model.ItemChange) model.Text {
	here, env := &w.here[i], w.env(i).Name
	if !here.Known {
		return here.Why
	}
	if c.Base != "" && w.f.Branch.Name != "" && c.Base != w.f.Branch.Name {
		return say("it was merged into %s, and whether %s in %s contains that isn't known", c.Base, here.Release.Title(), env)
	}
	with := "its branch"
	if w.f.Branch.Name != "" {
		with = w.f.Branch.Name
	}
	if found, ok := w.f.Comparison(here.Release.SHA, w.f.Branch.Head.SHA); ok && (found.CommitsCut || len(found.Commits) < found.Ahead) {
		return say("%s in %s is %d commits behind %s, more than were listed", here.Release.Title(), env, found.Ahead, with)
	}
	return say("%s in %s has not been compared with %s yet", here.Release.Title(), env, with)
}

// commitMap is what comparisons tell of how commits contain each other, and which of some commits they list.
type commitMap struct {
	known  []*model.Comparison
	listed []map[model.SHA]bool
}

// newMap looks through comparisons for the changes. Their order decides nothing.
func newMap(comparisons []model.Comparison, changes []model.ItemChange) *commitMap {
	of := make(map[model.SHA]bool, len(changes))
	for i := range changes {
		of[changes[i].Merge] = true
	}
	m := &commitMap{}
	for i := range comparisons {
		if c := &comparisons[i]; comparisonStands(c) && validSHA(c.Base) && validSHA(c.Head) {
			m.known = append(m.known, c)
		}
	}
	slices.SortFunc(m.known, func(a, b *model.Comparison) int {
		return cmp.Or(cmp.Compare(a.Base, b.Base), cmp.Compare(a.Head, b.Head))
	})
	for _, c := range m.known {
		listed := map[model.SHA]bool{}
		for k := range c.Commits {
			if sha := c.Commits[k].SHA; of[sha] {
				listed[sha] = true
			}
		}
		m.listed = append(m.listed, listed)
	}
	return m
}

// follow fills in which commits contain a change, from those of which that is known. A comparison BASE...HEAD lists
// the commits of HEAD that BASE lacks (GitHub REST docs, "Compare two commits"): what it lists is in HEAD and not in
// BASE, and what a complete list leaves out is in both or in neither, or in BASE alone.
func (m *commitMap) follow(change model.SHA, known map[model.SHA]Presence) {
	learn := func(commit model.SHA, p Presence) bool {
		if known[commit] != Unsure {
			return false
		}
		known[commit] = p
		return true
	}
	for again := true; again; {
		again = false
		for i, c := range m.known {
			listed, whole := m.listed[i][change], !c.CommitsCut && len(c.Commits) >= c.Ahead
			switch {
			case change == c.Base && c.Behind > 0: // it is one of those that HEAD lacks
				again = learn(c.Head, Absent) || again
			case change == c.Head && c.Ahead > 0:
				again = learn(c.Base, Absent) || again
			}
			if listed {
				again = learn(c.Head, Present) || again
				again = learn(c.Base, Absent) || again
				continue
			}
			if c.Behind == 0 { // HEAD contains all of BASE
				again = known[c.Base] == Present && learn(c.Head, Present) || again
				again = known[c.Head] == Absent && learn(c.Base, Absent) || again
			}
			if whole {
				again = known[c.Head] == Present && learn(c.Base, Present) || again
				again = known[c.Base] == Absent && learn(c.Head, Absent) || again
			}
		}
	}
}
