package github

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"sync"

	"gonogo/model"
	"gonogo/model/operation"
)

type wireReleased struct {
	ID         int64 `json:"id"`
	Draft      bool  `json:"draft"`
	Prerelease *bool `json:"prerelease"`
}

// ReleaseAt reads how the release of a tag is now; one without an ID where there is none. Drafts have no tag yet (REST docs,
// "Get a release by tag name").
func (c *Client) ReleaseAt(ctx context.Context, repo model.Repo, tag string) (operation.ReleaseState, error) {
	a, base, err := c.on(repo, "read the release "+name(tag), "Contents: read")
	if err != nil {
		return operation.ReleaseState{}, err
	}
	p, err := c.get(ctx, a, base+"/releases/tags/"+refPath(tag), nil, "")
	if KindOf(err) == model.ProblemMissing {
		return operation.ReleaseState{}, nil
	}
	if err != nil {
		return operation.ReleaseState{}, err
	}
	w, err := decode[wireReleased](a, p)
	if err == nil && (w.ID <= 0 || w.Prerelease == nil) {
		err = a.malformed("GET /"+base+"/releases/tags/"+name(tag), "it doesn't say whether it is a prerelease", nil)
	}
	if err != nil {
		return operation.ReleaseState{}, err
	}
	return operation.ReleaseState{ID: w.ID, Draft: w.Draft, Prerelease: *w.Prerelease}, nil
}

// Publish makes a prerelease public (REST docs, "Update a release"). It fires released, not published (github/docs#19982).
// public says that the answer shows it so.
func (c *Client) Publish(ctx context.Context, repo model.Repo, id int64, tag string) (public bool, err error) {
	a, base, err := c.on(repo, "publish "+name(tag), "Contents: write")
	if err != nil {
		return false, &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	out, err := c.write(ctx, a, http.MethodPatch, base+"/releases/"+strconv.FormatInt(id, 10), PublishBody())
	if err != nil {
		return false, undone(a, err)
	}
	w, _ := answered[wireReleased](out)
	return w.ID == id && w.Prerelease != nil && !*w.Prerelease && !w.Draft, nil
}

// PublishBody is what Publish sends.
func PublishBody() map[string]any { return map[string]any{"prerelease": false} }

// ReleaseRuns reads the newest 100 runs that events of releases have started, of all workflows.
func (c *Client) ReleaseRuns(ctx context.Context, repo model.Repo) ([]model.Run, error) {
	a, base, err := c.on(repo, "read what releases have started", "Actions: read")
	if err != nil {
		return nil, err
	}
	got, err := c.runs(ctx, a, base+"/actions/runs", url.Values{"event": {"release"}}, 1, nil)
	return got.Value, err
}

// workflowFolder is where GitHub looks for workflows, and maxWorkflowFiles how many of them are read at most.
const (
	workflowFolder   = ".github/workflows"
	maxWorkflowFiles = 50
)

// WorkflowFiles reads the workflow files at a ref: their texts by file name. cut says that there are more than were read.
func (c *Client) WorkflowFiles(ctx context.Context, repo model.Repo, ref string) (files map[string]string, cut bool, err error) {
	a, base, err := c.on(repo, "read the workflows at "+name(ref), "Contents: read")
	if err != nil {
		return nil, false, err
	}
	p, err := c.get(ctx, a, base+"/contents/"+workflowFolder, url.Values{"ref": {ref}}, "")
	if KindOf(err) == model.ProblemMissing {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	list, err := decode[[]struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}](a, p)
	if err != nil {
		return nil, false, err
	}
	var names []string
	for _, e := range list {
		if ext := path.Ext(e.Name); e.Type == "file" && (ext == ".yml" || ext == ".yaml") {
			names = append(names, e.Name)
		}
	}
	if len(names) > maxWorkflowFiles {
		names, cut = names[:maxWorkflowFiles], true
	}
	texts, problems := make([]string, len(names)), make([]error, len(names))
	var all sync.WaitGroup
	places := make(chan struct{}, 10)
	for i, file := range names {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			read, err := c.File(ctx, repo, workflowFolder+"/"+file, ref, nil)
			texts[i], problems[i] = read.Value, err
		})
	}
	all.Wait()
	files = map[string]string{}
	for i, file := range names {
		if problems[i] != nil {
			return nil, false, problems[i]
		}
		files[name(file)] = texts[i]
	}
	return files, cut, nil
}
