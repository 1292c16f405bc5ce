//go:build !race

package report

const underRace = 1
