package operate

import (
	"context"
	"errors"
	"fmt"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// sketchRelease works out what making a prerelease public would be, where that is no promotion: where it deploys it is one,
// with its gates, lock and verification.
func (e *Engine) sketchRelease(ctx context.Context, r Request) (*Draft, error) {
	doing := fmt.Sprintf("prepare to %s %s of %s", r.Kind, r.Release, r.Service)
	d, facts, err := e.outline(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	service := &d.Service
	d.Plan.Way = operation.ByRelease
	if service.Deploy.Release {
		d.refuse("making a release of %s public deploys it (deploy: {release: true}): promote it, with all that a promotion asks", service.Name)
	}
	d.published(&facts, r.Release)
	return d, nil
}

// published finds the release that is to become public.
func (d *Draft) published(f *readiness.Facts, tag string) {
	p := &d.Plan
	for i := range f.Releases {
		if r := &f.Releases[i]; tag != "" && r.Tag == tag && r.SHA != "" {
			p.Release, p.Ref = *r, r.Tag
			known := operation.ReleaseState{ID: 1, Draft: r.Draft, Prerelease: r.Channel == model.Internal}
			if r.Channel == model.NoRelease {
				known = operation.ReleaseState{}
			}
			if why := known.Unpublishable(r.Title(), 0); why != "" {
				d.refuse("%s", why)
			}
			return
		}
	}
	d.refuse("%s has no release %s, as far as was read", p.Service, tag)
}

// releaseNow is what is read of a release that is to become public.
type releaseNow struct {
	state operation.ReleaseState
	sha   model.SHA
	veto  model.Text
}

// against is why it can't become public now; empty: it can.
func (n *releaseNow) against(p *operation.Plan) string {
	title := p.Release.Title()
	switch {
	case n.state.Unpublishable(title, p.ReleaseID) != "":
		return n.state.Unpublishable(title, p.ReleaseID)
	case n.sha == "":
		return fmt.Sprintf("the tag %s is gone", title)
	case n.sha != p.Release.SHA:
		return fmt.Sprintf("the tag %s now points at %s instead of %s", title, n.sha.Short(), p.Release.SHA.Short())
	case n.veto != "":
		return fmt.Sprintf("%s is vetoed by %s", title, n.veto)
	}
	return ""
}

// releaseNow reads the release, its tag and its vetoes beside each other.
func (e *Engine) releaseNow(ctx context.Context, c *github.Client, p *operation.Plan) (now releaseNow, err error) {
	err = together(
		func() (err error) { now.state, err = c.ReleaseAt(ctx, p.Where(), p.Release.Tag); return err },
		func() (err error) { now.sha, err = c.TagSHA(ctx, p.Where(), p.Release.Tag); return err },
		func() (err error) {
			veto, err := e.stands(ctx, c, p, operation.MarkVeto)
			now.veto = veto.Why
			return err
		},
	)
	return now, err
}

// readRelease reads again how the release is, what its becoming public would start, and who asks.
func (e *Engine) readRelease(ctx context.Context, d *Draft) error {
	p := &d.Plan
	c, err := e.o.Clients(p.Host)
	if err != nil {
		return err
	}
	var now releaseNow
	var starts publication
	if err := together(
		func() (err error) { now, err = e.releaseNow(ctx, c, p); return err },
		func() (err error) { starts, err = e.readPublication(ctx, c, p, &d.Service); return err },
		func() error {
			if viewer, err := c.Viewer(ctx, nil); err == nil { // a token of an app has no user
				p.Actor = model.Clean(viewer.Value)
			}
			return nil
		},
	); err != nil {
		return err
	}
	if why := now.against(p); why != "" {
		d.refuse("%s", why)
	}
	p.ReleaseID = now.state.ID
	if starts.judged.refuse != "" {
		d.refuse("%s", starts.judged.refuse)
	}
	for _, why := range starts.judged.unasked {
		d.Unasked = append(d.Unasked, model.Clean(why))
	}
	d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("%s becomes public for everybody; GitHub may then show it as the latest release", p.Release.Title())))
	for _, why := range starts.judged.notes {
		d.Notes = append(d.Notes, model.Clean(why))
	}
	return nil
}

// rereadRelease reads again, right before the send, what matters of a release.
func (d *drive) rereadRelease(ctx context.Context, c *github.Client) []model.Text {
	ctx, cancel := look(ctx)
	defer cancel()
	p := &d.progress.Plan
	now, err := d.engine.releaseNow(ctx, c, p)
	switch {
	case err != nil:
		return []model.Text{model.Clean("the release could not be read: " + err.Error())}
	case now.against(p) != "":
		return []model.Text{model.Clean(now.against(p))}
	}
	return nil
}

// errUnshown reports an answer that doesn't show what was asked for.
var errUnshown = errors.New("the answer doesn't show that the release is public")

// tellRelease makes the release public.
func (d *drive) tellRelease(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	public, err := c.Publish(ctx, p.Where(), p.ReleaseID, p.Release.Tag)
	if err == nil && !public {
		return errUnshown
	}
	return err
}

// findPublic looks whether the release is public, where the answer was lost.
func (d *drive) findPublic(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	at := d.now()
	now, err := c.ReleaseAt(ctx, p.Where(), p.Release.Tag)
	if err != nil {
		return fmt.Errorf("look whether it was done: %w", err)
	}
	f := operation.Found{At: at}
	switch {
	case now.Public() && now.ID == p.ReleaseID:
		f.Strong = []operation.Match{{Why: "it is public; GitHub's answer was lost, so that it may be somebody else's doing"}}
	default:
		f.Says = model.Clean(p.Release.Title() + " is not public: nothing shows that it was done")
	}
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}

// callsOnRelease writes down the requests that would be made.
func (d *Draft) callsOnRelease() {
	p := &d.Plan
	if !p.Release.Zero() {
		d.Calls = append(d.Calls, Call{"GET", "/repos/" + p.Repo + "/releases/tags/" + p.Release.Tag, "", "the release, read once more; anything changed ends it"}, callRelease(p))
	}
}
