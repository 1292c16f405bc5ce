package simulator

import (
	"fmt"
	"path"
	"strings"
)

// write is the code of one part of a product after a change: some functions, of which careless people leave some
// lines untested.
func (p *product) write(name string, change int) string {
	part := strings.TrimSuffix(path.Base(name), path.Ext(name))
	var b strings.Builder
	if path.Ext(name) == ".go" {
		fmt.Fprintf(&b, "package %s\n\n// change %d\n", goName(p.name), change)
	}
	functions := 3 + change%4
	if p.careless > 100 {
		functions += 4 // who writes much tests little
	}
	for i := range functions {
		of := draw(name+itoa(int64(change)), i) % 100
		rare, usual := "", ""
		if of < p.careless {
			rare = untested
		}
		if of < p.careless-100 {
			usual = untested
		}
		b.WriteString(function(path.Ext(name), part, i, change, rare, usual))
	}
	return b.String()
}

// function writes one function in a language, each of its two ends with a remark.
func function(language, part string, n, change int, rare, usual string) string {
	remark := func(with, text string) string {
		if text == "" {
			return ""
		}
		return " " + with + " " + text
	}
	name := fmt.Sprintf("%s_step%d", part, n)
	switch language {
	case ".py":
		return fmt.Sprintf("\n\ndef %s(n):\n    if n < 0:\n        return %d%s\n    return n * %d%s\n", name, -n, remark("#", rare), change, remark("#", usual))
	case ".ts":
		return fmt.Sprintf("\nexport function %s(n: number): number {\n  if (n < 0) {\n    return %d%s\n  }\n  return n * %d%s\n}\n", name, -n, remark("//", rare), change, remark("//", usual))
	case ".kt":
		return fmt.Sprintf("\nfun %s(n: Int): Int {\n    if (n < 0) {\n        return %d%s\n    }\n    return n * %d%s\n}\n", name, -n, remark("//", rare), change, remark("//", usual))
	}
	return fmt.Sprintf("\nfunc %s(n int) int {\n\tif n < 0 {\n\t\treturn %d%s\n\t}\n\treturn n * %d%s\n}\n", name, -n, remark("//", rare), change, remark("//", usual))
}

// catchUp puts a commit on main at once that tests what nobody had had time for.
func (p *product) catchUp(title string) {
	p.careless = 40
	title, files := p.work(title)
	for name, code := range p.repo.resolve("").files {
		if isCode(name) && strings.Count(code, untested) > 3 {
			files[name] = p.write(name, p.changes)
		}
	}
	p.repo.Push(Change{Message: title, By: pick(p.dice, people()), Files: files})
}

// leaves makes the product's tests leave reports behind, in the formats of a language's usual tools.
func (p *product) leaves(code string, artifacts ...ArtifactPlan) {
	p.code, p.artifacts = code, artifacts
	p.workflows(1)
}

// coverageIn is an artifact with the coverage of what was built.
func coverageIn(artifact, file string, write func(Measured) string) ArtifactPlan {
	return ArtifactPlan{Name: artifact, Files: func(e JobEnd) map[string]string {
		return map[string]string{file: write(Measure(e.Files))}
	}}
}

// testsIn is an artifact with how the tests of what was built ended; some of them as change says.
func testsIn(artifact, file, suite string, change func(*TestRun, JobEnd)) ArtifactPlan {
	return ArtifactPlan{Name: artifact, Always: true, Files: func(e JobEnd) map[string]string {
		run := TestsOf(suite, e)
		if e.Conclusion != Success {
			run.Break(7, "expected 200, got 503")
			run.Break(20, "the cart is empty")
		}
		if change != nil {
			change(&run, e)
		}
		return map[string]string{file: run.JUnit()}
	}}
}

// codecov sets the statuses that Codecov sets on a commit, with its words: "80.12% (+0.03%) compared to abc1234",
// "93.54% of diff hit (target 94.70%)" (as seen in chaotic-ground/wikven#340, codecov/support#202).
func (p *product) codecov(tag, before string) {
	now := p.percent(tag)
	project := CommitStatusOf{Ref: tag, Context: "codecov/project", Description: fmt.Sprintf("%.2f%% (target 80.00%%)", now), By: "codecov[bot]"}
	if p.repo.resolve(before) != nil {
		was := p.percent(before)
		project.Description = fmt.Sprintf("%.2f%% (%+.2f%%) compared to %.7s", now, now-was, p.repo.resolve(before).SHA)
	}
	project.TargetURL = "https://app.codecov.io/gh/acme/" + p.name
	patch := project
	patch.Context, patch.Description = "codecov/patch", fmt.Sprintf("%.2f%% of diff hit (target %.2f%%)", now-1.5, now)
	p.repo.Status(project)
	p.repo.Status(patch)
}

// percent is the coverage of a commit.
func (p *product) percent(ref string) float64 {
	c := p.repo.resolve(ref)
	if c == nil {
		return 0
	}
	return Measure(c.files).Percent()
}
