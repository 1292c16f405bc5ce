package readiness

import (
	"time"

	"gonogo/model"
)

// validFor bounds how long an assessment stands where nothing in it depends on time.
const validFor = 24 * time.Hour

// moment is the time of an assessment. Every comparison of a rule with now goes through it, so that it knows when the
// first of them would come out differently: that is the assessment's ValidUntil.
type moment struct {
	now   time.Time
	until *time.Time
	read  *time.Time // the oldest reading that was relied on
	asked *asked     // what the rules asked for, beyond the lists
	env   string     // environment whose rules ask
	aside bool       // what is asked for fills in details and decides nothing
}

func momentAt(now time.Time) moment {
	until, read := now.Add(validFor), time.Time{}
	return moment{now: now, until: &until, read: &read, asked: &asked{}}
}

// scope is the same moment for one environment: what it relies on is collected for itself and for the whole.
func (m moment) scope(env string) moment {
	read := time.Time{}
	m.read, m.env = &read, env
	return m
}

// details is the same moment for what decides nothing: it is asked for last, and its age is not the verdict's.
func (m moment) details() moment {
	read := time.Time{}
	m.read, m.aside = &read, true
	return m
}

// reached reports whether t is now or past. A time yet to come bounds how long the assessment stands.
func (m moment) reached(t time.Time) bool {
	if !m.now.Before(t) {
		return true
	}
	if t.Before(*m.until) {
		*m.until = t
	}
	return false
}

// future reports whether a time from outside lies further ahead than clocks differ: it is malformed.
func (m moment) future(t time.Time) bool { return !m.reached(t.Add(-clockSlack)) }

// older reports whether t is more than d ago. The instant at which it is exactly d ago still counts as young.
func (m moment) older(t time.Time, d time.Duration) bool { return m.reached(t.Add(d + 1)) }

// relied notes that facts of that age are behind a result.
func (m moment) relied(at time.Time) {
	if !at.IsZero() && (m.read.IsZero() || at.Before(*m.read)) {
		*m.read = at
	}
}

// fresh is model.Read.Fresh that knows when it ends.
func (m moment) fresh(r model.Read) bool {
	if !r.OK() || m.future(r.At) {
		return false
	}
	limit := r.Signal.MaxAge()
	return limit == 0 || !m.older(r.At, limit)
}
