package cockpit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// memoryActor is an engine that holds its answers, and remembers what it was told.
type memoryActor struct {
	operations []operate.Operation // of this process
	past       []operation.Progress
	records    map[string][]operation.Record
	told       []string
	err        error
	confirmed  *operate.Draft
	draft      func(operate.Request) *operate.Draft // what a request would do; nil: nothing can be worked out
}

func (m *memoryActor) Sketch(_ context.Context, r operate.Request) (*operate.Draft, error) {
	if m.draft == nil {
		return nil, errors.New("nothing is sketched here")
	}
	d := m.draft(r)
	d.Read, d.Calls = false, nil
	return d, nil
}

func (m *memoryActor) Prepare(_ context.Context, r operate.Request) (*operate.Draft, error) {
	if m.draft == nil {
		return nil, errors.New("nothing is prepared here")
	}
	return m.draft(r), nil
}

func (m *memoryActor) Confirm(_ context.Context, d *operate.Draft, c operate.Confirmation) (operate.Operation, error) {
	m.confirmed = d
	m.told = append(m.told, fmt.Sprintf("confirm %s of %d failed %v: %q %q %v", d.Plan.Kind, d.Plan.Subject, d.Plan.FailedOnly, c.Name, c.Reason, c.Bypass))
	return operate.Operation{}, m.err
}

func (m *memoryActor) LiftReadOnly(_ context.Context, reason model.Text) (time.Time, error) {
	m.told = append(m.told, fmt.Sprintf("lift read-only: %s", reason))
	return time.Time{}, m.err
}

func (m *memoryActor) Review(_ context.Context, id string, approve bool, comment model.Text) error {
	m.told = append(m.told, fmt.Sprintf("review %s %v %s", id, approve, comment))
	return m.err
}

func (m *memoryActor) Decide(_ context.Context, id string, run int64, actor, reason model.Text) error {
	m.told = append(m.told, fmt.Sprintf("decide %s %d %s: %s", id, run, actor, reason))
	return m.err
}

func (m *memoryActor) Operation(id string) (operate.Operation, bool) {
	for _, o := range m.operations {
		if o.Plan.ID == id {
			return o, true
		}
	}
	return operate.Operation{}, false
}

func (m *memoryActor) Moving() (all []operate.Operation) {
	for _, o := range m.operations {
		if !o.State.Ended() {
			all = append(all, o)
		}
	}
	return all
}

func (m *memoryActor) Operations(context.Context, int) ([]operation.Progress, error) {
	all := m.past
	for _, o := range m.operations {
		all = append([]operation.Progress{o.Progress}, all...)
	}
	return all, m.err
}

func (m *memoryActor) Records(_ context.Context, id string) ([]operation.Record, error) {
	if o, ok := m.Operation(id); ok {
		return o.Records, nil
	}
	return m.records[id], nil
}

// promotion is a plan of the tests.
func promotion(n int, service, environment string) operation.Plan {
	tier := model.Other
	if environment == "production" {
		tier = model.Production
	}
	return operation.Plan{
		ID: fmt.Sprintf("7d3f0c1e-0000-4000-8000-%012d", n), Kind: operation.Promote, Host: "github.com", Repo: "acme/" + service, Service: service, Environment: environment, GitHub: environment,
		Tier: tier, Release: release(service, "v2.14.0", 5*time.Hour), Replaces: release(service, "v2.13.2", 80*time.Hour), RollsBackTo: release(service, "v2.13.2", 80*time.Hour),
		Way: operation.ByWorkflow, Workflow: "deploy.yml", Ref: "v2.14.0", Echoes: true, Lock: true, Checks: 1, Actor: "mona", MadeAt: ago(4 * time.Minute),
		Findings: []model.Finding{{Gate: model.GateApproval, Result: model.Warn}},
	}
}

