package operate_test

import (
	"strings"
	"testing"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// byItself opts production in to being rolled back without a person. What ran before still answers for 10 s there.
func byItself(o *fleet.Options) {
	o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "- name: production\n", "- name: production\n        rollback: automatic\n        settle: 15s\n", 1))
}

// A release that fails its verification is rolled back without a person, once: where somebody's gonogo did so before, or a
// person has acted meanwhile, it is offered and not done. What was decided is in the journal.
func TestAFailedReleaseGoesBackByItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(s *stage, p *operation.Plan)
		why    string // it is not; empty: it is
	}{
		{"by itself", nil, ""},
		{"once", func(s *stage, p *operation.Plan) {
			mark := operation.Mark{Kind: operation.MarkAuto, Operation: "another", Owner: "ada", Service: service, Environment: production, SHA: string(p.Release.SHA)}
			name, err := mark.Name()
			if err != nil {
				panic(err)
			}
			text, err := mark.Message()
			if err != nil {
				panic(err)
			}
			s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, "ada")
		}, "once"},
		{"never over a person", func(s *stage, p *operation.Plan) {
			s.sim.World().Repository("acme/"+service).Deploy(production, p.Replaces.Tag)
		}, "a person has acted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var s *stage
			var d *operate.Draft
			acted := false
			s = open(t, fleet.SimulateOptions{}, byItself, func(o *fleet.Options) {
				o.Hook = func(point string) { // what comes between the last look and the verdict
					if c.before != nil && point == "before journal judged" && !acted {
						acted = true
						c.before(s, &d.Plan)
					}
				}
			})
			d = s.prepare(production)
			if !d.Plan.GoesBack || !strings.Contains(notes(d), "without a word") {
				t.Fatalf("it isn't said: %s", notes(d))
			}
			s.sim.Services().Behave("acme/"+service, d.Plan.Release.Tag, simulator.Behaviour{Failing: true, Environment: production})
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.over(o.Plan.ID)
			last := o.Records[len(o.Records)-1]
			if o.State != operation.Failed || last.Event != operation.Noted || !strings.Contains(string(last.Why), c.why) || (o.WentBack != "") != (c.why == "") {
				t.Fatalf("%s: %s; %s: %s", o.State, o.Why, last.Event, last.Why)
			}
			refs := strings.Join(s.sim.Refs("acme/"+service), " ")
			if c.why != "" {
				if n := s.sim.Dispatches("acme/" + service); n != 1 || strings.Contains(refs, "veto/") {
					t.Errorf("%d were sent; %s", n, refs)
				}
				return
			}
			back := s.over(o.WentBack)
			if back.State != operation.Succeeded || back.Plan.Kind != operation.RollBack || back.Plan.Release.SHA != d.Plan.Replaces.SHA || !strings.Contains(string(back.Plan.Reason), "without a person") {
				t.Errorf("the rollback to %s is %s: %s", back.Plan.Release.Title(), back.State, back.Why)
			}
			refs = strings.Join(s.sim.Refs("acme/"+service), " ")
			if !strings.Contains(refs, "auto/"+service+"/"+production+"/"+string(d.Plan.Release.SHA)) || !strings.Contains(refs, "veto/") {
				t.Errorf("it left %s", refs)
			}
		})
	}
}
