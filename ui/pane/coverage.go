package pane

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// Coverage shows how much of the code is covered by tests: of every service, or of one with its trend, what would ship
// uncovered, and its worst packages.
type Coverage struct {
	base
	ctx     context.Context
	src     Source
	board   *Board
	service string
	detail  *Detail
	err     error
	due     bool // its rows are old; they are made when they are seen

	history []model.CoveragePoint
	asked   time.Time // the reading that history was asked for after
	asking  int       // number of the newest question for it
}

// coverageMsg brings the history of a service's coverage.
type coverageMsg struct {
	asking  int
	history []model.CoveragePoint
}

// historyOfCoverage is how far back the trend goes.
const historyOfCoverage = 90 * 24 * time.Hour

// NewCoverage makes the pane.
func NewCoverage(ctx context.Context, kit *Kit, src Source) *Coverage {
	return &Coverage{base: newBase(kit, 1), ctx: ctx, src: src}
}

// Focus is the action that goes here.
func (c *Coverage) Focus() intent.Action { return intent.Coverage }

// Name is the pane's name.
func (c *Coverage) Name() string { return "Coverage" }

// Counting is false: nothing here counts seconds.
func (c *Coverage) Counting() bool { return false }

// Actions are what can be done here.
func (c *Coverage) Actions() []intent.Use {
	c.made()
	return c.list.Uses()
}

// made makes the rows if they are old: whoever acts on them before they are seen must not meet others.
func (c *Coverage) made() {
	if c.due {
		c.reset()
	}
}

// spoil makes the rows anew when they are seen next.
func (c *Coverage) spoil() { c.due, c.stale = true, true }

// Update takes a message.
func (c *Coverage) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BoardMsg:
		c.board = msg.Board
		if c.service == "" {
			c.spoil()
		}
	case SelectedMsg:
		if msg.Service != c.service {
			if !c.list.Typing() {
				c.list = NewList(c.kit, 1)
			}
			c.history, c.asked = nil, time.Time{}
			c.asking++
		}
		c.service, c.detail, c.err = msg.Service, msg.Detail, msg.Err
		c.spoil()
		return c.ask()
	case coverageMsg:
		if msg.asking == c.asking {
			c.history = msg.history
			c.spoil()
		}
	case BeatMsg:
		c.list.Forget()
		c.stale = true
	case tea.KeyMsg, WheelMsg, ClickMsg:
		c.made()
		cmd, _ := c.common(msg)
		return cmd
	}
	return nil
}

// ask reads the history where reports were read since it was asked for.
func (c *Coverage) ask() tea.Cmd {
	if c.detail == nil || c.src == nil {
		return nil
	}
	var newest time.Time
	for i := range c.detail.Facts.Reads {
		if r := &c.detail.Facts.Reads[i]; (r.Signal == model.SignalReports || r.Signal == model.SignalCommitChecks) && r.At.After(newest) {
			newest = r.At
		}
	}
	if !newest.After(c.asked) {
		return nil
	}
	c.asked = newest
	c.asking++
	src, ctx, asking, service, since := c.src, c.ctx, c.asking, c.service, c.kit.Now().Add(-historyOfCoverage)
	return func() tea.Msg {
		history, _ := src.CoverageHistory(ctx, service, since) // without it there is no trend, and nothing else is missing
		return coverageMsg{asking, history}
	}
}

// View draws the pane.
func (c *Coverage) View(a Area) []string {
	if c.settled(a) {
		return c.lines
	}
	if c.due || a.Width != c.area.Width || a.Height != c.area.Height {
		c.area = a
		c.reset()
	}
	return c.draw(a, c.title(intent.Coverage, "Coverage", cmp.Or(c.service, "all services"), a.Focused), "")
}

// reset makes the rows anew from the data.
func (c *Coverage) reset() {
	c.due, c.stale = false, true
	switch {
	case c.service != "" && c.detail != nil:
		c.list.SetTall(1)
		c.list.SetRows(c.serviceRows())
	case c.service != "" && c.err != nil:
		c.list.SetRows([]Row{sentence(c.kit.Theme.Bad, "The coverage of "+c.service+" can't be read: "+c.err.Error())})
	case c.service == "" && c.board != nil:
		c.list.SetRows(c.fleetRows())
	}
}

