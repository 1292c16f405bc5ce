package clock

import (
	"sync"
	"time"
)

// Driven is a clock that moves only when it is told to. Its timers fire in the order of their times, each at its own
// time, so that what a timer starts sees the time at which it was due.
type Driven struct {
	mu     sync.Mutex
	armed  *sync.Cond // a timer was armed or stopped
	now    time.Time
	timers []*drivenTimer
}

type drivenTimer struct {
	at time.Time
	c  chan time.Time
}

// NewDriven returns a clock that stands at start.
func NewDriven(start time.Time) *Driven {
	d := &Driven{now: start}
	d.armed = sync.NewCond(&d.mu)
	return d
}

// Now is where the clock stands.
func (d *Driven) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// NewTimer arms a timer. One of no or negative duration fires at once.
func (d *Driven) NewTimer(after time.Duration) (<-chan time.Time, func() bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := &drivenTimer{at: d.now.Add(after), c: make(chan time.Time, 1)}
	if after <= 0 {
		t.c <- d.now
		return t.c, func() bool { return false }
	}
	d.timers = append(d.timers, t)
	d.armed.Broadcast()
	return t.c, func() bool { return d.stop(t) }
}

func (d *Driven) stop(t *drivenTimer) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, other := range d.timers {
		if other == t {
			d.timers = append(d.timers[:i], d.timers[i+1:]...)
			d.armed.Broadcast()
			return true
		}
	}
	return false
}

// Advance moves the clock by by and fires what became due, earliest first.
func (d *Driven) Advance(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	end := d.now.Add(by)
	for {
		next := -1
		for i, t := range d.timers {
			if !t.at.After(end) && (next < 0 || t.at.Before(d.timers[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		t := d.timers[next]
		d.timers = append(d.timers[:next], d.timers[next+1:]...)
		if t.at.After(d.now) {
			d.now = t.at
		}
		t.c <- t.at
	}
	d.now = end
}

// Set moves the clock to at, also backwards, without firing anything that isn't due: a clock that was corrected.
func (d *Driven) Set(at time.Time) {
	d.mu.Lock()
	d.now = at
	d.mu.Unlock()
	d.Advance(0)
}

// Timers is how many timers are armed.
func (d *Driven) Timers() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.timers)
}

// WaitTimers returns as soon as at least n timers are armed, so that a test advances only what is already waiting.
func (d *Driven) WaitTimers(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.timers) < n {
		d.armed.Wait()
	}
}
