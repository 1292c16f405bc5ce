package bench

import (
	"strings"
	"testing"
	"time"
)

func result(name string, first, p50, p99 time.Duration) Result {
	return Result{
		Name: name, FirstFrame: first, Resident: 10 << 20, Binary: 3_300_000, Idle: 10 * time.Second, IdleBytes: 7, IdleCPU: time.Millisecond, IdleWakeUps: 3,
		Steps: []StepResult{{Name: "selection moved", P50: p50, P99: p99, Bytes: 67, CPU: 450 * time.Microsecond}},
	}
}

func TestMedianTakesEachFigureByItself(t *testing.T) {
	m := Median([]Result{
		result("a", 9*time.Millisecond, 1*time.Millisecond, 8*time.Millisecond),
		result("a", 5*time.Millisecond, 3*time.Millisecond, 4*time.Millisecond),
		result("a", 7*time.Millisecond, 2*time.Millisecond, 6*time.Millisecond),
	})
	if m.FirstFrame != 7*time.Millisecond || m.Steps[0].P50 != 2*time.Millisecond || m.Steps[0].P99 != 6*time.Millisecond {
		t.Errorf("got %+v", m)
	}
}

func TestTableComparesWithTheFloors(t *testing.T) {
	got := Table([]Result{
		result("raw", 3*time.Millisecond, 100*time.Microsecond, 500*time.Microsecond),
		result("tea", 20*time.Millisecond, 9*time.Millisecond, 18*time.Millisecond),
		result("gonogo", 10*time.Millisecond, time.Millisecond, 2*time.Millisecond),
	}, "tea", "raw")
	want := "| gonogo | 10.00 (0.50×) | selection moved | 1.00 / 2.00 (4.00×) | 67 | 0.45 | 7 / 1.00 / 3 in 10s | 10.0 | 3.3 |"
	if lines := strings.Split(strings.TrimSpace(got), "\n"); len(lines) != 5 || lines[4] != want {
		t.Errorf("got\n%s\nwant as the last line\n%s", got, want)
	}
}
