package operate_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

var deployLine = regexp.MustCompile(`(?m)^    deploy: .*$`)

// byDeployment configures the service to be deployed by a Deployment that something of the team's listens to.
func byDeployment(o *fleet.Options) {
	o.Source.Data = deployLine.ReplaceAll(o.Source.Data, []byte("    deploy: {deployment: true}"))
}

// listener is what of the team's deploys: it sets the states of what was made.
func (s *stage) listener(id string) *simulator.Deployment {
	s.t.Helper()
	for _, d := range s.sim.World().Repository("acme/" + service).Deployments() {
		if b, err := json.Marshal(d.Carried()); err == nil && strings.Contains(string(b), id) {
			return d
		}
	}
	s.t.Fatalf("no deployment carries %s", id)
	return nil
}

func TestAReleaseIsDeployedByADeployment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		fault      simulator.Fault
		ends       []string
		want       operation.State
	}{
		{"github.com", false, simulator.Fault{}, []string{simulator.InProgress, simulator.Success}, operation.Succeeded},
		{"Enterprise Server", true, simulator.Fault{}, []string{simulator.InProgress, simulator.Success}, operation.Succeeded},
		{"its answer is lost", false, simulator.Fault{Status: 502}, []string{simulator.Success}, operation.Succeeded},
		{"it fails", false, simulator.Fault{}, []string{simulator.Failure}, operation.Failed},
		{"never made", false, simulator.Fault{Status: 502, Instead: true}, nil, operation.Ambiguous},
		{"refused", false, simulator.Fault{Status: 422, Instead: true}, nil, operation.Errored},
		{"merged instead", false, simulator.Fault{Status: 202, Instead: true, Body: `{"message":"Auto-merged"}`}, nil, operation.Errored},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: c.enterprise}, byDeployment)
			d := s.prepare(production)
			if len(d.Refusals) > 0 || len(d.Against) > 0 || d.Plan.Way != operation.ByDeployment || d.Plan.Ref != d.Plan.Release.Tag {
				t.Fatalf("refused %q, against %+v, by %s on %s", d.Refusals, d.Against, d.Plan.Way, d.Plan.Ref)
			}
			before := len(s.sim.World().Repository("acme/" + service).Deployments())
			if c.fault.Status != 0 {
				c.fault.Method, c.fault.Path, c.fault.Times = "POST", "/repos/*/*/deployments", 1
				s.sim.World().Fault(c.fault)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			for _, state := range c.ends {
				s.until(o.Plan.ID, "made", func(o operate.Operation) bool { return o.Progress.Deployment != 0 })
				s.listener(o.Plan.ID).Status(simulator.StatusOf{State: state})
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool {
				return o.State.Ended() && o.Unlocked || o.State == operation.Ambiguous
			})
			if o.State != c.want {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			made := len(s.sim.World().Repository("acme/"+service).Deployments()) - before
			if want := min(len(c.ends), 1); made != want || s.sim.Dispatches("acme/"+service) != 0 {
				t.Errorf("%d deployments were made, %d runs dispatched", made, s.sim.Dispatches("acme/"+service))
			}
			if len(c.ends) == 0 {
				return
			}
			var carried struct {
				Operation, Release, Version, Journal string
				Gates                                []struct{ Gate, Result, Why string }
			}
			b, err := json.Marshal(s.listener(o.Plan.ID).Carried())
			if err == nil {
				err = json.Unmarshal(b, &carried)
			}
			if err != nil || carried.Release != d.Plan.Release.Tag || carried.Version == "" || len(carried.Gates) != len(d.Plan.Findings) || strings.Count(carried.Journal, "/") != 2 {
				t.Errorf("it carries %s, %v", b, err)
			}
		})
	}
}

// GitHub asks no reviewer for such a deployment: that takes a reason.
func TestADeploymentThatNobodyReviewsTakesAReason(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, byDeployment)
	s.sim.World().Repository("acme/"+service).Environment(production, simulator.Protection{Reviewers: []string{"ada"}})
	s.ReadNow(service)
	d := s.prepare(production)
	for deadline := time.Now().Add(30 * time.Second); len(d.Unasked) == 0 && time.Now().Before(deadline); d = s.prepare(production) {
		runtime.Gosched() // until the protection has been read
	}
	if len(d.Unasked) != 1 || !strings.Contains(string(d.Unasked[0]), "reviewers of production (ada)") {
		t.Fatalf("not asked: %q", d.Unasked)
	}
	if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production}); !errors.Is(err, operate.ErrRefused) || !strings.Contains(err.Error(), "reviewers") {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "ada is on the phone"}); err != nil {
		t.Error(err)
	}
}
