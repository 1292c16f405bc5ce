package dialog

import (
	"context"
	"fmt"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/plot"
)

// watched is a verification as the screen shows it.
type watched struct {
	operation.Watch
	checks []checked
}

// checked are a required check's answers since the deployment succeeded, judged as the verification judges them.
type checked struct {
	check   model.Check
	samples []model.Sample // with the judged state and reason
}

// lasts is how long the verification takes, if nothing fails.
func (w *watched) lasts() time.Duration { return w.End().Sub(w.From) }

// verifiedFrom is when the deployment first succeeded, as far as that is known; zero: it hasn't.
func verifiedFrom(o *operate.Operation) time.Time {
	if first := o.Deployment.FirstSuccess(); !first.IsZero() {
		return first
	}
	return firstIn(o, operation.Verifying)
}

// watch reads what the required checks have answered since the deployment's success.
func watch(ctx context.Context, src pane.Source, s *model.Service, o *operate.Operation) (watched, error) {
	env := s.Environment(o.Plan.Environment)
	if env == nil || !o.Plan.Kind.Deploys() {
		return watched{}, nil
	}
	w := watched{Watch: operation.Watch{From: verifiedFrom(o), Settle: env.Settle, Bake: env.Bake}}
	here := readiness.Running{Known: true, Release: o.Plan.Release, Deployment: o.Deployment, Since: w.From}
	for i := range env.Checks {
		c := checked{check: env.Checks[i]}
		if !c.check.Required || c.check.Untrusted {
			continue
		}
		w.Checks = append(w.Checks, c.check)
		if !w.From.IsZero() {
			samples, err := src.SampleHistory(ctx, o.Plan.Service, o.Plan.Environment, c.check.ID, w.From)
			if err != nil {
				return w, fmt.Errorf("read what %s answered: %w", c.check.Name, err)
			}
			for _, sample := range samples {
				sample.State, sample.Reason = readiness.JudgeSample(*s, *env, c.check, sample, here)
				c.samples = append(c.samples, sample)
			}
		}
		w.checks = append(w.checks, c)
	}
	return w, nil
}

// within are the samples that count: from the end of settling until the end of the verification, or until it was judged.
func (w *watched) within(c *checked, stop time.Time) (counted []model.Sample) {
	for _, s := range c.samples {
		if !s.At.Before(w.Start()) && !s.At.After(stop) {
			counted = append(counted, s)
		}
	}
	return counted
}

// health plots the checks through settling and baking.
func (o *operationSheet) health(b *builder) {
	t, now, op, w := b.t, b.kit.Now(), &o.read.operation, &o.read.watch
	if !op.Plan.Kind.Deploys() {
		return
	}
	if len(w.Checks) == 0 {
		b.heading("Verification", "no required check is configured: it will not be verified")
		return
	}
	if w.From.IsZero() {
		b.heading("Verification", "for "+cell.Took(w.lasts())+" after the deployment's success: "+cell.Count(len(w.Checks), "required check", false))
		return
	}
	stop := w.End()
	if op.State.Ended() && op.Since.Before(stop) {
		stop = op.Since
	}
	note := "from " + cell.Clock(w.Start(), now) + " until " + cell.Clock(w.End(), now)
	switch {
	case op.State.Ended():
	case now.Before(w.Start()):
		note += ": settles, and counts " + cell.Left(w.Start(), now)
	default:
		note += ": over " + cell.Left(w.End(), now)
	}
	b.heading("Verification", note)
	width := min(max(b.width-4, 20), plotWidth)
	for i := range w.checks {
		c := &w.checks[i]
		counted := w.within(c, stop)
		last := model.Sample{}
		if n := len(c.samples); n > 0 {
			last = c.samples[n-1]
		}
		s := t.Health(last.State)
		b.row(pane.Row{ID: "check:" + c.check.ID, Search: c.check.Name + " " + s.Word, Target: b.target(pane.CheckKind, op.Plan.Environment, c.check.ID, 0)}, func(l *cell.Line) {
			l.State(s, 13).Gap(1).Col(t.Strong, c.check.Name, min(max(cell.Width(c.check.Name), 12), max(l.Room()/2, 12))).End()
			l.Gap(2).Put(t.Text, tally(counted))
			if text := beyond(last.State, last.Reason); text != "" && last.State != model.Healthy {
				l.Put(t.Faint, ": "+text)
			}
		})
		b.raw(plot.Line(*t, plot.Series{Bars: baked(c, w.From, w.End(), 2*(width-8)), Label: label(c.samples)}, width, o.plotRows(b)), width)
	}
	o.axis(b, width)
}

// plotRows is how high each check's plot is.
func (o *operationSheet) plotRows(b *builder) int {
	if n := len(o.read.watch.checks); n > 1 || b.width < 100 {
		return 3
	}
	return plotHeight - 2
}

// label says how a check's values are written.
func label(samples []model.Sample) func(float64) string {
	for _, s := range samples {
		if s.Value != nil {
			return number
		}
	}
	return func(v float64) string { return plot.Span(time.Duration(v)) }
}

// tally counts answers: "5 healthy, 1 unhealthy".
func tally(samples []model.Sample) string {
	n := map[model.HealthState]int{}
	for _, s := range samples {
		n[s.State]++
	}
	text := ""
	for _, state := range []model.HealthState{model.Unhealthy, model.HealthUnknown, model.Degraded, model.Progressing, model.Healthy} {
		if n[state] > 0 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%d %s", n[state], state)
		}
	}
	if text == "" {
		return "no answer counts yet"
	}
	return text
}

// baked puts a check's answers into n stretches of the whole verification; what is to come is a gap.
func baked(c *checked, from, to time.Time, n int) []plot.Bar {
	every := c.check.Every
	if every <= 0 {
		every = model.DefaultEvery
	}
	return buckets(c.samples, from, to, n, every)
}

// axis names the moments at which settling and baking begin and end.
func (o *operationSheet) axis(b *builder, width int) {
	t, now, w := b.t, b.kit.Now(), &o.read.watch
	at := func(m time.Time) int {
		whole := max(w.End().Sub(w.From), 1)
		return 2 + 8 + int(float64(width-8)*float64(m.Sub(w.From))/float64(whole))
	}
	b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) {
		l.To(2+8).Put(t.PlotFaint, "deployed "+cell.Clock(w.From, now))
		if w.Settle > 0 {
			l.Gap(1).To(at(w.Start())).Put(t.PlotFaint, "settled "+cell.Clock(w.Start(), now))
		}
		end := "baked " + cell.Clock(w.End(), now)
		l.Gap(1).To(2+width-cell.Width(end)).Put(t.PlotFaint, end)
	}})
}
