package operate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/github"
)

// sketchRun works out what one word about a run would do: approve or reject what it waits for, run it again, cancel it.
func (e *Engine) sketchRun(ctx context.Context, r Request, read bool) (*Draft, error) {
	doing := fmt.Sprintf("prepare to %s run %d of %s", r.Kind, r.Run, r.Service)
	d, facts, err := e.outline(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	service := &d.Service
	i := slices.IndexFunc(facts.Runs, func(run model.Run) bool { return run.ID == r.Run })
	if i < 0 {
		return nil, fmt.Errorf("%s: it is not among the runs that are known of %s", doing, r.Service)
	}
	run := facts.Runs[i]
	repo := whose(service, &run)
	d.Run = run
	p := &d.Plan
	p.Host, p.Repo, p.Workflow, p.Ref, p.Release = repo.Host, repo.FullName(), run.File(), run.Branch, releaseOf(&facts, run.SHA)
	p.Subject, p.Attempt, p.FailedOnly = run.ID, max(run.Attempt, 1), r.FailedOnly
	assessment := readiness.Assess(facts, e.o.Clock.Now())
	if r.Kind == operation.Approve || r.Kind == operation.Reject {
		for _, pending := range facts.Pending {
			if pending.RunID == run.ID && (r.Environment == "" || named(service, pending.Environment) == r.Environment) {
				d.awaits(&assessment, pending.Environment)
				break
			}
		}
	} else if where := deploysTo(service, &assessment, &facts, &run); len(where) > 0 {
		return d, e.sketchAgain(ctx, d, &assessment, &facts, where, read)
	}
	e.permitRun(ctx, d)
	d.fitting(&run)
	return d, nil
}

// whose is the repository that a run is in: the service's, or the one that deploys it.
func whose(s *model.Service, run *model.Run) model.Repo {
	if deploy := s.DeployRepo(); deploy != s.Repo && strings.Contains(strings.ToLower(run.URL), strings.ToLower("/"+deploy.FullName()+"/actions/")) {
		return deploy
	}
	return s.Repo
}

// releaseOf is the release of a commit, or the commit alone.
func releaseOf(f *readiness.Facts, sha model.SHA) model.Release {
	for _, r := range f.Releases {
		if r.SHA == sha && !r.Draft {
			return r
		}
	}
	return model.Release{SHA: sha}
}

// named is the service's own name of an environment on GitHub.
func named(s *model.Service, onGitHub string) string {
	for i := range s.Environments {
		if strings.EqualFold(s.Environments[i].GitHub, onGitHub) {
			return s.Environments[i].Name
		}
	}
	return ""
}

// awaits fills in the environment whose review a run waits for. What stands against a release stands against letting it
// in, too; the lane is the run's own.
func (d *Draft) awaits(a *readiness.Assessment, onGitHub string) {
	p := &d.Plan
	p.GitHub, p.Environment, p.Tier = onGitHub, onGitHub, model.Production
	env := d.Service.Environment(named(&d.Service, onGitHub))
	if env == nil { // nobody says what it is: it is treated as what asks most
		d.Name = onGitHub
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("%s has no environment %s in the configuration: what stands against it isn't known", p.Service, onGitHub)))
		return
	}
	p.Environment, p.Tier = env.Name, env.Tier
	if env.Tier == model.Production {
		d.Name = env.Name
	}
	if env.ReadOnly {
		d.refuse("%s is read-only in the configuration", env.Name)
	}
	assessed := a.Environment(env.Name)
	if assessed == nil {
		return
	}
	d.Environment, d.Verdict, p.Replaces = *assessed, assessed.Verdict, assessed.Current.Release
	if p.Kind == operation.Reject {
		return
	}
	if assessed.Candidate.Release.SHA != p.Release.SHA {
		d.Notes = append(d.Notes, model.Clean(fmt.Sprintf("%s is not the candidate for %s, so that its gates were not asked: %s", p.Release.Title(), env.Name, cmp.Or(assessed.Candidate.Why, assessed.Headline))))
		return
	}
	p.Findings = assessed.Findings
	for _, f := range assessed.Findings {
		switch {
		case f.Gate == model.GateLane || f.Gate == model.GateLock || f.Gate == model.GateApproval:
		case f.Gate == model.GateMigration && f.Result == model.Warn:
			d.Acknowledge = append(d.Acknowledge, f)
		case f.Level == model.Required && f.Result.Stands():
			d.Against = append(d.Against, f)
		}
	}
}

