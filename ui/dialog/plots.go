package dialog

import (
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/plot"
)

// plotHeight is the height of a plot, in rows.
const plotHeight = 7

// plotWidth is how wide a plot is at most: beyond that it is no clearer.
const plotWidth = 200

// latencies plots how long a check's answers took, or what its query's values were.
func (b *builder) latencies(samples []model.Sample, every time.Duration) {
	width := min(b.width-4, plotWidth)
	if width < 20 || len(samples) == 0 {
		return
	}
	now := b.kit.Now()
	from := samples[0].At
	if now.Sub(from) < 10*time.Minute {
		from = now.Add(-10 * time.Minute)
	}
	what, label := "How long its answers took", func(v float64) string { return plot.Span(time.Duration(v)) }
	for _, s := range samples {
		if s.Value != nil {
			what, label = "Its values", number
			break
		}
	}
	bars := buckets(samples, from, now, 2*(width-8), every)
	b.heading(what, cell.Count(len(samples), "answer", false)+" since "+cell.Clock(from, now))
	b.raw(plot.Line(*b.t, plot.Series{Bars: bars, Label: label}, width, plotHeight), width)
	b.axis(cell.Clock(from, now), width)
}

// axis names the moments at both ends of a plot.
func (b *builder) axis(from string, width int) {
	t := b.t
	b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) {
		l.To(2+8).Put(t.PlotFaint, from)
		l.To(2+width-3).Put(t.PlotFaint, "now")
	}})
}

func number(v float64) string { return measured(model.Sample{Value: &v}) }

// buckets puts samples into n equal stretches of time, the highest of each. A stretch
// without a sample is a gap, unless it is shorter than the check's own pace.
func buckets(samples []model.Sample, from, to time.Time, n int, every time.Duration) []plot.Bar {
	n = max(n, 1)
	stretch := max(to.Sub(from)/time.Duration(n), time.Nanosecond)
	bars := make([]plot.Bar, n)
	for i := range bars {
		bars[i].Missing = true
	}
	for _, s := range samples {
		first := int(s.At.Sub(from) / stretch)
		last := int(s.At.Add(max(s.Span, every-time.Nanosecond)).Sub(from) / stretch)
		if s.Value == nil && s.Latency <= 0 && s.State != model.Unhealthy {
			continue
		}
		for i := max(first, 0); i <= min(last, n-1); i++ {
			v := float64(s.Latency)
			if s.Value != nil {
				v = *s.Value
			}
			bars[i].Value = max(bars[i].Value, v)
			bars[i].Bad = bars[i].Bad || s.State == model.Unhealthy
			bars[i].Missing = false
		}
	}
	return bars
}

// durations plots how long a workflow's runs took.
func (b *builder) durations(history []model.Run) {
	width := min(b.width-4, plotWidth)
	var bars []plot.Bar
	for _, r := range history {
		if took := r.Duration(r.UpdatedAt); r.Done() && took > 0 {
			bars = append(bars, plot.Bar{Value: float64(took), Bad: r.Conclusion != model.Success && r.Conclusion != model.Skipped && r.Conclusion != model.Neutral})
		}
	}
	if len(bars) < 2 || width < 20 {
		return
	}
	longest := 0.0
	for _, bar := range bars[max(len(bars)-width, 0):] {
		longest = max(longest, bar.Value)
	}
	shown := min(len(bars), width)
	b.heading("How long its workflow took", "the last "+cell.Count(shown, "run", false)+", the newest at the right; the longest "+cell.Took(time.Duration(longest)))
	b.raw(plot.Bars(*b.t, bars, min(width, len(bars)), plotHeight-2), min(width, len(bars)))
}

// expectedOf is how long a workflow takes as a rule.
func expectedOf(d *pane.Detail, workflow string) readiness.Expected {
	return readiness.ExpectedDuration(d.Facts.Runs, workflow)
}
