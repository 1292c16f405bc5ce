package refresh

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/github"
	"gonogo/sources/simulator"
)

// reporting is a fleet of one service whose runs leave reports behind.
func reporting(t *testing.T) *stage {
	t.Helper()
	s := onStage(t, simulator.FleetOf{Services: 1, Releases: 3, Reports: true})
	return s
}

const reported = "service-001"

func (s *stage) repository() *simulator.Repository { return s.world.Repositories()[0] }

// want has the reports of a commit read, and looks at them until they are there, or could not be read.
func (s *stage) want(sha model.SHA) model.Read {
	s.t.Helper()
	for range 60 {
		s.Want(reported, model.SignalReports, string(sha))
		s.pass(time.Second)
		facts := s.facts(reported)
		if r := facts.Read(model.SignalReports, string(sha)); r.OK() || r.Problem != "" {
			return r
		}
	}
	s.t.Fatalf("the reports of %s are not read\n%s", sha.Short(), strings.Join(s.asked(), "\n"))
	return model.Read{}
}

// again has them read once more, for news that the lists of runs have already told.
func (s *stage) again(sha model.SHA) {
	s.t.Helper()
	before := s.facts(reported)
	for range 120 {
		s.Want(reported, model.SignalReports, string(sha))
		s.Refresh(reported)
		s.pass(time.Second)
		facts := s.facts(reported)
		if r := facts.Read(model.SignalReports, string(sha)); r.TriedAt.After(before.Read(model.SignalReports, string(sha)).TriedAt) {
			return
		}
	}
	s.t.Fatal("they are not read again")
}

// ciRuns are the runs of CI, newest first.
func (s *stage) ciRuns() []*simulator.Run {
	return slices.DeleteFunc(s.repository().Runs(), func(r *simulator.Run) bool { return r.Workflow.Name != "CI" })
}

// artifacts is how many were asked for.
func (s *stage) artifacts() (n int) {
	for _, r := range s.world.Requests() {
		if strings.HasSuffix(r.Path, "/zip") && r.Charged > 0 {
			n++
		}
	}
	return n
}

func coverageOf(list []model.Coverage, sha model.SHA) (model.Coverage, bool) {
	i := slices.IndexFunc(list, func(c model.Coverage) bool { return c.SHA == sha })
	if i < 0 {
		return model.Coverage{}, false
	}
	return list[i], true
}

func testsOf(list []model.Tests, sha model.SHA) model.Tests {
	for _, t := range list {
		if t.SHA == sha {
			return t
		}
	}
	return model.Tests{}
}

func TestReportsAreReadOutOfTheArtifactsOfACommit(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	s.begin(s.options())
	sha := model.SHA(s.ciRuns()[0].Commit.SHA)
	read := s.want(sha)
	if read.Problem != "" || !strings.Contains(read.Request, "/artifacts") {
		t.Fatalf("reading: %+v", read)
	}
	facts := s.facts(reported)
	got, ok := coverageOf(facts.Coverage, sha)
	percent, _ := got.Lines.Percent()
	if want := simulator.Measure(s.repository().FilesOf(string(sha))).Percent(); !ok || math.Abs(percent-want) > 0.001 || got.Origin != model.CoverageReport || len(got.Sources) != 1 || got.Sources[0].Name != "coverage" {
		t.Errorf("coverage %t of %.2f %%, not %.2f %%: %+v", ok, percent, want, got)
	}
	if tests := testsOf(facts.Tests, sha); tests.Counts.Passed == 0 || tests.Counts.Broken() != 0 || len(tests.Sources) != 1 {
		t.Errorf("tests: %+v", tests)
	}
	if len(facts.ReportFlaws) > 0 || len(s.world.Leaks()) > 0 {
		t.Errorf("flaws %+v, leaks %+v", facts.ReportFlaws, s.world.Leaks())
	}
	files, err := s.cache.CoverageFiles(t.Context(), *s.fleet.Service(reported), sha)
	if err != nil || len(files) == 0 || files[0].Coverable.Len() == 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
	if n := s.artifacts(); n != 3 { // and the coverage of what runs, which it is compared with
		t.Errorf("%d artifacts were asked for", n)
	}
	s.pass(5 * time.Minute)
	s.world.ForgetRequests()
	for range 90 {
		s.Want(reported, model.SignalReports, string(sha))
		s.pass(time.Minute)
	}
	if n := s.artifacts(); n != 0 {
		t.Errorf("an hour and a half later %d artifacts were asked for again", n)
	}
	if got := s.tally(); got.charged > 0 {
		t.Errorf("nothing has changed, and it took %s\n%s", got, strings.Join(s.asked(), "\n"))
	}
}

