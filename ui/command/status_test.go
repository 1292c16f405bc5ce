package command

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	now    = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	before = now.Add(-5 * time.Minute)
)

// sample is a report in which every field of the JSON has a value somewhere.
func sample() report {
	old := model.Release{Tag: "v2.13.3", SHA: "1111111111111111111111111111111111111111"}
	next := model.Release{Tag: "v2.14.0", SHA: "2222222222222222222222222222222222222222"}
	check := model.Check{Name: "healthz", Required: true}
	minimum, allowed, stated := 85.0, 1.0, 91.3
	var uncovered model.LineSet
	for _, line := range []int{11, 12, 13, 30} {
		uncovered.Put(line)
	}
	environment := readiness.Environment{
		Name: "production", GitHub: "Production EU", Tier: model.Production, Verdict: model.NoGo, ReadAt: before,
		Headline: "ci.yml failed on 2222222", NotApplicable: 3,
		Current:   readiness.Running{Known: true, Release: old, Since: before, Partly: next},
		Candidate: readiness.Candidate{Known: true, Release: next},
		Tests: &model.Tests{
			SHA: next.SHA, Counts: model.TestCounts{Passed: 408, Failed: 1, Errored: 1, Skipped: 3}, Flaky: 1, Duration: 90 * time.Second, Cut: true,
			Broken: []model.TestCase{
				{Class: "acme.dev/pay", Name: "TestPay", Outcome: model.TestFailed, Message: "want 3, got 4", File: "pay_test.go", Line: 12},
				{Name: "TestDial", Outcome: model.TestErrored, Flaky: true},
			},
		},
		Coverage: readiness.Coverage{
			Release: next, Base: old, Minimum: &minimum, MaxDrop: &allowed,
			Figure: readiness.Figure{Known: true, Lines: model.Covered{Hit: 821, Total: 1000}, Branches: model.Covered{Hit: 31, Total: 42}, At: before},
			Before: readiness.Figure{Known: true, Lines: model.Covered{Hit: 835, Total: 1000}, At: before},
			Patch: readiness.Patch{Known: true, Lines: model.Covered{Hit: 3, Total: 7}, Unknown: 1, Cut: true, Files: []readiness.PatchFile{
				{Path: "pay/pay.go", Lines: model.Covered{Hit: 3, Total: 7}, Uncovered: uncovered}, {Path: "pay/dial.go", Lines: model.Covered{Hit: 2, Total: 2}},
			}},
		},
		Findings: []model.Finding{{
			Gate: model.GateCI, Level: model.Required, Result: model.Fail, Why: "ci.yml failed on 2222222", Settle: "run it again", Until: now.Add(time.Hour),
			Evidence: []model.Evidence{{What: "ci.yml #74", URL: "https://github.com/acme/api/actions/runs/74", At: before, Request: "GET /repos/acme/api/actions/runs"}},
		}},
		Ship:   readiness.Shipment{Known: true, Ahead: 4, CommitsCut: true, TakenBack: 1, PullRequests: []model.PullRequest{{Number: 30}}, Items: []model.Item{{Number: 29, Repo: model.Repo{Owner: "acme", Name: "api"}}}},
		Health: model.Health{Configured: true, State: model.Degraded, Why: "healthz: slow", At: before, Checks: []model.CheckHealth{{Check: check, State: model.Degraded, Why: "slow", Sample: model.Sample{At: before, Latency: 1500 * time.Millisecond}}}},
		Behind: readiness.Behind{Known: true, Of: "staging", Commits: 4, AtLeast: true},
		Targets: []readiness.Target{
			{Release: old, Eligible: true, Healthy: 48 * time.Hour},
			{Release: next, Why: "is vetoed"},
		},
		Expected: readiness.Expected{Known: true, Median: 2 * time.Minute, P90: 3 * time.Minute, N: 12},
	}
	first := readiness.Environment{Name: "staging", GitHub: "staging", Tier: model.Other, Verdict: model.Go, Headline: "v2.14.0 can go", NotApplicable: 6, Current: readiness.Running{Known: true, None: true}}
	first.Candidate = readiness.Candidate{Known: true, Release: next}
	first.Coverage = readiness.Coverage{Release: next, Figure: readiness.Figure{Known: true, Stated: &stated, By: "codecov", At: before}}
	return report{
		sprint: sprinting(), fleet: "Acme",
		repos: map[string]string{"api": "acme/api", "gone": "acme/gone"},
		services: []readiness.Assessment{
			{Service: "api", Verdict: model.NoGo, Worst: "production", Headline: "ci.yml failed on 2222222", ReadAt: before, ValidUntil: now.Add(time.Minute), Environments: []readiness.Environment{first, environment}},
			{Service: "gone", Verdict: model.Erroneous, Headline: "acme/gone doesn't exist, or the token may not see it", Problem: model.ProblemMissing, Settle: "look at its name", Notices: []model.Text{"a notice"}},
		},
		status: board.Status{Notices: []string{"the cache was rebuilt"}, Offline: true, Why: "github.com can't be reached", Trust: "gonogo.yml is not trusted", Demo: true, Factor: 30},
	}
}

