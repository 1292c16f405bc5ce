package model

import "time"

// Gate is one rule of readiness.
type Gate string

// The gates, in the order in which they are shown.
const (
	GateCI        Gate = "ci"
	GateTests     Gate = "tests"
	GateBlackbox  Gate = "blackbox"
	GateCoverage  Gate = "coverage"
	GateOrder     Gate = "order"
	GateSoak      Gate = "soak"
	GateHealth    Gate = "health"
	GateSprint    Gate = "sprint"
	GateFreeze    Gate = "freeze"
	GateLane      Gate = "lane"
	GateLock      Gate = "lock"
	GateHold      Gate = "hold"
	GateRollback  Gate = "rollback"
	GateMigration Gate = "migration"
	GateApproval  Gate = "approval"
	GateChecklist Gate = "checklist"
)

// Gates lists every gate that a configuration may name.
func Gates() []Gate {
	return []Gate{
		GateCI, GateTests, GateBlackbox, GateCoverage, GateOrder, GateSoak, GateHealth, GateSprint, GateFreeze,
		GateLane, GateLock, GateHold, GateRollback, GateMigration, GateApproval, GateChecklist,
	}
}

// Level is how much a gate weighs.
type Level string

// The levels of a gate: a required one decides the verdict, an advisory one is shown.
const (
	Required Level = "required"
	Advisory Level = "advisory"
	Off      Level = "off"
)

// Level is the gate's level in this environment: configured, or the default.
func (e *Environment) Level(g Gate) Level {
	if l, ok := e.Gates[g]; ok && g != GateLock && g != GateApproval {
		return l
	}
	switch {
	case g == GateSprint:
		return Advisory
	case g == GateRollback && e.Tier != Production:
		return Advisory
	}
	return Required
}

// Result is what a gate says, best first.
type Result int

// The results of a gate.
const (
	NotApplicable Result = iota + 1 // nothing is configured, or there is nothing to compare with
	Pass
	Warn
	Wait
	Unknown
	Fail
)

// Stands reports whether what has this result stands against going on, where it is required.
func (r Result) Stands() bool { return r == Fail || r == Unknown || r == Wait }

// String is the result's word.
func (r Result) String() string {
	switch r {
	case NotApplicable:
		return "n/a"
	case Pass:
		return "pass"
	case Warn:
		return "warn"
	case Wait:
		return "wait"
	case Fail:
		return "fail"
	}
	return "unknown"
}

// Evidence is one thing that a finding was derived from.
type Evidence struct {
	What    Text      // "ci.yml #412, attempt 2: failure"
	URL     string    // where a person can look
	At      time.Time // when this was last known to be true; zero: never read
	Request string    // the request it came from
}

// Finding is what one gate found, with its reasons.
type Finding struct {
	Gate     Gate
	Level    Level
	Result   Result
	Why      Text // a sentence
	Evidence []Evidence
	Settle   Text      // for an unknown: the one thing that would settle it
	Until    time.Time // for a wait or a freeze: when it ends, where that is known
}

// ReadAt is when the oldest of what the finding rests on was read; zero: nothing says so.
func (f *Finding) ReadAt() (at time.Time) {
	for i := range f.Evidence {
		if e := f.Evidence[i].At; !e.IsZero() && (at.IsZero() || e.Before(at)) {
			at = e
		}
	}
	return at
}

// Verdict is the answer for promoting a release into an environment.
type Verdict int

// The verdicts, best first. UpToDate counts as Go.
const (
	UpToDate Verdict = iota + 1
	Go
	Waiting
	Undecided // UNKNOWN on the screen
	NoGo
	Erroneous // error: the service's configuration or repository can't be read at all
)

// String is the verdict's word, as everywhere on the screen.
func (v Verdict) String() string {
	switch v {
	case UpToDate:
		return "UP TO DATE"
	case Go:
		return "GO"
	case Waiting:
		return "WAIT"
	case NoGo:
		return "NO-GO"
	case Erroneous:
		return "ERROR"
	}
	return "UNKNOWN"
}

// Worse reports whether v outweighs w. UpToDate and Go weigh the same.
func (v Verdict) Worse(w Verdict) bool { return v.weight() > w.weight() }

func (v Verdict) weight() Verdict {
	switch v {
	case UpToDate:
		return Go
	case 0:
		return Undecided
	}
	return v
}
