package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What a release needs to be deployed once more: the workflow as its commit has it, and the artifact.

// OperationInput is the input by which an operation's ID travels, where a workflow declares it.
const OperationInput = "gonogo_operation"

// Dispatch is what a workflow's file says at a commit of how it is dispatched. It never changes.
type Dispatch struct {
	File    string // as the configuration names it
	SHA     SHA
	Missing bool // there is no such file
	Flaw    Text // why it can't be understood; empty: it can
	Takes   bool // it has workflow_dispatch
	Inputs  []DispatchInput
}

// DispatchInput is one that a workflow takes. Its texts are as the file has them: nobody may draw them uncleaned.
type DispatchInput struct {
	Name     string
	Type     string // string where the file doesn't say
	Required bool
	Default  bool // it has one
	Options  []string
}

// Input finds an input by its name.
func (d *Dispatch) Input(name string) (DispatchInput, bool) {
	for _, in := range d.Inputs {
		if in.Name == name {
			return in, true
		}
	}
	return DispatchInput{}, false
}

// Refuses is why GitHub would refuse a dispatch with these inputs, each a sentence that goes on after the workflow's name.
func (d *Dispatch) Refuses(inputs map[string]string) []string {
	switch {
	case d.Missing:
		return []string{"it doesn't exist"}
	case d.Flaw != "":
		return []string{string(d.Flaw)}
	case !d.Takes:
		return []string{"it has no workflow_dispatch"}
	}
	return d.wrong(inputs)
}

// Fill works out the inputs of a dispatch, and says what can't be.
func (d *Dispatch) Fill(configured map[string]string, v Values) (inputs map[string]string, problems []string) {
	inputs = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(configured)) {
		value, err := Expand(configured[name], v)
		if err != nil {
			problems = append(problems, fmt.Sprintf("input %s: %v", name, err))
			continue
		}
		inputs[name] = value
	}
	if _, takes := d.Input(OperationInput); takes {
		inputs[OperationInput] = v.Operation
	}
	return inputs, problems
}

func (d *Dispatch) wrong(inputs map[string]string) []string {
	var all []string
	names := make([]string, 0, len(d.Inputs))
	for _, in := range d.Inputs {
		names = append(names, in.Name)
	}
	slices.Sort(names)
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		in, declared := d.Input(name)
		value := inputs[name]
		switch {
		case !declared:
			all = append(all, fmt.Sprintf("it takes no input %s; it takes %s", name, listed(names)))
		case in.Type == "choice" && !slices.Contains(in.Options, value):
			all = append(all, fmt.Sprintf("its input %s takes %s, and not %s", name, listed(in.Options), value))
		case in.Type == "boolean" && value != "true" && value != "false":
			all = append(all, fmt.Sprintf("its input %s takes true or false, and not %s", name, value))
		}
	}
	for _, name := range names {
		in, _ := d.Input(name)
		if _, given := inputs[name]; in.Required && !in.Default && !given {
			all = append(all, fmt.Sprintf("its input %s is required, and deploy.inputs gives none", name))
		}
	}
	return all
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Needed is whether what a release needs to be deployed once more is still there.
type Needed struct {
	Subject string // what was looked for, of which release: readiness.ArtifactSubject
	There   bool
	Why     Text      // what is gone, where it is: "its release has no asset api-*.tar.gz"
	Until   time.Time // when GitHub lets it expire; zero: it doesn't, or that isn't told
}
