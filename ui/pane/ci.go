package pane

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// CI shows the newest runs: of one service with its candidates' CI gates, or of all.
type CI struct {
	base
	board    *Board
	service  string
	detail   *Detail
	err      error
	counting bool
	expected map[string]readiness.Expected // by service and workflow
}

// NewCI makes the pane.
func NewCI(kit *Kit) *CI {
	return &CI{base: newBase(kit, 1), expected: map[string]readiness.Expected{}}
}

// Focus is the action that goes here.
func (c *CI) Focus() intent.Action { return intent.CI }

// Name is the pane's name.
func (c *CI) Name() string { return "CI" }

// Counting reports that a run is under way.
func (c *CI) Counting() bool { return c.counting }

// Actions are what can be done here.
func (c *CI) Actions() []intent.Use { return c.list.Uses() }

// Update takes a message.
func (c *CI) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BoardMsg:
		c.board = msg.Board
		if c.service == "" {
			c.reset()
		}
	case SelectedMsg:
		if msg.Service != c.service && !c.list.Typing() { // a filter that is being typed already is for what comes
			c.list = NewList(c.kit, 1)
		}
		c.service, c.detail, c.err = msg.Service, msg.Detail, msg.Err
		c.reset()
	case BeatMsg:
		c.list.Forget()
		c.stale = true
	default:
		cmd, _ := c.common(msg)
		return cmd
	}
	return nil
}

// View draws the pane.
func (c *CI) View(a Area) []string {
	if c.settled(a) {
		return c.lines
	}
	of := c.service
	if of == "" {
		of = "all services"
	}
	if a.Width != c.area.Width {
		c.area = a
		c.reset()
	}
	return c.draw(a, c.title(intent.CI, "CI", of, a.Focused), "")
}

func (c *CI) reset() {
	c.stale, c.counting = true, false
	clear(c.expected)
	var rows []Row
	switch {
	case c.service == "" && c.board != nil:
		rows = c.runRows(c.board.Runs, true)
	case c.service != "" && c.detail != nil:
		rows = c.candidateRows()
		runs := make([]ServiceRun, len(c.detail.Facts.Runs))
		for i, r := range c.detail.Facts.Runs {
			runs[i] = ServiceRun{Service: c.service, Run: r}
			c.expect(c.service, r.Workflow)
		}
		rows = append(rows, c.runRows(runs, false)...)
	case c.err != nil:
		rows = append(rows, sentence(c.kit.Theme.Bad, "The runs of "+c.service+" can't be read: "+c.err.Error()))
	}
	c.list.SetRows(rows)
}

// expect works out once how long a workflow takes as a rule.
func (c *CI) expect(service, workflow string) {
	key := service + "\x00" + workflow
	if _, known := c.expected[key]; known {
		return
	}
	c.expected[key] = readiness.ExpectedDuration(c.detail.Facts.Runs, workflow)
}

// candidateRows are the CI gates of what could be promoted next, once for each release.
func (c *CI) candidateRows() []Row {
	t := c.kit.Theme
	var rows []Row
	seen, weights := map[string]bool{}, map[string]int{}
	for i := range c.detail.Assessment.Environments {
		e := &c.detail.Assessment.Environments[i]
		if !e.Candidate.Exists() {
			continue
		}
		for _, gate := range []model.Gate{model.GateCI, model.GateTests, model.GateBlackbox} {
			f := e.Finding(gate)
			key := string(gate) + e.Candidate.Release.Title()
			if f == nil || f.Result == model.NotApplicable || seen[key] {
				continue
			}
			seen[key] = true
			finding, title, env := *f, e.Candidate.Release.Title(), e.Name
			weights["g:"+env+":"+string(gate)] = int(finding.Result)
			rows = append(rows, Row{
				ID: "g:" + env + ":" + string(gate), Search: title + " " + string(gate) + " " + string(finding.Why), Link: evidenceLink(finding),
				Copy:   c.service + " " + title + ": " + string(gate) + ": " + finding.Result.String() + ": " + string(finding.Why),
				Target: Target{Kind: GateKind, Service: c.service, Environment: env, Name: string(gate)},
				Log:    LogOfFinding(c.detail, &finding),
				Draw: func(l *cell.Line, _ int) {
					r := t.Result(finding.Result)
					l.State(r, stateOfRun).Gap(1).Put(t.Strong, string(gate)).Put(t.Faint, " of ").Put(t.Version, title).End()
					l.Put(t.Faint, " for "+env).Gap(2).Put(t.Text, string(finding.Why))
				},
			})
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return weights[b.ID] - weights[a.ID] })
	if len(rows) > 0 {
		rows = append(rows, Row{Inert: true, Draw: func(l *cell.Line, _ int) {
			rule := "─"
			if t.ASCII {
				rule = "-"
			}
			l.To(2).Put(t.Border, strings.Repeat(rule, max(l.Room()-1, 0)))
		}})
	}
	return rows
}

