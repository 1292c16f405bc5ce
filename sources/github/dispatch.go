package github

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// Dispatch starts a workflow on a branch or a tag, with the workflow file as it is there (REST docs, "Create a workflow
// dispatch event"). With details the answer names the run; a server that doesn't know the field refuses with 400, and has
// done nothing. The run's number is 0 where the answer doesn't tell it.
func (c *Client) Dispatch(ctx context.Context, repo model.Repo, workflow, ref string, inputs map[string]string, details bool) (int64, error) {
	a, path, err := c.on(repo, "dispatch "+name(workflow)+" on "+name(ref), "Actions: write")
	if err != nil {
		return 0, &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	body := map[string]any{"ref": ref, "inputs": inputs}
	if details {
		body["return_run_details"] = true
	}
	out, err := c.write(ctx, a, http.MethodPost, path+"/actions/workflows/"+segment(workflow)+"/dispatches", body)
	if err != nil {
		return 0, undone(a, err)
	}
	answer, _ := answered[struct {
		Run int64 `json:"workflow_run_id"`
	}](out)
	return max(answer.Run, 0), nil
}

// DeploymentMade says what deployment to make.
type DeploymentMade struct {
	Ref         string
	Environment string
	Task        string
	Description string
	Payload     any
	Production  bool
	// Contexts must be green; none: none need be. All of them is not offered: what was judged is what was confirmed.
	Contexts []string
}

// Body is what is sent.
func (d *DeploymentMade) Body() map[string]any {
	contexts := d.Contexts
	if contexts == nil {
		contexts = []string{}
	}
	return map[string]any{
		"ref": d.Ref, "environment": d.Environment, "task": d.Task, "description": d.Description, "payload": d.Payload,
		"auto_merge": false, "required_contexts": contexts, "production_environment": d.Production,
	}
}

// CreateDeployment makes a deployment, never merging anything for it (REST docs, "Create a deployment", auto_merge).
func (c *Client) CreateDeployment(ctx context.Context, repo model.Repo, d DeploymentMade) (int64, error) {
	a, path, err := c.on(repo, "deploy "+name(d.Ref)+" to "+name(d.Environment), "Deployments: write")
	if err != nil {
		return 0, &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	out, err := c.write(ctx, a, http.MethodPost, path+"/deployments", d.Body())
	if err != nil {
		return 0, undone(a, err) // 202 says that something was merged instead: nothing was deployed
	}
	answer, _ := answered[struct{ ID int64 }](out)
	return max(answer.ID, 0), nil
}

// Cancel asks for a run to be cancelled; 202 says that it will be.
func (c *Client) Cancel(ctx context.Context, repo model.Repo, run int64) error {
	return c.onRun(ctx, repo, run, "cancel", "cancel", "Actions: write", nil)
}

// Rerun runs a run again, or only its jobs that failed.
func (c *Client) Rerun(ctx context.Context, repo model.Repo, run int64, failedOnly bool) error {
	if failedOnly {
		return c.onRun(ctx, repo, run, "run the failed jobs again", "rerun-failed-jobs", "Actions: write", nil)
	}
	return c.onRun(ctx, repo, run, "run all jobs again", "rerun", "Actions: write", nil)
}

// Review approves or rejects what a run waits for in an environment, by its name on GitHub. What isn't waited for any more
// is refused.
func (c *Client) Review(ctx context.Context, repo model.Repo, run int64, environment string, approve bool, comment string) error {
	a, path, err := c.on(repo, "review run "+strconv.FormatInt(run, 10), "Deployments: write")
	if err != nil {
		return &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	path += "/actions/runs/" + strconv.FormatInt(run, 10) + "/pending_deployments"
	found, err := c.get(ctx, a, path, nil, "")
	if err != nil {
		return &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	pending, err := decode[[]struct {
		Environment struct {
			ID   int64  `json:"id"`
			Name string `json:"name"`
		} `json:"environment"`
	}](a, found)
	if err != nil {
		return &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	state := "rejected"
	if approve {
		state = "approved"
	}
	for _, p := range pending {
		if strings.EqualFold(p.Environment.Name, environment) { // environment names know no case (REST docs, "Deployment environments")
			_, err := c.write(ctx, a, http.MethodPost, path, map[string]any{"environment_ids": []int64{p.Environment.ID}, "state": state, "comment": comment})
			return undone(a, err)
		}
	}
	return &WriteError{Fate: NotSent, problem: a.problem(model.ProblemMissing, "it doesn't wait for a review of "+name(environment)+" any more", "", nil)}
}

func (c *Client) onRun(ctx context.Context, repo model.Repo, run int64, doing, what, permission string, body any) error {
	a, path, err := c.on(repo, doing+": run "+strconv.FormatInt(run, 10), permission)
	if err != nil {
		return &WriteError{Fate: NotSent, problem: asProblem(err)}
	}
	_, err = c.write(ctx, a, http.MethodPost, path+"/actions/runs/"+strconv.FormatInt(run, 10)+"/"+what, body)
	var accepted *acceptedError
	if errors.As(err, &accepted) {
		return nil
	}
	return undone(a, err)
}

// undone makes a 202, where it means that nothing was done, a refusal.
func undone(a act, err error) error {
	var accepted *acceptedError
	if errors.As(err, &accepted) {
		return &WriteError{Fate: Refused, Status: http.StatusAccepted, problem: a.problem(model.ProblemMalformed, "GitHub did something else instead (202)", "nothing was deployed", err)}
	}
	return err
}

// asProblem is the problem that an error is.
func asProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Kind: model.ProblemMalformed, Doing: "act", Why: model.Clean(err.Error()), cause: err}
}

// Dispatched reads the newest runs of a workflow that were dispatched since a moment: what was sent is looked for among
// them.
func (c *Client) Dispatched(ctx context.Context, repo model.Repo, workflow string, since time.Time) ([]model.Run, error) {
	a, path, err := c.on(repo, "look for the run of "+name(workflow), "Actions: read")
	if err != nil {
		return nil, err
	}
	got, err := c.runs(ctx, a, path+"/actions/workflows/"+segment(workflow)+"/runs", url.Values{
		"event": {"workflow_dispatch"}, "created": {">=" + since.UTC().Format("2006-01-02T15:04:05Z")},
	}, 1, nil)
	return got.Value, err
}

// Unfinished reads the runs of a workflow that have not ended, among its newest 100.
func (c *Client) Unfinished(ctx context.Context, repo model.Repo, workflow string) ([]model.Run, error) {
	a, path, err := c.on(repo, "read what runs of "+name(workflow), "Actions: read")
	if err != nil {
		return nil, err
	}
	got, err := c.runs(ctx, a, path+"/actions/workflows/"+segment(workflow)+"/runs", url.Values{}, 1, nil)
	if err != nil {
		return nil, err
	}
	var left []model.Run
	for _, r := range got.Value {
		if !r.Done() {
			left = append(left, r)
		}
	}
	return left, nil
}
