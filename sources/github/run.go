package github

import (
	"context"
	"net/url"
	"strconv"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxRunPages: filtered run lists stop at 1,000 (REST docs, "List workflow runs for a repository").
const maxRunPages = 10

// wireRun is a run as GitHub sends it, without the two whole repositories that come with each, and with the path that
// go-github v60 doesn't know.
type wireRun struct {
	ID             int64             `json:"id"`
	Name           *string           `json:"name"`
	Title          string            `json:"display_title"`
	Path           string            `json:"path"`
	WorkflowID     int64             `json:"workflow_id"`
	RunNumber      int               `json:"run_number"`
	RunAttempt     int               `json:"run_attempt"`
	Event          string            `json:"event"`
	HeadBranch     *string           `json:"head_branch"`
	HeadSHA        string            `json:"head_sha"`
	Status         *string           `json:"status"`
	Conclusion     *string           `json:"conclusion"`
	HTMLURL        string            `json:"html_url"`
	CreatedAt      *github.Timestamp `json:"created_at"`
	UpdatedAt      *github.Timestamp `json:"updated_at"`
	StartedAt      *github.Timestamp `json:"run_started_at"`
	Actor          *github.User      `json:"actor"`
	Triggered      *github.User      `json:"triggering_actor"`
	HeadRepository *struct {
		FullName string `json:"full_name"`
	} `json:"head_repository"`
}

type wireRuns struct {
	Runs *[]wireRun `json:"workflow_runs"`
}

func runsOf(w wireRuns) ([]wireRun, bool) {
	if w.Runs == nil {
		return nil, false
	}
	return *w.Runs, true
}

// Runs reads the newest 100 runs of a repository, of all workflows: also of those that are no longer in its list of
// workflows. Cut says that there are older ones.
func (c *Client) Runs(ctx context.Context, repo model.Repo, known Validators) (Reading[[]model.Run], error) {
	a, path, err := c.on(repo, "read CI runs", "Actions: read")
	if err != nil {
		return Reading[[]model.Run]{}, err
	}
	return c.runs(ctx, a, path+"/actions/runs", url.Values{}, 1, known)
}

// CommitRuns reads every run of a commit, to GitHub's bound of 1,000.
func (c *Client) CommitRuns(ctx context.Context, repo model.Repo, of model.SHA, known Validators) (Reading[[]model.Run], error) {
	a, path, err := c.on(repo, "read CI runs of commit "+of.Short(), "Actions: read")
	if err == nil {
		err = a.checkSHA(of)
	}
	if err != nil {
		return Reading[[]model.Run]{}, err
	}
	return c.runs(ctx, a, path+"/actions/runs", url.Values{"head_sha": {string(of)}}, maxRunPages, known)
}

// RunHistory reads a page (from 1) of 100 runs of one workflow file, newest first: what lies behind Runs. Cut says that
// there are older ones.
func (c *Client) RunHistory(ctx context.Context, repo model.Repo, workflow string, number int, known Validators) (Reading[[]model.Run], error) {
	a, path, err := c.on(repo, "read older runs of "+name(workflow), "Actions: read")
	if err != nil {
		return Reading[[]model.Run]{}, err
	}
	a.missing = name(repo.String()) + " has no workflow " + name(workflow) + ", or the token can't see it"
	query := url.Values{}
	if number > 1 {
		query.Set("page", strconv.Itoa(number))
	}
	return c.runs(ctx, a, path+"/actions/workflows/"+segment(workflow)+"/runs", query, 1, known)
}

func (c *Client) runs(ctx context.Context, a act, path string, query url.Values, most int, known Validators) (Reading[[]model.Run], error) {
	query.Set("per_page", strconv.Itoa(maxPage))
	query.Set("exclude_pull_requests", "true")
	l, err := c.list(ctx, a, path, query, most, known, nil)
	if err != nil || l.unchanged {
		return reading[[]model.Run](l, nil), err
	}
	wire, err := decodeAll(a, l, runsOf)
	if err != nil {
		return reading[[]model.Run](l, nil), err
	}
	runs := make([]model.Run, 0, len(wire))
	seen := make(map[int64]bool, len(wire))
	for i := range wire {
		if lack := wire[i].lacks(); lack != "" {
			return reading[[]model.Run](l, nil), a.item(l, i, lack)
		}
		if !seen[wire[i].ID] { // a run may move to the next page while pages are read
			seen[wire[i].ID] = true
			runs = append(runs, wire[i].run())
		}
	}
	return reading(l, runs), nil
}

// lacks names what a run must have to count for anything.
func (w *wireRun) lacks() string {
	switch {
	case w.ID <= 0:
		return "no id"
	case sha(w.HeadSHA) == "":
		return "no head_sha"
	case w.Status == nil || *w.Status == "":
		return "no status"
	case w.CreatedAt == nil:
		return "no created_at"
	}
	return ""
}

func (w *wireRun) run() model.Run {
	r := model.Run{
		ID: w.ID, Workflow: withoutRef(name(w.Path)), WorkflowName: model.Clean(text(w.Name)), WorkflowID: w.WorkflowID,
		Title: model.Clean(w.Title), Number: w.RunNumber, Attempt: max(1, w.RunAttempt), Event: name(w.Event),
		Branch: name(text(w.HeadBranch)), SHA: sha(w.HeadSHA), Actor: model.Clean(w.Actor.GetLogin()),
		Status: model.RunStatus(name(text(w.Status))), Conclusion: model.Conclusion(name(text(w.Conclusion))),
		CreatedAt: at(w.CreatedAt), StartedAt: at(w.StartedAt), UpdatedAt: at(w.UpdatedAt), URL: cleanURL(w.HTMLURL),
	}
	if w.HeadRepository != nil {
		r.HeadRepo = name(w.HeadRepository.FullName)
	}
	if r.StartedAt.IsZero() {
		r.StartedAt = r.CreatedAt
	}
	return r
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// withoutRef takes the @ref off a workflow's path.
func withoutRef(path string) string {
	for i := range len(path) {
		if path[i] == '@' {
			return path[:i]
		}
	}
	return path
}