// journalled is an operation of whom so many records were written, one every five seconds, the last one before noon.
func journalled(t *testing.T, plan operation.Plan, records ...operation.Record) operate.Operation {
	t.Helper()
	all := append([]operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &plan, Actor: plan.Actor},
		{Event: operation.Approved, State: operation.Confirmed, Actor: plan.Actor},
		{Event: operation.Claims, State: operation.Claiming},
		{Event: operation.Claimed, State: operation.Claiming, Place: "refs/gonogo/lock/" + plan.Service + "/" + plan.Environment, Object: "0badc0de"},
		{Event: operation.Reads, State: operation.Claiming},
		{Event: operation.Sends, State: operation.Dispatching},
	}, records...)
	at := ago(250 * time.Second)
	for i := range all {
		r := &all[i]
		r.Operation, r.Process = plan.ID, "4711-cafe"
		if r.At.IsZero() {
			at = at.Add(2 * time.Second)
			r.At = at
		}
		at = r.At
	}
	p, err := operation.Fold(all)
	if err != nil {
		t.Fatal(err)
	}
	return operate.Operation{Progress: p, Records: all, Driven: true}
}

// sent are the records of a run that was found at once, and has come so far.
func sent(more ...operation.Record) []operation.Record {
	return append([]operation.Record{{Event: operation.Answered, State: operation.Queued, Status: 200, Run: 311}}, more...)
}

func saw(state operation.State, why string, since time.Duration) operation.Record {
	return operation.Record{Event: operation.Saw, State: state, Why: model.Text(why), At: ago(since)}
}

func deploying(o *operate.Operation, started time.Duration) {
	o.Run = run(311, "deploy.yml", "v2.14.0", "Deploy v2.14.0 to production", model.StatusInProgress, "", started, 0)
	o.Run.Number = 57
	step := func(n int, name string, status model.RunStatus, c model.Conclusion, from, took time.Duration) model.Step {
		s := model.Step{Number: n, Name: model.Text(name), Status: status, Conclusion: c, StartedAt: ago(from)}
		if c != "" {
			s.CompletedAt = ago(from - took)
		}
		return s
	}
	o.Jobs = []model.Job{
		{ID: 41, RunID: 311, Name: "build", Status: model.StatusCompleted, Conclusion: model.Success, StartedAt: ago(started), CompletedAt: ago(started - 30*time.Second), Steps: []model.Step{step(1, "make", model.StatusCompleted, model.Success, started, 30*time.Second)}},
		{ID: 42, RunID: 311, Name: "deploy", Status: model.StatusInProgress, StartedAt: ago(started - 30*time.Second), Runner: "ubuntu-24.04", Steps: []model.Step{
			step(1, "Set up job", model.StatusCompleted, model.Success, started-30*time.Second, 3*time.Second),
			step(2, "Download binary", model.StatusCompleted, model.Success, started-33*time.Second, 12*time.Second),
			step(3, "Roll out", model.StatusInProgress, "", started-45*time.Second, 0),
		}},
	}
	o.Deployment = model.Deployment{ID: 99, Environment: "production", RunID: 311, SHA: o.Plan.Release.SHA, URL: "https://github.com/acme/api/deployments/99", StatusesRead: true, Statuses: []model.DeploymentStatus{
		{ID: 1, State: model.DeploymentQueued, At: ago(started - 5*time.Second)}, {ID: 2, State: model.DeploymentInProgress, At: ago(started - 32*time.Second)},
	}}
}

// ended makes the run end.
func ended(o *operate.Operation, c model.Conclusion, state model.DeploymentState, since time.Duration) {
	o.Run.Status, o.Run.Conclusion, o.Run.UpdatedAt = model.StatusCompleted, c, ago(since)
	job := &o.Jobs[1]
	job.Status, job.Conclusion, job.CompletedAt = model.StatusCompleted, c, ago(since)
	last := &job.Steps[2]
	last.Status, last.Conclusion, last.CompletedAt = model.StatusCompleted, c, ago(since)
	o.Deployment.Statuses = append(o.Deployment.Statuses, model.DeploymentStatus{ID: 3, State: state, At: ago(since)})
}

