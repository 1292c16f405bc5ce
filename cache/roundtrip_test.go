package cache

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
)

// What goes in comes out: every field of every entity, by filling each with something.
func TestFactsComeBackAsTheyWereWritten(t *testing.T) {
	c := fresh(t)
	s := api("api")
	later := noon.Add(1234 * time.Millisecond)
	value := 0.25
	want := readiness.Facts{
		Service:    s,
		Freezes:    []model.Freeze{{Reason: "no weekend releases"}},
		Repository: model.Repository{FullName: "acme/api2", DefaultBranch: "main", Archived: true, Empty: true, Private: true, PushedAt: later, CanWrite: true, URL: "https://github.com/acme/api2"},
		Branch:     model.Branch{Name: "main", Head: model.Commit{SHA: sha(3), Parents: []model.SHA{sha(1), sha(2)}, Title: "Merge", Author: "octocat", At: later, URL: "https://x"}},
		Releases: []model.Release{
			{Tag: "v2", SHA: sha(2), Name: "Two", Channel: model.Public, PublishedAt: later, Author: "a", URL: "u"},
			{SHA: sha(1), Draft: true, Channel: model.Internal, PublishedAt: noon},
		},
		Deployments: []model.Deployment{
			{ID: 9, Environment: "production eu", SHA: sha(2), Ref: "v2", Task: "deploy", Transient: true, Production: true, Creator: "a", CreatedAt: later, UpdatedAt: later, Description: "d", Payload: `{"a":1}`, StatusesRead: true, RunID: 8, RunName: "n", RunDone: true, URL: "u", Statuses: []model.DeploymentStatus{{ID: 1, State: model.DeploymentSuccess, At: later, Creator: "a", Description: "d", LogURL: "l", EnvironmentURL: "e"}}},
			{ID: 7, Environment: "staging", SHA: sha(1), CreatedAt: noon},
		},
		Protections: []model.Protection{{Environment: "staging", Exists: true, Reviewers: []model.Reviewer{{Type: "Team", Name: "ops"}}, PreventSelfReview: true, WaitTimer: time.Hour, AdminsBypass: true, Policy: model.PolicyCustom, Patterns: []model.PolicyPattern{{Name: "v*", Type: "tag"}}, PatternsRead: true, Custom: []model.Text{"gate"}, URL: "u"}},
		Runs: []model.Run{
			{ID: 5, Workflow: ".github/workflows/ci.yml", WorkflowName: "CI", WorkflowID: 2, Title: "t", Number: 3, Attempt: 4, Event: "push", Branch: "b", SHA: sha(2), HeadRepo: "fork/api", Actor: "a", Status: model.StatusWaiting, CreatedAt: later, StartedAt: later, UpdatedAt: later, URL: "u"},
			{ID: 4, SHA: sha(1), Status: model.StatusCompleted, Conclusion: model.Failure, CreatedAt: noon},
		},
		Checks:      []model.CommitCheck{{SHA: sha(2), Name: "buildkite/api", App: "app", FromActions: true, Status: model.StatusCompleted, Conclusion: model.Success, Summary: "s", StartedAt: noon, CompletedAt: later, URL: "u"}},
		Commits:     map[model.SHA]readiness.CommitPaths{sha(2): {Commit: model.Commit{SHA: sha(2), Title: "t"}, Paths: []string{"docs/a.md"}, Cut: true}},
		Comparisons: []model.Comparison{{Base: sha(1), Head: sha(2), Status: "diverged", Ahead: 2, Behind: 1, Commits: []model.Commit{{SHA: sha(2), Title: "t", At: noon}}, PullRequests: []model.PullRequest{{Number: 1, Title: "t", Author: "a", URL: "u"}}, Paths: []string{"a", "b"}, CommitsCut: true, PathsCut: true, URL: "u", Files: []model.FileChange{{Path: "a", Known: true, Added: []model.Lines{{From: 3, To: 9}, {From: 70, To: 70}}}, {Path: "b"}}}},
		Pending:     []model.PendingDeployment{{RunID: 5, Environment: "staging", Reviewers: []model.Reviewer{{Type: "User", Name: "a"}}, CanApprove: true, WaitTimer: time.Minute, WaitSince: noon}},
		Marks: []operation.Mark{
			{Kind: operation.MarkLock, Operation: "o", Owner: "a", Service: "api", Environment: "staging", SHA: "s", Item: "i", Reason: "r", Since: noon, Expiry: later, Journal: "j", Ref: "refs/gonogo/lock/api/staging", Object: "o1"},
			{Kind: operation.MarkVeto, Ref: "refs/gonogo/veto/api/s", Object: "o2", Flaw: "the mark holds no JSON"},
		},
		Samples:    []model.Sample{{Service: "api", Environment: "staging", Check: "http:1", At: later, State: model.Degraded, Latency: 41 * time.Millisecond, Value: &value, Version: "2", Reason: "slow", Unreachable: true, Span: time.Minute}},
		Dispatches: []model.Dispatch{{File: "deploy.yml", SHA: sha(1), Missing: true, Flaw: "f", Takes: true, Inputs: []model.DispatchInput{{Name: "n", Type: "choice", Required: true, Default: true, Options: []string{"a", "b"}}, {Name: "m"}}}},
		Needed:     []model.Needed{{Subject: string(sha(1)) + " v1 actions bundle", There: true, Why: "w", Until: later}},
		Reads: []model.Read{
			{Signal: model.SignalDispatch, Subject: readiness.DispatchSubject("deploy.yml", sha(1)), At: noon},
			{Signal: model.SignalArtifact, Subject: string(sha(1)) + " v1 actions bundle", At: noon},
			{Signal: model.SignalCommitChecks, Subject: string(sha(2)), At: noon},
			{Signal: model.SignalCommit, Subject: string(sha(2)), At: noon},
			{Signal: model.SignalComparison, Subject: readiness.ComparisonSubject(sha(1), sha(2)), At: noon},
			{Signal: model.SignalRuns, At: noon, TriedAt: later, Problem: model.ProblemLimit, Why: "w", Until: later, Cut: true, Request: "GET /x"},
		},
		Viewer: "octocat",
	}
	write(t, c, func(tx *Tx) error {
		for _, r := range want.Reads {
			must(t, tx.PutRead(s, r))
		}
		must(t, tx.PutRepository(s, want.Repository))
		must(t, tx.PutBranch(s, want.Branch))
		must(t, tx.PutReleases(s, want.Releases))
		must(t, tx.PutDeployments(s, want.Deployments, true))
		must(t, tx.PutProtections(s, want.Protections))
		must(t, tx.PutRuns(s, want.Runs))
		must(t, tx.PutCommitChecks(s, sha(2), want.Checks))
		must(t, tx.PutCommit(s, want.Commits[sha(2)]))
		must(t, tx.PutComparison(s, want.Comparisons[0]))
		must(t, tx.PutDispatch(s, want.Dispatches[0]))
		must(t, tx.PutNeeded(s, want.Needed[0]))
		must(t, tx.PutPending(s, 5, want.Pending))
		must(t, tx.PutMarks(s, want.Marks))
		must(t, tx.PutSamples(s, want.Samples))
		return tx.PutViewer("github.com", "octocat")
	})
	got, err := c.Facts(t.Context(), s, want.Freezes)
	must(t, err)
	sort := cmpopts.SortSlices(func(a, b model.Read) bool { return a.Signal < b.Signal })
	if d := cmp.Diff(want, got, sort, cmpopts.IgnoreUnexported(readiness.Facts{})); d != "" {
		t.Errorf("(-written +read)\n%s", d)
	}
}