// Widths of the columns of a run, in cells.
const (
	stateOfRun  = 12 // symbol and word; what GitHub invents may be cut
	barOfRun    = 8
	tookOfRun   = 7
	ageOfRun    = 4
	titleOfRun  = 16 // at least, for the others to be shown
	branchOfRun = 16
)

// runRows are runs, what matters first.
func (c *CI) runRows(runs []ServiceRun, named bool) []Row {
	t := c.kit.Theme
	if len(runs) == 0 {
		return []Row{sentence(t.Faint, c.noRuns(named))}
	}
	runs = mattering(runs)
	service, workflow, branch := 0, 0, 0
	for _, r := range runs {
		if named {
			service = max(service, cell.Width(cell.Text(t, r.Service)))
		}
		workflow = max(workflow, cell.Width(cell.Text(t, r.Run.File())))
		branch = max(branch, cell.Width(cell.Text(t, r.Run.Branch)))
		c.counting = c.counting || !r.Run.Done() && r.Run.Status == model.StatusInProgress
	}
	w := runWidths{min(service, 18), min(workflow, max(10, c.area.Width/8)), min(branch, branchOfRun)}
	rows := make([]Row, len(runs))
	for i, r := range runs {
		rows[i] = c.runRow(r, w)
	}
	return rows
}

// noRuns says why there are none.
func (c *CI) noRuns(all bool) string {
	if all {
		return "No run is known yet."
	}
	read := c.detail.Facts.Read(model.SignalRuns, "")
	switch {
	case read.Problem != model.NoProblem:
		return "Its runs can't be read: " + string(read.Why)
	case !read.OK():
		return "Its runs have not been read yet."
	}
	return "Its repository has no workflow runs."
}

// runWidths are the widths of the columns that depend on what is in them.
type runWidths struct{ service, workflow, branch int }

func (c *CI) runRow(r ServiceRun, w runWidths) Row {
	t, k, run := c.kit.Theme, c.kit, r.Run
	state := t.Run(run.Status, run.Conclusion)
	return Row{
		ID:     "r:" + strconv.FormatInt(run.ID, 10),
		Search: strings.Join([]string{r.Service, run.File(), run.Branch, string(run.Title), state.Word, string(run.Actor), run.Event, run.SHA.Short()}, " "),
		Link:   run.URL,
		Target: Target{Kind: RunKind, Service: r.Service, ID: run.ID},
		Log:    Target{Kind: LogKind, Service: r.Service, ID: run.ID},
		Run:    &r,
		Draw: func(l *cell.Line, _ int) {
			l.State(state, stateOfRun).Gap(1)
			if w.service > 0 {
				l.Col(t.Text, r.Service, w.service).Gap(1)
			}
			if l.Room() < w.workflow+titleOfRun+tookOfRun+ageOfRun+3 {
				c.drawShort(l, run, w.workflow)
				return
			}
			l.Col(t.Text, run.File(), w.workflow).Gap(1)
			tail := ageOfRun + tookOfRun + 1
			bar := c.counting && w.service == 0 && l.Room() >= titleOfRun+w.branch+tail+barOfRun+3
			if bar {
				tail += barOfRun + 1
			}
			branch := min(w.branch, max(l.Room()-tail-titleOfRun-1, 0))
			title := l.Room() - tail - 1
			if branch >= 4 {
				title -= branch + 1
				l.Col(t.Faint, run.Branch, branch).Gap(1)
			}
			l.End()
			l.Col(t.Text, string(run.Title), title).Gap(1)
			if bar {
				c.drawBar(l, r)
				l.Gap(1)
			}
			style := t.Faint
			until, took := k.Now(), ""
			if at, old := c.unread(r); old && !run.Done() {
				until, took = at, "≥" // it may have ended since
			}
			if e := c.expected[r.Service+"\x00"+run.Workflow]; e.Known && run.Duration(until) > e.P90 {
				style = t.Warn
			}
			if text := tookRun(run, until); text != "" {
				took += text
			} else {
				took = ""
			}
			l.Right(style, took, tookOfRun).Right(t.Faint, cell.Age(newest(run), k.Now()), ageOfRun)
		},
	}
}

