package operate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
	"gonogo/sources/simulator"
)

// slow makes deployments long enough to be stopped in the middle.
func slow(s *stage) {
	r := s.sim.World().Repository("acme/" + service)
	r.Workflow(simulator.WorkflowPlan{
		Path: "deploy.yml", Name: "Deploy", On: []string{"workflow_dispatch"}, RunName: "Deploy {version} to {environment} {gonogo_operation}", Concurrency: "deploy-{environment}",
		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}", Duration: 30 * time.Minute}},
	})
	r.Forget("deploy.yml")
}

// A run of somebody else's that deploys is aborted: the environment's name is typed, the lock claimed and given back, and it
// has succeeded only when the run has really ended cancelled.
func TestARunThatDeploysIsAborted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		waits  bool
		began  bool
		says   string
		wanted string
	}{
		{"while it deploys", false, true, "it has begun to deploy to production: cancelled now it leaves a version there that nobody knows", "the run was cancelled while it deployed: which version production runs is unknown"},
		{"while it waits for a review", true, false, "it has not begun to deploy to production: cancelled now it leaves that as it is", "the run was cancelled before anything was deployed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fleet.SimulateOptions{})
			slow(s)
			want := model.DeploymentInProgress
			if c.waits {
				s.sim.World().Repository("acme/"+service).Environment(production, simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
			}
			started := s.deploysTo(production, nil)
			var run model.Run
			if c.waits {
				run = s.known("waiting", func(r model.Run) bool { return r.ID == started.ID && r.Status == model.StatusWaiting })
			} else {
				s.knownDeployment(started.ID, want)
				run = s.known("running", func(r model.Run) bool { return r.ID == started.ID && r.Status == model.StatusInProgress })
			}
			d := s.about(operation.Cancel, run.ID)
			p := &d.Plan
			if len(d.Refusals) > 0 || len(d.Against) > 0 || p.Kind != operation.Abort || p.Environment != production || d.Name != production || !p.Lock || p.Began != c.began || string(d.Direction) != c.says {
				t.Fatalf("refused %q, against %+v, %s in %s, name %q, lock %v, began %v, %q", d.Refusals, d.Against, p.Kind, p.Environment, d.Name, p.Lock, p.Began, d.Direction)
			}
			if n := len(d.Calls); n != 5 || !strings.HasSuffix(d.Calls[3].Path, fmt.Sprintf("/runs/%d/cancel", run.ID)) {
				t.Errorf("it would ask %+v", d.Calls)
			}
			if _, err := s.Confirm(t.Context(), d, operate.Confirmation{}); !errors.Is(err, operate.ErrRefused) {
				t.Fatalf("it was confirmed without the environment's name: %v", err)
			}
			o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
			if err != nil {
				t.Fatal(err)
			}
			o = s.until(o.Plan.ID, "over", over)
			if o.State != operation.Succeeded || string(o.Why) != c.wanted || events(o.Records) != "planned, confirmed, claims, claimed, re-read, sends, answered, saw, releases, released" {
				t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
			}
			if status, conclusion := started.Status(); conclusion != simulator.Cancelled {
				t.Errorf("the run is %s %s", status, conclusion)
			}
			if n := s.posted("/cancel"); n != 1 || len(s.sim.Refs("acme/"+service)) != 0 {
				t.Errorf("cancelled %d times, %v is left", n, s.sim.Refs("acme/"+service))
			}
			if again := s.about(operation.Cancel, run.ID); !strings.Contains(sayAll(again), "has ended: cancelled") {
				t.Errorf("what has ended can be aborted: %q", sayAll(again))
			}
		})
	}
}