// sprinting is a sprint in which every field has a value somewhere.
func sprinting() *sprintReport {
	day, five := now.Truncate(24*time.Hour), 5.0
	merge, api := model.SHA("3333333333333333333333333333333333333333"), model.Repo{Host: "github.com", Owner: "acme", Name: "api"}
	b := &model.SprintBoard{
		Source: "acme/7", Redacted: 2, Cut: true, Seen: day.AddDate(0, 0, -5), Sprints: []model.Sprint{{ID: "14", Title: "Sprint 14", Start: day.AddDate(0, 0, -8), End: day.AddDate(0, 0, 6)}},
		Items: []model.Item{
			{
				ID: "a", Kind: model.ItemIssue, Sprint: "14", Repo: api, Number: 29, Title: "Log in with a passkey", URL: "https://github.com/acme/api/issues/29", State: "closed", Status: "Done", Done: true,
				Points: &five, Assignees: []model.Text{"mona"}, Pulls: []model.ItemChange{{Repo: api, Number: 30, State: "merged", Merge: merge}},
			},
			{ID: "b", Kind: model.ItemIssue, Sprint: "14", Repo: api, Number: 31, Title: "Payments are booked twice", State: "open", Blocker: true},
			{ID: "c", Kind: model.ItemDraft, Sprint: "14", Title: "Ask the bank"},
		},
		History: []model.ItemMoment{{At: day.AddDate(0, 0, -5), Item: "a", Sprint: "14", Points: &five}},
	}
	services := []readiness.Summary{{
		Service: "api", Repo: api, Environments: []readiness.EnvSummary{{Name: "staging"}, {Name: "production"}},
		Travels: []readiness.Travel{{Merge: merge, In: []readiness.Presence{readiness.Present, readiness.Unsure}, Why: "v2.13.3 in production has not been compared with main yet"}},
	}}
	return &sprintReport{board: &board.Board{
		Services: services, Sprint: b,
		SprintRead: model.Read{Signal: model.SignalSprint, At: before, Problem: model.ProblemNetwork, Why: "no answer"},
	}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func TestTheTable(t *testing.T) {
	var b bytes.Buffer
	if err := writeTable(&b, sample(), now); err != nil {
		t.Fatal(err)
	}
	golden(t, "status.txt", b.Bytes())
}

func TestTheJSON(t *testing.T) {
	var b bytes.Buffer
	if err := writeJSON(&b, sample(), now, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "status.json", b.Bytes())
	b.Reset()
	if err := writeJSON(&b, sample(), now, true); err != nil || bytes.Count(b.Bytes(), []byte("\n")) != 1 {
		t.Errorf("with --watch it is %d lines (%v)", bytes.Count(b.Bytes(), []byte("\n")), err)
	}
}

// Every field of the JSON is documented in the README, and none that isn't there.
func TestTheReadmeNamesEveryField(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, shape, _ := strings.Cut(string(readme), "### JSON")
	_, shape, _ = strings.Cut(shape, "```\n")
	shape, _, _ = strings.Cut(shape, "```")
	documented := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z_0-9]+`).FindAllString(shape, -1) {
		documented[word] = true
	}
	for _, not := range []string{"or", "null"} {
		delete(documented, not)
	}
	unsettled := sample()
	unsettled.sprint.board.Sprint.Sprints = nil
	data, err := json.Marshal([]any{jsonOf(sample(), now), jsonOf(unsettled, now)})
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	names(doc, written)
	if !reflect.DeepEqual(documented, written) {
		for name := range written {
			if !documented[name] {
				t.Errorf("%s is not documented", name)
			}
		}
		for name := range documented {
			if !written[name] {
				t.Errorf("%s is documented, and isn't there", name)
			}
		}
	}
}

func names(value any, into map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			into[name] = true
			names(inner, into)
		}
	case []any:
		for _, inner := range v {
			names(inner, into)
		}
	}
}

func TestTheWorstDecidesTheExitCode(t *testing.T) {
	for _, c := range []struct {
		verdicts []model.Verdict
		code     int
	}{
		{nil, ExitUnknown},
		{[]model.Verdict{model.UpToDate}, ExitGo},
		{[]model.Verdict{model.Go, model.UpToDate}, ExitGo},
		{[]model.Verdict{model.Go, model.Waiting}, ExitUnknown},
		{[]model.Verdict{model.Waiting, model.Undecided}, ExitUnknown},
		{[]model.Verdict{model.Undecided, model.NoGo, model.Go}, ExitNoGo},
		{[]model.Verdict{model.NoGo, model.Erroneous}, ExitError},
	} {
		var r report
		for _, v := range c.verdicts {
			r.services = append(r.services, readiness.Assessment{Verdict: v})
		}
		if got := exitOf(r.worst()); got != c.code {
			t.Errorf("%v exits with %d, want %d", c.verdicts, got, c.code)
		}
	}
}

func TestSelection(t *testing.T) {
	fleet := &model.Fleet{Services: []model.Service{
		{Name: "api", Environments: []model.Environment{{Name: "staging"}, {Name: "production"}}},
		{Name: "web/shop", Environments: []model.Environment{{Name: "production"}}},
	}}
	for _, c := range []struct {
		args []string
		want selection
		says string // of an error
	}{
		{nil, selection{}, ""},
		{[]string{"api"}, selection{"api": nil}, ""},
		{[]string{"api/production"}, selection{"api": {"production"}}, ""},
		{[]string{"api/production", "api/staging"}, selection{"api": {"production", "staging"}}, ""},
		{[]string{"api", "api/staging"}, selection{"api": nil}, ""},
		{[]string{"api/staging", "api"}, selection{"api": nil}, ""},
		{[]string{"web/shop"}, selection{"web/shop": nil}, ""},
		{[]string{"web"}, nil, "there are api, web/shop"},
		{[]string{"api/prod"}, nil, "it has staging, production"},
	} {
		got, err := parseSelection(fleet, c.args)
		switch {
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%v: %v doesn't say %q", c.args, err, c.says)
		case c.says == "" && (err != nil || !reflect.DeepEqual(got, c.want)):
			t.Errorf("%v selects %v (%v), want %v", c.args, got, err, c.want)
		}
	}
}

func TestOnlyTheSelectedEnvironmentsDecide(t *testing.T) {
	api := sample().services[0]
	if got := only(api, []string{"staging"}); got.Verdict != model.Go || got.Worst != "staging" || len(got.Environments) != 1 {
		t.Errorf("%s in %s", got.Verdict, got.Worst)
	}
	if got := only(api, nil); got.Verdict != model.NoGo {
		t.Errorf("all: %s", got.Verdict)
	}
}

func TestAPIRootsAreOnLoopbackOnly(t *testing.T) {
	for _, c := range []struct{ flag, says string }{
		{"github.com=http://127.0.0.1:80/x", ""},
		{"github.com=http://localhost:80", "not an address on loopback"}, // what it resolves to is somebody else's word
		{"github.com=http://mona:secret@127.0.0.1", "not an address on loopback"},
		{"github.com=http://[::1]:80", ""},
		{"github.com=https://evil.example", "not an address on loopback"},
		{"github.com=http://127.0.0.1.evil.example", "not an address on loopback"},
		{"http://127.0.0.1", "HOST=URL"},
	} {
		_, err := (&flags{roots: []string{c.flag}}).apiRoots()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.flag, err)
		}
	}
}
