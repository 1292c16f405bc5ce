package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/sprint"
)

// Bounds of one board. GitHub allows 50,000 items on one; nobody plans sprints with more than these.
const (
	maxBoardItems = 3000
	maxBoardPages = maxBoardItems / maxPage
)

// BoardWanted says which board to read.
type BoardWanted struct {
	Source model.SprintSource
	// Have are the items that were read before. The labels, assignees and pull requests of those that haven't changed
	// since are taken from them.
	Have []model.Item
	// NoGraphQL says that GraphQL was refused here lately; REST is asked at once.
	NoGraphQL bool
}

// BoardReading is a board and what it cost.
type BoardReading struct {
	Reading[model.SprintBoard]
	Points int // of GraphQL
	// NoGraphQL says that GraphQL was refused as such, and REST was asked.
	NoGraphQL bool
}

// Board reads a GitHub project, of an organisation or a user: fields and all items over GraphQL, a point a page of 100,
// then labels, assignees and pull requests of the items of the sprints around the present that are new or have changed,
// or whose pull requests are under way. Where GraphQL is refused REST is asked, conditionally; GraphQL itself knows no
// conditions. Boards over REST are missing on Enterprise Servers up to 3.19.
func (c *Client) Board(ctx context.Context, w BoardWanted, known Validators) (BoardReading, error) {
	a := act{
		doing:      "read the project " + boardName(w.Source),
		permission: "Projects: read", scope: "read:project", repo: model.Repo{Host: c.host, Owner: w.Source.ProjectOwner},
		missing: fmt.Sprintf("there is no project %s, or the token can't see it; see project: in the configuration, and the token's scope read:project or permission Projects", boardName(w.Source)),
	}
	if !made(w.Source.ProjectOwner, "-_") || w.Source.ProjectNumber < 1 {
		return BoardReading{}, a.problem(model.ProblemMissing, boardName(w.Source)+" is not the name of a project", "write project: OWNER/NUMBER", nil)
	}
	if !w.NoGraphQL {
		got, err := c.graphBoard(ctx, a, w)
		if !noGraphQL(err) {
			return got, err
		}
	}
	if v := c.Budget().Enterprise; v != "" && !restBoards(v) {
		return BoardReading{NoGraphQL: !w.NoGraphQL}, a.problem(model.ProblemForbidden, "GraphQL is refused here, and Enterprise Server "+v+" has no projects over REST",
			"let the token use GraphQL, or write sprint: {milestones: true} into the configuration", nil)
	}
	got, err := c.restBoard(ctx, a, w, known)
	got.NoGraphQL = !w.NoGraphQL
	return got, err
}

// restBoards reports whether an Enterprise Server has projects over REST: GitHub's description of 3.19 has none.
func restBoards(version string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return true // it will say so itself
	}
	return major > 3 || major == 3 && minor > 19
}

func boardName(s model.SprintSource) string {
	return fmt.Sprintf("%s/%d", name(s.ProjectOwner), s.ProjectNumber)
}

// noGraphQL tells a refusal of GraphQL as such from one of this board.
func noGraphQL(err error) bool {
	var p *Problem
	return errors.As(err, &p) && p.noGraphQL
}

// boardRead is a board while it is read, over either API.
type boardRead struct {
	act    act
	source model.SprintSource
	host   string
	now    time.Time
	board  model.SprintBoard
	fields []boardField // of the board, for sentences
	// columns and estimates say that the board has these fields; without columns what is closed is done.
	columns, estimates bool
	nodes              map[string]string // GraphQL's identifier of an item's content, by the item's
}

// boardField is a field of a board; its kind is a ProjectV2FieldType in lower case, with spaces.
type boardField struct{ name, kind string }

func newBoardRead(a act, c *Client, w BoardWanted) *boardRead {
	return &boardRead{act: a, source: w.Source, host: c.host, now: c.clock.Now(), nodes: map[string]string{}, board: model.SprintBoard{Source: boardName(w.Source)}}
}

// checkFields finds the fields that the configuration names. A default name need not be there, for boards without
// points are common; but without iterations there are no sprints.
func (b *boardRead) checkFields() error {
	iteration, ok := b.field(b.source.Iteration)
	if !ok || iteration.kind != "iteration" {
		return b.wrongField("iteration", b.source.Iteration, iteration, ok, "iteration")
	}
	status, ok := b.field(b.source.Status)
	switch {
	case ok && status.kind != "single select" && status.kind != "text":
		return b.wrongField("status", b.source.Status, status, ok, "single select")
	case !ok && !strings.EqualFold(b.source.Status, "Status"):
		return b.wrongField("status", b.source.Status, status, ok, "single select")
	}
	b.columns = ok
	points, ok := b.field(b.source.Points)
	switch {
	case ok && !slices.Contains([]string{"number", "single select", "text"}, points.kind):
		return b.wrongField("points", b.source.Points, points, ok, "number")
	case !ok && !strings.EqualFold(b.source.Points, "Estimate"):
		return b.wrongField("points", b.source.Points, points, ok, "number")
	}
	b.estimates = ok
	return nil
}

