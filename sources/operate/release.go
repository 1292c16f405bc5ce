package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// restrictRelease says why a release can't be sent by making it public, as far as the cache knows.
func (e *Engine) restrictRelease(d *Draft) {
	p := &d.Plan
	if p.Release.Zero() {
		return
	}
	known := operation.ReleaseState{ID: 1, Draft: p.Release.Draft, Prerelease: p.Release.Channel == model.Internal}
	if p.Release.Channel == model.NoRelease {
		known = operation.ReleaseState{}
	}
	why := known.Unpublishable(p.Release.Title(), 0)
	switch {
	case p.Kind == operation.RollBack:
		d.refuse("a release that is public can't be made public again, so that nothing brings %s back to %s: write rollback: {workflow: …} for it", p.Release.Title(), p.Environment)
	case p.Release.Tag == "":
		d.refuse("%s has no tag, so that there is no release of it that could be made public", p.Release.Title())
	case why != "":
		d.refuse("%s", why)
	}
	p.Ref, p.Version = p.Release.Tag, p.Release.Version(d.Service.Tags)
	d.Notes = append(d.Notes,
		model.Clean(fmt.Sprintf("%s becomes public for everybody, at once and before anything is deployed; GitHub may then show it as the latest release", p.Release.Title())),
		model.Clean(fmt.Sprintf("GitHub's answer names no run: it is told by being the only one that %s starts from then on", p.Release.Title())))
}

// publication is what making a release public would start, as it is now.
type publication struct {
	state  operation.ReleaseState
	judged started
	runs   []model.Run // unfinished ones of the workflow, and those that the release started before
}

// readPublication reads the release of a tag, what listens to its becoming public at that tag, and what runs of that.
func (e *Engine) readPublication(ctx context.Context, c *github.Client, p *operation.Plan, s *model.Service) (publication, error) {
	var found publication
	var files map[string]string
	var cut bool
	var listed github.Reading[[]github.Workflow]
	var runs []model.Run
	if err := together(
		func() (err error) { found.state, err = c.ReleaseAt(ctx, p.Where(), p.Release.Tag); return err },
		func() (err error) { files, cut, err = c.WorkflowFiles(ctx, p.Where(), p.Release.Tag); return err },
		func() (err error) { listed, err = c.Workflows(ctx, p.Where(), nil); return err },
		func() (err error) { runs, err = c.ReleaseRuns(ctx, p.Where()); return err },
	); err != nil {
		return found, err
	}
	idle := map[string]bool{}
	for _, w := range listed.Value {
		idle[w.File()] = !w.Active
	}
	if found.judged = startedBy(p, s, files, idle); cut {
		found.judged.refuse = "there are more workflows at " + p.Release.Title() + " than gonogo reads, so that what its becoming public starts can't be told"
	}
	found.runs = ofPublication(p, found.judged.workflow, runs)
	return found, nil
}

// together asks beside each other, and returns the first problem in their order.
func together(asks ...func() error) error {
	problems := make([]error, len(asks))
	var all sync.WaitGroup
	for i, ask := range asks {
		all.Go(func() { problems[i] = ask() })
	}
	all.Wait()
	for _, err := range problems {
		if err != nil {
			return err
		}
	}
	return nil
}

// ofPublication are the runs of a workflow that matter for a publication: those that have not ended, and those that events of
// its release have started.
func ofPublication(p *operation.Plan, workflow string, runs []model.Run) []model.Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r model.Run) bool {
		return r.File() != workflow || r.Done() && r.Branch != p.Release.Tag
	})
}

// publishes takes what was read of a release into the draft.
func (d *Draft) publishes(found *publication) {
	p := &d.Plan
	if why := found.state.Unpublishable(p.Release.Title(), 0); why != "" {
		d.refuse("%s", why)
	}
	if found.judged.refuse != "" {
		d.refuse("%s", found.judged.refuse)
	}
	for _, why := range found.judged.unasked {
		d.Unasked = append(d.Unasked, model.Clean(why))
	}
	for _, why := range found.judged.notes {
		d.Notes = append(d.Notes, model.Clean(why))
	}
	if p.Actor == "" {
		d.Notes = append(d.Notes, "who the token is can't be read; what a workflow's own GITHUB_TOKEN makes public starts no other workflow")
	}
	p.ReleaseID, p.Workflow = found.state.ID, found.judged.workflow
	p.Unfinished = nil
	for _, r := range found.runs {
		p.Unfinished = append(p.Unfinished, r.ID)
	}
}

// sendRelease makes the release public, once.
func (d *drive) sendRelease(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	d.engine.o.Hook("before request publish")
	public, err := c.Publish(ctx, p.Where(), p.ReleaseID, p.Release.Tag)
	d.engine.o.Hook("after request publish")
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	defer d.engine.o.Refresh(p.Service)
	switch {
	case err == nil && public:
		return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Dispatching, Status: 200})
	case err == nil: // a 200 that doesn't show it is no answer to count on
		return d.write(ctx, operation.Record{Event: operation.Unanswered, State: operation.Dispatching, Why: "the answer doesn't show that the release is public"})
	}
	return d.unsent(ctx, err)
}

// findRelease looks at the release, and for the run that its becoming public has started.
func (d *drive) findRelease(ctx context.Context, c *github.Client, at time.Time) error {
	p := &d.progress
	var now operation.ReleaseState
	var runs []model.Run
	if err := together(
		func() (err error) { now, err = c.ReleaseAt(ctx, p.Plan.Where(), p.Plan.Release.Tag); return err },
		func() (err error) { runs, err = c.ReleaseRuns(ctx, p.Plan.Where()); return err },
	); err != nil {
		return fmt.Errorf("look for what was sent: %w", err)
	}
	f := operation.IdentifyRelease(*p, runs, now, at)
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}

// callRelease is the one send that makes a release public.
func callRelease(p *operation.Plan) Call {
	id := "…"
	if p.ReleaseID != 0 {
		id = fmt.Sprint(p.ReleaseID)
	}
	return Call{"PATCH", "/repos/" + p.Repo + "/releases/" + id, indented(github.PublishBody()), "the one send: " + strings.TrimSpace(p.Release.Title()+" becomes public")}
}
