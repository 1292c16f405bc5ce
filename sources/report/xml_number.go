package report

import (
	"errors"
	"math"
	"strconv"
)

// count is a number of times or a line: digits, or a float without a fraction, as some tools write counts that they
// scaled. What is larger than an int64 stays at its maximum.
func count(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	var n int64
	for i, c := range b {
		switch {
		case c < '0' || c > '9':
			return countFloat(b, i)
		case n > (math.MaxInt64-9)/10:
			return countFloat(b, i)
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

func countFloat(b []byte, digits int) (int64, bool) {
	if digits == 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange) || f < 0 || f != math.Trunc(f):
		return 0, false
	case f >= math.MaxInt64:
		return math.MaxInt64, true
	}
	return int64(f), true
}
