package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/operation"
	"gonogo/ui/intent"
)

// ActMsg asks for the dialog of what is to be done with a run.
type ActMsg struct {
	Kind operation.Kind
	Run  ServiceRun
}

// ReviewMsg asks for the dialog that reviews what an operation of this person's waits for.
type ReviewMsg struct{ Operation string }

// RunUses are what can be done with a run, as it was last seen.
func (k *Kit) RunUses(r *ServiceRun) []intent.Use {
	if !k.Acts {
		return nil
	}
	act := func(a intent.Action, kind operation.Kind) intent.Use {
		return intent.Use{Action: a, Off: board.WhyDenied(k.Denied, kind, r.Service, ""), Means: func() tea.Cmd { return k.Ask(ActMsg{kind, *r}) }}
	}
	off := func(a intent.Action, why string) intent.Use { return intent.Use{Action: a, Off: why} }
	if r.Run.Done() {
		return []intent.Use{act(intent.Rerun, operation.Rerun), off(intent.CancelRun, "the run has ended"), off(intent.Approve, "the run has ended: it waits for nobody")}
	}
	uses := []intent.Use{act(intent.CancelRun, operation.Cancel), off(intent.Rerun, "the run has not ended")}
	if r.Run.Status == model.StatusWaiting {
		review := act(intent.Approve, operation.Approve)
		for i := range k.Moving {
			if o := &k.Moving[i]; o.Progress.Run == r.Run.ID && o.Plan.Kind != operation.Abort { // it is this person's own, whose journal keeps the review
				id := o.Plan.ID
				review.Means = func() tea.Cmd { return k.Ask(ReviewMsg{id}) }
			}
		}
		return append(uses, review)
	}
	return append(uses, off(intent.Approve, "the run waits for nobody's review"))
}
