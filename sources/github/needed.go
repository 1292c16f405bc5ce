package github

import (
	"context"
	"slices"
	"strconv"

	"gonogo/model"
)

// Needed reads whether what a release needs to be deployed again is still there. Its subject is the caller's.
func (c *Client) Needed(ctx context.Context, repo model.Repo, r model.Release, rule model.ArtifactRule, known Validators) (Reading[model.Needed], error) {
	if rule.Actions != "" {
		return c.neededArtifact(ctx, repo, r, rule.Actions, known)
	}
	return c.neededAsset(ctx, repo, r, rule.ReleaseAsset, known)
}

// neededAsset looks for a file of the release of a tag. One that is still being uploaded isn't there.
func (c *Client) neededAsset(ctx context.Context, repo model.Repo, r model.Release, glob string, known Validators) (Reading[model.Needed], error) {
	a, base, err := c.on(repo, "read the release "+name(r.Tag), "Contents: read")
	if err != nil {
		return Reading[model.Needed]{}, err
	}
	l, err := c.list(ctx, a, base+"/releases/tags/"+refPath(r.Tag), nil, 1, known, nil)
	if KindOf(err) == model.ProblemMissing {
		if _, lost := c.Repository(ctx, repo, nil); lost != nil { // it answers the same where the token sees nothing any more
			return Reading[model.Needed]{}, lost
		}
		l.validators = nil
		return reading(l, model.Needed{Why: model.Clean(name(r.Tag) + " has no release any more")}), nil
	}
	if err != nil || l.unchanged {
		return reading(l, model.Needed{}), err
	}
	w, err := decode[struct {
		Assets *[]struct {
			Name  string `json:"name"`
			State string `json:"state"`
		} `json:"assets"`
	}](a, l.pages[0])
	if err == nil && w.Assets == nil {
		err = a.malformed(l.request, "the release has no assets", nil)
	}
	if err != nil {
		return reading(l, model.Needed{}), err
	}
	for _, asset := range *w.Assets {
		if asset.State == "uploaded" && model.Glob(glob, asset.Name) {
			return reading(l, model.Needed{There: true}), nil
		}
	}
	return reading(l, model.Needed{Why: model.Clean("its release has no asset " + glob)}), nil
}

// runsLooked is how many runs of a commit are asked for an artifact that isn't among a repository's newest of that name.
const runsLooked = 5

// neededArtifact looks for an artifact of a run of the commit. GitHub keeps the names of expired ones for a while.
func (c *Client) neededArtifact(ctx context.Context, repo model.Repo, r model.Release, called string, known Validators) (Reading[model.Needed], error) {
	a, base, err := c.on(repo, "read the artifacts "+name(called), "Actions: read")
	if err == nil {
		err = a.checkSHA(r.SHA)
	}
	if err != nil {
		return Reading[model.Needed]{}, err
	}
	got, err := c.artifacts(ctx, a, base+"/actions/artifacts", called, 1, known)
	if err != nil || got.Unchanged {
		return Reading[model.Needed]{Unchanged: got.Unchanged, Validators: got.Validators, Request: got.Request, At: got.At}, err
	}
	out := Reading[model.Needed]{Validators: got.Validators, Request: got.Request, At: got.At}
	own := ownOf(got.Value, r.SHA)
	if len(own) == 0 && got.Cut {
		out.Validators = nil // other lists tell, and are asked anew
		if own, err = c.artifactsOfRuns(ctx, repo, r.SHA, called); err != nil {
			return Reading[model.Needed]{}, err
		}
	}
	out.Value.Why = model.Clean("no run of its commit has left " + name(called))
	for _, artifact := range own {
		if !artifact.Expired {
			out.Value = model.Needed{There: true, Until: artifact.ExpiresAt}
			break
		}
		out.Value.Why = model.Clean(name(called) + " of its runs has expired")
	}
	return out, nil
}

// ownOf are those that runs of the commit left, not of a fork's, newest first.
func ownOf(all []Artifact, of model.SHA) []Artifact {
	own := slices.DeleteFunc(slices.Clone(all), func(a Artifact) bool { return a.SHA != of || a.Foreign })
	slices.SortFunc(own, newestArtifact)
	return own
}

func (c *Client) artifactsOfRuns(ctx context.Context, repo model.Repo, of model.SHA, called string) ([]Artifact, error) {
	runs, err := c.CommitRuns(ctx, repo, of, nil)
	if err != nil {
		return nil, err
	}
	a, base, err := c.on(repo, "read the artifacts "+name(called), "Actions: read")
	if err != nil {
		return nil, err
	}
	var all []Artifact
	for _, run := range runs.Value[:min(len(runs.Value), runsLooked)] {
		got, err := c.artifacts(ctx, a, base+"/actions/runs/"+strconv.FormatInt(run.ID, 10)+"/artifacts", called, 1, nil)
		if err != nil && KindOf(err) != model.ProblemMissing {
			return nil, err
		}
		all = append(all, got.Value...)
	}
	return ownOf(all, of), nil
}
