package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/model"
)

// suite is a JUnit report of one suite with these test cases.
func suite(cases ...string) string {
	return `<testsuites><testsuite name="pay">` + strings.Join(cases, "") + "</testsuite></testsuites>"
}

func TestTestsOfAnArtifact(t *testing.T) {
	const (
		passed = `<testcase classname="Pay" name="pays" time="0.2"/>`
		failed = `<testcase classname="Pay" name="pays" time="0.1"><failure message="expected 3, got 4">at Pay:3</failure></testcase>`
		fee    = `<testcase classname="Fee" name="rounds" time="3"/>`
	)
	for _, test := range []struct {
		name  string
		files []string
		says  string
		slow  string
	}{
		{"a class's report, and one of all classes", []string{"TEST-Pay.xml", suite(passed), "all.xml", suite(passed, fee)}, "2 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: ", "rounds pays"},
		{"a test that breaks on one system", []string{"linux.xml", suite(passed), "windows.xml", suite(failed)}, "0 passed, 1 failed, 0 errored, 0 skipped; broken: pays(failed); 0 flaky: ", "pays"},
		{"a test that breaks on another one", []string{"linux.xml", suite(failed), "windows.xml", suite(passed)}, "0 passed, 1 failed, 0 errored, 0 skipped; broken: pays(failed); 0 flaky: ", "pays"},
		{"tests of one name in one report", []string{"junit.xml", suite(passed, passed, fee)}, "3 passed, 0 failed, 0 errored, 0 skipped; broken: ; 0 flaky: ", "rounds pays pays"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := read(t, zipOf(t, test.files...), Coverage|Tests, Limits{})
			tests := MergeTests("3f2c1a9", []Part{{Source: model.ReportSource{Run: 1}, Found: found}})
			if says := sayTests(tests); says != test.says {
				t.Errorf("%s\nwant %s", says, test.says)
			}
			var slow []string
			for _, c := range tests.Slowest {
				slow = append(slow, string(c.Name))
			}
			if got := strings.Join(slow, " "); got != test.slow {
				t.Errorf("slowest %s, want %s", got, test.slow)
			}
		})
	}
}

func sayTests(t model.Tests) string {
	list := func(tests []model.TestCase) string {
		var names []string
		for _, c := range tests {
			names = append(names, fmt.Sprintf("%s(%s)", c.Name, c.Outcome))
		}
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%d passed, %d failed, %d errored, %d skipped; broken: %s; %d flaky: %s",
		t.Counts.Passed, t.Counts.Failed, t.Counts.Errored, t.Counts.Skipped, list(t.Broken), t.Flaky, list(t.Flakies))
}

func TestTestsKeepTheirBounds(t *testing.T) {
	var report strings.Builder
	report.WriteString("<testsuite name=\"pay\">")
	for i := range 1000 {
		fmt.Fprintf(&report, "<testcase name=\"t%d\" time=\"%d\"><failure message=\"no\x1b[2J\">%s</failure></testcase>", i, i%700, strings.Repeat("x", 100))
	}
	report.WriteString("</testsuite>")
	found := read(t, []byte(report.String()), Tests, Limits{Tests: 900})
	if p := problems(found); !strings.Contains(p, "more than 900 tests; the others were left out") || found.Cut != Tests {
		t.Errorf("says %q, cut %v", p, found.Cut)
	}
	tests := MergeTests("3f2c1a9", []Part{{Found: found}})
	if !tests.Cut || tests.Counts.Failed != 900 || len(tests.Broken) != 200 || len(tests.Slowest) != 20 {
		t.Errorf("cut %v, %+v, %d broken, %d slowest", tests.Cut, tests.Counts, len(tests.Broken), len(tests.Slowest))
	}
	if tests.Slowest[0].Duration != 699*time.Second || tests.Slowest[19].Duration != 680*time.Second {
		t.Errorf("slowest %v to %v", tests.Slowest[0].Duration, tests.Slowest[19].Duration)
	}
	if message := tests.Broken[0].Message; strings.Contains(string(message), "\x1b") || message == "" {
		t.Errorf("message %q", message)
	}
}