// narrowCoverage is the width below which a service takes two rows of the fleet's list.
const narrowCoverage = 48

// Widths of the columns of the fleet's list, in cells.
const (
	resultWidth  = 9 // ? unknown
	percentWidth = 8
	wantedWidth  = 11
	dropWidth    = 11
	ageWidth     = 4
)

// fleetLine is a service with the environment whose coverage matters most.
type fleetLine struct {
	service *readiness.Summary
	env     *readiness.EnvSummary // nil: nothing is known
}

// fleetRows are the services, what is the matter first.
func (c *Coverage) fleetRows() []Row {
	t := c.kit.Theme
	lines := make([]fleetLine, 0, len(c.board.Services))
	name := 0
	for _, s := range Ranked(c.board.Services) {
		lines = append(lines, fleetLine{s, mattersMost(s)})
		name = max(name, cell.Width(cell.Text(t, s.Service)))
	}
	slices.SortStableFunc(lines, func(a, b fleetLine) int { return cmp.Compare(coverageRank(a.env), coverageRank(b.env)) })
	switch {
	case len(lines) > 0:
	case c.kit.Discovery != nil: // Deployments says what is looked for
		return nil
	default:
		return []Row{sentence(t.Faint, "This fleet has no services yet.")}
	}
	if !slices.ContainsFunc(lines, func(l fleetLine) bool { return l.env == nil || !unmeasured(&l.env.Coverage) }) {
		return c.unconfigured()
	}
	tall := 1
	if c.area.Width-2 < narrowCoverage {
		tall = 2
	}
	c.list.SetTall(tall)
	rows := make([]Row, len(lines))
	for i, l := range lines {
		rows[i] = c.fleetRow(l, min(name, 20), tall)
	}
	return rows
}

// unmeasured reports that no coverage is configured, and that none is there anyway.
func unmeasured(v *readiness.CoverageSummary) bool {
	return v.Result == model.NotApplicable && !v.Configured && !v.Figure.Known
}

// mattersMost is the environment whose coverage is worst; of equals the last, which is what people ask about.
func mattersMost(s *readiness.Summary) *readiness.EnvSummary {
	var worst *readiness.EnvSummary
	for i := range s.Environments {
		if e := &s.Environments[i]; worst == nil || coverageRank(e) <= coverageRank(worst) {
			worst = e
		}
	}
	return worst
}

// coverageRank says how much an environment's coverage matters, the most first.
func coverageRank(e *readiness.EnvSummary) int {
	if e == nil {
		return 7
	}
	switch r := e.Coverage.Result; {
	case r == model.Fail && !e.Coverage.Advisory:
		return 0
	case r == model.Unknown && !e.Coverage.Advisory:
		return 1
	case r == model.Fail:
		return 2
	case r == model.Wait || r == model.Unknown || r == model.Warn:
		return 3
	case e.Coverage.Figure.Known && r == model.Pass:
		return 4
	case e.Coverage.Figure.Known:
		return 5
	}
	return 6
}

func (c *Coverage) fleetRow(f fleetLine, name, tall int) Row {
	s, e := f.service, f.env
	row := Row{ID: "s:" + s.Service, Search: s.Service, Target: Target{Kind: ServiceKind, Service: s.Service}, Copy: s.Service + ": coverage is not known"}
	if e == nil {
		row.Draw = func(l *cell.Line, part int) {
			if part == 0 {
				l.Col(l.Theme().Text, s.Service, name).Gap(1).State(l.Theme().Result(model.Unknown), resultWidth)
			}
		}
		return row
	}
	v := &e.Coverage
	row.Search = strings.Join([]string{s.Service, e.Name, v.Result.String(), string(v.Of), string(v.Why)}, " ")
	row.Target = Target{Kind: CoverageKind, Service: s.Service, Environment: e.Name}
	row.Copy = s.Service + " " + string(v.Of) + " for " + e.Name + ": " + v.Result.String() + ": " + string(v.Why)
	row.Draw = func(l *cell.Line, part int) {
		t := l.Theme()
		if tall > 1 {
			c.drawTwo(l, s, v, part)
			return
		}
		l.Col(t.Text, s.Service, name).Gap(1).State(t.Result(v.Result), resultWidth).Gap(1)
		if !v.Figure.Known {
			l.End()
			l.Put(t.Faint, why(v))
			return
		}
		l.Right(t.Strong, v.Figure.Text(v.Minimum), percentWidth)
		l.End()
		rest := l.Room() - ageWidth - 1
		if rest >= wantedWidth {
			l.Right(t.Faint, wanted(v), wantedWidth)
			rest -= wantedWidth
		}
		if rest >= dropWidth {
			style, text := dropText(t, v)
			if text == "" && v.Figure.By != "" && rest < dropWidth+12 {
				text = "by " + v.Figure.By
			}
			l.Right(style, text, dropWidth)
			rest -= dropWidth
		}
		if rest > 12 {
			l.Gap(2).Col(t.Faint, figureOf(v), rest-2)
		}
		l.To(l.Used()+l.Room()-ageWidth-1).Right(t.Faint, cell.Age(v.Figure.At, c.kit.Now()), ageWidth)
	}
	return row
}

