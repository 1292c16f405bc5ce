//go:build race

package report

// underRace divides the sizes of large reports: the detector makes reading them some ten times as slow, and changes what is
// held no more than anything else.
const underRace = 10
