package model_test

import (
	"fmt"
	"testing"

	"gonogo/model"
)

func TestWhatIsStatedOfCoverage(t *testing.T) {
	for _, c := range []struct{ name, summary, want string }{
		{"codecov/project", "85.20% (+0.10%) compared to 559fe9e", "codecov 85.2 +0.1 559fe9e"},
		{"codecov/project", "57.42% (-1.30%) compared to 559fe9e", "codecov 57.42 -1.3 559fe9e"},
		{"codecov/project", "57.42% (+<.01%) compared to 559fe9e", "codecov 57.42 559fe9e"},
		{"codecov/project", "85.65% (target 87%)", "codecov 85.65"},
		{"codecov/project", "100% remains the same compared to 29320f9", "codecov 100 +0 29320f9"},
		{"codecov/project", "No report found to compare against", "codecov"},
		{"codecov/project", "Absolute coverage decreased by -0.1% but relative coverage increased by +2% compared to 29320f9", "codecov"},
		{"codecov/project", "", "codecov"},
		{"codecov/project", "1e1% (target 87%)", "codecov"},
		{"codecov/project", "85.2% (+1.0%", "codecov 85.2"},
		{"codecov/project", "101.00% (target 87%)", "codecov"},
		{"Codecov/Project", "85.20%", "codecov 85.2"},
		{"codecov/patch", "92.94% of diff hit (target 83.33%)", "codecov 92.94 of the patch"},
		{"codecov/patch", "Coverage not affected when comparing 559fe9e...29320f9", "codecov of the patch"},
		{"codecov/project/backend", "85.20%", "-"},
		{"coverage/coveralls", "Coverage increased (+0.1%) to 85.2%", "coveralls 85.2 +0.1"},
		{"coverage/coveralls", "Coverage decreased (-0.01%) to 84.961%", "coveralls 84.961 -0.01"},
		{"coverage/coveralls", "Coverage remained the same at 85.2%", "coveralls 85.2"},
		{"coverage/coveralls", "First build on main at 85.2%", "coveralls 85.2"},
		{"coverage/coveralls", "Coverage pending from Coveralls.io", "coveralls"},
		{"buildkite/api", "85.20%", "-"},
	} {
		got := "-"
		if s, ok := model.CoverageStated(&model.CommitCheck{Name: c.name, Summary: model.Text(c.summary)}); ok {
			got = s.By
			if s.Percent != nil {
				got += fmt.Sprintf(" %v", *s.Percent)
			}
			if s.Delta != nil {
				got += fmt.Sprintf(" %+g", *s.Delta)
			}
			if s.Against != "" {
				got += " " + s.Against
			}
			if s.Patch {
				got += " of the patch"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q states %q, not %q", c.name, c.summary, got, c.want)
		}
	}
}
