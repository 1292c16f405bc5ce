package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// createDeployment makes a deployment (REST docs, "Create a deployment"). Left out, required_contexts are all contexts
// of the commit, and [] none; auto_merge, which is on unless switched off, merges the default branch into a branch that
// lacks it and then answers 202 without having made anything.
func (c *call) createDeployment() answer {
	body := struct {
		Ref         string          `json:"ref"`
		Task        string          `json:"task"`
		AutoMerge   *bool           `json:"auto_merge"`
		Contexts    *[]string       `json:"required_contexts"`
		Payload     json.RawMessage `json:"payload"`
		Environment string          `json:"environment"`
		Description string          `json:"description"`
		Transient   bool            `json:"transient_environment"`
		Production  *bool           `json:"production_environment"`
	}{Task: "deploy", Environment: "production"}
	if a, ok := c.read(&body); !ok {
		return a
	}
	if body.Ref == "" {
		return unprocessable("Invalid request.\n\n\"ref\" wasn't supplied.")
	}
	commit := c.repo.resolve(body.Ref)
	if commit == nil {
		return unprocessable("No ref found for: %s", body.Ref)
	}
	if b := c.repo.branches[body.Ref]; b != nil && body.Ref != c.repo.defaultBranch && (body.AutoMerge == nil || *body.AutoMerge) {
		if head := c.repo.resolve(c.repo.defaultBranch); head != nil && !commit.ancestors()[head] {
			a := found(object{"message": "Auto-merged " + c.repo.defaultBranch + " into " + body.Ref + " on deployment."})
			a.status = http.StatusAccepted
			return a
		}
	}
	if context := c.repo.unmet(commit, body.Contexts); context != "" {
		return failure(http.StatusConflict, "Conflict: Commit status checks failed for "+body.Ref+".")
	}
	d := c.repo.deploy(body.Environment, body.Ref, commit, c.token.user)
	d.Task, d.description, d.Transient = body.Task, body.Description, body.Transient
	if body.Production != nil {
		d.Production = *body.Production
	}
	var payload any
	if json.Unmarshal(body.Payload, &payload) == nil && payload != nil {
		d.payload = payload
	}
	c.repo.fire(trigger{event: "deployment", commit: commit, ref: strings.TrimPrefix(body.Ref, "refs/heads/"), actor: d.creator})
	return created(d.show())
}

// unmet is a context that a deployment wants and that isn't green; empty where all are.
func (r *Repository) unmet(k *Commit, wanted *[]string) string {
	green := map[string]bool{}
	for _, s := range r.statuses[k.SHA] { // the newest of each context counts
		green[s.Context] = s.state == Success
	}
	for _, s := range r.suites[k.SHA] {
		for _, check := range s.checks {
			green[check.Name] = check.conclusion == Success || check.conclusion == Neutral || check.conclusion == Skipped
		}
		if s.run != nil {
			for _, j := range s.run.attempt().jobs {
				green[j.Name] = j.conclusion == Success || j.conclusion == Skipped
			}
		}
	}
	if wanted == nil {
		all := sortedKeys(green)
		wanted = &all
	}
	for _, name := range *wanted {
		if !green[name] {
			return name
		}
	}
	return ""
}

// createDeploymentStatus adds a status (REST docs, "Create a deployment status").
func (c *call) createDeploymentStatus() answer {
	var body struct {
		State          string `json:"state"`
		Description    string `json:"description"`
		LogURL         string `json:"log_url"`
		EnvironmentURL string `json:"environment_url"`
		AutoInactive   *bool  `json:"auto_inactive"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	d := c.deployment()
	switch {
	case d == nil:
		return missing()
	case !slices.Contains([]string{Error, Failure, Inactive, InProgress, Queued, Pending, Success}, body.State):
		return unprocessable("Validation Failed")
	}
	s := d.set(StatusOf{
		State: body.State, By: c.token.user.Login, Description: body.Description, LogURL: body.LogURL, EnvironmentURL: body.EnvironmentURL,
		KeepsOthers: body.AutoInactive != nil && !*body.AutoInactive,
	})
	return created(d.showStatus(s))
}

// editRelease changes a release; making a prerelease public fires "released", not "published" (github/docs#19982).
func (c *call) editRelease() answer {
	var body struct {
		Draft      *bool `json:"draft"`
		Prerelease *bool `json:"prerelease"`
	}
	if a, ok := c.read(&body); !ok {
		return a
	}
	l := c.release()
	if l == nil {
		return missing()
	}
	if body.Draft != nil && !*body.Draft && l.draft || body.Prerelease != nil && !*body.Prerelease && l.prerelease {
		l.makePublic(c.token.user)
	}
	return found(l.show())
}
