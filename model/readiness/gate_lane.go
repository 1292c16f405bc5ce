package readiness

import (
	"gonogo/model"
)

// gateLane: nothing else runs or waits for the environment.
func (w *world) gateLane(i int, l Lane) judged {
	env := w.env(i)
	deployments, d := w.f.reading(w.m, model.SignalDeployments, "")
	seen := []model.Evidence{evidence("deployments to "+model.Text(env.Name), "", deployments)}
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	runs, d := w.f.reading(w.m, model.SignalRuns, w.f.deploySubject())
	if !d.none() {
		return unknown(d.why, d.settle, append(seen, evidence("runs", "", runs)))
	}
	switch l.State {
	case LaneFree:
		why := say("nothing else runs or waits for %s", env.Name)
		if n := len(l.NeverFinished); n > 0 {
			why += say("; %s never finished", count(n, "earlier deployment"))
		}
		return judged{result: model.Pass, why: why, seen: append(seen, evidence("runs", "", runs))}
	case LaneUnknown:
		return unknown(l.Why, "reading its statuses", seen)
	}
	if l.Run.ID != 0 {
		seen = append(seen, evidence(say("%s: %s", string(runName(l.Run)), string(l.Run.Status)), l.Run.URL, runs))
	}
	if l.Deployment.ID != 0 {
		seen = append(seen, evidence(say("deployment %d: %s", l.Deployment.ID, string(l.Deployment.State())), l.Deployment.URL, deployments))
	}
	return judged{result: model.Wait, why: l.Why, seen: seen, until: l.ExpectedEnd}
}

// deploySubject is the subject under which the deploy workflow's runs are read.
func (f *Facts) deploySubject() string {
	if f.Service.DeployRepo() != f.Service.Repo {
		return SubjectDeploy
	}
	return ""
}
