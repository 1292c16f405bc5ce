package operate_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// What the tests of redeploys and aborts were seen to catch, each broken on purpose once: outrun that never finds a later
// attempt; deployments of any age counted as the attempt's own; repeats and comesTo that don't read where a workflow's file
// says that it deploys; a target that can't be gone back to, run again; the way back to what is deployed again; an abort that
// takes no lock, that takes an attempt's deployments for those of the one before, or that doesn't know its own operation's
// lock.

// deploysTo starts a run by another person that deploys the newest release to an environment.
func (s *stage) deploysTo(environment string, outcomes simulator.Outcomes) *simulator.Run {
	s.t.Helper()
	tag := newest(s)
	return s.sim.World().Repository("acme/" + service).Run(simulator.RunOf{
		Workflow: "deploy.yml", Ref: tag, By: "ada", Inputs: map[string]string{"environment": environment, "version": tag}, Outcomes: outcomes,
	})
}

// failed is a run that failed to deploy the newest release to production, as it is known.
func (s *stage) failed() model.Run {
	s.t.Helper()
	run := s.deploysTo(production, simulator.Outcomes{"deploy": simulator.Failure})
	s.knownDeployment(run.ID, model.DeploymentFailure)
	return s.known("failed", func(r model.Run) bool { return r.ID == run.ID && r.Done() })
}

// knownDeployment waits until a run's deployment is known in a state.
func (s *stage) knownDeployment(run int64, state model.DeploymentState) {
	s.t.Helper()
	s.eventually(fmt.Sprintf("a deployment of run %d that is %s", run, state), func(d board.Detail) bool {
		for i := range d.Facts.Deployments {
			if made := &d.Facts.Deployments[i]; made.RunID == run && made.State() == state {
				return true
			}
		}
		return false
	})
}

// attempts are how often a run was asked for again so that GitHub took it.
func (s *stage) posted(end string) (n int) {
	for _, q := range s.sim.World().Requests() {
		if q.Method == http.MethodPost && strings.HasSuffix(q.Path, end) && q.Status > 0 && q.Status < 300 {
			n++
		}
	}
	return n
}

func over(o operate.Operation) bool { return o.State.Ended() && o.Unlocked }

// A deployment that failed is run again from its run, with all that a promotion asks, and followed to its verification.
func TestAFailedDeploymentIsRunAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		enterprise bool
		failedOnly bool
	}{{"all its jobs", false, false}, {"its failed jobs", false, true}, {"Enterprise Server", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{Enterprise: c.enterprise})
			run := s.failed()
			d := s.about(operation.Rerun, run.ID, func(r *operate.Request) { r.FailedOnly = c.failedOnly })
			p := &d.Plan
			if len(d.Refusals) > 0 || len(d.Against) > 0 || len(d.Unasked) > 0 || p.Kind != operation.Redeploy || p.Environment != production || d.Name != production || !p.Lock || p.Release.Tag != newest(s) || p.Attempt != 1 {
				t.Fatalf("refused %q, against %+v, unasked %q, %s to %s of %s, name %q, lock %v", d.Refusals, d.Against, d.Unasked, p.Kind, p.Environment, p.Release.Title(), d.Name, p.Lock)
			}
			if said := string(d.Direction); !strings.Contains(said, p.Release.Title()+" is newer than "+p.Replaces.Title()) {
				t.Errorf("it doesn't say how they lie to each other: %s", said)
			}
			path := map[bool]string{false: "/rerun", true: "/rerun-failed-jobs"}[c.failedOnly]
			if n := len(d.Calls); n != 5 || !strings.HasSuffix(d.Calls[3].Path, fmt.Sprintf("/runs/%d%s", run.ID, path)) {
				t.Errorf("it would ask %+v", d.Calls)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", over)
			if o.State != operation.Succeeded || o.Why != "verified" || o.Progress.Run != run.ID || o.Run.Attempt != 2 || o.Deployment.RunID != run.ID || o.Deployment.ID <= p.Newest {
				t.Errorf("%s: %s; run %d attempt %d, deployment %d after %d; %s", o.State, o.Why, o.Progress.Run, o.Run.Attempt, o.Deployment.ID, p.Newest, events(o.Records))
			}
			if n := s.posted(path); n != 1 || len(s.sim.Refs("acme/"+service)) != 0 || s.sim.Dispatches("acme/"+service) != 0 {
				t.Errorf("%d attempts, %v is left", n, s.sim.Refs("acme/"+service))
			}
		})
	}
}

