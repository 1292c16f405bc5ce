package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// projectRoutes are the boards over REST, which Enterprise Server 3.19 doesn't have (sources/contract).
func projectRoutes() []*route {
	var all []*route
	for _, owner := range []string{"orgs/{org}", "users/{org}"} {
		all = append(all,
			get(owner+"/projectsV2", "organization_projects", (*call).listProjects),
			get(owner+"/projectsV2/{number}", "organization_projects", (*call).showProject),
			get(owner+"/projectsV2/{number}/fields", "organization_projects", (*call).listFields),
			get(owner+"/projectsV2/{number}/items", "organization_projects", (*call).listItems),
		)
	}
	return all
}

// owned tells whether the path names the account's kind: an organisation isn't found among users, nor the other way round.
func (c *call) owned(p *Project) bool {
	return strings.EqualFold(p.owner.Login, c.args["org"]) && p.owner.Organisation == strings.HasPrefix(strings.TrimPrefix(c.path, "/"), "orgs/")
}

// project finds the board of the path, or answers why the token may not have it: classic tokens without the scope are
// refused even for public boards, others don't learn that a board exists.
func (c *call) project() (*Project, answer) {
	if c.token.user != nil && !c.token.seesProjects() {
		if c.token.fineGrained() {
			return nil, failure(http.StatusForbidden, "Resource not accessible by personal access token")
		}
		return nil, failure(http.StatusForbidden, "Your token has not been granted the required scopes. This endpoint requires one of the following scopes: ['read:project'].")
	}
	for _, p := range c.world.projects {
		if c.owned(p) && p.Number == int(c.number("number")) && c.token.seesProject(p) {
			return p, answer{}
		}
	}
	return nil, missing()
}

func (c *call) listProjects() answer {
	var seen []*Project
	for _, p := range c.world.projects {
		if c.owned(p) && c.token.seesProject(p) && (c.token.user == nil || c.token.seesProjects()) {
			seen = append(seen, p)
		}
	}
	return cursorPage(c, seen, func(p *Project) int64 { return p.ID }, (*Project).show)
}

func (c *call) showProject() answer {
	p, no := c.project()
	if p == nil {
		return no
	}
	return found(p.show())
}

func (c *call) listFields() answer {
	p, no := c.project()
	if p == nil {
		return no
	}
	return cursorPage(c, p.fields, func(f *projectField) int64 { return f.ID }, (*projectField).show)
}

