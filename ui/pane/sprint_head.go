package pane

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/plot"
	"gonogo/ui/theme"
)

// Sizes of the pane from which more is told above its items; smaller ones have it in the sprint's details.
const (
	notesFrom     = 14 // rows inside the frame
	plotFrom      = 20
	plotTallFrom  = 30
	plotWidthFrom = 44 // cells
	plotMost      = 120
)

// head are the rows above the items: which sprint, how far it has come, what is merged and not deployed, how its scope
// changed, and its burndown.
func (s *Sprint) head(all []*model.Item, roads *readiness.Roads) []Row {
	t, inner := s.kit.Theme, s.area.Height-2
	progress := sprint.Count(s.board.Sprint, all)
	var mine []*model.Item
	for i := range s.items {
		mine = append(mine, s.items[i].Item)
	}
	rows := []Row{s.first(progress), {Inert: true, Draw: func(l *cell.Line, _ int) {
		bar := min(max(l.Room()/4, 8), 24)
		l.To(2).Raw(t.Bar(progress.Share(), bar), bar).Gap(1).Put(t.Text, fitting(l.Room(), progressTexts(progress)))
	}}}
	note := func(style theme.Style, texts ...string) {
		if texts[0] != "" {
			rows = append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(2).Put(style, fitting(l.Room(), texts)) }})
		}
	}
	if read := s.board.SprintRead; read.Problem != model.NoProblem {
		note(t.Warn, "last read "+cell.Ago(read.At, s.kit.Now())+": "+string(read.Why))
	}
	if s.service != "" {
		texts := progressTexts(sprint.Count(s.board.Sprint, mine))
		for i := range texts {
			texts[i] = s.service + ": " + texts[i]
		}
		note(t.Text, texts...)
	}
	note(t.Wait, lagTexts(roads.Lags(mine, s.service))...)
	if inner < notesFrom {
		return rows
	}
	note(t.Faint, scopeTexts(sprint.ScopeOf(s.board.Sprint, s.on, s.kit.Now()))...)
	if width := s.area.Width - 2; inner >= plotFrom && width >= plotWidthFrom {
		tall, wide := 5, min(width-4, plotMost)
		if inner >= plotTallFrom {
			tall = 7
		}
		for _, line := range BurndownLines(t, sprint.BurndownOf(s.board.Sprint, s.on, s.kit.Now()), wide, tall) {
			rows = append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) { l.To(2).Raw(line, wide) }})
		}
	}
	rule := "─"
	if t.ASCII {
		rule = "-"
	}
	return append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) {
		l.To(2).Put(t.Border, strings.Repeat(rule, max(l.Room()-1, 0)))
	}})
}

// first is the row of the sprint itself: its title, and where in it the present is.
func (s *Sprint) first(progress sprint.Progress) Row {
	t, title := s.kit.Theme, string(s.on.Title())
	rests := []string{strings.TrimPrefix(string(s.on.Why), title)}
	if s.on.Days > 0 {
		rests = append(rests, fmt.Sprintf(": day %d of %d", s.on.Day, s.on.Days))
	}
	url := s.board.Sprint.URL
	if len(s.on.Sprints) == 1 {
		url = cmp.Or(s.on.Sprints[0].URL, url)
	}
	return Row{
		ID: "sprint", Link: url, Target: Target{Kind: SprintKind, Name: s.service}, Copy: string(s.on.Why) + ": " + progressTexts(progress)[0],
		Draw: func(l *cell.Line, _ int) {
			name := min(cell.Width(cell.Text(t, title)), max(l.Room()-14, 8))
			l.Col(t.Strong, title, name).Put(t.Text, fitting(l.Room(), rests))
		},
	}
}

// fitting is the first of some texts that has room, or the last.
func fitting(room int, texts []string) string {
	for _, text := range texts {
		if cell.Width(text) <= room {
			return text
		}
	}
	return texts[len(texts)-1]
}

// ProgressText says how far a sprint has come, in points and in items.
func ProgressText(p sprint.Progress) string { return progressTexts(p)[0] }

// ProgressShort says it in points alone, or in items where there are none.
func ProgressShort(p sprint.Progress) string {
	texts := progressTexts(p)
	return texts[len(texts)-1]
}

// progressTexts are ProgressText and shorter ones.
func progressTexts(p sprint.Progress) []string {
	items := strconv.Itoa(p.Done.Items) + " of " + cell.Count(p.All.Items, "item", false)
	if p.AtLeast {
		items += " that were read"
	}
	if p.All.Points <= 0 {
		return []string{items}
	}
	points := Amount(p.Done.Points) + " of " + Amount(p.All.Points) + " points"
	texts := []string{points + ", " + items, points}
	if n := p.All.Unpointed; n > 0 {
		texts = append([]string{texts[0] + ", " + strconv.Itoa(n) + " without points"}, texts...)
	}
	return texts
}

