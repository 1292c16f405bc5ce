// Package simulator is a GitHub with behaviour, served over real HTTP on
// loopback.
package simulator
