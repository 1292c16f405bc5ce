package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// testsOf is what an artifact says: names and how they ended, "refund failed, pay passed".
func testsOf(run int64, attempt int, name string, at int, says string) TestReport {
	r := TestReport{Source: ReportSource{Run: run, Attempt: attempt, Name: name, Artifact: run*100 + int64(at), At: time.Unix(int64(at), 0)}}
	for word := range strings.SplitSeq(says, ", ") {
		test, ended, _ := strings.Cut(word, " ")
		if test == "" {
			continue
		}
		outcome, flaky := strings.CutPrefix(ended, "flaky ")
		seen := SeenTest{ID: NewTestID("pay", "", test, 0), Outcome: TestOutcome(outcome), Flaky: flaky, Duration: time.Duration(len(test)) * time.Second}
		r.Seen = append(r.Seen, seen)
		if seen.Outcome.Broken() || flaky {
			r.Named = append(r.Named, NamedTest{ID: seen.ID, TestCase: TestCase{Suite: "pay", Name: Text(test), Outcome: seen.Outcome, Flaky: flaky, Duration: seen.Duration, Message: Text("in " + name)}})
		}
	}
	return r
}

func sayTests(t Tests) string {
	list := func(tests []TestCase) string {
		var names []string
		for _, c := range tests {
			names = append(names, fmt.Sprintf("%s(%s)", c.Name, c.Outcome))
		}
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%d passed, %d failed, %d errored, %d skipped; broken: %s; %d flaky: %s",
		t.Counts.Passed, t.Counts.Failed, t.Counts.Errored, t.Counts.Skipped, list(t.Broken), t.Flaky, list(t.Flakies))
}

