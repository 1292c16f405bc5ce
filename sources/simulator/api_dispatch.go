package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// actingRoutes are the endpoints that change something.
func actingRoutes() []*route {
	return []*route{
		act(http.MethodPost, "actions/workflows/{workflow}/dispatches", "actions", (*call).dispatchWorkflow),
		act(http.MethodPost, "actions/runs/{run}/cancel", "actions", (*call).cancelRun),
		act(http.MethodPost, "actions/runs/{run}/force-cancel", "actions", (*call).cancelRun),
		act(http.MethodPost, "actions/runs/{run}/rerun", "actions", func(c *call) answer { return c.rerun(false) }),
		act(http.MethodPost, "actions/runs/{run}/rerun-failed-jobs", "actions", func(c *call) answer { return c.rerun(true) }),
		act(http.MethodPost, "actions/runs/{run}/pending_deployments", "deployments", (*call).reviewPending),
		act(http.MethodPost, "deployments", "deployments", (*call).createDeployment),
		act(http.MethodPost, "deployments/{id}/statuses", "deployments", (*call).createDeploymentStatus),
		act(http.MethodPatch, "releases/{id}", "contents", (*call).editRelease),
		act(http.MethodPost, "git/tags", "contents", (*call).createTagObject),
		act(http.MethodPost, "git/refs", "contents", (*call).createRef),
		act(http.MethodPatch, "git/refs/{ref...}", "contents", (*call).moveRef),
		act(http.MethodDelete, "git/refs/{ref...}", "contents", (*call).deleteRef),
	}
}

// read decodes the request's body; false: it is no JSON object (REST docs, "Troubleshooting the REST API").
func (c *call) read(into any) (answer, bool) {
	if len(c.body) == 0 {
		return answer{}, true
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return failure(http.StatusBadRequest, "Problems parsing JSON"), false
	}
	return answer{}, true
}

// unprocessable is the answer to what is well written and can't be done.
func unprocessable(format string, args ...any) answer {
	return failure(http.StatusUnprocessableEntity, fmt.Sprintf(format, args...))
}

// created answers 201.
func created(v any) answer {
	a := found(v)
	a.status = http.StatusCreated
	return a
}

// nothing answers 204.
func nothing() answer { return answer{status: http.StatusNoContent, header: http.Header{}} }

// maxInputs bounds a dispatch's inputs (GitHub changelog of 2025-12-04: 25; before, and on Enterprise Server 3.19, 10).
func (w *World) maxInputs() int {
	if w.options.Edition == EnterpriseServer319 {
		return 10
	}
	return 25
}

// dispatchWorkflow starts a run (REST docs, "Create a workflow dispatch event"). It takes a branch or a tag, never a
// hash, and the workflow file as it is there. github.com answers 200 with the run to return_run_details; an Enterprise
// Server doesn't know the field and answers 400.
func (c *call) dispatchWorkflow() answer {
	var body map[string]json.RawMessage
	if a, ok := c.read(&body); !ok {
		return a
	}
	enterprise := c.world.options.Edition == EnterpriseServer319
	for _, name := range sortedKeys(body) {
		if name != "ref" && name != "inputs" && (name != "return_run_details" || enterprise) {
			return failure(http.StatusBadRequest, fmt.Sprintf("%q is not a permitted key.", name))
		}
	}
	var ref string
	var details bool
	inputs := map[string]any{}
	if json.Unmarshal(body["ref"], &ref) != nil || ref == "" {
		return unprocessable("Invalid request.\n\n\"ref\" wasn't supplied.")
	}
	_ = json.Unmarshal(body["return_run_details"], &details) // anything else is false
	if body["inputs"] != nil && json.Unmarshal(body["inputs"], &inputs) != nil {
		return unprocessable("Invalid request.\n\nFor 'properties/inputs', value is not an object.")
	}
	f := c.workflowNamed(c.args["workflow"])
	if f == nil {
		return missing()
	}
	short := strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
	if c.repo.branches[short] == nil && c.repo.tags[short] == nil {
		return unprocessable("No ref found for: %s", ref)
	}
	commit := c.repo.resolve(ref)
	plan := f.at(commit)
	switch {
	case f.state != "active":
		return unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
	case !slices.ContainsFunc(plan.On, func(on string) bool { return on == "workflow_dispatch" }):
		return unprocessable("Workflow does not have 'workflow_dispatch' trigger")
	case len(inputs) > c.world.maxInputs():
		return unprocessable("you may only define up to %d `inputs` for a `workflow_dispatch` event", c.world.maxInputs())
	}
	given, refusal := plan.takes(inputs)
	if refusal != "" {
		return unprocessable("%s", refusal)
	}
	n := c.repo.start(runOf{workflow: f, event: "workflow_dispatch", commit: commit, branch: short, actor: c.token.user, inputs: given})
	if !details {
		return nothing()
	}
	return found(object{
		"workflow_run_id": n.ID, "run_url": c.repo.url("/actions/runs/" + itoa(n.ID)), "html_url": c.repo.page("/actions/runs/" + itoa(n.ID)),
	})
}

