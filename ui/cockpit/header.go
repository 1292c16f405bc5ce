package cockpit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// drawHeader draws the first row: whose fleet it is, how many services have which verdict,
// and how old and how complete what is shown may be.
func (c *Cockpit) drawHeader() string {
	t := c.kit.Theme
	l := cell.NewLine(t, c.width)
	l.Gap(1).Put(t.Brand, "gonogo")
	if sign := c.quietSign(); sign.Word != "" {
		l.Gap(1).Put(sign.Style, sign.Word)
	}
	b := c.feed.board
	if b == nil {
		l.Gap(2).Put(t.Faint, "opening the fleet")
		return l.String()
	}
	counts := c.counts(b)
	tail := c.tail(b)
	need := 0
	for _, n := range counts {
		need += 3 + cell.Width(n.Symbol) + cell.Width(n.Word)
	}
	end := c.width - 1
	// What has no room goes, the least important first.
	name, head := min(cell.Width(cell.Text(t, b.Name)), 24), l.Used()
	for len(tail) > 1 && head+2+name+need+tailWidth(tail)+2 > end || len(tail) == 1 && head+need+tailWidth(tail)+2 > end {
		tail = tail[:len(tail)-1]
	}
	room := end - l.Used() - 2 - need - tailWidth(tail)
	if name := cell.Text(t, b.Name); name != "" && room > 4 {
		l.Gap(2).Put(t.Strong, cut(t, name, room-2))
	}
	l.Gap(1)
	for _, n := range counts {
		l.Gap(2).Put(n.Style, n.Symbol+" "+n.Word)
	}
	l.To(end - tailWidth(tail))
	for i := len(tail) - 1; i >= 0; i-- {
		l.Put(tail[i].Style, tail[i].Word)
		if i > 0 {
			l.Put(t.Faint, " "+t.Symbols.Separator+" ")
		}
	}
	return l.String()
}

func cut(t *theme.Theme, s string, width int) string {
	s, _ = cell.Cut(t, s, width)
	return s
}

func tailWidth(parts []theme.State) int {
	n := 0
	for i, p := range parts {
		if i > 0 {
			n += 3
		}
		n += cell.Width(p.Word)
	}
	return n
}

// counts are how many services have which verdict, the worst first. Where there is little
// room UP TO DATE has its symbol alone; its word stands beside it in the list.
func (c *Cockpit) counts(b *pane.Board) []theme.State {
	n := map[model.Verdict]int{}
	for i := range b.Services {
		v := b.Services[i].Verdict
		if v == 0 {
			v = model.Undecided
		}
		n[v]++
	}
	var out []theme.State
	for _, v := range []model.Verdict{model.Erroneous, model.NoGo, model.Undecided, model.Waiting, model.Go, model.UpToDate} {
		if n[v] > 0 {
			s := c.kit.Theme.Verdict(v)
			if v == model.UpToDate && c.width < wideWidth {
				s.Word = ""
			}
			s.Word = strings.TrimSpace(strconv.Itoa(n[v]) + " " + s.Word)
			out = append(out, s)
		}
	}
	return out
}

// tail is what stands at the right of the header, the most important first.
func (c *Cockpit) tail(b *pane.Board) []theme.State {
	t, s := c.kit.Theme, &b.Status
	var out []theme.State
	add := func(style theme.Style, text string) { out = append(out, theme.State{Style: style, Word: text}) }
	switch {
	case len(b.Services) == 0 && s.Discovery != nil && s.Discovery.Problem != "":
		add(t.Warn, "not discovered")
	case len(b.Services) == 0 && s.Discovery != nil:
		add(t.Active, "looking at "+s.Discovery.Repo)
	case s.Offline && s.ReadAt.IsZero():
		add(t.Warn, "OFFLINE, no data yet")
	case s.Offline:
		add(t.Warn, "OFFLINE, data "+age(s.ReadAt, c))
	case c.reading(b):
		add(t.Active, "first reading")
	case !s.ReadAt.IsZero():
		add(t.Faint, "data "+age(s.ReadAt, c))
	default:
		add(t.Faint, "no data yet")
	}
	switch {
	case s.Demo && s.Factor > 1:
		add(t.Active, "DEMO ×"+strconv.FormatFloat(s.Factor, 'f', -1, 64))
	case s.Demo:
		add(t.Active, "DEMO")
	}
	if s.Trust != "" {
		add(t.Warn, "NOT TRUSTED")
	}
	short := slices.ContainsFunc(s.Budgets, func(b pane.Budget) bool { return share(b) < low })
	if text := c.sprint(b); text != "" && !short { // it gives way to a limit that is nearly used up
		add(t.Faint, text)
	}
	if s.Discovery != nil && s.Discovery.Found {
		add(t.Faint, "discovered")
	}
	if n := len(s.Budgets); n > 0 {
		least := slices.MinFunc(s.Budgets, func(a, b pane.Budget) int {
			return cmp.Compare(share(a), share(b))
		})
		style := t.Faint
		if short {
			style = t.Warn
		}
		text := "API " + cell.Number(least.Remaining) + " of " + cell.Number(least.Limit)
		if n > 1 {
			text += " on " + least.Host
		}
		add(style, text)
	}
	return out
}