// What a run brings once more is said as it lies to what runs there; what deploys is never a plain word.
func TestWhatIsRunAgainIsSaid(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	detail, err := s.Detail(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	env := detail.Assessment.Environment(production)
	same := s.about(operation.Rerun, env.Current.Deployment.RunID)
	if said := sayAll(same); said != "" || same.Plan.Kind != operation.Redeploy || same.Name != production || !strings.Contains(string(same.Direction), "runs there already: it is deployed once more") || same.Plan.RollsBackTo.SHA == same.Plan.Release.SHA {
		t.Errorf("the same: %q, refused %q, %s, the way back %s", same.Direction, said, same.Plan.Kind, same.Plan.RollsBackTo.Title())
	}
	if only := s.about(operation.Rerun, env.Current.Deployment.RunID, func(r *operate.Request) { r.FailedOnly = true }); !strings.Contains(sayAll(only), "no job of it failed") {
		t.Errorf("its failed jobs: %q", sayAll(only))
	}
	i := slices.IndexFunc(env.Targets, func(t readiness.Target) bool {
		return t.Eligible && t.Deployment.RunID != 0 && t.Release.SHA != env.Current.Release.SHA
	})
	if i < 0 {
		t.Fatal("nothing ran there before that could be gone back to")
	}
	target := env.Targets[i]
	d := s.about(operation.Rerun, target.Deployment.RunID)
	if said := sayAll(d); said != "" || !strings.Contains(string(d.Direction), target.Release.Title()+" is older than "+env.Current.Release.Title()+", which runs there: that goes back") || !strings.Contains(fmt.Sprint(d.Notes), "unlike a rollback it leaves") {
		t.Errorf("the older: %q, %q, refused %q", d.Direction, d.Notes, said)
	}
	mark := operation.Mark{Kind: operation.MarkVeto, Operation: "one", Owner: "ada", Service: service, SHA: string(target.Release.SHA), Since: s.Now(), Reason: "loses orders"}
	name, err := mark.Name()
	if err != nil {
		t.Fatal(err)
	}
	text, err := mark.Message()
	if err != nil {
		t.Fatal(err)
	}
	s.sim.World().Repository("acme/"+service).TaggedRef(operation.RefRoot+name, text, "ada")
	s.eventually("the veto", func(d board.Detail) bool {
		return slices.ContainsFunc(d.Assessment.Environment(production).Targets, func(o readiness.Target) bool { return o.Release.SHA == target.Release.SHA && !o.Eligible })
	})
	if said := sayAll(s.about(operation.Rerun, target.Deployment.RunID)); !strings.Contains(said, target.Release.Title()+" can't be gone back to: it ") {
		t.Errorf("what can't be gone back to: refused %q", said)
	}
}

// Where a run deploys besides is told by its deployments and by its workflow's file; what isn't one environment is refused.
func TestARunThatDeploysElsewhereToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file    string
		refused, asks string
	}{
		{"as its input says", "", "", ""},
		{"there alone", "jobs: {a: {environment: production}}", "", ""},
		{"elsewhere later", "jobs: {a: {environment: production}, b: {needs: a, environment: staging}}", "deploy.yml deploys to staging too, as its file says", ""},
		{"elsewhere on a condition", "jobs: {a: {environment: production}, b: {if: x, environment: staging}}", "", "on a condition that gonogo doesn't judge"},
		{"elsewhere as an input says", "jobs: {a: {environment: '${{ inputs.environment }}'}, b: {environment: '${{ inputs.other }}'}}", "", "whether deploy.yml deploys to production alone can't be told from its file"},
		{"nowhere, as its file says", "jobs: {a: {runs-on: x}}", "", "no job of deploy.yml deploys to production by itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			run := s.failed()
			if c.file != "" {
				r := s.sim.World().Repository("acme/" + service)
				r.Workflow(simulator.WorkflowPlan{Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, Source: "on: workflow_dispatch\n" + c.file + "\n"})
				r.Forget("deploy.yml")
			}
			d := s.about(operation.Rerun, run.ID)
			says(t, d, c.refused, c.asks)
		})
	}
}

