package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Median returns the median of each figure of several runs of one subject.
func Median(runs []Result) Result {
	m := runs[0]
	m.FirstFrame = median(runs, func(r Result) time.Duration { return r.FirstFrame })
	m.ProcessorTime = median(runs, func(r Result) time.Duration { return r.ProcessorTime })
	m.IdleBytes = median(runs, func(r Result) int { return r.IdleBytes })
	m.IdleCPU = median(runs, func(r Result) time.Duration { return r.IdleCPU })
	m.IdleWakeUps = median(runs, func(r Result) int { return r.IdleWakeUps })
	m.Resident = median(runs, func(r Result) int { return r.Resident })
	m.Steps = slices.Clone(m.Steps)
	for i := range m.Steps {
		s := &m.Steps[i]
		s.P50 = median(runs, func(r Result) time.Duration { return r.Steps[i].P50 })
		s.P99 = median(runs, func(r Result) time.Duration { return r.Steps[i].P99 })
		s.Bytes = median(runs, func(r Result) int { return r.Steps[i].Bytes })
		s.CPU = median(runs, func(r Result) time.Duration { return r.Steps[i].CPU })
		s.Unseen = median(runs, func(r Result) int { return r.Steps[i].Unseen })
	}
	return m
}

func median[T int | time.Duration](runs []Result, of func(Result) T) T {
	values := make([]T, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// Table is the results in Markdown, a row for each step of each program. Ratios are
// to the floors, found by their names; a floor's own first step stands for its keys.
func Table(results []Result, tea, raw string) string {
	var b strings.Builder
	b.WriteString("| | first frame ms | step | key p50 / p99 ms | bytes a key | CPU a key ms | idle: bytes / CPU ms / wake-ups | resident MiB | binary MB |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	find := func(name string) *Result {
		for i := range results {
			if results[i].Name == name {
				return &results[i]
			}
		}
		return nil
	}
	for _, r := range results {
		if len(r.Steps) == 0 { // only started, or watched
			r.Steps = []StepResult{{Name: "none"}}
		}
		for i, s := range r.Steps {
			name, first, idle, rest := "", "", "", " | "
			if i == 0 {
				name = r.Name
				first = ms(r.FirstFrame) + ratio(r.FirstFrame, find(tea), func(f *Result) time.Duration { return f.FirstFrame })
				idle = "not watched"
				if r.Idle > 0 {
					idle = fmt.Sprintf("%d / %s / %d in %v", r.IdleBytes, ms(r.IdleCPU), r.IdleWakeUps, r.Idle)
				}
				rest = fmt.Sprintf("%.1f | %.1f", float64(r.Resident)/(1<<20), float64(r.Binary)/1e6)
			}
			p99 := ms(s.P99) + ratio(s.P99, find(raw), func(f *Result) time.Duration { return f.Steps[0].P99 })
			unseen := ""
			if s.Unseen > 0 {
				unseen = fmt.Sprintf(" (%d keys changed nothing)", s.Unseen)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s / %s%s | %d | %s | %s | %s |\n", name, first, s.Name, ms(s.P50), p99, unseen, s.Bytes, ms(s.CPU), idle, rest)
		}
	}
	return b.String()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }

// ratio says how many times a floor's figure d is, in brackets.
func ratio(d time.Duration, floor *Result, of func(*Result) time.Duration) string {
	if floor == nil || of(floor) == 0 || d == 0 || of(floor) == d {
		return ""
	}
	return fmt.Sprintf(" (%.2f×)", float64(d)/float64(of(floor)))
}