// drawShort draws what a run was, and when, where there is no room for more.
func (c *CI) drawShort(l *cell.Line, run model.Run, workflow int) {
	t := l.Theme()
	if room := l.Room() - workflow - ageOfRun - 3; room < titleOfRun/2 {
		l.End()
		l.Col(t.Text, run.File(), l.Room()-ageOfRun-2)
	} else {
		l.Col(t.Text, run.File(), workflow).Gap(1).End()
		l.Col(t.Text, string(run.Title), room)
	}
	l.Gap(1).Right(t.Faint, cell.Age(newest(run), c.kit.Now()), ageOfRun)
}

// drawBar draws how far a run under way has come of what its workflow takes as a rule.
func (c *CI) drawBar(l *cell.Line, r ServiceRun) {
	e := c.expected[r.Service+"\x00"+r.Run.Workflow]
	took := r.Run.Duration(c.kit.Now())
	if _, old := c.unread(r); old || !e.Known || took <= 0 || r.Run.Status != model.StatusInProgress {
		l.Gap(barOfRun)
		return
	}
	l.Raw(l.Theme().Bar(float64(took)/float64(max(e.Median, 1)), barOfRun), barOfRun)
}

// tookRun is how long a run took, or has taken until the beat.
func tookRun(r model.Run, now time.Time) string {
	switch d := r.Duration(now); {
	case r.Done() && d > 0:
		return cell.Took(d)
	case r.Status == model.StatusInProgress:
		return cell.Taking(d)
	}
	return ""
}

// newest is when something last happened to a run.
func newest(r model.Run) time.Time {
	if r.Done() && !r.UpdatedAt.IsZero() {
		return r.UpdatedAt
	}
	return r.CreatedAt
}

// mattering orders runs by what matters: the newest of a workflow on a branch that failed,
// then what goes on, then the others by age.
func mattering(runs []ServiceRun) []ServiceRun {
	type line struct{ service, workflow, branch string }
	seen := map[line]bool{}
	weights := make(map[int64]int, len(runs))
	byAge := slices.Clone(runs)
	slices.SortStableFunc(byAge, func(a, b ServiceRun) int { return b.Run.CreatedAt.Compare(a.Run.CreatedAt) })
	for _, r := range byAge {
		key := line{r.Service, r.Run.Workflow, r.Run.Branch}
		weight := 2
		switch {
		case !r.Run.Done():
			weight = 1
		case !seen[key] && failed(r.Run.Conclusion):
			weight = 0
		}
		if r.Run.Done() {
			seen[key] = true
		}
		weights[r.Run.ID] = weight
	}
	slices.SortStableFunc(byAge, func(a, b ServiceRun) int { return weights[a.Run.ID] - weights[b.Run.ID] })
	return byAge
}

func failed(c model.Conclusion) bool {
	switch c {
	case model.Failure, model.TimedOut, model.StartupFailure, model.ActionRequired:
		return true
	}
	return false
}

// trusted is how long after a reading a run that was under way is taken to be so still.
const trusted = 2 * time.Minute

// Unread is when a run was last read, and whether that is so long ago that what it does now
// isn't known.
func Unread(d *Detail, run *model.Run, now time.Time) (at time.Time, old bool) {
	for _, r := range []model.Read{d.Facts.Read(model.SignalRuns, ""), d.Facts.Read(model.SignalCommitRuns, string(run.SHA))} {
		if r.At.After(at) {
			at = r.At
		}
	}
	return at, !at.IsZero() && now.Sub(at) > trusted
}

// LastSaid is how something stood when it was last read.
func LastSaid(t *theme.Theme, status model.RunStatus, at, now time.Time) string {
	return "was " + t.Run(status, "").Word + " when last read " + cell.Ago(at, now)
}

// unread is Unread for a row. Of the whole fleet only the age of all that is known of a
// service is at hand: it counts while nothing can be reached.
func (c *CI) unread(r ServiceRun) (time.Time, bool) {
	if c.service != "" && c.detail != nil {
		return Unread(c.detail, &r.Run, c.kit.Now())
	}
	if c.board == nil || !c.board.Status.Offline {
		return time.Time{}, false
	}
	for i := range c.board.Services {
		if s := &c.board.Services[i]; s.Service == r.Service {
			return s.ReadAt, c.kit.Now().Sub(s.ReadAt) > trusted
		}
	}
	return time.Time{}, false
}
