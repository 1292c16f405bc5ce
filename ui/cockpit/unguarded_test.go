package cockpit

import (
	"fmt"
	"testing"
	"time"

	"gonogo/model/operation"
	"gonogo/sources/operate"
)

// A rollback whose hold and veto GitHub refused has succeeded, and says wherever it is shown that nobody is kept from
// anything.
func TestARollbackThatNothingGuards(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			src, actor := acme(), &memoryActor{}
			plan := promotion(1, "api", "production")
			plan.Kind, plan.Release, plan.Replaces = operation.RollBack, plan.Replaces, plan.Release
			const why = "GitHub refuses the hold: write what a shared ref says: GitHub answers 403; the token needs Contents: write"
			o := journalled(t, plan, sent(saw(operation.Verifying, "deployed", 180*time.Second), operation.Record{Event: operation.Judged, State: operation.Succeeded, Why: "verified", At: ago(20 * time.Second)},
				operation.Record{Event: operation.Marks, State: operation.Succeeded}, operation.Record{Event: operation.Marked, State: operation.Succeeded, Why: why, Lacks: []operation.MarkKind{operation.MarkHold, operation.MarkVeto}},
				operation.Record{Event: operation.Releases, State: operation.Succeeded}, operation.Record{Event: operation.Released, State: operation.Succeeded, Why: why})...)
			actor.past, actor.records = []operation.Progress{o.Progress}, map[string][]operation.Record{plan.ID: o.Records}
			d := operating(t, size.width, size.height, look(t, dark), src, actor)
			d.send(movingMsg{ended: []operate.Operation{o}})
			d.see("roll back api → production: unguarded").press("w").see("production is NOT held").press("enter").golden("unguarded-" + name)
		})
	}
}