// baking gives the environment a check, and answers since the deployment.
func baking(m *memory, since time.Duration, unhealthy int) {
	d := m.details["api"]
	d.Facts.Service.Environments = append([]model.Environment(nil), d.Facts.Service.Environments...)
	for i := range d.Facts.Service.Environments {
		e := &d.Facts.Service.Environments[i]
		e.Settle, e.Bake = 30*time.Second, 5*time.Minute
		check := checks(model.Healthy, "")[0].Check
		e.Checks = []model.Check{check}
	}
	m.details["api"] = d
	m.samples = nil
	for at, n := since, 0; at > 0; at, n = at-30*time.Second, n+1 {
		s := model.Sample{At: ago(at), State: model.Healthy, Latency: time.Duration(70+n%3*11) * time.Millisecond, Version: "2.14.0"}
		if at <= time.Duration(unhealthy)*30*time.Second {
			s.State, s.Latency, s.Reason = model.Unhealthy, 900*time.Millisecond, "it answered 503"
		}
		m.samples = append(m.samples, s)
	}
}

// operating opens the cockpit on a fleet with operations.
func operating(t *testing.T, width, height int, theme theme.Theme, src *memory, actor *memoryActor) *driver {
	t.Helper()
	d := startWith(t, src, actor, width, height, theme)
	d.run(d.c.askMoving())
	return d
}

// stories are operations at every point that a person may look at.
func operationAt(t *testing.T, src *memory, point string) operate.Operation {
	t.Helper()
	plan := promotion(1, "api", "production")
	baking(src, 0, 0)
	switch point {
	case "claiming":
		o := journalled(t, plan)
		o.Records = o.Records[:4]
		o.Progress, _ = operation.Fold(o.Records)
		return o
	case "awaiting":
		o := journalled(t, plan, sent(saw(operation.Awaiting, "a review is awaited", 3*time.Minute))...)
		o.Run = run(311, "deploy.yml", "v2.14.0", "Deploy v2.14.0 to production", model.StatusWaiting, "", 3*time.Minute, 0)
		o.Pending = []model.PendingDeployment{{RunID: 311, Environment: "production", Reviewers: []model.Reviewer{{Type: "Team", Name: "acme/release"}}, CanApprove: true}}
		return o
	case "running":
		o := journalled(t, plan, sent(saw(operation.Running, "the run is in progress", 100*time.Second))...)
		deploying(&o, 105*time.Second)
		return o
	case "run failed":
		o := journalled(t, plan, sent(saw(operation.Running, "the run is in progress", 3*time.Minute), saw(operation.Failed, "the run ended as failure", 65*time.Second),
			operation.Record{Event: operation.Releases, State: operation.Failed}, operation.Record{Event: operation.Released, State: operation.Failed})...)
		deploying(&o, 190*time.Second)
		ended(&o, model.Failure, model.DeploymentFailure, 70*time.Second)
		return o
	case "verifying":
		plan.Bypassed, plan.Reason = []model.Gate{model.GateSoak}, "a customer waits"
		o := journalled(t, plan, sent(saw(operation.Running, "the run is in progress", 230*time.Second), saw(operation.Verifying, "deployed", 150*time.Second))...)
		deploying(&o, 228*time.Second)
		ended(&o, model.Success, model.DeploymentSuccess, 152*time.Second)
		baking(src, 140*time.Second, 0)
		o.Until = ago(152 * time.Second).Add(330 * time.Second)
		o.Trouble = "read what is verified: GitHub answers 502; it is asked again"
		return o
	case "verification failed":
		o := journalled(t, plan, sent(saw(operation.Running, "the run is in progress", 230*time.Second), saw(operation.Verifying, "deployed", 180*time.Second),
			operation.Record{Event: operation.Judged, State: operation.Failed, Why: "https://acme.dev/healthz was unhealthy 3 times in a row: it answered 503", At: ago(20 * time.Second)})...)
		deploying(&o, 228*time.Second)
		ended(&o, model.Success, model.DeploymentSuccess, 182*time.Second)
		baking(src, 170*time.Second, 3)
		return o
	case "ambiguous":
		o := journalled(t, plan, operation.Record{Event: operation.Unanswered, State: operation.Dispatching, Why: "dispatch deploy.yml: the connection was reset"},
			operation.Record{Event: operation.Judged, State: operation.Ambiguous, Why: "it was sent, and GitHub's answer was lost; 2 runs could be it, and nothing proves it", At: ago(30 * time.Second)})
		o.Found = operation.Found{At: ago(10 * time.Second), Weak: []operation.Match{
			{Run: 311, URL: "https://github.com/acme/api/actions/runs/311", Why: "deploy.yml on v2.14.0 by mona"}, {Run: 312, URL: "https://github.com/acme/api/actions/runs/312", Why: "deploy.yml on v2.14.0 by octocat"},
		}}
		return o
	case "succeeded":
		o := journalled(t, plan, sent(saw(operation.Running, "the run is in progress", 230*time.Second), saw(operation.Verifying, "deployed", 180*time.Second),
			operation.Record{Event: operation.Judged, State: operation.Succeeded, Why: "verified", At: ago(20 * time.Second)})...)
		deploying(&o, 228*time.Second)
		ended(&o, model.Success, model.DeploymentSuccess, 182*time.Second)
		baking(src, 170*time.Second, 0)
		return o
	}
	t.Fatalf("no operation is %s", point)
	return operate.Operation{}
}

