package config

import (
	"reflect"
	"slices"
	"strings"
	_ "time/tzdata" // freezes have zones, and a jump host may have no zone files

	"go.yaml.in/yaml/v3"

	"gonogo/model"
)

// Load reads a gonogo.yml. The error is Errors: everything that is wrong, each with its place. The path is only for
// them; nothing is read from it.
func Load(path string, data []byte) (*model.Fleet, error) {
	w := newWalker(path, data)
	root := w.parse(data)
	if root == nil {
		return nil, w.result()
	}
	var file fleetFile
	w.readFleet(&file, root)
	b := &builder{walker: w, file: &file}
	fleet := b.fleet()
	if err := w.result(); err != nil {
		return nil, err
	}
	return fleet, nil
}

// readFleet reads the file, each service with the defaults under it.
func (w *walker) readFleet(file *fleetFile, root *yaml.Node) {
	defaults := lookup(root, "defaults")
	if defaults != nil && isNull(defaults) {
		defaults = nil
	}
	services := lookup(root, "services")
	if defaults != nil && services != nil && services.Kind == yaml.SequenceNode {
		merged := *services
		merged.Content = make([]*yaml.Node, len(services.Content))
		for i, s := range services.Content {
			merged.Content[i] = merge(defaults, s)
		}
		root = replace(root, "services", &merged)
	}
	w.read(reflect.ValueOf(file).Elem(), root, "")
}

// replace is a mapping with another value for a key.
func replace(n *yaml.Node, key string, value *yaml.Node) *yaml.Node {
	c := *n
	c.Content = slices.Clone(n.Content)
	for i := 0; i+1 < len(c.Content); i += 2 {
		if c.Content[i].Value == key {
			c.Content[i+1] = value
			break
		}
	}
	return &c
}

// builder makes model values of what was read, and notes what makes no sense together.
type builder struct {
	*walker
	file *fleetFile
	host string // of github.url
	keep duration
}

func (b *builder) fleet() *model.Fleet {
	f := b.file
	fleet := &model.Fleet{Name: f.Name.v, URL: defaultURL}
	b.name(f.Name)
	if f.GitHub != nil && f.GitHub.has("url") {
		fleet.URL = b.url(f.GitHub.URL)
	}
	b.host = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(fleet.URL, "https://"), "http://"))
	b.keep = f.Keep
	fleet.Keep = orDefault(f.Keep, defaultKeep)
	fleet.Sprint = b.sprint(f.Sprint)
	if d := f.Defaults; d != nil && d.has("name") {
		b.errorAt(d.key("name"), "", "defaults can't name a service: no two are called alike")
	}
	b.missing(&f.place, "services", shortest, "there are no services")
	if f.has("services") && len(f.Services) == 0 {
		b.errorAt(f.key("services"), shortest, "there are no services")
	}
	for i := range f.Services {
		fleet.Services = append(fleet.Services, b.service(&f.Services[i]))
	}
	b.apart(fleet.Services)
	for i := range f.Freezes {
		fleet.Freezes = append(fleet.Freezes, b.freeze(&f.Freezes[i], fleet.Services))
	}
	if fleet.Name == "" && len(fleet.Services) > 0 {
		fleet.Name = fleet.Services[0].Repo.Owner
	}
	return fleet
}

func (b *builder) sprint(f *sprintFile) *model.SprintSource {
	if f == nil {
		return nil
	}
	s := &model.SprintSource{
		Milestones: f.Milestones.v,
		Iteration:  orText(f.Iteration, "Sprint"), Status: orText(f.Status, "Status"), Points: orText(f.Points, "Estimate"),
		Done: orTexts(f.has("done"), f.Done, "Done"), Blockers: orTexts(f.has("blockers"), f.Blockers, "blocker"),
	}
	switch {
	case f.has("project") && f.Milestones.v:
		b.errorAt(f.key("milestones"), "leave out one", "sprints are a project's or milestones, not both")
	case f.has("project"):
		s.ProjectOwner, s.ProjectNumber = b.project(f.Project)
	case !f.Milestones.v && !f.wrong("milestones"):
		b.missing(&f.place, "project", "add project: OWNER/NUMBER, or milestones: true", "a sprint without a project")
	}
	return s
}

// name checks a name that is shown, typed and kept.
func (b *builder) name(t text) {
	switch {
	case t.at == nil:
	case t.v != strings.TrimSpace(t.v):
		b.errorAt(t.at, "", "the name %q begins or ends with a space", t.v)
	case len(t.v) > 255:
		b.errorAt(t.at, "", "the name is longer than 255 bytes")
	}
}

func orText(t text, otherwise string) string {
	if t.at == nil {
		return otherwise
	}
	return t.v
}

func orTexts(written bool, list []text, otherwise ...string) []string {
	if !written {
		return otherwise
	}
	return values(list)
}
