package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/sources/workflow"
)

// told writes a file in one line.
func told(f *workflow.File) string {
	var b strings.Builder
	for _, e := range f.Events {
		fmt.Fprintf(&b, "on %s%v ", e.Name, e.Types)
	}
	for _, in := range f.Inputs {
		given := "nothing"
		if in.Default != nil {
			given = fmt.Sprintf("%q", *in.Default)
		}
		fmt.Fprintf(&b, "in %s %s required=%t default=%s%v ", in.Name, in.Type, in.Required, given, in.Options)
	}
	for _, j := range f.Jobs {
		fmt.Fprintf(&b, "job %q if=%t %s ", j.Environment, j.Conditional, j.Elsewhere)
	}
	return strings.TrimSpace(b.String() + f.RunName)
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"on: push", "on push[]"},
		{"on: [push, release]\nrun-name: Deploy ${{ inputs.v }}", "on push[] on release[] Deploy ${{ inputs.v }}"},
		{"on: {release: {types: [released]}}", "on release[released]"},
		{"on: {release: {types: released}}", "on release[released]"},
		{"on: {release: , push: {branches: [main]}}", "on release[] on push[]"},
		{"x: &t [released, published]\non: {release: {types: *t}}", "on release[released published]"},
		{"on: {workflow_dispatch: {inputs: {b: {type: boolean, default: true}, a: {required: true, default: ''}, c: {type: choice, options: [x, y], default: null}}}}",
			`on workflow_dispatch[] in b boolean required=false default="true"[] in a string required=true default=""[] in c choice required=false default=nothing[x y]`},
		{"on: {workflow_dispatch: {inputs: [a]}}", "on workflow_dispatch[]"},
		{"on: push\njobs: {a: {environment: production}, b: {environment: {name: staging, url: 'https://x'}, if: 'false'}, c: {uses: ./x.yml}, d: {}}",
			`on push[] job "production" if=false  job "staging" if=true  job "" if=false ./x.yml job "" if=false`},
		{"true: push", "it does not say when it runs (on:)"},
		{"", "it is empty"},
		{"]", "it is no YAML that can be understood"},
		{"- on", "it does not say when it runs (on:)"},
	} {
		f, err := workflow.Read(c.text)
		got := told(&f)
		if err != nil {
			got = err.Error()
		}
		if got != c.want && (err == nil || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s\n  is read as %s\n  instead of %s", c.text, got, c.want)
		}
	}
}

func TestWhatStartsIt(t *testing.T) {
	f, err := workflow.Read("on: {release: {types: [released]}, push: }")
	if err != nil || !f.On("push") || !f.On("release") || f.On("workflow_dispatch") {
		t.Errorf("%+v, %v", f, err)
	}
	if types, ok := f.Activities("push"); !ok || types != nil {
		t.Errorf("%v, %v", types, ok)
	}
	if _, ok := f.Activities("workflow_dispatch"); ok {
		t.Error("it is started by what it doesn't name")
	}
}

// Whatever a file holds, it is read or refused.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"on: push", "a: &a [*a]", "on: &a {x: *a}", "on: {workflow_dispatch: {inputs: {a: {options: {}}}}}", "on: !!binary x", "jobs: {a: {environment: {name: [x]}}}\non: x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := workflow.Read(text); err == nil {
			_ = told(&w)
		}
	})
}
