package operate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// sets reports whether a kind sets a shared ref; the others take one away.
func sets(k operation.Kind) bool {
	return k == operation.Hold || k == operation.Veto || k == operation.Tick
}

// marks is the kind of ref that an operation is about.
func marks(k operation.Kind) operation.MarkKind {
	switch k {
	case operation.Veto, operation.Clear:
		return operation.MarkVeto
	case operation.Break:
		return operation.MarkLock
	case operation.Tick, operation.Untick:
		return operation.MarkTick
	}
	return operation.MarkHold
}

// sketchRef works out what setting a shared ref, or taking one away, would be.
func (e *Engine) sketchRef(ctx context.Context, r Request) (*Draft, error) {
	doing := fmt.Sprintf("prepare to %s %s", r.Kind, strings.Join(slices.DeleteFunc([]string{r.Service, r.Environment, r.Release}, func(s string) bool { return s == "" }), " "))
	d, facts, err := e.outline(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	service, p := &d.Service, &d.Plan
	p.Mark = &operation.Mark{Kind: marks(r.Kind), Service: r.Service}
	if p.Mark.Kind == operation.MarkVeto {
		d.of(&facts, r.Release)
	} else {
		env := service.Environment(r.Environment)
		if env == nil {
			return nil, fmt.Errorf("%s: %s has no environment %s", doing, r.Service, r.Environment)
		}
		p.Environment, p.GitHub, p.Tier, p.Mark.Environment = env.Name, env.GitHub, env.Tier, env.GitHub
		if env.ReadOnly {
			d.refuse("%s is read-only in the configuration", env.Name)
		}
		switch {
		case r.Kind.Ticks():
			if err := d.ticked(&facts, env, r, p.MadeAt); err != nil {
				return nil, fmt.Errorf("%s: %w", doing, err)
			}
		case env.Tier == model.Production && !sets(r.Kind): // to hold is safe, to let go is not
			d.Name = env.Name
		}
		if !r.Kind.Ticks() {
			p.Release = model.Release{SHA: headOf(&facts)}
		}
	}
	if len(d.Refusals) == 0 {
		name, err := p.Mark.Name()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		p.Ref = operation.RefRoot + name
	}
	return d, nil
}

// of finds the release that a veto or a tick is about.
func (d *Draft) of(f *readiness.Facts, release string) {
	p := &d.Plan
	for i := range f.Releases {
		if r := &f.Releases[i]; !r.Draft && r.SHA != "" && (r.Tag == release || string(r.SHA) == release) {
			p.Release, p.Mark.SHA = *r, string(r.SHA)
			return
		}
	}
	ran := slices.ContainsFunc(f.Deployments, func(d model.Deployment) bool { return string(d.SHA) == release })
	if release != "" && (ran || release == string(f.Branch.Head.SHA) || p.Kind == operation.Clear && len(release) == 40) { // a commit alone
		p.Release, p.Mark.SHA = model.Release{SHA: model.SHA(release)}, release
		return
	}
	d.refuse("%s has no release %s, as far as was read", p.Service, release)
}

// headOf is a commit of the repository for a tag object to point at.
func headOf(f *readiness.Facts) model.SHA {
	if f.Branch.Head.SHA != "" {
		return f.Branch.Head.SHA
	}
	for i := range f.Releases {
		if f.Releases[i].SHA != "" {
			return f.Releases[i].SHA
		}
	}
	return ""
}

// readRef reads what the ref says now, and who asks.
func (e *Engine) readRef(ctx context.Context, d *Draft) error {
	p := &d.Plan
	c, err := e.o.Clients(p.Host)
	if err != nil {
		return err
	}
	viewer, err := c.Viewer(ctx, nil)
	if err == nil { // a token of an app has no user
		p.Actor = model.Clean(viewer.Value)
	}
	m, at, there, err := e.standsAt(ctx, c, p)
	if err != nil && !errors.Is(err, errUnreadable) {
		return err
	}
	says := sentence(m)
	if err != nil {
		says = model.Clean(err.Error())
	}
	switch {
	case sets(p.Kind) && there:
		d.refuse("there is a %s already: %s", p.Mark.Kind, says)
	case sets(p.Kind):
		p.Mark.Operation, p.Mark.Owner, p.Mark.Since = p.ID, string(p.Actor), e.o.Clock.Now().UTC().Round(0)
	case !there:
		d.refuse("there is no %s to %s", p.Mark.Kind, p.Kind)
	default:
		p.Object, p.Ref = at.Object, at.Name
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("the %s is of %s", p.Mark.Kind, says)))
		if p.Kind == operation.Break {
			if err := e.unowned(ctx, d, m.Operation); err != nil {
				return err
			}
			d.Notes = append(d.Notes, "whose operation it was may still move: gonogo breaks its lock and ends nothing else")
		}
	}
	return nil
}

