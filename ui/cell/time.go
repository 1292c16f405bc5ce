package cell

import (
	"fmt"
	"strconv"
	"time"
)

// Step is the finest step in which ages are drawn while something is counted.
const Step = 15 * time.Second

// Age says how long ago something was, in coarse steps: now, 15s, 3m, 5h, 6d, 8w, 2y.
func Age(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return Span(now.Sub(at))
}

// Ago is Age as part of a sentence: "3m ago", "just now", "never".
func Ago(at, now time.Time) string {
	switch age := Age(at, now); age {
	case "never":
		return age
	case "now":
		return "just now"
	default:
		return age + " ago"
	}
}

// Span is a duration in coarse steps; what is shorter than a step, or negative, is now.
func Span(d time.Duration) string {
	switch {
	case d < Step:
		return "now"
	case d < time.Minute:
		return strconv.Itoa(int(d/Step)*int(Step/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d < 21*24*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	case d < 2*365*24*time.Hour:
		return strconv.Itoa(int(d/(7*24*time.Hour))) + "w"
	}
	return strconv.Itoa(int(d/(365*24*time.Hour))) + "y"
}

// Left says how long it is until something, in coarse steps, rounded up so that it never
// promises too little: "in 3m", "now".
func Left(until, now time.Time) string {
	d := until.Sub(now)
	if d <= 0 {
		return "now"
	}
	switch {
	case d <= time.Minute:
		return "in " + Span((d+Step-1)/Step*Step)
	case d <= time.Hour:
		return "in " + Span((d+time.Minute-1)/time.Minute*time.Minute)
	case d <= 48*time.Hour:
		return "in " + Span((d+time.Hour-1)/time.Hour*time.Hour)
	}
	return "in " + Span(d)
}

// Took is how long something lasted, exactly enough to compare: 850ms, 42s, 3m12s, 1h04m.
func Took(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < time.Second:
		return strconv.Itoa(int(d/time.Millisecond)) + "ms"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// Taking is Took for what still goes on: as coarse as the beat on which it is drawn.
func Taking(d time.Duration) string {
	if d < Step {
		return "0s"
	}
	return Took(d / Step * Step)
}

// Latency is the time of an answer: 0.8ms, 42ms, 1.3s.
func Latency(d time.Duration) string {
	switch {
	case d <= 0:
		return "-"
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + "ms"
	case d < time.Second:
		return strconv.Itoa(int(d/time.Millisecond)) + "ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
}

// Clock is a moment as a person reads it in a list of moments: the time today, else the
// date too. It is drawn in the zone that now has.
func Clock(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	at = at.In(now.Location())
	switch {
	case at.YearDay() == now.YearDay() && at.Year() == now.Year():
		return at.Format("15:04:05")
	case at.Year() == now.Year():
		return at.Format("Mon 02 Jan 15:04")
	}
	return at.Format("2006-01-02 15:04")
}

// Day is a moment as a plot's axis names it: the date, with the year where it is another.
func Day(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Year() == now.Year() {
		return at.Format("2 Jan")
	}
	return at.Format("2 Jan 2006")
}

// Count is a number of things, with its noun: "1 commit", "12 commits", "at least 250
// commits".
func Count(n int, noun string, atLeast bool) string {
	s := strconv.Itoa(n) + " " + noun
	if n != 1 {
		s += "s"
	}
	if atLeast {
		return "at least " + s
	}
	return s
}

// Number is a number with its thousands apart: 4,231.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
