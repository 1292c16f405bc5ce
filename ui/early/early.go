// Package early keeps bubbletea from asking the terminal a question before main runs.
//
// Bubble Tea v1 asks for the terminal's background colour in its package
// initialiser (OSC 11) and waits for the answer: one round trip on a slow link,
// five seconds on a terminal that doesn't answer. Its library termenv asks
// nothing when TERM is "dumb". Go initialises the packages that are ready in the
// order of their import paths, and this one, importing only os, is ready before
// any that bubbletea needs. So TERM says "dumb" until main calls Restore.
package early

import "os"

// term is what TERM said at the start; set tells whether it was there at all.
var term, set = os.LookupEnv("TERM")

func init() { //nolint:gochecknoinits // main is too late: the initialiser of bubbletea comes before it
	os.Setenv("TERM", "dumb") //nolint:errcheck // fails only for a name or value with NUL or '='
}

// Restore puts TERM back as it was at the start. Call it first thing in main:
// whatever runs later, our own programs included, sees the real terminal.
func Restore() {
	if !set {
		os.Unsetenv("TERM") //nolint:errcheck // cannot fail for this name
		return
	}
	os.Setenv("TERM", term) //nolint:errcheck // it came from the environment
}
