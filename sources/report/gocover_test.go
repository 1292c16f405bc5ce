package report

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/cover"
	"gonogo/model"
	"pgregory.net/rapid"
)

func TestWhatGoProfilesMayAndMayNotSay(t *testing.T) {
	for _, test := range []struct {
		name, report, tells, problems string
		statements                    model.Covered
	}{
		{
			name:   "blocks are lines, and statements beside them",
			report: "mode: set\nx/a.go:3.14,5.2 2 1\nx/a.go:7.20,9.3 4 0\n",
			tells:  "3 of 6 lines, 0 of 0 branches: x/a.go 3/6", statements: model.Covered{Hit: 2, Total: 6},
		},
		{
			name:   "a line is covered if any of the blocks on it was run",
			report: "mode: count\nx/a.go:3.14,5.10 1 7\nx/a.go:5.10,7.3 1 0\nx/a.go:7.3,7.9 1 1\n",
			tells:  "4 of 5 lines, 0 of 0 branches: x/a.go 4/5", statements: model.Covered{Hit: 2, Total: 3},
		},
		{
			name:   "blocks of several packages' tests count once",
			report: "mode: atomic\nx/a.go:3.1,4.2 2 0\nx/b.go:1.1,1.9 1 0\nx/a.go:3.1,4.2 2 9\nx/b.go:1.1,1.9 1 0\nx/a.go:3.1,4.2 2 0\n",
			tells:  "2 of 3 lines, 0 of 0 branches: x/a.go 2/2, x/b.go 0/1", statements: model.Covered{Hit: 2, Total: 3},
		},
		{
			name:   "profiles put one after another",
			report: "mode: set\nx/a.go:3.1,4.2 2 0\nmode: set\nx/a.go:3.1,4.2 2 1\n\nmode: count\nx/b.go:3.1,4.2 2 0\n",
			tells:  "2 of 4 lines, 0 of 0 branches: x/a.go 2/2, x/b.go 0/2", statements: model.Covered{Hit: 2, Total: 4},
		},
		{
			name:   "Windows: returns at the ends of lines, drives and blanks in paths",
			report: "mode: set\r\nD:\\a\\api api\\pay.go:3.1,4.2 2 1\r\n",
			tells:  "2 of 2 lines, 0 of 0 branches: /a/api api/pay.go 2/2", statements: model.Covered{Hit: 2, Total: 2},
		},
		{
			name:   "an empty function has nothing to cover, and a block that ends in column 1 not that line",
			report: "mode: set\nx/a.go:3.12,3.14 0 0\nx/a.go:5.12,8.1 3 1\n",
			tells:  "3 of 3 lines, 0 of 0 branches: x/a.go 3/3", statements: model.Covered{Hit: 3, Total: 3},
		},
		{
			name: "a profile of nothing", report: "mode: set\n", tells: "0 of 0 lines, 0 of 0 branches: ",
			problems: "r: it begins like a report of the format go, and tells of no file",
		},
		{
			name:   "counts of any size",
			report: "mode: atomic\nx/a.go:3.1,3.2 1 4294967295\nx/a.go:4.1,4.2 1 99999999999999999999\n",
			tells:  "2 of 2 lines, 0 of 0 branches: x/a.go 2/2", statements: model.Covered{Hit: 2, Total: 2},
		},
		{
			name:   "what is no block is told with its line",
			report: "mode: set\nx/a.go:3.1,4.2 2\nx/a.go 3.1,4.2 2 1\nx/a.go:3,4.2 2 1\nx/a.go:3.1;4.2 2 1\nx/a.go:3.1,4.2 two 1\nx/a.go:3.1,4.2 2 -1\nmode: fuzzy\nx/a.go:1.1,1.2 1 1\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x/a.go 1/1", statements: model.Covered{Hit: 1, Total: 1},
			problems: "r, line 2: no block of a Go cover profile: \"x/a.go:3.1,4.2 2\"\nr, line 3: no block of a Go cover profile: \"x/a.go 3.1,4.2 2 1\"\n" +
				"r, line 4: no block of a Go cover profile: \"x/a.go:3,4.2 2 1\"\nr, line 5: no block of a Go cover profile: \"x/a.go:3.1;4.2 2 1\"\n" +
				"r, line 6: no block of a Go cover profile: \"x/a.go:3.1,4.2 two 1\"\nr, line 7: no block of a Go cover profile: \"x/a.go:3.1,4.2 2 -1\"\n" +
				"r, line 8: a mode that Go does not write: \"mode: fuzzy\"",
		},
		{
			name:   "a report that was cut off says so",
			report: "mode: set\nx/a.go:1.1,1.2 1 1\nx/a.go:7.20,9.",
			tells:  "1 of 1 lines, 0 of 0 branches: x/a.go 1/1", statements: model.Covered{Hit: 1, Total: 1},
			problems: "r, line 3: the report ends in the middle of a block: \"x/a.go:7.20,9.\"",
		},
		{
			name:   "blocks that cannot be",
			report: "mode: set\nx/a.go:9.1,3.2 1 1\nx/a.go:1.1,900000.2 1 1\nx/a.go:2000000000.1,2000000000.2 1 1\nx/a.go:1.1,1.2 1 1\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x/a.go 1/1", statements: model.Covered{Hit: 1, Total: 1},
			problems: "r, line 2: a block that ends before it begins: \"x/a.go:9.1,3.2 1 1\"\nr, line 3: a block of 900000 lines is not believed\n" +
				"r, line 4: no block of a Go cover profile: \"x/a.go:2000000000.1,2000000000.2 1 1\"",
		},
		{
			name:   "two numbers of statements for one block: the code was not the same, and the higher counts",
			report: "mode: set\nx/a.go:1.1,1.2 1 1\nx/a.go:1.1,1.2 3 0\n",
			tells:  "1 of 1 lines, 0 of 0 branches: x/a.go 1/1", statements: model.Covered{Hit: 3, Total: 3},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := read(t, zipOf(t, "r", test.report), Coverage, Limits{})
			if p := problems(found); p != test.problems {
				t.Errorf("problems:\n%s\nwant:\n%s", p, test.problems)
			}
			c, _ := merged(Repository{}, found)
			if got := tells(c); got != test.tells {
				t.Errorf("tells %s\nwant  %s", got, test.tells)
			}
			if c.Statements != test.statements {
				t.Errorf("statements %v, want %v", c.Statements, test.statements)
			}
		})
	}
}