func (b *boardRead) field(called string) (boardField, bool) {
	for _, f := range b.fields {
		if strings.EqualFold(f.name, called) {
			return f, true
		}
	}
	return boardField{}, false
}

// wrongField names a field that doesn't serve, and those that would.
func (b *boardRead) wrongField(key, called string, found boardField, ok bool, kind string) error {
	why := fmt.Sprintf("the project has no field %q", called)
	if ok {
		why = fmt.Sprintf("its field %q is of the type %s, not %s", found.name, found.kind, kind)
	}
	var fit, others []string
	for _, f := range b.fields {
		if f.kind == kind {
			fit = append(fit, f.name)
		} else {
			others = append(others, f.name)
		}
	}
	switch {
	case len(fit) > 0:
		why += fmt.Sprintf("; its %s fields are %s", kind, strings.Join(fit, ", "))
	case len(others) > 0:
		why += fmt.Sprintf("; it has no %s field, only %s", kind, strings.Join(others[:min(len(others), 20)], ", "))
	}
	return b.act.problem(model.ProblemMissing, why, fmt.Sprintf("write sprint: {%s: NAME} into the configuration", key), nil)
}

// addSprint adds an iteration. One whose dates make no sense is left out: nothing could be said of it.
func (b *boardRead) addSprint(id, title, start string, days int, done bool) {
	from, err := time.Parse(time.DateOnly, start)
	if err != nil || id == "" || days < 1 || days > 1000 {
		return
	}
	b.board.Sprints = append(b.board.Sprints, model.Sprint{ID: name(id), Title: model.Clean(title), Start: from, End: from.AddDate(0, 0, days), Done: done, URL: b.board.URL})
}

func (b *boardRead) sortSprints() {
	slices.SortStableFunc(b.board.Sprints, func(x, y model.Sprint) int { return x.Start.Compare(y.Start) })
}

// judge fills in what the configuration makes of an item.
func (b *boardRead) judge(i *model.Item) {
	closed := i.State == "closed" || i.State == "merged"
	i.Done = closed
	if b.columns && i.Status != "" {
		i.Done = slices.ContainsFunc(b.source.Done, func(column string) bool { return strings.EqualFold(strings.TrimSpace(column), string(i.Status)) })
	}
	i.Blocker = blocks(i.Labels, b.source.Blockers)
}

func blocks(labels []model.Text, blockers []string) bool {
	return slices.ContainsFunc(labels, func(l model.Text) bool {
		return slices.ContainsFunc(blockers, func(b string) bool { return strings.EqualFold(b, string(l)) })
	})
}

// near are the sprints whose items are read in detail: those under way, the newest that is over and the next one.
func near(sprints []model.Sprint, now time.Time) map[string]bool {
	ids := map[string]bool{}
	for _, s := range sprint.Now(&model.SprintBoard{Sprints: sprints}, model.Repo{}, now).Sprints {
		ids[s.ID] = true
	}
	var before, after string
	for _, s := range sprints { // oldest first
		switch {
		case !s.End.IsZero() && !s.End.After(now):
			before = s.ID
		case !s.Start.After(now):
			ids[s.ID] = true
		case after == "":
			after = s.ID
		}
	}
	ids[before], ids[after] = true, true
	delete(ids, "")
	return ids
}

// take gives items the details that were read before, and returns those that need theirs read.
func (b *boardRead) take(have []model.Item) (lacking []*model.Item) {
	old := make(map[string]*model.Item, len(have))
	for i := range have {
		old[have[i].ID] = &have[i]
	}
	wanted := near(b.board.Sprints, b.now)
	for i := range b.board.Items {
		item := &b.board.Items[i]
		was := old[item.ID]
		if was != nil && was.Detailed && was.UpdatedAt.Equal(item.UpdatedAt) && !(wanted[item.Sprint] && underWay(was)) {
			item.Labels, item.Assignees, item.Detailed = was.Labels, was.Assignees, true
			if item.Kind != model.ItemPull || item.Pulls[0].Base == "" { // lists of issues don't tell where a pull request goes
				item.Pulls = was.Pulls
			}
			continue
		}
		if wanted[item.Sprint] && !item.Archived && b.nodes[item.ID] != "" {
			lacking = append(lacking, item)
		}
	}
	return lacking
}

// underWay reports whether a pull request is open that closes an issue: when it is merged the issue need not change.
func underWay(i *model.Item) bool {
	return i.Kind == model.ItemIssue && slices.ContainsFunc(i.Pulls, func(c model.ItemChange) bool { return c.State == "open" })
}

// newestChange puts what was merged last first, before what is open and what was closed.
func newestChange(list []model.ItemChange) {
	slices.SortStableFunc(list, func(x, y model.ItemChange) int {
		if c := y.MergedAt.Compare(x.MergedAt); c != 0 {
			return c
		}
		return y.Number - x.Number
	})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
