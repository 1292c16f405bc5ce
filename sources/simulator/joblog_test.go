package simulator_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"gonogo/sources/simulator"
)

// logOf is a job's log as the storage hands it out.
func (s *site) logOf(job int64) reply {
	s.t.Helper()
	location := s.get(fmt.Sprintf("/repos/acme/api/actions/jobs/%d/logs", job)).Header.Get("Location")
	token := s.token
	s.token = ""
	defer func() { s.token = token }()
	return s.get(location)
}

func TestALogIsWrittenAsRunnersWriteIt(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
		{Name: "test", Steps: []simulator.StepPlan{{Name: "Run actions/checkout@v5"}, {Name: "Unit tests", Conclusion: simulator.Failure}, {Name: "Upload"}}},
		{Name: "windows", Labels: []string{"windows-2025"}, Steps: []simulator.StepPlan{{Name: "build", Log: "one\ntwo", Lines: 3}}},
	}})
	api.Push(simulator.Change{})
	n := api.Runs()[0]
	first := n.JobID("test")
	s.pass(20 * time.Second)
	if r := s.logOf(first); r.StatusCode != http.StatusNotFound || !strings.Contains(r.body, "BlobNotFound") {
		t.Errorf("while the job runs: %s %s", r.Status, r.body)
	}
	s.pass(time.Hour)
	text, marked := strings.CutPrefix(s.logOf(first).body, "\ufeff")
	if !marked {
		t.Error("no byte order mark at its start")
	}
	stamped := regexp.MustCompile(`^2026-03-02T\d\d:\d\d:\d\d\.\d{7}Z `)
	last, open := "", 0
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !stamped.MatchString(line) || line < last && line[:28] < last[:28] {
			t.Fatalf("line %d has no moment, or one before the last: %q", i+1, line)
		}
		last = line
		switch {
		case strings.Contains(line, "Z ##[group]"):
			open++
		case strings.Contains(line, "Z ##[endgroup]"):
			open--
		}
		if open < 0 || open > 1 {
			t.Fatalf("line %d: %d groups are open", i+1, open)
		}
	}
	for _, want := range []string{"##[group]Run actions/checkout@v5", "##[command]/usr/bin/git version", "##[warning]", "\x1b[31m--- FAIL: ", "##[error]Process completed with exit code 1."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the log", want)
		}
	}
	windows := s.logOf(n.JobID("windows")).body
	if strings.Count(windows, "\n") != strings.Count(windows, "\r\n") || !strings.Contains(windows, "Z two\r\n") || strings.Count(windows, " module ") != 3 {
		t.Errorf("a log of Windows is %q", windows)
	}
	if err := n.Rerun("mona", simulator.Outcomes{"test": simulator.Success}); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Hour)
	if again := n.JobID("test"); again == first || s.logOf(again).body == text || !strings.Contains(s.logOf(first).body, text) {
		t.Error("each attempt's job has a number and a log of its own")
	}
}

func TestAJobThatNeverRanHasNoLog(t *testing.T) {
	s := world(t)
	api := s.Repository("acme/api")
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{{Name: "build"}}})
	api.Push(simulator.Change{Outcomes: simulator.Outcomes{"build": simulator.Skipped}})
	s.pass(time.Hour)
	if r := s.logOf(api.Runs()[0].JobID("build")); r.StatusCode != http.StatusNotFound {
		t.Errorf("of a skipped job: %s", r.Status)
	}
}