func TestJobsComeBackAsTheyWereWritten(t *testing.T) {
	c := fresh(t)
	s := api("api")
	want := []model.Job{{ID: 1, RunID: 5, Attempt: 2, Name: "build", Status: model.StatusCompleted, Conclusion: model.Failure, CreatedAt: noon, StartedAt: noon, CompletedAt: noon, Runner: "r", URL: "u", Steps: []model.Step{{Number: 1, Name: "test", Status: model.StatusCompleted, Conclusion: model.Failure, StartedAt: noon, CompletedAt: noon}}}}
	write(t, c, func(tx *Tx) error { return tx.PutJobs(s, 5, want) })
	got, err := c.Jobs(t.Context(), s, 5)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("(-written +read)\n%s%v", d, err)
	}
}

func TestReportsComeBackAsTheyWereWritten(t *testing.T) {
	c := fresh(t)
	s := api("api")
	s.Coverage, s.Tests = &model.CoverageRule{}, &model.TestsRule{}
	coverage, tests := someCoverage(sha(2), 30), someTests(sha(2), 40)
	flaw := model.ReportProblem{SHA: sha(2), Kind: "tests", Source: tests.Sources[0], Why: "junit.xml, line 3: no such thing", Lost: true}
	stated := 85.25
	status := model.Coverage{SHA: sha(1), Origin: model.CoverageStatus, Stated: &stated, At: noon}
	write(t, c, func(tx *Tx) error {
		for _, subject := range []model.SHA{sha(1), sha(2)} {
			must(t, tx.PutRead(s, model.Read{Signal: model.SignalReports, Subject: string(subject), At: noon, TriedAt: noon}))
		}
		must(t, tx.PutComparison(s, model.Comparison{Base: sha(1), Head: sha(2), Status: "ahead", Ahead: 1, Paths: []string{"README.md", "pkg/file003.go", "pkg/file007.go"}}))
		must(t, tx.PutRead(s, model.Read{Signal: model.SignalComparison, Subject: readiness.ComparisonSubject(sha(1), sha(2)), At: noon}))
		must(t, tx.PutCoverage(s, status, "main", noon.Add(-time.Hour)))
		must(t, tx.PutCoverage(s, model.Coverage{SHA: sha(1)}, "main", noon)) // what is stated stands, though no report was found
		must(t, tx.DropCoverage(s, sha(1)))
		must(t, tx.PutCoverage(s, model.Coverage{SHA: sha(3)}, "main", noon))
		must(t, tx.PutCoverage(s, coverage, "main", noon))
		must(t, tx.PutCoverage(s, model.Coverage{SHA: sha(2), Origin: model.CoverageStatus, Stated: &stated}, "main", noon))
		must(t, tx.PutCoverageFiles(s, sha(2), coverage.Files))
		must(t, tx.PutTests(s, tests))
		must(t, tx.PutReport(s, someReport(7, sha(2))))
		return tx.PutReportFlaws(s, sha(2), []model.ReportProblem{flaw})
	})
	f, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	want := coverage
	want.Files = []model.FileCoverage{coverage.Files[3], coverage.Files[7]} // those that the comparison changed
	byCommit := cmpopts.SortSlices(func(a, b model.Coverage) bool { return a.SHA < b.SHA })
	if d := cmp.Diff([]model.Coverage{status, want}, f.Coverage, byCommit); d != "" {
		t.Errorf("coverage (-written +read)\n%s", d)
	}
	if d := cmp.Diff([]model.Tests{tests}, f.Tests); d != "" {
		t.Errorf("tests (-written +read)\n%s", d)
	}
	if d := cmp.Diff([]model.ReportProblem{flaw}, f.ReportFlaws); d != "" {
		t.Errorf("flaws (-written +read)\n%s", d)
	}
	files, err := c.CoverageFiles(t.Context(), s, sha(2))
	if d := cmp.Diff(coverage.Files, files); d != "" || err != nil {
		t.Errorf("files (-written +read)\n%s%v", d, err)
	}
	list, err := c.Reports(t.Context(), s, sha(2))
	if d := cmp.Diff([]Report{someReport(7, sha(2))}, list); d != "" || err != nil {
		t.Errorf("artifacts (-written +read)\n%s%v", d, err)
	}
	points, err := c.CoverageHistory(t.Context(), s, noon.Add(-time.Hour))
	if d := cmp.Diff([]model.CoveragePoint{
		{SHA: sha(1), Branch: "main", At: noon.Add(-time.Hour), Origin: model.CoverageStatus, Stated: &stated},
		{SHA: sha(2), Branch: "main", At: noon, Origin: model.CoverageReport, Lines: coverage.Lines, Branches: coverage.Branches},
	}, points); d != "" || err != nil {
		t.Errorf("history (-written +read)\n%s%v", d, err)
	}
	if known, err := c.CoverageKnown(t.Context(), s); err != nil || len(known) != 3 || !known[sha(3)] {
		t.Errorf("it is known of %v, %v", known, err)
	}
	s.Coverage, s.Tests = nil, nil
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Coverage)+len(f.Tests)+len(f.ReportFlaws) > 0 {
		t.Errorf("a service without rules has reports: %d, %d, %d, %v", len(f.Coverage), len(f.Tests), len(f.ReportFlaws), err)
	}
}

