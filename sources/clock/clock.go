// Package clock is the time that everything outside model is given: real, faster than real, or driven by a test.
package clock

import "time"

// Clock tells the time and wakes.
type Clock interface {
	Now() time.Time
	// NewTimer fires once after d of this clock's time. The function stops it and reports whether it had not yet fired.
	NewTimer(d time.Duration) (<-chan time.Time, func() (stopped bool))
}

type realClock struct{}

// Real is the machine's clock.
func Real() Clock { return realClock{} }

func (realClock) Now() time.Time { return time.Now() }

func (realClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}

type scaledClock struct {
	from   time.Time // what the clock said at began
	began  time.Time
	factor float64
}

// Scaled is a clock that says from now, and runs faster than the machine's by factor, which must be above zero.
func Scaled(from time.Time, factor float64) Clock {
	return scaledClock{from: from.Round(0), began: time.Now(), factor: factor}
}

func (c scaledClock) Now() time.Time {
	return c.from.Add(time.Duration(float64(time.Since(c.began)) * c.factor))
}

func (c scaledClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(time.Duration(float64(d) / c.factor))
	return t.C, t.Stop
}
