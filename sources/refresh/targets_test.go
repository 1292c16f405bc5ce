package refresh

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/simulator"
)

// What the best rollback target needs is read behind the verdicts: its workflow once, its artifact again and again.
func TestWhatARollbackTargetNeedsIsRead(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 1})
	s.fleet.Services[0].Artifact = &model.ArtifactRule{ReleaseAsset: "*.tar.gz"}
	service := s.fleet.Services[0]
	s.begin(s.options())
	s.pass(5 * time.Minute)
	production := func() []readiness.Target {
		a := readiness.Assess(s.facts(service.Name), s.clock.Now())
		return a.Environment("production").Targets
	}
	var gone int
	for _, target := range production() {
		if target.Eligible {
			t.Errorf("%s can be gone back to without its artifact", target.Release.Title())
		}
		if target.Why == "has lost its artifact: its release has no asset *.tar.gz" {
			gone++
		}
	}
	if gone < 2 {
		t.Fatalf("it is known of %d that their artifact is gone: %+v", gone, production())
	}
	for _, l := range s.world.Repository("acme/" + service.Name).Releases() {
		l.Attach("service.tar.gz", "bytes")
	}
	s.world.ForgetRequests()
	s.pass(70 * time.Minute)
	all := production()
	if !all[0].Eligible || all[0].Why != "" {
		t.Errorf("with its artifact: %+v", all[0])
	}
	f := s.facts(service.Name)
	if len(f.Dispatches) == 0 || !f.Dispatches[0].Takes {
		t.Errorf("how it is dispatched: %+v", f.Dispatches)
	}
	again := 0
	for _, r := range s.world.Requests() {
		if r.Path == "/repos/acme/"+service.Name+"/contents/.github/workflows/"+service.Deploy.Workflow && r.Query == "ref="+string(f.Dispatches[0].SHA) {
			again++
		}
	}
	if again > 1 {
		t.Errorf("the workflow at one commit was read %d times", again)
	}
}
