package operation

import (
	"cmp"
	"time"

	"gonogo/model"
)

// Action is what is to be done next for an operation.
type Action string

// The actions. What each finds out is journalled, and Next is asked again.
const (
	DoNothing Action = "nothing"  // it has ended, and nothing is left to clean up; or a person has to decide
	DoClaim   Action = "claim"    // journal Claims, then create the lock's ref, then read it
	DoReread  Action = "re-read"  // the newest deployment, unfinished runs, lock, holds, vetoes, what the tag points at
	DoSend    Action = "send"     // journal Sends, look at the clock again, then send
	DoFind    Action = "find"     // look for a run or deployment that is ours
	DoAdopt   Action = "adopt"    // journal Adopted: what was sent has been found
	DoFollow  Action = "follow"   // look at the run, its jobs, the deployment
	DoVerify  Action = "verify"   // wait for the next sample, then judge
	DoEnd     Action = "end"      // journal the state that is told
	DoMark    Action = "mark"     // journal Marks, veto the bad release and hold the environment, journal Marked
	DoRelease Action = "release"  // journal Releases, compare and delete the lock's ref
	DoAsk     Action = "ask"      // a person has to decide; go on looking meanwhile
	DoRecheck Action = "re-check" // what Claims left open: read the lock's ref
)

// Step is the next step.
type Step struct {
	Action Action
	State  State // for DoEnd and DoAdopt
	Why    model.Text
	Plain  bool      // for DoSend: without return_run_details
	Run    int64     // for DoAdopt
	Deploy int64     // for DoAdopt
	Many   int       // for DoEnd: how many carry the operation's ID, where it is more than one
	Wait   time.Time // not before then; zero: now
}

// How long what was sent is looked for before a person is asked, and how often it is looked for.
const (
	FindFor   = 2 * time.Minute
	FindEvery = 3 * time.Second
	askEvery  = 30 * time.Second
)

// Here is what the process that asks knows, beyond the journal.
type Here struct {
	Process string
	Now     time.Time // wall clock
	// Handed says that this process has handed the send that the journal announces to the network; only its own process
	// can know that it hasn't.
	Handed bool
	// Slept says that the process was stopped, or the machine slept, since the newest re-reading.
	Slept bool
	// Drift is what the newest re-reading found changed since the plan was confirmed; empty: nothing.
	Drift []model.Text
	// Found is what the newest look for identity found; nil: nobody has looked since the send.
	Found *Found
	Lock  Lock
}

// Lock is what the newest look at the lock's ref found.
type Lock struct {
	Known bool   // it could be read
	Owner string // operation whose lock it is; empty: there is none
	Why   model.Text
}

// Next is the one place where it is decided how an operation goes on, for who began it and for who finds it after a crash.
func Next(p Progress, h Here) Step {
	switch p.State {
	case "", Draft, Preflight:
		return end(Aborted, "it was never confirmed")
	case Confirmed:
		if p.Process != h.Process {
			return end(Aborted, "gonogo ended after it was confirmed and before anything was sent")
		}
		return Step{Action: DoClaim}
	case Claiming:
		return nextClaim(p, h)
	case Dispatching:
		return nextDispatch(p, h)
	case Queued, Awaiting, Running, Verifying:
		return nextFollow(p, h)
	case Ambiguous:
		return nextAmbiguous(p, h)
	}
	switch {
	case p.Owes(): // while it is still locked: nobody shall promote the bad release again meanwhile
		return Step{Action: DoMark}
	case !p.Unlocked:
		return Step{Action: DoRelease}
	}
	return Step{Action: DoNothing}
}

// nextFollow goes on with what was sent, unless a rollback has taken over the lock meanwhile.
func nextFollow(p Progress, h Here) Step {
	switch l := h.Lock; {
	case p.State.Yields() && p.Plan.Lock && l.Known && l.Owner != "" && l.Owner != p.Plan.ID:
		return end(Superseded, model.Text("another operation has taken over the environment: "+cmp.Or(string(l.Why), l.Owner)))
	case p.State == Verifying:
		return Step{Action: DoVerify}
	}
	return Step{Action: DoFollow}
}

