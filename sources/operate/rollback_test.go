package operate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// prepareRollback asks again, as it is told to, while the cache is behind what has just changed.
func (s *stage) prepareRollback(to string) *operate.Draft {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		d, err := s.Prepare(s.t.Context(), operate.Request{Kind: operation.RollBack, Service: service, Environment: production, Release: to})
		if err != nil {
			s.t.Fatal(err)
		}
		if !strings.Contains(sayAll(d), "ask again in a moment") || time.Now().After(deadline) {
			return d
		}
	}
}

// The environment goes back to the release before; the one that it ran is vetoed and the environment held, so that neither
// this person nor another promotes into it until that is lifted.
func TestAnEnvironmentIsRolledBack(t *testing.T) {
	t.Parallel()
	for _, edition := range []struct {
		name       string
		enterprise bool
	}{{"github.com", false}, {"Enterprise Server", true}} {
		t.Run(edition.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: edition.enterprise})
			d := s.prepareRollback("")
			bad := d.Plan.Replaces
			if len(d.Refusals) > 0 || len(d.Against) > 0 || d.Name != production || bad.Zero() || d.Plan.Release.SHA == bad.SHA || len(d.Targets) < 2 {
				t.Fatalf("refused %q, against %+v, from %s to %s of %d targets", d.Refusals, d.Against, bad.Title(), d.Plan.Release.Title(), len(d.Targets))
			}
			if u := d.Undoes; !u.Known || u.Base != d.Plan.Release.SHA || u.Head != bad.SHA || len(u.Commits) == 0 || len(u.Commits) != u.Ahead {
				t.Errorf("it undoes %+v", u)
			}
			if here := s.prepareRollback(bad.Tag); len(here.Refusals) != 1 || !strings.Contains(string(here.Refusals[0]), "is what runs here") {
				t.Errorf("back to what runs here: %q", here.Refusals)
			}
			if never := s.prepareRollback("v99"); len(never.Refusals) != 1 || !strings.Contains(string(never.Refusals[0]), "never succeeded") {
				t.Errorf("back to what never ran here: %q", never.Refusals)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "errors"})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() })
			if o.State != operation.Succeeded || !strings.HasSuffix(events(o.Records), "marks, marked, releases, released") {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			refs := strings.Join(s.sim.Refs("acme/"+service), " ")
			if !strings.Contains(refs, "hold/"+service+"/"+production) || !strings.Contains(refs, "veto/"+service+"/"+string(bad.SHA)) || strings.Contains(refs, "lock/") {
				t.Errorf("it left %q", refs)
			}
			for deadline := time.Now().Add(30 * time.Second); ; {
				d = s.prepare(production)
				if strings.Contains(sayAll(d)+sayAgainst(d), "is held by mona") || time.Now().After(deadline) {
					break
				}
			}
			if said := sayAll(d) + sayAgainst(d); !strings.Contains(said, "production is held by mona") {
				t.Errorf("the next promotion is refused with %q", said)
			}
		})
	}
}

// Where GitHub refuses the hold and the veto the rollback has succeeded all the same, gives its lock back, and says that
// nobody is kept from anything.
func TestARollbackThatMayNotHold(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	deploysIn(40*time.Second, s.sim) // so that nobody misses it
	d := s.prepareRollback("")
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production, Reason: "errors"})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "running", func(o operate.Operation) bool { return o.State == operation.Running })
	s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/repos/*/*/git/tags", Status: 403, Instead: true})
	o = s.until(o.Plan.ID, "over", func(o operate.Operation) bool { return o.State.Ended() && !o.Open() })
	if o.State != operation.Succeeded || !slices.Equal(o.Lacks, []operation.MarkKind{operation.MarkHold, operation.MarkVeto}) || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Fatalf("%s: lacks %v; %s; %v", o.State, o.Lacks, events(o.Records), s.sim.Refs("acme/"+service))
	}
	if why := string(o.Why); !strings.Contains(why, "GitHub refuses the hold: ") || !strings.Contains(why, "GitHub refuses the veto: ") {
		t.Errorf("it says %q", why)
	}
	past, err := s.Operations(t.Context(), 1) // as the journal holds it
	if err != nil || !strings.Contains(string(past[0].Unguarded()), "production is NOT held and "+d.Plan.Replaces.Title()+" NOT vetoed") {
		t.Errorf("%v; the journal says %q", err, past[0].Unguarded())
	}
}

// An environment that names a workflow to roll back by goes back by it, whatever else deploys there.
func TestAWorkflowOfItsOwnRollsBack(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{}, byDeployment, func(o *fleet.Options) {
		o.Source.Data = []byte(strings.Replace(string(o.Source.Data), "- name: production\n", "- name: production\n        rollback: {workflow: deploy.yml, inputs: {environment: \"{{.Environment}}\", version: \"{{.Version}}\"}}\n", 1))
	})
	d := s.prepareRollback("")
	if len(d.Refusals) > 0 || d.Plan.Way != operation.ByWorkflow || d.Plan.Workflow != "deploy.yml" || d.Plan.Inputs["version"] != d.Plan.Release.Tag || d.Plan.Ref != d.Plan.Release.Tag {
		t.Errorf("refused %q; by %s %s on %s with %v", d.Refusals, d.Plan.Way, d.Plan.Workflow, d.Plan.Ref, d.Plan.Inputs)
	}
	if p := s.prepare(production); p.Plan.Way != operation.ByDeployment {
		t.Errorf("a promotion goes by %s", p.Plan.Way)
	}
}

// sayAgainst are the gates that stand against a draft.
func sayAgainst(d *operate.Draft) string {
	var all []string
	for _, f := range d.Against {
		all = append(all, string(f.Gate)+": "+string(f.Why))
	}
	return strings.Join(all, "; ")
}

func sayAll(d *operate.Draft) string {
	var all []string
	for _, r := range d.Refusals {
		all = append(all, string(r))
	}
	return strings.Join(all, "; ")
}
