package operation

import (
	"fmt"
	"time"

	"gonogo/model"
)

// FreshFailure is how long after it a failure may still be rolled back automatically.
const FreshFailure = 20 * time.Minute

// Failure is what a rollback that no person asked for undoes: a promotion whose verification failed.
type Failure struct {
	Operation string    // the promotion
	At        time.Time // of the sample that failed it, by the clock of the process that judged
}

// Fresh reports whether a failure may still be rolled back automatically. A clock that was set back proves nothing.
func (f Failure) Fresh(now time.Time) bool {
	return !f.At.IsZero() && !now.Before(f.At) && now.Sub(f.At) <= FreshFailure
}

// Automatic is what decides whether a failed operation is rolled back without a person.
type Automatic struct {
	Mode      model.RollbackMode
	Operation Progress
	Process   string // that asks
	Marked    bool   // refs/gonogo/auto/… exists for this release and environment already
	MarkRead  bool   // that could be told
	// PersonActed says that anything moved in the environment since that isn't ours.
	PersonActed bool
	Eligible    bool // there is a rollback target
	Back        Plan // the rollback, as it would be now
}

// Why is why it isn't rolled back automatically; empty: it is.
func (a Automatic) Why(now time.Time) model.Text {
	shown := &a.Operation.Plan
	switch {
	case a.Mode != model.RollbackAutomatic:
		return "the environment has not opted in"
	case shown.Kind == RollBack:
		return "a rollback is never rolled back automatically"
	case shown.Kind != Promote:
		return "only promotions are rolled back automatically"
	case !shown.GoesBack:
		return "it was not said when it was confirmed"
	case a.Operation.State != Failed || a.Operation.FailedAt.IsZero():
		return "only a failed verification is rolled back automatically"
	case a.Operation.Sender != a.Process:
		return "another process drove the operation"
	case !(Failure{At: a.Operation.FailedAt}).Fresh(now):
		return "the failure is not fresh"
	case a.PersonActed:
		return "a person has acted since"
	case !a.MarkRead:
		return "whether it was rolled back already can't be told"
	case a.Marked:
		return "it was rolled back automatically once"
	case !a.Eligible:
		return "there is nothing to go back to"
	case a.Back.Takes != nil:
		return "going back takes a person's reason"
	case a.Back.Replaces.SHA != shown.Release.SHA:
		return model.Clean(fmt.Sprintf("%s runs there, not %s", a.Back.Replaces.Title(), shown.Release.Title()))
	case a.Back.Release.SHA != shown.RollsBackTo.SHA:
		return model.Clean(fmt.Sprintf("the best to go back to is %s now, not %s as was shown", a.Back.Release.Title(), shown.RollsBackTo.Title()))
	}
	return ""
}
