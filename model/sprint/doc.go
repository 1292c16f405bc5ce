// Package sprint holds the rules of a sprint board: which sprint is on, what is in it, how far it has come, how its scope
// has changed and how it burns down. Every function is pure; time is passed in.
//
// A board's dates are whole days in UTC, as GitHub has them. Days of a sprint are counted as working days, Monday to
// Friday; a sprint that has none of them is counted in all its days.
package sprint
