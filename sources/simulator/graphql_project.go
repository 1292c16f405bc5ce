package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// iterations is the configuration of an iteration field.
type iterations struct{ f *projectField }

// scoped refuses a query of boards with a classic token that lacks read:project. GitHub does so before it executes
// anything: an error for each field, and no data (github/docs#19712).
func (x *execution) scoped() []*graphqlError {
	if x.token.user == nil || x.token.fineGrained() || x.token.seesProjects() {
		return nil
	}
	var errs []*graphqlError
	seen := map[*ast.Field]bool{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, f := range allFields(set) {
			if seen[f] {
				continue
			}
			seen[f] = true
			if f.ObjectDefinition != nil && strings.HasPrefix(f.ObjectDefinition.Name, "ProjectV2") && f.Name != "__typename" {
				errs = append(errs, &graphqlError{Type: "INSUFFICIENT_SCOPES", Locations: locate(f), Message: fmt.Sprintf(
					"Your token has not been granted the required scopes to execute this query. The '%s' field requires one of the following scopes: ['read:project'], but your token has only been granted the: ['%s'] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.",
					f.Name, strings.Join(x.token.Scopes, "', '"))})
			}
			walk(f.SelectionSet)
		}
	}
	walk(x.operation.SelectionSet)
	return errs
}

// board finds a board of an account.
func (x *execution) board(a *Account, f *field) (any, error) {
	number, _ := f.args["number"].(int64)
	p := x.world.project(a.Login, int(number))
	switch {
	case x.token.fineGrained() && (p == nil || !p.public) && !x.token.seesProjects():
		return nil, forbidden()
	case p == nil || !x.token.seesProject(p):
		return nil, &graphqlError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to a ProjectV2 with the number %d.", number)}
	}
	return p, nil
}

// boards are an account's, the highest number first.
func (x *execution) boards(a *Account) []*Project {
	var list []*Project
	for _, p := range x.world.projects {
		if p.owner == a && x.token.seesProject(p) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *Project) int { return b.Number - a.Number })
	return list
}

func (x *execution) project(p *Project, f *field) (any, error) {
	switch f.name {
	case "number":
		return p.Number, nil
	case "title":
		return p.Title, nil
	case "databaseId":
		return p.ID, nil
	case "fullDatabaseId":
		return itoa(p.ID), nil
	case "public":
		return p.public, nil
	case "closed", "template", "viewerCanClose", "viewerCanReopen", "viewerCanUpdate":
		return false, nil
	case "closedAt", "readme", "shortDescription":
		return nil, nil
	case "createdAt":
		return p.CreatedAt, nil
	case "updatedAt":
		return p.changedAt, nil
	case "creator", "owner":
		return p.owner, nil
	case "url":
		return p.page(), nil
	case "resourcePath":
		return strings.TrimPrefix(p.page(), strings.TrimSuffix(x.world.html(""), "/")), nil
	case "field":
		if field := p.fieldNamed(f.text("name")); field != nil {
			return field, nil
		}
		return nil, nil
	case "fields":
		return cutPage(p.fields, f)
	case "items":
		list := p.items
		if _, descending := f.order(); descending {
			list = newestFirst(list)
		}
		return cutPage(list, f)
	}
	return nil, unresolved(f)
}

func (x *execution) projectField(v *projectField, f *field) (any, error) {
	switch f.name {
	case "name":
		return v.name, nil
	case "dataType":
		return v.kind, nil
	case "databaseId":
		return v.ID, nil
	case "createdAt", "updatedAt":
		return v.project.CreatedAt, nil
	case "project":
		return v.project, nil
	case "options":
		names := f.list("names")
		return slices.DeleteFunc(slices.Clone(v.options), func(o *option) bool { return len(names) > 0 && !slices.Contains(names, o.name) }), nil
	case "configuration":
		return iterations{v}, nil
	}
	return nil, unresolved(f)
}

func (x *execution) iterations(v iterations, f *field) (any, error) {
	now := x.world.now
	switch f.name {
	case "iterations":
		return slices.DeleteFunc(slices.Clone(v.f.iterations), func(i *iteration) bool { return !i.end().After(now) }), nil
	case "completedIterations":
		done := slices.DeleteFunc(slices.Clone(v.f.iterations), func(i *iteration) bool { return i.end().After(now) })
		slices.Reverse(done) // the newest first, as the web page lists them
		return done, nil
	case "duration":
		return v.f.days, nil
	case "startDay":
		return 1, nil
	}
	return nil, unresolved(f)
}