// Whether a run has begun to deploy is told by its newest attempt: what one before has deployed is another matter.
func TestAnAttemptThatHasNotBegunIsAborted(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	run := s.failed()
	s.sim.World().Repository("acme/"+service).Environment(production, simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
	s.rerun(run.ID, "ada")
	s.known("waiting", func(r model.Run) bool { return r.ID == run.ID && r.Attempt == 2 && r.Status == model.StatusWaiting })
	d := s.about(operation.Cancel, run.ID)
	if d.Plan.Began || d.Plan.Attempt != 2 || !strings.Contains(string(d.Direction), "has not begun to deploy to production") {
		t.Fatalf("attempt %d, began %v, %q", d.Plan.Attempt, d.Plan.Began, d.Direction)
	}
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	if o = s.until(o.Plan.ID, "over", over); o.State != operation.Succeeded || !strings.Contains(string(o.Why), "before anything was deployed") {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
}

// What begins to deploy between the dialog and the send is not stopped: nobody was told what that leaves there.
func TestWhatHasBegunMeanwhileIsNotAborted(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	slow(s)
	s.sim.World().Repository("acme/"+service).Environment(production, simulator.Protection{Reviewers: []string{"mona"}, Tags: []string{"v*"}})
	started := s.deploysTo(production, nil)
	run := s.known("waiting", func(r model.Run) bool { return r.ID == started.ID && r.Status == model.StatusWaiting })
	d := s.about(operation.Cancel, run.ID)
	if err := started.Approve("mona", "go"); err != nil {
		t.Fatal(err)
	}
	s.knownDeployment(run.ID, model.DeploymentInProgress)
	o, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	if o = s.until(o.Plan.ID, "over", over); o.State != operation.Aborted || !strings.Contains(string(o.Why), "it has begun to deploy to production meanwhile") || s.posted("/cancel") != 0 {
		t.Errorf("%s: %s; %s", o.State, o.Why, events(o.Records))
	}
}

// The run of an own operation is aborted beside that: the lock stays the operation's, which sees its run stop.
func TestTheRunOfAnOwnPromotionIsAborted(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	slow(s)
	promotion, err := s.Confirm(t.Context(), s.prepare(production), operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	promotion = s.until(promotion.Plan.ID, "deploying", func(o operate.Operation) bool {
		return o.State == operation.Running && o.Deployment.State() == model.DeploymentInProgress
	})
	s.known("running", func(r model.Run) bool { return r.ID == promotion.Progress.Run && r.Status == model.StatusInProgress })
	s.knownDeployment(promotion.Progress.Run, model.DeploymentInProgress)
	d := s.about(operation.Cancel, promotion.Progress.Run)
	if len(d.Refusals) > 0 || len(d.Against) > 0 || d.Plan.Beside != promotion.Plan.ID || d.Plan.Lock || d.Name != production {
		t.Fatalf("refused %q, against %+v, beside %q, lock %v", d.Refusals, d.Against, d.Plan.Beside, d.Plan.Lock)
	}
	abort, err := s.Confirm(t.Context(), d, operate.Confirmation{Name: production})
	if err != nil {
		t.Fatal(err)
	}
	if abort = s.until(abort.Plan.ID, "over", over); abort.State != operation.Succeeded {
		t.Errorf("the abort is %s: %s; %s", abort.State, abort.Why, events(abort.Records))
	}
	if promotion = s.until(promotion.Plan.ID, "over", over); promotion.State != operation.Errored || !strings.Contains(string(promotion.Why), "cancelled while it deployed: the version is unknown") {
		t.Errorf("the promotion is %s: %s", promotion.State, promotion.Why)
	}
	if n := s.posted("/cancel"); n != 1 || len(s.sim.Refs("acme/"+service)) != 0 {
		t.Errorf("cancelled %d times, %v is left", n, s.sim.Refs("acme/"+service))
	}
}

// Another operator's lock keeps a run from being run again, and from being aborted.
func TestAnothersLockKeepsARunAsItIs(t *testing.T) {
	t.Parallel()
	s := open(t, fleet.SimulateOptions{})
	failed := s.failed()
	slow(s)
	started := s.deploysTo(production, nil)
	s.knownDeployment(started.ID, model.DeploymentInProgress)
	run := s.known("running", func(r model.Run) bool { return r.ID == started.ID && r.Status == model.StatusInProgress })
	s.lockedBy("ada")
	for kind, id := range map[operation.Kind]int64{operation.Cancel: run.ID, operation.Rerun: failed.ID} {
		d := s.about(kind, id)
		held := false
		for _, f := range d.Against {
			held = held || f.Gate == model.GateLock && strings.Contains(string(f.Why), "is locked by ada")
		}
		word := operate.Confirmation{Name: production, Reason: "because"}
		for _, f := range d.Against {
			word.Bypass = append(word.Bypass, f.Gate)
		}
		if _, err := s.Confirm(t.Context(), d, word); !held || !errors.Is(err, operate.ErrRefused) {
			t.Errorf("%s: against %+v, %v", d.Plan.Kind, d.Against, err)
		}
	}
}
