package github_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/sources/simulator"
)

// What listens to a release is read at its tag, and what it started is found again.
func TestWhatAReleaseStarts(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, shop *shop) {
		shop.repo.Workflow(simulator.WorkflowPlan{Path: "publish.yml", On: []string{"release:released"}})
		shop.repo.Forget("publish.yml")
		files, cut, err := s.client.WorkflowFiles(background(), api, "v1.1.0")
		if err != nil || cut || !strings.Contains(files["publish.yml"], "types: ['released']") || files["deploy.yml"] == "" {
			t.Fatalf("%q, %v, %v", files, cut, err)
		}
		release := must[model.SHA](t)(s.client.TagSHA(background(), api, "v1.1.0"))
		if before := must[[]model.Run](t)(s.client.ReleaseRuns(background(), api)); len(before) != 0 {
			t.Errorf("before: %+v", before)
		}
		state, err := s.client.ReleaseAt(background(), api, "v1.1.0")
		if err != nil || !state.Prerelease {
			t.Fatalf("%+v, %v", state, err)
		}
		if public, err := s.client.Publish(background(), api, state.ID, "v1.1.0"); err != nil || !public {
			t.Fatal(public, err)
		}
		made := must[[]model.Run](t)(s.client.ReleaseRuns(background(), api))
		if len(made) != 1 || made[0].Branch != "v1.1.0" || made[0].SHA != release || made[0].Event != "release" || made[0].Actor != "octocat" {
			t.Errorf("%+v", made)
		}
	})
}

// A repository may have no workflows, and more than anybody reads.
func TestWorkflowFilesAreBounded(t *testing.T) {
	s := open(t, simulator.Options{}, func(w *simulator.World) {
		r := w.Repository(api.FullName())
		r.Push(simulator.Change{Branch: "none"})
		many := map[string]string{".github/workflows/readme.md": "x", ".github/workflows/folder/x.yml": "on: push"}
		for i := range 51 {
			many[fmt.Sprintf(".github/workflows/w%02d.yaml", i)] = "on: push"
		}
		r.Push(simulator.Change{Files: many})
	})
	if files, cut, err := s.client.WorkflowFiles(background(), api, "none"); err != nil || cut || len(files) != 0 {
		t.Errorf("%v, %v, %v", files, cut, err)
	}
	files, cut, err := s.client.WorkflowFiles(background(), api, "main")
	var names []string
	for name := range files {
		names = append(names, name)
	}
	if slices.Sort(names); err != nil || !cut || len(names) != 50 || names[49] != "w49.yaml" {
		t.Errorf("%q, %v, %v", names, cut, err)
	}
}