func TestWithoutARuleNoArtifactIsAskedFor(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	s.fleet.Services[0].Coverage, s.fleet.Services[0].Tests = nil, nil
	s.begin(s.options())
	s.settled()
	s.want(s.facts(reported).Branch.Head.SHA)
	s.pass(10 * time.Minute)
	for _, r := range s.world.Requests() {
		if strings.Contains(r.Path, "artifacts") {
			t.Errorf("asked for %s", r.Path)
		}
	}
}

// A test that failed and passed on the same commit is flaky; what the newest attempt says counts.
func TestARunThatWasRunAgainTellsFlakyTests(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	s.begin(s.options())
	s.settled()
	commit := s.repository().Push(simulator.Change{Message: "Shake", By: "mona", Outcomes: simulator.Outcomes{"test": simulator.Failure}})
	sha := model.SHA(commit.SHA)
	s.pass(15 * time.Minute)
	s.want(sha)
	facts := s.facts(reported)
	if tests := testsOf(facts.Tests, sha); tests.Counts.Failed != 2 || tests.Flaky != 0 || len(tests.Broken) != 2 {
		t.Fatalf("after the first attempt: %+v", tests)
	}
	if _, ok := coverageOf(facts.Coverage, sha); ok {
		t.Error("a job that failed left coverage")
	}
	if err := s.repository().Runs()[0].RerunFailed("mona", nil); err != nil {
		t.Fatal(err)
	}
	s.Refresh(reported)
	s.pass(15 * time.Minute)
	s.again(sha)
	facts = s.facts(reported)
	if tests := testsOf(facts.Tests, sha); tests.Counts.Failed != 0 || tests.Flaky != 2 || len(tests.Flakies) != 2 {
		t.Errorf("after the second: %+v", tests)
	}
	if _, ok := coverageOf(facts.Coverage, sha); !ok {
		t.Error("the coverage of the second attempt is missing")
	}
}

func TestReportsOfARunThatMovesComeSoonAfterItsEnd(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	s.begin(s.options())
	s.settled()
	s.Select(reported)
	sha := model.SHA(s.repository().Push(simulator.Change{Message: "Go on", By: "mona"}).SHA)
	s.pass(90 * time.Second)
	s.want(sha)
	s.world.ForgetRequests()
	var ended time.Time
	for range 600 {
		s.Want(reported, model.SignalReports, string(sha))
		s.pass(2 * time.Second)
		if status, _ := s.repository().Runs()[0].Status(); status == "completed" && ended.IsZero() {
			ended = s.clock.Now()
		}
		if _, ok := coverageOf(s.facts(reported).Coverage, sha); ok {
			break
		}
	}
	if took := s.clock.Now().Sub(ended); ended.IsZero() || took > 20*time.Second {
		t.Errorf("they came %s after the end of the run at %s", took, ended)
	}
	if n := s.artifacts(); n != 2 {
		t.Errorf("%d artifacts were asked for", n)
	}
}

