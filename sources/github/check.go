package github

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

const (
	maxStatusPages = 10
	maxCheckPages  = 10
	actionsApp     = "github-actions"
)

// CommitChecks reads what CI outside Actions, and Actions itself, said of a commit: the newest status of each context,
// and the newest check runs of each app. Where every one of names is a status, check runs are not asked for, which a
// fine-grained token may not read. On a Problem, Value holds what could be read.
func (c *Client) CommitChecks(ctx context.Context, repo model.Repo, of model.SHA, names []string, known Validators) (Reading[[]model.CommitCheck], error) {
	a, path, err := c.on(repo, "read statuses of commit "+of.Short(), "Commit statuses: read")
	if err == nil {
		err = a.checkSHA(of)
	}
	if err != nil {
		return Reading[[]model.CommitCheck]{}, err
	}
	a.missing = name(repo.String()) + " has no commit " + of.Short() + ", or the token can't see it"
	path += "/commits/" + string(of)
	question := wantedNote(names...)
	known = sameQuestion(known, question)

	statuses, checks, err := c.statuses(ctx, a, path, of, known)
	if err != nil {
		return reading(statuses, checks), err
	}
	b := a
	b.doing = "read check runs of commit " + of.Short() + " of " + name(repo.String())
	b.permission = ""
	unchanged := statuses.unchanged
	if unchanged {
		changed, err := c.anyChanged(ctx, b, path, known, statuses.validators)
		if err != nil {
			return reading(statuses, checks), forbiddenChecks(err)
		}
		if !changed {
			statuses.validators = known
			return reading(statuses, checks), nil
		}
		if statuses, checks, err = c.statuses(ctx, a, path, of, nil); err != nil {
			return reading(statuses, checks), err
		}
	}
	statuses.validators[wantedKey] = question
	if len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !hasCheck(checks, n) }) {
		return reading(statuses, checks), nil
	}
	runs, more, err := c.checkRuns(ctx, b, path, of)
	if err != nil {
		statuses.validators = nil // half a reading must not become an unchanged one
		return reading(statuses, checks), forbiddenChecks(err)
	}
	for _, p := range runs.pages {
		note(statuses.validators, p)
	}
	statuses.cut = statuses.cut || runs.cut
	return reading(statuses, append(checks, more...)), nil
}

func hasCheck(checks []model.CommitCheck, name string) bool {
	return slices.ContainsFunc(checks, func(c model.CommitCheck) bool { return c.Name == name })
}

// forbiddenChecks says what helps: there is no Checks permission for a fine-grained token (GitHub docs, "Permissions
// required for fine-grained personal access tokens").
func forbiddenChecks(err error) error {
	var p *Problem
	if !errors.As(err, &p) || p.Kind != model.ProblemForbidden {
		return err
	}
	q := *p
	q.Why = "the token may not read Checks (403)"
	q.Next = "fine-grained tokens can't be given that; use a classic token with the scope repo, or let the CI report commit statuses"
	return &q
}

func (c *Client) statuses(ctx context.Context, a act, path string, of model.SHA, known Validators) (listing, []model.CommitCheck, error) {
	l, err := c.list(ctx, a, path+"/status", url.Values{"per_page": {strconv.Itoa(maxPage)}}, maxStatusPages, known, nil)
	if err != nil || l.unchanged {
		return l, nil, err
	}
	type wireStatuses struct {
		Statuses *[]*github.RepoStatus `json:"statuses"`
	}
	wire, err := decodeAll(a, l, func(w wireStatuses) ([]*github.RepoStatus, bool) {
		if w.Statuses == nil {
			return nil, false
		}
		return *w.Statuses, true
	})
	if err != nil {
		return l, nil, err
	}
	var out []model.CommitCheck
	newest := map[string]int{}
	for i, w := range wire {
		if w.GetContext() == "" || w.GetState() == "" {
			return l, nil, a.item(l, i, "no context or no state")
		}
		check := statusCheck(w, of)
		if j, twice := newest[check.Name]; !twice {
			newest[check.Name] = len(out)
			out = append(out, check)
		} else if check.StartedAt.After(out[j].StartedAt) {
			out[j] = check
		}
	}
	return l, out, nil
}

func statusCheck(w *github.RepoStatus, of model.SHA) model.CommitCheck {
	c := model.CommitCheck{
		SHA: of, Name: name(w.GetContext()), Summary: model.Clean(w.GetDescription()), URL: cleanURL(w.GetTargetURL()),
		StartedAt: at(w.CreatedAt), Status: model.StatusCompleted,
	}
	switch w.GetState() {
	case "success":
		c.Conclusion = model.Success
	case "failure", "error":
		c.Conclusion = model.Failure
	case "pending":
		c.Status = model.StatusInProgress
	default:
		c.Conclusion = model.Conclusion(name(w.GetState()))
	}
	if c.Status == model.StatusCompleted {
		c.CompletedAt = at(w.UpdatedAt)
	}
	return c
}

func (c *Client) checkRuns(ctx context.Context, a act, path string, of model.SHA) (listing, []model.CommitCheck, error) {
	query := url.Values{"per_page": {strconv.Itoa(maxPage)}, "filter": {"latest"}}
	l, err := c.list(ctx, a, path+"/check-runs", query, maxCheckPages, nil, nil)
	if err != nil {
		return l, nil, err
	}
	// A part of what go-github would decode: the rest, whole apps and pull requests, only costs.
	type wireCheck struct {
		ID          int64             `json:"id"`
		Name        string            `json:"name"`
		Status      string            `json:"status"`
		Conclusion  *string           `json:"conclusion"`
		HTMLURL     string            `json:"html_url"`
		DetailsURL  string            `json:"details_url"`
		StartedAt   *github.Timestamp `json:"started_at"`
		CompletedAt *github.Timestamp `json:"completed_at"`
		Output      struct {
			Title *string `json:"title"`
		} `json:"output"`
		App *struct {
			Slug string `json:"slug"`
		} `json:"app"`
	}
	type wireChecks struct {
		Checks *[]wireCheck `json:"check_runs"`
	}
	wire, err := decodeAll(a, l, func(w wireChecks) ([]wireCheck, bool) {
		if w.Checks == nil {
			return nil, false
		}
		return *w.Checks, true
	})
	if err != nil {
		return l, nil, err
	}
	out := make([]model.CommitCheck, 0, len(wire))
	for i, w := range wire {
		if w.Name == "" || w.Status == "" {
			return l, nil, a.item(l, i, "no name or no status")
		}
		check := model.CommitCheck{
			SHA: of, Name: name(w.Name), Status: model.RunStatus(name(w.Status)), Conclusion: model.Conclusion(name(text(w.Conclusion))),
			Summary: model.Clean(text(w.Output.Title)), StartedAt: at(w.StartedAt), CompletedAt: at(w.CompletedAt), URL: cleanURL(w.HTMLURL),
		}
		if check.URL == "" {
			check.URL = cleanURL(w.DetailsURL)
		}
		if w.App != nil {
			check.App = model.Clean(w.App.Slug)
			check.FromActions = w.App.Slug == actionsApp
		}
		out = append(out, check)
	}
	return l, out, nil
}
