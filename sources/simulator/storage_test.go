package simulator_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

func TestFilesLieOnAHostThatRefusesTokens(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "build / linux: amd64", Steps: []simulator.StepPlan{{Name: "make", Log: "hello from make"}}},
	}})
	api.Push(simulator.Change{})
	n := api.Runs()[0]
	logs := fmt.Sprintf("/repos/acme/api/actions/runs/%d/logs", n.ID)
	if r := s.get(logs); r.StatusCode != http.StatusNotFound {
		t.Errorf("logs of a run that moves: %s", r.Status)
	}
	s.pass(time.Hour)
	location := s.get(logs).Header.Get("Location")
	if !strings.HasPrefix(location, s.StorageURL()) || strings.HasPrefix(location, s.Server.URL()) {
		t.Fatalf("logs lie at %s", location)
	}
	if r := s.get(location); r.StatusCode != http.StatusBadRequest || len(s.Leaks()) != 1 || s.Leaks()[0].Token != "ghp_test" {
		t.Errorf("with a token: %s, leaks %+v", r.Status, s.Leaks())
	}
	if !strings.Contains(location, "?se=2026-03-02T13%3A01%3A00Z&sig=") {
		t.Errorf("logs lie at %s", location)
	}
	s.token = ""
	r := s.get(location)
	z, err := zip.NewReader(bytes.NewReader([]byte(r.body)), int64(len(r.body)))
	if err != nil {
		t.Fatalf("%s: %v", r.Status, err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, ", "); got != "0_build  linux amd64.txt, build  linux amd64/1_Set up job.txt, build  linux amd64/2_make.txt, build  linux amd64/3_Complete job.txt" {
		t.Errorf("the archive holds %s", got)
	}
	first, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if text, err := io.ReadAll(first); err != nil || !strings.Contains(string(text), "hello from make") {
		t.Errorf("the log is %q, %v", text, err)
	}
	if r := s.get(s.StorageURL() + "actions-results/none"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a file that never was: %s", r.Status)
	}
	s.pass(2 * time.Minute)
	if r := s.get(location); r.StatusCode != http.StatusForbidden {
		t.Errorf("the address two minutes later: %s", r.Status)
	}
	s.pass(91 * 24 * time.Hour)
	s.token = "ghp_test"
	if run, job := s.get(logs), s.get(fmt.Sprintf("/repos/acme/api/actions/jobs/%d/logs", n.JobID("build / linux: amd64"))); run.StatusCode != http.StatusGone || job.StatusCode != http.StatusGone {
		t.Errorf("logs after 91 days: %s, %s", run.Status, job.Status)
	}
	if len(s.Leaks()) != 1 {
		t.Errorf("leaks: %+v", s.Leaks())
	}
}

func TestArtifactsExpire(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml"})
	api.Push(simulator.Change{})
	a := api.Run(simulator.RunOf{Workflow: "ci.yml"}).Artifact("coverage 100%/x", map[string]string{"c.out": "mode: set"})
	path := fmt.Sprintf("/repos/acme/api/actions/artifacts/%d", a.ID)
	fresh := s.get(path + "/zip")
	s.token = ""
	r := s.get(fresh.Header.Get("Location"))
	if _, err := zip.NewReader(strings.NewReader(r.body), int64(len(r.body))); err != nil {
		t.Errorf("fresh: %s, then %s: %v", fresh.Status, r.Status, err)
	}
	s.token = "ghp_test"
	s.pass(91 * 24 * time.Hour)
	if r, got := s.get(path+"/zip"), read[struct{ Expired bool }](s, path); r.StatusCode != http.StatusGone || !got.Expired {
		t.Errorf("after 91 days: %s, %+v", r.Status, got)
	}
}
