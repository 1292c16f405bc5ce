package operate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
	"gonogo/sources/workflow"
)

// somewhere is where a run deploys of which no more is known than that its workflow does.
const somewhere = ""

// deploysTo says where a run deploys, by its deployments, by the reviews that it waits for, and by the lane that it holds.
// The workflow that deploys always may. None: nowhere that is known.
func deploysTo(s *model.Service, a *readiness.Assessment, f *readiness.Facts, run *model.Run) (where []string) {
	add := func(environment string) {
		if !slices.ContainsFunc(where, func(w string) bool { return strings.EqualFold(w, environment) }) {
			where = append(where, environment)
		}
	}
	for i := range f.Deployments {
		if f.Deployments[i].RunID == run.ID {
			add(f.Deployments[i].Environment)
		}
	}
	for i := range f.Pending {
		if f.Pending[i].RunID == run.ID {
			add(f.Pending[i].Environment)
		}
	}
	for i := range a.Environments {
		if l := &a.Environments[i].Lane; l.Run.ID == run.ID && !l.Anywhere {
			add(a.Environments[i].GitHub)
		}
	}
	deploying := []string{s.Deploy.Workflow}
	for i := range s.Environments {
		if by := s.Environments[i].RollbackBy; by != nil {
			deploying = append(deploying, by.Workflow)
		}
	}
	if len(where) == 0 && slices.Contains(deploying, run.File()) {
		return []string{somewhere}
	}
	return where
}

// sketchAgain makes a redeploy of a re-run, and an abort of a cancel, where the run deploys to one environment: with all that
// a promotion to it asks. One that deploys to several, or to one that isn't known, is left to GitHub's page.
func (e *Engine) sketchAgain(ctx context.Context, d *Draft, a *readiness.Assessment, f *readiness.Facts, where []string, read bool) error {
	p, s := &d.Plan, &d.Service
	env := s.Environment(named(s, where[0]))
	does := "run again"
	if p.Kind == operation.Cancel {
		does = "cancelled"
	}
	switch {
	case len(where) > 1:
		d.refuse("it deploys to %s: it is %s with all that one of them asks, and gonogo asks that of one environment at a time; GitHub's page does it unasked", strings.Join(where, " and "), does)
	case where[0] == somewhere:
		d.refuse("its workflow deploys, and to which environment can't be told yet: it has made no deployment and waits for no review; GitHub's page can have it %s", does)
	case env == nil:
		d.refuse("it deploys to %s, which the configuration of %s doesn't name: what that asks isn't known; GitHub's page can have it %s", where[0], s.Name, does)
	}
	d.fitting(&d.Run)
	assessed := (*readiness.Environment)(nil)
	if env != nil {
		assessed = a.Environment(env.Name)
	}
	if len(where) > 1 || assessed == nil {
		return nil
	}
	p.Environment, p.GitHub, p.Tier, p.Lock = env.Name, env.GitHub, env.Tier, true
	if p.Where() != s.Repo {
		p.From = s.Repo.FullName()
	}
	if env.Tier == model.Production {
		d.Name = env.Name
	}
	if env.ReadOnly {
		d.refuse("%s is read-only in the configuration", env.Name)
	}
	d.facts, d.Environment, d.Verdict, p.Replaces = *f, *assessed, assessed.Verdict, assessed.Current.Release
	if p.Kind == operation.Cancel {
		p.Kind = operation.Abort
		e.permit(ctx, d, env)
		d.shows(e.o.Clock.Now())
		return nil
	}
	p.Kind, p.Way = operation.Redeploy, operation.ByRerun
	e.permit(ctx, d, env)
	return e.redeploys(ctx, d, env, f, read)
}

