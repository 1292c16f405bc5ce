package operate_test

import (
	"net/http"
	"strings"
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

func (s *stage) published(tag string) *operate.Draft {
	s.t.Helper()
	d, err := s.Prepare(s.t.Context(), operate.Request{Kind: operation.Publish, Service: service, Release: tag})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// A prerelease becomes public, once, where that deploys nothing.
func TestAPrereleaseIsPublished(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		fault      simulator.Fault
		do         func(s *stage, tag string)
		want       operation.State
		why        string
		public     bool
	}{
		{"github.com", false, simulator.Fault{}, nil, operation.Succeeded, "GitHub took it", true},
		{"Enterprise Server", true, simulator.Fault{}, nil, operation.Succeeded, "GitHub took it", true},
		{"its answer is lost", false, simulator.Fault{Status: 502}, nil, operation.Succeeded, "it is public; GitHub's answer was lost", true},
		{"its answer shows something else", false, simulator.Fault{Status: 200, Instead: true, Body: `{}`}, nil, operation.Ambiguous, "it was sent; v1.1.1 is not public", false},
		{"never done", false, simulator.Fault{Cut: simulator.CutBefore}, nil, operation.Ambiguous, "it was sent; v1.1.1 is not public: nothing shows that it was done", false},
		{"forbidden", false, simulator.Fault{Status: 403, Instead: true}, nil, operation.Errored, "Contents: write", false},
		{"somebody was faster", false, simulator.Fault{}, func(s *stage, tag string) { s.release(tag).Publish("ada") }, operation.Aborted, "is public already", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: c.enterprise})
			tag := s.prepare(production).Plan.Release.Tag
			d := s.published(tag)
			if len(d.Refusals) > 0 || len(d.Unasked) > 0 || d.Name != "" || len(d.Calls) != 2 || d.Calls[1].Method != http.MethodPatch {
				t.Fatalf("refused %q, takes a reason %q, name %q, %+v", d.Refusals, d.Unasked, d.Name, d.Calls)
			}
			if c.do != nil {
				c.do(s, tag)
			}
			if c.fault.Status != 0 || c.fault.Cut != 0 {
				c.fault.Method, c.fault.Path, c.fault.Times = "PATCH", "/repos/*/*/releases/*", 1
				s.sim.World().Fault(c.fault)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool { return !o.Open() || o.State == operation.Ambiguous })
			if o.State != c.want || !strings.Contains(string(o.Why), c.why) {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if s.release(tag).IsPrerelease() == c.public || s.sim.Publications("acme/"+service) > 1 || len(s.sim.Refs("acme/"+service)) != 0 {
				t.Errorf("prerelease %v, made public %d times, left %v", s.release(tag).IsPrerelease(), s.sim.Publications("acme/"+service), s.sim.Refs("acme/"+service))
			}
		})
	}
}

func TestWhatIsNotPublished(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	r := s.sim.World().Repository("acme/" + service)
	tag := s.prepare(production).Plan.Release.Tag
	if said := sayAll(s.published("v99")); said != service+" has no release v99, as far as was read" {
		t.Errorf("one that isn't there: %q", said)
	}
	file := func(source string) {
		r.Workflow(simulator.WorkflowPlan{Path: "publish.yml", On: []string{"schedule"}, Source: source})
		r.Forget("publish.yml")
	}
	file("on: release\njobs: {a: {environment: production}}")
	if said := sayAll(s.published(tag)); !strings.Contains(said, "publish.yml at "+tag+" starts when it becomes public and deploys to production: that is a promotion") {
		t.Errorf("one that deploys: %q", said)
	}
	for _, jobs := range []string{"{a: {environment: production, if: 'false'}}", "{a: {environment: '${{ vars.E }}'}}"} {
		file("on: release\njobs: " + jobs)
		if d := s.published(tag); len(d.Refusals) != 0 || len(d.Unasked) != 1 {
			t.Errorf("%s: refused %q, takes a reason %q", jobs, d.Refusals, d.Unasked)
		}
	}
	file("on: release\njobs: {a: {runs-on: x}}")
	if d := s.published(tag); len(d.Refusals) != 0 || len(d.Unasked) != 0 || !strings.Contains(string(d.Notes[len(d.Notes)-1]), "publish.yml starts, and deploys nowhere") {
		t.Errorf("an announcement: refused %q, takes a reason %q, notes %q", d.Refusals, d.Unasked, d.Notes)
	}
	if o, _ := s.word(operation.Veto, "", tag, operate.Confirmation{Reason: "it leaks"}); o.State != operation.Succeeded {
		t.Fatal(o.State, o.Why)
	}
	if said := sayAll(s.published(tag)); !strings.Contains(said, tag+" is vetoed by mona") {
		t.Errorf("a vetoed one: %q", said)
	}
	deployed := publishing(t, fleet.SimulateOptions{})
	if said := sayAll(deployed.published(tag)); !strings.Contains(said, "promote it, with all that a promotion asks") {
		t.Errorf("one that is deployed by it: %q", said)
	}
}
