package github

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxJobPages bounds a run's jobs; a matrix makes 256 at most, and a run may have several.
const maxJobPages = 10

// Which attempts' jobs are read, beside the number of one.
const (
	NewestAttempt = 0
	AllAttempts   = -1
)

// Jobs reads the jobs of a run with their steps: of one attempt, of the newest one, or of all, the newest first.
func (c *Client) Jobs(ctx context.Context, repo model.Repo, run int64, attempt int, known Validators) (Reading[[]model.Job], error) {
	a, path, err := c.on(repo, "read jobs of run "+strconv.FormatInt(run, 10), "Actions: read")
	if err != nil {
		return Reading[[]model.Job]{}, err
	}
	a.missing = name(repo.String()) + " has no such run any more, or the token can't see it"
	path += "/actions/runs/" + strconv.FormatInt(run, 10)
	query := url.Values{"per_page": {strconv.Itoa(maxPage)}}
	switch {
	case attempt > 0:
		path += "/attempts/" + strconv.Itoa(attempt)
	case attempt == AllAttempts:
		query.Set("filter", "all")
	default:
		query.Set("filter", "latest")
	}
	l, err := c.list(ctx, a, path+"/jobs", query, maxJobPages, known, nil)
	if err != nil || l.unchanged {
		return reading[[]model.Job](l, nil), err
	}
	type wireJobs struct {
		Jobs *[]*github.WorkflowJob `json:"jobs"`
	}
	wire, err := decodeAll(a, l, func(w wireJobs) ([]*github.WorkflowJob, bool) {
		if w.Jobs == nil {
			return nil, false
		}
		return *w.Jobs, true
	})
	if err != nil {
		return reading[[]model.Job](l, nil), err
	}
	jobs := make([]model.Job, 0, len(wire))
	for i, w := range wire {
		if w.GetID() <= 0 || w.GetStatus() == "" {
			return reading[[]model.Job](l, nil), a.item(l, i, "no id or no status")
		}
		jobs = append(jobs, job(w, run))
	}
	slices.SortStableFunc(jobs, func(a, b model.Job) int { return b.Attempt - a.Attempt })
	return reading(l, jobs), nil
}

func job(w *github.WorkflowJob, run int64) model.Job {
	j := model.Job{
		ID: w.GetID(), RunID: run, Attempt: max(1, int(w.GetRunAttempt())), Name: model.Clean(w.GetName()),
		Status: model.RunStatus(name(w.GetStatus())), Conclusion: model.Conclusion(name(w.GetConclusion())),
		CreatedAt: at(w.CreatedAt), StartedAt: at(w.StartedAt), CompletedAt: at(w.CompletedAt),
		Runner: model.Clean(w.GetRunnerName()), URL: cleanURL(w.GetHTMLURL()),
	}
	for _, s := range w.Steps {
		if s == nil {
			continue
		}
		j.Steps = append(j.Steps, model.Step{
			Number: int(s.GetNumber()), Name: model.Clean(s.GetName()),
			Status: model.RunStatus(name(s.GetStatus())), Conclusion: model.Conclusion(name(s.GetConclusion())),
			StartedAt: at(s.StartedAt), CompletedAt: at(s.CompletedAt),
		})
	}
	return j
}
