package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// minimumHistory is how many successes it takes to expect anything, recentHistory how many are looked at.
const (
	minimumHistory = 3
	recentHistory  = 50
)

// ExpectedDuration is how long a workflow's successful runs took, whatever their branch or event.
func ExpectedDuration(runs []model.Run, workflow string) Expected {
	recent := slices.DeleteFunc(slices.Clone(runs), func(r model.Run) bool {
		return !r.Done() || r.Conclusion != model.Success || !sameWorkflow(&r, workflow) || r.Duration(time.Time{}) <= 0
	})
	slices.SortFunc(recent, func(a, b model.Run) int { return b.CreatedAt.Compare(a.CreatedAt) })
	var took []time.Duration
	for _, r := range recent[:min(len(recent), recentHistory)] {
		took = append(took, r.Duration(time.Time{}))
	}
	return expect(worked(took))
}

// A run that took so many times the median, and so much longer, waited: for a reviewer, or for a runner. A run doesn't
// tell its waits, and one weekend would be the 90th percentile of ten.
const (
	waitedTimes = 10
	waitedMore  = 10 * time.Minute
)

// worked leaves out what waited more than it worked.
func worked(took []time.Duration) []time.Duration {
	e := expect(took)
	if !e.Known {
		return took
	}
	return slices.DeleteFunc(took, func(d time.Duration) bool { return d > waitedTimes*e.Median && d-e.Median > waitedMore })
}

// expect is the median and the 90th percentile of durations.
func expect(took []time.Duration) Expected {
	n := len(took)
	if n < minimumHistory {
		return Expected{N: n}
	}
	slices.Sort(took)
	return Expected{Known: true, N: n, Median: (took[(n-1)/2] + took[n/2]) / 2, P90: took[(n*9+9)/10-1]}
}

// expected is how long a deployment to this environment takes: from its job's beginning to its first success where
// enough deployments say so, for that leaves out the wait for reviewers; else from the deploy workflow's runs.
func (w *world) expected(i int) Expected {
	var took []time.Duration
	for _, c := range w.past[i] {
		if !c.succeeded() {
			continue
		}
		for _, s := range c.d.Statuses {
			if s.State == model.DeploymentInProgress && s.At.Before(c.first) {
				took = append(took, c.first.Sub(s.At))
				break
			}
		}
	}
	if e := expect(took[:min(len(took), recentHistory)]); e.Known {
		return e
	}
	return ExpectedDuration(w.f.Runs, w.f.Service.Deploy.Workflow)
}