// listItems lists what isn't archived, with the fields that are asked for by number; the title alone unless any is
// (REST docs, "List items for an organization owned project"). Of the filters of q it plays those of a field by name.
func (c *call) listItems() answer {
	p, no := c.project()
	if p == nil {
		return no
	}
	query := c.http.URL.Query()
	var wanted []*projectField
	for _, text := range append(query["fields[]"], strings.Split(query.Get("fields"), ",")...) {
		if text == "" {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		i := slices.IndexFunc(p.fields, func(f *projectField) bool { return f.ID == id })
		if err != nil || i < 0 {
			return failure(http.StatusUnprocessableEntity, "Validation Failed: field "+text+" is not a field of this project")
		}
		wanted = append(wanted, p.fields[i])
	}
	if len(wanted) == 0 {
		wanted = p.fields[:1]
	}
	var shown []*ProjectItem
	for _, item := range p.items {
		if item.archivedAt.IsZero() && item.matches(query.Get("q")) {
			shown = append(shown, item)
		}
	}
	return cursorPage(c, shown, func(i *ProjectItem) int64 { return i.ID }, func(i *ProjectItem) any { return i.show(c.token, wanted) })
}

// matches filters by "field:value" and "field:\"a value\"" (GitHub docs, "Filtering projects"); other words are no
// filters that this simulator knows, and let everything pass.
func (i *ProjectItem) matches(q string) bool {
	name, value, ok := strings.Cut(q, ":")
	f := i.project.fieldNamed(strings.TrimSpace(name))
	if !ok || f == nil {
		return true
	}
	value = strings.Trim(value, `" `)
	v := i.values[f]
	return v != nil && fold(v.text()) == fold(value)
}

// text is a value as filters name it.
func (v *projectValue) text() string {
	switch value := v.value.(type) {
	case *option:
		return value.name
	case *iteration:
		return value.title
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return ""
}

// cursorPage cuts a list by the cursors after and before, which are the items' numbers (REST docs, "Using pagination").
func cursorPage[T any](c *call, all []T, number func(T) int64, show func(T) any) answer {
	query := c.http.URL.Query()
	size := min(atLeastOne(query.Get("per_page"), 30), 100)
	from, to := 0, len(all)
	place := func(cursor string) int {
		return slices.IndexFunc(all, func(item T) bool { return cursor == cursorOf(nil, int(number(item))) })
	}
	after, before := query.Get("after"), query.Get("before")
	if after != "" {
		if from = place(after) + 1; from == 0 {
			return failure(http.StatusUnprocessableEntity, "Validation Failed: after is no cursor")
		}
	}
	if before != "" {
		if to = place(before); to < 0 {
			return failure(http.StatusUnprocessableEntity, "Validation Failed: before is no cursor")
		}
		from = max(from, to-size)
	}
	to = min(to, from+size)
	part := all[min(from, to):to]
	var links []string
	link := func(rel, key string, of T) {
		q := url.Values{}
		for k, v := range query {
			if k != "after" && k != "before" {
				q[k] = v
			}
		}
		q.Set(key, cursorOf(nil, int(number(of))))
		links = append(links, "<"+c.world.base+strings.TrimPrefix(c.path, "/")+"?"+q.Encode()+`>; rel="`+rel+`"`)
	}
	if from > 0 && len(part) > 0 {
		link("prev", "before", part[0])
	}
	if to < len(all) && len(part) > 0 {
		link("next", "after", part[len(part)-1])
	}
	return linked(found(showAll(part, show)), strings.Join(links, ", "))
}

// show writes a board (schema projects-v2).
func (p *Project) show() any {
	return object{
		"id": p.ID, "node_id": nodeID("PVT", p.ID), "owner": p.owner.show(), "creator": p.owner.show(), "title": p.Title, "description": nil,
		"public": p.public, "closed_at": nil, "created_at": stamp(p.CreatedAt), "updated_at": stamp(p.changedAt), "number": p.Number,
		"short_description": nil, "deleted_at": nil, "deleted_by": nil, "state": "open", "is_template": false,
	}
}

func (p *Project) url() string {
	kind := "users/"
	if p.owner.Organisation {
		kind = "orgs/"
	}
	return p.world.base + kind + escape(p.owner.Login) + "/projectsV2/" + itoa(p.Number)
}

// page is the board's address for people.
func (p *Project) page() string {
	kind := "users"
	if p.owner.Organisation {
		kind = "orgs"
	}
	return p.world.html("%s/%s/projects/%d", kind, escape(p.owner.Login), p.Number)
}

func both(s string) object { return object{"raw": s, "html": htmlEscaped(s)} }

func htmlEscaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// show writes a field (schema projects-v2-field).
func (f *projectField) show() any {
	o := object{
		"id": f.ID, "node_id": globalID(f), "project_url": f.project.url(), "name": f.name, "data_type": fold(f.kind),
		"created_at": stamp(f.project.CreatedAt), "updated_at": stamp(f.project.CreatedAt),
	}
	switch f.kind {
	case fieldSelect:
		o["options"] = showAll(f.options, (*option).show)
	case fieldIteration:
		o["configuration"] = object{
			"start_day": 1, "duration": f.days,
			"iterations": showAll(f.iterations, func(i *iteration) any { return i.show(f.project.world.now) }),
		}
	}
	return o
}

func (o *option) show() any {
	return object{"id": o.id, "name": both(o.name), "description": both(""), "color": "GRAY"}
}

func (i *iteration) show(now time.Time) any {
	return object{"id": i.id, "title": both(i.title), "start_date": i.start.Format(time.DateOnly), "duration": i.days, "completed": !i.end().After(now)}
}

// show writes an item as the token sees it (schema projects-v2-item-with-content). What the token may not see has no
// content, and is of no type that the description knows; an issue, as most are.
func (i *ProjectItem) show(t *token, fields []*projectField) any {
	kind, content := "Issue", any(nil)
	if t.shows(i) {
		switch v := i.content.(type) {
		case *Issue:
			content = v.show()
		case *PullRequest:
			kind, content = "PullRequest", v.show()
		case *draftIssue:
			kind = "DraftIssue"
			content = object{
				"id": v.ID, "node_id": nodeID("DI", v.ID), "title": v.title, "body": nil, "user": v.creator.show(), "assignees": showAll(v.assignees, (*Account).embed),
				"created_at": stamp(v.createdAt), "updated_at": stamp(v.changedAt),
			}
		}
	}
	var values []any
	for _, f := range fields {
		values = append(values, object{"id": f.ID, "name": f.name, "data_type": fold(f.kind), "value": i.value(f, t)})
	}
	return object{
		"id": i.ID, "node_id": nodeID("PVTI", i.ID), "project_url": i.project.url(), "content_type": kind, "content": content, "creator": i.creator.show(),
		"created_at": stamp(i.CreatedAt), "updated_at": stamp(i.changedAt), "archived_at": maybe(i.archivedAt),
		"item_url": i.project.url() + "/items/" + itoa(i.ID), "fields": values,
	}
}

// value writes an item's value of a field as REST does.
func (i *ProjectItem) value(f *projectField, t *token) any {
	switch f.kind {
	case "TITLE":
		if t.shows(i) {
			return both(i.title())
		}
		return nil
	case "LINKED_PULL_REQUESTS":
		list := []any{}
		if issue, ok := i.content.(*Issue); ok && t.shows(i) {
			for _, p := range issue.pulls {
				if t.sees(p.repo) {
					list = append(list, p.show())
				}
			}
		}
		return list
	}
	v := i.values[f]
	if v == nil {
		return nil
	}
	switch value := v.value.(type) {
	case *option:
		return value.show()
	case *iteration:
		return value.show(i.project.world.now)
	case string:
		if f.kind == fieldText {
			return both(value)
		}
	}
	return v.value
}

func (i *ProjectItem) title() string {
	switch v := i.content.(type) {
	case *Issue:
		return v.Title
	case *PullRequest:
		return v.Title
	case *draftIssue:
		return v.title
	}
	return ""
}
