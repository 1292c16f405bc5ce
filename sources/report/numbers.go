package report

import (
	"math"
	"strconv"
)

// floatCount is a count that isn't a plain integer: a negative one is none, others are at least one if above zero.
func floatCount(b []byte) (int64, bool) {
	f, err := strconv.ParseFloat(string(b), 64)
	switch {
	case err != nil && !math.IsInf(f, 0) || math.IsNaN(f):
		return 0, false
	case f <= 0:
		return 0, true
	case f >= math.MaxInt64:
		return math.MaxInt64, true
	}
	return int64(math.Ceil(f)), true
}

// quote is the beginning of a text from outside, to say it in a sentence.
func quote(b []byte) string {
	const most = 60
	if len(b) > most {
		return strconv.Quote(string(b[:most])) + "…"
	}
	return strconv.Quote(string(b))
}
