package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Project is a project board (GitHub's ProjectV2) of an organisation or a user.
type Project struct {
	ID        int64
	Number    int
	Title     string
	CreatedAt time.Time

	world     *World
	owner     *Account
	public    bool
	changedAt time.Time
	fields    []*projectField
	items     []*ProjectItem // in the order of the board
	done      string         // the option of Status that closed issues and merged pull requests come to; empty: none
}

// projectField is a field of a board. Its kind is a ProjectV2FieldType of the GraphQL schema.
type projectField struct {
	ID         int64
	name, kind string
	project    *Project
	options    []*option
	iterations []*iteration
	days       int
}

// option is one of a single-select field.
type option struct{ id, name string }

// iteration is one of an iteration field.
type iteration struct {
	id, title string
	start     time.Time // midnight UTC
	days      int
}

func (i *iteration) end() time.Time { return i.start.AddDate(0, 0, i.days) }

// The kinds of fields that matter here, and those that every board has.
const (
	fieldNumber    = "NUMBER"
	fieldSelect    = "SINGLE_SELECT"
	fieldIteration = "ITERATION"
	fieldText      = "TEXT"
	fieldDate      = "DATE"
)

// Project makes a board, with the fields that GitHub gives every new one: Status has Todo, In Progress and Done.
func (w *World) Project(owner, title string) *Project {
	defer w.enter()()
	a := w.account(owner, true)
	number := 1
	for _, p := range w.projects {
		if p.owner == a {
			number = max(number, p.Number+1)
		}
	}
	p := &Project{ID: w.next("project"), Number: number, Title: title, CreatedAt: w.now, world: w, owner: a, changedAt: w.now}
	for _, f := range [][2]string{
		{"Title", "TITLE"}, {"Assignees", "ASSIGNEES"}, {"Status", fieldSelect}, {"Labels", "LABELS"},
		{"Linked pull requests", "LINKED_PULL_REQUESTS"}, {"Milestone", "MILESTONE"}, {"Repository", "REPOSITORY"}, {"Reviewers", "REVIEWERS"},
	} {
		p.field(f[0], f[1])
	}
	p.fieldNamed("Status").choose("Todo", "In Progress", "Done")
	w.projects = append(w.projects, p)
	return p
}

// Boards lists the boards in the order of their creation.
func (w *World) Boards() []*Project {
	defer w.enter()()
	return slices.Clone(w.projects)
}

// Items lists what is on the board, in its order.
func (p *Project) Items() []*ProjectItem {
	defer p.world.enter()()
	return slices.Clone(p.items)
}

// Numbered gives the board a number that addresses name it by.
func (p *Project) Numbered(n int) *Project {
	defer p.world.enter()()
	p.Number = n
	return p
}

// Public makes the board readable by everybody.
func (p *Project) Public() *Project {
	defer p.world.enter()()
	p.public = true
	return p
}

// Select adds a single-select field, or gives one other options.
func (p *Project) Select(name string, options ...string) *Project {
	defer p.world.enter()()
	p.field(name, fieldSelect).choose(options...)
	return p
}

// Field adds a field of numbers (NUMBER), text (TEXT) or dates (DATE).
func (p *Project) Field(name, kind string) *Project {
	defer p.world.enter()()
	p.field(name, kind)
	return p
}

// Iterations adds an iteration field, or adds to one: iterations of so many days each, one after the other.
func (p *Project) Iterations(name string, from time.Time, days int, titles ...string) *Project {
	defer p.world.enter()()
	f := p.field(name, fieldIteration)
	f.days = days
	from = from.UTC().Truncate(24 * time.Hour)
	for _, title := range titles {
		n := p.world.next("iteration")
		f.iterations = append(f.iterations, &iteration{id: fmt.Sprintf("%08x", n), title: title, start: from, days: days})
		from = from.AddDate(0, 0, days)
	}
	slices.SortStableFunc(f.iterations, func(a, b *iteration) int { return a.start.Compare(b.start) })
	p.changedAt = p.world.now
	return p
}

// Automate has whatever is closed or merged come to an option of Status, as the boards' built-in workflows do (GitHub
// docs, "Using the built-in automations").
func (p *Project) Automate(done string) *Project {
	defer p.world.enter()()
	p.done = done
	return p
}

func (p *Project) field(name, kind string) *projectField {
	if f := p.fieldNamed(name); f != nil {
		return f
	}
	f := &projectField{ID: p.world.next("field"), name: name, kind: kind, project: p}
	p.fields = append(p.fields, f)
	return f
}

// fieldNamed finds a field by its name, without regard to case.
func (p *Project) fieldNamed(name string) *projectField {
	for _, f := range p.fields {
		if fold(f.name) == fold(name) {
			return f
		}
	}
	return nil
}

func (f *projectField) choose(options ...string) {
	f.options = nil
	for _, name := range options {
		f.options = append(f.options, &option{id: fmt.Sprintf("%08x", f.project.world.next("option")), name: name})
	}
	f.project.changedAt = f.project.world.now
}

func (f *projectField) option(name string) *option {
	for _, o := range f.options {
		if o.name == name {
			return o
		}
	}
	return nil
}

func (f *projectField) iteration(title string) *iteration {
	for _, i := range f.iterations {
		if i.title == title {
			return i
		}
	}
	return nil
}

// ProjectItem is an item of a board: an issue, a pull request or a draft.
type ProjectItem struct {
	ID        int64
	CreatedAt time.Time

	project    *Project
	creator    *Account
	content    any // *Issue, *PullRequest, *draftIssue
	values     map[*projectField]*projectValue
	archivedAt time.Time
	changedAt  time.Time
}

// projectValue is an item's value of a field: an *option, an *iteration, a float64 or a string.
type projectValue struct {
	ID        int64
	item      *ProjectItem
	field     *projectField
	value     any
	createdAt time.Time
	changedAt time.Time
}

// draftIssue is what is on a board alone.
type draftIssue struct {
	ID        int64
	title     string
	creator   *Account
	assignees []*Account
	createdAt time.Time
	changedAt time.Time
	item      *ProjectItem
}

// Issue puts an issue on the board.
func (p *Project) Issue(i *Issue) *ProjectItem { return p.add(i, i.Author.Login) }

// Pull puts a pull request on the board.
func (p *Project) Pull(pr *PullRequest) *ProjectItem { return p.add(pr, pr.Author.Login) }

// Draft writes a draft on the board.
func (p *Project) Draft(title, by string, assignees ...string) *ProjectItem {
	d := &draftIssue{title: title}
	item := p.add(d, by)
	defer p.world.enter()()
	w := p.world
	d.ID, d.creator, d.createdAt, d.changedAt, d.item = w.next("draft"), item.creator, w.now, w.now, item
	w.draftBy[d.ID] = d
	for _, login := range assignees {
		d.assignees = append(d.assignees, w.account(login, false))
	}
	return item
}

func (p *Project) add(content any, by string) *ProjectItem {
	defer p.world.enter()()
	w := p.world
	item := &ProjectItem{
		ID: w.next("item"), CreatedAt: w.now, project: p, creator: w.account(by, false), content: content,
		values: map[*projectField]*projectValue{}, changedAt: w.now,
	}
	p.items = append(p.items, item)
	p.changedAt = w.now
	return item
}

// Set gives an item a value of a field: the name of an option or an iteration, a number, a text; nil takes it away. It
// panics for what the board doesn't have, a mistake of the caller's.
func (i *ProjectItem) Set(field string, value any) *ProjectItem {
	defer i.project.world.enter()()
	f := i.project.fieldNamed(field)
	if f == nil {
		panic("simulator: the board " + i.project.Title + " has no field " + field)
	}
	i.set(f, value)
	return i
}

func (i *ProjectItem) set(f *projectField, value any) {
	w := i.project.world
	i.changedAt, i.project.changedAt = w.now, w.now
	if value == nil {
		delete(i.values, f)
		return
	}
	switch v := value.(type) {
	case int:
		value = float64(v)
	case string:
		switch f.kind {
		case fieldSelect:
			value = f.option(v)
		case fieldIteration:
			value = f.iteration(v)
		}
	}
	if absent(value) {
		panic(fmt.Sprintf("simulator: the field %s has no such value", f.name))
	}
	if old := i.values[f]; old != nil {
		old.value, old.changedAt = value, w.now
		return
	}
	i.values[f] = &projectValue{ID: w.next("value"), item: i, field: f, value: value, createdAt: w.now, changedAt: w.now}
}

// Archive takes an item out of sight.
func (i *ProjectItem) Archive() {
	defer i.project.world.enter()()
	w := i.project.world
	i.archivedAt, i.changedAt, i.project.changedAt = w.now, w.now, w.now
}

// Remove takes an item off the board.
func (i *ProjectItem) Remove() {
	defer i.project.world.enter()()
	i.project.items = slices.DeleteFunc(i.project.items, func(other *ProjectItem) bool { return other == i })
	i.project.changedAt = i.project.world.now
}

// finished moves an issue or a pull request that was just closed, on every board that does so by itself.
func (w *World) finished(content any) {
	for _, p := range w.projects {
		f := p.fieldNamed("Status")
		if p.done == "" || f == nil || f.option(p.done) == nil {
			continue
		}
		for _, item := range p.items {
			if item.content == content && item.archivedAt.IsZero() {
				item.set(f, p.done)
			}
		}
	}
}

// project finds a board by owner and number.
func (w *World) project(owner string, number int) *Project {
	for _, p := range w.projects {
		if strings.EqualFold(p.owner.Login, owner) && p.Number == number {
			return p
		}
	}
	return nil
}

// repository is where an item's content lies; nil for drafts.
func (i *ProjectItem) repository() *Repository {
	switch v := i.content.(type) {
	case *Issue:
		return v.repo
	case *PullRequest:
		return v.repo
	}
	return nil
}

// shows tells whether a token may see what an item is of; it sees that there is an item anyhow.
func (t *token) shows(i *ProjectItem) bool {
	r := i.repository()
	return r == nil || !r.gone && t.sees(r) && t.may("issues", "read", r)
}

// seesProjects tells whether the token may read boards: classic ones need read:project even for public boards
// (github/docs#19712), fine-grained ones the organisation's permission Projects.
func (t *token) seesProjects() bool {
	if t.fineGrained() {
		return t.Permissions["organization_projects"] != ""
	}
	return slices.Contains(t.Scopes, "read:project") || slices.Contains(t.Scopes, "project")
}

// seesProject tells whether the token knows that a board exists.
func (t *token) seesProject(p *Project) bool {
	return p.public || t.user != nil && t.seesProjects()
}
