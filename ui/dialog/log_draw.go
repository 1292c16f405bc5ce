package dialog

import (
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/joblog"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// View draws the log: the rows that are seen, and no others.
func (v *logView) View(a pane.Area) []string {
	if !v.stale && a == v.area && v.lines != nil {
		return v.lines
	}
	v.area, v.stale = a, false
	t := v.kit.Theme
	box := theme.Box{Title: v.title(), Note: v.note(), Width: a.Width, Height: a.Height, Focused: true}
	width, height := box.Inner()
	content := v.frame.Inner[:0]
	if v.index == nil || v.index.Lines == 0 {
		v.height = height
		content = v.drawWhy(content, width, height)
	} else {
		v.height = height
		v.follow()
		for n := v.top; n < v.top+height; n++ {
			l := cell.NewLine(t, width)
			if n < v.outline.Rows() {
				v.drawRow(l, n)
			}
			content = append(content, l.String())
		}
		box.Foot = v.foot()
	}
	v.lines = v.frame.Wrap(box, content)
	return v.lines
}

// title names the job, and which of the run's it is.
func (v *logView) title() string {
	t, j := v.kit.Theme, v.job()
	name := string(j.Name)
	if name == "" {
		name = "job"
	}
	text := t.Heading.Render(cell.Text(t, v.target.Service+": log of "+name))
	more := ""
	jobs := v.siblings()
	for i, other := range jobs {
		if other.ID == v.target.Job && len(jobs) > 1 {
			more = ", job " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(jobs))
		}
	}
	if v.jobs != nil && v.jobs.Newest() > 1 {
		more += ", attempt " + strconv.Itoa(max(1, j.Attempt)) + " of " + strconv.Itoa(v.jobs.Newest())
	}
	return text + t.Faint.Render(more)
}

// note tells of the search, else of what went wrong in the log.
func (v *logView) note() string {
	t, f := v.kit.Theme, &v.find
	switch {
	case f.typing:
		return t.Key.Render("/") + t.Strong.Render(cell.Text(t, f.typed)) + t.Key.Render("_")
	case !f.query.Zero():
		return t.Key.Render("/") + t.Match.Render(cell.Text(t, f.query.String())) + t.Faint.Render(" "+v.matches())
	case v.index == nil:
		return ""
	}
	x := v.index
	var parts []string
	if text := wrongs(t, x.ErrorCount, x.LikelyCount); text != "" {
		parts = append(parts, t.Bad.Render(text))
	}
	if x.WarningCount > 0 {
		parts = append(parts, t.Warn.Render(t.Symbols.Warn+" "+cell.Count(x.WarningCount, "warning", false)))
	}
	return strings.Join(parts, t.Faint.Render(" "+t.Symbols.Separator+" "))
}

// matches says which match the cursor is on, of how many.
func (v *logView) matches() string {
	f := &v.find
	switch {
	case f.err != nil:
		return "can't be searched: " + f.err.Error()
	case f.count == 0 && f.left > 0:
		return "searching"
	}
	all := cell.Number(f.count)
	if f.left > 0 || f.count >= maxFound {
		all += "+"
	}
	if n := f.place(v.index, v.line()); n > 0 && !v.outline.Row(v.cursor).Title() {
		return cell.Number(n) + " of " + all
	}
	return all + " found"
}

// foot says where the cursor is: in which step, if its title isn't seen, and on which line.
func (v *logView) foot() string {
	t, x := v.kit.Theme, v.index
	line := v.line() + 1
	text := "line " + cell.Number(line) + " of " + cell.Number(x.Lines) + " " + t.Symbols.Separator + " " + strconv.Itoa(line*100/x.Lines) + "%"
	if v.shift > 0 {
		text = "from column " + strconv.Itoa(v.shift+1) + " " + t.Symbols.Separator + " " + text
	}
	if p := v.part(line - 1); p != nil && v.outline.Row(v.top).Part == nil && v.outline.Row(v.top).Line >= p.From {
		name, _ := cell.Cut(t, string(p.Step.Name), v.area.Width/3)
		text = name + " " + t.Symbols.Separator + " " + text
	}
	switch {
	case x.Cut:
		return t.Warn.Render("its end is missing, it has "+size(x.Bytes)) + t.Faint.Render(" "+t.Symbols.Separator+" "+text)
	case x.Gone.To > x.Gone.From:
		return t.Warn.Render("of its "+size(x.Bytes)+" a part is missing") + t.Faint.Render(" "+t.Symbols.Separator+" "+text)
	}
	return t.Faint.Render(text)
}

// part is the part of the step that a line is in; nil for none.
func (v *logView) part(line int) *joblog.Part {
	parts := v.outline.Parts()
	for i := range parts {
		if p := &parts[i]; line >= p.From && line < p.To {
			return p
		}
	}
	return nil
}

