package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// deploymentStatus is a status with the deployment that it belongs to.
type deploymentStatus struct {
	*DeploymentStatus
	deployment *Deployment
}

// rule is one protection rule of an environment.
type rule struct {
	kind        string
	environment *Environment
}

// listDeployments filters and orders deployments: ascending by creation unless
// orderBy says otherwise (GraphQL schema, the default of Repository.deployments).
func listDeployments(all []*Deployment, f *field) []*Deployment {
	environments := f.list("environments")
	list := slices.DeleteFunc(slices.Clone(all), func(d *Deployment) bool {
		return len(environments) > 0 && !slices.ContainsFunc(environments, func(e string) bool { return fold(e) == fold(d.Environment) })
	})
	slices.SortStableFunc(list, func(a, b *Deployment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if _, descending := f.order(); descending {
		slices.Reverse(list)
	}
	return list
}

func (x *execution) deployment(d *Deployment, f *field) (any, error) {
	switch f.name {
	case "databaseId":
		return d.ID, nil
	case "commit":
		return d.Commit, nil
	case "commitOid":
		return d.Commit.SHA, nil
	case "createdAt":
		return d.CreatedAt, nil
	case "updatedAt":
		return d.updatedAt, nil
	case "creator":
		return d.creator, nil
	case "description":
		return d.description, nil
	case "environment", "latestEnvironment", "originalEnvironment":
		return d.Environment, nil
	case "task":
		return d.Task, nil
	case "payload":
		return d.payloadText()
	case "ref":
		return d.repo.refOf(d.Ref), nil
	case "repository":
		return d.repo, nil
	case "state":
		return d.graphqlState(), nil
	case "latestStatus":
		if len(d.statuses) == 0 {
			return nil, nil
		}
		return &deploymentStatus{d.statuses[len(d.statuses)-1], d}, nil
	case "statuses":
		var list []*deploymentStatus
		for _, s := range slices.Backward(d.statuses) {
			list = append(list, &deploymentStatus{s, d})
		}
		return cutPage(list, f)
	}
	return nil, unresolved(f)
}

// payloadText is the payload as one string of JSON.
func (d *Deployment) payloadText() (any, error) {
	if d.payload == nil {
		return nil, nil
	}
	text, err := json.Marshal(d.payload)
	if err != nil {
		return nil, fmt.Errorf("write the payload of deployment %d: %w", d.ID, err)
	}
	return string(text), nil
}

// graphqlState is what GraphQL makes of the newest status. It knows more states
// than REST: an active deployment is one whose newest status is success, a
// destroyed one was transient and made inactive, an abandoned one stayed pending
// for 30 minutes (GraphQL schema, DeploymentState).
func (d *Deployment) graphqlState() string {
	switch state := d.state(); {
	case state == Success:
		return "ACTIVE"
	case state == Inactive && d.Transient:
		return "DESTROYED"
	case state == Pending && d.repo.world.now.Sub(d.updatedAt) > 30*time.Minute:
		return "ABANDONED"
	default:
		return strings.ToUpper(state)
	}
}

func (x *execution) deploymentStatus(s *deploymentStatus, f *field) (any, error) {
	switch f.name {
	case "state":
		return strings.ToUpper(s.State), nil
	case "createdAt", "updatedAt":
		return s.CreatedAt, nil
	case "creator":
		return s.creator, nil
	case "deployment":
		return s.deployment, nil
	case "description":
		return s.Description, nil
	case "environment":
		return s.deployment.Environment, nil
	case "environmentUrl":
		return orNull(s.EnvironmentURL), nil
	case "logUrl":
		return orNull(s.LogURL), nil
	}
	return nil, unresolved(f)
}

// listEnvironments filters environments by name and orders them by it (GraphQL
// schema, the default of Repository.environments).
func listEnvironments(r *Repository, f *field) []*Environment {
	names := f.list("names")
	list := slices.DeleteFunc(slices.Clone(r.environments), func(e *Environment) bool {
		return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(e.Name) })
	})
	slices.SortStableFunc(list, func(a, b *Environment) int { return strings.Compare(fold(a.Name), fold(b.Name)) })
	if _, descending := f.order(); descending {
		slices.Reverse(list)
	}
	return list
}

func (x *execution) environment(e *Environment, f *field) (any, error) {
	switch f.name {
	case "name":
		return e.Name, nil
	case "databaseId":
		return e.ID, nil
	case "isPinned":
		return false, nil
	case "pinnedPosition":
		return nil, nil
	case "latestCompletedDeployment":
		return e.latestCompleted(), nil
	case "protectionRules":
		return cutPage(e.listRules(), f)
	}
	return nil, unresolved(f)
}

// latestCompleted is the newest deployment that reached success, failure or error
// (GraphQL schema, Environment.latestCompletedDeployment).
func (e *Environment) latestCompleted() *Deployment {
	for _, d := range slices.Backward(e.repo.deployments) {
		if fold(d.Environment) != fold(e.Name) {
			continue
		}
		if s := d.state(); s == Success || s == Failure || s == Error {
			return d
		}
	}
	return nil
}

func (e *Environment) listRules() []rule {
	var list []rule
	if e.rules.WaitTimer > 0 {
		list = append(list, rule{"WAIT_TIMER", e})
	}
	if e.asks() {
		list = append(list, rule{"REQUIRED_REVIEWERS", e})
	}
	if e.rules.ProtectedBranches || len(e.policies) > 0 {
		list = append(list, rule{"BRANCH_POLICY", e})
	}
	return list
}

func (x *execution) rule(r rule, f *field) (any, error) {
	switch f.name {
	case "type":
		return r.kind, nil
	case "databaseId":
		return r.environment.ruleIDs[slices.Index([]string{"WAIT_TIMER", "REQUIRED_REVIEWERS", "BRANCH_POLICY"}, r.kind)], nil
	case "timeout":
		if r.kind == "WAIT_TIMER" {
			return int(r.environment.rules.WaitTimer / time.Minute), nil
		}
		return 0, nil
	case "preventSelfReview":
		if r.kind != "REQUIRED_REVIEWERS" {
			return nil, nil
		}
		return r.environment.rules.PreventSelfReview, nil
	case "reviewers":
		if r.kind != "REQUIRED_REVIEWERS" {
			return cutPage([]any(nil), f)
		}
		return cutPage(r.environment.whoReviews(), f)
	}
	return nil, unresolved(f)
}

func (e *Environment) whoReviews() []any {
	var list []any
	for _, r := range e.reviewers {
		if r.team != nil {
			list = append(list, r.team)
		} else {
			list = append(list, r.user)
		}
	}
	return list
}
