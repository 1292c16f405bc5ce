package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/model"
)

// tells says in one line what reports tell: lines, branches, files.
func tells(c model.Coverage) string {
	var files []string
	for _, f := range c.Files {
		files = append(files, fmt.Sprintf("%s %d/%d", f.Path, f.Lines.Hit, f.Lines.Total))
	}
	return fmt.Sprintf("%d of %d lines, %d of %d branches: %s", c.Lines.Hit, c.Lines.Total, c.Branches.Hit, c.Branches.Total, strings.Join(files, ", "))
}

func TestDialectsOfLCOV(t *testing.T) {
	for _, test := range []struct{ file, tells, problems string }{
		{file: "lcov-1.16.info", tells: "10 of 15 lines, 6 of 8 branches: c/pay.c 10/15"},
		{file: "lcov-2.info", tells: "4 of 6 lines, 2 of 4 branches: src/pay.cpp 4/6"},
		{file: "c8.info", tells: "5 of 10 lines, 2 of 3 branches: pay.js 5/10"},
		{file: "nyc.info", tells: "3 of 5 lines, 3 of 4 branches: pay.js 3/5"},
		{file: "gcovr.info", tells: "1 of 2 lines, 1 of 2 branches: src/pay.cpp 1/2"},
		{file: "simplecov.info", tells: "2 of 4 lines, 1 of 2 branches: app/models/payment.rb 2/3, app/models/refund.rb 0/1"},
		{
			file: "llvm-cov.info", tells: "3 of 4 lines, 0 of 0 branches: src/lib.rs 3/4",
			problems: "coverage, line 16: /home/runner/work/api/api/src/lib.rs says LF 5 and LH 3, but its DA lines are 4, of which 3 were hit; the lines count",
		},
	} {
		t.Run(test.file, func(t *testing.T) {
			report, err := os.ReadFile(filepath.Join("testdata", "lcov", test.file))
			if err != nil {
				t.Fatal(err)
			}
			found := read(t, zipOf(t, "coverage", string(report)), Coverage, Limits{})
			if p := problems(found); p != test.problems {
				t.Errorf("problems:\n%s\nwant:\n%s", p, test.problems)
			}
			c, _ := merged(Repository{Name: "acme/api"}, found)
			if got := tells(c); got != test.tells {
				t.Errorf("tells %s\nwant  %s", got, test.tells)
			}
		})
	}
}

