package dialog

import (
	"cmp"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
)

// runSheet tells of a run with its jobs and steps.
type runSheet struct {
	id      int64
	turned  map[int64]bool // jobs that a person has unfolded, or folded
	jobs    *pane.Jobs
	history []model.Run
	err     error
}

// turn unfolds a job or folds it.
func (r *runSheet) turn(job int64) {
	if r.turned == nil {
		r.turned = map[int64]bool{}
	}
	r.turned[job] = !r.turned[job]
}

// runRead brings a run's jobs and the history of its workflow.
type runRead struct {
	id      int64
	jobs    pane.Jobs
	history []model.Run
	err     error
}

// historyOfRuns is how far back a workflow's durations are looked at.
const historyOfRuns = 30 * 24 * time.Hour

func (r *runSheet) find(s *sheet) *model.Run {
	if s.detail == nil {
		return nil
	}
	for i := range s.detail.Facts.Runs {
		if s.detail.Facts.Runs[i].ID == r.id {
			return &s.detail.Facts.Runs[i]
		}
	}
	return nil
}

func (r *runSheet) title(s *sheet) (string, bool) {
	if run := r.find(s); run != nil {
		return s.service + ": " + run.File() + " #" + strconv.Itoa(run.Number), false
	}
	return s.service + ": run " + strconv.FormatInt(r.id, 10), false
}

func (r *runSheet) counting(s *sheet) bool {
	run := r.find(s)
	return run != nil && !run.Done()
}

func (r *runSheet) more(s *sheet) tea.Cmd {
	src, ctx, service, id, since := s.src, s.ctx, s.service, r.id, s.kit.Now().Add(-historyOfRuns)
	run := r.find(s)
	return func() tea.Msg {
		msg := runRead{id: id}
		msg.jobs, msg.err = src.Jobs(ctx, service, id)
		if run != nil {
			msg.history, _ = src.RunHistory(ctx, service, run.Workflow, since) // without it there is no plot, and nothing else is missing
		}
		return msg
	}
}

func (r *runSheet) take(msg tea.Msg) bool {
	read, ok := msg.(runRead)
	if !ok || read.id != r.id {
		return false
	}
	r.jobs, r.history, r.err = &read.jobs, read.history, read.err
	return true
}

// log is the one of the job that is worth reading most.
func (r *runSheet) log(s *sheet) pane.Target {
	return pane.Target{Kind: pane.LogKind, Service: s.service, ID: r.id}
}

// uses are what can be done with the run, whatever row the cursor is on.
func (r *runSheet) uses(s *sheet) []intent.Use {
	run := r.find(s)
	if run == nil {
		return nil
	}
	return s.kit.RunUses(&pane.ServiceRun{Service: s.service, Run: *run})
}

func (r *runSheet) rows(b *builder) {
	t, now := b.t, b.kit.Now()
	run := r.find(b.s)
	if run == nil {
		b.text(t.Faint, "This run is not among those that are kept of "+b.s.service+".")
		r.jobRows(b)
		return
	}
	b.state("state", t.Run(run.Status, run.Conclusion), string(run.Title))
	b.field("workflow", t.Text, cmp.Or(string(run.WorkflowName), run.File())+" ("+run.Workflow+")", "")
	r.waits(b, run)
	b.field("branch", t.Text, run.Branch, "")
	b.field("commit", t.Text, string(run.SHA), "")
	b.field("event", t.Text, run.Event+" by "+cmp.Or(string(run.Actor), "somebody unknown"), "")
	if run.Attempt > 1 {
		b.field("attempt", t.Text, strconv.Itoa(run.Attempt), "")
	}
	b.field("begun", t.Text, cell.Clock(run.StartedAt, now)+", "+cell.Ago(run.StartedAt, now), "")
	r.duration(b, run)
	b.link("page", run.URL)
	b.testsOfRun(run)
	r.jobRows(b)
	b.durations(r.history)
}

// waits says what a run that is not under way yet waits for, as the lane that it holds or
// waits in tells.
func (r *runSheet) waits(b *builder, run *model.Run) {
	if run.Done() || run.Status == model.StatusInProgress {
		return
	}
	for i := range b.d.Assessment.Environments {
		e := &b.d.Assessment.Environments[i]
		if f := e.Finding(model.GateLane); f != nil && e.Lane.Run.ID != 0 && f.Why != "" {
			for _, waiting := range append([]model.Run{e.Lane.Run}, e.Lane.WouldCancel...) {
				if waiting.ID == run.ID {
					b.field("waits", b.t.Wait, e.Name+": "+string(f.Why), "")
					return
				}
			}
		}
	}
}

// duration says how long the run took or takes, beside what its workflow takes as a rule.
func (r *runSheet) duration(b *builder, run *model.Run) {
	t, now := b.t, b.kit.Now()
	expected := expectedOf(b.d, run.Workflow)
	if at, old := pane.Unread(b.d, run, now); old && !run.Done() {
		b.field("now", t.Warn, pane.LastSaid(t, run.Status, at, now), "")
		return
	}
	if run.Status == model.StatusInProgress {
		b.row(pane.Row{}, func(l *cell.Line) {
			l.Col(t.Faint, "takes", fieldWidth-1)
			pane.DrawProgress(l, b.kit, run.StartedAt, expected)
		})
		return
	}
	if took := run.Duration(now); run.Done() && took > 0 {
		text := cell.Took(took)
		if expected.Known {
			text += "; as a rule " + cell.Took(expected.Median) + ", 9 in 10 within " + cell.Took(expected.P90)
		}
		b.field("took", t.Text, text, "")
	}
}

