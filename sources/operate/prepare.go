package operate

import (
	"context"
	"fmt"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// Prepare works out what a request would do, with everything that speaks for and against it. It reads again what matters
// and writes nothing.
func (e *Engine) Prepare(ctx context.Context, r Request) (*Draft, error) {
	for tries := 0; ; tries++ {
		known := len(e.refused(ctx))
		d, err := e.sketch(ctx, r, true)
		if err != nil {
			return nil, err
		}
		if len(d.Refusals) == 0 {
			if err := e.readMatter(ctx, d); err != nil {
				return nil, fmt.Errorf("%s: %w", r.doing(), err)
			}
			d.Read = true
		}
		if tries == 0 && len(e.refused(ctx)) > known { // what was read has told which token it is
			continue
		}
		if d.behind != nil && tries < catchUps {
			if _, err := e.catchUp(ctx, d.Plan.Service, d.Plan.GitHub, *d.behind); err != nil {
				return nil, fmt.Errorf("%s: %w", r.doing(), err)
			}
			continue
		}
		if d.behind != nil {
			d.refuse("%s of %s has just changed, and it isn't read yet what runs there now: ask again in a moment", d.Plan.Environment, d.Plan.Service)
		}
		d.calls()
		return d, nil
	}
}

// catchUps is how often it is waited for the cache before it is said that it is behind.
const catchUps = 2

// readMatter reads again what matters for what is to be done.
func (e *Engine) readMatter(ctx context.Context, d *Draft) error {
	switch {
	case d.Plan.Kind.OnRun():
		return e.readRun(ctx, d)
	case d.Plan.Kind.OnRef():
		return e.readRef(ctx, d)
	case d.Plan.Kind == operation.Publish:
		return e.readRelease(ctx, d)
	case d.Plan.Kind == operation.Abort:
		return e.readAbort(ctx, d)
	}
	return e.readAgain(ctx, d)
}

// Sketch works out what a request would do from what is known already: it asks nobody, so that a dialog can be drawn at
// once. It can't be confirmed.
func (e *Engine) Sketch(ctx context.Context, r Request) (*Draft, error) {
	return e.sketch(ctx, r, false)
}

// sketch works out a draft; with read it may read what is asked for beyond what the cache keeps.
func (e *Engine) sketch(ctx context.Context, r Request, read bool) (*Draft, error) {
	switch {
	case r.Kind.OnRun():
		return e.sketchRun(ctx, r, read)
	case r.Kind.OnRef():
		return e.sketchRef(ctx, r)
	case r.Kind == operation.Publish:
		return e.sketchRelease(ctx, r)
	}
	doing := r.doing()
	service := e.o.Fleet().Service(r.Service)
	if service == nil {
		return nil, fmt.Errorf("%s: the configuration has no service %s", doing, r.Service)
	}
	env := service.Environment(r.Environment)
	if env == nil {
		return nil, fmt.Errorf("%s: %s has no environment %s", doing, r.Service, r.Environment)
	}
	facts, err := e.o.Facts(ctx, r.Service)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	assessment := readiness.Assess(facts, e.o.Clock.Now())
	assessed := assessment.Environment(r.Environment)
	if assessed == nil {
		return nil, fmt.Errorf("%s: %s", doing, assessment.Headline)
	}
	d := &Draft{Environment: *assessed, Service: *service, Verdict: assessed.Verdict, facts: facts}
	d.Plan = operation.Plan{
		ID: r.ID, Kind: r.Kind, Host: service.DeployRepo().Host, Repo: service.DeployRepo().FullName(), Service: r.Service, Environment: r.Environment, GitHub: env.GitHub,
		Tier: env.Tier, Replaces: assessed.Current.Release, Way: wayOf(&service.Deploy), Workflow: service.Deploy.Workflow, Lock: true, MadeAt: e.o.Clock.Now().Round(0),
	}
	if service.DeployRepo() != service.Repo {
		d.Plan.From = service.Repo.FullName()
	}
	if d.Plan.ID == "" {
		d.Plan.ID = e.o.NewID()
	}
	if env.Tier == model.Production {
		d.Name = env.Name
	}
	d.inputs = service.Deploy.Inputs
	if r.Kind == operation.RollBack {
		if read {
			e.lookAhead(ctx, r, d, &facts)
		}
		d.aim(r)
		d.weigh(env)
		d.by(env)
		e.undoes(d, &facts)
	} else if err := e.promotes(ctx, r, d, &facts, read); err != nil {
		return nil, err
	}
	e.restrict(ctx, d, env, &facts)
	return d, nil
}

// doing says what is being worked out, for errors.
func (r Request) doing() string {
	return fmt.Sprintf("prepare to %s %s in %s", r.Kind, r.Service, r.Environment)
}

func (d *Draft) refuse(format string, args ...any) {
	d.Refusals = append(d.Refusals, model.Clean(fmt.Sprintf(format, args...)))
}

// judge sorts the findings by what they ask of a person.
func (d *Draft) judge(env *model.Environment) {
	for _, f := range d.Environment.Findings {
		switch {
		case f.Level != model.Required && f.Gate != model.GateMigration:
		case f.Gate == model.GateMigration && f.Result == model.Warn:
			d.Acknowledge = append(d.Acknowledge, f)
		case f.Result.Stands():
			d.Against = append(d.Against, f)
		}
		if f.Gate == model.GateApproval && f.Result == model.Warn {
			d.Notes = append(d.Notes, f.Why)
		}
	}
	d.Plan.Findings = d.Environment.Findings
	for _, r := range d.Environment.Lane.WouldCancel {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("run #%d of %s, which waits, would be cancelled by GitHub", r.Number, r.File())))
	}
	if env.Rollback == model.RollbackAutomatic && d.Plan.Kind == operation.Promote && !d.Plan.RollsBackTo.Zero() {
		d.Plan.GoesBack = true
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("if its verification fails it is rolled back to %s without a word, while this gonogo runs", d.Plan.RollsBackTo.Title())))
	}
	d.verified(env)
}

