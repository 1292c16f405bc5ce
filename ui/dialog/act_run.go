package dialog

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Act makes the dialog of what is done with a run of a service: approve or reject what it waits for, run it again, cancel
// it. nil where there is none.
func Act(kit *pane.Kit, actor pane.Actor, ctx context.Context, of pane.ServiceRun, kind operation.Kind) pane.Layer {
	if actor == nil {
		return nil
	}
	service, run := of.Service, of.Run
	name := run.File() + " #" + strconv.Itoa(run.Number)
	a := newAct(kit, actor, ctx, service+": "+name, func(b *builder, a *act) { a.aboutRun(b, &run) })
	a.more = a.inFull
	ask := func(kind operation.Kind) operate.Request {
		return operate.Request{Kind: kind, Service: service, Run: run.ID}
	}
	switch kind {
	case operation.Approve:
		a.title = service + ": review of " + name
		a.add("a", "approve", "approving", "approved: "+name, ask(operation.Approve))
		a.add("r", "reject", "rejecting", "rejected: "+name, ask(operation.Reject))
	case operation.Rerun:
		a.title = service + ": run " + name + " again"
		if run.Conclusion != model.Success {
			failed := ask(operation.Rerun)
			failed.FailedOnly = true
			a.add("f", "its failed jobs", "asking for another attempt", "its failed jobs run again: "+name, failed)
		}
		a.add("a", "all its jobs", "asking for another attempt", "it runs again: "+name, ask(operation.Rerun))
	case operation.Cancel:
		a.title = service + ": cancel " + name
		a.add("s", "stop the run", "asking it to stop", "it is asked to stop: "+name, ask(operation.Cancel))
	default:
		return nil
	}
	return a
}

// aboutRun says which run it is, and where it deploys.
func (a *act) aboutRun(b *builder, run *model.Run) {
	t, now := b.t, b.kit.Now()
	state := t.Run(run.Status, run.Conclusion)
	b.row(pane.Row{}, func(l *cell.Line) {
		l.Put(state.Style, state.Symbol+" "+state.Word).Gap(2).Put(t.Text, string(run.Title))
	})
	b.field("asked by", t.Text, cmp.Or(string(run.Actor), "somebody unknown")+", "+cell.Ago(run.CreatedAt, now)+" on "+run.Branch+" "+run.SHA.Short(), "")
	if d := a.foremost(); d != nil && listed(d) {
		a.aboutAgain(b, d)
		return
	}
	for _, w := range a.ways {
		if w.draft != nil && w.draft.Plan.Environment != "" {
			text := w.draft.Plan.Environment
			if !w.draft.Plan.Release.Zero() {
				text += " " + w.draft.Plan.Release.Title()
			}
			b.field("environment", t.Text, strings.TrimSpace(text), "")
			return
		}
	}
}
