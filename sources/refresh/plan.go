package refresh

import (
	"math"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// How often is read what. Asking again costs nothing where nothing changed (GitHub answers 304, which isn't charged),
// so these bound age and traffic more than cost; all lie well below the age at which facts stop supporting a GO
// (model.Signal.MaxAge).
const (
	selectedMoving = 11 * time.Second // at most 15 s old, with the answer's own time
	otherMoving    = 48 * time.Second // at most 60 s old
	selectedAtRest = 55 * time.Second
	runsAtRest     = 2 * time.Minute
	listsAtRest    = 4 * time.Minute
	releasesAtRest = 8 * time.Minute
	rarely         = time.Hour // repository, environments
	wantedMoving   = 4 * time.Second
	wantedFor      = 30 * time.Second
	overviewAgain  = 9 * time.Minute
	forEver        = time.Duration(math.MaxInt64)

	// atRestStretch bounds by how much a short budget stretches the intervals of what rests: asking it costs nothing while
	// it does, and its facts stay young enough to support a GO.
	atRestStretch = 3
)

const (
	perHost      = 6                      // workers for each host
	perMinute    = 300                    // requests to a host that are planned at most, charged or not
	dwell        = 500 * time.Millisecond // a service that is only passed by on the way to another isn't read for it
	settle       = 300 * time.Millisecond // news of one service within it are assessed together
	flushAfter   = time.Second            // readings found unchanged are written together
	longestSleep = 30 * time.Second       // so that a jump of the clock is noticed
	startSpread  = 4 * time.Second
	behind       = 5 * time.Second        // after the first verdicts: what only fills in details, and history
	slack        = 300 * time.Millisecond // what is due within it is read now, so that one waking serves several
)

// deploySubject and signalHistory are subjects and signals of refresh's own units.
const (
	deploySubject = readiness.SubjectDeploy
	// signalHistory fills in what lies behind the newest lists; its subject says which page of what.
	signalHistory model.Signal = "history"
)

// interval is how long the unit's facts are left alone. stretch is 1 or more: what the budget makes of it.
func (u *unit) interval(now time.Time, selected bool, stretch float64) time.Duration {
	var d time.Duration
	switch {
	case u.unchanging():
		return forEver
	case u.signal == model.SignalSprint:
		d = u.boardInterval()
	case u.wanted.After(now) && u.moving:
		d = wantedMoving
	case u.moving && selected:
		d = selectedMoving
	case u.moving:
		d = otherMoving
	default:
		d = u.rest(selected)
	}
	d = time.Duration(float64(d) * u.jitter)
	if stretch <= 1 {
		return d
	}
	if math.IsInf(stretch, 1) {
		return forEver
	}
	if !u.moving && !u.rough {
		stretch = min(stretch, atRestStretch)
	}
	return time.Duration(float64(d) * stretch)
}

// rest is the interval of what isn't moving.
func (u *unit) rest(selected bool) time.Duration {
	switch u.signal {
	case model.SignalRepository, model.SignalEnvironments, model.SignalArtifact, model.SignalReports: // what runs left changes only with them
		return rarely
	case model.SignalReleases:
		if selected {
			return 2 * time.Minute
		}
		return releasesAtRest
	case model.SignalRuns, model.SignalBranch:
		if selected {
			return selectedAtRest
		}
		return runsAtRest
	case model.SignalJobs:
		return forEver // a run that has ended changes only by a new attempt, which its list tells
	}
	if selected {
		return selectedAtRest
	}
	return listsAtRest
}

// due is when the unit is to be read next; the zero time: not at all.
func (u *unit) due(now time.Time, selected bool, stretch float64) time.Time {
	active := u.needed || u.base() || u.wanted.After(now)
	switch {
	case u.running || !active && !u.asked:
		return time.Time{}
	case u.asked:
		return now
	case u.waits:
		return time.Time{}
	case u.needed && !u.decides && !selected && u.service.decided.IsZero():
		return time.Time{} // verdicts come first
	case !u.service.owned && !selected && !u.wanted.After(now):
		return time.Time{}
	case u.problem != "":
		return latest(u.until, u.first)
	case u.signal == model.SignalSprint && u.at.IsZero() && u.tried.IsZero():
		return latest(u.first, time.Unix(1, 0)) // verdicts come first, see boardWaits
	case u.at.IsZero() && u.tried.IsZero() && u.signal == model.SignalDispatch: // every verdict of the fleet comes before any way back
		if u.service.decided.IsZero() {
			return time.Time{}
		}
		return latest(u.first, u.service.decided.Add(behind))
	case u.at.IsZero() && u.tried.IsZero():
		return latest(u.first, time.Unix(1, 0))
	}
	if u.rough {
		if u.service.decided.IsZero() {
			return time.Time{}
		}
		return latest(u.first, u.service.decided.Add(behind))
	}
	last := u.tried
	if last.After(now.Add(time.Minute)) {
		return now // the clock was set back: how old it is can't be told
	}
	d := u.interval(now, selected, stretch)
	if d == forEver {
		return time.Time{}
	}
	return latest(last.Add(d), u.first)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// backoff is how long a unit rests after failing so many times in a row.
func backoff(kind model.Problem, failures int) time.Duration {
	switch kind {
	case model.ProblemForbidden, model.ProblemMissing:
		return 10 * time.Minute // somebody must change something; r asks at once
	case model.ProblemToken:
		return time.Minute
	}
	return min(15*time.Second<<min(failures-1, 10), 5*time.Minute)
}

// stretch is by how much the intervals of a host are stretched, for its share of the hourly limit to last until the
// window ends: 1 while less was used than time has passed. Infinity says that nothing is left.
func stretch(b github.Budget, now time.Time) float64 {
	if b.Core.Limit == 0 {
		return 1
	}
	whole := float64(b.Core.Limit) * b.Share
	left := float64(b.Core.Left(b.Share))
	window := b.Core.Reset.Sub(now).Hours()
	if window <= 0 {
		return 1 // a new window has begun, its figures come with the next answer
	}
	if left <= 0 {
		return math.Inf(1)
	}
	// A tenth may be ahead of time: a start is a burst.
	ahead := min(1, window) - left/whole
	if ahead <= 0.1 {
		return 1
	}
	return min(20, 1+10*(ahead-0.1)*whole/left)
}
