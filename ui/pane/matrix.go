package pane

import (
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/theme"
)

// column is one environment of the matrix of services and environments.
type column struct {
	name       string
	production bool // for every service that has it
}

// columns are the environments of all services, each after those that come before it.
func columns(services []readiness.Summary) []column {
	var out []column
	for i := range services {
		after := -1
		for _, e := range services[i].Environments {
			at := slices.IndexFunc(out, func(c column) bool { return c.name == e.Name })
			production := e.Tier == model.Production
			if at < 0 {
				at = after + 1
				out = slices.Insert(out, at, column{e.Name, production})
			} else {
				out[at].production = out[at].production && production
			}
			after = at
		}
	}
	return out
}

// Widths of the matrix in cells.
const (
	minColumn  = 22 // version and UP TO DATE, with what separates columns
	flatColumn = 60 // all of a cell on one line
	minName    = 9
)

// grid is how the matrix lies in a width: the column of names, and those environments
// that have room, from first on.
type grid struct {
	name, each   int
	first, count int
	flat         bool // one line a service
}

// layGrid lays n columns into width cells so that the column at is seen.
func layGrid(width, longest, n, at, first int) grid {
	g := grid{name: min(longest, 28)}
	room := width - 3 // the cursor, and the right side of the last column's frame
	if n == 0 {
		return g
	}
	if (room-g.name)/n < minColumn {
		g.name = max(min(g.name, room-n*minColumn), min(minName, longest))
	}
	g.count = min(max((room-g.name)/minColumn, 1), n)
	g.each = min((room-g.name)/g.count, flatColumn+8)
	g.flat = g.each >= flatColumn
	g.first = min(max(first, at-g.count+1, 0), n-g.count)
	g.first = min(g.first, max(at, 0))
	return g
}

// separator is what stands before a column: a production environment has its own frame.
func separator(t *theme.Theme, production bool) (theme.Style, string) {
	switch {
	case production && t.ASCII:
		return t.Produce, "# "
	case production:
		return t.Produce, "║ "
	case t.ASCII:
		return t.Border, "| "
	}
	return t.Border, "│ "
}

// drawHeading draws the names of the columns. The one under the cursor is marked here, and
// not in the row: what lies between a row's mark and it would be sent with every move.
func (g grid) drawHeading(t *theme.Theme, a Area, cols []column, at int) string {
	l := cell.NewLine(t, a.Width-2)
	under := t.Marked
	if a.Focused {
		under = t.Selection
	}
	l.To(2)
	left := ""
	if g.first > 0 {
		left = strconv.Itoa(g.first) + " more"
		back := "←"
		if t.ASCII {
			back = "<"
		}
		left = back + " " + left
	}
	l.Col(t.Faint, left, g.name)
	for i := g.first; i < g.first+g.count; i++ {
		style, sep := separator(t, cols[i].production)
		l.Put(style, sep)
		end := l.Used() + g.each - 2
		name := t.Heading
		if i == at && len(cols) > 1 {
			name = t.Strong
			l.Under(under, end-1)
		}
		if cols[i].production {
			l.Put(t.Produce, theme.Production)
			if !strings.EqualFold(cols[i].name, theme.Production) {
				l.Put(name, " ").Col(name, cols[i].name, end-l.Used())
			}
		} else {
			l.Col(name, cols[i].name, min(g.each-2, l.Room()))
		}
		if rest := len(cols) - g.first - g.count; i == g.first+g.count-1 && rest > 0 {
			more := cell.Count(rest, "more environment", false) + " " + t.Symbols.Arrow
			if l.Used()+cell.Width(more)+1 > end {
				more = strconv.Itoa(rest) + " more " + t.Symbols.Arrow
			}
			l.To(end-cell.Width(more)).Put(t.Faint, more)
		}
		l.To(end)
		l.End()
	}
	g.close(l, cols)
	return l.String()
}

// close draws the right side of a production environment's frame, where no other column
// follows.
func (g grid) close(l *cell.Line, cols []column) {
	if last := g.first + g.count - 1; last >= 0 && last < len(cols) && cols[last].production {
		style, side := separator(l.Theme(), true)
		l.Put(style, side[:len(side)-1])
	}
}