// Reports of a run that was run again replace the former ones whole.
func TestReportsAreReplacedWhole(t *testing.T) {
	c := fresh(t)
	s := api("api")
	s.Coverage = &model.CoverageRule{}
	write(t, c, func(tx *Tx) error {
		must(t, tx.PutRead(s, model.Read{Signal: model.SignalReports, Subject: string(sha(2)), At: noon}))
		must(t, tx.PutCoverage(s, someCoverage(sha(2), 5), "main", noon))
		must(t, tx.PutCoverageFiles(s, sha(2), someCoverage(sha(2), 5).Files))
		must(t, tx.PutReportFlaws(s, sha(2), []model.ReportProblem{{Why: "cut off"}}))
		must(t, tx.PutCoverageFiles(s, sha(2), someCoverage(sha(2), 2).Files))
		return tx.PutReportFlaws(s, sha(2), nil)
	})
	files, err := c.CoverageFiles(t.Context(), s, sha(2))
	f, more := c.Facts(t.Context(), s, nil)
	if err != nil || more != nil || len(files) != 2 || len(f.ReportFlaws) != 0 || len(f.Coverage) != 1 {
		t.Errorf("%d files, %d flaws, %d coverages; %v %v", len(files), len(f.ReportFlaws), len(f.Coverage), err, more)
	}
	write(t, c, func(tx *Tx) error {
		must(t, tx.DropTests(s, sha(2)))
		return tx.DropCoverage(s, sha(2))
	})
	files, err = c.CoverageFiles(t.Context(), s, sha(2))
	if f, more := c.Facts(t.Context(), s, nil); err != nil || more != nil || len(files) != 0 || len(f.Coverage) != 0 {
		t.Errorf("%d files and %d coverages are left; %v %v", len(files), len(f.Coverage), err, more)
	}
}

