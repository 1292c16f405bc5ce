// Package readiness holds the rules: from what is known of a service to findings, a verdict and what to read next.
// Every function is pure; time is passed in. What is missing, stale or malformed never makes a GO.
//
// Assess is the way in. It identifies what every deployment carried (identify.go), tells what each environment runs
// (current.go), picks the candidate (candidate.go), asks every gate (gate_*.go, one a file) and adds up the verdict.
package readiness
