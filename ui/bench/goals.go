package bench

import (
	"fmt"
	"strings"
	"time"
)

// Measured is what the goals are held against, all of one run.
type Measured struct {
	Tea, Raw     Result
	Plain        Result // 20 services, everything young and reachable
	Large        Result // 200 services
	Resting      Result // 20 services, nothing due
	Variants     []Result
	Start, Fixed time.Duration // of a program that does nothing: gonogo's, and one that links the fixed five
}

// The steps of the cockpit that have goals of their own.
const (
	stepMoved   = "selection moved in a pane"
	stepBusy    = "the same while refreshing"
	stepScroll  = "scroll step"
	stepZoomed  = "scroll step, zoomed"
	stepService = "service changed"
)

// Goals is a table, in Markdown, of each goal, what was measured, and whether it was reached.
func Goals(m Measured) string {
	var b strings.Builder
	b.WriteString("| goal | at most | measured | |\n|---|---|---|---|\n")
	row := func(goal string, most, got float64, unit string) {
		word := "reached"
		if got > most {
			word = fmt.Sprintf("**missed, %.2f×**", got/most)
		}
		fmt.Fprintf(&b, "| %s | %s%s | %.2f%s | %s |\n", goal, number(most), unit, got, unit, word)
	}
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	tea := ms(m.Tea.FirstFrame)
	row("first frame, to static Bubble Tea's", 0.7, ms(m.Plain.FirstFrame)/tea, "×")
	for _, v := range m.Variants {
		row("first frame, "+v.Name, 0.7, ms(v.FirstFrame)/tea, "×")
	}
	row("first frame, "+m.Large.Name, 2, ms(m.Large.FirstFrame)/tea, "×")
	row("before main, more than the fixed five", 4, ms(m.Start-m.Fixed), " ms")
	for _, s := range m.Plain.Steps {
		most, floor := 4.0, ms(m.Raw.Steps[0].P99)
		if s.Name == stepScroll || s.Name == stepZoomed {
			floor = ms(m.Raw.Steps[1].P99) // like with like
		}
		if s.Name == stepBusy {
			most = 8
		}
		row("key p50, "+s.Name, 1.5, ms(s.P50), " ms")
		row("key p99 to the raw floor's, "+s.Name, most, ms(s.P99)/floor, "×")
	}
	for _, s := range m.Plain.Steps {
		row("bytes a key, "+s.Name, bytesOf(s.Name), float64(s.Bytes), "")
	}
	for _, s := range m.Plain.Steps {
		row("CPU a key, "+s.Name, 2, ms(s.CPU), " ms")
	}
	row("bytes in 10 s of rest", 0, float64(m.Resting.IdleBytes), "")
	row("CPU in 10 s of rest", 5, ms(m.Resting.IdleCPU), " ms")
	row("wake-ups in 10 s of rest", 50, float64(m.Resting.IdleWakeUps), "")
	row("resident, 20 services", 30, float64(m.Plain.Resident)/(1<<20), " MiB")
	row("resident, 200 services", 64, float64(m.Large.Resident)/(1<<20), " MiB")
	row("binary", 25, float64(m.Plain.Binary)/1e6, " MB")
	return b.String()
}

// bytesOf is how many bytes a step may send.
func bytesOf(step string) float64 {
	switch step {
	case stepMoved, stepBusy:
		return 400
	case stepService:
		return 4000
	}
	return 1000
}

func number(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }
