package model

import (
	"strconv"
	"strings"
)

// StatedCoverage is what a service that measures coverage says of a commit, in a commit status or a check run.
type StatedCoverage struct {
	By      string   // codecov, coveralls
	Percent *float64 // of lines; nil where it states no figure
	Delta   *float64 // in percentage points; nil where it states none, or not exactly
	Against string   // the short commit that Delta is against, where it is named
	Patch   bool     // it speaks of changed lines only
}

// CoverageStated reads what a status or check run states, if it is one of a service that measures coverage. What names a
// part of the project only (codecov/project/backend) is not taken for the whole.
//
// Codecov writes "85.20% (+0.10%) compared to 559fe9e", "85.65% (target 80.00%)", "100% remains the same compared to
// 29320f9" and, of a patch, "92.94% of diff hit (target 83.33%)" (its worker's status and check notifiers); "Absolute
// coverage decreased by -0.1% but …" and "No report found to compare against" state no figure. Coveralls writes "Coverage
// increased (+0.1%) to 85.2%", "Coverage remained the same at 85.2%" and "First build on main at 85.2%".
func CoverageStated(c *CommitCheck) (StatedCoverage, bool) {
	text := strings.TrimSpace(string(c.Summary))
	switch strings.ToLower(c.Name) {
	case "codecov/project":
		return codecov(text), true
	case "codecov/patch":
		s := codecov(text)
		s.Patch = true
		return s, true
	case "coverage/coveralls":
		return coveralls(text), true
	}
	return StatedCoverage{}, false
}

func codecov(text string) StatedCoverage {
	s := StatedCoverage{By: "codecov"}
	figure, rest, _ := strings.Cut(text, "%")
	if s.Percent = percentage(figure, false); s.Percent == nil {
		return s
	}
	if delta, _, found := strings.Cut(rest, "%) compared to "); found && strings.HasPrefix(delta, " (") {
		s.Delta = percentage(delta[2:], true)
	}
	if before, against, found := strings.Cut(rest, " compared to "); found && hexadecimal(against) {
		if s.Against = against; before == " remains the same" {
			s.Delta = new(float64)
		}
	}
	return s
}

func coveralls(text string) StatedCoverage {
	s := StatedCoverage{By: "coveralls"}
	figure, ends := strings.CutSuffix(text, "%")
	at := max(strings.LastIndex(figure, " to "), strings.LastIndex(figure, " at "))
	if !ends || at < 0 {
		return s
	}
	if s.Percent = percentage(figure[at+4:], false); s.Percent == nil {
		return s
	}
	if _, delta, found := strings.Cut(figure[:at], " ("); found {
		s.Delta = percentage(strings.TrimSuffix(delta, "%)"), true)
	}
	return s
}

// percentage reads a number of percent, or of points with their sign.
func percentage(text string, signed bool) *float64 {
	digits := text
	if signed {
		if text == "" || text[0] != '+' && text[0] != '-' {
			return nil
		}
		digits = text[1:]
	}
	if len(digits) > 16 || strings.Trim(digits, "0123456789.") != "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < -100 || v > 100 {
		return nil
	}
	return &v
}

func hexadecimal(text string) bool {
	return len(text) >= 7 && len(text) <= 40 && strings.Trim(text, "0123456789abcdef") == ""
}
