//go:build race

package operate_test

import "time"

const racing = true

// away is how far GitHub is where round trips are counted: far enough that what begins late, as a busy machine looks for races,
// still counts as beside the rest.
const away = time.Second
