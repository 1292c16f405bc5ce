package operate_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/simulator"
)

// TestKilledAroundAnAttempt kills a redeploy and an abort where they differ from a promotion: from before the send is
// announced until it is known what came of it.
func TestKilledAroundAnAttempt(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	for _, kind := range []operation.Kind{operation.Rerun, operation.Cancel} {
		t.Run(string(kind), func(t *testing.T) {
			killedAnywhere(t, func(at string) *killing { return beginAgain(t, kind, at) }, func(point string) bool {
				for _, part := range []string{"re-run", "abort", " re-read ", " sends ", " answered ", " adopted ", " saw 1"} {
					if strings.Contains(point, part) {
						return true
					}
				}
				return false
			})
		})
	}
}

// beginAgain is a world with a run that another person began, that has failed to deploy or is about to, and a process that
// will be killed while it runs that again or aborts it.
func beginAgain(t *testing.T, kind operation.Kind, at string) *killing {
	t.Helper()
	s := begin(t, kind, at)
	r := s.sim.World().Repository("acme/" + service)
	want, outcome := "in_progress", simulator.Outcomes(nil)
	if kind == operation.Rerun {
		want, outcome = "completed", simulator.Outcomes{"deploy": simulator.Failure}
	} else {
		r.Workflow(simulator.WorkflowPlan{
			Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment} {gonogo_operation}", Concurrency: "deploy-{environment}",
			Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 3 * time.Hour}},
		})
		r.Forget("deploy.yml")
	}
	tag := r.Releases()[0].TagName
	s.about = r.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: tag, By: "ada", Inputs: map[string]string{"environment": production, "version": tag}, Outcomes: outcome})
	for status, _ := s.about.Status(); status != want; status, _ = s.about.Status() {
		select {
		case <-t.Context().Done():
			t.Fatalf("its run never is %s", want)
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.victim.Request.Run, s.victim.Request.Environment = s.about.ID, ""
	return s
}

// again is how often it was sent so that GitHub took it, and whether that is what became of its run.
func (s *killing) again() (sent, runs int) {
	end := map[operation.Kind]string{operation.Rerun: "/rerun", operation.Cancel: "/cancel"}[s.victim.Request.Kind]
	for _, q := range s.sim.World().Requests() {
		if q.Method == http.MethodPost && strings.HasSuffix(q.Path, end) && q.Status > 0 && q.Status < 300 {
			sent++
		}
	}
	if _, conclusion := s.about.Status(); s.victim.Request.Kind == operation.Cancel && conclusion == simulator.Cancelled {
		return sent, 1
	}
	return sent, s.about.Attempt() - 1
}
