package simulator_test

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

type listedArtifact struct {
	ID      int64
	Name    string
	Expired bool
	Digest  string
	Size    int64 `json:"size_in_bytes"`
}

// content is what an artifact's archive holds, by name.
func (s *site) content(id int64) map[string]string {
	s.t.Helper()
	location := s.get(fmt.Sprintf("/repos/acme/api/actions/artifacts/%d/zip", id)).Header.Get("Location")
	known := s.token
	s.token = ""
	body := s.get(location).body
	s.token = known
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			s.t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			s.t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func TestJobsLeaveArtifactsBehind(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	said := func(e simulator.JobEnd) map[string]string {
		return map[string]string{"said.txt": fmt.Sprintf("%s attempt %d: %s of %d files", e.Conclusion, e.Attempt, e.Branch, len(e.Files))}
	}
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "test", Artifacts: []simulator.ArtifactPlan{{Name: "junit", Files: said, Always: true}, {Name: "coverage", Files: said, Keep: 24 * time.Hour}}},
		{Name: "docs", Conclusion: simulator.Skipped, Artifacts: []simulator.ArtifactPlan{{Name: "pages", Files: said, Always: true}}},
	}})
	api.Push(simulator.Change{Files: map[string]string{"a.go": "package a\n"}, Outcomes: simulator.Outcomes{"test": simulator.Failure}})
	run := api.Runs()[0]
	path := fmt.Sprintf("/repos/acme/api/actions/runs/%d/artifacts", run.ID)
	type list struct{ Artifacts []listedArtifact }
	if got := read[list](s, path); len(got.Artifacts) != 0 {
		t.Errorf("before the job ended: %+v", got)
	}
	s.pass(time.Hour)
	failed := read[list](s, path).Artifacts
	if len(failed) != 1 || failed[0].Name != "junit" || !strings.HasPrefix(failed[0].Digest, "sha256:") {
		t.Fatalf("a job that failed left %+v", failed)
	}
	if got := s.content(failed[0].ID)["said.txt"]; got != "failure attempt 1: main of 1 files" {
		t.Errorf("it says %q", got)
	}
	if err := run.RerunFailed("mona", nil); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Hour)
	both := read[list](s, path).Artifacts
	if len(both) != 3 || both[0].Name != "coverage" || both[1].Name != "junit" || both[2].ID != failed[0].ID {
		t.Fatalf("two attempts left %+v", both)
	}
	if got := s.content(both[1].ID)["said.txt"]; got != "success attempt 2: main of 1 files" {
		t.Errorf("the second attempt says %q", got)
	}
	s.pass(24 * time.Hour)
	if late := read[list](s, path).Artifacts; !late[0].Expired || late[1].Expired {
		t.Errorf("a day later: %+v", late)
	}
}

// The demo's coverage follows its code: where people are careless it falls.
func TestTheDemosCoverageMovesWithItsCode(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for seed := range int64(3) {
		w, _ := simulator.Demo(simulator.Options{Seed: seed, Now: func() time.Time { return now }})
		for _, r := range w.Repositories() {
			first, last := 101.0, 0.0
			for _, files := range r.MainFiles() {
				if m := simulator.Measure(files); len(m) > 0 {
					if last = m.Percent(); first > 100 {
						first = last
					}
				}
			}
			t.Logf("seed %d, %s: from %.2f %% to %.2f %%", seed, r.FullName(), first, last)
			if fell := r.FullName() == "acme/web"; fell != (last < 85) {
				t.Errorf("the coverage of %s is %.2f %%", r.FullName(), last)
			}
		}
	}
}
