package operate_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// TestTheNetworkLiesAboutARun answers the one send of a redeploy and of an abort in every way that nobody wants, as
// TestTheNetworkLies does for a promotion: testdata/lies-again.txt. An attempt or an end that was brought about is known to
// its operation, and what was not is never sent again.
func TestTheNetworkLiesAboutARun(t *testing.T) {
	t.Parallel()
	if quietly(t) {
		return
	}
	lieAbout(t, "lies-again.txt", []write{{"re-run", "POST", "/repos/*/*/actions/runs/*/rerun"}, {"abort", "POST", "/repos/*/*/actions/runs/*/cancel"}}, answeredAgain)
}

// answeredAgain drives a redeploy or an abort whose send is answered so, and says what became of it.
func answeredAgain(t *testing.T, write, method, path string, fault simulator.Fault) string {
	fault.Method, fault.Path, fault.Times = method, path, 1
	var world *simulator.World
	var once sync.Once
	s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		o.Hook = func(point string) {
			if point == "before request "+write {
				once.Do(func() { world.Fault(fault) })
			}
		}
	})
	world = s.sim.World()
	var d *operate.Draft
	var run *simulator.Run
	if write == "abort" {
		slow(s)
		run = s.deploysTo(production, nil)
		s.knownDeployment(run.ID, model.DeploymentInProgress)
		d = s.about(operation.Cancel, s.known("running", func(r model.Run) bool { return r.ID == run.ID && r.Status == model.StatusInProgress }).ID)
	} else {
		id := s.failed().ID
		for _, n := range world.Repository("acme/" + service).Runs() {
			if n.ID == id {
				run = n
			}
		}
		d = s.about(operation.Rerun, id)
	}
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool { return over(o) || o.State == operation.Ambiguous })
	_, conclusion := run.Status()
	done := run.Attempt() == 2 || write == "abort" && conclusion == simulator.Cancelled
	refs := s.sim.Refs("acme/" + service)
	switch {
	case s.posted("/rerun")+s.posted("/cancel") > 1 || run.Attempt() > 2:
		t.Errorf("it was sent %d times and made attempt %d", s.posted("/rerun")+s.posted("/cancel"), run.Attempt())
	case done != (o.State == operation.Succeeded):
		t.Errorf("done: %v, and it is %s: %s", done, o.State, o.Why)
	case o.State == operation.Ambiguous && len(refs) != 1, o.State != operation.Ambiguous && len(refs) != 0:
		t.Errorf("it is %s and left %v", o.State, refs)
	}
	says := o.Why
	for _, r := range o.Records {
		if r.Event == operation.Unanswered || r.Event == operation.Unclaimed {
			says = r.Why
		}
	}
	return fmt.Sprintf("%s: %s", o.State, strings.ReplaceAll(plain(s, o, string(says)), fmt.Sprint(run.ID), "RUN"))
}