// low is the share of a limit below which it is told with a warning.
const low = 0.1

// sprint is the sprint's day and how far it has come, in as many words as there is room for.
func (c *Cockpit) sprint(b *pane.Board) string {
	if b.Sprint == nil {
		return ""
	}
	on := sprint.Now(b.Sprint, model.Repo{}, c.kit.Now())
	if !on.Known {
		return ""
	}
	day := ""
	if on.Days > 0 {
		day = fmt.Sprintf("day %d/%d", on.Day, on.Days)
	}
	progress := sprint.Count(b.Sprint, sprint.Items(b.Sprint, on))
	if c.width < wideWidth+40 {
		if day == "" {
			day = cut(c.kit.Theme, string(on.Title()), 12)
		}
		return fmt.Sprintf("%s %.0f%%", day, 100*progress.Share())
	}
	return strings.TrimSpace(cut(c.kit.Theme, string(on.Title()), 20)+" "+day) + ": " + pane.ProgressShort(progress)
}

// reading reports that no service has been read completely yet, so that there is nothing
// whose age could be told: what its checks answer is no verdict.
func (c *Cockpit) reading(b *pane.Board) bool {
	n := len(b.Status.Progress)
	return n > 0 && n >= len(b.Services)
}

func share(b pane.Budget) float64 { return float64(b.Remaining) / float64(max(b.Limit, 1)) }

// drawSentence draws the second row: what stands in the way of reading, or why the selected
// service has its verdict. A selected service keeps the row, and a notice its end; where
// none is selected notices come before the worst one.
func (c *Cockpit) drawSentence() string {
	t := c.kit.Theme
	l := cell.NewLine(t, c.width)
	l.Gap(1)
	notes := c.notices()
	if moves := c.underWay(); moves.Word != "" {
		return c.drawMoving(moves)
	}
	if d := c.discovered(); d != "" && len(notes) == 0 {
		return c.drawBeside(theme.State{Style: t.Faint, Word: d})
	}
	if len(notes) > 0 && c.selected == "" {
		for i, n := range notes {
			if i > 0 {
				l.Put(t.Faint, " "+t.Symbols.Separator+" ")
			}
			l.Put(n.Style, n.Word)
		}
		return l.String()
	}
	if len(notes) > 0 {
		return c.drawBeside(notes[0])
	}
	c.drawVerdict(l)
	return l.String()
}

// drawMoving draws the verdict, and beside it what moves.
func (c *Cockpit) drawMoving(moves theme.State) string {
	from := c.width - 1 - cell.Width(moves.Word)
	c.drawing.spans = append(c.drawing.spans, span{1, from, c.width - 1, intent.Operations})
	return c.drawEnd(moves.Style, moves.Word)
}

// drawBeside draws the verdict, and a notice at its end.
func (c *Cockpit) drawBeside(notice theme.State) string {
	return c.drawEnd(notice.Style, cut(c.kit.Theme, notice.Word, c.width/2))
}

// drawEnd draws the verdict, and a note at the end of the row.
func (c *Cockpit) drawEnd(style theme.Style, note string) string {
	t := c.kit.Theme
	end := c.width - cell.Width(note) - 1
	head := cell.NewLine(t, end-2)
	head.Gap(1)
	c.drawVerdict(head)
	return cell.NewLine(t, c.width).Raw(head.String(), end-2).To(end).Put(style, note).String()
}

