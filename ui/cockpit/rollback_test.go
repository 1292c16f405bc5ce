package cockpit

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
)

// sick is the fleet in which billing's production has become unhealthy, with a past of every kind.
func sick() *memory {
	m := acme()
	d := m.details["billing"]
	e := d.Assessment.Environment("production")
	target := func(tag string, from time.Duration, why string, eligible bool) readiness.Target {
		return readiness.Target{Release: release("billing", tag, from), From: ago(from), Eligible: eligible, Why: model.Text(why), Deployment: model.Deployment{ID: int64(len(tag)) + 900}}
	}
	best := target("v1.7.2", 200*time.Hour, "", true)
	best.Healthy = 60 * time.Hour
	e.Targets = []readiness.Target{
		best, target("v1.7.0", 400*time.Hour, "whether its artifact is there is not known", true),
		target("v1.7.9", 90*time.Hour, "was unhealthy for 12 min", false), target("v1.6.4", 700*time.Hour, "lies before an irreversible migration: db/migrations/0042_drop_column.sql", false),
		target("v1.6.3", 900*time.Hour, "lies before an irreversible migration: db/migrations/0042_drop_column.sql", false),
	}
	m.details["billing"] = d
	return m
}

func goingBack(src *memory) func(operate.Request) *operate.Draft {
	return func(r operate.Request) *operate.Draft {
		detail := src.details[r.Service]
		e := detail.Assessment.Environment(r.Environment)
		d := &operate.Draft{Environment: *e, Verdict: e.Verdict, Read: true, Name: e.Name}
		d.Plan = operation.Plan{ID: awaited, Kind: r.Kind, Service: r.Service, Environment: e.Name, Tier: e.Tier, Replaces: e.Current.Release, Release: release(r.Service, cmp.Or(r.Release, "v1.7.2"), 200*time.Hour)} // empty: the best
		d.Plan.Findings = []model.Finding{finding(model.GateHealth, model.Fail, "https://acme.dev/healthz answers 503"), finding(model.GateLane, model.Pass, "nothing else runs or waits")}
		gateway := src.details["gateway"]
		d.Undoes = gateway.Assessment.Environment("production").Ship
		d.Notes = []model.Text{"when it has succeeded v1.8.0 is vetoed and production held, until a person lifts that"}
		return d
	}
}

// Four steps lead back to the last release that was good: the picker, the best one, the name, the key.
func TestBackToTheLastReleaseThatWasGood(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src := sick()
			actor := &memoryActor{draft: goingBack(src)}
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.press("j", "b").see("PRODUCTION billing → production: roll back to", "point of no return").golden("targets-" + name)
			d.press("enter").see("production: roll back", "v1.7.2", "undoes", "31 commits", "What going back undoes").wait(settled).golden("rollback-" + name)
			d.press("enter").typed("production").press("enter").wait(settled).press("g").see("rolling back billing → production")
			if want := []string{`confirm roll back of 0 failed false: "production" "" []`}; !slices.Equal(actor.told, want) {
				t.Errorf("it was told %q, want %q", actor.told, want)
			}
		})
	}
}

// A release that was promoted from here and fails its verification raises the way back; nothing is done before the name is
// typed, and a person who is typing is left alone.
func TestAFailedVerificationOffersTheWayBack(t *testing.T) {
	for _, typing := range []bool{false, true} {
		src := sick()
		actor := &memoryActor{draft: goingBack(src)}
		actor.operations = []operate.Operation{operationAt(t, src, "verifying")}
		d := operating(t, 120, 36, look(t, dark), src, actor)
		if typing {
			d.press("/")
		}
		actor.operations = []operate.Operation{operationAt(t, src, "verification failed")}
		d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
		if typing {
			d.see("production: failed").miss("roll back")
			continue
		}
		d.see("PRODUCTION api → production: roll back", "first type production").press("enter", "g").wait(settled).press("g")
		if len(actor.told) > 0 {
			t.Errorf("it was told %q", actor.told)
		}
	}
	src := sick()
	actor := &memoryActor{draft: goingBack(src)}
	actor.operations = []operate.Operation{operationAt(t, src, "running")}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	actor.operations = []operate.Operation{operationAt(t, src, "run failed")}
	d.send(eventsMsg{services: map[string]bool{"api": true}, operations: true, ended: true})
	d.miss("roll back  ", "first type") // what failed before it was deployed is looked at first
}

// What is excluded says why, and entering it shows its deployment rather than going there.
func TestAnExcludedTargetIsNotGoneTo(t *testing.T) {
	src := sick()
	actor := &memoryActor{draft: goingBack(src)}
	d := operating(t, 120, 36, look(t, dark), src, actor)
	d.press("j", "b").to("excluded").see("lies before an irreversible migration: db/migrations/0042_drop_column.sql", "was unhealthy for 12 min").press("enter").miss("roll back  ")
	if len(actor.told) > 0 {
		t.Errorf("it was told %q", actor.told)
	}
}