// unowned refuses to break the lock of an operation of one's own that moves: it gives its lock back by itself.
func (e *Engine) unowned(ctx context.Context, d *Draft, id string) error {
	j, err := e.journal(d.Plan.Host)
	if err != nil {
		return err
	}
	open, err := j.Unfinished(ctx)
	for _, o := range open {
		if id != "" && o.Plan.ID == id && !o.State.Ended() {
			d.refuse("it is the lock of your own operation %s, which is %s: it is given back when that has ended", id, o.State)
		}
	}
	return err
}

// standsAt reads what the ref that a plan is about says now.
func (e *Engine) standsAt(ctx context.Context, c *github.Client, p *operation.Plan) (operation.Mark, github.RefAt, bool, error) {
	name, err := p.Mark.Name()
	if err != nil {
		return operation.Mark{}, github.RefAt{}, false, err
	}
	return e.readMark(ctx, c, p.Where(), name)
}

// rereadRef reads the ref again, right before the send.
func (d *drive) rereadRef(ctx context.Context, c *github.Client) []model.Text {
	ctx, cancel := look(ctx)
	defer cancel()
	p := &d.progress.Plan
	_, at, there, err := d.engine.standsAt(ctx, c, p)
	switch {
	case err != nil && !errors.Is(err, errUnreadable):
		return []model.Text{model.Clean(fmt.Sprintf("the %s could not be read: %v", p.Mark.Kind, err))}
	case sets(p.Kind) && there:
		return []model.Text{model.Clean(fmt.Sprintf("somebody has set the %s meanwhile", p.Mark.Kind))}
	case !sets(p.Kind) && !there:
		return []model.Text{model.Clean(fmt.Sprintf("the %s is gone already", p.Mark.Kind))}
	case !sets(p.Kind) && at.Object != p.Object:
		return []model.Text{model.Clean(fmt.Sprintf("the %s is another one now than the one that was shown", p.Mark.Kind))}
	}
	return nil
}

// tellRef sets the ref, or takes away what was shown and nothing else.
func (d *drive) tellRef(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	if !sets(p.Kind) {
		_, _, err := c.DeleteRef(ctx, p.Where(), p.Ref, p.Object)
		return err
	}
	m := *p.Mark
	m.Owner, m.Reason, m.Since = string(p.Actor), string(p.Reason), d.now().UTC() // not when it was shown
	head, err := d.journal.Head(ctx)
	if err != nil {
		return err
	}
	m.Journal = head.String()
	return d.engine.place(ctx, c, p.Where(), m, p.Release.SHA)
}

// findRef looks whether what was wanted of a ref is so, where the answer was lost.
func (d *drive) findRef(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	at := d.now()
	m, ref, there, err := d.engine.standsAt(ctx, c, p)
	if err != nil && !errors.Is(err, errUnreadable) {
		return fmt.Errorf("look whether it was done: %w", err)
	}
	f := operation.Found{At: at}
	switch {
	case sets(p.Kind) && there && m.Operation == p.ID:
		f.Strong = []operation.Match{{Why: "the ref carries the operation's ID"}}
	case !sets(p.Kind) && (!there || ref.Object != p.Object):
		f.Strong = []operation.Match{{Why: "it is gone; GitHub's answer was lost, so that it may be somebody else's doing"}}
	}
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}

// callsOnRef writes down the requests that would be made, and how a person does the same without gonogo.
func (d *Draft) callsOnRef() {
	p := &d.Plan
	root := "/repos/" + p.Repo
	if sets(p.Kind) {
		d.Calls = append(d.Calls,
			Call{"POST", root + "/git/tags", indented(map[string]any{"tag": "gonogo", "object": p.Release.SHA, "type": "commit", "message": "…"}), "what it says"},
			Call{"POST", root + "/git/refs", indented(map[string]any{"ref": p.Ref, "sha": "…"}), "the ref"})
		return
	}
	d.Calls = append(d.Calls, Call{"POST", "/graphql", "", "updateRefs: it is taken away if it still is what was shown"})
	d.Notes = append(d.Notes, model.Text("by hand: "+ByHand(p.Host, p.Repo, p.Ref)))
}

// ByHand is how a person takes a shared ref away without gonogo (REST docs, "Delete a reference").
func ByHand(host, repo, ref string) string {
	line := "gh api --method DELETE "
	if host != "github.com" {
		line += "--hostname " + host + " "
	}
	return line + "repos/" + repo + "/git/" + ref
}
