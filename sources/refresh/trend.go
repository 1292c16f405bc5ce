package refresh

import (
	"context"
	"slices"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// The trend of coverage is filled in behind the verdicts, newest first: of the branch's commits with CI and of releases.
const (
	ofCoverage    = "coverage" // of history's subjects: "1 coverage trend"
	trendCommits  = 15
	trendReleases = 6
	trendAtOnce   = 5 // commits a page
	trendPages    = 5
	trendCalls    = 1 + 2*trendAtOnce // about what a page costs
	trendAfter    = 10 * time.Minute  // how long new commits wait for it
)

// subjectOf is what a page of history is of; empty for other units.
func (u *unit) subjectOf() string {
	if u.signal != signalHistory {
		return ""
	}
	_, of, _, _ := historySubject(u.subject)
	return of
}

// untold are the commits of which the trend lacks the coverage, newest first.
func untold(f *readiness.Facts, known map[model.SHA]bool) (list []model.SHA) {
	branch := f.Branch.Name
	seen := map[model.SHA]bool{}
	for _, r := range f.Runs { // newest first
		if r.Branch != branch || branch == "" || seen[r.SHA] || len(list) == trendCommits {
			continue
		}
		seen[r.SHA] = true
		newest, _ := readiness.ReportRuns(f.Service, f.Repository, f.Runs, r.SHA)
		if len(newest) == 0 || slices.ContainsFunc(newest, func(r model.Run) bool { return !r.Done() }) {
			continue
		}
		list = append(list, r.SHA)
	}
	releases := 0
	for _, r := range f.Releases { // newest first
		if r.Draft || r.SHA == "" || f.Service.Tags != "" && !model.Glob(f.Service.Tags, r.Tag) {
			continue
		}
		if releases++; releases > trendReleases {
			break
		}
		if !slices.Contains(list, r.SHA) {
			list = append(list, r.SHA)
		}
	}
	asked := func(sha model.SHA) bool {
		for i := range f.Reads {
			if f.Reads[i].Signal == model.SignalReports && f.Reads[i].Subject == string(sha) {
				return true // read for its own sake
			}
		}
		return false
	}
	return slices.DeleteFunc(list, func(sha model.SHA) bool { return known[sha] || asked(sha) })
}

// lacksTrend reports whether there is coverage to fill in.
func (r *Refresher) lacksTrend(ctx context.Context, f *readiness.Facts) bool {
	if f.Service.Coverage == nil {
		return false
	}
	known, err := r.o.Cache.CoverageKnown(ctx, f.Service)
	return err == nil && len(untold(f, known)) > 0
}

// trendAgain has coverage filled in of commits that came since that was done last.
func (s *service) trendAgain(now time.Time) {
	if u := s.known(signalHistory, "1 "+ofCoverage+" trend"); u != nil && !u.at.IsZero() && !u.running && now.Sub(u.tried) > trendAfter {
		u.asked = true
	}
}

// fetchTrend reads the coverage of some commits that the trend lacks.
func (r *Refresher) fetchTrend(ctx context.Context, c *github.Client, j job) (fetched, error) {
	out := fetched{at: r.now(), request: "GET /repos/" + j.repo.FullName() + "/actions/artifacts", put: func(*cache.Tx) error { return nil }}
	facts, err := r.o.Cache.Facts(ctx, j.service, nil)
	if err != nil {
		return fetched{}, err
	}
	known, err := r.o.Cache.CoverageKnown(ctx, j.service)
	if err != nil {
		return fetched{}, err
	}
	list := untold(&facts, known)
	if len(list) == 0 {
		return out, nil
	}
	out.cut = len(list) > trendAtOnce
	for _, sha := range list[:min(len(list), trendAtOnce)] {
		if err := r.fetchPoint(ctx, c, j, sha); err != nil {
			return fetched{}, err
		}
	}
	return out, nil
}

// fetchPoint reads and keeps the coverage of one commit of the trend.
func (r *Refresher) fetchPoint(ctx context.Context, c *github.Client, j job, sha model.SHA) error {
	f := &reports{r: r, client: c, service: j.service, both: j.service, sha: sha, repo: j.repo, found: fetched{at: r.now(), validators: github.Validators{}}}
	f.service.Tests = nil // those of the past tell nothing more
	if err := f.findRuns(ctx, false); err != nil {
		return err
	}
	f.older = nil
	if err := f.list(ctx); err != nil {
		return err
	}
	if err := f.download(ctx); err != nil {
		return err
	}
	first := f.first()
	point := model.Coverage{SHA: sha} // there is none, and that is known
	if m := f.merged(nil); m.coverage != nil {
		point = *m.coverage
	}
	err := r.o.Cache.Write(ctx, func(tx *cache.Tx) error {
		tx.Changed(j.service.Name, model.SignalReports)
		return tx.PutCoverage(j.service, point, first.Branch, first.CreatedAt)
	})
	if err == nil {
		r.o.Changed(model.Changed{Service: j.service.Name, Signal: model.SignalReports})
	}
	return err
}

// stated keeps what a service such as Codecov states of a commit's coverage, for its place in the trend.
func (r *Refresher) stated(ctx context.Context, s model.Service, of model.SHA, checks []model.CommitCheck) func(*cache.Tx) error {
	nothing := func(*cache.Tx) error { return nil }
	if s.Coverage == nil {
		return nothing
	}
	point := model.Coverage{SHA: of, Origin: model.CoverageStatus}
	for i := range checks {
		if c, ok := model.CoverageStated(&checks[i]); ok && !c.Patch && c.Percent != nil {
			point.Stated, point.At = c.Percent, latest(checks[i].StartedAt, checks[i].CompletedAt)
		}
	}
	runs, err := r.o.Cache.CommitRuns(ctx, s, of)
	if err != nil || point.Stated == nil || len(runs) == 0 {
		return nothing
	}
	oldest := runs[len(runs)-1]
	return func(tx *cache.Tx) error { return tx.PutCoverage(s, point, oldest.Branch, oldest.CreatedAt) }
}
