package github

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"

	"gonogo/model"
)

// maxStatusPagesOf bounds one deployment's statuses; more than 300 are a script gone wild.
const maxStatusPagesOf = 3

// wireDeployment adds what go-github v60 doesn't know.
type wireDeployment struct {
	github.Deployment
	Transient  bool `json:"transient_environment"`
	Production bool `json:"production_environment"`
}

func (w *wireDeployment) lacks() string {
	switch {
	case w.GetID() <= 0:
		return "no id"
	case sha(w.GetSHA()) == "":
		return "no sha"
	case w.GetEnvironment() == "":
		return "no environment"
	case w.CreatedAt == nil:
		return "no created_at"
	}
	return ""
}

// deployment has no page of its own on GitHub, so its URL stays empty until its run is known.
func (w *wireDeployment) deployment() model.Deployment {
	return model.Deployment{
		ID: w.GetID(), Environment: name(w.GetEnvironment()), SHA: sha(w.GetSHA()), Ref: name(w.GetRef()), Task: name(w.GetTask()),
		Transient: w.Transient, Production: w.Production, Creator: model.Clean(w.GetCreator().GetLogin()),
		CreatedAt: at(w.CreatedAt), UpdatedAt: at(w.UpdatedAt), Description: model.Clean(w.GetDescription()), Payload: payload(w.Payload),
	}
}

// payload is JSON, or the text in it where it is a string: GitHub hands out both (REST docs, "List deployments").
func payload(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	if s == "null" || s == "{}" {
		return ""
	}
	return string(model.CleanLines(s))
}

// newestDeploymentsFirst: GitHub promises no order.
func newestDeploymentsFirst(list []model.Deployment) {
	slices.SortFunc(list, func(a, b model.Deployment) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
}

// DeploymentStatuses reads all statuses of a deployment and returns it with them. What made it is learnt from their
// links.
func (c *Client) DeploymentStatuses(ctx context.Context, repo model.Repo, d model.Deployment, known Validators) (Reading[model.Deployment], error) {
	a, path, err := c.on(repo, "read statuses of deployment "+strconv.FormatInt(d.ID, 10), "Deployments: read")
	if err != nil {
		return Reading[model.Deployment]{}, err
	}
	a.missing = name(repo.String()) + " has no such deployment any more, or the token can't see it"
	l, err := c.list(ctx, a, statusesPath(path, d.ID), perPage(), maxStatusPagesOf, known, nil)
	if err != nil || l.unchanged {
		return reading(l, model.Deployment{}), err
	}
	wire, err := decodeAll(a, l, plain[*github.DeploymentStatus])
	if err != nil {
		return reading(l, model.Deployment{}), err
	}
	d.Statuses = make([]model.DeploymentStatus, 0, len(wire))
	for i, w := range wire {
		if w.GetState() == "" || w.CreatedAt == nil {
			return reading(l, model.Deployment{}), a.item(l, i, "no state or no created_at")
		}
		d.Statuses = append(d.Statuses, deploymentStatus(w))
	}
	d.StatusesRead = !l.cut
	finishStatuses(&d)
	return reading(l, d), nil
}

func statusesPath(path string, id int64) string {
	return path + "/deployments/" + strconv.FormatInt(id, 10) + "/statuses"
}

func deploymentStatus(w *github.DeploymentStatus) model.DeploymentStatus {
	s := model.DeploymentStatus{
		ID: w.GetID(), State: model.DeploymentState(name(w.GetState())), At: at(w.CreatedAt), Creator: model.Clean(w.GetCreator().GetLogin()),
		Description: model.Clean(w.GetDescription()), LogURL: cleanURL(w.GetLogURL()), EnvironmentURL: cleanURL(w.GetEnvironmentURL()),
	}
	if s.LogURL == "" {
		s.LogURL = cleanURL(w.GetTargetURL()) // its deprecated name (REST docs, "Create a deployment status")
	}
	return s
}

// finishStatuses sorts a deployment's statuses, for which GitHub promises no order, and finds its run.
func finishStatuses(d *model.Deployment) {
	slices.SortStableFunc(d.Statuses, func(a, b model.DeploymentStatus) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range d.Statuses {
		if id := runOf(s.LogURL); id != 0 {
			d.RunID, d.URL = id, s.LogURL
		}
	}
}

// runOf reads the run's number from a link to it or to one of its jobs, as Actions writes it into statuses:
// https://github.com/acme/api/actions/runs/123/job/456.
func runOf(link string) int64 {
	_, rest, ok := strings.Cut(link, "/actions/runs/")
	if !ok {
		return 0
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	id, err := strconv.ParseInt(rest, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// DeploymentHistory reads a page (from 1) of 100 deployments of one environment, newest first, without their statuses:
// what lies behind Deployments. Cut says that there are older ones.
func (c *Client) DeploymentHistory(ctx context.Context, repo model.Repo, environment string, number int, known Validators) (Reading[[]model.Deployment], error) {
	a, path, err := c.on(repo, "read older deployments to "+name(environment), "Deployments: read")
	if err != nil {
		return Reading[[]model.Deployment]{}, err
	}
	query := perPage()
	query.Set("environment", environment)
	if number > 1 {
		query.Set("page", strconv.Itoa(number))
	}
	l, list, err := c.deploymentList(ctx, a, path, query, known)
	if err != nil || l.unchanged {
		return reading[[]model.Deployment](l, nil), err
	}
	newestDeploymentsFirst(list)
	return reading(l, list), nil
}

// deploymentList reads one page of deployments.
func (c *Client) deploymentList(ctx context.Context, a act, path string, query url.Values, known Validators) (listing, []model.Deployment, error) {
	l, err := c.list(ctx, a, path+"/deployments", query, 1, known, nil)
	if err != nil || l.unchanged {
		return l, nil, err
	}
	wire, err := decodeAll(a, l, plain[*wireDeployment])
	if err != nil {
		return l, nil, err
	}
	list := make([]model.Deployment, 0, len(wire))
	for i, w := range wire {
		if w == nil {
			return l, nil, a.item(l, i, "nothing")
		}
		if lack := w.lacks(); lack != "" {
			return l, nil, a.item(l, i, lack)
		}
		list = append(list, w.deployment())
	}
	return l, list, nil
}
