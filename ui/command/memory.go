package command

import "runtime/debug"

// Most of what the cockpit makes lives for one frame. Until the first one collecting would only delay it: 400 puts it
// off until 16 MiB are in use. Afterwards a small heap is worth more than the little time that collecting it takes.
const (
	startPercent = 400
	restPercent  = 40
)

// quickStart puts collecting off until frugal is called. What it returns puts everything back.
func quickStart() (back func()) {
	before := debug.SetGCPercent(startPercent)
	return func() { debug.SetGCPercent(before) }
}

// frugal collects what the start has left behind, gives it back to the system, and keeps the heap small from now on.
func frugal() {
	debug.SetGCPercent(restPercent)
	debug.FreeOSMemory()
}
