package operate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/sources/workflow"
)

// operationInput is the input by which an operation's ID travels, where a workflow declares it.
const operationInput = "gonogo_operation"

// echoes reports whether the run's name shows the operation's ID, the only place where it can be read afterwards.
func echoes(w *workflow.File) bool {
	_, declared := w.Input(operationInput)
	return declared && strings.Contains(strings.ReplaceAll(w.RunName, " ", ""), "inputs."+operationInput)
}

// wrong is what GitHub would refuse of the inputs of a dispatch, each a sentence.
func wrong(w *workflow.File, inputs map[string]string) []string {
	var all []string
	names := make([]string, 0, len(w.Inputs))
	for _, in := range w.Inputs {
		names = append(names, in.Name)
	}
	slices.Sort(names)
	for _, name := range sorted(inputs) {
		in, declared := w.Input(name)
		value := inputs[name]
		switch {
		case !declared:
			all = append(all, fmt.Sprintf("it takes no input %s; it takes %s", name, list(names)))
		case in.Type == "choice" && !slices.Contains(in.Options, value):
			all = append(all, fmt.Sprintf("its input %s takes %s, and not %s", name, list(in.Options), value))
		case in.Type == "boolean" && value != "true" && value != "false":
			all = append(all, fmt.Sprintf("its input %s takes true or false, and not %s", name, value))
		}
	}
	for _, name := range names {
		if in, _ := w.Input(name); in.Required && in.Default == nil {
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