// redeploys works out what a run would bring again. Its gates are those of its own release.
func (e *Engine) redeploys(ctx context.Context, d *Draft, env *model.Environment, f *readiness.Facts, read bool) error {
	p := &d.Plan
	if strings.HasPrefix(d.Run.Event, "deployment") {
		d.refuse("it was started by a deployment, of which another attempt makes no other: promote %s, which makes one", env.Name)
	}
	if p.FailedOnly {
		d.failedElsewhere(f)
	}
	again := readiness.RunAgain(*f, env.Name, d.Run, e.o.Clock.Now())
	if read && len(d.Refusals) == 0 && !again.Release.Zero() {
		if err := e.readNeeds(ctx, f, roundsFor, func() []readiness.Need {
			return readiness.RunAgain(*f, env.Name, d.Run, e.o.Clock.Now()).Needs
		}); err != nil {
			return fmt.Errorf("prepare to redeploy run %d of %s: %w", d.Run.ID, p.Service, err)
		}
		again = readiness.RunAgain(*f, env.Name, d.Run, e.o.Clock.Now())
	}
	if again.Release.Zero() {
		d.refuse("which release it deploys can't be told: %s", again.Why)
		return nil
	}
	d.facts, d.Environment, d.Verdict, p.Release = *f, again.Environment, again.Environment.Verdict, again.Release
	p.OnBranch = p.Release.SHA != d.Run.SHA
	d.Direction = again.Why
	d.wayBack()
	switch {
	case again.Older:
		d.goesBack()
	case !again.Newer && !again.Same && !d.Environment.Current.None:
		d.Unasked = append(d.Unasked, again.Why)
	}
	d.judge(env)
	return nil
}

// failedElsewhere refuses to run the failed jobs alone where the one that deploys is not among them.
func (d *Draft) failedElsewhere(f *readiness.Facts) {
	newest := model.Deployment{}
	for i := range f.Deployments {
		if made := &f.Deployments[i]; made.RunID == d.Run.ID && made.ID > newest.ID {
			newest = *made
		}
	}
	if !newest.FirstSuccess().IsZero() {
		d.refuse("its job that deploys to %s succeeded: its failed jobs alone deploy nothing there", d.Plan.Environment)
	}
}

// wayBack is where one would go back to: never to what is deployed again.
func (d *Draft) wayBack() {
	to := d.Environment.WayBack
	if to.SHA == d.Plan.Release.SHA {
		to = model.Release{}
		for i := range d.Environment.Targets {
			if t := &d.Environment.Targets[i]; t.Eligible && t.Release.SHA != d.Plan.Release.SHA {
				to = t.Release
				break
			}
		}
	}
	d.Plan.RollsBackTo = to
}

// goesBack holds what is older than what runs to what a rollback is held to: no point of no return lies between.
func (d *Draft) goesBack() {
	p := &d.Plan
	i := slices.IndexFunc(d.Environment.Targets, func(t readiness.Target) bool { return t.Release.SHA == p.Release.SHA })
	switch {
	case i < 0:
		d.refuse("%s is older than %s and never succeeded in %s, as far as was read: what can be gone back to is shown by the rollback", p.Release.Title(), p.Replaces.Title(), p.Environment)
	case !d.Environment.Targets[i].Eligible:
		d.refuse("%s can't be gone back to: it %s", p.Release.Title(), d.Environment.Targets[i].Why)
	}
	d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("unlike a rollback it leaves %s unvetoed and %s unheld", p.Replaces.Title(), p.Environment)))
}

// repeated is what is read again of a run that is to be run again.
type repeated struct {
	run   model.Run
	files map[string]string // workflows at its commit
}

func (e *Engine) readRepeated(ctx context.Context, c *github.Client, d *Draft) (r repeated, err error) {
	err = together(
		func() error {
			run, err := c.Run(ctx, d.Plan.Where(), d.Plan.Subject, nil)
			r.run = run.Value
			return err
		},
		func() (err error) {
			r.files, _, err = c.WorkflowFiles(ctx, d.Plan.Where(), string(d.Run.SHA))
			return err
		},
	)
	return r, err
}