// What is the matter with one artifact is said, and hides nothing of the others.
func TestWhatIsWrongWithAnArtifactIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(s *stage, run *simulator.Run)
		says  string
		lacks bool // the coverage is gone
	}{
		"no report in it": {func(_ *stage, run *simulator.Run) { run.Artifact("junit", map[string]string{"README": "hello"}) }, "no report was recognised", false},
		"cut-off XML": {func(_ *stage, run *simulator.Run) {
			run.Artifact("junit", map[string]string{"junit.xml": "<testsuites><testsuite name=\"x\"><testcase na"})
		}, "junit.xml, line 1", false},
		"an external entity": {func(_ *stage, run *simulator.Run) {
			run.Artifact("junit", map[string]string{"junit.xml": `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite name="x"><testcase name="&e;"/></testsuite>`})
		}, "no report was recognised", false},
		"a bomb": {func(_ *stage, run *simulator.Run) {
			run.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\n" + strings.Repeat("DA:1,1\n", 2<<20)})
		}, "lcov.info", false},
		"expired": {func(_ *stage, run *simulator.Run) {
			run.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nDA:1,1\nend_of_record\n"}).Expire()
		}, "it has expired", true},
		"gone": {func(s *stage, run *simulator.Run) {
			a := run.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nDA:1,1\nend_of_record\n"})
			s.world.Fault(simulator.Fault{Path: fmt.Sprintf("/repos/acme/service-001/actions/artifacts/%d/zip", a.ID), Status: 410})
		}, "it has expired", true},
		"deleted": {func(s *stage, run *simulator.Run) {
			a := run.Artifact("coverage", map[string]string{"lcov.info": "SF:a.go\nDA:1,1\nend_of_record\n"})
			s.world.Fault(simulator.Fault{Path: fmt.Sprintf("/repos/acme/service-001/actions/artifacts/%d/zip", a.ID), Status: 404})
		}, "it was deleted", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := reporting(t)
			ci := s.ciRuns()[0]
			sha := model.SHA(ci.Commit.SHA)
			c.spoil(s, ci)
			s.begin(s.options())
			if read := s.want(sha); read.Problem != "" {
				t.Fatalf("the reading failed: %+v", read)
			}
			facts := s.facts(reported)
			if !slices.ContainsFunc(facts.ReportFlaws, func(p model.ReportProblem) bool { return p.SHA == sha && strings.Contains(string(p.Why), c.says) }) {
				t.Errorf("it says %+v", facts.ReportFlaws)
			}
			if _, ok := coverageOf(facts.Coverage, sha); ok == c.lacks {
				t.Errorf("the coverage is there: %t", ok)
			}
			tried := s.artifacts()
			s.again(sha)
			if n := s.artifacts(); n != tried {
				t.Errorf("what can't be read was asked for again: %d and %d", tried, n)
			}
		})
	}
}

// What may be had another time makes the reading fail, and nothing else; what had come is kept.
func TestAStorageHostInTroubleStopsNothingElse(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	fault := s.world.Fault(simulator.Fault{Storage: true, Cut: simulator.CutMiddle})
	s.begin(s.options())
	sha := model.SHA(s.ciRuns()[0].Commit.SHA)
	read := s.want(sha)
	if read.Problem != model.ProblemServer || !strings.Contains(string(read.Why), "cut off") {
		t.Errorf("reading: %+v", read)
	}
	if hosts := s.Hosts(); hosts[0].Problem == model.ProblemNetwork {
		t.Errorf("GitHub counts as out of reach: %+v", hosts[0])
	}
	s.pass(4 * time.Minute)
	for _, r := range s.facts(reported).Reads {
		if r.Signal != model.SignalReports && r.Signal != signalHistory && r.Problem != "" {
			t.Errorf("%s %s failed too: %s", r.Signal, r.Subject, r.Why)
		}
	}
	s.world.Lift(fault)
	for range 10 {
		s.Want(reported, model.SignalReports, string(sha))
		s.pass(time.Minute)
	}
	if _, ok := coverageOf(s.facts(reported).Coverage, sha); !ok {
		t.Errorf("it isn't read when the storage answers again: %+v", s.facts(reported).Reads)
	}
}

// A stranger's pull request may leave any artifact behind, with any name.
func TestArtifactsOfForksDontCount(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	sha := model.SHA(s.ciRuns()[0].Commit.SHA)
	fork := s.repository().Run(simulator.RunOf{Workflow: "ci.yml", Event: "pull_request", Ref: string(sha), Fork: "stranger/service-001", By: "stranger"})
	fork.Artifact("coverage", map[string]string{"lcov.info": "SF:evil.go\nDA:1,1\nend_of_record\n"})
	fork.Settle(simulator.Completed, simulator.Success)
	s.begin(s.options())
	s.want(sha)
	got, ok := coverageOf(s.facts(reported).Coverage, sha)
	if !ok || len(got.Sources) != 1 || slices.ContainsFunc(s.files(sha), func(f model.FileCoverage) bool { return f.Path == "evil.go" }) {
		t.Errorf("coverage: %+v", got)
	}
}

func (s *stage) files(sha model.SHA) []model.FileCoverage {
	files, err := s.cache.CoverageFiles(s.t.Context(), *s.fleet.Service(reported), sha)
	if err != nil {
		s.t.Fatal(err)
	}
	return files
}

