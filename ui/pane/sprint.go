package pane

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
	"gonogo/ui/cell"
	"gonogo/ui/intent"
	"gonogo/ui/theme"
)

// Sprint shows the sprint that is on: its progress and its items, what is the matter first, each with how far it has
// travelled.
type Sprint struct {
	base
	board   *Board
	service string
	on      sprint.Present
	items   []told
	due     bool // its rows are old; they are made when they are seen
}

// told is an item with how far it has come.
type told struct {
	*model.Item
	journey readiness.Journey
	rank    int
}

// NewSprint makes the pane.
func NewSprint(kit *Kit) *Sprint { return &Sprint{base: newBase(kit, 1)} }

// Focus is the action that goes here.
func (s *Sprint) Focus() intent.Action { return intent.Sprint }

// Name is the pane's name.
func (s *Sprint) Name() string { return "Sprint" }

// Counting is false: a sprint is counted in days.
func (s *Sprint) Counting() bool { return false }

// Actions are what can be done here.
func (s *Sprint) Actions() []intent.Use {
	s.made()
	return s.list.Uses()
}

// made makes the rows if they are old: whoever acts on them before they are seen must not meet others.
func (s *Sprint) made() {
	if s.due {
		s.reset()
	}
}

// Update takes a message.
func (s *Sprint) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BoardMsg:
		s.board = msg.Board
		s.due, s.stale = true, true
	case SelectedMsg:
		if msg.Service != s.service {
			if !s.list.Typing() { // a filter that is being typed already is for what comes
				s.list = NewList(s.kit, 1)
			}
			s.service = msg.Service
			s.due, s.stale = true, true
		}
	case BeatMsg:
		s.due, s.stale = true, true
	case tea.KeyMsg, WheelMsg, ClickMsg:
		s.made()
		cmd, _ := s.common(msg)
		return cmd
	}
	return nil
}

// View draws the pane.
func (s *Sprint) View(a Area) []string {
	if s.settled(a) {
		return s.lines
	}
	if s.due || a.Width != s.area.Width || a.Height != s.area.Height {
		s.area = a
		s.reset()
	}
	of, note := cmp.Or(s.service, "all services"), ""
	if s.board != nil && s.board.SprintRead.OK() && s.kit.Now().Sub(s.board.SprintRead.At) >= unreadSince {
		note = s.kit.Theme.Faint.Render("read " + cell.Ago(s.board.SprintRead.At, s.kit.Now()))
	}
	return s.draw(a, s.title(intent.Sprint, "Sprint", of, a.Focused), note)
}

// unreadSince is how old a board must be for its age to be told.
const unreadSince = 15 * time.Minute

// reset makes the rows anew from the data.
func (s *Sprint) reset() {
	s.due, s.stale = false, true
	if s.board == nil {
		return
	}
	s.items = s.items[:0]
	repo := s.repo()
	s.on = sprint.Now(s.board.Sprint, repo, s.kit.Now())
	if why := s.nothing(); why != nil {
		s.list.SetRows(why)
		return
	}
	roads := readiness.NewRoads(s.board.Services)
	all := sprint.Items(s.board.Sprint, s.on)
	for _, item := range all {
		if s.service == "" || sprint.Concerns(item, repo) || sprint.Nobodys(item) {
			j := roads.Journey(item)
			s.items = append(s.items, told{item, j, itemRank(item, &j)})
		}
	}
	slices.SortStableFunc(s.items, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(numbered(a.Item), numbered(b.Item)), cmp.Compare(a.ID, b.ID))
	})
	rows := s.head(all, roads)
	w := s.widths()
	for i := range s.items {
		rows = append(rows, s.row(&s.items[i], w))
	}
	s.list.SetRows(append(rows, s.foot()...))
}

// numbered is an item's number; drafts, which have none, come last.
func numbered(item *model.Item) int {
	if item.Number == 0 {
		return 1 << 40
	}
	return item.Number
}

// repo is the selected service's repository; the zero one while all are shown.
func (s *Sprint) repo() model.Repo {
	for i := range s.board.Services {
		if s.board.Services[i].Service == s.service && s.service != "" {
			return s.board.Services[i].Repo
		}
	}
	return model.Repo{}
}