func TestSummariesComeBackForTheirConfigurationOnly(t *testing.T) {
	c := fresh(t)
	want := someSummary("api")
	write(t, c, func(tx *Tx) error { return tx.PutAssessment("this", want) })
	got, err := c.Assessments(t.Context(), "this")
	if d := cmp.Diff([]readiness.Summary{want}, got); d != "" || err != nil {
		t.Errorf("(-written +read)\n%s%v", d, err)
	}
	e := encode()
	for i := range want.Environments {
		encodeCoverageSummary(e, &want.Environments[i].Coverage)
	}
	blob := encodeSummary(want)
	blob = blob[:len(blob)-len(e.buf)+1]
	if got, ok := decodeSummary(blob); !ok || len(got.Travels) != 2 || got.Environments[1].Coverage.Why != "" {
		t.Errorf("a summary of before coverage was told of isn't read: %+v", got)
	}
	old := want
	old.Travels, old.Environments = nil, nil
	blob = encodeSummary(old)
	if got, ok := decodeSummary(blob[:len(blob)-1]); !ok || got.Headline != want.Headline {
		t.Errorf("a summary of before the sprint was told of isn't read: %+v", got)
	}
	if got, err := c.Assessments(t.Context(), "another"); err != nil || len(got) != 0 {
		t.Errorf("another configuration sees %v, %v", got, err)
	}
}

// A blob that was cut or changed is as good as none; it never panics and never allocates what it claims to hold.
func FuzzBlobs(f *testing.F) {
	f.Add(encodeSummary(someSummary("api")))
	f.Add(encodeComparison(someComparison(sha(1), sha(2), 3)))
	f.Add(encodeStatuses(someDeployments(1, 0)[0].Statuses))
	f.Add(encodeTests(someTests(sha(1), 3)))
	f.Add(encodeItem(&full().Items[0]))
	f.Add(encodeSprints(full().Sprints))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, blob []byte) {
		decodeSummary(blob)
		decodeComparison(blob)
		decodeJobs(blob, 1)
		decodeChecks(blob, "")
		decodePending(blob, 1)
		decodeProtection(blob)
		takeFlaws(decode(blob), "")
		decodeFile(decode(blob), &model.FileCoverage{})
		decodeCoverage(decode(blob))
		decodeTests(blob)
		decodeItem(blob)
		decodeSprints(blob)
		if list, ok := decodeStatuses(blob); !ok && list != nil {
			t.Error("half a list")
		}
	})
}