func end(s State, why model.Text) Step { return Step{Action: DoEnd, State: s, Why: why} }

// nextClaim goes on before anything was sent.
func nextClaim(p Progress, h Here) Step {
	if p.Process != h.Process { // another process has taken over: nothing was sent, and nothing will be
		return end(Aborted, "gonogo ended before anything was sent")
	}
	switch {
	case p.Claiming && !h.Lock.Known:
		return Step{Action: DoRecheck, Why: h.Lock.Why}
	case p.Claiming && h.Lock.Owner != p.Plan.ID:
		return end(Aborted, notHad(h.Lock))
	case len(h.Drift) > 0:
		return end(Aborted, h.Drift[0])
	case h.Slept || !fresh(p.ReadAt, h.Now):
		return Step{Action: DoReread}
	}
	return Step{Action: DoSend}
}

// notHad says why a lock could not be had, and whose it is.
func notHad(l Lock) model.Text {
	if l.Why == "" {
		return "the lock could not be had"
	}
	return "the lock could not be had: " + l.Why
}

// nextDispatch goes on where something may have been sent.
func nextDispatch(p Progress, h Here) Step {
	own := p.Sender == h.Process || p.Sender == "" && p.Process == h.Process
	switch {
	case p.Sender == "" && p.Refused: // GitHub doesn't know the field: that was no send
		if !own {
			return end(Aborted, "gonogo ended before anything was sent")
		}
		switch {
		case len(h.Drift) > 0:
			return end(Aborted, h.Drift[0])
		case h.Slept || !fresh(p.ReadAt, h.Now):
			return Step{Action: DoReread}
		}
		return Step{Action: DoSend, Plain: true}
	case own && !h.Handed && p.Answer == 0 && !p.Silent: // announced, and this process knows that it isn't on its way
		switch {
		case len(h.Drift) > 0:
			return end(Aborted, h.Drift[0])
		case h.Slept || !fresh(p.ReadAt, h.Now):
			return Step{Action: DoReread}
		}
		return Step{Action: DoSend, Plain: p.Plain}
	case p.Adopted():
		return Step{Action: DoFollow}
	case p.Answer >= 300 && p.Answer < 500:
		return end(Errored, "GitHub refused it")
	}
	return nextFind(p, h)
}

// nextFind looks for what was sent, and asks a person when nothing strong turned up in time.
func nextFind(p Progress, h Here) Step {
	if h.Found == nil || h.Found.At.Before(p.SentAt) {
		return Step{Action: DoFind}
	}
	if step, ok := adopt(p, h.Found); ok {
		return step
	}
	if h.Now.Sub(p.SentAt) >= FindFor || h.Now.Before(p.SentAt) {
		return end(Ambiguous, why(p, h.Found))
	}
	return Step{Action: DoFind, Wait: h.Found.At.Add(FindEvery)}
}

// nextAmbiguous goes on looking; only strong identity or a person ends it.
func nextAmbiguous(p Progress, h Here) Step {
	if p.Adopted() {
		return Step{Action: DoFollow}
	}
	if h.Found != nil && !h.Found.At.Before(p.Since) {
		if step, ok := adopt(p, h.Found); ok {
			return step
		}
		return Step{Action: DoAsk, Why: why(p, h.Found), Wait: h.Found.At.Add(askEvery)}
	}
	return Step{Action: DoFind}
}

// adopt is the step that strong identity allows; false: there is none.
func adopt(p Progress, f *Found) (Step, bool) {
	switch n := len(f.Strong); {
	case n == 0:
		return Step{}, false
	case p.Plan.Kind.Word(): // what was wanted is so
		return end(Succeeded, f.Strong[0].Why), true
	case n == 1:
		return Step{Action: DoAdopt, State: p.Plan.Begins(), Why: f.Strong[0].Why, Run: f.Strong[0].Run, Deploy: f.Strong[0].Deployment}, true
	}
	return Step{Action: DoEnd, State: Errored, Why: f.several(), Many: len(f.Strong)}, true
}