// nothing says why no sprint can be shown; nil where one can.
func (s *Sprint) nothing() []Row {
	t, read := s.kit.Theme, s.board.SprintRead
	say := func(style theme.Style, sentences ...string) (rows []Row) {
		for _, text := range sentences {
			for _, line := range wrapped(cell.Text(t, text), s.area.Width-6) {
				rows = append(rows, sentence(style, line))
			}
		}
		return rows
	}
	switch {
	case s.kit.Discovery != nil && !s.kit.Discovery.Found: // Deployments says what is looked for
		return []Row{blank()}
	case s.board.SprintSource == nil && s.kit.Discovery != nil:
		return say(t.Faint, "No milestone of "+s.kit.Discovery.Repo+" ends in the next weeks.", "A project board is found by sprint: {project: OWNER/NUMBER} in a gonogo.yml; gonogo init writes one.")
	case s.board.SprintSource == nil:
		return say(t.Faint, "No sprint board is configured.", "In gonogo.yml, sprint: {project: OWNER/NUMBER} takes the iterations of a GitHub project, and sprint: {milestones: true} the milestones of the services' repositories.")
	case s.board.Sprint == nil && read.Problem == model.ProblemForbidden:
		return say(t.Bad, "The sprint board can't be read: the token lacks "+sprintPermission(s.board.SprintSource)+".", string(read.Why))
	case s.board.Sprint == nil && read.Problem != model.NoProblem:
		return say(t.Bad, "The sprint board can't be read: "+cmp.Or(string(read.Why), string(read.Problem)))
	case s.board.Sprint == nil && s.kit.Offline != "":
		return say(t.Warn, "The sprint board was never read, and can't be now: "+s.kit.Offline)
	case s.board.Sprint == nil:
		return say(t.Faint, "The sprint board has not been read yet.")
	case !s.on.Known:
		return say(t.Warn, sentenceCase(string(s.on.Why))+".", "To settle it: "+string(s.on.Settle)+".")
	}
	return nil
}

// sprintPermission is what reading a board takes (GitHub REST docs, "Permissions required for fine-grained personal access
// tokens"; fine-grained tokens can't be given the projects of a user).
func sprintPermission(source *model.SprintSource) string {
	if source.Milestones {
		return "Issues: read"
	}
	return "Projects: read (a classic token: read:project)"
}

// sentenceCase begins a sentence with a capital, unless it begins with a name.
func sentenceCase(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || strings.Contains(first, "/") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// foot says what isn't among the rows.
func (s *Sprint) foot() (rows []Row) {
	t, b := s.kit.Theme, s.board.Sprint
	if len(s.items) == 0 {
		text := string(s.on.Title()) + " has no items."
		if s.service != "" {
			text = string(s.on.Title()) + " has no item of " + s.service + "."
		}
		rows = append(rows, sentence(t.Faint, text))
	}
	if n := sprint.Redacted(b); n > 0 {
		rows = append(rows, sentence(t.Faint, cell.Count(n, "item", false)+" of the board the token may not see"))
	}
	if b.Cut {
		rows = append(rows, sentence(t.Warn, "The board has more items than were read."))
	}
	return rows
}

// Ranks of items: what is the matter comes first.
const (
	rankBlocker = iota
	rankLagging // merged, and not in the last environment
	rankMoving
	rankOpen
	rankDone
	rankDropped
)

func itemRank(item *model.Item, j *readiness.Journey) int {
	switch {
	case item.NotPlanned:
		return rankDropped
	case item.Blocker && sprint.Open(item):
		return rankBlocker
	case j.Stage >= readiness.StageMerged && !j.Through():
		return rankLagging
	case !sprint.Open(item):
		return rankDone
	case j.Stage == readiness.StageReview || underWay(item.Status):
		return rankMoving
	}
	return rankOpen
}

// underWay reports whether a column's name says that something is being done. Teams name their columns as they like; this
// orders rows, and decides nothing.
func underWay(status model.Text) bool {
	text := strings.ToLower(string(status))
	for _, word := range []string{"progress", "doing", "review", "test", "started", "active", "qa"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// ItemState is how an item stands: what is the matter with it, else where it has got to.
func ItemState(t *theme.Theme, item *model.Item, j *readiness.Journey) theme.State {
	switch itemRank(item, j) {
	case rankDropped:
		return theme.State{Symbol: t.Symbols.Skipped, Word: "not planned", Style: t.Faint}
	case rankBlocker:
		return theme.State{Symbol: t.Symbols.Fail, Word: "blocker", Style: t.Bad}
	case rankLagging:
		if len(j.In) == 0 {
			return theme.State{Symbol: t.Symbols.Unknown, Word: "merged", Style: t.Unknown}
		}
		return theme.State{Symbol: t.Symbols.Wait, Word: where(j), Style: t.Wait}
	case rankMoving:
		return theme.State{Symbol: t.Symbols.Running, Word: moving(item, j), Style: t.Active}
	case rankDone:
		word := "done"
		if !item.Done {
			word = item.State // closed in a column that isn't one of those that mean done
		}
		return theme.State{Symbol: t.Symbols.Pass, Word: word, Style: t.Good}
	}
	word := "open"
	if item.Kind == model.ItemDraft {
		word = "draft"
	}
	return theme.State{Symbol: t.Symbols.Queued, Word: word, Style: t.Faint}
}

func moving(item *model.Item, j *readiness.Journey) string {
	if j.Stage == readiness.StageReview {
		return "in review"
	}
	return strings.ToLower(string(item.Status))
}

// where is where a merged item has got to: the last environment that it is in.
func where(j *readiness.Journey) string {
	if last := j.Last(); last != "" {
		return "in " + last
	}
	return "merged"
}