// A service that comes to mean another repository must not be judged by the old one's facts.
func TestAnotherRepositoryIsAnotherService(t *testing.T) {
	c := fresh(t)
	s := api("api")
	typical(t, c, s)
	for what, change := range map[string]func(*model.Service){
		"repository":             func(s *model.Service) { s.Repo.Name = "other" },
		"host":                   func(s *model.Service) { s.Repo.Host = "ghe.acme.dev" },
		"branch":                 func(s *model.Service) { s.Branch = "release" },
		"tags":                   func(s *model.Service) { s.Tags = "api/v*" },
		"repository of deployes": func(s *model.Service) { s.Deploy.Repo = model.Repo{Host: "github.com", Owner: "acme", Name: "ops"} },
	} {
		other := api("api")
		change(&other)
		if f, err := c.Facts(t.Context(), other, nil); err != nil || len(f.Runs)+len(f.Reads)+len(f.Samples) > 0 {
			t.Errorf("another %s: %d runs, %d readings, %v", what, len(f.Runs), len(f.Reads), err)
		}
	}
}

func TestAFailedReadingKeepsTheFactsAndTheirAge(t *testing.T) {
	c := fresh(t)
	s := api("api")
	typical(t, c, s)
	later := noon.Add(time.Hour)
	write(t, c, func(tx *Tx) error {
		return tx.FailRead(s, model.Read{Signal: model.SignalRuns, TriedAt: later, Problem: model.ProblemServer, Why: "GitHub answered 502", Until: later.Add(time.Minute), Request: "GET /other"})
	})
	f, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	want := model.Read{Signal: model.SignalRuns, At: noon, TriedAt: later, Problem: model.ProblemServer, Why: "GitHub answered 502", Until: later.Add(time.Minute), Request: "GET /repos/acme/api"}
	if got := f.Read(model.SignalRuns, ""); got != want || len(f.Runs) != 150 {
		t.Errorf("got %+v and %d runs", got, len(f.Runs))
	}
	write(t, c, func(tx *Tx) error { return tx.TouchRead(s, model.SignalRuns, "", later.Add(time.Minute)) })
	f, err = c.Facts(t.Context(), s, nil)
	must(t, err)
	if got := f.Read(model.SignalRuns, ""); got.Problem != "" || !got.At.Equal(later.Add(time.Minute)) {
		t.Errorf("found unchanged, it says %+v", got)
	}
	write(t, c, func(tx *Tx) error { return tx.TouchRead(s, model.SignalRuns, "", later.Add(30*time.Second)) })
	f, err = c.Facts(t.Context(), s, nil)
	must(t, err)
	if got := f.Read(model.SignalRuns, ""); !got.At.Equal(later.Add(time.Minute)) {
		t.Errorf("an older answer made it older: %s", got.At)
	}
	write(t, c, func(tx *Tx) error { return tx.TouchRead(s, model.SignalRuns, "", noon) })
	f, err = c.Facts(t.Context(), s, nil)
	must(t, err)
	if got := f.Read(model.SignalRuns, ""); !got.At.Equal(noon) {
		t.Errorf("after the clock was set back it is of %s", got.At)
	}
	write(t, c, func(tx *Tx) error { return tx.TouchRead(s, model.SignalReleases, "never", later) })
	f, err = c.Facts(t.Context(), s, nil)
	must(t, err)
	if f.Read(model.SignalReleases, "never").OK() {
		t.Error("what was never read can't be unchanged")
	}
}

func TestARunNeverGoesBack(t *testing.T) {
	c := fresh(t)
	s := api("api")
	second := model.Run{ID: 1, Attempt: 2, Status: model.StatusInProgress, CreatedAt: noon, UpdatedAt: noon.Add(time.Hour)}
	first := model.Run{ID: 1, Attempt: 1, Status: model.StatusCompleted, Conclusion: model.Failure, CreatedAt: noon, UpdatedAt: noon.Add(2 * time.Hour)}
	write(t, c, func(tx *Tx) error { return tx.PutRuns(s, []model.Run{second}) })
	write(t, c, func(tx *Tx) error { return tx.PutRuns(s, []model.Run{first}) })
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != 1 || f.Runs[0].Attempt != 2 {
		t.Errorf("%v %v", f.Runs, err)
	}
}

