package operate

import (
	"context"
	"fmt"
	"sync"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
	"gonogo/sources/workflow"
)

// readAgain reads what matters now: the workflow at the ref, the newest deployment, what runs, what the tag points at.
func (e *Engine) readAgain(ctx context.Context, d *Draft) error {
	p := &d.Plan
	c, err := e.o.Clients(p.Host)
	if err != nil {
		return err
	}
	var file github.Reading[string]
	var tag model.SHA
	var runs []model.Run
	var newest model.Deployment
	var viewer github.Reading[string]
	var holds, vetoes []operation.Standing
	var publishes publication
	var again repeated
	var lock model.Finding
	var locker operation.Mark
	problems := make([]error, 7)
	var all sync.WaitGroup
	for i, read := range []func() error{
		func() (err error) {
			switch p.Way {
			case operation.ByDeployment:
				return nil
			case operation.ByRelease:
				publishes, err = e.readPublication(ctx, c, p, &d.Service)
				return err
			case operation.ByRerun:
				again, err = e.readRepeated(ctx, c, d)
				return err
			}
			file, err = c.File(ctx, p.Where(), ".github/workflows/"+p.Workflow, p.Ref, nil)
			return err
		},
		func() (err error) {
			if p.Release.Tag != "" {
				tag, err = c.TagSHA(ctx, p.Source(), p.Release.Tag)
			}
			return err
		},
		func() (err error) {
			if p.Way == operation.ByWorkflow || p.Way == operation.ByRerun {
				runs, err = c.Unfinished(ctx, p.Where(), p.Workflow)
			}
			return err
		},
		func() (err error) { newest, err = newestNow(ctx, c, p.Where(), p.GitHub); return err },
		func() (err error) { viewer, err = c.Viewer(ctx, nil); return err },
		func() (err error) { holds, vetoes, err = e.standing(ctx, c, p); return err },
		func() (err error) { lock, locker, err = e.locked(ctx, c, p); return err },
	} {
		all.Go(func() { problems[i] = read() })
	}
	all.Wait()
	for i, err := range problems {
		switch {
		case err == nil:
		case i == 0 && p.Way == operation.ByWorkflow && github.KindOf(err) == model.ProblemMissing:
			d.refuse("%s has no .github/workflows/%s at %s", p.Repo, p.Workflow, p.Ref)
		case i == 4: // a token of an app has no user
		default:
			return err
		}
	}
	d.relock(lock)
	p.Actor = model.Clean(viewer.Value)
	p.Newest = newest.ID
	if !abreast(&d.facts, p.GitHub, newest) {
		d.behind = &newest
		return nil // all of it is worked out anew
	}
	p.Unfinished = nil
	for _, r := range runs {
		p.Unfinished = append(p.Unfinished, r.ID)
	}
	if err := e.takeover(ctx, d, locker, newest, runs); err != nil {
		return err
	}
	if p.Way == operation.ByRelease {
		d.publishes(&publishes)
	}
	if p.Way == operation.ByRerun {
		d.repeats(&again)
	}
	if p.Release.Tag != "" && tag != p.Release.SHA {
		if tag == "" {
			d.refuse("the tag %s is gone", p.Release.Title())
		} else {
			d.refuse("the tag %s now points at %s instead of %s, which was built and tested", p.Release.Title(), tag.Short(), p.Release.SHA.Short())
		}
	}
	d.rehold(holds, vetoes)
	if problems[0] == nil && p.Way == operation.ByWorkflow {
		e.fill(d, file.Value)
	}
	return nil
}

// fill works out the inputs and holds them against the workflow as it is at the ref.
func (e *Engine) fill(d *Draft, text string) {
	p := &d.Plan
	w, err := workflow.Read(text)
	if err != nil {
		d.refuse("%s at %s: %v", p.Workflow, p.Ref, err)
		return
	}
	if !w.On("workflow_dispatch") {
		d.refuse("%s at %s can't be dispatched: it has no workflow_dispatch", p.Workflow, p.Ref)
		return
	}
	values := model.Values{
		Service: p.Service, Environment: p.GitHub, Tag: p.Release.Tag, Version: p.Release.Version(d.Service.Tags), SHA: string(p.Release.SHA), Operation: p.ID,
	}
	at := w.Dispatch(p.Workflow, p.Release.SHA)
	var problems []string
	p.Inputs, problems = at.Fill(d.inputs, values)
	for _, problem := range problems {
		d.refuse("%s", problem)
	}
	for _, wrong := range at.Refuses(p.Inputs) {
		d.refuse("%s at %s: %s", p.Workflow, p.Ref, wrong)
	}
	if p.Echoes = echoes(&w); !p.Echoes {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf(
			"%s doesn't show the operation's ID, so that a lost answer can't be told from nothing sent; two lines make it: the input %s, and run-name: … ${{ inputs.%s }}", p.Workflow, model.OperationInput, model.OperationInput)))
	}
}
