package readiness

import (
	"maps"
	"slices"

	"gonogo/model"
)

// world is the facts of one service while they are assessed, with what several rules look up in them.
type world struct {
	f        *Facts
	m        moment
	releases []model.Release // of this service, without drafts
	byTag    map[string]model.Release
	runs     map[int64]model.Run
	past     [][]carried // by environment
	here     []Running   // by environment
	offers   bool        // a person is about to choose a target
	meant    string      // the one that they ask for; empty: none
}

func newWorld(f *Facts, m moment) *world {
	w := &world{f: f, m: m, byTag: map[string]model.Release{}, runs: map[int64]model.Run{}}
	for _, r := range f.Releases {
		if r.Draft || r.Tag == "" || f.Service.Tags != "" && !model.Glob(f.Service.Tags, r.Tag) {
			continue
		}
		known, twice := w.byTag[r.Tag]
		if bare := r.Channel == model.NoRelease; twice && bare == (known.Channel == model.NoRelease) && !publishedLater(r, known) || twice && bare && known.Channel != model.NoRelease {
			continue // a release is known twice, or by its bare tag too
		}
		w.byTag[r.Tag] = r
	}
	w.releases = slices.SortedFunc(maps.Values(w.byTag), func(a, b model.Release) int {
		if publishedLater(a, b) {
			return -1
		}
		return 1
	})
	for _, r := range f.Runs {
		if known, twice := w.runs[r.ID]; !twice || r.Attempt > known.Attempt || r.Attempt == known.Attempt && r.UpdatedAt.After(known.UpdatedAt) {
			w.runs[r.ID] = r
		}
	}
	for i := range f.Service.Environments {
		env := &f.Service.Environments[i]
		w.past = append(w.past, w.history(env))
		w.here = append(w.here, w.running(env, w.past[i]))
	}
	return w
}

// within is the world for one environment's rules: what they rely on is collected on its own.
func (w *world) within(m moment) *world {
	scoped := *w
	scoped.m = m
	return &scoped
}

func (w *world) run(id int64) (model.Run, bool) {
	r, ok := w.runs[id]
	return r, ok && id != 0
}

func (w *world) env(i int) *model.Environment { return &w.f.Service.Environments[i] }

// offered are the releases that may become a candidate: the published ones, or bare tags where a team publishes none.
func (w *world) offered() []model.Release {
	published := slices.DeleteFunc(slices.Clone(w.releases), func(r model.Release) bool { return r.Channel == model.NoRelease })
	if len(published) > 0 {
		return published
	}
	return w.releases
}
