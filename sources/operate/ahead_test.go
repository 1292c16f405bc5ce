package operate_test

import (
	"strings"
	"testing"

	"gonogo/model/readiness"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// withArtifact makes what a rollback target needs a file of its release.
func withArtifact(o *fleet.Options) {
	o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "  - name: "+service+"\n", "  - name: "+service+"\n    artifact: {release_asset: \"*.tar.gz\"}\n", 1))
}

func (s *stage) released(tag string) *simulator.Release {
	s.t.Helper()
	for _, l := range s.sim.World().Repository("acme/" + service).Releases() {
		if l.TagName == tag {
			return l
		}
	}
	s.t.Fatalf("there is no release %s", tag)
	return nil
}

func eligible(d *operate.Draft) (all []readiness.Target) {
	for _, t := range d.Targets {
		if t.Eligible {
			all = append(all, t)
		}
	}
	return all
}

// A release whose artifact is gone is nothing to go back to, and preflight looks again: the best is the best that is whole.
func TestWhoseArtifactIsGoneIsNoTarget(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, withArtifact)
	d := s.prepareRollback("")
	if said := sayAll(d); len(eligible(d)) > 0 || !strings.Contains(said, "there is nothing to go back to") || !strings.Contains(said, "has lost its artifact: its release has no asset *.tar.gz") {
		t.Fatalf("without any artifact: refused %q, eligible %+v", said, eligible(d))
	}
	var whole []string
	for _, target := range d.Targets {
		if strings.Contains(string(target.Why), "has lost its artifact") {
			s.released(target.Release.Tag).Attach(service+".tar.gz", "bytes")
			whole = append(whole, target.Release.Tag)
		}
	}
	if len(whole) < 2 {
		t.Fatalf("only %q could be gone back to", whole)
	}
	if d = s.prepareRollback(""); len(d.Refusals) > 0 || d.Plan.Release.Tag != whole[0] || len(eligible(d)) != len(whole) {
		t.Errorf("with all of them: refused %q, to %s of %+v", d.Refusals, d.Plan.Release.Title(), eligible(d))
	}
	s.released(whole[0]).Detach(service + ".tar.gz")
	if d = s.prepareRollback(""); len(d.Refusals) > 0 || d.Plan.Release.Tag != whole[1] {
		t.Errorf("the newest has lost its own: refused %q, to %s", d.Refusals, d.Plan.Release.Title())
	}
	if d = s.prepareRollback(whole[0]); !strings.Contains(sayAll(d), whole[0]+" can't be gone back to: it has lost its artifact") {
		t.Errorf("asked for by name: refused %q", d.Refusals)
	}
}

// A release whose workflow can't be dispatched as its commit has it is nothing to go back to.
func TestWhoseWorkflowCannotBeDispatchedIsNoTarget(t *testing.T) {
	t.Parallel()
	for workflow, why := range map[string]string{"ci.yml": "it has no workflow_dispatch", "none.yml": "it doesn't exist"} {
		t.Run(workflow, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
				o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "- name: production\n", "- name: production\n        rollback: {workflow: "+workflow+"}\n", 1))
			})
			d := s.prepareRollback("")
			if said := sayAll(d); len(eligible(d)) > 0 || !strings.Contains(said, "can't be dispatched: "+workflow+" at v1") || !strings.HasSuffix(said, why) {
				t.Errorf("refused %q, eligible %+v", said, eligible(d))
			}
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "errors"}); err == nil {
				t.Error("it can be confirmed")
			}
		})
	}
}