// discovered says where a fleet without a configuration comes from, as long as there is something to look at and a row
// that is wide enough for both.
func (c *Cockpit) discovered() string {
	if b := c.feed.board; b != nil && len(b.Services) > 0 && c.wide() {
		return b.Status.Discovery.Sentence()
	}
	return ""
}

// drawVerdict says why the selected service, or the worst one, has its verdict.
func (c *Cockpit) drawVerdict(l *cell.Line) {
	t := c.kit.Theme
	if s := c.worst(); s != nil {
		state, where := t.Verdict(s.Verdict), s.Worst
		if e := pane.Sick(s); e != nil && (e.Health == model.Unhealthy || !s.Verdict.Worse(model.Go)) {
			state, where = t.Health(e.Health), e.Name
		} else if s.Verdict == model.UpToDate {
			where = ""
		}
		l.Put(t.Strong, s.Service)
		if where != "" {
			l.Put(t.Faint, " "+t.Symbols.Arrow+" ").Put(t.Text, where)
		}
		l.Gap(2).Put(state.Style, state.Symbol+" "+state.Word).Gap(2).Put(t.Text, pane.Matter(s))
	}
}

// worst is the selected service, or the one that matters most.
func (c *Cockpit) worst() *readiness.Summary {
	if c.feed.board == nil || len(c.feed.board.Services) == 0 {
		return nil
	}
	if c.selected == "" {
		return pane.Ranked(c.feed.board.Services)[0]
	}
	for i := range c.feed.board.Services {
		if s := &c.feed.board.Services[i]; s.Service == c.selected {
			return s
		}
	}
	return nil
}

// notices are sentences about the whole, the most important first.
func (c *Cockpit) notices() []theme.State {
	t := c.kit.Theme
	var out []theme.State
	add := func(style theme.Style, text string) {
		if text != "" {
			out = append(out, theme.State{Style: style, Word: text})
		}
	}
	if c.feed.err != nil {
		add(t.Bad, "The cache can't be read: "+c.feed.err.Error())
	}
	if c.feed.board == nil {
		return out
	}
	s := &c.feed.board.Status
	if len(c.feed.board.Services) == 0 && s.Discovery != nil && s.Discovery.Problem != "" {
		add(t.Warn, s.Discovery.Sentence())
	}
	add(t.Warn, s.Trust)
	switch {
	case s.Offline:
		add(t.Warn, c.offline(s))
	case s.Why != "":
		add(t.Warn, s.Why)
	}
	for _, b := range s.Budgets {
		if b.Until.After(c.kit.Now()) {
			add(t.Warn, strings.TrimSuffix(fmt.Sprintf("%s is asked again %s: %s", b.Host, cell.Left(b.Until, c.kit.Now()), b.Why), ": "))
		}
	}
	for _, n := range s.Notices {
		add(t.Warn, n)
	}
	if n := len(s.Progress); n > 0 {
		all := len(c.feed.board.Services)
		text := fmt.Sprintf("first reading: %d of %d verdicts are complete", all-n, all)
		for _, p := range s.Progress {
			if len(p.Reading) > 0 {
				text += fmt.Sprintf("; %s: reading %s", p.Service, p.Reading[0])
				break
			}
		}
		add(t.Active, text)
	}
	return out
}

// offline says that nothing can be reached: first what is the matter, then why. The reason
// may come from any service's reading, whose name would mislead: it holds for all.
func (c *Cockpit) offline(s *pane.Status) string {
	who := "GitHub"
	if len(s.Budgets) > 0 {
		who = s.Budgets[0].Host
	}
	text := "OFFLINE: " + who + " does not answer"
	if !s.ReadAt.IsZero() {
		text += " (data from " + cell.Clock(s.ReadAt, c.kit.Now()) + ")"
	}
	why := s.Why
	if strings.HasPrefix(why, "read ") {
		if _, rest, found := strings.Cut(why, ": "); found {
			why = rest
		}
	}
	if why != "" {
		text += ": " + why
	}
	return text
}
