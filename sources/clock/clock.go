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
	start  time.Time
	factor float64
}

// Scaled is a clock that starts now and runs faster than the machine's by factor, which must be above zero.
func Scaled(factor float64) Clock {
	return scaledClock{start: time.Now(), factor: factor}
}

func (c scaledClock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.factor)).Round(0)
}

func (c scaledClock) NewTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(time.Duration(float64(d) / c.factor))
	return t.C, t.Stop
}
