package cockpit

import (
	"fmt"
	"slices"
	"testing"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// again drafts what the fleet's runs are when they deploy to production: its candidate once more, or a stop to it.
func again(src *memory) func(operate.Request) *operate.Draft {
	promotes := promotes(src)
	return func(r operate.Request) *operate.Draft {
		kind := r.Kind
		r.Environment = "production"
		d := promotes(r)
		d.Plan.Subject, d.Plan.FailedOnly, d.Plan.Attempt = r.Run, r.FailedOnly, 1
		path := "/rerun"
		switch kind {
		case operation.Rerun:
			d.Plan.Kind, d.Plan.Way = operation.Redeploy, operation.ByRerun
			d.Direction = model.Clean(fmt.Sprintf("%s is newer than %s, which runs there: that brings it on", d.Plan.Release.Title(), d.Plan.Replaces.Title()))
			if r.FailedOnly {
				path = "/rerun-failed-jobs"
			}
		case operation.Cancel:
			d.Plan.Kind, path = operation.Abort, "/cancel"
			d.Plan.Findings = slices.DeleteFunc(slices.Clone(d.Plan.Findings), func(f model.Finding) bool {
				return f.Gate != model.GateHealth && f.Gate != model.GateFreeze && f.Gate != model.GateLock && f.Gate != model.GateHold
			})
			d.Against, d.Acknowledge, d.Notes = nil, nil, nil
			d.Direction = "it has begun to deploy to production: cancelled now it leaves a version there that nobody knows"
		}
		d.Calls[1] = operate.Call{Method: "POST", Path: fmt.Sprintf("/repos/acme/%s/actions/runs/%d%s", r.Service, r.Run, path), What: "the one send"}
		return d
	}
}

// A run that deploys is run again, and cancelled, with what its environment asks: its gates, and its name typed.
func TestARunThatDeploysIsNoPlainRun(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src := acme()
			actor := &memoryActor{draft: again(src)}
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.press("2").to("✗ failure").press("R").see("PRODUCTION", "deploys to", "first ").wait(settled).golden("act-redeploy-" + name)
			d.press("enter").wait(settled).press("f").see("first ")
			if len(actor.told) != 0 {
				t.Fatalf("it was told %q before the name was typed", actor.told)
			}
			d.press("esc", "2", "g").to("▸ running").press("x").see("PRODUCTION", "cancel ", "it has begun to deploy to production", "first type production").wait(settled).golden("act-abort-" + name)
			d.typed("production").press("enter").wait(settled).see("s stop the run").press("s")
			if len(actor.told) != 1 || actor.confirmed.Plan.Kind != operation.Abort {
				t.Errorf("it was told %q", actor.told)
			}
		})
	}
}
