package operation

import (
	"fmt"
	"slices"
	"time"

	"gonogo/model"
)

// Observation is one answer of a required check after a deployment, judged: what another version answers is progressing.
type Observation struct {
	Check string // its ID
	At    time.Time
	State model.HealthState
	// Unreachable says that the transport failed; Confirmed that another target answered this process in the same
	// interval. One without the other is an operator's broken network, not an outage.
	Unreachable bool
	Confirmed   bool
	Why         model.Text
}

// Watch says how a deployment is verified.
type Watch struct {
	Checks []model.Check // the required ones
	From   time.Time     // the deployment's first success
	Settle time.Duration // what is seen before From + Settle says nothing
	Bake   time.Duration // 0: 5 × the longest interval of the checks
}

// bakeEvery is how many intervals of the slowest check a verification lasts by default.
const bakeEvery = 5

// CountsFrom is from when on what is observed tells of the deployment: from its success on, which GitHub's clock says, and
// not before that was seen by the clock that the samples have. Where that one is ahead they are still of what ran before.
func (p *Progress) CountsFrom(success time.Time) time.Time {
	if p.State == Verifying && p.Since.After(success) {
		return p.Since
	}
	return success
}

// Start is when observing begins to count, End when it ends.
func (w Watch) Start() time.Time { return w.From.Add(w.Settle) }

// End is when the verification ends if nothing fails before.
func (w Watch) End() time.Time {
	bake := w.Bake
	if bake <= 0 {
		for i := range w.Checks {
			bake = max(bake, bakeEvery*every(&w.Checks[i]))
		}
	}
	return w.Start().Add(bake)
}

func every(c *model.Check) time.Duration {
	if c.Every > 0 {
		return c.Every
	}
	return model.DefaultEvery
}

// failures is how many unhealthy samples in a row fail a check, and how many samples it takes to pass.
func failures(c *model.Check) int {
	if c.Failures > 0 {
		return c.Failures
	}
	return model.DefaultFailures
}

// Verdict is what a verification has come to. State is Verifying while it goes on.
type Verdict struct {
	State State
	Why   model.Text
	At    time.Time // when it was decided: of the sample that failed it, or the end
}

// Verify judges a deployment by what was observed since. Failed is so many unhealthy samples of one check in a row as
// the check says. What could not be told neither counts nor interrupts; any other answer does interrupt. At the end every
// check must have answered healthy often enough, its last answer too; else nothing is concluded.
func Verify(w Watch, seen []Observation, now time.Time) Verdict {
	if len(w.Checks) == 0 {
		return Verdict{Succeeded, "not verified: no check is configured", w.From}
	}
	seen = slices.Clone(seen)
	slices.SortStableFunc(seen, func(a, b Observation) int { return a.At.Compare(b.At) })
	start, stop := w.Start(), w.End()
	var failed Verdict
	for i := range w.Checks {
		if v, broke := broken(&w.Checks[i], seen, start, stop); broke && (failed.State == "" || v.At.Before(failed.At)) {
			failed = v
		}
	}
	switch {
	case failed.State != "":
		return failed
	case now.Before(stop):
		return Verdict{State: Verifying}
	}
	for i := range w.Checks {
		if why := doubtful(&w.Checks[i], seen, start, stop); why != "" {
			return Verdict{Inconclusive, why, stop}
		}
	}
	return Verdict{Succeeded, "verified", stop}
}

// known reports whether an observation tells anything of the environment.
func known(o *Observation) bool {
	return o.State != model.HealthUnknown && (!o.Unreachable || o.Confirmed)
}

// broken reports whether a check failed the verification, and when.
func broken(c *model.Check, seen []Observation, start, stop time.Time) (Verdict, bool) {
	row := 0
	for i := range seen {
		o := &seen[i]
		if o.Check != c.ID || o.At.Before(start) || o.At.After(stop) || !known(o) {
			continue
		}
		if o.State != model.Unhealthy {
			row = 0
			continue
		}
		if row++; row == failures(c) {
			return Verdict{Failed, model.Text(fmt.Sprintf("%s was unhealthy %d times in a row: %s", c.Name, row, o.Why)), o.At}, true
		}
	}
	return Verdict{}, false
}

// doubtful is why a check that did not fail has not passed either, or empty.
func doubtful(c *model.Check, seen []Observation, start, stop time.Time) model.Text {
	n, last := 0, (*Observation)(nil)
	for i := range seen {
		o := &seen[i]
		if o.Check != c.ID || o.At.Before(start) || o.At.After(stop) || !known(o) {
			continue
		}
		if last = o; o.State == model.Healthy || o.State == model.Degraded {
			n++
		}
	}
	switch {
	case n < failures(c):
		return model.Text(fmt.Sprintf("%s answered %d of the %d times that it takes", c.Name, n, failures(c)))
	case stop.Sub(last.At) > maxAge(c):
		return model.Text(c.Name + " did not answer towards the end")
	case last.State == model.Degraded:
		return model.Text(fmt.Sprintf("%s was degraded at the end: %s", c.Name, last.Why))
	case last.State == model.Progressing:
		return model.Text(c.Name + " still answered for another version at the end")
	case last.State != model.Healthy:
		return model.Text(fmt.Sprintf("%s was unhealthy at the end: %s", c.Name, last.Why))
	}
	return ""
}

// maxAge is how old a check's sample may be; 3 intervals unless configured.
func maxAge(c *model.Check) time.Duration {
	if c.MaxAge > 0 {
		return c.MaxAge
	}
	return 3 * every(c)
}
