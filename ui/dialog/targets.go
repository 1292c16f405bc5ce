package dialog

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
)

// Targets makes the list of what an environment can be rolled back to.
func Targets(kit *pane.Kit, src pane.Source, actor pane.Actor, ctx context.Context, service, environment string) pane.Layer {
	if actor == nil {
		return nil
	}
	return newSheet(kit, src, ctx, service, &targetsSheet{environment: environment, actor: actor})
}

// targetsSheet lists what ran in an environment before, newest first, each with why it can't be gone back to, or with how
// well it did. The best is selected.
type targetsSheet struct {
	still
	environment string
	actor       pane.Actor
	chosen      string // the best that was selected; empty: none yet
}

func (r *targetsSheet) title(s *sheet) (string, bool) {
	return s.kit.Theme.Where(s.service, r.environment) + ": roll back to", production(s, r.environment)
}

func (r *targetsSheet) place() string { return r.environment }

func (r *targetsSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	e := b.d.Assessment.Environment(r.environment)
	if e == nil {
		b.text(t.Text, string(b.d.Assessment.Headline))
		return
	}
	c := e.Current
	b.row(pane.Row{Search: c.Title(), Link: c.Release.URL, Target: b.target(pane.EnvironmentKind, e.Name, "", 0)}, func(l *cell.Line) {
		l.Col(t.Faint, "runs", fieldWidth).Put(t.Version, c.Title()).End()
		if c.Known && !c.None {
			l.Put(t.Faint, " since "+cell.Clock(c.Since, now)+", "+cell.Ago(c.Since, now))
		}
		h := t.Health(e.Health.State)
		if e.Health.Configured {
			l.Gap(2).Put(h.Style, h.Symbol+" "+h.Word)
		}
	})
	b.field("", t.Warn, string(c.Why), "")
	b.heading("Back to", "newest first; enter asks before anything is done")
	if len(e.Targets) == 0 {
		b.text(t.Text, "Nothing: no other release ran here, as far as was read.")
		return
	}
	best := slices.IndexFunc(e.Targets, func(t readiness.Target) bool { return t.Eligible })
	id := ""
	if best >= 0 {
		id = targetID(&e.Targets[best])
	}
	ordered := slices.Clone(e.Targets)
	slices.SortStableFunc(ordered, func(x, y readiness.Target) int { return y.From.Compare(x.From) })
	passed := false // the point of no return
	newer := 0
	for i := range ordered {
		target := &ordered[i]
		if !passed && strings.Contains(string(target.Why), "before an irreversible migration") {
			passed = true
			b.list = append(b.list, pane.Row{Inert: true, Draw: func(l *cell.Line, _ int) {
				l.To(2).Put(t.Bad, "point of no return: an irreversible migration ").Put(t.Border, strings.Repeat("─", max(l.Room()-1, 0)))
			}})
		}
		r.row(b, target, targetID(target) == id, newer)
		if target.Release.SHA != c.Release.SHA {
			newer++
		}
	}
	if id != "" && id != r.chosen && (r.chosen == "" || b.s.list.Selected().ID == r.chosen) { // nobody has moved on: another one is the best now
		r.chosen = id
		b.s.choose = id
	}
}

func targetID(t *readiness.Target) string { return "target:" + string(t.Release.SHA) }

// row is one release that ran here; newer is how many ran after it, before what runs now.
func (r *targetsSheet) row(b *builder, target *readiness.Target, best bool, newer int) {
	t, now := b.t, b.kit.Now()
	s, why := t.Result(model.Pass), string(target.Why)
	s.Word = "eligible"
	row := pane.Row{ID: targetID(target), Search: target.Release.Title() + " " + why, Link: target.Release.URL}
	if target.Eligible {
		service, environment, release := b.s.service, r.environment, target.Release.Tag
		if release == "" {
			release = string(target.Release.SHA)
		}
		if best { // whichever that is by then: what runs may have changed since this was drawn
			release = ""
		}
		kit, actor, ctx := b.kit, r.actor, b.s.ctx
		row.Word = "go back"
		row.Enter = func() tea.Cmd {
			return kit.Ask(pane.PushMsg{Layer: RollBack(kit, actor, ctx, service, environment, release)})
		}
		if target.Healthy > 0 {
			why = strings.TrimSuffix("was healthy here for "+cell.Span(target.Healthy)+"; "+why, "; ")
		}
		if newer > 0 {
			why = strings.TrimPrefix(why+"; undoes "+cell.Count(newer+1, "release", false), "; ")
		}
		if best {
			s.Word = "best"
		}
	} else {
		s = t.Result(model.Fail)
		if strings.Contains(why, "may lie between") { // nothing speaks against it yet
			s = t.Result(model.Unknown)
		}
		s.Word = "excluded"
		row.Target = b.target(pane.DeploymentKind, "", "", target.Deployment.ID)
	}
	const column = 11 + 1 + 16 + 1 + 12 + 1
	for n, line := range pane.Wrapped(t, why, b.width-column-3) {
		if n > 0 {
			row = pane.Row{Inert: true, Search: row.Search}
		}
		b.row(row, func(l *cell.Line) {
			if n == 0 {
				l.State(s, 11).Gap(1).Col(t.Version, target.Release.Title(), 16).End()
				l.Gap(1).Col(t.Faint, "ran "+cell.Ago(target.From, now), 12)
			}
			l.To(2+column).Put(t.Text, line)
		})
	}
}
