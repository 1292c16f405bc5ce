package operation

import (
	"fmt"
	"time"

	"gonogo/model"
)

// Unfit is why a run is in no state for what is planned with it; empty: it is.
func (p *Plan) Unfit(run *model.Run) string {
	name := fmt.Sprintf("%s #%d", run.File(), run.Number)
	switch {
	case max(run.Attempt, 1) != p.Attempt:
		return fmt.Sprintf("%s was run again meanwhile: attempt %d", name, run.Attempt)
	case (p.Kind == Rerun || p.Kind == Redeploy) && !run.Done():
		return name + " has not ended: it can be run again when it has"
	case (p.Kind == Cancel || p.Kind == Abort) && run.Done():
		return fmt.Sprintf("%s has ended: %s", name, run.Conclusion)
	case (p.Kind == Rerun || p.Kind == Redeploy) && p.FailedOnly && run.Conclusion == model.Success:
		return name + " succeeded: no job of it failed"
	case (p.Kind == Approve || p.Kind == Reject) && run.Done():
		return fmt.Sprintf("%s has ended: %s", name, run.Conclusion)
	}
	return ""
}

// IdentifyAttempt looks whether a run's newest attempt is what a redeploy asked for, where the answer was lost. There is one
// attempt after the one that was confirmed, and it began after that was read again as ended: by the person who confirmed it
// is ours. By somebody else, or by nobody who can be named, it is shown to the person.
func IdentifyAttempt(p Progress, run model.Run, by model.Text, at time.Time) Found {
	f := Found{At: at}
	next := p.Plan.Attempt + 1
	switch {
	case run.ID != p.Plan.Subject || run.Attempt < next:
	case run.Attempt > next:
		f.Says = model.Text(fmt.Sprintf("the run has come to attempt %d meanwhile, and which of them was asked for nothing tells", run.Attempt))
	case by != "" && by == p.Plan.Actor:
		f.Strong = []Match{{Run: run.ID, URL: run.URL, Why: model.Text(fmt.Sprintf("attempt %d was begun by %s, who confirmed it", next, by))}}
	default:
		f.Weak = []Match{{Run: run.ID, URL: run.URL, Why: model.Text(fmt.Sprintf("attempt %d was begun by %s", next, who(by)))}}
	}
	return f
}

// IdentifyEnd looks whether the run that an abort is about has ended, where the answer was lost: how is followed then.
func IdentifyEnd(p Progress, run model.Run, at time.Time) Found {
	f := Found{At: at}
	if run.ID == p.Plan.Subject && (run.Done() || run.Attempt > p.Plan.Attempt) {
		f.Strong = []Match{{Run: run.ID, URL: run.URL, Why: "the run has ended"}}
	}
	return f
}

// attempted tells what a run's attempt says of a redeploy, before anything else of the run counts; false: go on, it is the
// attempt that was asked for.
func attempted(p Progress, s Seen) (State, model.Text, bool) {
	switch next := p.Plan.Attempt + 1; {
	case p.Plan.Way != ByRerun || s.Run.ID == 0 || s.Run.Attempt == next:
		return "", "", false
	case s.Run.Attempt < next: // GitHub doesn't show it yet: the one before says nothing
		return p.State, "", true
	default:
		return Errored, model.Text(fmt.Sprintf("the run was run again by somebody else, attempt %d: what runs in %s can't be told", s.Run.Attempt, p.Plan.Environment)), true
	}
}

// stopped tells what is seen of a run means for the abort that asked it to stop.
func stopped(p Progress, s Seen) (State, model.Text) {
	switch c := s.Run.Conclusion; {
	case s.Gone:
		return Errored, "the run was deleted on GitHub: whether it was cancelled can't be told"
	case s.Run.ID == 0:
		return p.State, ""
	case s.Run.Attempt > p.Plan.Attempt:
		return Errored, model.Text(fmt.Sprintf("the run was run again meanwhile, attempt %d: how the one before ended can't be told", s.Run.Attempt))
	case !s.Run.Done():
		return Running, "it is asked to stop"
	case c == model.Cancelled && !s.Began:
		return Succeeded, "the run was cancelled before anything was deployed"
	case c == model.Cancelled:
		return Succeeded, model.Text("the run was cancelled while it deployed: which version " + p.Plan.Environment + " runs is unknown")
	default:
		return Failed, model.Text(fmt.Sprintf("the run ended as %s before it could be cancelled", orUnknown(c)))
	}
}

// unstoppable is what has changed for an abort since it was confirmed.
func unstoppable(p Plan, a Again) []model.Text {
	all := a.Unread
	add := func(why string) { all = append(all, model.Text(why)) }
	if a.Run.ID != 0 { // else it could not be read, which is said
		if why := p.Unfit(&a.Run); why != "" {
			add(why)
		}
	}
	if a.Began && !p.Began {
		add(fmt.Sprintf("it has begun to deploy to %s meanwhile: cancelled now it leaves a version there that nobody knows", p.Environment))
	}
	switch l := a.Lock; {
	case says(&a, "the lock"):
	case !l.Known && (p.Lock || p.Beside != ""):
		add(fmt.Sprintf("the lock of %s %s could not be read: %s", p.Service, p.Environment, l.Why))
	case p.Lock && l.Owner == "":
		add(fmt.Sprintf("the lock of %s %s was taken away", p.Service, p.Environment))
	case p.Lock && l.Owner != p.ID, p.Beside != "" && l.Owner != "" && l.Owner != p.Beside:
		add(fmt.Sprintf("%s %s is locked by another operation", p.Service, p.Environment))
	}
	return all
}