// verified says what will tell whether it went well.
func (d *Draft) verified(env *model.Environment) {
	required := 0
	for i := range env.Checks {
		if env.Checks[i].Required && !env.Checks[i].Untrusted {
			required++
		}
	}
	d.Plan.Checks = required
	if required == 0 {
		d.Notes = append(d.Notes, "no required check is configured: the release will not be verified")
	}
}

// restrict says why this person, this token or this service can't act.
func (e *Engine) restrict(ctx context.Context, d *Draft, env *model.Environment, f *readiness.Facts) {
	s := &d.Service
	if why := e.o.ReadOnly(); why != "" {
		d.refuse("%s", why)
	}
	if env.ReadOnly {
		d.refuse("%s is read-only in the configuration", env.Name)
	}
	if s.Untrusted != "" {
		d.refuse("%s", s.Untrusted)
	}
	e.permit(ctx, d, env)
	switch {
	case d.Plan.Kind == operation.RollBack && env.RollbackBy != nil: // whatever it is deployed by
	case s.Deploy.Deployment:
		e.restrictDeployment(d, f)
		return
	case s.Deploy.Release:
		e.restrictRelease(d)
		return
	case s.Deploy.Workflow == "":
		d.refuse("the configuration doesn't say how %s is deployed: deploy: {workflow: …}", s.Name)
	}
	p := &d.Plan
	if s.Deploy.RefBranch {
		p.OnBranch = true
		if p.Ref = s.Branch; d.Service.DeployRepo() != s.Repo || p.Ref == "" {
			p.Ref = f.Repository.DefaultBranch
		}
	} else if p.Ref = p.Release.Tag; p.Ref == "" && p.Release.SHA != "" {
		d.refuse("%s has no tag, and GitHub dispatches on tags and branches alone: make one, or write deploy: {ref: branch}", p.Release.Title())
	}
}