func TestAnOperationFromConfirmedToVerified(t *testing.T) {
	for _, size := range sizes[:3] {
		for _, point := range []string{"claiming", "awaiting", "running", "run failed", "verifying", "verification failed", "ambiguous", "succeeded"} {
			name := fmt.Sprintf("%s-%dx%d", point, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				src, actor := acme(), &memoryActor{}
				o := operationAt(t, src, point)
				actor.operations = []operate.Operation{o}
				d := operating(t, size.width, size.height, look(t, dark), src, actor)
				d.press("w").see("Operations").press("enter").golden("operation-" + strings.ReplaceAll(name, " ", "-"))
			})
		}
	}
}

func TestTheListOfOperationsAndTheJournal(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{}
			first, second := operationAt(t, src, "verifying"), journalled(t, promotion(2, "ledger", "production"), sent(saw(operation.Awaiting, "a review is awaited", 3*time.Minute))...)
			second.Driven, second.Held = false, "ledger production: another gonogo of yours drives there (process 4711, stopped)"
			actor.operations = []operate.Operation{first, second}
			done := operationAt(t, acme(), "verification failed").Progress
			done.Plan = promotion(3, "web", "staging")
			actor.past = []operation.Progress{done}
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.see("◔ promote ledger → production: awaiting", "+1 (w)")
			d.press("w").golden("operations-" + name)
			d.to("api → production").press("enter").see("PRODUCTION api → production: promote v2.14.0")
			d.press("enter").golden("journal-" + name)
			d.press("esc", "esc").see("History")
		})
	}
}

func TestTheHeaderTellsWhatMovesAndHowItEnded(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	news := func(d *driver) {
		d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	}
	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.see("▸ promote api → production: running (w)")
	before := d.screen()
	d.wait(5 * time.Second)
	if now := d.screen(); now != before {
		t.Errorf("nothing moved, and the screen did:\n%s", now)
	}
	actor.operations = []operate.Operation{operationAt(t, src, "succeeded")}
	news(d)
	d.see("promote api → production: succeeded").miss("(w)")
	d.press("j").miss("production: succeeded") // success fades

	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	news(d)
	actor.operations = []operate.Operation{operationAt(t, src, "run failed")}
	news(d)
	d.see("✗ promote api → production: failed (w)")
	d.press("k", "j").see("production: failed (w)") // it stays until somebody has looked
	d.press("w").see("✗ failed").press("esc").miss("(w)")
}