func (x *execution) iteration(i *iteration, f *field) (any, error) {
	switch f.name {
	case "id":
		return i.id, nil
	case "title":
		return i.title, nil
	case "titleHTML":
		return htmlEscaped(i.title), nil
	case "startDate":
		return i.start.Format(time.DateOnly), nil
	case "duration":
		return i.days, nil
	}
	return nil, unresolved(f)
}

func (x *execution) option(o *option, f *field) (any, error) {
	switch f.name {
	case "id":
		return o.id, nil
	case "name":
		return o.name, nil
	case "nameHTML":
		return htmlEscaped(o.name), nil
	case "color":
		return "GRAY", nil
	case "description", "descriptionHTML":
		return "", nil
	}
	return nil, unresolved(f)
}

func (x *execution) item(i *ProjectItem, f *field) (any, error) {
	switch f.name {
	case "databaseId":
		return i.ID, nil
	case "fullDatabaseId":
		return itoa(i.ID), nil
	case "createdAt":
		return i.CreatedAt, nil
	case "updatedAt":
		return i.changedAt, nil
	case "creator":
		return i.creator, nil
	case "project":
		return i.project, nil
	case "isArchived":
		return !i.archivedAt.IsZero(), nil
	case "type":
		return i.kind(x.token), nil
	case "content":
		if !x.token.shows(i) {
			return nil, nil
		}
		return i.content, nil
	case "fieldValueByName":
		if field := i.project.fieldNamed(f.text("name")); field != nil {
			if v := i.values[field]; v != nil {
				return v, nil
			}
		}
		return nil, nil
	case "fieldValues":
		var list []*projectValue
		for _, field := range i.project.fields {
			if v := i.values[field]; v != nil {
				list = append(list, v)
			}
		}
		return cutPage(list, f)
	}
	return nil, unresolved(f)
}

// kind is a ProjectV2ItemType: REDACTED for what the token may not see.
func (i *ProjectItem) kind(t *token) string {
	if !t.shows(i) {
		return "REDACTED"
	}
	switch i.content.(type) {
	case *PullRequest:
		return "PULL_REQUEST"
	case *draftIssue:
		return "DRAFT_ISSUE"
	}
	return "ISSUE"
}

func (x *execution) fieldValue(v *projectValue, f *field) (any, error) {
	switch f.name {
	case "createdAt":
		return v.createdAt, nil
	case "updatedAt":
		return v.changedAt, nil
	case "creator":
		return v.item.creator, nil
	case "databaseId":
		return v.ID, nil
	case "field":
		return v.field, nil
	case "item":
		return v.item, nil
	}
	switch value := v.value.(type) {
	case float64:
		if f.name == "number" {
			return value, nil
		}
	case string:
		if f.name == "text" || f.name == "date" {
			return value, nil
		}
	case *option:
		if f.name == "optionId" {
			return value.id, nil
		}
		return x.option(value, f)
	case *iteration:
		if f.name == "iterationId" {
			return value.id, nil
		}
		return x.iteration(value, f)
	}
	return nil, unresolved(f)
}

// typeName is the value's type in the schema.
func (v *projectValue) typeName() string {
	switch v.field.kind {
	case fieldSelect:
		return "ProjectV2ItemFieldSingleSelectValue"
	case fieldIteration:
		return "ProjectV2ItemFieldIterationValue"
	case fieldNumber:
		return "ProjectV2ItemFieldNumberValue"
	case fieldDate:
		return "ProjectV2ItemFieldDateValue"
	}
	return "ProjectV2ItemFieldTextValue"
}

func (f *projectField) typeName() string {
	switch f.kind {
	case fieldSelect:
		return "ProjectV2SingleSelectField"
	case fieldIteration:
		return "ProjectV2IterationField"
	}
	return "ProjectV2Field"
}

func (x *execution) draft(d *draftIssue, f *field) (any, error) {
	switch f.name {
	case "title":
		return d.title, nil
	case "body", "bodyText", "bodyHTML":
		return "", nil
	case "createdAt":
		return d.createdAt, nil
	case "updatedAt":
		return d.changedAt, nil
	case "creator":
		return d.creator, nil
	case "assignees":
		return cutPage(d.assignees, f)
	case "projectV2Items":
		return cutPage([]*ProjectItem{d.item}, f)
	case "projectsV2":
		return cutPage([]*Project{d.item.project}, f)
	}
	return nil, unresolved(f)
}