// repeats holds a draft against the run as it is now, and against what its workflow's file says of where it deploys: what
// failed before it came to another environment would go there when it is run again.
func (d *Draft) repeats(r *repeated) {
	p := &d.Plan
	if d.Run = r.run; p.Unfit(&r.run) != "" {
		d.Refusals = slices.DeleteFunc(d.Refusals, func(t model.Text) bool { return string(t) == p.Unfit(&r.run) })
		d.fitting(&r.run)
	}
	file := r.run.File()
	f, err := workflow.Read(r.files[file])
	if r.files[file] == "" || err != nil {
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("where %s deploys beside %s can't be told: its file at %s can't be read", file, p.GitHub, r.run.SHA.Short())))
		return
	}
	to := deploys{file: file}
	to.read(p, &d.Service, r.files, &f, false, 0)
	switch {
	case len(to.elsewhere) > 0:
		d.refuse("%s deploys to %s too, as its file says: it is run again with all that one environment asks, and gonogo asks that of one at a time; GitHub's page does it unasked", file, strings.Join(to.elsewhere, " and "))
	case len(to.perhaps) > 0:
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("%s deploys to %s too, on a condition that gonogo doesn't judge", file, strings.Join(to.perhaps, " and "))))
	case to.untold && (to.here || several(f.Jobs)):
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("whether %s deploys to %s alone can't be told from its file", file, p.GitHub)))
	case !to.untold && !to.here:
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("no job of %s deploys to %s by itself, as its file says: whether another attempt does can't be told", file, p.GitHub)))
	}
}

// comesTo refuses to run again as a plain run what has deployed nowhere yet and would, as its workflow's file says: it failed
// before it came so far.
func (d *Draft) comesTo(ctx context.Context, c *github.Client) error {
	p := &d.Plan
	text, err := c.File(ctx, p.Where(), ".github/workflows/"+d.Run.File(), string(d.Run.SHA), nil)
	if github.KindOf(err) == model.ProblemMissing { // GitHub's own workflows have no file
		return nil
	}
	if err != nil {
		return err
	}
	f, wrong := workflow.Read(text.Value)
	if wrong != nil {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("whether %s deploys anywhere can't be told: %v", d.Run.File(), wrong)))
		return nil
	}
	to := deploys{file: d.Run.File()}
	to.read(p, &d.Service, nil, &f, false, 0)
	switch {
	case len(to.elsewhere) > 0:
		d.refuse("%s deploys to %s, as its file says, and this run has not come so far: what it would ask there can't be asked yet; GitHub's page runs it again unasked", to.file, strings.Join(to.elsewhere, " and "))
	case len(to.perhaps) > 0:
		d.Unasked = append(d.Unasked, model.Clean(fmt.Sprintf("%s deploys to %s, on a condition that gonogo doesn't judge", to.file, strings.Join(to.perhaps, " and "))))
	case to.untold:
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("whether %s deploys anywhere can't be told from its file", to.file)))
	}
	return nil
}

// several reports whether the jobs of a workflow name more than one environment that their file doesn't tell.
func several(jobs []workflow.Job) bool {
	told := map[string]bool{}
	for _, j := range jobs {
		if where := cmp.Or(j.Elsewhere, j.Environment); where != "" {
			told[where] = true
		}
	}
	return len(told) > 1
}

// sendAgain asks for another attempt, once.
func (d *drive) sendAgain(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	d.engine.o.Hook("before request re-run")
	err := c.Rerun(ctx, p.Where(), p.Subject, p.FailedOnly)
	d.engine.o.Hook("after request re-run")
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	if err != nil {
		return d.unsent(ctx, err)
	}
	return d.write(ctx, operation.Record{Event: operation.Answered, State: operation.Queued, Status: 201, Run: p.Subject})
}

// findAgain looks whether the run has another attempt, and whose it is.
func (d *drive) findAgain(ctx context.Context, c *github.Client) error {
	at := d.now()
	run, by, err := c.Attempt(ctx, d.progress.Plan.Where(), d.progress.Plan.Subject)
	if err != nil {
		return fmt.Errorf("look for what was sent: %w", err)
	}
	f := operation.IdentifyAttempt(d.progress, run, by, at)
	d.found, d.shown.Found = &f, f
	d.tell()
	return nil
}

// outrun reports whether the run that a redeploy verifies was run again by somebody else: what is verified isn't its own then.
func (d *drive) outrun(ctx context.Context, c *github.Client) (bool, error) {
	p := &d.progress.Plan
	if p.Way != operation.ByRerun {
		return false, nil
	}
	run, err := c.Run(ctx, p.Where(), p.Subject, nil)
	if err != nil {
		return false, fmt.Errorf("read whether it was run again: %w", err)
	}
	if run.Value.Attempt <= p.Attempt+1 {
		return false, nil
	}
	state, why := operation.Follow(d.progress, operation.Seen{Run: run.Value})
	return true, d.write(ctx, operation.Record{Event: operation.Judged, State: state, Why: why})
}
