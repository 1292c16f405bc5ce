package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// Prepare works out what a request would do, with everything that speaks for and against it. It reads again what matters
// and writes nothing.
func (e *Engine) Prepare(ctx context.Context, r Request) (*Draft, error) {
	doing := fmt.Sprintf("prepare to %s %s in %s", r.Kind, r.Service, r.Environment)
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
	d := &Draft{Environment: *assessed, Service: *service, Verdict: assessed.Verdict}
	d.Plan = operation.Plan{
		ID: r.ID, Kind: r.Kind, Host: service.DeployRepo().Host, Repo: service.DeployRepo().FullName(), Service: r.Service, Environment: r.Environment, GitHub: env.GitHub,
		Tier: env.Tier, Replaces: assessed.Current.Release, Way: operation.ByWorkflow, Workflow: service.Deploy.Workflow, Lock: true, MadeAt: e.o.Clock.Now().Round(0),
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
	d.choose(r, &facts)
	d.judge(env)
	e.restrict(d, env, &facts)
	if len(d.Refusals) == 0 {
		if err := e.readAgain(ctx, d); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
	}
	d.calls()
	return d, nil
}

func (d *Draft) refuse(format string, args ...any) {
	d.Refusals = append(d.Refusals, model.Clean(fmt.Sprintf(format, args...)))
}

// choose finds the release that would go.
func (d *Draft) choose(r Request, f *readiness.Facts) {
	switch candidate := d.Environment.Candidate; {
	case r.Release != "" && candidate.Exists() && (r.Release == candidate.Release.Tag || r.Release == string(candidate.Release.SHA)):
		d.Plan.Release = candidate.Release
	case r.Release != "":
		d.refuse("%s is not the candidate for %s: %s", r.Release, r.Environment, candidate.Why)
	case candidate.Exists():
		d.Plan.Release = candidate.Release
	default:
		d.refuse("nothing to promote: %s", candidate.Why)
	}
	d.Plan.RollsBackTo = d.Environment.Current.Release
	if s := &f.Service; d.Plan.Release.SHA == "" && len(d.Refusals) == 0 {
		d.refuse("the commit of %s isn't known for %s", d.Plan.Release.Title(), s.Name)
	}
}

// judge sorts the findings by what they ask of a person.
func (d *Draft) judge(env *model.Environment) {
	for _, f := range d.Environment.Findings {
		switch {
		case f.Level != model.Required && f.Gate != model.GateMigration:
		case f.Gate == model.GateMigration && f.Result == model.Warn:
			d.Acknowledge = append(d.Acknowledge, f)
		case f.Result == model.Fail || f.Result == model.Unknown || f.Result == model.Wait:
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
	switch env.Rollback {
	case model.RollbackAutomatic:
		d.Notes = append(d.Notes, "rollback: automatic is configured; this version offers the way back and doesn't take it by itself")
	case model.RollbackWorkflows:
	}
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
func (e *Engine) restrict(d *Draft, env *model.Environment, f *readiness.Facts) {
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
	switch {
	case s.Deploy.Deployment:
		d.refuse("deploy: {deployment: true} is not something that this version can promote by; only a workflow is")
	case s.Deploy.Release:
		d.refuse("deploy: {release: true} is not something that this version can promote by; only a workflow is")
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
	var newest github.Reading[[]model.Deployment]
	var viewer github.Reading[string]
	problems := make([]error, 5)
	var all sync.WaitGroup
	for i, read := range []func() error{
		func() (err error) {
			file, err = c.File(ctx, p.Where(), ".github/workflows/"+p.Workflow, p.Ref, nil)
			return err
		},
		func() (err error) {
			if p.Release.Tag != "" {
				tag, err = c.TagSHA(ctx, p.Source(), p.Release.Tag)
			}
			return err
		},
		func() (err error) { runs, err = c.Unfinished(ctx, p.Where(), p.Workflow); return err },
		func() (err error) { newest, err = c.DeploymentHistory(ctx, p.Where(), p.GitHub, 1, nil); return err },
		func() (err error) { viewer, err = c.Viewer(ctx, nil); return err },
	} {
		all.Go(func() { problems[i] = read() })
	}
	all.Wait()
	for i, err := range problems {
		switch {
		case err == nil:
		case i == 0 && github.KindOf(err) == model.ProblemMissing:
			d.refuse("%s has no .github/workflows/%s at %s", p.Repo, p.Workflow, p.Ref)
		case i == 4: // a token of an app has no user
		default:
			return err
		}
	}
	p.Actor = model.Clean(viewer.Value)
	if len(newest.Value) > 0 {
		p.Newest = newest.Value[0].ID
	}
	p.Unfinished = nil
	for _, r := range runs {
		p.Unfinished = append(p.Unfinished, r.ID)
	}
	if p.Release.Tag != "" && tag != p.Release.SHA {
		if tag == "" {
			d.refuse("the tag %s is gone", p.Release.Title())
		} else {
			d.refuse("the tag %s now points at %s instead of %s, which was built and tested", p.Release.Title(), tag.Short(), p.Release.SHA.Short())
		}
	}
	if problems[0] == nil {
		e.fill(d, file.Value)
	}
	return nil
}

// fill works out the inputs and holds them against the workflow as it is at the ref.
func (e *Engine) fill(d *Draft, text string) {
	p := &d.Plan
	w, err := readWorkflow(text)
	if err != nil {
		d.refuse("%s at %s: %v", p.Workflow, p.Ref, err)
		return
	}
	if !w.Dispatch {
		d.refuse("%s at %s can't be dispatched: it has no workflow_dispatch", p.Workflow, p.Ref)
		return
	}
	values := model.Values{
		Service: p.Service, Environment: p.GitHub, Tag: p.Release.Tag, Version: p.Release.Version(d.Service.Tags), SHA: string(p.Release.SHA), Operation: p.ID,
	}
	p.Inputs = map[string]string{}
	for _, name := range sorted(d.Service.Deploy.Inputs) {
		value, err := model.Expand(d.Service.Deploy.Inputs[name], values)
		if err != nil {
			d.refuse("input %s: %v", name, err)
			continue
		}
		p.Inputs[name] = value
	}
	if _, takes := w.Inputs[operationInput]; takes {
		p.Inputs[operationInput] = p.ID
	}
	for _, wrong := range w.wrong(p.Inputs) {
		d.refuse("%s at %s: %s", p.Workflow, p.Ref, wrong)
	}
	if p.Echoes = w.echoes(); !p.Echoes {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf(
			"%s doesn't show the operation's ID, so that a lost answer can't be told from nothing sent; two lines make it: the input %s, and run-name: … ${{ inputs.%s }}", p.Workflow, operationInput, operationInput)))
	}
}

// calls writes down the requests that would be made, in their order.
func (d *Draft) calls() {
	p := &d.Plan
	if p.Release.Zero() || p.Workflow == "" {
		return
	}
	root := "/repos/" + p.Repo
	m := operation.Mark{Kind: operation.MarkLock, Operation: p.ID, Owner: string(p.Actor), Service: p.Service, Environment: p.GitHub, SHA: string(p.Release.SHA)}
	if name, err := m.Name(); err == nil && p.Lock {
		d.Calls = append(d.Calls,
			Call{"POST", root + "/git/tags", indented(map[string]any{"tag": "gonogo", "object": p.Release.SHA, "type": "commit", "message": "…"}), "what the lock says"},
			Call{"POST", root + "/git/refs", indented(map[string]any{"ref": operation.RefRoot + name, "sha": "…"}), "the lock"})
	}
	d.Calls = append(d.Calls,
		Call{"GET", root + "/deployments, /git/matching-refs, /actions/workflows/" + p.Workflow + "/runs", "", "what matters, read once more; anything changed ends it"},
		Call{"POST", root + "/actions/workflows/" + p.Workflow + "/dispatches", indented(map[string]any{"ref": p.Ref, "inputs": p.Inputs, "return_run_details": true}), "the one send"})
	if p.Lock {
		d.Calls = append(d.Calls, Call{"POST", "/graphql", "", "updateRefs: the lock is given back when it has ended"})
	}
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
