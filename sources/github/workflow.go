package github

import (
	"context"
	"encoding/base64"
	"net/url"
	"path"
	"strconv"
	"strings"

	"gonogo/model"
)

// maxWorkflowPages: more than 300 workflows are none that a person wrote.
const maxWorkflowPages = 3

// Workflow is a workflow of a repository, as its list shows it.
type Workflow struct {
	Path   string // .github/workflows/ci.yml
	Name   model.Text
	Active bool // false: disabled, or its file is gone
}

// File is the workflow's file name, as the configuration names it.
func (w Workflow) File() string { return path.Base(w.Path) }

// Workflows reads the workflows of a repository. Those of which only runs are left are not among them.
func (c *Client) Workflows(ctx context.Context, repo model.Repo, known Validators) (Reading[[]Workflow], error) {
	a, base, err := c.on(repo, "read workflows", "Actions: read")
	if err != nil {
		return Reading[[]Workflow]{}, err
	}
	l, err := c.list(ctx, a, base+"/actions/workflows", perPage(), maxWorkflowPages, known, nil)
	if err != nil || l.unchanged {
		return reading[[]Workflow](l, nil), err
	}
	type wireWorkflow struct {
		Path  string `json:"path"`
		Name  string `json:"name"`
		State string `json:"state"`
	}
	type wireWorkflows struct {
		Workflows *[]wireWorkflow `json:"workflows"`
	}
	wire, err := decodeAll(a, l, func(w wireWorkflows) ([]wireWorkflow, bool) {
		if w.Workflows == nil {
			return nil, false
		}
		return *w.Workflows, true
	})
	if err != nil {
		return reading[[]Workflow](l, nil), err
	}
	list := make([]Workflow, 0, len(wire))
	for i, w := range wire {
		if w.Path == "" {
			return reading[[]Workflow](l, nil), a.item(l, i, "no path")
		}
		list = append(list, Workflow{Path: withoutRef(name(w.Path)), Name: model.Clean(w.Name), Active: w.State == "active"})
	}
	return reading(l, list), nil
}

// Run reads one run in its newest attempt.
func (c *Client) Run(ctx context.Context, repo model.Repo, id int64, known Validators) (Reading[model.Run], error) {
	w, l, err := c.wireRun(ctx, repo, id, known)
	if err != nil || l.unchanged {
		return reading(l, model.Run{}), err
	}
	return reading(l, w.run()), nil
}

// Attempt reads one run in its newest attempt, and who began that one: the run's own actor stays who began the first.
func (c *Client) Attempt(ctx context.Context, repo model.Repo, id int64) (model.Run, model.Text, error) {
	w, _, err := c.wireRun(ctx, repo, id, nil)
	if err != nil {
		return model.Run{}, "", err
	}
	return w.run(), model.Clean(w.Triggered.GetLogin()), nil
}

func (c *Client) wireRun(ctx context.Context, repo model.Repo, id int64, known Validators) (w wireRun, l listing, err error) {
	a, base, err := c.on(repo, "read run "+strconv.FormatInt(id, 10), "Actions: read")
	if err != nil {
		return w, l, err
	}
	a.missing = name(repo.String()) + " has no such run any more, or the token can't see it"
	l, err = c.list(ctx, a, base+"/actions/runs/"+strconv.FormatInt(id, 10), url.Values{"exclude_pull_requests": {"true"}}, 1, known, nil)
	if err != nil || l.unchanged {
		return w, l, err
	}
	if w, err = decode[wireRun](a, l.pages[0]); err != nil {
		return w, l, err
	}
	if lack := w.lacks(); lack != "" {
		return w, l, a.malformed(l.request, "the run has "+lack, nil)
	}
	return w, l, nil
}

// maxFile bounds a file that is read: GitHub answers contents up to 1 MB (REST docs, "Get repository content").
const maxFile = 1 << 20

// File reads a text file at a ref; without one, of the default branch. The text is as it is there: nobody may draw it.
func (c *Client) File(ctx context.Context, repo model.Repo, file, ref string, known Validators) (Reading[string], error) {
	a, base, err := c.on(repo, "read "+name(file), "Contents: read")
	if err != nil {
		return Reading[string]{}, err
	}
	a.missing = name(repo.String()) + " has no " + name(file) + ", or the token can't see it"
	query := url.Values{}
	if ref != "" {
		query.Set("ref", ref)
	}
	l, err := c.list(ctx, a, base+"/contents/"+refPath(file), query, 1, known, nil)
	if err != nil || l.unchanged {
		return reading(l, ""), err
	}
	w, err := decode[struct {
		Type     string `json:"type"`
		Encoding string `json:"encoding"`
		Content  string `json:"content"`
		Size     int    `json:"size"`
	}](a, l.pages[0])
	if err != nil {
		return reading(l, ""), err
	}
	if w.Type != "file" || w.Encoding != "base64" || w.Size > maxFile {
		return reading(l, ""), a.problem(model.ProblemMissing, name(file)+" is no file of at most 1 MiB", "", nil)
	}
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(w.Content, "\n", ""))
	if err != nil {
		return reading(l, ""), a.malformed(l.request, "the content is not base64", err)
	}
	return reading(l, string(data)), nil
}
