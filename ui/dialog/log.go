package dialog

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/joblog"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
)

// logView shows the log of a job. It holds the log's index and the few pieces that are
// seen; what it doesn't hold is asked for by a command, and drawn when it has come.
type logView struct {
	kit    *pane.Kit
	src    pane.Source
	ctx    context.Context
	target pane.Target // its job is 0 until one was chosen

	jobs     *pane.Jobs
	log      *pane.Log
	err      error
	question int // number of the newest question; older answers are dropped
	busy     bool
	again    bool
	broken   int // pieces that could not be read, one after the other

	index   *joblog.Index // nil until the log is here
	outline *joblog.Outline
	cursor  int // row
	top     int // first row seen
	height  int // rows seen when last drawn
	shift   int // cells that lie to the left of what is seen
	times   bool
	pieces  shelf
	find    finder

	frame *pane.Frame
	area  pane.Area
	stale bool
	lines []string
}

// The messages that bring what was asked for; each says who asked.
type (
	logMsg struct {
		view     *logView
		question int
		jobs     pane.Jobs
		log      pane.Log
		err      error
	}
	pieceMsg struct {
		view   *logView
		log    int64
		number int
		piece  *joblog.Piece
		err    error
	}
)

func newLog(kit *pane.Kit, src pane.Source, ctx context.Context, t pane.Target) *logView {
	return &logView{kit: kit, src: src, ctx: ctx, target: t, frame: pane.NewFrame(kit), stale: true}
}

// Focus is nothing: a log is gone back from.
func (v *logView) Focus() intent.Action { return "" }

// Name is the log's title.
func (v *logView) Name() string { return v.target.Service + ": log" }

// Typing reports that what to search for is being typed.
func (v *logView) Typing() bool { return v.find.typing }

// Counting reports that the job goes on.
func (v *logView) Counting() bool { return v.index == nil && v.job().Status == model.StatusInProgress }

// Floats is false: a log takes the whole body.
func (v *logView) Floats() bool { return false }

// Size is all there is.
func (v *logView) Size(width, height int) (int, int) { return width, height }

// Start asks for the log.
func (v *logView) Start() tea.Cmd { return v.ask() }

// job is the one whose log is shown, as far as it is known.
func (v *logView) job() model.Job {
	if v.log != nil && v.log.Job.ID != 0 {
		return v.log.Job
	}
	if v.jobs != nil {
		for _, j := range v.jobs.Jobs {
			if j.ID == v.target.Job {
				return j
			}
		}
	}
	return model.Job{ID: v.target.Job}
}

// ask asks for the jobs of the run, and for the log of one of them.
func (v *logView) ask() tea.Cmd {
	if v.busy {
		v.again = true
		return nil
	}
	v.busy = true
	v.question++
	src, ctx, question, t := v.src, v.ctx, v.question, v.target
	return func() tea.Msg {
		msg := logMsg{view: v, question: question}
		if msg.jobs, msg.err = src.Jobs(ctx, t.Service, t.ID); msg.err != nil {
			return msg
		}
		if t.Job == 0 {
			t.Job = worthReading(msg.jobs)
		}
		if t.Job != 0 {
			msg.log, msg.err = src.Log(ctx, t.Service, t.ID, t.Job)
		}
		return msg
	}
}

// worthReading is the job whose log a person wants to see of a run's newest attempt: the
// first that failed, else the first that goes on, else the first that ran.
func worthReading(jobs pane.Jobs) int64 {
	best, weight := int64(0), 9
	for _, j := range jobs.OfAttempt(jobs.Newest()) {
		w := 2
		switch {
		case j.Conclusion == model.Skipped:
			w = 3
		case j.Status != model.StatusCompleted:
			w = 1
		case j.Conclusion != model.Success && j.Conclusion != model.Neutral:
			w = 0
		}
		if w < weight {
			best, weight = j.ID, w
		}
	}
	return best
}

// came takes an answer, if it is the newest and the view's own.
func (v *logView) came(msg logMsg) tea.Cmd {
	if msg.view != v || msg.question != v.question {
		return nil
	}
	v.busy, v.stale, v.err = false, true, msg.err
	var cmds []tea.Cmd
	if msg.err == nil {
		v.jobs = &msg.jobs
		if v.target.Job == 0 {
			v.target.Job = worthReading(msg.jobs)
		}
		if v.target.Job != 0 && v.index == nil {
			v.log = &msg.log
			cmds = append(cmds, v.open())
		}
	}
	if v.again {
		v.again = false
		cmds = append(cmds, v.ask())
	}
	return tea.Batch(cmds...)
}