// However the program ends, no artifact stays on the disk: its file has no name while it is filled.
func TestAnArtifactLeavesNoFileBehind(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	o := s.options()
	o.Temporary = t.TempDir()
	left := filepath.Join(o.Temporary, "gonogo-artifact-123")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.world.Fault(simulator.Fault{Storage: true, Delay: 10 * time.Second})
	r := s.begin(o)
	for began := time.Now(); s.artifacts() == 0; time.Sleep(time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatal("nothing is downloaded")
		}
		s.clock.Advance(time.Millisecond)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what a killed process left is still there: %v", err)
	}
	names := func() []os.DirEntry {
		list, err := os.ReadDir(o.Temporary)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := names(); len(list) > 0 {
		t.Errorf("while it is downloaded the folder holds %v", list)
	}
	began := time.Now()
	r.Close() // it is called off
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s to end", took)
	}
	if list := names(); len(list) > 0 {
		t.Errorf("afterwards the folder holds %v", list)
	}
}

// Behind the verdicts the trend is filled in: of the branch's commits and of releases.
func TestTheTrendIsFilledInBehindTheVerdicts(t *testing.T) {
	t.Parallel()
	s := onStage(t, simulator.FleetOf{Services: 2, Releases: 8, Reports: true})
	s.begin(s.options())
	s.settled()
	asked := 0 // by the gates
	for _, service := range s.fleet.Services {
		for _, r := range s.facts(service.Name).Reads {
			if r.Signal == model.SignalReports {
				asked++
			}
		}
	}
	if n := s.artifacts(); n > 2*asked || asked == 0 {
		t.Errorf("for the reports of %d commits %d artifacts were downloaded before the verdicts", asked, n)
	}
	s.pass(5 * time.Minute)
	points, err := s.cache.CoverageHistory(t.Context(), *s.fleet.Service(reported), start.AddDate(0, 0, -30))
	if err != nil || len(points) < trendCommits {
		t.Fatalf("%d points, %v\n%s", len(points), err, strings.Join(s.asked(), "\n"))
	}
	for i, p := range points {
		percent, ok := p.Lines.Percent()
		if want := simulator.Measure(s.repository().FilesOf(string(p.SHA))).Percent(); !ok || math.Abs(percent-want) > 0.001 || p.Branch != "main" || i > 0 && p.At.Before(points[i-1].At) {
			t.Errorf("%s is covered by %.2f %%, not %.2f %%: %+v", p.SHA.Short(), percent, want, p)
		}
	}
	downloads := s.artifacts()
	s.repository().Push(simulator.Change{Message: "One more", By: "mona"})
	s.pass(25 * time.Minute)
	more, err := s.cache.CoverageHistory(t.Context(), *s.fleet.Service(reported), start.AddDate(0, 0, -30))
	if err != nil || len(more) != len(points)+1 || s.artifacts() != downloads+2 { // tests of the branch's head are read as well
		t.Errorf("after another commit there are %d points, %d downloads more, %v", len(more), s.artifacts()-downloads, err)
	}
}

// A service that is a folder of its repository is judged by what lies in it.
func TestAReportOfTheWholeRepositoryCountsForTheServicesFolder(t *testing.T) {
	t.Parallel()
	file := func(path, pkg string, hit, total int) model.FileCoverage {
		return model.FileCoverage{Path: path, Package: pkg, Lines: model.Covered{Hit: hit, Total: total}, Branches: model.Covered{Hit: 1, Total: 2}}
	}
	all := model.Coverage{
		Lines: model.Covered{Hit: 66, Total: 130}, Packages: []model.PackageCoverage{{Name: "all"}},
		Files: []model.FileCoverage{file("services/api/b.go", "b", 5, 10), file("services/api/a.go", "a", 1, 10), file("services/api/a2.go", "a", 10, 10), file("services/apis/x.go", "x", 50, 100)},
	}
	got := ofFolder(all, "services/api")
	if len(got.Files) != 3 || got.Lines != (model.Covered{Hit: 16, Total: 30}) || got.Branches != (model.Covered{Hit: 3, Total: 6}) ||
		len(got.Packages) != 2 || got.Packages[0].Name != "a" || got.Packages[0].Lines != (model.Covered{Hit: 11, Total: 20}) {
		t.Errorf("of the folder: %+v", got)
	}
	for _, folder := range []string{"", "elsewhere", "services"} {
		if got := ofFolder(all, folder); got.Lines != all.Lines || len(got.Files) != 4 {
			t.Errorf("of %q: %+v", folder, got.Lines)
		}
	}
}

