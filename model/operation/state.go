package operation

import "slices"

// State is where an operation is.
type State string

// The states of an operation.
const (
	Draft       State = "draft"
	Preflight   State = "preflight"
	Confirmed   State = "confirmed"
	Claiming    State = "claiming"
	Dispatching State = "dispatching" // from here on something may have been sent
	Queued      State = "queued"
	Awaiting    State = "awaiting approval"
	Running     State = "running"
	Verifying   State = "verifying"

	Succeeded    State = "succeeded"
	Failed       State = "failed"       // our run, or verification, failed
	Errored      State = "errored"      // GitHub rejected the send, or what runs is not what was confirmed, or that can't be told
	Aborted      State = "aborted"      // nothing was deployed
	Inconclusive State = "inconclusive" // deployed; verification could not tell
	Superseded   State = "superseded"   // another operation took over

	Ambiguous State = "ambiguous" // sent, outcome unknown
)

// next is the transition table. Anything else is refused.
var next = map[State][]State{
	Draft:       {Preflight, Aborted},
	Preflight:   {Preflight, Confirmed, Aborted},
	Confirmed:   {Claiming, Aborted},
	Claiming:    {Dispatching, Aborted, Errored},
	Dispatching: {Queued, Awaiting, Running, Verifying, Succeeded, Ambiguous, Aborted, Errored}, // never back; Aborted only by the process that has not sent; Succeeded only what is about a run
	Queued:      {Awaiting, Running, Verifying, Failed, Errored, Aborted},
	Awaiting:    {Queued, Running, Verifying, Failed, Errored, Aborted, Superseded},
	Running:     {Queued, Awaiting, Verifying, Succeeded, Failed, Errored, Aborted}, // Succeeded only an abort, whose run has stopped
	Verifying:   {Succeeded, Failed, Errored, Inconclusive, Superseded},
	Ambiguous:   {Queued, Awaiting, Running, Verifying, Succeeded, Aborted, Errored}, // by strong identity, or by a person; Succeeded only what is about a run
}

// States lists every state, in the order in which an operation may come through them.
func States() []State {
	return []State{
		Draft, Preflight, Confirmed, Claiming, Dispatching, Queued, Awaiting, Running, Verifying,
		Succeeded, Failed, Errored, Aborted, Inconclusive, Superseded, Ambiguous,
	}
}

// Allowed reports whether an operation may go from one state to another.
func Allowed(from, to State) bool { return slices.Contains(next[from], to) }

// Ended reports whether nothing will happen to the operation any more.
func (s State) Ended() bool {
	switch s {
	case Succeeded, Failed, Errored, Aborted, Inconclusive, Superseded:
		return true
	}
	return false
}

// Sent reports whether something may have been sent in this state, an end aside: what is true of an end its journal tells.
func (s State) Sent() bool {
	switch s {
	case Dispatching, Queued, Awaiting, Running, Verifying, Ambiguous:
		return true
	}
	return false
}

// Yields reports whether a rollback may take over the lock of an operation in this state.
func (s State) Yields() bool { return s == Verifying || s == Awaiting }