// oracle is what golang.org/x/tools/cover, which takes a profile whole, makes of it.
func oracle(t rapid.TB, profile string) (lines, statements model.Covered) {
	t.Helper()
	profiles, err := cover.ParseProfilesFromReader(strings.NewReader(profile))
	if err != nil {
		t.Fatalf("%v in\n%s", err, profile)
	}
	for _, p := range profiles {
		seen := make(map[int]bool)
		for _, b := range p.Blocks {
			statements.Total += b.NumStmt
			if b.Count > 0 {
				statements.Hit += b.NumStmt
			}
			last := b.EndLine
			if b.EndCol <= 1 && last > b.StartLine {
				last--
			}
			for line := b.StartLine; line <= last && b.NumStmt > 0; line++ {
				seen[line] = seen[line] || b.Count > 0
			}
		}
		for _, hit := range seen {
			lines.Total++
			if hit {
				lines.Hit++
			}
		}
	}
	return lines, statements
}

// Whatever Go could write, we and x/tools make the same of it, in any order of blocks.
func TestGoProfilesAreReadAsGoDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var blocks []string
		blocks = append(blocks, "acme.dev/x/f.go:1.1,1.2 1 1\n") // a profile of nothing is told
		for f := range rapid.IntRange(1, 4).Draw(t, "files") {
			line := 1
			for range rapid.IntRange(0, 12).Draw(t, "blocks") {
				line += rapid.IntRange(0, 3).Draw(t, "gap")
				end := line + rapid.IntRange(0, 5).Draw(t, "length")
				column := len(blocks)*7 + 2 // no two blocks begin in one place
				b := fmt.Sprintf("acme.dev/x/f%d.go:%d.%d,%d.%d %d", f, line, column, end, column+rapid.IntRange(1, 5).Draw(t, "width"), rapid.IntRange(0, 4).Draw(t, "statements"))
				for range rapid.IntRange(1, 3).Draw(t, "times") {
					blocks = append(blocks, fmt.Sprintf("%s %d\n", b, rapid.IntRange(0, 2).Draw(t, "count")))
				}
				line = end
			}
		}
		blocks = rapid.Permutation(blocks).Draw(t, "order")
		profile := "mode: " + rapid.SampledFrom([]string{"set", "count", "atomic"}).Draw(t, "mode") + "\n" + strings.Join(blocks, "")
		lines, statements := oracle(t, profile)
		found, err := Read(t.Context(), strings.NewReader(profile), int64(len(profile)), Coverage, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		c, _ := merged(Repository{}, found)
		if c.Lines != lines || c.Statements != statements || len(found.Problems) > 0 {
			t.Fatalf("lines %v, statements %v, problems %v; x/tools says %v, %v of\n%s", c.Lines, c.Statements, found.Problems, lines, statements, profile)
		}
	})
}