func TestTheNewestRunsOfTheFleetComeTogether(t *testing.T) {
	c := fresh(t)
	a, b, gone := api("a"), api("b"), api("gone")
	for i, s := range []model.Service{a, b, gone} {
		list := someRuns(30, 1000*i)
		for j := range list {
			list[j].CreatedAt = list[j].CreatedAt.Add(time.Duration(i) * time.Minute)
		}
		write(t, c, func(tx *Tx) error { return tx.PutRuns(s, list) })
	}
	list, err := c.NewestRuns(t.Context(), []model.Service{a, b}, 60)
	must(t, err)
	if len(list) != 40 || list[0].Service != "b" || list[1].Service != "a" || list[0].Run.CreatedAt.Before(list[1].Run.CreatedAt) {
		t.Errorf("%d runs, the first of %s and %s", len(list), list[0].Service, list[1].Service)
	}
}

func TestADeploymentThatWasDeletedGoesWithACompleteList(t *testing.T) {
	c := fresh(t)
	s := api("api")
	all := someDeployments(30, 0)
	write(t, c, func(tx *Tx) error { return tx.PutDeployments(s, all, true) })
	write(t, c, func(tx *Tx) error { return tx.PutDeployments(s, all[:3], false) })
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Deployments) != 30 {
		t.Errorf("the newest page took the history away: %d deployments, %v", len(f.Deployments), err)
	}
	write(t, c, func(tx *Tx) error { return tx.PutDeployments(s, all[1:], true) })
	if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Deployments) != 29 {
		t.Errorf("%d deployments, %v", len(f.Deployments), err)
	}
}

func TestADeploymentMayGoAlone(t *testing.T) {
	c := fresh(t)
	s := api("api")
	all := someDeployments(30, 0)
	write(t, c, func(tx *Tx) error {
		if err := tx.PutDeployments(s, all, true); err != nil {
			return err
		}
		return tx.DropDeployments(s, []int64{all[4].ID, 999_999})
	})
	list, err := c.Deployments(t.Context(), s)
	if err != nil || len(list) != 29 || slices.ContainsFunc(list, func(d model.Deployment) bool { return d.ID == all[4].ID }) {
		t.Errorf("%d deployments, %v", len(list), err)
	}
}

// A list tells which of its runs were deleted on GitHub, as far back as it reaches.
func TestRunsThatWereDeletedGoWithTheListThatShouldHoldThem(t *testing.T) {
	s := api("api")
	all := someRuns(10, 0) // newest first
	for i := range all {
		all[i].URL = fmt.Sprintf("https://github.com/%s/actions/runs/%d", s.Repo.FullName(), all[i].ID)
		all[i].CreatedAt, all[i].SHA = noon.Add(-time.Duration(i)*time.Hour), sha(i%2)
	}
	all[9].URL = "https://github.com/another/repository/actions/runs/9"
	for name, l := range map[string]struct {
		list RunList
		left int
	}{
		"of all":                    {RunList{Runs: all[5:6]}, 2},
		"cut":                       {RunList{Runs: []model.Run{all[0], all[4]}, Cut: true}, 7},
		"empty":                     {RunList{}, 1},
		"of a commit":               {RunList{Runs: all[:1], SHA: sha(0)}, 6},
		"asked before some of them": {RunList{Runs: all[5:6], Before: noon.Add(-3 * time.Hour)}, 6},
	} {
		c := fresh(t)
		l.list.Repo = s.Repo
		if l.list.Before.IsZero() {
			l.list.Before = noon.Add(time.Hour)
		}
		write(t, c, func(tx *Tx) error {
			if err := tx.PutRuns(s, all); err != nil {
				return err
			}
			return tx.DropRuns(s, l.list)
		})
		if f, err := c.Facts(t.Context(), s, nil); err != nil || len(f.Runs) != l.left {
			t.Errorf("a list %s leaves %d runs, not %d (%v)", name, len(f.Runs), l.left, err)
		}
	}
}

func TestHistoryTouchesNoDeploymentThatIsKnownBetter(t *testing.T) {
	c := fresh(t)
	s := api("api")
	all := someDeployments(30, 0)
	write(t, c, func(tx *Tx) error { return tx.PutDeployments(s, all[:10], true) })
	bare := slices.Clone(all)
	for i := range bare {
		bare[i].Statuses, bare[i].StatusesRead = nil, false
	}
	write(t, c, func(tx *Tx) error { return tx.AddDeployments(s, bare) })
	f, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	if len(f.Deployments) != 30 || !f.Deployments[5].StatusesRead || f.Deployments[15].StatusesRead {
		t.Errorf("%d deployments, %+v", len(f.Deployments), f.Deployments[5])
	}
}

