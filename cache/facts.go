package cache

import (
	"context"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// of runs f on one state of the cache with the number of the service, unless nothing was ever stored of it.
func (c *Cache) of(ctx context.Context, s model.Service, f func(n *conn, service int64) error) error {
	return c.read(ctx, func(n *conn) error {
		id, err := serviceID(n, &s)
		if err != nil || id == 0 {
			return err
		}
		return f(n, id)
	})
}

// Facts returns what is known of one service, from one state of the cache. It is bounded, so that it costs the same
// however much the cache holds: the newest 60 releases and those of deployed commits; the newest 40 deployments of each
// configured environment and the newest 20 that succeeded there; the newest 150 runs, 100 unfinished ones, 60 of the
// workflow that deploys and 60 for each of the newest 24 commits that were asked for; the checks, paths and comparisons
// of the newest 24 subjects each; the reports of the newest 16 commits, without the files that no comparison changed;
// samples as far back as the longest soak and the bake need.
func (c *Cache) Facts(ctx context.Context, s model.Service, freezes []model.Freeze) (readiness.Facts, error) {
	return c.FactsIn(ctx, &model.Fleet{Freezes: freezes}, s)
}

// FactsIn is Facts with what the fleet knows beside its services: freezes and, of the sprint board, the current sprint's
// items, at most 500, without their history.
func (c *Cache) FactsIn(ctx context.Context, fleet *model.Fleet, s model.Service) (readiness.Facts, error) {
	var f readiness.Facts
	err := c.read(ctx, func(n *conn) error {
		f = readiness.Facts{Service: s, Freezes: fleet.Freezes}
		h, err := host(n, s.Repo.Host)
		if err != nil {
			return err
		}
		f.Viewer = h.Viewer
		id, err := serviceID(n, &s)
		if err != nil {
			return err
		}
		if id != 0 {
			if err := c.facts(n, id, &s, &f); err != nil {
				return err
			}
		}
		return c.sprintFacts(n, fleet, &f)
	})
	return f, err
}

func (c *Cache) facts(n *conn, id int64, s *model.Service, f *readiness.Facts) (err error) {
	if f.Repository, err = repository(n, id); err != nil {
		return err
	}
	if f.Branch, err = branch(n, id); err != nil {
		return err
	}
	if f.Reads, err = reads(n, id); err != nil {
		return err
	}
	if f.Deployments, err = deployments(n, id, s.Environments); err != nil {
		return err
	}
	if f.Releases, err = releases(n, id); err != nil {
		return err
	}
	if f.Releases, err = olderReleases(n, id, f.Releases, f.Deployments); err != nil {
		return err
	}
	if f.Protections, err = protections(n, id); err != nil {
		return err
	}
	if f.Runs, err = runs(n, id, s, newestSubjects(f.Reads, model.SignalCommitRuns)); err != nil {
		return err
	}
	if f.Checks, err = checks(n, id, newestSubjects(f.Reads, model.SignalCommitChecks)); err != nil {
		return err
	}
	if f.Commits, err = commits(n, id, newestSubjects(f.Reads, model.SignalCommit)); err != nil {
		return err
	}
	if f.Comparisons, err = comparisons(n, id, newestSubjects(f.Reads, model.SignalComparison)); err != nil {
		return err
	}
	if err = again(n, id, f); err != nil {
		return err
	}
	if f.Pending, err = pending(n, id); err != nil {
		return err
	}
	if f.Marks, err = marks(n, id); err != nil {
		return err
	}
	if f.Samples, err = samples(n, id, s, c.options.Now().Add(-window(s))); err != nil {
		return err
	}
	return reports(n, id, s, f)
}

// reports adds what the reports of the newest commits say that were asked for.
func reports(n *conn, id int64, s *model.Service, f *readiness.Facts) (err error) {
	if s.Coverage == nil && s.Tests == nil {
		return nil
	}
	asked := newestSubjects(f.Reads, model.SignalReports)
	if f.Coverage, err = coverages(n, id, asked, f.Comparisons); err != nil {
		return err
	}
	if f.Tests, err = tests(n, id, asked); err != nil {
		return err
	}
	f.ReportFlaws, err = flaws(n, id, asked)
	return err
}

// newestSubjects are those of a signal that were read last, at most maxCommits, of reports maxReports.
func newestSubjects(reads []model.Read, signal model.Signal) []string {
	var of []model.Read
	for _, r := range reads {
		if r.Signal == signal && r.OK() {
			of = append(of, r)
		}
	}
	most := maxCommits
	if signal == model.SignalReports {
		most = maxReports
	}
	if len(of) > most {
		slices.SortFunc(of, func(a, b model.Read) int { return b.At.Compare(a.At) })
		of = of[:most]
	}
	subjects := make([]string, len(of))
	for i, r := range of {
		subjects[i] = r.Subject
	}
	return subjects
}

// window is how far back samples matter: the longest soak, twice the bake, and never less than an hour.
func window(s *model.Service) time.Duration {
	longest := time.Duration(0)
	for i := range s.Environments {
		longest = max(longest, s.Environments[i].Soak, 2*s.Environments[i].Bake)
	}
	return max(time.Hour, longest+30*time.Minute)
}
