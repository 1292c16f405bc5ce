package dialog

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// releasesSheet lists what could be promoted instead, as a promotion's draft has it: what is next first, and each that can't
// go with its reason. Entering one gives it to the dialog that asked.
type releasesSheet struct {
	still
	environment string
	production  bool
	choices     []readiness.Choice
	now         model.SHA // what the dialog is about
	choose      func(release string) tea.Cmd
	chosen      bool // what the dialog is about was selected once
}

// pick makes the list of what could be promoted instead; nil until that is known.
func (a *act) pick(src pane.Source) pane.Layer {
	d := a.ways[0].draft
	if d == nil || len(d.Releases) == 0 || a.doing != "" {
		return nil
	}
	return newSheet(a.kit, src, a.ctx, d.Plan.Service, &releasesSheet{
		environment: d.Plan.Environment, production: a.production, choices: d.Releases, now: d.Plan.Release.SHA,
		choose: func(release string) tea.Cmd { return a.instead(release) },
	})
}

// instead asks about another release. Whatever was typed was for the one before.
func (a *act) instead(release string) tea.Cmd {
	w := a.ways[0]
	w.request.Release = release
	w.draft, w.err, w.changed, w.asking, w.moved = nil, nil, nil, false, false
	a.fields, a.reason, a.name, a.words, a.at = nil, nil, nil, nil, 0
	a.answers[0].off, a.calls, a.form.err, a.width = "reading", false, nil, 0
	a.quiet.settled = false
	a.list.First()
	return tea.Batch(a.quiet.wait(), a.prepare(0))
}

func (r *releasesSheet) title(s *sheet) (string, bool) {
	return s.kit.Theme.Where(s.service, r.environment) + ": promote which release", r.production
}

func (r *releasesSheet) rows(b *builder) {
	b.heading("Releases", "what is next first; enter shows its gates before anything is done")
	for _, c := range r.choices {
		r.row(b, &c)
	}
	if !r.chosen {
		r.chosen = true
		b.s.choose = choiceID(&model.Release{SHA: r.now})
		if i := slices.IndexFunc(r.choices, func(c readiness.Choice) bool { return c.Release.SHA == r.now }); i >= 0 {
			b.s.choose = choiceID(&r.choices[i].Release)
		}
	}
}

func choiceID(r *model.Release) string { return "release:" + r.Tag + " " + string(r.SHA) }

// row is one release; what can't be promoted can't be entered.
func (r *releasesSheet) row(b *builder, c *readiness.Choice) {
	t, now := b.t, b.kit.Now()
	row := pane.Row{ID: choiceID(&c.Release), Search: c.Release.Title() + " " + string(c.Release.SHA) + " " + string(c.Release.Name) + " " + string(c.Why), Link: c.Release.URL}
	var s theme.State
	switch {
	case c.Candidate:
		s = t.Result(model.Pass)
		s.Word = "next"
	case c.Can:
		s = t.Result(model.Warn)
		s.Word = "newer"
	default:
		s = t.Result(model.Fail)
		s.Word = "excluded"
	}
	if c.Can {
		release, kit, choose := calledBy(&c.Release), b.kit, r.choose
		row.Word = "promote"
		row.Enter = func() tea.Cmd {
			kit.Ask(pane.CloseMsg{})
			return choose(release)
		}
	}
	why := string(c.Why)
	if len(c.In) > 0 && c.Can {
		why = strings.TrimSuffix("runs in "+strings.Join(c.In, ", ")+"; "+why, "; ")
	}
	const column = 11 + 1 + 16 + 1 + 8 + 1
	for n, line := range pane.Wrapped(t, why, b.width-column-3) {
		if n > 0 {
			row = pane.Row{Inert: true, Search: row.Search}
		}
		b.row(row, func(l *cell.Line) {
			if n == 0 {
				l.State(s, 11).Gap(1).Col(t.Version, c.Release.Title(), 16).End()
				age := ""
				if !c.Release.PublishedAt.IsZero() {
					age = cell.Ago(c.Release.PublishedAt, now)
				}
				l.Gap(1).Col(t.Faint, age, 8)
			}
			l.To(2+column).Put(t.Text, line)
		})
	}
}

// others says what could go instead of what is drafted, and how to get there.
func (b *builder) others(d *operate.Draft) {
	var names []string
	for i := range d.Releases {
		if c := &d.Releases[i]; c.Can && (c.Release.SHA != d.Plan.Release.SHA || c.Release.Tag != d.Plan.Release.Tag) {
			names = append(names, c.Release.Title())
		}
	}
	if len(names) == 0 {
		return
	}
	const named = 3
	text := strings.Join(names[:min(len(names), named)], ", ")
	if more := len(names) - named; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	b.field("or instead", b.t.Version, text+": tab to the answers, then v", "")
}

// calledBy is what means a release to who acts.
func calledBy(r *model.Release) string {
	if r.Tag == "" {
		return string(r.SHA)
	}
	return r.Tag
}