func TestWhatOneReportNamesAndAnotherCounts(t *testing.T) {
	lcov := "SF:src/pay.c\nDA:1,1\nDA:2,1\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nend_of_record\n"
	cobertura := `<coverage><packages><package name="pay"><classes><class filename="src/pay.c"><lines>` +
		`<line number="1" hits="1" branch="true" condition-coverage="50% (2/4)"/><line number="3" hits="0" branch="true" condition-coverage="0% (0/2)"/>` +
		`</lines></class></classes></package></packages></coverage>`
	c, _ := merged(Repository{}, read(t, zipOf(t, "lcov.info", lcov), Coverage, Limits{}), read(t, zipOf(t, "cobertura.xml", cobertura), Coverage, Limits{}))
	// Line 1 has the branches that LCOV names, line 3 those that Cobertura counts.
	if got := tells(c); got != "2 of 3 lines, 1 of 4 branches: src/pay.c 2/3" {
		t.Error(got)
	}
	if len(c.Packages) != 1 || c.Packages[0].Name != "pay" {
		t.Errorf("packages %+v", c.Packages)
	}
	// Of two counts of one line the more taken ones hold: which they were isn't known.
	more := strings.Replace(cobertura, "(2/4)", "(3/4)", 1)
	c, _ = merged(Repository{}, read(t, zipOf(t, "a.xml", cobertura, "b.xml", more), Coverage, Limits{}))
	if got := tells(c); got != "1 of 2 lines, 3 of 6 branches: src/pay.c 1/2" {
		t.Error(got)
	}
}

func TestPackagesOfAMonorepoAreNotOneFile(t *testing.T) {
	found := read(t, zipOf(t, "pay/lcov.info", small, "fee/lcov.info", "SF:x.c\nDA:1,0\nend_of_record\n"), Coverage, Limits{})
	c, _ := merged(Repository{Known: []string{"packages/pay/x.c", "packages/fee/x.c"}}, found)
	if got := tells(c); got != "1 of 2 lines, 0 of 0 branches: packages/fee/x.c 0/1, packages/pay/x.c 1/1" {
		t.Error(got)
	}
}

func TestBoundsOfCoverageAreTold(t *testing.T) {
	for _, test := range []struct {
		name, report string
		limits       Limits
		problem      string
		cut          bool
	}{
		{"files", "SF:a.c\nDA:1,1\nend_of_record\nSF:b.c\nDA:1,1\nend_of_record\n", Limits{Files: 1}, "r, line 4: more than 1 files; the others were left out", true},
		{"memory", "SF:a.c\nDA:3900000,1\nend_of_record\n", Limits{Memory: 1 << 20}, "r, line 2: more than fits in 1 MiB; the rest was left out", true},
		{"lines", "SF:a.c\nDA:101,1\nend_of_record\n", Limits{Line: 100}, "r, line 2: a.c has a line number 101; more than 100 is not believed", false},
		{
			"branches", `<coverage><packages><package name=""><classes><class filename="a.c"><lines><line number="7" hits="1" branch="true" condition-coverage="50% (4/8)"/></lines></class></classes></package></packages></coverage>`,
			Limits{Branches: 4}, "r, line 1: 8 branches in line 7 are more than the 4 believed", false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := read(t, zipOf(t, "r", test.report), Coverage, test.limits)
			if p := problems(found); p != test.problem {
				t.Errorf("says %q, want %q", p, test.problem)
			}
			c, _ := merged(Repository{}, found)
			if c.Cut != test.cut || !found.Problems[0].Lost {
				t.Errorf("cut %v, lost %v", c.Cut, found.Problems[0].Lost)
			}
		})
	}
}

// The parts of a commit give one coverage, in any order; more parts never cover less.
func TestCoverageIsAUnion(t *testing.T) {
	parts := func(order ...int) []Part {
		reports := []string{
			"SF:a.c\nDA:1,1\nDA:2,0\nBRDA:2,0,0,1\nBRDA:2,0,1,0\nend_of_record\nSF:b.c\nDA:9,0\nend_of_record\n",
			"SF:a.c\nDA:2,5\nDA:3,0\nBRDA:2,0,0,0\nBRDA:2,0,1,1\nend_of_record\n",
			"mode: set\na.c:4.1,5.9 2 1\n",
		}
		var list []Part
		for _, i := range order {
			list = append(list, Part{Source: model.ReportSource{Run: int64(i), Artifact: int64(10 * i)}, Found: read(t, zipOf(t, "r", reports[i]), Coverage, Limits{})})
		}
		return list
	}
	var first string
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2, 1}} {
		c, _ := MergeCoverage("3f2c1a9", parts(order...), Repository{})
		got := tells(c) + fmt.Sprint(c.Statements)
		if first == "" {
			first = got
		}
		if got != first || got != "4 of 6 lines, 2 of 2 branches: a.c 4/5, b.c 0/1{2 2}" {
			t.Errorf("in the order %v: %s", order, got)
		}
	}
}