func TestWhatLCOVMayAndMayNotSay(t *testing.T) {
	for _, test := range []struct{ name, report, tells, problems string }{
		{
			name:   "several records of a file add up",
			report: "TN:a\nSF:x.c\nDA:1,0\nDA:2,1\nBRDA:2,0,0,1\nend_of_record\nTN:b\nSF:x.c\nDA:1,4\nDA:3,0\nBRDA:2,0,0,0\nBRDA:2,0,1,0\nend_of_record\n",
			tells:  "2 of 3 lines, 1 of 2 branches: x.c 2/3",
		},
		{
			name:   "comments, blank lines and a byte order mark may stand anywhere",
			report: "\xef\xbb\xbf\n# lcov\n\nTN:\n# x\nSF:x.c\nDA:1,1\n\nend_of_record\n# end\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x.c 1/1",
		},
		{
			name:   "UTF-16, as PowerShell writes it",
			report: "\xff\xfeS\x00F\x00:\x00x\x00.\x00c\x00\n\x00D\x00A\x00:\x001\x00,\x001\x00\n\x00e\x00n\x00d\x00_\x00o\x00f\x00_\x00r\x00e\x00c\x00o\x00r\x00d\x00",
			tells:  "1 of 1 lines, 0 of 0 branches: x.c 1/1",
		},
		{
			name:     "a report that was cut off says where",
			report:   "SF:x.c\nDA:1,1\nDA:2,0\n",
			tells:    "1 of 2 lines, 0 of 0 branches: x.c 1/2",
			problems: "r, line 3: the report ends in the middle of x.c: end_of_record is missing",
		},
		{
			name:     "a record without its end is told, and the next one read",
			report:   "SF:x.c\nDA:1,1\nSF:y.c\nDA:1,1\nend_of_record\n",
			tells:    "2 of 2 lines, 0 of 0 branches: x.c 1/1, y.c 1/1",
			problems: "r, line 3: end_of_record is missing: x.c has no end",
		},
		{
			name:   "totals that lie are told once, and the lines count",
			report: "SF:x.c\nDA:1,1\nDA:2,0\nLF:2\nLH:2\nend_of_record\nSF:y.c\nDA:1,0\nLF:10\nLH:0\nend_of_record\n",
			tells:  "1 of 3 lines, 0 of 0 branches: x.c 1/2, y.c 0/1",
			problems: "r, line 6: x.c says LF 2 and LH 2, but its DA lines are 2, of which 1 were hit; " +
				"so in 2 files; the lines count",
		},
		{
			name:   "a line told twice counts once",
			report: "SF:x.c\nDA:1,0\nDA:1,1\nLF:1\nLH:1\nend_of_record\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x.c 1/1",
		},
		{
			name:     "what the format doesn't allow is told with its line and left out",
			report:   "SF:x.c\nDA:1\nDA:x,1\nDA:2,much\nBRDA:1,0,0\nBRDA:1,0,0,often\nDA\nDA:3,1\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: x.c 1/1",
			problems: "r, line 2: not what the format allows: \"1\"\nr, line 3: not what the format allows: \"x,1\"\nr, line 4: not what the format allows: \"2,much\"\nr, line 5: not what the format allows: \"1,0,0\"\nr, line 6: not what the format allows: \"1,0,0,often\"\nr, line 7: no LCOV record: \"DA\"",
		},
		{
			name:     "records of other formats are told",
			report:   "SF:x.c\nDA:1,1\nFOO:1\nnothing\nend_of_record\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: x.c 1/1",
			problems: "r, line 3: an LCOV record that no version of lcov writes: \"FOO\"\nr, line 4: no LCOV record: \"nothing\"\nr, line 6: end_of_record without a file",
		},
		{
			name:     "lines outside a file are told",
			report:   "TN:\nDA:1,1\nBRDA:1,0,0,1\nSF:\nDA:1,1\nSF:x.c\nDA:1,1\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: x.c 1/1",
			problems: "r, line 2: a DA line outside a file\nr, line 3: a BRDA line outside a file\nr, line 4: SF names no file\nr, line 5: a DA line outside a file",
		},
		{
			name:     "line numbers that cannot be are told and cost nothing",
			report:   "SF:x.c\nDA:0,1\nDA:2000000000,1\nDA:99999999999999999999999999,1\nBRDA:2000000000,0,0,1\nDA:1,1\nLF:4\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: x.c 1/1",
			problems: "r, line 2: x.c has a line number 0; lines are counted from 1\nr, line 3: x.c has a line number 2000000000; more than 4000000 is not believed\nr, line 4: x.c has a line number 9223372036854775807; more than 4000000 is not believed\nr, line 5: x.c has a line number 2000000000; more than 4000000 is not believed",
		},
		{
			name:     "a path longer than any file system takes is told",
			report:   "SF:" + strings.Repeat("x", 5000) + "\nDA:1,1\nBRDA:1,0,0,1\nend_of_record\nSF:y.c\nDA:1,1\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: y.c 1/1",
			problems: "r, line 1: the path of a file is longer than 4096 bytes: " + strings.Repeat("x", 60) + "…",
		},
		{
			name:   "a name longer than a buffer is passed over",
			report: "SF:x.c\nFN:1," + strings.Repeat("n", 200_000) + "\nDA:1,1\nend_of_record\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x.c 1/1",
		},
		{
			name:     "flaws without end are counted",
			report:   "SF:x.c\n" + strings.Repeat("DA:x\n", 1000) + "DA:1,1\nend_of_record\n",
			tells:    "1 of 1 lines, 0 of 0 branches: x.c 1/1",
			problems: "r, line 2: not what the format allows: \"x\"\nr, line 3: not what the format allows: \"x\"\nr: and 998 flaws more",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			limits := Limits{}
			if strings.Contains(test.problems, "flaws more") {
				limits.Flaws = 2
			}
			found := read(t, zipOf(t, "r", test.report), Coverage, limits)
			if p := problems(found); p != test.problems {
				t.Errorf("problems:\n%s\nwant:\n%s", p, test.problems)
			}
			c, _ := merged(Repository{}, found)
			if got := tells(c); got != test.tells {
				t.Errorf("tells %s\nwant  %s", got, test.tells)
			}
		})
	}
}
