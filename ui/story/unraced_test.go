//go:build !race

package story_test

import "time"

// verdictsWithin is how long the demo's first verdicts may take, on a machine that runs other stories beside it.
const verdictsWithin = 3 * time.Second