// The statements are those that "go test -cover" and "go tool cover -func" count, with the tests of several
// packages in one profile.
func TestStatementsAreThoseOfGoTest(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module acme.dev/payments\n\ngo 1.24\n",
		"fee/fee.go":       "package fee\n\nfunc Of(amount int, express bool) int {\n\tif amount > 100 && express { return amount / 10 }\n\tfor i := 0; i < 3; i++ {\n\t\tamount--; amount++\n\t}\n\treturn 1\n}\n\nfunc never() (int,\n\terror) {\n\treturn 0,\n\t\tnil\n}\n\nfunc empty() {}\n",
		"fee/fee_test.go":  "package fee\n\nimport \"testing\"\n\nfunc TestOf(t *testing.T) { if Of(3, false) != 1 { t.Fatal() } }\n",
		"bill/bill.go":     "package bill\n\nimport \"acme.dev/payments/fee\"\n\nfunc Of(amount int) int {\n\treturn amount + fee.Of(amount, true)\n}\n",
		"bill/bil_test.go": "package bill\n\nimport \"testing\"\n\nfunc TestOf(t *testing.T) { if Of(200) != 220 { t.Fatal() } }\n",
	} {
		if err := os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		c := exec.CommandContext(t.Context(), "go", args...)
		c.Dir = folder
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("test", "-covermode", "count", "-coverpkg", "./...", "-coverprofile", "cover.out", "./...")
	total := regexp.MustCompile(`total:.*?([0-9.]+)%`).FindStringSubmatch(run("tool", "cover", "-func", "cover.out"))
	profile, err := os.ReadFile(filepath.Join(folder, "cover.out"))
	if err != nil || total == nil {
		t.Fatal(err, total)
	}
	found := read(t, profile, Coverage, Limits{})
	c, why := merged(Repository{Name: "acme/api", Known: []string{"bill/bill.go", "README.md"}}, found)
	if p := problems(found); p != "" || why != "" {
		t.Error(p, why)
	}
	if percent, _ := c.Statements.Percent(); fmt.Sprintf("%.1f", percent) != total[1] {
		t.Errorf("statements are covered by %.1f %%; go tool cover says %s %%", percent, total[1])
	}
	if lines, statements := oracle(t, string(profile)); c.Lines != lines || c.Statements != statements {
		t.Errorf("%v, %v; x/tools says %v, %v", c.Lines, c.Statements, lines, statements)
	}
	var paths []string
	for _, f := range c.Files {
		paths = append(paths, f.Path)
	}
	if !slices.Equal(paths, []string{"bill/bill.go", "fee/fee.go"}) {
		t.Errorf("paths %q", paths)
	}
}
