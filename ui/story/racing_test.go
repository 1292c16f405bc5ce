//go:build race

package story_test

import "time"

// verdictsWithin is how long the demo's first verdicts may take where every access to memory is watched.
const verdictsWithin = 10 * time.Second