// open lays out a log that has come, at its first error.
func (v *logView) open() tea.Cmd {
	if v.log.Index == nil {
		return nil
	}
	v.index = v.log.Index
	parts := v.index.Parts(v.log.Job.Steps)
	v.outline = joblog.NewOutline(v.index, parts)
	line, wrong := v.index.Opening(parts)
	for i := range parts {
		if p := &parts[i]; p.Step.Number == v.target.Step && v.target.Step > 0 && p.From < p.To {
			if line, wrong = v.index.FirstError(p.From, p.To); !wrong {
				line, wrong = p.From, true
			}
		}
	}
	if wrong || len(parts) == 0 {
		v.goTo(line)
	}
	return v.fetch()
}

// reset forgets the log, to show another one or the same anew.
func (v *logView) reset() {
	v.log, v.index, v.outline, v.err = nil, nil, nil, nil
	v.cursor, v.top, v.shift = 0, 0, 0
	v.pieces = shelf{}
	v.find = finder{generation: v.find.generation + 1}
	v.question++ // what is under way is of the former one
	v.busy, v.again, v.stale = false, false, true
}

// siblings are the jobs of the attempt that the log is of.
func (v *logView) siblings() []model.Job {
	if v.jobs == nil {
		return nil
	}
	return v.jobs.OfAttempt(v.job().Attempt)
}

// turn shows the log of the run's next job, or of the one before.
func (v *logView) turn(by int) tea.Cmd {
	jobs := v.siblings()
	at := 0
	for i, j := range jobs {
		if j.ID == v.target.Job {
			at = i
		}
	}
	v.target.Job, v.target.Step = jobs[(at+by+len(jobs))%len(jobs)].ID, 0
	v.reset()
	return v.ask()
}

// Update takes a message.
func (v *logView) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case logMsg:
		return v.came(msg)
	case pieceMsg:
		return v.pieceCame(msg)
	case foundMsg:
		return v.foundCame(msg)
	case pane.NewsMsg:
		if v.index == nil && msg.Changed[v.target.Service] {
			return v.ask()
		}
	case pane.BeatMsg:
		v.stale = true
		if v.index == nil {
			return v.ask()
		}
	case tea.KeyMsg:
		return v.typed(msg)
	case pane.WheelMsg:
		v.scroll(msg.Rows)
		return v.fetch()
	case pane.ClickMsg:
		return v.click(msg)
	}
	return nil
}

// Actions are what can be done in a log.
func (v *logView) Actions() []intent.Use {
	var uses []intent.Use
	add := func(a intent.Action, word string, f func()) {
		uses = append(uses, intent.Use{Action: a, Word: word, Means: func() tea.Cmd { f(); return v.fetch() }})
	}
	if v.index != nil {
		add(intent.Down, "", func() { v.move(1) })
		add(intent.Up, "", func() { v.move(-1) })
		add(intent.PageDown, "", func() { v.move(max(v.height-1, 1)) })
		add(intent.PageUp, "", func() { v.move(-max(v.height-1, 1)) })
		add(intent.First, "", func() { v.move(-v.outline.Rows()) })
		add(intent.Last, "", func() { v.move(v.outline.Rows()) })
		add(intent.Left, "", func() { v.slide(-1) })
		add(intent.Right, "", func() { v.slide(1) })
		if v.outline.Folds() {
			word := "fold"
			if r := v.outline.Row(v.cursor); r.Title() && !r.Open {
				word = "unfold"
			}
			add(intent.Details, word, v.fold)
			word = "fold all"
			if v.outline.Shut() {
				word = "unfold all"
			}
			add(intent.FoldAll, word, v.foldAll)
		}
		if len(v.index.Errors)+len(v.index.Likely) > 0 {
			add(intent.NextError, "", func() { v.error(false) })
			add(intent.PreviousError, "", func() { v.error(true) })
		}
		uses = append(uses, intent.Use{Action: intent.Filter, Word: "search", Means: func() tea.Cmd { v.find.prompt(); v.stale = true; return nil }})
		if !v.find.query.Zero() {
			add(intent.NextMatch, "", func() { v.match(false) })
			add(intent.PreviousMatch, "", func() { v.match(true) })
			add(intent.Back, "end search", func() { v.find.end(); v.stale = true })
		}
		add(intent.Times, "", func() { v.times, v.stale = !v.times, true })
		uses = append(uses, intent.Use{Action: intent.Copy, Means: v.copyLine})
	}
	if len(v.siblings()) > 1 {
		uses = append(uses,
			intent.Use{Action: intent.Next, Word: "next job", Means: func() tea.Cmd { return v.turn(1) }},
			intent.Use{Action: intent.Previous, Word: "job before", Means: func() tea.Cmd { return v.turn(-1) }})
	}
	if url := v.link(); url != "" {
		uses = append(uses, intent.Use{Action: intent.Open, Means: func() tea.Cmd { return v.kit.CopyLink(url) }})
	}
	src, service := v.src, v.target.Service
	return append(uses, intent.Use{Action: intent.Refresh, Means: func() tea.Cmd {
		v.kit.Ask(pane.SayMsg{Text: "reading " + service + " again"})
		return func() tea.Msg { src.Refresh(service); return nil }
	}})
}
