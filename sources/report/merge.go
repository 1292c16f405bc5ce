package report

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/model"
)

// MergeCoverage is the coverage of a commit: all that the reports in its artifacts tell, with the paths of files mapped
// to the repository. A line was covered if any report says so. What could not be mapped keeps the path that reports give
// it, and is a problem. It is pure: the same parts in any order give the same coverage.
func MergeCoverage(sha model.SHA, parts []Part, repo Repository) (model.Coverage, []model.ReportProblem) {
	out := model.Coverage{SHA: sha, Origin: model.CoverageReport}
	files := make(map[string]*mergedFile)
	var problems []model.ReportProblem
	for _, part := range ordered(parts) {
		if part.Elder || !part.Found.Has(Coverage) {
			continue
		}
		out.Sources = append(out.Sources, part.source(Coverage))
		if part.Source.At.After(out.At) {
			out.At = part.Source.At
		}
		out.Cut = out.Cut || part.Found.Cut&Coverage != 0
		paths, unmapped := repo.paths(part.Found.Files)
		if unmapped != "" {
			problems = append(problems, model.ReportProblem{SHA: sha, Kind: Coverage.String(), Source: part.source(Coverage), Why: model.Clean(unmapped)})
		}
		for i := range part.Found.Files {
			add(files, paths[i], &part.Found.Files[i])
		}
	}
	packages := make(map[string]*model.PackageCoverage)
	for _, f := range files {
		c := f.coverage()
		out.Files = append(out.Files, c)
		out.Lines, out.Branches = out.Lines.Add(c.Lines), out.Branches.Add(c.Branches)
		out.Statements = out.Statements.Add(f.statements())
		p := packages[c.Package]
		if p == nil {
			p = &model.PackageCoverage{Name: c.Package}
			packages[c.Package] = p
		}
		p.Lines, p.Branches = p.Lines.Add(c.Lines), p.Branches.Add(c.Branches)
	}
	slices.SortFunc(out.Files, func(a, b model.FileCoverage) int { return strings.Compare(a.Path, b.Path) })
	for _, p := range packages {
		out.Packages = append(out.Packages, *p)
	}
	slices.SortFunc(out.Packages, func(a, b model.PackageCoverage) int { return strings.Compare(a.Name, b.Name) })
	return out, problems
}

// MergeTests is how the tests of a commit ended by all that the reports in its artifacts tell (model.MergeTests).
func MergeTests(sha model.SHA, parts []Part) model.Tests {
	var reports []model.TestReport
	for _, part := range ordered(parts) {
		if part.Found.Has(Tests) {
			f := part.Found
			reports = append(reports, model.TestReport{Source: part.source(Tests), Elder: part.Elder, Seen: f.Seen, Named: f.Named, Cut: f.Cut&Tests != 0})
		}
	}
	return model.MergeTests(sha, reports)
}

// Problems are those of the artifact of a kind, as the cache and the gates take them.
func (p Part) Problems(sha model.SHA, k Kind) (list []model.ReportProblem) {
	for i := range p.Found.Problems {
		problem := &p.Found.Problems[i]
		if problem.Kind&k == 0 {
			continue
		}
		source := p.Source
		source.File = problem.File
		list = append(list, model.ReportProblem{SHA: sha, Kind: k.String(), Source: source, Why: model.Clean(problem.Error()), Lost: problem.Lost})
	}
	return list
}

// String is the word that model.ReportProblem has for a kind.
func (k Kind) String() string {
	switch k {
	case Coverage:
		return "coverage"
	case Tests:
		return "tests"
	}
	return "coverage and tests"
}

// source is where the reports of a kind came from: which file it was, or how many.
func (p Part) source(k Kind) model.ReportSource {
	s, n := p.Source, 0
	for _, r := range p.Found.Reports {
		if r.Kind != k {
			continue
		}
		if n++; n == 1 {
			s.File, s.Format = r.File, r.Format
		} else if !slices.Contains(strings.Split(s.Format, ", "), r.Format) {
			s.Format += ", " + r.Format
		}
	}
	if n > 1 {
		s.File = fmt.Sprintf("%d files", n)
	}
	return s
}

// ordered are the parts in an order of their own, so that theirs does not matter.
func ordered(parts []Part) []Part {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Source.Run, b.Source.Run), cmp.Compare(a.Source.Artifact, b.Source.Artifact))
	})
	return parts
}

// mergedFile is what all reports tell of one file.
type mergedFile struct {
	path, pkg      string
	coverable, hit model.LineSet
	branches       [][]byte
	blocks         [][]byte
}

func add(files map[string]*mergedFile, to string, f *File) {
	m := files[to]
	if m == nil {
		m = &mergedFile{path: to}
		files[to] = m
	}
	if m.pkg == "" || f.Package != "" && f.Package < m.pkg {
		m.pkg = f.Package
	}
	m.coverable, m.hit = union(m.coverable, f.Coverable), union(m.hit, f.Hit)
	if len(f.Branches) > 0 {
		m.branches = append(m.branches, f.Branches)
	}
	if len(f.Statements) > 0 {
		m.blocks = append(m.blocks, f.Statements)
	}
}

// union is the lines of both sets. It leaves the sets alone: they are the cache's.
func union(a, b model.LineSet) model.LineSet {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) == 0 {
		return a
	}
	a = slices.Clone(a)
	for i, word := range b {
		a[i] |= word
	}
	return a
}

func (m *mergedFile) coverage() model.FileCoverage {
	c := model.FileCoverage{
		Path: m.path, Package: m.pkg, Coverable: m.coverable, Hit: m.hit,
		Lines: model.Covered{Hit: m.hit.Len(), Total: m.coverable.Len()}, Branches: countBranches(m.branches),
	}
	if c.Package == "" {
		c.Package = path.Dir(c.Path)
	}
	return c
}

// statements counts the statements of blocks. Where reports tell two numbers of statements for one block the code was not
// the same, and the higher counts.
func (m *mergedFile) statements() (c model.Covered) {
	var last uint64
	unionOf(m.blocks, func(mark uint64) {
		if placeOf(mark) == placeOf(last) {
			c.Total -= statementsOf(last)
			c.Hit -= statementsOf(last) * int(last&1)
			mark |= last & 1
		}
		c.Total += statementsOf(mark)
		c.Hit += statementsOf(mark) * int(mark&1)
		last = mark
	})
	return c
}

// countBranches counts the branches of a file. Of a line of which one report names the branches and another one only
// counts them, those named are taken.
func countBranches(lists [][]byte) (c model.Covered) {
	line, named := uint64(0), 0
	unionOf(lists, func(mark uint64) {
		if l := mark >> lineShift; l != line {
			line, named = l, 0
		}
		if mark>>1&countedBranch == 0 {
			named++ // named ones are in order before those counted
		} else if named > 0 {
			return
		}
		c.Total++
		c.Hit += int(mark & 1)
	})
	return c
}
