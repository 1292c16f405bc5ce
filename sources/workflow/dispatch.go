package workflow

import (
	"context"

	"gonogo/model"
	"gonogo/sources/github"
)

// DispatchAt reads how a workflow is dispatched at a commit. That there is none is something to know, unless the token sees
// nothing of the repository any more: GitHub answers the same then.
func DispatchAt(ctx context.Context, c *github.Client, repo model.Repo, file string, sha model.SHA) (github.Reading[model.Dispatch], error) {
	got, err := c.File(ctx, repo, ".github/workflows/"+file, string(sha), nil)
	if github.KindOf(err) == model.ProblemMissing {
		commit, lost := c.Commit(ctx, repo, sha, nil)
		if lost != nil {
			return github.Reading[model.Dispatch]{}, err
		}
		return github.Reading[model.Dispatch]{Value: model.Dispatch{File: file, SHA: sha, Missing: true}, At: commit.At, Request: commit.Request}, nil
	}
	if err != nil {
		return github.Reading[model.Dispatch]{}, err
	}
	return github.Reading[model.Dispatch]{Value: Dispatch(got.Value, file, sha), At: got.At, Request: got.Request}, nil
}

// Dispatch is what a workflow's text says of how it is dispatched at a commit.
func Dispatch(text, file string, sha model.SHA) model.Dispatch {
	f, err := Read(text)
	if err != nil {
		return model.Dispatch{File: file, SHA: sha, Flaw: model.Clean(err.Error())}
	}
	return f.Dispatch(file, sha)
}

// Dispatch is what the file says of how it is dispatched at a commit.
func (f *File) Dispatch(file string, sha model.SHA) model.Dispatch {
	d := model.Dispatch{File: file, SHA: sha, Takes: f.On("workflow_dispatch")}
	for _, in := range f.Inputs {
		d.Inputs = append(d.Inputs, model.DispatchInput{Name: in.Name, Type: in.Type, Required: in.Required, Default: in.Default != nil, Options: in.Options})
	}
	return d
}