// Somebody else runs it again between the dialog and the send: nothing is sent.
func TestSomebodyElseRanItAgain(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	run := s.failed()
	d := s.about(operation.Rerun, run.ID)
	s.rerun(run.ID, "ada")
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "over", over)
	if o.State != operation.Aborted || s.posted("/rerun") != 0 || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
}

// Where the answer is lost an attempt that somebody else began is not ours: the person is shown it, and says what it is.
func TestSomebodyElsesAttemptIsNotAdopted(t *testing.T) {
	t.Parallel()
	var s *stage
	var run model.Run
	s = open(t, fleet.SimulateOptions{}, func(o *fleet.Options) {
		o.Hook = func(point string) {
			if point == "after request re-run" {
				s.rerun(run.ID, "ada")
			}
		}
	})
	run = s.failed()
	d := s.about(operation.Rerun, run.ID)
	s.sim.World().Fault(simulator.Fault{Method: "POST", Path: "/repos/*/*/actions/runs/*/rerun", Times: 1, Cut: simulator.CutBefore})
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	o = s.until(o.Plan.ID, "decided", func(o operate.Operation) bool { return over(o) || o.State == operation.Ambiguous })
	if o.State != operation.Ambiguous || !strings.Contains(string(o.Why), "attempt 2 was begun by ada") || len(o.Found.Weak) != 1 || o.Found.Weak[0].Run != run.ID || len(s.sim.Refs("acme/"+service)) != 1 {
		t.Fatalf("%s: %s; found %+v; %s", o.State, o.Why, o.Found, events(o.Records))
	}
	if err := s.Decide(t.Context(), o.Plan.ID, run.ID, "mona", "ada did it for me"); err != nil {
		t.Fatal(err)
	}
	if o = s.until(o.Plan.ID, "over", over); o.State != operation.Succeeded || o.Progress.Run != run.ID || s.posted("/rerun") != 0 {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
}

// rerun is somebody else's click on a run in the web page.
func (s *stage) rerun(id int64, by string) {
	s.t.Helper()
	for _, n := range s.sim.World().Repository("acme/" + service).Runs() {
		if n.ID != id {
			continue
		}
		if err := n.Rerun(by, nil); err != nil {
			s.t.Error(err)
		}
	}
}

// What somebody else runs again while it is verified isn't what was confirmed any more: its verification says nothing.
func TestSomebodyRunsAgainWhatIsVerified(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	run := s.failed()
	o, err := s.Confirm(t.Context(), s.about(operation.Rerun, run.ID), operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	s.until(o.Plan.ID, "verifying", func(o operate.Operation) bool { return o.State == operation.Verifying })
	s.rerun(run.ID, "ada")
	o = s.until(o.Plan.ID, "over", over)
	if o.State != operation.Errored || !strings.Contains(string(o.Why), "run again by somebody else, attempt 3") || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
}

// A run that failed before it came to deploy is no plain run either, where its workflow's file says that it deploys.
func TestARunThatWouldDeploy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, jobs, refused, asks string }{
		{"nowhere", "{a: {runs-on: x}}", "", ""},
		{"to production", "{a: {runs-on: x}, b: {needs: a, environment: production}}", "ci.yml deploys to production, as its file says, and this run has not come so far", ""},
		{"to production, perhaps", "{b: {if: x, environment: production}}", "", "on a condition that gonogo doesn't judge"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			run := s.known("ended", func(r model.Run) bool { return r.Done() && r.File() == "ci.yml" })
			r := s.sim.World().Repository("acme/" + service)
			r.Workflow(simulator.WorkflowPlan{Path: "ci.yml", Name: "CI", On: []string{"push"}, Source: "on: push\njobs: " + c.jobs + "\n"})
			r.Forget("ci.yml")
			d := s.about(operation.Rerun, run.ID)
			says(t, d, c.refused, c.asks)
		})
	}
}

// says holds a draft to what refuses it and to what takes a reason; empty: nothing does.
func says(t *testing.T, d *operate.Draft, refused, asks string) {
	t.Helper()
	if said := sayAll(d); refused == "" && said != "" || !strings.Contains(said, refused) {
		t.Errorf("refused %q", said)
	}
	if said := fmt.Sprint(d.Unasked); asks == "" && said != "[]" || !strings.Contains(said, asks) {
		t.Errorf("takes a reason: %q", said)
	}
}