func TestAnOperationThatIsOnTheScreenIsNotToldTwice(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("w").see("Operations").press("enter").see("the run is in progress")
	actor.operations = []operate.Operation{operationAt(t, src, "run failed")}
	d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	d.see("the run ended as failure").miss("(w)")
	d.press("l").see("deploy") // the log of what failed is one key away
}

// Of an operation that this process has never seen only the journal tells; one that no journal knows is said so.
func TestAnOperationOfThePast(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	o := operationAt(t, src, "verification failed")
	actor.past, actor.records = []operation.Progress{o.Progress}, map[string][]operation.Record{o.Plan.ID: o.Records}
	src.jobs[311] = pane.Jobs{Jobs: o.Jobs, Read: model.Read{At: ago(time.Minute)}}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.miss("(w)").press("w").see("History").press("enter").see("was unhealthy 3 times in a row", "b goes back, to v2.13.2", "success     deploy")
	d.send(pane.OpenMsg{Target: pane.Target{Kind: pane.OperationKind, Service: "api", Name: "nobody's"}})
	d.see("No journal knows the operation nobody's")
	actor.err = errors.New("the disk is gone")
	d.press("w").see("The journals can't be read: the disk is gone")
}

func TestHostileTextInAnOperation(t *testing.T) {
	for i, s := range hostiles {
		made := look(t, dark)
		if i%5 == 0 {
			made = look(t, theme.Options{Name: theme.Mono, ASCII: true})
		}
		src, actor := acme(), &memoryActor{}
		text := model.Clean(s)
		for _, point := range []string{"awaiting", "verifying", "ambiguous", "run failed"} {
			o := operationAt(t, src, point)
			p := &o.Plan
			p.Release.Tag, p.Release.URL, p.Replaces.Tag, p.RollsBackTo.Tag, p.Actor, p.Reason, p.ID = s, s, s, s, text, text, p.ID+point
			o.Why, o.Trouble, o.Held = text, text, text
			o.Run.Workflow, o.Run.URL, o.Run.Title = s, s, text
			for j := range o.Jobs {
				o.Jobs[j].Name, o.Jobs[j].URL, o.Jobs[j].Runner = text, s, text
				for k := range o.Jobs[j].Steps {
					o.Jobs[j].Steps[k].Name = text
				}
			}
			for j := range o.Pending {
				o.Pending[j].Environment, o.Pending[j].Reviewers = s, []model.Reviewer{{Name: text}}
			}
			for j := range o.Found.Weak {
				o.Found.Weak[j].URL, o.Found.Weak[j].Why = s, text
			}
			for j := range o.Records {
				o.Records[j].Why, o.Records[j].Place, o.Records[j].Actor = text, s, text
			}
			actor.operations = append(actor.operations, o)
		}
		d := operating(t, 80, 24, made, src, actor)
		d.harmless("the header")
		d.press("w").harmless("operations")
		for range actor.operations {
			d.press("enter").harmless("an operation")
			d.press("enter").harmless("its journal")
			d.press("esc", "G").harmless("the operation's end")
			d.press("esc", "j")
		}
	}
}

// What is under way is seen where the environment is, and leads there.
func TestAnEnvironmentLeadsToItsOperation(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	actor.operations = []operate.Operation{operationAt(t, src, "verifying")}
	d := operating(t, 160, 48, look(t, dark), src, actor)
	d.press("j", "j", "4").to("operation").see("operation ▸ verifying  promote v2.14.0").golden("api-operation-160x48")
	d.press("enter").see("PRODUCTION api → production: promote v2.14.0").press("esc")
	d.to("runs").press("esc", "4").to("back to").press("enter").to("operation").press("enter").see("PRODUCTION api → production: promote v2.14.0")
	actor.operations = nil
	d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	d.press("esc", "esc").miss("operation ▸")
}

// A message for an operation that nobody looks at any more changes nothing.
func TestAnAnswerForAnotherOperationIsDropped(t *testing.T) {
	src, actor := acme(), &memoryActor{}
	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	_, cmd := d.c.Update(key("w"))
	late := cmd
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.run(late)
	d.miss("Under way")
}
