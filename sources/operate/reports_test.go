package operate_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/sources/fleet"
)

// The reports of a release that was never a candidate are read when it is chosen: its tests and coverage are judged.
func TestTheReportsOfAChosenReleaseAreRead(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{Reports: true})
	s.publish("v1.1.2", "v1.2.0")
	for _, g := range []model.Gate{model.GateTests, model.GateCoverage} {
		if f := s.prepareOf("v1.1.2", production, true).Environment.Finding(g); f == nil || f.Result != model.Unknown && f.Result != model.Wait {
			t.Fatalf("before it is chosen: %+v", f)
		}
	}
	d := s.prepareOf("v1.1.2", production, false)
	for deadline := time.Now().Add(60 * time.Second); d.Environment.Finding(model.GateCI).Result != model.Pass && time.Now().Before(deadline); { // CI of it goes on
		d = s.prepareOf("v1.1.2", production, false)
	}
	for _, g := range []model.Gate{model.GateTests, model.GateCoverage} {
		if f := d.Environment.Finding(g); f.Result == model.Unknown || f.Result == model.NotApplicable {
			t.Errorf("%s is %s: %s", g, f.Result, f.Why)
		}
	}
	if d.Plan.Release.Tag != "v1.1.2" || len(d.Refusals) > 0 {
		t.Errorf("%s; refused %q", d.Plan.Release.Title(), d.Refusals)
	}
}
