package bench

import (
	"strings"
	"testing"
	"time"
)

func TestGoalsSayWhatWasMissedAndByHowMuch(t *testing.T) {
	plain := Result{Name: "gonogo", FirstFrame: 21 * time.Millisecond, Resident: 20 << 20, Binary: 22_000_000, Steps: []StepResult{
		{Name: stepMoved, P50: time.Millisecond, P99: 3 * time.Millisecond, Bytes: 500, CPU: time.Millisecond},
		{Name: stepScroll, P50: time.Millisecond, P99: 3 * time.Millisecond, Bytes: 900, CPU: time.Millisecond},
	}}
	raw := Result{Steps: []StepResult{{P99: time.Millisecond}, {P99: 500 * time.Microsecond}}}
	got := Goals(Measured{Tea: Result{FirstFrame: 20 * time.Millisecond}, Raw: raw, Plain: plain, Large: plain, Resting: Result{IdleWakeUps: 12}})
	for _, want := range []string{
		"| first frame, to static Bubble Tea's | 0.7× | 1.05× | **missed, 1.50×** |",
		"| key p99 to the raw floor's, selection moved in a pane | 4× | 3.00× | reached |",
		"| key p99 to the raw floor's, scroll step | 4× | 6.00× | **missed, 1.50×** |",
		"| bytes a key, selection moved in a pane | 400 | 500.00 | **missed, 1.25×** |",
		"| bytes a key, scroll step | 1000 | 900.00 | reached |",
		"| wake-ups in 10 s of rest | 50 | 12.00 | reached |",
		"| resident, 20 services | 30 MiB | 20.00 MiB | reached |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no row\n%s\nin\n%s", want, got)
		}
	}
}
