package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// readMark reads a shared ref by its name below RefRoot, in both places. there is false where nobody has set it; one that
// says nothing that can be understood is errUnreadable.
func (e *Engine) readMark(ctx context.Context, c *github.Client, repo model.Repo, name string) (m operation.Mark, at github.RefAt, there bool, err error) {
	places := e.placesFor(repo)
	found := make([]struct {
		at    github.RefAt
		there bool
		err   error
	}, len(places))
	var all sync.WaitGroup
	for i := range places { // beside each other: a person waits for it
		all.Go(func() { f := &found[i]; f.at, f.there, f.err = c.Ref(ctx, repo, places[i]+name) })
	}
	all.Wait()
	for _, f := range found {
		switch {
		case f.err != nil:
			return m, f.at, false, f.err
		case f.there && !f.at.Tag:
			return m, f.at, true, errUnreadable
		case f.there:
			text, err := c.TagMessage(ctx, repo, f.at.Object)
			if err != nil {
				return m, f.at, true, err
			}
			if m, err = operation.ReadMark(text); err != nil {
				return m, f.at, true, fmt.Errorf("%w: %w", errUnreadable, err)
			}
			return m, f.at, true, nil
		}
	}
	return m, github.RefAt{}, false, nil
}

// place sets a shared ref, once: one that is there already is left as it is, whoever set it.
func (e *Engine) place(ctx context.Context, c *github.Client, repo model.Repo, m operation.Mark, of model.SHA) error {
	name, err := m.Name()
	if err != nil {
		return err
	}
	if _, _, there, err := e.readMark(ctx, c, repo, name); there || err != nil {
		return err
	}
	text, err := m.Message()
	if err != nil {
		return err
	}
	e.o.Hook("before request tag object")
	object, err := c.CreateTagObject(ctx, repo, "gonogo", text, of)
	e.o.Hook("after request tag object")
	if err != nil {
		return err
	}
	var refused error
	for _, place := range e.placesFor(repo) {
		e.o.Hook("before request " + string(m.Kind))
		err := c.CreateRef(ctx, repo, place+name, object)
		e.o.Hook("after request " + string(m.Kind))
		if err == nil {
			e.remember(repo, place)
			return nil
		}
		// After any answer but 201 the ref tells.
		if _, _, there, readErr := e.readMark(ctx, c, repo, name); there || readErr != nil {
			return readErr
		}
		refused = err
		if fate, _ := github.FateOf(err); fate != github.Refused {
			return err
		}
	}
	return refused
}

// sentence is a mark as a person reads it.
func sentence(m operation.Mark) model.Text {
	text := fmt.Sprintf("%s since %s", m.Owner, m.Since.UTC().Format("2006-01-02 15:04"))
	if m.Reason != "" {
		text += ": " + m.Reason
	}
	return model.Clean(text)
}

// standing reads whether the plan's environment is held and its release vetoed; empty: no.
func (e *Engine) standing(ctx context.Context, c *github.Client, p *operation.Plan) (holds, vetoes []operation.Standing, err error) {
	var problems [2]error
	var all sync.WaitGroup
	for i, kind := range []operation.MarkKind{operation.MarkHold, operation.MarkVeto} {
		all.Go(func() {
			stands, err := e.stands(ctx, c, p, kind)
			switch problems[i] = err; {
			case stands.Why == "":
			case kind == operation.MarkHold:
				holds = []operation.Standing{stands}
			default:
				vetoes = []operation.Standing{stands}
			}
		})
	}
	all.Wait()
	return holds, vetoes, errors.Join(problems[:]...)
}

// stands is whose mark of a kind stands against the plan, and why; the zero one: there is none.
func (e *Engine) stands(ctx context.Context, c *github.Client, p *operation.Plan, kind operation.MarkKind) (operation.Standing, error) {
	name, err := operation.Mark{Kind: kind, Service: p.Service, Environment: p.GitHub, SHA: string(p.Release.SHA)}.Name()
	if err != nil {
		return operation.Standing{}, err
	}
	m, at, there, err := e.readMark(ctx, c, p.Source(), name)
	switch {
	case errors.Is(err, errUnreadable):
		return operation.Standing{Object: at.Object, Why: "somebody, and what the " + model.Text(kind) + " says can't be read"}, nil
	case err != nil || !there:
		return operation.Standing{}, err
	}
	return operation.Standing{Object: at.Object, Why: sentence(m)}, nil
}

// leaveMarks vetoes the release that was rolled back, and holds the environment until a person lifts it.
func (d *drive) leaveMarks(ctx context.Context) error {
	p := &d.progress.Plan
	if err := d.write(ctx, operation.Record{Event: operation.Marks, State: d.progress.State}); err != nil {
		return err
	}
	looked, cancel := look(ctx)
	defer cancel()
	c, err := d.client()
	if err != nil {
		return err
	}
	hold := operation.Mark{
		Kind: operation.MarkHold, Operation: p.ID, Owner: string(p.Actor), Service: p.Service, Environment: p.GitHub,
		Reason: fmt.Sprintf("rolled back from %s to %s", p.Replaces.Title(), p.Release.Title()), Since: d.now().UTC(),
	}
	if p.Reason != "" {
		hold.Reason += ": " + string(p.Reason)
	}
	head, err := d.journal.Head(ctx)
	if err != nil {
		return err
	}
	hold.Journal = head.String()
	marks := []operation.Mark{hold}
	if p.Replaces.SHA != "" {
		veto := hold
		veto.Kind, veto.Environment, veto.SHA = operation.MarkVeto, "", string(p.Replaces.SHA)
		veto.Reason = fmt.Sprintf("rolled back in %s to %s", p.Environment, p.Release.Title())
		marks = append(marks, veto)
	}
	var lacks []operation.MarkKind
	var refused []string
	for _, m := range marks {
		of := p.Release.SHA
		if m.SHA != "" {
			of = model.SHA(m.SHA)
		}
		err := d.engine.place(looked, c, p.Source(), m, of)
		switch fate, _ := github.FateOf(err); {
		case err == nil, errors.Is(err, errUnreadable): // somebody's is there
		case fate == github.Refused:
			lacks = append(lacks, m.Kind)
			refused = append(refused, fmt.Sprintf("GitHub refuses the %s: %v", m.Kind, err))
		default:
			return fmt.Errorf("%s %s of %s: %w", m.Kind, p.Environment, p.Service, err)
		}
	}
	d.engine.o.Refresh(p.Service)
	why := cmp.Or(model.Clean(strings.Join(refused, "; ")), d.progress.Why)
	return d.write(ctx, operation.Record{Event: operation.Marked, State: d.progress.State, Why: why, Lacks: lacks})
}