// drawCell draws one line of an environment's cell into width cells. With flat it is the
// only one.
func drawCell(l *cell.Line, e *readiness.EnvSummary, width, part int, flat bool, k *Kit) {
	t := l.Theme()
	end := l.Used() + width
	switch {
	case e == nil:
		if part == 0 {
			l.Put(l.Theme().Faint, l.Theme().Symbols.NotApplicable)
		}
	case flat:
		drawVersion(l, e, min(max(24, versionWidth(t, e)), width-stateWidth-16))
		l.Gap(1).State(l.Theme().Verdict(e.Verdict), stateWidth).Gap(1)
		drawHealth(l, e, end-l.Used(), k)
	case part == 0:
		v := l.Theme().Verdict(e.Verdict)
		state := cell.Width(v.Symbol) + 1 + cell.Width(v.Word)
		word := v.Symbol + " " + v.Word
		if cell.Width(runningWord(t, e)) > width-state-2 { // a cut version is none
			word = v.Symbol
			state = cell.Width(word)
		}
		drawVersion(l, e, max(width-state-2, 4))
		l.To(end-state-1).Put(v.Style, word)
	default:
		drawHealth(l, e, width-1, k)
	}
	l.To(end)
}

// versionWidth is the room of what runs and of what could come next.
func versionWidth(t *theme.Theme, e *readiness.EnvSummary) int {
	n := cell.Width(runningWord(t, e))
	if e.Candidate != "" {
		n += 3 + cell.Width(string(e.Candidate))
	}
	return n
}

// drawVersion draws what runs and, where there is room, what could come next.
func drawVersion(l *cell.Line, e *readiness.EnvSummary, width int) {
	t := l.Theme()
	end := l.Used() + width
	running, style := runningWord(t, e), t.Version
	switch {
	case !e.Known:
		style = t.Unknown
	case e.None:
		style = t.Faint
	}
	candidate := string(e.Candidate)
	n := cell.Width(running)
	if e.Partly != "" {
		partly := " " + t.Symbols.Degraded + string(e.Partly)
		if n+cell.Width(partly) > width {
			partly = " " + t.Symbols.Degraded
		}
		running += partly
		n += cell.Width(partly)
	}
	switch {
	case candidate != "" && n+3+cell.Width(candidate) <= width:
		l.Put(style, running).Put(t.Faint, " "+t.Symbols.Arrow+" ").Put(t.Version, candidate)
	default:
		l.Col(style, running, min(width, cell.Width(running)))
	}
	l.To(end)
}

// runningWord is what runs in an environment.
func runningWord(t *theme.Theme, e *readiness.EnvSummary) string {
	switch {
	case !e.Known:
		return t.Symbols.Unknown + " unknown"
	case e.None:
		return "nothing"
	}
	return string(e.Version)
}

// drawHealth draws the health, the age of what runs and how far it is behind.
func drawHealth(l *cell.Line, e *readiness.EnvSummary, width int, k *Kit) {
	t := l.Theme()
	end := l.Used() + width
	h := t.Unchecked()
	if e.HealthConfigured {
		h = t.Health(e.Health)
	}
	// A deployment under way makes health progressing; what is not that has another word.
	if e.Moving && !(e.HealthConfigured && e.Health == model.Progressing) {
		h = theme.State{Symbol: t.Symbols.Running, Word: "deploying", Style: t.Active}
		if e.HealthConfigured && e.Health == model.Unhealthy {
			h = t.Health(e.Health)
		}
	}
	l.Col(h.Style, h.Symbol+" "+h.Word, min(width, max(min(12, width-8), cell.Width(h.Word)+2)))
	if e.Known && !e.None && !e.Since.IsZero() && l.Used()+4 <= end {
		l.Gap(1).Col(t.Faint, cell.Age(e.Since, k.Now()), 3)
	}
	if behind := behind(t, e); behind != "" && l.Used()+1+cell.Width(behind) <= end {
		l.Gap(1).Put(t.Faint, behind)
	}
	l.To(end)
}

// behind is how many commits an environment is behind the one before it: ↓12, ↓250+.
func behind(t *theme.Theme, e *readiness.EnvSummary) string {
	switch {
	case !e.BehindKnown || e.None:
		return ""
	case e.Behind == 0 && !e.BehindAtLeast:
		return ""
	case e.BehindAtLeast:
		return t.Symbols.Behind + strconv.Itoa(e.Behind) + "+"
	}
	return t.Symbols.Behind + strconv.Itoa(e.Behind)
}
