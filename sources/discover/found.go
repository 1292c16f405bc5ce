package discover

import (
	"fmt"

	"gonogo/model"
)

// Found is a fleet of one service, each value with the reason for it.
type Found struct {
	subject  Subject
	service  string
	branch   string
	tags     tagged
	ci       guess
	blackbox guess
	checks   guess
	coverage guess
	stated   guess
	tests    guess
	sprint   guess
	deploy   deploy
	stops    []stop
	notes    []string // what a person should know: left out, taken of several
	unread   []string // what could not be read, and why
}

// Decide makes a fleet of what GitHub told.
func Decide(f Facts) Found {
	d := Found{subject: f.Subject, service: f.Subject.Repo.Name, branch: f.Repository.DefaultBranch, unread: f.Unread}
	if o := f.Subject.Others; o != "" {
		d.notes = append(d.notes, o)
	}
	if f.Repository.Archived {
		d.notes = append(d.notes, f.Subject.Repo.FullName()+" is archived")
	}
	var notes []string
	d.stops, notes = f.environments()
	d.notes = append(d.notes, notes...)
	names := make([]string, len(d.stops))
	for i, s := range d.stops {
		names[i] = s.name
	}
	if d.tags = f.tags(); usable(d.tags.name) {
		d.service = d.tags.name
	}
	d.notes = append(d.notes, d.tags.notes...)
	d.deploy = f.deploy(names, d.service)
	d.ci, d.blackbox, notes = f.ci(d.deploy.workflow.value())
	d.notes = append(d.notes, notes...)
	d.notes = append(d.notes, d.deploy.notes...)
	d.checks, d.tests, d.sprint = f.checks(), f.tests(), f.sprint()
	d.coverage, d.stated = f.coverage()
	return d
}

// Repo is the repository that the fleet is of.
func (d Found) Repo() model.Repo { return d.subject.Repo }

// Notes are sentences for a person: what could not be read, what was left out, what was taken of several.
func (d Found) Notes() []string {
	var list []string
	for _, u := range d.unread {
		list = append(list, "discovery could not "+u)
	}
	return append(list, d.notes...)
}

// Summary says in one line what was found.
func (d Found) Summary() string {
	names := make([]string, len(d.stops))
	for i, s := range d.stops {
		names[i] = s.name
	}
	text := fmt.Sprintf("%s: %s", d.subject.Repo, listed(names, 4))
	if d.deploy.workflow.found() {
		text += ", deployed by " + d.deploy.workflow.value()
	}
	if d.ci.found() {
		text += ", CI " + listed(d.ci.values, 3)
	}
	return text
}

func cleaned(s string) string { return string(model.Clean(s)) }
