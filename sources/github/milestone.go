package github

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// Bounds of the milestones of one repository: the newest by due date, and what changed last in any of them.
const (
	maxMilestonePages = 2
	maxPlannedPages   = 5
	// recentMilestone is how long a closed milestone is still told of.
	recentMilestone = 60 * 24 * time.Hour
)

// MilestonesWanted says of which repositories the milestones are the sprints.
type MilestonesWanted struct {
	Source model.SprintSource
	Repos  []model.Repo // of this client's host
	// Have is what was read before: what GitHub says to be unchanged is taken from it.
	Have *model.SprintBoard
	// NoGraphQL says that GraphQL was refused here lately. Which pull requests close an issue only GraphQL tells.
	NoGraphQL bool
}

// Milestones reads the milestones of repositories and the issues and pull requests in them, two conditional calls a
// repository, one where it has no milestone that matters.
func (c *Client) Milestones(ctx context.Context, w MilestonesWanted, known Validators) (BoardReading, error) {
	out := BoardReading{Reading: Reading[model.SprintBoard]{At: c.clock.Now(), Validators: Validators{}, Unchanged: true}}
	question := wantedNote("milestones", strings.Join(w.Source.Blockers, ","))
	known = sameQuestion(known, question)
	if w.Have == nil {
		w.Have, known = &model.SprintBoard{}, nil
	}
	b := &boardRead{source: w.Source, host: c.host, now: c.clock.Now(), nodes: map[string]string{}, board: model.SprintBoard{Cut: w.Have.Cut && known != nil}}
	for _, repo := range w.Repos {
		request, changed, err := c.milestones(ctx, b, repo, w.Have, known, out.Validators)
		if out.Request == "" {
			out.Request = request
		}
		if err != nil {
			return out, err
		}
		out.Unchanged = out.Unchanged && !changed
	}
	out.Validators[wantedKey] = question
	if out.Unchanged && known != nil {
		return out, nil
	}
	out.Unchanged = false
	if lacking := b.take(w.Have.Items); !w.NoGraphQL {
		points, err := c.details(ctx, b, lacking)
		out.Points = points
		if err != nil && !noGraphQL(err) {
			return out, err
		}
		out.NoGraphQL = noGraphQL(err)
	}
	for i := range b.board.Items {
		b.judge(&b.board.Items[i])
	}
	slices.SortStableFunc(b.board.Sprints, func(x, y model.Sprint) int { return x.End.Compare(y.End) })
	out.Value, out.Cut = b.board, b.board.Cut
	return out, nil
}

// milestones reads those of one repository, or takes what is known of it where nothing has changed.
func (c *Client) milestones(ctx context.Context, b *boardRead, repo model.Repo, have *model.SprintBoard, known, into Validators) (request string, changed bool, err error) {
	a, path, err := c.on(repo, "read milestones", "Issues: read")
	if err != nil {
		return "", false, err
	}
	b.act = a
	query := perPage()
	query.Set("state", "all")
	query.Set("sort", "due_on")
	query.Set("direction", "desc")
	list, err := c.list(ctx, a, path+"/milestones", query, maxMilestonePages, known, nil)
	before := ofRepo(have.Sprints, repo, func(s model.Sprint) model.Repo { return s.Repo })
	if disabled(err) {
		return list.request, len(before) > 0, nil
	}
	if err != nil {
		return list.request, false, err
	}
	add(into, list.validators)
	sprints := before
	if !list.unchanged {
		if sprints, err = b.milestones(list, repo); err != nil {
			return list.request, false, err
		}
	}
	b.board.Sprints = append(b.board.Sprints, sprints...)
	if len(sprints) == 0 {
		return list.request, !list.unchanged, nil
	}
	query = perPage()
	query.Set("milestone", "*")
	query.Set("state", "all")
	query.Set("sort", "updated")
	a.doing = "read the issues of the milestones of " + name(repo.String())
	planned, err := c.list(ctx, a, path+"/issues", query, maxPlannedPages, known, nil)
	if err != nil {
		return list.request, false, err
	}
	add(into, planned.validators)
	if planned.unchanged {
		for _, i := range ofRepo(have.Items, repo, func(i model.Item) model.Repo { return i.Repo }) {
			b.nodes[i.ID] = i.ID
			b.board.Items = append(b.board.Items, i)
		}
		return list.request, !list.unchanged, nil
	}
	b.board.Cut = b.board.Cut || planned.cut
	return list.request, true, b.planned(planned, repo, sprints)
}

func add(into, from Validators) {
	for k, v := range from {
		into[k] = v
	}
}

func ofRepo[T any](list []T, repo model.Repo, of func(T) model.Repo) (out []T) {
	for _, v := range list {
		if of(v).Same(repo) {
			out = append(out, v)
		}
	}
	return out
}

// disabled reports whether a repository has no issues at all: GitHub answers 410.
func disabled(err error) bool {
	var refused *github.ErrorResponse
	return errors.As(err, &refused) && refused.Response.StatusCode == http.StatusGone
}

// milestoneID names a milestone by its repository and its number.
func milestoneID(repo model.Repo, number int) string {
	return repo.String() + "#" + strconv.Itoa(number)
}

// milestones takes those that are open or were closed lately.
func (b *boardRead) milestones(l listing, repo model.Repo) (sprints []model.Sprint, err error) {
	type milestone struct {
		Number int        `json:"number"`
		Title  string     `json:"title"`
		State  string     `json:"state"`
		URL    string     `json:"html_url"`
		Due    *time.Time `json:"due_on"`
		Closed *time.Time `json:"closed_at"`
	}
	list, err := decodeAll(b.act, l, plain[milestone])
	if err != nil {
		return nil, err
	}
	for n, m := range list {
		if m.Number < 1 {
			return nil, b.act.item(l, n, "no number")
		}
		s := model.Sprint{ID: milestoneID(repo, m.Number), Title: model.Clean(m.Title), Done: m.State == "closed", URL: cleanURL(m.URL), Repo: repo}
		if due := utc(m.Due); !due.IsZero() {
			s.End = due.Truncate(24*time.Hour).AddDate(0, 0, 1) // GitHub keeps days, as some hour of theirs
		}
		if s.Done && later(utc(m.Closed), s.End).Before(b.now.Add(-recentMilestone)) {
			continue
		}
		sprints = append(sprints, s)
	}
	return sprints, nil
}

// planned takes the issues and pull requests of the milestones that are told of.
func (b *boardRead) planned(l listing, repo model.Repo, sprints []model.Sprint) error {
	list, err := decodeAll(b.act, l, plain[*restContent])
	if err != nil {
		return err
	}
	for n, r := range list {
		if r == nil || r.Node == "" {
			return b.act.item(l, n, "no node_id")
		}
		if r.Milestone == nil {
			continue
		}
		id := milestoneID(repo, r.Milestone.Number)
		if !slices.ContainsFunc(sprints, func(s model.Sprint) bool { return s.ID == id }) {
			continue
		}
		i := model.Item{ID: name(r.Node), Kind: model.ItemIssue, Sprint: id, NotPlanned: r.Reason == "not_planned", Detailed: true}
		if r.Pull != nil {
			i.Kind = model.ItemPull
			change := b.restChange(r)
			i.Pulls, r.State = []model.ItemChange{change}, change.State
		}
		b.fill(&i, r)
		i.Repo = repo // its address may have the repository's newer name
		b.nodes[i.ID] = i.ID
		b.board.Items = append(b.board.Items, i)
	}
	return nil
}
