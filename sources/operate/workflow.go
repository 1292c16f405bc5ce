package operate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// operationInput is the input by which an operation's ID travels, where a workflow declares it.
const operationInput = "gonogo_operation"

// workflowFile is what a workflow's file says of how it is dispatched.
type workflowFile struct {
	Dispatch bool
	Inputs   map[string]workflowInput
	RunName  string
}

type workflowInput struct {
	Type     string
	Required bool
	Default  *string
	Options  []string
}

// readWorkflow reads a workflow file (GitHub docs, "Workflow syntax for GitHub Actions", on.workflow_dispatch.inputs,
// run-name).
func readWorkflow(text string) (workflowFile, error) {
	var file struct {
		On      yaml.Node `yaml:"on"`
		RunName string    `yaml:"run-name"`
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return workflowFile{}, fmt.Errorf("it is no YAML that can be understood: %w", err)
	}
	w := workflowFile{RunName: file.RunName}
	on := &file.On
	for on.Kind == yaml.AliasNode {
		on = on.Alias
	}
	switch on.Kind {
	case yaml.ScalarNode:
		w.Dispatch = on.Value == "workflow_dispatch"
		return w, nil
	case yaml.SequenceNode:
		for _, n := range on.Content {
			w.Dispatch = w.Dispatch || n.Value == "workflow_dispatch"
		}
		return w, nil
	case yaml.MappingNode:
	default:
		return w, errors.New("it does not say when it runs (on:)")
	}
	var events map[string]yaml.Node
	if err := on.Decode(&events); err != nil {
		return w, fmt.Errorf("what it says of when it runs can't be understood: %w", err)
	}
	dispatch, there := events["workflow_dispatch"]
	if w.Dispatch = there; !there || dispatch.Kind != yaml.MappingNode {
		return w, nil
	}
	var declared struct {
		Inputs map[string]struct {
			Type     string   `yaml:"type"`
			Required bool     `yaml:"required"`
			Default  *string  `yaml:"default"`
			Options  []string `yaml:"options"`
		} `yaml:"inputs"`
	}
	if err := dispatch.Decode(&declared); err != nil {
		return w, fmt.Errorf("its inputs can't be understood: %w", err)
	}
	w.Inputs = map[string]workflowInput{}
	for name, in := range declared.Inputs {
		w.Inputs[name] = workflowInput{Type: in.Type, Required: in.Required, Default: in.Default, Options: in.Options}
	}
	return w, nil
}

// echoes reports whether the run's name shows the operation's ID, the only place where it can be read afterwards.
func (w *workflowFile) echoes() bool {
	_, declared := w.Inputs[operationInput]
	return declared && strings.Contains(strings.ReplaceAll(w.RunName, " ", ""), "inputs."+operationInput)
}

// wrong is what GitHub would refuse of the inputs, each a sentence.
func (w *workflowFile) wrong(inputs map[string]string) []string {
	var all []string
	for _, name := range sorted(inputs) {
		in, declared := w.Inputs[name]
		value := inputs[name]
		switch {
		case !declared:
			all = append(all, fmt.Sprintf("it takes no input %s; it takes %s", name, list(sorted(w.Inputs))))
		case in.Type == "choice" && !slices.Contains(in.Options, value):
			all = append(all, fmt.Sprintf("its input %s takes %s, and not %s", name, list(in.Options), value))
		case in.Type == "boolean" && value != "true" && value != "false":
			all = append(all, fmt.Sprintf("its input %s takes true or false, and not %s", name, value))
		}
	}
	for _, name := range sorted(w.Inputs) {
		if in := w.Inputs[name]; in.Required && in.Default == nil {
			if _, given := inputs[name]; !given {
				all = append(all, fmt.Sprintf("its input %s is required, and deploy.inputs gives none", name))
			}
		}
	}
	return all
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
