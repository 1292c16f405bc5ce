package operate

import (
	"context"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/sources/github"
	"gonogo/sources/workflow"
)

// aheadRounds bounds how often it is looked for the next target where the nearest ones turn out to be none.
const aheadRounds = 4

// aheadFor bounds how long going back waits for what is read ahead: what isn't known by then is said.
const aheadFor = 3 * time.Second

// lookAhead reads whether the nearest targets, or the one that is asked for, can be deployed once more, and what going back
// undoes: the best of them is the best that can. What can't be read excludes nothing, and is said.
func (e *Engine) lookAhead(ctx context.Context, r Request, d *Draft, f *readiness.Facts) {
	ctx, cancel := context.WithTimeout(ctx, aheadFor)
	defer cancel()
	now := e.o.Clock.Now()
	_ = e.readNeeds(ctx, f, aheadRounds, func() []readiness.Need {
		targets, needs := readiness.Targets(*f, r.Environment, r.Release, now)
		for i := range needs {
			needs[i].Fresh = needs[i].Fresh && needs[i].Signal != model.SignalArtifact // it may be gone since
		}
		i := r.target(targets)
		if i < 0 {
			return needs
		}
		_, undoes := readiness.Undoes(*f, r.Environment, targets[i].Release, now)
		return append(needs, undoes...)
	})
	d.Environment.Targets, _ = readiness.Targets(*f, r.Environment, r.Release, now)
}

// readAhead is how to read whether a release can be deployed once more.
func readAhead(ctx context.Context, c *github.Client, s *model.Service, n readiness.Need) func() (func(*readiness.Facts), model.Read, error) {
	if n.Signal == model.SignalDispatch {
		file, sha := readiness.DispatchOf(n.Subject)
		return func() (func(*readiness.Facts), model.Read, error) {
			got, err := workflow.DispatchAt(ctx, c, s.Repo, file, sha)
			return func(f *readiness.Facts) { f.Dispatches = append(f.Dispatches, got.Value) }, readOf(got), err
		}
	}
	release, ours := readiness.ArtifactOf(n.Subject, s.Artifact)
	if !ours {
		return nil
	}
	return func() (func(*readiness.Facts), model.Read, error) {
		got, err := c.Needed(ctx, s.Repo, release, *s.Artifact, nil)
		got.Value.Subject = n.Subject
		return func(f *readiness.Facts) {
			f.Needed = append(slices.DeleteFunc(f.Needed, func(old model.Needed) bool { return old.Subject == n.Subject }), got.Value)
		}, readOf(got), err
	}
}
