package simulator

import (
	"slices"
	"strings"
	"time"
)

func deploymentRoutes() []*route {
	return []*route{
		get("deployments", "deployments", (*call).listDeployments),
		get("deployments/{id}", "deployments", (*call).showDeployment),
		get("deployments/{id}/statuses", "deployments", (*call).listDeploymentStatuses),
		get("environments", "actions", (*call).listEnvironments),
		get("environments/{name}", "actions", (*call).showEnvironment),
		get("environments/{name}/deployment-branch-policies", "actions", (*call).listPolicies),
		get("environments/{name}/deployment_protection_rules", "actions", (*call).listCustomRules),
	}
}

// listDeployments lists the newest first, which no documentation promises.
func (c *call) listDeployments() answer {
	q := c.http.URL.Query()
	any := func(parameter, value string) bool {
		want := q.Get(parameter)
		return want == "" || want == "none" || want == value
	}
	var wanted []*Deployment
	for _, d := range newestFirst(c.repo.deployments) {
		if any("sha", d.Commit.SHA) && any("ref", d.Ref) && any("task", d.Task) &&
			(any("environment", d.Environment) || fold(q.Get("environment")) == fold(d.Environment)) {
			wanted = append(wanted, d)
		}
	}
	return list(c, wanted, (*Deployment).show)
}

func (c *call) deployment() *Deployment {
	i := slices.IndexFunc(c.repo.deployments, func(d *Deployment) bool { return d.ID == c.number("id") })
	if i < 0 {
		return nil
	}
	return c.repo.deployments[i]
}

func (c *call) showDeployment() answer {
	if d := c.deployment(); d != nil {
		return found(d.show())
	}
	return missing()
}

func (c *call) listDeploymentStatuses() answer {
	d := c.deployment()
	if d == nil {
		return missing()
	}
	return list(c, newestFirst(d.statuses), d.showStatus)
}

func (d *Deployment) show() any {
	api := d.repo.url("/deployments/" + itoa(d.ID))
	return object{
		"url": api, "id": d.ID, "node_id": nodeID("DE", d.ID), "sha": d.Commit.SHA, "ref": d.Ref, "task": d.Task, "payload": d.payload,
		"original_environment": d.Environment, "environment": d.Environment, "description": orNull(d.description),
		"creator": d.creator.show(), "created_at": stamp(d.CreatedAt), "updated_at": stamp(d.updatedAt), "statuses_url": api + "/statuses",
		"repository_url": d.repo.url(""), "transient_environment": d.Transient, "production_environment": d.Production,
		"performed_via_github_app": d.showApp(),
	}
}

func (d *Deployment) showApp() any {
	if d.app == nil {
		return nil
	}
	return d.app.show()
}

// showStatus writes a status (schema deployment-status). The description's list
// of states lacks waiting, which GraphQL and webhooks know; such a deployment is
// pending here.
func (d *Deployment) showStatus(s *DeploymentStatus) any {
	state := s.State
	if state == Waiting {
		state = Pending
	}
	api := d.repo.url("/deployments/" + itoa(d.ID))
	return object{
		"url": api + "/statuses/" + itoa(s.ID), "id": s.ID, "node_id": nodeID("DES", s.ID), "state": state, "creator": s.creator.show(),
		"description": s.Description, "environment": d.Environment, "target_url": s.LogURL, "created_at": stamp(s.CreatedAt),
		"updated_at": stamp(s.CreatedAt), "deployment_url": api, "repository_url": d.repo.url(""), "environment_url": s.EnvironmentURL,
		"log_url": s.LogURL, "performed_via_github_app": d.showApp(),
	}
}

func (c *call) listEnvironments() answer {
	all := slices.Clone(c.repo.environments)
	slices.SortStableFunc(all, func(a, b *Environment) int { return strings.Compare(a.Name, b.Name) })
	return counted(c, "environments", all, (*Environment).show)
}

func (c *call) showEnvironment() answer {
	if e := c.repo.findEnvironment(c.args["name"]); e != nil {
		return found(e.show())
	}
	return missing()
}

func (e *Environment) url() string { return e.repo.url("/environments/" + escape(e.Name)) }

func (e *Environment) page() string {
	return e.repo.page("/deployments/activity_log?environments_filter=" + escape(e.Name))
}

func (e *Environment) brief() object {
	return object{"id": e.ID, "node_id": nodeID("EN", e.ID), "name": e.Name, "url": e.url(), "html_url": e.page()}
}

func (e *Environment) show() any {
	o := e.brief()
	o["created_at"], o["updated_at"] = stamp(e.CreatedAt), stamp(e.updatedAt)
	o["can_admins_bypass"] = true
	rules := []any{}
	if m := e.rules.WaitTimer; m > 0 {
		rules = append(rules, e.rule(0, object{"type": "wait_timer", "wait_timer": int(m / time.Minute)}))
	}
	if e.asks() {
		rules = append(rules, e.rule(1, object{"type": "required_reviewers", "prevent_self_review": e.rules.PreventSelfReview, "reviewers": showAll(e.reviewers, reviewer.show)}))
	}
	o["deployment_branch_policy"] = nil
	if e.rules.ProtectedBranches || len(e.policies) > 0 {
		rules = append(rules, e.rule(2, object{"type": "branch_policy"}))
		o["deployment_branch_policy"] = object{"protected_branches": e.rules.ProtectedBranches, "custom_branch_policies": !e.rules.ProtectedBranches}
	}
	o["protection_rules"] = rules
	return o
}

func (e *Environment) rule(i int, o object) object {
	o["id"], o["node_id"] = e.ruleIDs[i], nodeID("GA", e.ruleIDs[i])
	return o
}

func (r reviewer) show() any {
	if r.team != nil {
		return object{"type": "Team", "reviewer": r.team.show()}
	}
	return object{"type": "User", "reviewer": r.user.show()}
}

func (c *call) listPolicies() answer {
	e := c.repo.findEnvironment(c.args["name"])
	if e == nil {
		return missing()
	}
	return counted(c, "branch_policies", e.policies, func(p policy) any {
		return object{"id": p.id, "node_id": nodeID("GBP", p.id), "name": p.glob, "type": p.kind}
	})
}

// listCustomRules: no environment here has a rule of an app's.
func (c *call) listCustomRules() answer {
	if c.repo.findEnvironment(c.args["name"]) == nil {
		return missing()
	}
	return found(object{"total_count": 0, "custom_deployment_protection_rules": []any{}})
}