func TestTestsOfACommit(t *testing.T) {
	for _, test := range []struct {
		name    string
		reports []TestReport
		says    string
	}{
		{"nothing reported", nil, "0 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: "},
		{
			"one report", []TestReport{testsOf(1, 0, "junit", 1, "pay passed, refund failed, fee errored, tax skipped")},
			"1 passed, 1 failed, 1 errored, 1 skipped; broken: fee(errored) refund(failed); 0 flaky: ",
		},
		{
			"artifacts with other tests add up", []TestReport{testsOf(1, 0, "unit", 1, "pay passed"), testsOf(1, 0, "e2e", 1, "refund passed")},
			"2 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: ",
		},
		{
			"what a matrix disagrees on is broken, not flaky", []TestReport{testsOf(1, 0, "linux", 1, "pay passed"), testsOf(1, 0, "windows", 1, "pay failed")},
			"0 passed, 1 failed, 0 errored, 0 skipped; broken: pay(failed); 0 flaky: ",
		},
		{
			"one system passes where another skips", []TestReport{testsOf(1, 0, "linux", 1, "pay skipped"), testsOf(1, 0, "windows", 1, "pay passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: ",
		},
		{
			"the artifact of a job that ran again replaces the older one", []TestReport{testsOf(1, 0, "junit", 1, "pay failed, old passed"), testsOf(1, 0, "junit", 2, "pay passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 1 flaky: pay(passed)",
		},
		{
			"the other jobs of a run of which one ran again still count",
			[]TestReport{testsOf(1, 0, "linux", 1, "pay failed, fee passed"), testsOf(1, 0, "linux", 3, "pay passed, fee passed"), testsOf(1, 0, "windows", 1, "pay passed, fee failed")},
			"1 passed, 1 failed, 0 errored, 0 skipped; broken: fee(failed); 1 flaky: pay(passed)",
		},
		{
			"a newer attempt counts, by whatever name its artifact goes", []TestReport{testsOf(1, 1, "junit-1", 1, "pay failed, fee failed"), testsOf(1, 2, "junit-2", 2, "pay passed")},
			"1 passed, 1 failed, 0 errored, 0 skipped; broken: fee(failed); 1 flaky: pay(passed)",
		},
		{
			"what broke again after it had passed is broken, and flaky", []TestReport{testsOf(1, 1, "junit", 1, "pay passed"), testsOf(1, 2, "junit", 2, "pay failed")},
			"0 passed, 1 failed, 0 errored, 0 skipped; broken: pay(failed); 1 flaky: ",
		},
		{
			"a newer run on the same commit", []TestReport{testsOf(7, 0, "junit", 1, "pay failed"), testsOf(9, 0, "junit", 2, "pay passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 1 flaky: pay(passed)",
		},
		{
			"another workflow's tests stay broken", []TestReport{testsOf(7, 0, "e2e", 1, "checkout failed"), testsOf(9, 0, "junit", 2, "pay passed")},
			"1 passed, 1 failed, 0 errored, 0 skipped; broken: checkout(failed); 0 flaky: ",
		},
		{
			"a run that was replaced only tells what is flaky",
			[]TestReport{elder(testsOf(7, 0, "junit", 1, "pay failed, gone failed")), testsOf(9, 0, "junit", 2, "pay passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 1 flaky: pay(passed)",
		},
		{
			"a report tells itself what is flaky", []TestReport{testsOf(1, 0, "junit", 1, "pay flaky passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 1 flaky: pay(passed)",
		},
		{
			"skipped elsewhere is not flaky", []TestReport{testsOf(1, 1, "junit", 1, "pay skipped"), testsOf(1, 2, "junit", 2, "pay passed")},
			"1 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			merged := MergeTests("3f2c1a9", test.reports)
			if says := sayTests(merged); says != test.says {
				t.Errorf("%s\nwant %s", says, test.says)
			}
			slices.Reverse(test.reports)
			if says := sayTests(MergeTests("3f2c1a9", test.reports)); says != test.says {
				t.Errorf("the other way round: %s\nwant %s", says, test.says)
			}
		})
	}
}

func elder(r TestReport) TestReport {
	r.Elder = true
	return r
}

// Whatever is reported, in any order: the same comes out; nothing that is broken in the newest report is lost; counts and
// lists agree, and lists keep their bounds.
func TestMergedTestsAgreeWithThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outcomes := []string{"passed", "failed", "errored", "skipped", "flaky passed"}
		var reports []TestReport
		for i := range rapid.IntRange(0, 6).Draw(t, "reports") {
			var says []string
			for test := range rapid.IntRange(0, 5).Draw(t, "tests") {
				says = append(says, fmt.Sprintf("t%d %s", test, rapid.SampledFrom(outcomes).Draw(t, "outcome")))
			}
			r := testsOf(rapid.Int64Range(1, 3).Draw(t, "run"), rapid.IntRange(0, 2).Draw(t, "attempt"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), i, strings.Join(says, ", "))
			r.Elder = rapid.IntRange(0, 4).Draw(t, "elder") == 0
			reports = append(reports, r)
		}
		m := MergeTests("3f2c1a9", reports)
		if again := MergeTests("3f2c1a9", rapid.Permutation(reports).Draw(t, "order")); cmp.Diff(m, again) != "" {
			t.Fatalf("order matters: %s", cmp.Diff(m, again))
		}
		if len(m.Broken) != m.Counts.Broken() || len(m.Flakies) > m.Flaky || len(m.Slowest) > MaxSlowestTests {
			t.Fatalf("lists and counts disagree: %s", sayTests(m))
		}
		for _, c := range m.Broken {
			if !c.Outcome.Broken() {
				t.Fatalf("%s is among the broken", c.Name)
			}
		}
		if len(reports) == 1 && !reports[0].Elder {
			n := TestCounts{}
			for _, seen := range reports[0].Seen {
				n.Passed += btoi(seen.Outcome == TestPassed)
				n.Failed += btoi(seen.Outcome == TestFailed)
				n.Errored += btoi(seen.Outcome == TestErrored)
				n.Skipped += btoi(seen.Outcome == TestSkipped)
			}
			if n != m.Counts {
				t.Fatalf("one report says %+v, merged it says %+v", n, m.Counts)
			}
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