// size is a number of bytes as persons say it.
func size(n int64) string {
	switch {
	case n < 10_000:
		return cell.Number(int(n)) + " bytes"
	case n < 10_000_000:
		return strconv.FormatInt(n/1000, 10) + " kB"
	}
	return strconv.FormatInt(n/1_000_000, 10) + " MB"
}

// drawWhy says why there is no log to be seen.
func (v *logView) drawWhy(out []string, width, height int) []string {
	t := v.kit.Theme
	style, text := v.why()
	out = append(out, cell.Blank(width))
	for _, line := range pane.Wrapped(t, text, width-4) {
		l := cell.NewLine(t, width)
		l.Gap(2).Put(style, line)
		out = append(out, l.String())
	}
	if v.log != nil && v.log.Index == nil && v.log.Came > 0 && v.log.Whole > 0 {
		l := cell.NewLine(t, width)
		n := min(40, width-4)
		l.Gap(2).Raw(t.Bar(float64(v.log.Came)/float64(v.log.Whole), n), n)
		out = append(out, l.String())
	}
	for len(out) < height {
		out = append(out, cell.Blank(width))
	}
	return out[:height]
}

// why is the sentence for it.
func (v *logView) why() (theme.Style, string) {
	t, now, j := v.kit.Theme, v.kit.Now(), v.job()
	switch {
	case v.index != nil:
		return t.Faint, "The log is empty."
	case v.err != nil:
		return t.Bad, "The log can't be read: " + v.err.Error()
	case v.jobs == nil, v.log == nil && v.target.Job != 0:
		return t.Faint, "Reading from the cache."
	case v.target.Job == 0:
		return v.whyNoJobs()
	case j.Conclusion == model.Skipped:
		return t.Text, "The job " + string(j.Name) + " was skipped, so it has no log."
	case j.ID != 0 && j.Status == model.StatusInProgress:
		return t.Active, "The job " + string(j.Name) + " is still running, since " + cell.Clock(j.StartedAt, now) + " (" + cell.Taking(now.Sub(j.StartedAt)) + "). " +
			"GitHub gives the log of a job when it has ended; it opens here by itself then."
	case j.Name != "" && j.Status != model.StatusCompleted:
		return t.Wait, "The job " + string(j.Name) + " has not begun: it is " + t.Run(j.Status, j.Conclusion).Word + ". Its log opens here by itself when the job has ended."
	}
	return v.whyNotRead()
}

func (v *logView) whyNoJobs() (theme.Style, string) {
	t := v.kit.Theme
	switch read := v.jobs.Read; {
	case read.Problem != model.NoProblem:
		return t.Bad, "The jobs of this run can't be read: " + string(read.Why)
	case !read.OK() && v.kit.Offline != "":
		return t.Warn, "The jobs of this run can't be read now: " + v.kit.Offline
	case !read.OK():
		return t.Faint, "The jobs of this run are being read."
	}
	return t.Faint, "This run has no job, so there is no log."
}

func (v *logView) whyNotRead() (theme.Style, string) {
	t := v.kit.Theme
	switch read := v.log.Read; {
	case v.log.Came > 0 && v.log.Whole > 0:
		return t.Active, "The log is coming: " + size(v.log.Came) + " of " + size(v.log.Whole) + "."
	case v.log.Came > 0:
		return t.Active, "The log is coming: " + size(v.log.Came) + " so far."
	case read.Problem != model.NoProblem:
		return t.Bad, "The log can't be read: " + string(read.Why)
	case v.kit.Offline != "":
		return t.Warn, "The log is not in the cache, and can't be read now: " + v.kit.Offline
	}
	return t.Faint, "The log is being read from GitHub."
}

// drawRow draws one row: a title, or a line with its number or time.
func (v *logView) drawRow(l *cell.Line, n int) {
	t, r := v.kit.Theme, v.outline.Row(n)
	if n == v.cursor {
		l.Under(t.Selection, 64)
		l.Put(t.Strong, t.Symbols.Cursor)
	}
	l.To(2)
	if r.Part != nil {
		v.drawStep(l, r)
		return
	}
	p := v.pieces.get(v.index.PieceOf(r.Line))
	if v.times {
		v.drawTime(l, p, r)
	} else {
		l.Right(t.Faint, strconv.Itoa(r.Line+1), len(strconv.Itoa(v.index.Lines)))
	}
	l.Gap(1)
	switch {
	case r.Group != nil:
		v.drawGroup(l, r)
	case p == nil:
		l.End()
		l.Put(t.Faint, t.Symbols.Separator) // it is being read
	default:
		v.drawLine(l, p.Line(r.Line), r.Line)
	}
}

// timeWidth is the room of a line's time.
const timeWidth = len("15:04:05.000")

