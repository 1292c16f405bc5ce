package report

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"gonogo/model"
)

// zipOf is an archive of files: names and contents in turn.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads an artifact that can be read.
func read(t testing.TB, artifact []byte, want Kind, limits Limits) *Found {
	t.Helper()
	found, err := Read(t.Context(), bytes.NewReader(artifact), int64(len(artifact)), want, limits)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// merged is the coverage of artifacts, with its problems in lines.
func merged(repo Repository, found ...*Found) (model.Coverage, string) {
	var parts []Part
	for i, f := range found {
		parts = append(parts, Part{Source: model.ReportSource{Run: 1, Artifact: int64(i + 1), Name: "coverage"}, Found: f})
	}
	c, problems := MergeCoverage("3f2c1a9", parts, repo)
	var why []string
	for _, p := range problems {
		why = append(why, string(p.Why))
	}
	return c, strings.Join(why, "\n")
}

// problems are what was found wrong, in lines.
func problems(f *Found) string {
	var list []string
	for i := range f.Problems {
		list = append(list, f.Problems[i].Error())
	}
	return strings.Join(list, "\n")
}

func TestReportsOfAnArtifactAreMerged(t *testing.T) {
	artifact := zipOf(t,
		"unit/lcov.info", "TN:\nSF:/home/runner/work/api/api/src/pay.ts\nDA:1,1\nDA:2,0\nBRDA:2,0,0,1\nBRDA:2,0,1,-\nLF:2\nLH:1\nend_of_record\n",
		"e2e/lcov.info", "TN:\nSF:/home/runner/work/api/api/src/pay.ts\nDA:1,0\nDA:2,3\nBRDA:2,0,0,0\nBRDA:2,0,1,2\nLF:2\nLH:1\nend_of_record\n",
		"go/cover.out", "mode: set\ngithub.com/acme/api/cmd/main.go:3.13,5.2 2 1\ngithub.com/acme/api/cmd/main.go:7.13,9.2 1 0\n",
		"README", "what this is")
	found := read(t, artifact, Coverage, Limits{})
	if p := problems(found); p != "" {
		t.Error(p)
	}
	c, why := merged(Repository{Name: "acme/api"}, found)
	if why != "" {
		t.Error(why)
	}
	if c.Lines != (model.Covered{Hit: 5, Total: 8}) || c.Branches != (model.Covered{Hit: 2, Total: 2}) || c.Statements != (model.Covered{Hit: 2, Total: 3}) {
		t.Errorf("lines %v, branches %v, statements %v", c.Lines, c.Branches, c.Statements)
	}
	if len(c.Files) != 2 || c.Files[0].Path != "cmd/main.go" || c.Files[1].Path != "src/pay.ts" {
		t.Errorf("files %+v", c.Files)
	}
	if s := c.Sources[0]; s.File != "3 files" || s.Format != "lcov, go" && s.Format != "go, lcov" {
		t.Errorf("source %+v", s)
	}

	encoded, err := found.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := merged(Repository{Name: "acme/api"}, again, found); d.Lines != c.Lines || d.Branches != c.Branches || d.Statements != c.Statements {
		t.Errorf("what was kept in the cache is %v, %v, %v", d.Lines, d.Branches, d.Statements)
	}
}

func TestAnArtifactWithoutReportsSaysSo(t *testing.T) {
	for want, says := range map[Kind]string{
		Coverage: "no report was recognised in it: LCOV, Cobertura, JaCoCo and Go cover profiles are read",
		Tests:    "no report was recognised in it: JUnit XML is read",
	} {
		if p := problems(read(t, zipOf(t, "a.txt", "nothing"), want, Limits{})); p != says {
			t.Errorf("got %q, want %q", p, says)
		}
	}
}

func TestAReportOfNothingIsNone(t *testing.T) {
	found := read(t, zipOf(t, "report.xml", "<report><page/></report>"), Coverage, Limits{})
	if p := problems(found); p != "report.xml: it begins like a report of the format jacoco, and tells of no file" || found.Has(Coverage) {
		t.Errorf("says %q, has coverage: %v", p, found.Has(Coverage))
	}
}
