package readiness

import (
	"cmp"
	"slices"

	"gonogo/model"
)

// ReportRuns are the runs whose artifacts tell of a commit's coverage and tests: those that the gate ci counts, of each
// workflow the newest, and the older ones, which only tell whether a test ended otherwise. A fork's runs are not among
// them, whatever they left behind.
func ReportRuns(s model.Service, repository model.Repository, runs []model.Run, of model.SHA) (newest, older []model.Run) {
	w := &world{f: &Facts{Service: s, Repository: repository}, runs: make(map[int64]model.Run, len(runs))}
	for _, r := range runs {
		if r.SHA == of {
			w.runs[r.ID] = r
		}
	}
	workflows := s.CI
	if len(workflows) == 0 {
		workflows = w.pushedOn(of)
	}
	for _, workflow := range workflows {
		first, ok := w.newestRun(workflow, of, pushEvents)
		if !ok || slices.ContainsFunc(newest, func(r model.Run) bool { return r.ID == first.ID }) {
			continue
		}
		newest = append(newest, first)
		for _, r := range w.runs {
			if r.ID != first.ID && sameWorkflow(&r, workflow) && w.f.ownRepository(r.HeadRepo) && slices.Contains(pushEvents, r.Event) {
				older = append(older, r)
			}
		}
	}
	byID := func(a, b model.Run) int { return cmp.Compare(b.ID, a.ID) }
	slices.SortFunc(newest, byID)
	slices.SortFunc(older, byID)
	return newest, older
}
