package dialog

import (
	"cmp"

	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/intent"
)

// todo says what a person should do next, where that isn't to wait.
func todo(o *operate.Operation, keys intent.Keys) string {
	p := &o.Plan
	what, where := p.Release.Title(), p.Environment
	key := keys.Label(intent.RollBack)
	back := key + " shows what else there is to go back to"
	if !p.RollsBackTo.Zero() && p.Kind != operation.RollBack {
		back = key + " goes back, to " + p.RollsBackTo.Title()
	}
	if p.Kind.Word() {
		return todoWord(o)
	}
	if p.Kind == operation.Abort {
		return todoAbort(o, back)
	}
	switch o.State {
	case operation.Ambiguous:
		return "Don't send it again. Look at GitHub and say below what became of it; until then the lock is kept, and gonogo goes on looking."
	case operation.Awaiting:
		return "Somebody has to review it, here or on GitHub."
	case operation.Succeeded:
		if p.Kind == operation.RollBack && len(o.Lacks) > 0 {
			return "Set what is lacking with a token that may write contents (" + keys.Label(intent.Marks) + "), or tell everybody who promotes there."
		}
		if p.Kind == operation.RollBack {
			return string(o.Plan.Leaves()) + "."
		}
		if p.Kind.Deploys() && p.Checks == 0 {
			return "Look yourself whether " + what + " works: no required check verifies it."
		}
	case operation.Failed:
		if came(o, operation.Verifying) {
			return where + " runs " + what + ", which failed its verification: " + back + "."
		}
		return "Read the log of what failed, at the run below; what runs in " + where + " may be partly " + what + ": " + back + "."
	case operation.Errored:
		if o.Progress.Run == 0 && o.Progress.Deployment == 0 {
			return "Nothing of it is known to run. Put right what GitHub refuses, then begin again."
		}
		return "What runs in " + where + " can't be told: look at the run and at the environment before anything else is done; " + back + "."
	case operation.Aborted:
		return "Nothing was deployed: " + where + " is as it was. Begin again when the reason is gone."
	case operation.Inconclusive:
		return where + " runs " + what + ", and nobody knows whether it is healthy: look at its checks; " + back + "."
	case operation.Superseded:
		return "Another operation has taken over in " + where + "."
	}
	return ""
}

// todoWord is todo for one word to GitHub, about a run or a shared ref.
func todoWord(o *operate.Operation) string {
	switch o.State {
	case operation.Ambiguous:
		return "Don't say it again. Look on GitHub and say below whether it was done; gonogo goes on looking."
	case operation.Errored:
		return "Nothing was done. Put right what GitHub refuses, then begin again."
	case operation.Aborted:
		return "Nothing was said to GitHub: look at how it stands now."
	}
	return ""
}

// OffersBack reports whether an operation that was driven here brought a release that failed its verification, so that
// going back is what a person would do next.
func OffersBack(o *operate.Operation) bool {
	return o.Driven && o.Plan.Kind == operation.Promote && o.State == operation.Failed && came(o, operation.Verifying) && o.WentBack == ""
}

// place is where an operation is done: its environment, the workflow of the run that it is about, or its release.
func place(p *operation.Plan) string { return cmp.Or(p.Environment, p.Workflow, p.Release.Title()) }

// noun is what an operation of a kind is called.
func noun(k operation.Kind) string {
	switch k {
	case operation.Promote:
		return "promotion"
	case operation.RollBack:
		return "rollback"
	case operation.Redeploy:
		return "deployment"
	}
	return string(k)
}

// came reports whether an operation was ever in a state.
func came(o *operate.Operation, state operation.State) bool { return !firstIn(o, state).IsZero() }

// stops says what will not go on when this process ends.
func stopsWith(o *operate.Operation) string {
	if o.Plan.Kind.Word() {
		return "what GitHub makes of it will not be known"
	}
	if o.Plan.Kind == operation.Abort && o.State == operation.Running {
		return "whether the run stops will not be known, and its lock stays"
	}
	switch o.State {
	case operation.Confirmed, operation.Claiming:
		return "it will not be sent: the next start ends it as aborted"
	case operation.Dispatching, operation.Ambiguous:
		return "what was sent will not be looked for"
	case operation.Verifying:
		return o.Plan.Environment + " will not be verified, and its lock stays"
	}
	return "GitHub goes on; gonogo will not follow, not verify it, and its lock stays"
}