func (v *logView) drawTime(l *cell.Line, p *joblog.Piece, r joblog.Row) {
	text := ""
	if p != nil {
		if at := p.Line(r.Line).At; !at.IsZero() {
			text = at.In(v.kit.Now().Location()).Format("15:04:05.000")
		}
	}
	l.Col(v.kit.Theme.Faint, text, timeWidth)
}

// drawStep draws the title of a step: its state, its name, how long it took, and what is wrong in it.
func (v *logView) drawStep(l *cell.Line, r joblog.Row) {
	t, s := v.kit.Theme, &r.Part.Step
	fold := t.Symbols.Closed
	switch {
	case r.Part.From == r.Part.To:
		fold = " "
	case r.Open:
		fold = t.Symbols.Open
	}
	took := span(s.Status, s.StartedAt, s.CompletedAt, v.kit.Now())
	l.Put(t.Faint, fold+" ").State(t.Run(s.Status, s.Conclusion), 13).Gap(1)
	l.Put(t.Strong, string(s.Name)).End()
	if s.Conclusion != model.Skipped {
		l.Gap(2).Put(t.Faint, took)
	}
	v.drawFolded(l, r, r.Part.From, r.Part.To)
}

// drawGroup draws the title of a group.
func (v *logView) drawGroup(l *cell.Line, r joblog.Row) {
	t := v.kit.Theme
	if r.Group.Gone {
		l.Put(t.Warn, t.Symbols.Warn+" the log is too long: "+cell.Number(r.Group.To-r.Group.From)+" lines are not kept")
		return
	}
	fold := t.Symbols.Closed
	if r.Open {
		fold = t.Symbols.Open
	}
	l.Put(t.Faint, fold+" ").Put(t.Heading, r.Group.Title).End()
	to := r.Group.To
	if r.Group.Marked {
		to--
	}
	v.drawFolded(l, r, r.Group.From+1, to)
}

// drawFolded says what a folded title hides.
func (v *logView) drawFolded(l *cell.Line, r joblog.Row, from, to int) {
	t := v.kit.Theme
	if r.Open || from >= to {
		return
	}
	l.Gap(2).Put(t.Faint, cell.Number(to-from)+" "+plural("line", to-from))
	marked, likely := v.index.ErrorsIn(from, to)
	if text := wrongs(t, marked, likely); text != "" {
		l.Gap(2).Put(t.Bad, text)
	}
}

// wrongs counts what is marked as an error, and what looks like one.
func wrongs(t *theme.Theme, marked, likely int) string {
	var parts []string
	if marked > 0 {
		parts = append(parts, t.Symbols.Fail+" "+cell.Count(marked, "error", false))
	}
	if likely > 0 {
		parts = append(parts, t.Symbols.Error+" "+cell.Number(likely)+" likely")
	}
	return strings.Join(parts, " "+t.Symbols.Separator+" ")
}

func plural(noun string, n int) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// drawLine draws what a line says. The runner's marks are written as a symbol and a word.
func (v *logView) drawLine(l *cell.Line, line joblog.Line, number int) {
	t := v.kit.Theme
	style := t.Text
	switch line.Kind {
	case joblog.Error:
		style = t.Bad
		l.Put(style, t.Symbols.Fail+" error: ")
	case joblog.Warning:
		style = t.Warn
		l.Put(style, t.Symbols.Warn+" warning: ")
	case joblog.Notice:
		style = t.Active
		l.Put(style, "  notice: ")
	case joblog.Command:
		style = t.Key
		l.Put(style, "  ")
	case joblog.Debug:
		style = t.Faint
		l.Put(style, "  debug: ")
	default:
		if v.index.IsLikely(number) {
			l.Put(t.Bad, t.Symbols.Error+" ")
		} else {
			l.Gap(2)
		}
	}
	if v.shift > 0 {
		l.Put(t.Faint, t.Symbols.Ellipsis)
	}
	skip := v.shift
	for _, s := range line.Spans() {
		text := string(s.Text)
		if skip > 0 {
			n := cell.Width(text)
			if n <= skip {
				skip -= n
				continue
			}
			text, skip = cell.From(text, skip), 0
		}
		tone := style
		if line.Kind == joblog.Plain {
			tone = toned(t, s.Tone)
		}
		for i, part := range v.find.highlit(text) {
			if i%2 == 1 {
				l.Put(t.Match, part)
			} else {
				l.Put(tone, part)
			}
		}
		if l.Room() <= 0 {
			break
		}
	}
	l.End()
}

// toned is how the theme writes what a program coloured.
func toned(t *theme.Theme, tone joblog.Tone) theme.Style {
	switch tone {
	case joblog.Strong:
		return t.Strong
	case joblog.Faint:
		return t.Faint
	case joblog.Red:
		return t.PlotBad
	case joblog.Green:
		return t.Good
	case joblog.Yellow:
		return t.Warn
	case joblog.Blue:
		return t.Active
	}
	return t.Text
}
