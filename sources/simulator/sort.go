package simulator

import (
	"maps"
	"slices"
	"strconv"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func newestFirst[T any](s []T) []T {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }
