package refresh

import (
	"context"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
	"gonogo/sources/workflow"
)

// fetchDispatch reads how a workflow is dispatched at a commit. It is read once, for it never changes.
func (r *Refresher) fetchDispatch(ctx context.Context, c *github.Client, j job) (fetched, error) {
	file, sha := readiness.DispatchOf(j.subject)
	got, err := workflow.DispatchAt(ctx, c, j.repo, file, sha)
	return take(got, err, false, func(tx *cache.Tx) error { return tx.PutDispatch(j.service, got.Value) })
}

// fetchArtifact reads whether what a release needs to be deployed again is still there. What another rule asked for before
// the configuration was changed is asked for no more.
func (r *Refresher) fetchArtifact(ctx context.Context, c *github.Client, j job, known github.Validators) (fetched, error) {
	release, ours := readiness.ArtifactOf(j.subject, j.service.Artifact)
	if !ours {
		return fetched{}, errNotYet
	}
	got, err := c.Needed(ctx, j.repo, release, *j.service.Artifact, known)
	return take(got, err, false, func(tx *cache.Tx) error {
		return tx.PutNeeded(j.service, model.Needed{Subject: j.subject, There: got.Value.There, Why: got.Value.Why, Until: got.Value.Until})
	})
}
