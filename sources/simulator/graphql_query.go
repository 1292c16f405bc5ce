package simulator

import (
	"fmt"
	"strings"
)

// root is what a query begins with.
type root struct{}

// limits is what rateLimit tells.
type limits struct{ b budget }

// resolve answers one field of one object; what the simulator doesn't play is an error.
func (x *execution) resolve(of any, f *field) (any, error) {
	switch v := of.(type) {
	case root:
		return x.query(f)
	case mutation:
		return x.mutate(f)
	case payload:
		return v.field(f)
	case limits:
		return x.rateLimit(v, f)
	case *connection:
		return x.connection(v, f)
	case pageInfo:
		return v.field(f)
	case edge:
		return v.field(f)
	}
	switch v := of.(type) { // identified by themselves, or not at all
	case *iteration:
		return x.iteration(v, f)
	case *option:
		return x.option(v, f)
	}
	if f.name == "id" {
		return globalID(of), nil
	}
	switch v := of.(type) {
	case *Account:
		return x.account(v, f)
	case *Team:
		return x.team(v, f)
	case *Repository:
		return x.repository(v, f)
	case *gitRef:
		return x.ref(v, f)
	case *gitTag:
		return x.tag(v, f)
	case *gitComparison:
		return x.comparison(v, f)
	case *Release:
		return x.release(v, f)
	case *PullRequest:
		return x.pull(v, f)
	case *label:
		return x.label(v, f)
	case *Issue:
		return x.issue(v, f)
	case *Milestone:
		return x.milestone(v, f)
	case *Project:
		return x.project(v, f)
	case *projectField:
		return x.projectField(v, f)
	case iterations:
		return x.iterations(v, f)
	case *ProjectItem:
		return x.item(v, f)
	case *projectValue:
		return x.fieldValue(v, f)
	case *draftIssue:
		return x.draft(v, f)
	case *Commit:
		return x.commit(v, f)
	case gitActor:
		return x.gitActor(v, f)
	case *rollup:
		return x.rollup(v, f)
	case *statusContext:
		return x.statusContext(v, f)
	case *Environment:
		return x.environment(v, f)
	case rule:
		return x.rule(v, f)
	case *Deployment:
		return x.deployment(v, f)
	case *deploymentStatus:
		return x.deploymentStatus(v, f)
	case *CheckSuite:
		return x.suite(v, f)
	case *Job:
		return x.job(v, f)
	case *CheckRun:
		return x.check(v, f)
	case *Workflow:
		return x.workflow(v, f)
	case *Run:
		return x.workflowRun(v, f)
	case request:
		return x.request(v, f)
	case *deploymentReview:
		return x.review(v, f)
	}
	return nil, fmt.Errorf("the simulator has no fields for a %T", of)
}

func (x *execution) query(f *field) (any, error) {
	switch f.name {
	case "viewer":
		return x.token.user, nil
	case "rateLimit":
		if f.args["dryRun"] == true {
			return nil, unresolved(f)
		}
		after := *x.world.budgetOf(x.token, graphqlResource)
		after.used = min(after.used+x.cost, after.limit) // this query included
		return limits{after}, nil
	case "repository":
		return x.find(f.text("owner") + "/" + f.text("name"))
	case "repositoryOwner", "user", "organization":
		return x.owner(f)
	case "node":
		id := f.text("id")
		if found := x.node(id); found != nil {
			return found, nil
		}
		return nil, noSuchNode(id)
	case "nodes":
		ids := f.list("ids")
		if len(ids) > maxPage {
			return nil, &graphqlError{Type: "ARGUMENT_LIMIT", Message: fmt.Sprintf("You may not provide more than %d node ids; you provided %d.", maxPage, len(ids))}
		}
		list := make([]any, len(ids))
		for i, id := range ids {
			if list[i] = x.node(id); list[i] == nil {
				at := *f
				at.path = append(append([]any(nil), f.path...), i)
				x.fail(&at, noSuchNode(id))
			}
		}
		return list, nil
	case "relay":
		return root{}, nil
	}
	return nil, unresolved(f)
}

// noSuchNode is GitHub's answer for an identifier of nothing; for kinds of things
// that this simulator doesn't look up it says so.
func noSuchNode(id string) error {
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "TA", "DES", "DER", "LA", "SC", "SCR", "CMP":
		return fmt.Errorf("the simulator finds no nodes of the kind of %s", id)
	}
	return &graphqlError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to a node with the global id of '%s'", id)}
}

// find looks a repository up by any name it had: GraphQL follows renames by itself.
func (x *execution) find(fullName string) (any, error) {
	r := x.world.find(fullName)
	if r == nil {
		if moved := x.world.moved[fold(fullName)]; moved != nil && !moved.gone {
			r = moved
		}
	}
	if r == nil || !x.token.sees(r) {
		return nil, &graphqlError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to a Repository with the name '%s'.", fullName)}
	}
	return r, nil
}

func (x *execution) owner(f *field) (any, error) {
	a := x.world.accounts[fold(f.text("login"))]
	wrongKind := a != nil && (f.name == "user" && a.Organisation || f.name == "organization" && !a.Organisation)
	if a != nil && !a.Bot && !wrongKind {
		return a, nil
	}
	kind := map[string]string{"user": "a User", "organization": "an Organization", "repositoryOwner": "a RepositoryOwner"}[f.name]
	return nil, &graphqlError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to %s with the login of '%s'.", kind, f.text("login"))}
}

func (x *execution) rateLimit(l limits, f *field) (any, error) {
	switch f.name {
	case "cost":
		return x.cost, nil
	case "nodeCount":
		return x.nodes, nil
	case "limit":
		return l.b.limit, nil
	case "used":
		return l.b.used, nil
	case "remaining":
		return l.b.remaining(), nil
	case "resetAt":
		return l.b.reset, nil
	}
	return nil, unresolved(f)
}

func (x *execution) account(a *Account, f *field) (any, error) {
	switch f.name {
	case "login":
		return a.Login, nil
	case "name":
		return a.Name, nil
	case "databaseId":
		return a.ID, nil
	case "email":
		return a.Email, nil
	case "avatarUrl":
		return fmt.Sprintf("https://avatars.githubusercontent.com/u/%d?v=4", a.ID), nil
	case "createdAt", "updatedAt":
		return a.CreatedAt, nil
	case "url":
		return x.world.html("%s", a.Login), nil
	case "resourcePath":
		return "/" + a.Login, nil
	case "isViewer":
		return a == x.token.user, nil
	case "repository":
		return x.find(a.Login + "/" + f.text("name"))
	case "projectV2":
		return x.board(a, f)
	case "projectsV2":
		return cutPage(x.boards(a), f)
	}
	return nil, unresolved(f)
}

func (x *execution) team(t *Team, f *field) (any, error) {
	switch f.name {
	case "name":
		return t.Name, nil
	case "slug":
		return t.Slug, nil
	case "combinedSlug":
		return t.Organisation.Login + "/" + t.Slug, nil
	case "databaseId":
		return t.ID, nil
	case "url":
		return x.world.html("orgs/%s/teams/%s", t.Organisation.Login, t.Slug), nil
	}
	return nil, unresolved(f)
}
