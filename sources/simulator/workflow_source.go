package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// source is the workflow's file by one of its plans. Where none was given it is one that does what the plan says.
func (f *Workflow) source(p *WorkflowPlan) string {
	if p.Source != "" {
		return p.Source
	}
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\n", p.Name)
	if p.RunName != "" {
		fmt.Fprintf(&b, "run-name: %s\n", expression(p.RunName))
	}
	b.WriteString("on:\n")
	if len(p.After) > 0 {
		fmt.Fprintf(&b, "  workflow_run:\n    workflows: [%s]\n", strings.Join(p.After, ", "))
	}
	for _, on := range p.On {
		p.writeEvent(&b, on)
	}
	if p.Concurrency != "" {
		fmt.Fprintf(&b, "concurrency: %s\n", expression(p.Concurrency))
	}
	b.WriteString("jobs:\n")
	for i, j := range p.Jobs {
		fmt.Fprintf(&b, "  job%d:\n    name: %s\n    runs-on: ubuntu-latest\n", i+1, j.Name)
		if j.Environment != "" {
			fmt.Fprintf(&b, "    environment: %s\n", expression(j.Environment))
		}
		b.WriteString("    steps:\n      - uses: actions/checkout@v5\n")
		for _, s := range j.Steps {
			fmt.Fprintf(&b, "      - name: %s\n        run: make\n", s.Name)
		}
	}
	return b.String()
}

// writeEvent writes one of the events that start the workflow, as Workflow syntax has it (GitHub docs, "Workflow syntax
// for GitHub Actions", on).
func (p *WorkflowPlan) writeEvent(b *strings.Builder, on string) {
	event, activity, some := strings.Cut(on, ":")
	fmt.Fprintf(b, "  %s:\n", event)
	list := func(key string, values []string) {
		if len(values) > 0 {
			fmt.Fprintf(b, "    %s: ['%s']\n", key, strings.Join(values, "', '"))
		}
	}
	switch {
	case some:
		list("types", []string{activity})
	case event == "push":
		list("branches", p.Branches)
		list("tags", p.Tags)
		list("paths-ignore", p.PathsIgnore)
	case event == "workflow_dispatch":
		inputs := p.inputs()
		if len(inputs) == 0 {
			return
		}
		b.WriteString("    inputs:\n")
		for _, i := range inputs {
			i.write(b)
		}
	}
}

// InputPlan is an input of workflow_dispatch.
type InputPlan struct {
	Name     string
	Type     string // string unless set
	Required bool
	Default  string
	Options  []string // of a choice
}

func (i InputPlan) write(b *strings.Builder) {
	fmt.Fprintf(b, "      %s:\n        required: %t\n        type: %s\n", i.Name, i.Required, i.Type)
	if i.Default != "" {
		fmt.Fprintf(b, "        default: '%s'\n", i.Default)
	}
	if len(i.Options) > 0 {
		fmt.Fprintf(b, "        options: ['%s']\n", strings.Join(i.Options, "', '"))
	}
}

// inputs are those that the plan declares, else what its braces ask for.
func (p *WorkflowPlan) inputs() []InputPlan {
	if p.Inputs != nil {
		return p.Inputs
	}
	texts := []string{p.RunName, p.Concurrency}
	for _, j := range p.Jobs {
		texts = append(texts, j.Environment, j.Concurrency)
	}
	var all []InputPlan
	for _, text := range texts {
		for _, found := range braces().FindAllStringSubmatch(text, -1) {
			name := found[1]
			if name == "ref" || name == "actor" || name == "sha" || slices.ContainsFunc(all, func(i InputPlan) bool { return i.Name == name }) {
				continue
			}
			i := InputPlan{Name: name, Type: "string", Required: true}
			switch name {
			case "environment":
				i.Type = "environment"
			case "gonogo_operation":
				i.Required = false
			}
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(a, b InputPlan) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func braces() *regexp.Regexp { return regexp.MustCompile(`\{([a-z_]+)\}`) }

// expression writes a plan's braces as GitHub's.
func expression(text string) string {
	return braces().ReplaceAllStringFunc(text, func(s string) string {
		name := s[1 : len(s)-1]
		if name == "ref" || name == "actor" {
			return "${{ github." + name + " }}"
		}
		return "${{ inputs." + name + " }}"
	})
}