// fitting refuses what the run is in no state for.
func (d *Draft) fitting(run *model.Run) {
	if why := d.Plan.Unfit(run); why != "" {
		d.refuse("%s", why)
	}
}

// readRun reads again the run, whose review it waits for, and who asks.
func (e *Engine) readRun(ctx context.Context, d *Draft) error {
	c, err := e.o.Clients(d.Plan.Host)
	if err != nil {
		return err
	}
	p := &d.Plan
	run, pending, err := lookAt(ctx, c, p)
	if err != nil {
		return err
	}
	viewer, err := c.Viewer(ctx, nil)
	if err == nil { // a token of an app has no user
		p.Actor = model.Clean(viewer.Value)
	}
	d.Run, d.Pending = run, pending
	d.fitting(&run)
	switch {
	case p.Kind == operation.Approve || p.Kind == operation.Reject:
		return e.awaited(ctx, d)
	case p.Kind == operation.Rerun && len(d.Refusals) == 0:
		return d.comesTo(ctx, c)
	}
	return nil
}

// awaited holds a draft against the reviews that are awaited now.
func (e *Engine) awaited(ctx context.Context, d *Draft) error {
	p := &d.Plan
	if p.GitHub == "" && len(d.Pending) > 0 {
		facts, err := e.o.Facts(ctx, p.Service)
		if err != nil {
			return err
		}
		assessment := readiness.Assess(facts, e.o.Clock.Now())
		d.awaits(&assessment, d.Pending[0].Environment)
	}
	mine := slices.IndexFunc(d.Pending, func(w model.PendingDeployment) bool { return strings.EqualFold(w.Environment, p.GitHub) })
	switch {
	case len(d.Refusals) > 0:
	case mine < 0:
		d.refuse("%s #%d doesn't wait for a review any more", d.Run.File(), d.Run.Number)
	case !d.Pending[mine].CanApprove:
		d.refuse("GitHub doesn't let this token's user review it")
	}
	for i, w := range d.Pending {
		if i != mine {
			d.Notes = append(d.Notes, model.Clean("it also waits for the review of "+w.Environment+", which this does not give"))
		}
	}
	return nil
}

// lookAt reads a run and, where it waits, whose reviews it waits for.
func lookAt(ctx context.Context, c *github.Client, p *operation.Plan) (model.Run, []model.PendingDeployment, error) {
	run, err := c.Run(ctx, p.Where(), p.Subject, nil)
	if err != nil || run.Value.Done() || p.Kind == operation.Rerun || p.Kind == operation.Cancel {
		return run.Value, nil, err
	}
	pending, err := c.Pending(ctx, p.Where(), p.Subject, nil)
	return run.Value, pending.Value, err
}

// path is what is asked of GitHub, and with what.
func onRun(p *operation.Plan) (path string, body map[string]any) {
	path = "/repos/" + p.Repo + "/actions/runs/" + strconv.FormatInt(p.Subject, 10)
	switch p.Kind {
	case operation.Approve:
		return path + "/pending_deployments", map[string]any{"environment_ids": []string{p.GitHub + "'s"}, "state": "approved", "comment": p.Reason}
	case operation.Reject:
		return path + "/pending_deployments", map[string]any{"environment_ids": []string{p.GitHub + "'s"}, "state": "rejected", "comment": p.Reason}
	case operation.Cancel, operation.Abort:
		return path + "/cancel", nil
	}
	if p.FailedOnly {
		return path + "/rerun-failed-jobs", nil
	}
	return path + "/rerun", nil
}

