package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// quit asks whether gonogo should end although it drives operations, and says what will not go on without it.
type quit struct {
	kit    *pane.Kit
	driven []operate.Operation
	quiet  quiet
	list   *pane.List
	frame  *pane.Frame
	width  int
	tall   int // rows
}

// NewQuit makes the question whether to end while operations are driven here.
func NewQuit(kit *pane.Kit, driven []operate.Operation) pane.Layer {
	return &quit{kit: kit, driven: driven, quiet: quiet{kit: kit}, list: pane.NewList(kit, 1), frame: pane.NewFrame(kit)}
}

// Focus is nothing: it is gone back from.
func (q *quit) Focus() intent.Action { return "" }

// Name is the question.
func (q *quit) Name() string { return "Quit?" }

// Typing is false.
func (q *quit) Typing() bool { return false }

// Counting is false.
func (q *quit) Counting() bool { return false }

// Floats is true: what moves stays visible.
func (q *quit) Floats() bool { return true }

// Size is as much as there is to say.
func (q *quit) Size(width, height int) (int, int) {
	width = min(78, width-2)
	q.build(width - 2)
	return width, min(q.tall+4, height) // with the frame, and the answers
}

// Start waits until a key can be an answer.
func (q *quit) Start() tea.Cmd { return q.quiet.wait() }

// Update takes a message.
func (q *quit) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case quietMsg:
		if q.quiet.take(msg) {
			return tea.Quit
		}
	case pane.WheelMsg:
		q.list.Wheel(msg.Rows)
	}
	return nil
}

// Actions are to quit and to stay.
func (q *quit) Actions() []intent.Use {
	follow := "gonogo follow " + q.driven[0].Plan.ID
	return []intent.Use{
		{Action: intent.Down, Means: func() tea.Cmd { q.list.Move(1); return q.quiet.wait() }},
		{Action: intent.Up, Means: func() tea.Cmd { q.list.Move(-1); return q.quiet.wait() }},
		{Action: intent.Copy, Word: "copy follow", Means: func() tea.Cmd {
			return tea.Batch(q.quiet.wait(), q.kit.Ask(pane.CopyMsg{Text: follow, What: "the command"}))
		}},
		{Action: intent.Back, Word: "stay", Means: func() tea.Cmd { return q.kit.Ask(pane.CloseMsg{}) }},
		{Action: intent.Quit, Means: func() tea.Cmd {
			if q.quiet.settled {
				return q.quiet.arm()
			}
			return q.quiet.wait()
		}},
	}
}

func (q *quit) build(width int) {
	if width == q.width {
		return
	}
	q.width = width
	b := &builder{kit: q.kit, t: q.kit.Theme, width: width}
	t := b.t
	one := len(q.driven) == 1
	text := "gonogo drives " + cell.Count(len(q.driven), "operation", false) + " from here. Without it:"
	b.text(t.Text, text)
	for i := range q.driven {
		o := &q.driven[i]
		state, line := OperationLine(t, o)
		b.blank()
		b.row(pane.Row{}, func(l *cell.Line) { l.Put(state.Style, state.Symbol+" "+line) })
		b.paragraph(2, t.Text, stopsWith(o)+".", pane.Row{})
		b.paragraph(2, t.Strong, "gonogo follow "+o.Plan.ID, pane.Row{})
	}
	b.blank()
	goes := "Those commands go on with them without a screen, and so does the next start."
	if one {
		goes = "That command goes on with it without a screen, and so does the next start."
	}
	b.text(t.Faint, goes)
	q.tall = len(b.list)
	q.list.SetRows(b.told())
}

// View draws the question.
func (q *quit) View(a pane.Area) []string {
	t := q.kit.Theme
	q.build(a.Width - 2)
	box := theme.Box{Title: t.Heading.Render("Quit?"), Width: a.Width, Height: a.Height, Focused: true}
	width, height := box.Inner()
	lines := q.list.Draw(q.frame.Inner[:0], width, max(height-2, 0), false)
	answers := cell.NewLine(t, width).Gap(2).Put(t.Key, q.kit.Keys.Label(intent.Back)).Put(t.Text, " stay")
	if q.quiet.open() { // until then it is no answer
		answers.Gap(3).Put(t.Key, q.kit.Keys.Label(intent.Quit)).Put(t.Text, " quit all the same")
	}
	lines = append(lines, cell.Blank(width), answers.String())
	box.Foot = q.list.Foot()
	return q.frame.Wrap(box, lines)
}
