package discover

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// trigger is how a workflow file is started.
type trigger struct {
	read     bool // the file could be understood
	dispatch bool // by workflow_dispatch
	events   []string
	inputs   []input
}

// input is one of workflow_dispatch.
type input struct {
	name, kind string
	options    []string
	required   bool
	given      bool // it has a default
}

// parseTrigger reads what starts a workflow (GitHub docs, "Workflow syntax for GitHub Actions", on).
func parseTrigger(text string) trigger {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil || len(root.Content) == 0 {
		return trigger{}
	}
	on := child(root.Content[0], "on")
	if on == nil {
		return trigger{}
	}
	t := trigger{read: true}
	switch on.Kind {
	case yaml.ScalarNode:
		t.events = []string{on.Value}
	case yaml.SequenceNode:
		for _, n := range on.Content {
			t.events = append(t.events, target(n).Value)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(on.Content); i += 2 {
			t.events = append(t.events, on.Content[i].Value)
		}
	}
	t.dispatch = slices.Contains(t.events, "workflow_dispatch")
	inputs := child(child(on, "workflow_dispatch"), "inputs")
	if inputs == nil || inputs.Kind != yaml.MappingNode {
		return t
	}
	for i := 0; i+1 < len(inputs.Content); i += 2 {
		t.inputs = append(t.inputs, parseInput(inputs.Content[i].Value, target(inputs.Content[i+1])))
	}
	return t
}

func parseInput(name string, n *yaml.Node) input {
	in := input{name: name, kind: "string"}
	if kind := child(n, "type"); kind != nil {
		in.kind = kind.Value
	}
	if required := child(n, "required"); required != nil {
		in.required = required.Value == "true"
	}
	if given := child(n, "default"); given != nil && given.Tag != "!!null" && given.Value != "" {
		in.given = true
	}
	if options := child(n, "options"); options != nil {
		for _, o := range options.Content {
			in.options = append(in.options, target(o).Value)
		}
	}
	return in
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

// filled is an input with the template that fills it.
type filled struct {
	name, template, why string
}

// fill guesses what the inputs of a workflow want. What can't be guessed is said.
func fill(t trigger, environments []string, service string) (list []filled, notes []string) {
	for _, in := range t.inputs {
		template, why := meaning(in)
		switch {
		case !usable(in.name) || strings.Contains(in.name, "{{"):
		case template == "" && in.required && !in.given:
			notes = append(notes, fmt.Sprintf("the input %s is required, and what it wants can't be guessed", in.name))
		case template == "":
		case template == "{{.Environment}}" && missingOption(in, environments) != "":
			notes = append(notes, fmt.Sprintf("the input %s takes %s, and not %s", in.name, listed(clean(in.options), 4), missingOption(in, environments)))
		case template == "{{.Service}}" && missingOption(in, []string{service}) != "":
			notes = append(notes, fmt.Sprintf("the input %s takes %s, and not %s", in.name, listed(clean(in.options), 4), service))
		default:
			list = append(list, filled{in.name, template, why})
		}
	}
	return list, notes
}

// missingOption is the first value that a choice doesn't take.
func missingOption(in input, values []string) string {
	if in.kind != "choice" {
		return ""
	}
	for _, v := range values {
		if !slices.Contains(in.options, v) {
			return v
		}
	}
	return ""
}

// meaning is the template that an input's type or name asks for.
func meaning(in input) (template, why string) {
	if in.kind == "environment" {
		return "{{.Environment}}", "its type is environment"
	}
	if in.kind == "boolean" || in.kind == "number" {
		return "", ""
	}
	why = "by its name"
	switch strings.Join(words(in.name), "_") {
	case "environment", "env", "target_environment", "target_env", "deploy_environment", "deploy_env", "environment_name", "env_name", "stage", "target", "deploy_to":
		return "{{.Environment}}", why
	case "version", "release_version", "app_version", "deploy_version", "image_tag", "docker_tag":
		return "{{.Version}}", why
	case "tag", "tag_name", "release", "release_tag", "git_tag", "ref", "git_ref":
		return "{{.Tag}}", why
	case "sha", "commit", "commit_sha", "git_sha", "revision":
		return "{{.SHA}}", why
	case "service", "service_name", "component", "app", "application":
		return "{{.Service}}", why
	case "gonogo_operation":
		return "{{.Operation}}", why
	}
	return "", ""
}

func clean(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = cleaned(s)
	}
	return out
}
