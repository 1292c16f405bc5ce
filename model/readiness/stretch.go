package readiness

import (
	"time"

	"gonogo/model"
)

// stretch is a time in which something was observed without a break.
type stretch struct {
	from, to time.Time
	gap      time.Time // it began after nothing had been observed since then; zero: it began otherwise
}

func (s stretch) length() time.Duration { return s.to.Sub(s.from) }

// healthyStretches are the times from from to to (zero: open), oldest first, in which every required check of an
// environment was observed healthy: samples no further apart than the check's maximum age, merged ones standing for
// their span. It reports false where no check is required.
func (f *Facts) healthyStretches(m moment, env *model.Environment, here Running, from, to time.Time) (all []stretch, observable bool) {
	for i := range env.Checks {
		c := &env.Checks[i]
		if !c.Required {
			continue
		}
		own := f.stretchesOf(m, env, c, here, from, to)
		if !observable {
			all, observable = own, true
			continue
		}
		all = intersect(all, own)
	}
	return all, observable
}

func (f *Facts) stretchesOf(m moment, env *model.Environment, c *model.Check, here Running, from, to time.Time) []stretch {
	var all []stretch
	var last time.Time          // end of the newest sample that tells anything
	open, blind := false, false // blind: nothing could be told since
	own := f.samplesOf(m, env, c)
	for i := range own {
		s := own[i]
		at, end := s.At, s.At.Add(s.Span)
		if !to.IsZero() && !at.Before(to) {
			break
		}
		if end.Before(from) {
			continue
		}
		at = latest(at, from)
		if !to.IsZero() && end.After(to) {
			end = to
		}
		state, _ := f.judge(env, c, *s, here)
		gap := !last.IsZero() && (blind || at.Sub(last) > maxAge(c))
		blind = state == model.HealthUnknown
		switch {
		case blind:
			open = false
			continue
		case state != model.Healthy:
			open = false
		case open && !gap:
			all[len(all)-1].to = latest(all[len(all)-1].to, end)
		default:
			began := stretch{from: at, to: end}
			if gap {
				began.gap = last
			}
			all, open = append(all, began), true
		}
		last = latest(last, end)
	}
	return all
}

// intersect are the times that lie in both.
func intersect(a, b []stretch) []stretch {
	var both []stretch
	for i, j := 0, 0; i < len(a) && j < len(b); {
		s := a[i]
		if b[j].from.After(s.from) || b[j].from.Equal(s.from) && !b[j].gap.IsZero() {
			s.from, s.gap = b[j].from, b[j].gap
		}
		if b[j].to.Before(a[i].to) {
			s.to = b[j].to
			j++
		} else {
			i++
		}
		if !s.to.Before(s.from) {
			both = append(both, s)
		}
	}
	return both
}

// longest is the longest of some stretches; the newest of equal ones.
func longest(all []stretch) stretch {
	var best stretch
	for _, s := range all {
		if best.from.IsZero() || s.length() >= best.length() {
			best = s
		}
	}
	return best
}