// lagTexts say what is merged and where it isn't deployed yet, in less and less room.
func lagTexts(lags []readiness.Lag) []string {
	var long, short []string
	most := readiness.Lag{}
	for _, lag := range lags {
		if len(lag.Missing) > len(most.Missing) {
			most = lag
		}
		switch n := len(lag.Missing); {
		case n > 0 && lag.Unsure > 0:
			long = append(long, fmt.Sprintf("%s %d and perhaps %d more", lag.Environment, n, lag.Unsure))
			short = append(short, fmt.Sprintf("%s %d+%d?", lag.Environment, n, lag.Unsure))
		case n > 0:
			long = append(long, fmt.Sprintf("%s %d", lag.Environment, n))
			short = append(short, fmt.Sprintf("%s %d", lag.Environment, n))
		case lag.Unsure > 0:
			long = append(long, fmt.Sprintf("%s perhaps %d", lag.Environment, lag.Unsure))
			short = append(short, fmt.Sprintf("%s %d?", lag.Environment, lag.Unsure))
		}
	}
	if len(long) == 0 {
		return []string{""}
	}
	texts := []string{"merged, not yet in " + strings.Join(long, ", "), "merged, not in " + strings.Join(short, ", "), "not in " + strings.Join(short, ", ")}
	if n := len(most.Missing); n > 0 {
		texts = append(texts, fmt.Sprintf("not in %s %d", most.Environment, n))
	}
	return texts
}

// scopeTexts say how the scope has changed.
func scopeTexts(s sprint.Scope) []string {
	if !s.Known {
		return []string{"scope not known: " + string(s.Why)}
	}
	none := sprint.Change{}
	if s.Added == none && s.Removed == none {
		return []string{"scope unchanged " + string(s.Why), "scope unchanged"}
	}
	change := func(c sprint.Change) string {
		text := cell.Count(c.Items, "item", false)
		if c.Points > 0 {
			text += " (" + Amount(c.Points) + " points)"
		}
		return text
	}
	short := fmt.Sprintf("scope +%d -%d", s.Added.Items, s.Removed.Items)
	return []string{"scope: " + change(s.Added) + " added, " + change(s.Removed) + " removed " + string(s.Why), short + " items " + string(s.Why), short + " items"}
}

// BurndownLines draw what was left at the end of each day beside the ideal line, with units and dates, each line width
// cells wide; a last one says what wasn't observed. Without anything to draw there are none.
func BurndownLines(t *theme.Theme, b sprint.Burndown, width, height int) []string {
	if !b.Known || len(b.Days) == 0 || b.Top <= 0 || width < 20 {
		return nil
	}
	// One more value than days: each is what was left at a day's end, the first one at the beginning.
	n := len(b.Days) + 1
	gap := func() []plot.Bar {
		bars := make([]plot.Bar, n)
		for i := range bars {
			bars[i].Missing = true
		}
		return bars
	}
	left, before, ideal := gap(), gap(), gap()
	ideal[0] = plot.Bar{Value: b.Whole, Missing: !b.Days[0].HasIdeal}
	last := -1
	for i, d := range b.Days {
		ideal[i+1] = plot.Bar{Value: d.Ideal, Missing: !d.HasIdeal}
		switch {
		case d.Known && d.Observed:
			left[i+1] = plot.Bar{Value: d.Left}
			if i > 0 && b.Days[i-1].Known && !b.Days[i-1].Observed {
				before[i+1] = left[i+1] // where the two meet
			}
		case d.Known:
			before[i+1] = plot.Bar{Value: d.Left}
		}
		if d.Known {
			last = i
		}
	}
	unit := " items"
	if b.Points {
		unit = " points"
	}
	label := func(v float64) string {
		if v == 0 {
			return "0"
		}
		return Amount(v) + unit
	}
	lines := plot.Curves(*t, []plot.Curve{{Bars: left, Style: t.Plot}, {Bars: before, Style: t.PlotFaint}, {Bars: ideal, Style: t.PlotFaint, Dotted: true}}, 0, b.Top, label, width, height)
	axis := cell.Width(label(b.Top)) + 1
	l := cell.NewLine(t, width)
	l.To(axis).Put(t.PlotFaint, b.Days[0].At.Format("Mon 2 Jan"))
	if last >= 0 && last < len(b.Days)-1 {
		if at := axis + (last+1)*(width-axis-1)/(n-1); at > l.Used()+1 && at+5 < width-12 {
			l.To(at).Put(t.PlotFaint, "today")
		}
	}
	end := b.Days[len(b.Days)-1].At.Format("Mon 2 Jan")
	l.To(width-cell.Width(end)).Put(t.PlotFaint, end)
	lines = append(lines, l.String())
	words := "left at each day's end; dotted: ideal"
	if b.Why != "" {
		words += "; " + string(b.Why)
	}
	return append(lines, cell.NewLine(t, width).To(axis).Put(t.PlotFaint, words).String())
}
