package readiness_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

func TestARunThatWaitedForAReviewIsNoMeasure(t *testing.T) {
	noon := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	runs := func(took ...time.Duration) (all []model.Run) {
		for i, d := range took {
			at := noon.AddDate(0, 0, -i)
			all = append(all, model.Run{
				ID: int64(i + 1), Workflow: ".github/workflows/deploy.yml", CreatedAt: at, StartedAt: at, UpdatedAt: at.Add(d),
				Status: "completed", Conclusion: model.Success,
			})
		}
		return all
	}
	four := 4 * time.Minute
	for _, c := range []struct {
		name string
		runs []model.Run
		n    int
		p90  time.Duration
	}{
		{"a weekend", runs(four, 60*time.Hour, four, four, 13*24*time.Hour, five, four), 5, five},
		{"a slow one stays", runs(four, four, four, 20*time.Minute), 4, 20 * time.Minute},
		{"seconds beside a minute stay", runs(time.Second, time.Second, time.Second, time.Minute), 4, time.Minute},
		{"too few to tell", runs(four, 60*time.Hour), 2, 0},
	} {
		e := readiness.ExpectedDuration(c.runs, "deploy.yml")
		if e.N != c.n || e.P90 != c.p90 || e.Known != (c.n > 2) {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

const five = 5 * time.Minute
