package github_test

import (
	"slices"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

func TestReadWorkflowsTheirFilesAndOneRun(t *testing.T) {
	editions(t, func(t *testing.T, s *stage, sh *shop) {
		gone := sh.repo.Workflow(simulator.WorkflowPlan{Path: "old.yml", On: []string{"push"}})
		gone.Disable()
		list := must[github.Reading[[]github.Workflow]](t)(s.client.Workflows(background(), api, nil))
		var got []string
		for _, w := range list.Value {
			if w.Active {
				got = append(got, w.File()+" "+string(w.Name))
			}
		}
		if !slices.Equal(got, []string{"ci.yml CI", "deploy.yml deploy"}) || len(list.Value) != 3 {
			t.Errorf("workflows: %+v", list.Value)
		}
		again := must[github.Reading[[]github.Workflow]](t)(s.client.Workflows(background(), api, list.Validators))
		if !again.Unchanged {
			t.Error("nothing changed")
		}
		for _, ref := range []string{"", "main", "v1.0.0"} {
			file := must[github.Reading[string]](t)(s.client.File(background(), api, ".github/workflows/deploy.yml", ref, nil))
			if !strings.Contains(file.Value, "workflow_dispatch:") {
				t.Errorf("at %q: %s", ref, file.Value)
			}
		}
		_, err := s.client.File(background(), api, ".github/workflows/none.yml", "", nil)
		if p := problem(t, err, model.ProblemMissing); !strings.Contains(p.Error(), "acme/api has no .github/workflows/none.yml") {
			t.Error(p)
		}
		_, err = s.client.File(background(), api, ".github/workflows", "", nil)
		problem(t, err, model.ProblemMalformed)
		run := must[github.Reading[model.Run]](t)(s.client.Run(background(), api, sh.failed.ID, nil))
		if run.Value.ID != sh.failed.ID || run.Value.File() != "ci.yml" || run.Value.Conclusion != model.Failure {
			t.Errorf("the run: %+v", run.Value)
		}
		_, err = s.client.Run(background(), api, 1, nil)
		problem(t, err, model.ProblemMissing)
	})
}
