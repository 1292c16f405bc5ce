//go:build !race

package operate_test

import "time"

const racing = false

// away is how far GitHub is where round trips are counted.
const away = 200 * time.Millisecond