// Many failures must not hide what runs, nor what one could go back to.
func TestManyFailuresDontHideTheSuccessBelow(t *testing.T) {
	c := fresh(t)
	s := api("api")
	list := someDeployments(300, 0)
	for i := range list {
		list[i].Environment = "staging"
		if i < 290 {
			list[i].Statuses = []model.DeploymentStatus{{State: model.DeploymentFailure, At: list[i].CreatedAt}}
		}
	}
	write(t, c, func(tx *Tx) error { return tx.PutDeployments(s, list, true) })
	f, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	succeeded := 0
	for _, d := range f.Deployments {
		if !d.FirstSuccess().IsZero() {
			succeeded++
		}
	}
	if succeeded != 10 || len(f.Deployments) != 50 {
		t.Errorf("%d successes of %d deployments", succeeded, len(f.Deployments))
	}
}

// A lane that has been held for weeks is behind thousands of newer runs.
func TestAnUnfinishedRunIsFoundHoweverOld(t *testing.T) {
	c := fresh(t)
	s := api("api")
	list := someRuns(1000, 0)
	list[999].Status = model.StatusWaiting
	write(t, c, func(tx *Tx) error { return tx.PutRuns(s, list) })
	f, err := c.Facts(t.Context(), s, nil)
	if err != nil || !slices.ContainsFunc(f.Runs, func(r model.Run) bool { return r.ID == list[999].ID }) {
		t.Errorf("it is not among %d runs, %v", len(f.Runs), err)
	}
	if !slices.IsSortedFunc(f.Runs, func(a, b model.Run) int { return b.CreatedAt.Compare(a.CreatedAt) }) {
		t.Error("not newest first")
	}
}

func TestSamplesReachBackAsFarAsTheSoak(t *testing.T) {
	c := fresh(t)
	s := api("api")
	s.Environments[1].Soak = 26 * time.Hour
	var list []model.Sample
	for i := range 28 * 60 {
		list = append(list, model.Sample{Environment: "staging", Check: "http:1", At: noon.Add(-time.Duration(i) * time.Minute), State: model.Healthy})
	}
	old := model.Sample{Environment: "production", Check: "http:1", At: noon.Add(-20 * 24 * time.Hour), State: model.Unhealthy}
	write(t, c, func(tx *Tx) error { return tx.PutSamples(s, append(list, old)) })
	must(t, c.Thin(t.Context()))
	f, err := c.Facts(t.Context(), s, nil)
	must(t, err)
	var covered time.Duration
	var here []model.Sample
	for _, x := range f.Samples {
		if x.Environment == "staging" {
			here = append(here, x)
		}
	}
	for i := 1; i < len(here); i++ {
		if gap := here[i-1].At.Sub(end(here[i])); gap > 90*time.Second {
			t.Fatalf("thinning left a gap of %s", gap)
		}
	}
	covered = end(here[0]).Sub(here[len(here)-1].At)
	if covered < 26*time.Hour || len(here) > 600 {
		t.Errorf("%d samples cover %s", len(here), covered)
	}
	if last := f.Samples[len(f.Samples)-1]; last.Environment != "production" || last.State != model.Unhealthy {
		t.Errorf("the last known sample of production: %+v", last)
	}
}

func TestValidatorsBelongToOneToken(t *testing.T) {
	c := fresh(t)
	s := api("api")
	const key = "0123456789abcdef"
	salt, err := c.Salt(t.Context())
	must(t, err)
	if again, err := c.Salt(t.Context()); err != nil || !bytes.Equal(again, salt) || len(salt) != 16 {
		t.Errorf("the salt changes: %x, %x (%v)", salt, again, err)
	}
	other := fresh(t)
	if foreign, err := other.Salt(t.Context()); err != nil || bytes.Equal(foreign, salt) {
		t.Errorf("two files have one salt (%v)", err)
	}
	etags := map[string]string{"https://api.github.com/repos/acme/api/actions/runs?page=2": `W/"2"`}
	write(t, c, func(tx *Tx) error { return tx.PutValidators(s, model.SignalRuns, "", key, etags) })
	if got, err := c.Validators(t.Context(), s, model.SignalRuns, "", key); err != nil || !cmp.Equal(got, etags) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := c.Validators(t.Context(), s, model.SignalRuns, "", "another"); err != nil || len(got) != 0 {
		t.Errorf("another token sees %v, %v", got, err)
	}
}
