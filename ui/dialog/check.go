package dialog

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// checkSheet tells of a check of an environment, with a plot of its answers.
type checkSheet struct {
	environment, check string
	history            []model.Sample
	err                error
	read               bool
}

// checkRead brings a check's samples.
type checkRead struct {
	environment, check string
	samples            []model.Sample
	err                error
}

// historyOfChecks is how far back a check's answers are plotted.
const historyOfChecks = 24 * time.Hour

func (c *checkSheet) find(s *sheet) *model.CheckHealth {
	if s.detail == nil {
		return nil
	}
	e := s.detail.Assessment.Environment(c.environment)
	if e == nil {
		return nil
	}
	for i := range e.Health.Checks {
		if e.Health.Checks[i].Check.ID == c.check {
			return &e.Health.Checks[i]
		}
	}
	return nil
}

func (c *checkSheet) place() string { return c.environment }

func (c *checkSheet) title(s *sheet) (string, bool) {
	name := c.check
	if found := c.find(s); found != nil {
		name = found.Check.Name
	}
	return s.kit.Theme.Where(s.service, c.environment) + ": check " + name, production(s, c.environment)
}

func (c *checkSheet) counting(*sheet) bool { return false }

func (c *checkSheet) more(s *sheet) tea.Cmd {
	src, ctx, service, environment, check := s.src, s.ctx, s.service, c.environment, c.check
	since := s.kit.Now().Add(-historyOfChecks)
	return func() tea.Msg {
		samples, err := src.SampleHistory(ctx, service, environment, check, since)
		return checkRead{environment, check, samples, err}
	}
}

func (c *checkSheet) take(msg tea.Msg) bool {
	read, ok := msg.(checkRead)
	if !ok || read.environment != c.environment || read.check != c.check {
		return false
	}
	c.history, c.err, c.read = read.samples, read.err, true
	return true
}

func (c *checkSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	found := c.find(b.s)
	if found == nil {
		b.text(t.Faint, "This check is no longer among those of "+c.environment+".")
		return
	}
	b.state("state", t.Health(found.State), beyond(found.State, found.Why))
	check := found.Check
	switch {
	case len(check.Command) > 0:
		b.field("runs", t.Text, strings.Join(check.Command, " "), "")
	default:
		b.field("asks", t.Text, string(check.Kind)+" "+check.Target, "")
	}
	b.field("query", t.Text, check.Query, "")
	weight := "required"
	if !check.Required {
		weight = "informative: it doesn't decide the environment's health"
	}
	b.field("weight", t.Text, weight+"; every "+cell.Took(check.Every)+", stale after "+cell.Took(check.MaxAge), "")
	if s := found.Sample; !s.At.IsZero() {
		b.field("answered", t.Text, cell.Clock(s.At, now)+", "+cell.Ago(s.At, now)+", "+measured(s), "")
		b.field("version", t.Version, string(s.Version), "")
	} else {
		b.field("answered", t.Unknown, "never asked yet", "")
	}
	c.plot(b)
	c.answers(b)
}

// answers lists the newest answers, and of those that are alike only how many there are.
func (c *checkSheet) answers(b *builder) {
	t, now := b.t, b.kit.Now()
	if len(c.history) == 0 {
		return
	}
	b.heading("What changed", "newest first")
	shown := 0
	for i := len(c.history) - 1; i >= 0 && shown < 30; {
		last := c.history[i]
		first := i
		for first > 0 && c.history[first-1].State == last.State && c.history[first-1].Reason == last.Reason && c.history[first-1].Version == last.Version {
			first--
		}
		since, n := c.history[first].At, i-first+1
		s := t.Health(last.State)
		b.row(pane.Row{Search: s.Word + " " + string(last.Reason) + " " + string(last.Version)}, func(l *cell.Line) {
			l.Col(t.Faint, cell.Clock(since, now), 17).Gap(1).State(s, 13).End()
			l.Gap(1).Col(t.Version, string(last.Version), 12).Gap(1).Put(t.Text, string(last.Reason))
			l.Put(t.Faint, " "+cell.Count(n, "answer", false))
		})
		shown++
		i = first - 1
	}
}

// plot draws how long the answers took.
func (c *checkSheet) plot(b *builder) {
	switch {
	case c.err != nil:
		b.heading("Answers", "")
		b.text(b.t.Bad, "They can't be read: "+c.err.Error())
	case !c.read:
		b.heading("Answers", "reading")
	case len(c.history) == 0:
		b.heading("Answers", "none in the last 24 hours")
	default:
		every := time.Duration(0)
		if found := c.find(b.s); found != nil {
			every = found.Check.Every
		}
		b.latencies(c.history, every)
	}
}
