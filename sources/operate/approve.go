package operate

import (
	"context"
	"errors"
	"fmt"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// ErrNotAwaited reports that nobody's review is awaited, or not this person's.
var ErrNotAwaited = errors.New("no review of yours is awaited")

// Review approves or rejects what an operation's run waits for in its environment. It is journalled before and after, in
// whichever process the operation is driven.
func (e *Engine) Review(ctx context.Context, id string, approve bool, comment model.Text) error {
	doing := "approve"
	if !approve {
		doing = "reject"
	}
	records, err := e.Records(ctx, id)
	if err != nil {
		return err
	}
	p, err := operation.Fold(records)
	switch {
	case err != nil:
		return err
	case len(records) == 0:
		return fmt.Errorf("%s operation %s: the journal knows no such operation", doing, id)
	case e.o.ReadOnly() != "":
		return fmt.Errorf("%s operation %s: %w: %s", doing, id, ErrReadOnly, e.o.ReadOnly())
	case p.State != operation.Awaiting:
		return fmt.Errorf("%s %s of %s in %s: %w: it is %s", doing, p.Plan.Kind, p.Plan.Release.Title(), p.Plan.Environment, ErrNotAwaited, p.State)
	}
	c, err := e.o.Clients(p.Plan.Host)
	if err != nil {
		return err
	}
	viewer, err := c.Viewer(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s operation %s: %w", doing, id, err)
	}
	asks := []operation.Ask{{Repo: p.Plan.Where(), Write: model.WriteDeployments}}
	if why := operation.Forbidden(asks, e.refused(ctx)); why != "" {
		return fmt.Errorf("%s %s of %s in %s: %s; nothing was sent", doing, p.Plan.Kind, p.Plan.Release.Title(), p.Plan.Environment, why)
	}
	j, err := e.journal(p.Plan.Host)
	if err != nil {
		return err
	}
	note := func(why string) error {
		_, err := j.Append(ctx, operation.Record{
			Operation: id, At: e.o.Clock.Now().Round(0), Process: e.o.Process, Event: operation.Noted, State: operation.Awaiting, Actor: model.Clean(viewer.Value), Why: model.Clean(why),
		})
		return err
	}
	if err := note(fmt.Sprintf("%s is about to %s it in %s: %s", viewer.Value, doing, p.Plan.GitHub, comment)); err != nil {
		return err
	}
	err = c.Review(ctx, p.Plan.Where(), p.Run, p.Plan.GitHub, approve, string(comment))
	said := "GitHub took it"
	if err != nil {
		said = err.Error()
	}
	if fate, _ := github.FateOf(err); fate == github.Done {
		// What drives it may have journalled meanwhile that it moved: then there is nothing to add.
		_ = note(said)
		return nil
	}
	return errors.Join(fmt.Errorf("%s operation %s: %w", doing, id, err), note(said))
}
