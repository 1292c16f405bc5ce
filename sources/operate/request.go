package operate

import (
	"errors"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// Request is what a person wants.
type Request struct {
	Kind        operation.Kind
	Service     string
	Environment string // as the configuration names it
	Release     string // tag or commit; empty: the environment's candidate, or its best target
	ID          string // UUID; empty: a new one. The same again is the same operation.

	Run        int64 // what an operation on a run is about
	FailedOnly bool  // only its jobs that failed are run again

	Item string // of the environment's checklist: its text, or its number from 1
}

// Draft is what a person may confirm, with all that speaks for and against it.
type Draft struct {
	Plan        operation.Plan
	Environment readiness.Environment // as it was assessed
	Service     model.Service
	// Run is what an operation on a run is about, Pending whose reviews it waits for.
	Run     model.Run
	Pending []model.PendingDeployment
	// Targets are what the environment could be rolled back to, best first, then the excluded ones, each with its reason.
	Targets []readiness.Target
	// Undoes is what going back takes away, as far as it is known.
	Undoes readiness.Shipment
	// Releases are what could be promoted, the best first, and what can't be, each with the reason.
	Releases []readiness.Choice
	// Refusals are why it can't be done at all; while there are any nothing can be confirmed.
	Refusals []model.Text
	// Against are the required gates that don't pass: each must be bypassed, with a reason.
	Against []model.Finding
	// Acknowledge are gates that warn of what can't be taken back: each is acknowledged.
	Acknowledge []model.Finding
	// Takeover is the lock that would be taken over: its operation verifies, or awaits a review; nil: none.
	Takeover *operation.Mark
	// Unasked are why a reason is needed although no gate is bypassed: whom GitHub will not ask, for one.
	Unasked []model.Text
	// Notes are what a person should know: who will be asked, that the run can't be told by its name.
	Notes []model.Text
	// Direction is how what is deployed again lies to what runs there, or what stopping a run that deploys leaves there.
	Direction model.Text
	Calls     []Call
	// Name must be typed exactly; empty: another key suffices.
	Name string
	// Read says that preflight has read again what matters: only then can it be confirmed.
	Read bool
	// Verdict is the environment's.
	Verdict model.Verdict

	inputs map[string]string // of the workflow, as they are configured
	facts  readiness.Facts   // that it was worked out from
	behind *model.Deployment // the environment's newest, which they don't know as it is now; nil: they do
}

// Call is one request that would be made.
type Call struct {
	Method, Path string
	Body         string // JSON, indented; empty: none
	What         string // what it is for
}

// Confirmation is a person's word.
type Confirmation struct {
	Actor        model.Text
	Name         string // the environment's, where it had to be typed
	Reason       model.Text
	Bypass       []model.Gate
	Acknowledged []model.Gate
}

// Errors of Confirm. Each leaves nothing behind that was sent.
var (
	// ErrRefused reports that it can't be confirmed as it is.
	ErrRefused = errors.New("it can't be confirmed")
	// ErrReadOnly reports that nothing is to be done.
	ErrReadOnly = errors.New("read-only")
	// ErrLocked reports that the environment is another operation's.
	ErrLocked = errors.New("another operation has the environment")
)

// Blocked are the required gates that stand against a draft and are neither bypassed nor can be.
func (d *Draft) Blocked(c Confirmation) []model.Finding {
	var left []model.Finding
	for _, f := range d.Against {
		if !contains(c.Bypass, f.Gate) || f.Gate == model.GateLock || f.Gate == model.GateApproval {
			left = append(left, f)
		}
	}
	for _, f := range d.Acknowledge {
		if !contains(c.Acknowledged, f.Gate) {
			left = append(left, f)
		}
	}
	return left
}

func contains[T comparable](list []T, v T) bool {
	for _, each := range list {
		if each == v {
			return true
		}
	}
	return false
}