// jobRows are the jobs with their steps, as a tree: all steps of what isn't content, and
// none of what succeeded.
func (r *runSheet) jobRows(b *builder) {
	t := b.t
	switch {
	case r.err != nil:
		b.heading("Jobs", "")
		b.text(t.Bad, "They can't be read: "+r.err.Error())
		return
	case r.jobs == nil:
		b.heading("Jobs", "reading")
		return
	}
	read := r.jobs.Read
	newest := r.jobs.Newest()
	if run := r.find(b.s); run != nil {
		newest = max(newest, run.Attempt)
	}
	jobs := r.jobs.OfAttempt(newest)
	switch {
	case len(jobs) > 0:
		b.heading("Jobs", "read "+cell.Ago(read.At, b.kit.Now()))
	case read.Problem != model.NoProblem:
		b.heading("Jobs", "")
		b.text(t.Bad, "They can't be read: "+string(read.Why))
	case !read.OK() && b.kit.Offline != "":
		b.heading("Jobs", "")
		b.text(t.Warn, "They can't be read now: "+b.kit.Offline)
	case !read.OK():
		b.heading("Jobs", "being read")
	default:
		b.heading("Jobs", "none")
	}
	for _, j := range jobs {
		// What succeeded or was skipped is of interest only when asked for.
		r.jobRow(b, j, j.Conclusion != model.Success && j.Conclusion != model.Skipped)
	}
	for attempt := newest - 1; attempt > 0; attempt-- {
		if jobs := r.jobs.OfAttempt(attempt); len(jobs) > 0 {
			b.heading("Attempt "+strconv.Itoa(attempt), "")
			for _, j := range jobs {
				r.jobRow(b, j, false)
			}
		}
	}
}

// jobRow is one job, open as given unless a person has turned it.
func (r *runSheet) jobRow(b *builder, j model.Job, open bool) {
	log := b.target(pane.LogKind, "", "", r.id)
	log.Job = j.ID
	b.job(j, log, open != r.turned[j.ID] && len(j.Steps) > 0, func() { r.turn(j.ID); b.s.stale = true })
}

// tookAt is the column in which jobs and steps tell how long they took.
func (b *builder) tookAt() int { return min(72, b.width-28) }

func (b *builder) job(j model.Job, log pane.Target, open bool, turn func()) {
	t, now := b.t, b.kit.Now()
	state := t.Run(j.Status, j.Conclusion)
	row := pane.Row{ID: "job:" + strconv.FormatInt(j.ID, 10), Search: string(j.Name) + " " + state.Word, Link: j.URL, Log: log, Enter: func() tea.Cmd { turn(); return nil }}
	fold := t.Symbols.Closed
	row.Word = "show steps"
	switch {
	case len(j.Steps) == 0:
		fold, row.Enter = " ", nil
	case open:
		fold, row.Word = t.Symbols.Open, "hide steps"
	}
	b.row(row, func(l *cell.Line) {
		l.Put(t.Faint, fold+" ").State(state, 13)
		l.Gap(1).Link(t.Strong, string(j.Name), j.URL, max(b.tookAt()-l.Used()-1, 8))
		l.End()
		l.To(b.tookAt()).Right(t.Text, span(j.Status, j.StartedAt, j.CompletedAt, now), 8)
		if j.Runner != "" {
			l.Gap(2).Put(t.Faint, string(j.Runner))
		}
	})
	if !open {
		return
	}
	for i, s := range j.Steps {
		branch := t.Symbols.Branch
		if i == len(j.Steps)-1 {
			branch = t.Symbols.LastChild
		}
		log.Step = s.Number
		b.step(branch, s, log)
	}
}

func (b *builder) step(branch string, s model.Step, log pane.Target) {
	t, now := b.t, b.kit.Now()
	state := t.Run(s.Status, s.Conclusion)
	style := t.Faint
	if s.Conclusion != model.Success && s.Conclusion != model.Skipped {
		style = t.Text
	}
	b.row(pane.Row{Search: string(s.Name) + " " + state.Word, Log: log}, func(l *cell.Line) {
		l.Gap(2).Put(t.Border, branch).Gap(1).State(state, 13).Gap(1).Col(style, string(s.Name), max(b.tookAt()-l.Used()-1, 8)).End()
		l.To(b.tookAt()).Right(t.Faint, span(s.Status, s.StartedAt, s.CompletedAt, now), 8)
	})
}

// span is how long a job or step took, or has taken until the beat.
func span(status model.RunStatus, from, to, now time.Time) string {
	switch {
	case from.IsZero():
		return ""
	case status == model.StatusInProgress:
		return cell.Taking(now.Sub(from))
	case to.Before(from):
		return ""
	}
	return cell.Took(to.Sub(from))
}