// callsOnRun writes down the requests that would be made.
func (d *Draft) callsOnRun() {
	path, body := onRun(&d.Plan)
	text := ""
	if body != nil {
		text = indented(body)
	}
	d.Calls = append(d.Calls,
		Call{"GET", "/repos/" + d.Plan.Repo + "/actions/runs/" + strconv.FormatInt(d.Plan.Subject, 10), "", "the run, read once more; anything changed ends it"},
		Call{"POST", path, text, "the one send"})
}

// rereadRun reads again, right before the send, what matters of a run.
func (d *drive) rereadRun(ctx context.Context, c *github.Client) []model.Text {
	p := &d.progress.Plan
	run, pending, err := lookAt(ctx, c, p)
	switch {
	case err != nil:
		return []model.Text{model.Clean("the run could not be read: " + err.Error())}
	case p.Unfit(&run) != "":
		return []model.Text{model.Clean(p.Unfit(&run))}
	case (p.Kind == operation.Approve || p.Kind == operation.Reject) && !awaitedIn(pending, p.GitHub):
		return []model.Text{model.Clean(fmt.Sprintf("%s #%d doesn't wait for a review of %s any more", run.File(), run.Number, p.GitHub))}
	}
	d.shown.Run, d.shown.Pending = run, pending
	return nil
}

func awaitedIn(pending []model.PendingDeployment, environment string) bool {
	return slices.ContainsFunc(pending, func(w model.PendingDeployment) bool { return strings.EqualFold(w.Environment, environment) })
}

// tellRun sends the one word about a run.
func (d *drive) tellRun(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	switch p.Kind {
	case operation.Approve, operation.Reject:
		return c.Review(ctx, p.Where(), p.Subject, p.GitHub, p.Kind == operation.Approve, string(p.Reason))
	case operation.Cancel:
		return c.Cancel(ctx, p.Where(), p.Subject)
	}
	return c.Rerun(ctx, p.Where(), p.Subject, p.FailedOnly)
}

// sendWord sends one word, and journals what came of it: where GitHub has taken it nothing is left to be followed.
func (d *drive) sendWord(ctx context.Context, about string, tell func() error) error {
	d.engine.o.Hook("before request " + about)
	err := tell()
	d.engine.o.Hook("after request " + about)
	ctx = context.WithoutCancel(ctx) // what is known of the send is kept, also at quit
	defer d.engine.o.Refresh(d.progress.Plan.Service)
	if fate, status := github.FateOf(err); fate == github.Done {
		return d.write(ctx, operation.Record{Event: operation.Judged, State: operation.Succeeded, Status: status, Why: "GitHub took it"})
	}
	return d.unsent(ctx, err)
}

// findRun looks whether what was wanted of a run is so, where the answer was lost. Whose doing it is nobody can tell then.
func (d *drive) findRun(ctx context.Context, c *github.Client) error {
	p := &d.progress.Plan
	at := d.now()
	run, pending, err := lookAt(ctx, c, p)
	if err != nil {
		return fmt.Errorf("look whether it was done: %w", err)
	}
	so := ""
	switch {
	case p.Kind == operation.Rerun && run.Attempt > p.Attempt:
		so = fmt.Sprintf("attempt %d was begun", run.Attempt)
	case p.Kind == operation.Cancel && run.Done():
		so = fmt.Sprintf("the run has ended: %s", run.Conclusion)
	case (p.Kind == operation.Approve || p.Kind == operation.Reject) && !awaitedIn(pending, p.GitHub):
		so = "no review of " + p.GitHub + " is awaited any more"
	}
	d.found = &operation.Found{At: at}
	if so != "" {
		d.found.Strong = []operation.Match{{Run: p.Subject, URL: run.URL, Why: model.Clean(so + "; GitHub's answer was lost, so that it may be somebody else's doing")}}
	}
	d.shown.Run, d.shown.Pending = run, pending
	d.tell()
	return nil
}
