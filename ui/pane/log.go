package pane

import (
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
)

// LogOf is the log of the run or job that a page tells of, if it is one of the service's; the
// zero target if not.
func LogOf(d *Detail, page string) Target {
	run, rest, ok := strings.Cut(page, "/actions/runs/")
	if !ok || d == nil {
		return Target{}
	}
	number, rest, _ := strings.Cut(rest, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return Target{}
	}
	for i := range d.Facts.Runs {
		if r := &d.Facts.Runs[i]; r.ID == id && strings.HasPrefix(r.URL, run+"/") {
			t := Target{Kind: LogKind, Service: d.Service, ID: id}
			if job, isJob := strings.CutPrefix(rest, "job/"); isJob {
				t.Job, _ = strconv.ParseInt(job, 10, 64) // 0: the run's worst
			}
			return t
		}
	}
	return Target{}
}

// LogOfFinding is the log of the first run that a finding was derived from.
func LogOfFinding(d *Detail, f *model.Finding) Target {
	for _, e := range f.Evidence {
		if t := LogOf(d, e.URL); t != (Target{}) {
			return t
		}
	}
	return Target{}
}

// logOfRun is the log of a run; the zero target for none.
func logOfRun(service string, run int64) Target {
	if run == 0 {
		return Target{}
	}
	return Target{Kind: LogKind, Service: service, ID: run}
}

// LogOfLane is the log of what goes on in an environment, or waits there.
func LogOfLane(service string, lane *readiness.Lane) Target {
	if lane.Deployment.RunID != 0 {
		return logOfRun(service, lane.Deployment.RunID)
	}
	return logOfRun(service, lane.Run.ID)
}

// LogOfDeployment is the log of the run that deploys.
func LogOfDeployment(service string, d *model.Deployment) Target { return logOfRun(service, d.RunID) }
