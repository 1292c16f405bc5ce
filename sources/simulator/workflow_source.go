package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// source is the workflow's file. Where none was given it is one that does what the plan says.
func (f *Workflow) source() string {
	if f.plan.Source != "" {
		return f.plan.Source
	}
	p := &f.plan
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\n", f.Name)
	if p.RunName != "" {
		fmt.Fprintf(&b, "run-name: %s\n", expression(p.RunName))
	}
	b.WriteString("on:\n")
	if len(p.After) > 0 {
		fmt.Fprintf(&b, "  workflow_run:\n    workflows: [%s]\n", strings.Join(p.After, ", "))
	}
	for _, on := range p.On {
		f.writeEvent(&b, on)
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
func (f *Workflow) writeEvent(b *strings.Builder, on string) {
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
		list("branches", f.plan.Branches)
		list("tags", f.plan.Tags)
		list("paths-ignore", f.plan.PathsIgnore)
	case event == "workflow_dispatch":
		inputs := f.inputs()
		if len(inputs) == 0 {
			return
		}
		b.WriteString("    inputs:\n")
		for _, name := range inputs {
			kind := "string"
			if name == "environment" {
				kind = "environment"
			}
			fmt.Fprintf(b, "      %s:\n        required: true\n        type: %s\n", name, kind)
		}
	}
}

// inputs are the names that the plan's braces ask for.
func (f *Workflow) inputs() []string {
	texts := []string{f.plan.RunName, f.plan.Concurrency}
	for _, j := range f.plan.Jobs {
		texts = append(texts, j.Environment, j.Concurrency)
	}
	var names []string
	for _, text := range texts {
		for _, found := range braces().FindAllStringSubmatch(text, -1) {
			if name := found[1]; name != "ref" && name != "actor" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
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