// drawTwo draws a service in two rows, where one has no room.
func (c *Coverage) drawTwo(l *cell.Line, s *readiness.Summary, v *readiness.CoverageSummary, part int) {
	t := l.Theme()
	if part == 0 {
		state := t.Result(v.Result)
		n := cell.Width(state.Symbol) + 1 + cell.Width(state.Word)
		l.Col(t.Text, s.Service, max(l.Room()-n-2, 4)).Gap(1).Put(state.Style, state.Symbol+" "+state.Word)
		return
	}
	l.End()
	l.To(3)
	if !v.Figure.Known {
		l.Put(t.Faint, why(v))
		return
	}
	l.Put(t.Strong, v.Figure.Text(v.Minimum))
	// What is missed is told first, and what else has room.
	share, _ := v.Figure.Percent()
	style, drop := dropText(t, v)
	words := []word{{t.Faint, wanted(v)}, {style, drop}}
	if v.Result == model.Fail && (v.Minimum == nil || share >= *v.Minimum) {
		slices.Reverse(words)
	}
	for _, w := range words {
		if w.text != "" && l.Room() > cell.Width(w.text) {
			l.Gap(1).Put(w.style, w.text)
		}
	}
}

// word is a piece of a row.
type word struct {
	style theme.Style
	text  string
}

// why says why there is no figure.
func why(v *readiness.CoverageSummary) string {
	switch {
	case v.Result == 0:
		return "not read yet"
	case unmeasured(v):
		return "none configured"
	}
	return string(v.Why)
}

// figureOf says whose figure it is, and who states it.
func figureOf(v *readiness.CoverageSummary) string {
	if v.Figure.By != "" {
		return string(v.Of) + ", stated by " + v.Figure.By
	}
	return string(v.Of)
}

// wanted is the minimum: min 85 %.
func wanted(v *readiness.CoverageSummary) string {
	if v.Minimum == nil {
		return ""
	}
	return "min " + readiness.Number(*v.Minimum) + " %"
}

// dropText is how far it is from what runs: 1.4 less, 0.3 more.
func dropText(t *theme.Theme, v *readiness.CoverageSummary) (theme.Style, string) {
	switch {
	case v.Drop == nil:
		return t.Faint, ""
	case *v.Drop == 0:
		return t.Faint, "as before"
	case *v.Drop < 0:
		return t.Good, readiness.Points(-*v.Drop, nil) + " more"
	case v.MaxDrop != nil && v.Result == model.Fail:
		return t.Bad, readiness.Points(*v.Drop, v.MaxDrop) + " less"
	}
	return t.Text, readiness.Points(*v.Drop, v.MaxDrop) + " less"
}

// unconfigured says how coverage comes here.
func (c *Coverage) unconfigured() []Row {
	return c.paragraphs(c.kit.Theme.Faint, "No coverage is configured, and none was found.",
		`In gonogo.yml, coverage: {artifact: "coverage*", minimum: 80} reads the reports in the artifacts of a service's runs: LCOV, Cobertura, JaCoCo or Go's. What Codecov or Coveralls state is read, too.`)
}

// paragraphs are sentences broken into rows.
func (c *Coverage) paragraphs(style theme.Style, texts ...string) (rows []Row) {
	for _, text := range texts {
		for _, line := range wrapped(cell.Text(c.kit.Theme, text), c.area.Width-6) {
			rows = append(rows, sentence(style, line))
		}
	}
	return rows
}
