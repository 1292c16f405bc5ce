// Package model says what a release is: the types that every floor shares, and the small rules that need nothing but
// their arguments. It imports the standard library only; it has no clock and does no I/O. Time is always passed in.
//
// The rules that decide (gates, verdicts, candidates) are in the package readiness below it.
package model
