package readiness

import (
	"slices"
	"strings"

	"gonogo/model"
)

// shipment is what promoting the candidate would bring to the environment.
func (w *world) shipment(i int, candidate Candidate) Shipment {
	here := w.here[i]
	if !candidate.Exists() || !here.Known || here.None {
		return Shipment{}
	}
	return w.between(here.Release.SHA, candidate.Release.SHA)
}

// between is what lies between two commits, as far as it was read.
func (w *world) between(base, head model.SHA) Shipment {
	s := Shipment{Base: base, Head: head}
	c, found := w.f.Comparison(s.Base, s.Head)
	if !found {
		return s
	}
	s.Known, s.Ahead, s.TakenBack, s.URL = true, c.Ahead, c.Behind, c.URL
	s.PullRequests, s.Paths = c.PullRequests, c.Paths
	s.CommitsCut, s.PathsCut = c.CommitsCut || len(c.Commits) < c.Ahead, c.PathsCut
	s.Commits = slices.Clone(c.Commits)
	slices.SortStableFunc(s.Commits, func(a, b model.Commit) int { return b.At.Compare(a.At) })
	s.Items = w.items(c.Commits)
	s.Migrations = matching(c.Paths, slices.Concat(w.f.Service.Irreversible, w.f.Service.Migrations))
	for _, p := range c.Paths {
		if w.inside(p) {
			s.Inside++
		}
	}
	return s
}

// items are those of the sprint board that have a change among the commits, by number.
func (w *world) items(commits []model.Commit) []model.Item {
	if w.f.Board == nil {
		return nil
	}
	among := make(map[model.SHA]bool, len(commits))
	for i := range commits {
		among[commits[i].SHA] = true
	}
	var shipped []*model.Item
	for i := range w.f.Board.Items {
		item := &w.f.Board.Items[i]
		if slices.ContainsFunc(item.Pulls, func(p model.ItemChange) bool { return among[p.Merge] }) {
			shipped = append(shipped, item)
		}
	}
	slices.SortFunc(shipped, itemsByNumber)
	var items []model.Item
	for _, item := range shipped {
		items = append(items, *item)
	}
	return items
}

// inside reports whether a path lies in the service's folder.
func (w *world) inside(path string) bool {
	folder := strings.Trim(w.f.Service.Path, "/")
	return folder == "" || path == folder || strings.HasPrefix(path, folder+"/")
}

// behind is how far what runs in an environment is behind the one before it, or behind the branch's head.
func (w *world) behind(i int) Behind {
	b := Behind{Of: w.branch()}
	var there model.SHA
	if i == 0 {
		if r := w.f.Read(model.SignalBranch, ""); !r.OK() || !validSHA(w.f.Branch.Head.SHA) {
			_, d := w.f.reading(w.m, model.SignalBranch, "")
			b.Why = d.why
			return b
		}
		there = w.f.Branch.Head.SHA
	} else {
		b.Of = w.env(i - 1).Name
		up := w.here[i-1]
		if !up.Known || up.None {
			b.Why = say("what %s runs isn't known", b.Of)
			if up.None {
				b.Why = say("%s runs nothing", b.Of)
			}
			return b
		}
		there = up.Release.SHA
	}
	here := w.here[i]
	if !here.Known || here.None {
		b.Why = "what runs here isn't known"
		if here.None {
			b.Why = "nothing runs here"
		}
		return b
	}
	c, found := w.f.Comparison(here.Release.SHA, there)
	if !found {
		b.Why = say("%s and %s have not been compared yet", here.Release.SHA.Short(), there.Short())
		return b
	}
	b.Known, b.Commits, b.Ahead = true, c.Ahead, c.Behind
	return b
}
