// Package workflow reads workflow files: what starts them, what a dispatch has to give, and where their jobs deploy
// (GitHub docs, "Workflow syntax for GitHub Actions").
package workflow

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// File is what a workflow's file says, as far as gonogo asks. Its texts are as they are there: nobody may draw them
// uncleaned.
type File struct {
	RunName string
	Events  []Event // that start it, in the file's order
	Inputs  []Input // of workflow_dispatch, in the file's order
	Jobs    []Job
}

// Event is one that starts a workflow.
type Event struct {
	Name  string
	Types []string // activities of it; none: the event's default ones
}

// Input is one of workflow_dispatch.
type Input struct {
	Name     string
	Type     string  // string where the file doesn't say
	Required bool    //
	Default  *string // nil: none
	Options  []string
}

// Job is a job, as far as it deploys.
type Job struct {
	Environment string // as it is written: a name or an expression; empty: none
	Conditional bool   // it has an if
	Elsewhere   string // the workflow that it calls, which may deploy on its own
}

// Read reads a workflow file.
func Read(text string) (File, error) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return File{}, fmt.Errorf("it is no YAML that can be understood: %w", err)
	}
	if len(root.Content) == 0 {
		return File{}, errors.New("it is empty")
	}
	top := root.Content[0]
	on := child(top, "on")
	if on == nil {
		return File{}, errors.New("it does not say when it runs (on:)")
	}
	f := File{RunName: value(child(top, "run-name")), Events: events(on), Jobs: jobs(child(top, "jobs"))}
	each(child(child(on, "workflow_dispatch"), "inputs"), func(name string, n *yaml.Node) {
		f.Inputs = append(f.Inputs, input(name, n))
	})
	return f, nil
}

// events reads on, which is a name, a list or a mapping.
func events(on *yaml.Node) []Event {
	var all []Event
	switch on.Kind {
	case yaml.ScalarNode:
		all = append(all, Event{Name: on.Value})
	case yaml.SequenceNode:
		for _, name := range list(on) {
			all = append(all, Event{Name: name})
		}
	case yaml.MappingNode:
		each(on, func(name string, n *yaml.Node) {
			all = append(all, Event{Name: name, Types: list(child(n, "types"))})
		})
	}
	return all
}

func input(name string, n *yaml.Node) Input {
	in := Input{Name: name, Type: "string", Required: value(child(n, "required")) == "true", Options: list(child(n, "options"))}
	if kind := value(child(n, "type")); kind != "" {
		in.Type = kind
	}
	if given := child(n, "default"); given != nil && given.Kind == yaml.ScalarNode && given.Tag != "!!null" {
		in.Default = &given.Value
	}
	return in
}

// jobs reads where each job deploys: environment is a name, or a mapping with one.
func jobs(n *yaml.Node) []Job {
	var all []Job
	each(n, func(_ string, n *yaml.Node) {
		j := Job{Elsewhere: value(child(n, "uses")), Conditional: child(n, "if") != nil}
		if env := child(n, "environment"); env != nil {
			if j.Environment = value(env); env.Kind == yaml.MappingNode {
				j.Environment = value(child(env, "name"))
			}
		}
		all = append(all, j)
	})
	return all
}

// On reports whether an event starts the workflow.
func (f *File) On(event string) bool {
	return slices.ContainsFunc(f.Events, func(e Event) bool { return e.Name == event })
}

// Activities are those of an event that start the workflow, where it names some; false: the event doesn't start it.
func (f *File) Activities(event string) (types []string, ok bool) {
	for _, e := range f.Events {
		if e.Name == event {
			return e.Types, true
		}
	}
	return nil, false
}

// Input finds an input by its name.
func (f *File) Input(name string) (Input, bool) {
	for _, in := range f.Inputs {
		if in.Name == name {
			return in, true
		}
	}
	return Input{}, false
}

// each visits a mapping's entries in their order.
func each(n *yaml.Node, visit func(name string, n *yaml.Node)) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		visit(n.Content[i].Value, target(n.Content[i+1]))
	}
}

// list is a sequence's values, or the one value that stands for a list of one.
func list(n *yaml.Node) []string {
	if n == nil {
		return nil
	}
	var all []string
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			all = append(all, target(c).Value)
		}
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			all = append(all, n.Value)
		}
	}
	return all
}

func value(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// child is a mapping's value.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil {
		return nil
	}
	n = target(n)
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return target(n.Content[i+1])
		}
	}
	return nil
}

// target follows an alias.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}
