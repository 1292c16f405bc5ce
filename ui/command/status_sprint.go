package command

import (
	"fmt"
	"strconv"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
	"gonogo/model/sprint"
)

type sprintJSON struct {
	Title    string           `json:"title"` // empty: none is on, or it isn't known; why says why
	Why      string           `json:"why"`
	Settle   string           `json:"settle,omitempty"`
	Source   string           `json:"source"`
	Day      int              `json:"day"` // working day, of days; 0 where a milestone has no beginning
	Days     int              `json:"days"`
	Starts   *time.Time       `json:"starts"`
	Ends     *time.Time       `json:"ends"` // midnight after the last day
	Progress sprintProgress   `json:"progress"`
	Scope    *scopeJSON       `json:"scope"` // null: not known
	Items    []sprintItemJSON `json:"items"`
	ReadAt   *time.Time       `json:"read_at"`
	Problem  string           `json:"problem,omitempty"`
}

type sprintProgress struct {
	Items         int     `json:"items"`
	ItemsDone     int     `json:"items_done"`
	Points        float64 `json:"points"`
	PointsDone    float64 `json:"points_done"`
	WithoutPoints int     `json:"without_points"`
	Blockers      int     `json:"blockers"` // open ones
	NotPlanned    int     `json:"not_planned"`
	Redacted      int     `json:"redacted"` // that the token may not see, in whatever sprint
	AtLeast       bool    `json:"at_least"`
}

type scopeJSON struct {
	Since         *time.Time `json:"since"`
	ItemsAdded    int        `json:"items_added"`
	ItemsRemoved  int        `json:"items_removed"`
	PointsAdded   float64    `json:"points_added"`
	PointsRemoved float64    `json:"points_removed"`
}

type sprintItemJSON struct {
	Number     int      `json:"number"` // 0: a draft
	Repository string   `json:"repository,omitempty"`
	Title      string   `json:"title"`
	URL        string   `json:"url,omitempty"`
	Kind       string   `json:"kind"`
	State      string   `json:"state,omitempty"`
	Column     string   `json:"column,omitempty"`
	Points     *float64 `json:"points"`
	Assignees  []string `json:"assignees"`
	Done       bool     `json:"done"`
	Blocker    bool     `json:"blocker"`
	NotPlanned bool     `json:"not_planned"`
	// Stage is none, open, in-review, merged or deployed: as far as the least-travelled of its changes; Reached is the last
	// environment that has it.
	Stage   string `json:"stage"`
	Reached string `json:"reached,omitempty"`
	Why     string `json:"why,omitempty"` // why more isn't known
}

var stages = map[readiness.Stage]string{
	readiness.StageNone: "none", readiness.StageOpen: "open", readiness.StageReview: "in-review",
	readiness.StageMerged: "merged", readiness.StageDeployed: "deployed",
}

// sprintReport is what status tells of the sprint; nil where none is configured.
type sprintReport struct {
	board    *board.Board
	selected map[string]bool // services whose items count; empty: all
}

func (r report) sprintOf(now time.Time) *sprintJSON {
	if r.sprint == nil {
		return nil
	}
	b, read := r.sprint.board.Sprint, r.sprint.board.SprintRead
	on := sprint.Now(b, model.Repo{}, now)
	doc := &sprintJSON{
		Title: string(on.Title()), Why: string(on.Why), Settle: string(on.Settle), Day: on.Day, Days: on.Days, Starts: moment(on.Start()), Ends: moment(on.End()),
		Items: []sprintItemJSON{}, ReadAt: moment(read.At), Problem: string(read.Problem),
	}
	if b == nil {
		if read.Why != "" {
			doc.Why = string(read.Why)
		}
		return doc
	}
	doc.Source = b.Source
	items := r.sprint.items(on)
	p := sprint.Count(b, items)
	doc.Progress = sprintProgress{
		Items: p.All.Items, ItemsDone: p.Done.Items, Points: p.All.Points, PointsDone: p.Done.Points, WithoutPoints: p.All.Unpointed,
		Blockers: p.Blockers, NotPlanned: p.NotPlanned, Redacted: p.Redacted, AtLeast: p.AtLeast,
	}
	if s := sprint.ScopeOf(b, on, now); s.Known {
		doc.Scope = &scopeJSON{moment(s.Since), s.Added.Items, s.Removed.Items, s.Added.Points, s.Removed.Points}
	}
	roads := readiness.NewRoads(r.sprint.board.Services)
	for _, item := range items {
		doc.Items = append(doc.Items, itemOf(item, roads))
	}
	return doc
}

// items are those of the selected services and of none, or all.
func (s *sprintReport) items(on sprint.Present) []*model.Item {
	all := sprint.Items(s.board.Sprint, on)
	if len(s.selected) == 0 {
		return all
	}
	var mine []*model.Item
	for _, item := range all {
		of := sprint.Nobodys(item)
		for i := range s.board.Services {
			service := &s.board.Services[i]
			of = of || s.selected[service.Service] && sprint.Concerns(item, service.Repo)
		}
		if of {
			mine = append(mine, item)
		}
	}
	return mine
}

func itemOf(item *model.Item, roads *readiness.Roads) sprintItemJSON {
	j := roads.Journey(item)
	doc := sprintItemJSON{
		Number: item.Number, Title: string(item.Title), URL: item.URL, Kind: string(item.Kind), State: item.State, Column: string(item.Status),
		Assignees: make([]string, len(item.Assignees)), Done: item.Done, Blocker: item.Blocker, NotPlanned: item.NotPlanned,
		Stage: stages[j.Stage], Reached: j.Last(), Why: string(j.Why),
	}
	if !sprint.Nobodys(item) {
		doc.Repository = item.Repo.String()
	}
	if p, ok := sprint.Points(item.Points); ok {
		doc.Points = &p
	}
	for i, who := range item.Assignees {
		doc.Assignees[i] = string(who)
	}
	return doc
}

// sprintLine is the sprint in the table: which one, its day, how far it has come, and what blocks it.
func (r report) sprintLine(now time.Time) string {
	s := r.sprintOf(now)
	if s == nil {
		return ""
	}
	line := "sprint: " + s.Why
	if s.Title != "" {
		if s.Progress.Points > 0 {
			line += fmt.Sprintf("; %g of %g points", s.Progress.PointsDone, s.Progress.Points)
		}
		line += fmt.Sprintf("; %d of %d items done", s.Progress.ItemsDone, s.Progress.Items)
		if n := s.Progress.Blockers; n > 0 {
			line += "; " + strconv.Itoa(n) + " open blocker"
			if n > 1 {
				line += "s"
			}
		}
	}
	if s.ReadAt != nil && now.Sub(*s.ReadAt) >= time.Hour {
		line += "; read " + age(*s.ReadAt, now) + " ago"
	}
	return line
}

// itemNames are items as GitHub writes them where another repository is meant: acme/api#412.
func itemNames(items []model.Item) []string {
	names := make([]string, len(items))
	for i := range items {
		names[i] = items[i].Repo.String() + "#" + strconv.Itoa(items[i].Number)
	}
	return names
}