// takes checks the inputs of a dispatch against those that the plan declares, in GitHub's words (as quoted in
// benc-uk/workflow-dispatch#15 and GitHub community discussions): unexpected, missing, not in the list.
func (p *WorkflowPlan) takes(inputs map[string]any) (map[string]string, string) {
	declared := p.inputs()
	var unexpected []string
	for _, name := range sortedKeys(inputs) {
		if !slices.ContainsFunc(declared, func(i InputPlan) bool { return i.Name == name }) {
			unexpected = append(unexpected, name)
		}
	}
	if len(unexpected) > 0 {
		return nil, fmt.Sprintf("Unexpected inputs provided: %q", unexpected)
	}
	given := map[string]string{}
	for _, i := range declared {
		value, there := inputs[i.Name]
		switch {
		case there:
			given[i.Name] = fmt.Sprint(value)
		case i.Default != "":
			given[i.Name] = i.Default
		case i.Required:
			return nil, fmt.Sprintf("Required input '%s' not provided", i.Name)
		default:
			given[i.Name] = ""
		}
		if there && len(i.Options) > 0 && !slices.Contains(i.Options, given[i.Name]) {
			return nil, fmt.Sprintf("Provided value '%s' for input '%s' not in the list of allowed values", given[i.Name], i.Name)
		}
	}
	return given, ""
}

// cancelRun cancels (REST docs, "Cancel a workflow run": 202; 409 for one that has ended).
func (c *call) cancelRun() answer {
	n := c.run()
	switch {
	case n == nil:
		return missing()
	case n.attempt().status == Completed:
		return failure(http.StatusConflict, "Cannot cancel a workflow run that is completed.")
	}
	n.stop()
	a := found(object{})
	a.status = http.StatusAccepted
	return a
}

// rerun makes a new attempt (REST docs, "Re-run a workflow": 201).
func (c *call) rerun(failedOnly bool) answer {
	n := c.run()
	if n == nil {
		return missing()
	}
	if err := n.tryAgain(c.token.user, nil, failedOnly); err != nil { // what failed by chance succeeds then
		return failure(http.StatusForbidden, "The workflow run cannot be retried")
	}
	return created(object{})
}

// reviewPending approves or rejects (REST docs, "Review pending deployments for a workflow run").
func (c *call) reviewPending() answer {
	var body struct {
		Environments []int64 `json:"environment_ids"`
		State        string  `json:"state"`
		Comment      *string `json:"comment"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	n := c.run()
	switch {
	case n == nil:
		return missing()
	case len(body.Environments) == 0 || body.Comment == nil || body.State != "approved" && body.State != "rejected":
		return unprocessable("Invalid request.")
	}
	before := len(c.repo.deployments)
	if err := n.review(c.token.user, body.State, *body.Comment, body.Environments); err != nil {
		return unprocessable("There are no pending deployment requests to approve or reject")
	}
	var reviewed []*Deployment
	for i, d := range c.repo.deployments {
		if d.run == n && (i >= before || slices.ContainsFunc(body.Environments, func(id int64) bool { return c.repo.findEnvironment(d.Environment).ID == id })) {
			reviewed = append(reviewed, d)
		}
	}
	return found(showAll(reviewed, (*Deployment).show))
}
