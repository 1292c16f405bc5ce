package discover

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/sources/workflow"
)

// trigger is how a workflow file is started.
type trigger struct {
	read     bool // the file could be understood
	dispatch bool // by workflow_dispatch
	released bool // by a prerelease's becoming public
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

// parseTrigger reads what starts a workflow.
func parseTrigger(text string) trigger {
	f, err := workflow.Read(text)
	if err != nil {
		return trigger{}
	}
	t := trigger{read: true, dispatch: f.On("workflow_dispatch")}
	if types, ok := f.Activities("release"); ok {
		t.released = len(types) == 0 || slices.Contains(types, "released")
	}
	for _, e := range f.Events {
		t.events = append(t.events, e.Name)
	}
	for _, in := range f.Inputs {
		t.inputs = append(t.inputs, input{name: in.Name, kind: in.Type, options: in.Options, required: in.Required, given: in.Default != nil && *in.Default != ""})
	}
	return t
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