// What Codecov states has its place in the trend, until a report tells better.
func TestWhatAServiceStatesIsAPointOfTheTrend(t *testing.T) {
	t.Parallel()
	s := reporting(t)
	s.fleet.Services[0].Coverage.Artifact = "nothing-is-called-so"
	sha := s.ciRuns()[0].Commit.SHA
	s.repository().Status(simulator.CommitStatusOf{Ref: sha, Context: "codecov/project", Description: "85.20% (+0.10%) compared to 559fe9e"})
	s.repository().Status(simulator.CommitStatusOf{Ref: sha, Context: "codecov/patch", Description: "12.00% of diff hit (target 85.00%)"})
	s.begin(s.options())
	s.pass(5 * time.Minute)
	points, err := s.cache.CoverageHistory(t.Context(), *s.fleet.Service(reported), start.AddDate(0, 0, -30))
	if err != nil || len(points) != 1 || points[0].Origin != model.CoverageStatus || *points[0].Stated != 85.2 || points[0].Branch != "main" {
		t.Errorf("points: %+v, %v", points, err)
	}
}

// Of the artifacts of a run those count that a rule names, each name's newest; tests' older ones tell what is flaky.
func TestWhichArtifactsOfARunCount(t *testing.T) {
	t.Parallel()
	artifact := func(id int64, name string) github.Artifact { return github.Artifact{ID: id, Name: name, Run: 7} }
	expired, foreign, other := artifact(20, "junit"), artifact(19, "junit"), artifact(18, "junit")
	expired.Expired, foreign.Foreign, other.Run = true, true, 8
	list := []github.Artifact{
		artifact(30, "coverage"), artifact(29, "binary"), artifact(28, "junit"), artifact(27, "junit"), artifact(26, "coverage"), artifact(25, "junit-2"),
		artifact(24, "junit"), artifact(23, "junit"), expired, foreign, other,
	}
	var many []github.Artifact
	for i := range maxArtifacts + 5 {
		many = append(many, artifact(int64(100-i), fmt.Sprintf("coverage-%d", i)))
	}
	for name, c := range map[string]struct {
		list  []github.Artifact
		older bool
		have  []said
		want  string
		left  int
	}{
		"of the newest run":                {list: list, want: "[30 28 27 25 24]"},
		"of one that another one replaced": {list: list, older: true, want: "[28 27 25 24]"},
		"what was read before":             {list: list, have: []said{{Report: cache.Report{Artifact: 28}}, {Report: cache.Report{Artifact: 30}}}, want: "[27 25 24]"},
		"more than are read":               {list: many, want: fmt.Sprint(numbers(many[:maxArtifacts])), left: 5},
		"none":                             {want: "[]"},
	} {
		f := &reports{service: model.Service{Coverage: &model.CoverageRule{Artifact: "coverage*"}, Tests: &model.TestsRule{Artifact: "junit*"}}, have: c.have}
		if got := fmt.Sprint(numbers(f.counting(c.list, 7, c.older))); got != c.want || f.left != c.left {
			t.Errorf("%s: %s and %d more, not %s and %d", name, got, f.left, c.want, c.left)
		}
	}
	f := &reports{service: model.Service{Coverage: &model.CoverageRule{}}} // no name is given
	if got := fmt.Sprint(numbers(f.counting([]github.Artifact{artifact(3, "Unit-Coverage"), artifact(2, "junit"), artifact(1, "binary")}, 7, false))); got != "[3]" {
		t.Errorf("without a name: %s", got)
	}
}

func numbers(list []github.Artifact) []int64 {
	all := []int64{}
	for _, a := range list {
		all = append(all, a.ID)
	}
	return all
}

// A list that is cut tells all of a run only where it reaches back to before that began.
func TestWhetherTheNewestArtifactsHoldAllOfARun(t *testing.T) {
	t.Parallel()
	began := start.Add(-time.Hour)
	page := github.Reading[[]github.Artifact]{Cut: true, Value: []github.Artifact{{ID: 2, Run: 7, CreatedAt: start}, {ID: 1, Run: 6, CreatedAt: began.Add(-time.Second)}}}
	run := model.Run{ID: 7, CreatedAt: began}
	if list, all := ofRun(page, run); !all || len(list) != 1 {
		t.Errorf("%d artifacts, all of them: %t", len(list), all)
	}
	page.Value[1].CreatedAt = began
	if _, all := ofRun(page, run); all {
		t.Error("older ones may be missing")
	}
	page.Value = nil
	if _, all := ofRun(page, run); all {
		t.Error("an empty list that is cut tells nothing")
	}
	page.Cut = false
	if list, all := ofRun(page, run); !all || len(list) != 0 {
		t.Error("an empty list that isn't cut tells that there are none")
	}
}
