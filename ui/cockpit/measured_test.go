package cockpit

import (
	"fmt"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/readiness"
)

// measured gives a fleet coverage: one service falls short, one can't be told, one waits for its report, one is stated by
// Codecov, one has none configured.
func measured(m *memory) {
	minimum, drop := 85.0, 1.0
	lower := 60.0
	set := func(service string, change func(d *readiness.Facts, e *readiness.Environment)) {
		d := m.details[service]
		envs := slices.Clone(d.Assessment.Environments)
		for i := range envs {
			envs[i].Findings = slices.Clone(envs[i].Findings)
			change(&d.Facts, &envs[i])
		}
		d.Assessment.Environments = envs
		m.details[service] = d
		for i := range m.board.Services {
			if m.board.Services[i].Service == service {
				m.board.Services[i] = d.Assessment.Summary()
			}
		}
	}
	judge := func(e *readiness.Environment, level model.Level, r model.Result, why, settle string) {
		f := finding(model.GateCoverage, r, why)
		f.Level, f.Settle = level, model.Text(settle)
		at := slices.IndexFunc(e.Findings, func(f model.Finding) bool { return f.Gate == model.GateCoverage })
		if at < 0 {
			e.Findings = append(e.Findings, f)
			return
		}
		e.Findings[at] = f
	}
	figure := func(hit, total int) readiness.Figure {
		return readiness.Figure{Known: true, Lines: model.Covered{Hit: hit, Total: total}, Branches: model.Covered{Hit: hit / 3, Total: total / 2}, At: ago(21 * time.Minute)}
	}
	lines := func(stretches ...model.Lines) (set model.LineSet) {
		for _, l := range stretches {
			for n := l.From; n <= l.To; n++ {
				set.Put(n)
			}
		}
		return set
	}
	set("api", func(f *readiness.Facts, e *readiness.Environment) {
		f.Service.Coverage = &model.CoverageRule{Artifact: "coverage*", Minimum: &minimum, MaxDrop: &drop}
		e.Coverage = readiness.Coverage{Configured: true, Release: e.Candidate.Release, Base: e.Current.Release, Figure: figure(5020, 5900), Before: figure(5008, 5900), Minimum: &minimum, MaxDrop: &drop}
		if e.Name == "staging" {
			judge(e, model.Required, model.Pass, "85.1 % of lines are covered, 85 % wanted; 0.2 points more than on v2.14.0", "")
			return
		}
		e.Coverage.Figure, e.Coverage.Before = figure(4840, 5895), figure(4920, 5893)
		e.Coverage.Patch = readiness.Patch{Known: true, Lines: model.Covered{Hit: 41, Total: 63}, Unknown: 1, Files: []readiness.PatchFile{
			{Path: "services/payments/internal/gateway/card/retry.go", Lines: model.Covered{Hit: 3, Total: 20}, Uncovered: lines(model.Lines{From: 41, To: 57})},
			{Path: "api/login.go", Lines: model.Covered{Hit: 33, Total: 38}, Uncovered: lines(model.Lines{From: 12, To: 14}, model.Lines{From: 80, To: 80}, model.Lines{From: 131, To: 131})},
			{Path: "api/passkey.go", Lines: model.Covered{Hit: 5, Total: 5}},
		}}
		judge(e, model.Required, model.Fail, "82.1 % of lines are covered, 85 % wanted: 171 lines too few; coverage fell 1.4 points from 83.5 % on v2.13.2, 1 allowed", "")
		report := model.Coverage{SHA: e.Coverage.Release.SHA, Origin: model.CoverageReport, Lines: e.Coverage.Figure.Lines, Branches: e.Coverage.Figure.Branches, Statements: model.Covered{Hit: 6011, Total: 7400}, At: ago(21 * time.Minute)}
		for i, p := range []string{"api", "services/payments/internal/gateway/card", "services/payments", "internal/store", "internal/clock", "cmd/api"} {
			report.Packages = append(report.Packages, model.PackageCoverage{Name: p, Lines: model.Covered{Hit: 900 - 130*i, Total: 1000 - 145*i}, Branches: model.Covered{Hit: 10, Total: 20}})
			for k, name := range []string{"login.go", "retry.go", "store.go"}[:3-i%2] {
				file := model.FileCoverage{Path: p + "/" + name, Package: p, Lines: model.Covered{Hit: 40 - 9*k, Total: 50}, Coverable: lines(model.Lines{From: 10, To: 59})}
				file.Hit = file.Coverable.Without(lines(model.Lines{From: 20, To: 29 + 9*k}))
				m.files = append(m.files, file)
			}
		}
		report.Sources = []model.ReportSource{
			{Run: 101, Artifact: 9, Name: "coverage-linux", File: "coverage.out", Format: "go", URL: "https://github.com/acme/api/actions/runs/101", At: ago(21 * time.Minute)},
			{Run: 101, Artifact: 10, Name: "coverage-web", File: "lcov.info", Format: "lcov", URL: "https://github.com/acme/api/actions/runs/101", At: ago(21 * time.Minute)},
		}
		f.Coverage = append(f.Coverage, report)
		f.ReportFlaws = append(f.ReportFlaws, model.ReportProblem{SHA: report.SHA, Kind: "coverage", Source: report.Sources[1], Why: "line 9: LF says 201, and there are 200"})
		f.Reads = append(f.Reads, model.Read{Signal: model.SignalReports, Subject: string(report.SHA), At: ago(20 * time.Minute)})
	})
	set("gateway", func(_ *readiness.Facts, e *readiness.Environment) {
		e.Coverage = readiness.Coverage{Configured: true, Release: e.Current.Release, Figure: figure(612, 1000), Minimum: &lower}
		if e.Candidate.Exists() {
			e.Coverage.Release, e.Coverage.Base, e.Coverage.Before = e.Candidate.Release, e.Current.Release, figure(612, 1000)
			judge(e, model.Required, model.Pass, "61.2 % of lines are covered, 60 % wanted; as on v5.1.0", "")
			return
		}
		judge(e, model.Required, model.NotApplicable, "nothing to promote", "")
	})
	set("search", func(f *readiness.Facts, e *readiness.Environment) {
		f.Service.Coverage = &model.CoverageRule{Artifact: "coverage*", Minimum: &lower}
		e.Coverage = readiness.Coverage{Configured: true, Release: e.Candidate.Release, Base: e.Current.Release, Minimum: &lower}
		judge(e, model.Required, model.Unknown, "no coverage report on 1cd6a4f: no artifact of its runs that is called coverage* holds one, and no service states one", "a run on 1cd6a4f that uploads a coverage report")
	})
	set("ledger", func(_ *readiness.Facts, e *readiness.Environment) {
		stated := 85.2
		e.Coverage = readiness.Coverage{Configured: true,
			Release: e.Candidate.Release, Base: e.Current.Release, Minimum: &lower, Patch: readiness.Patch{Stated: "codecov/patch: 92.94% of diff hit (target 83.33%)"},
			Figure: readiness.Figure{Known: true, Stated: &stated, By: "codecov", At: ago(3 * time.Hour)},
		}
		judge(e, model.Advisory, model.Pass, "85.2 % of lines are covered (stated by codecov), 60 % wanted", "")
	})
	set("mailer", func(_ *readiness.Facts, e *readiness.Environment) {
		judge(e, model.Advisory, model.Wait, "no coverage of 4b1d2aa yet: ci.yml still runs", "")
	})
	for _, service := range []string{"billing", "catalogue", "reports"} {
		set(service, func(_ *readiness.Facts, e *readiness.Environment) {
			judge(e, model.Advisory, model.NotApplicable, "no coverage is configured, and none was found", "")
		})
	}
	for i := range 40 {
		hit := 4700 + i*8 - i%5*11
		if i > 34 {
			hit -= 60
		}
		m.coverage = append(m.coverage, model.CoveragePoint{
			SHA: sha(fmt.Sprint("point", i)), Branch: "main", At: ago(time.Duration(40-i) * 37 * time.Hour), Origin: model.CoverageReport, Lines: model.Covered{Hit: hit, Total: 5890},
		})
	}
	m.coverage[20].SHA, m.coverage[39].SHA = release("api", "v2.13.2", 0).SHA, release("api", "v2.14.0", 0).SHA
	m.coverage[20].Lines = model.Covered{Hit: 4920, Total: 5893}
	m.coverage[39].Lines = model.Covered{Hit: 4840, Total: 5895}
}
