package discover

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gonogo/model"
	"gonogo/sources/github"
)

// facts are those of a repository of which everything could be read, and nothing is there.
func facts(change func(*Facts)) Facts {
	f := Facts{
		Subject:    Subject{Repo: model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, Why: "remote origin"},
		Repository: model.Repository{FullName: "acme/api", DefaultBranch: "main"}, Files: map[string]string{},
		EnvironmentsRead: true, RunsRead: true, WorkflowsRead: false, ReleasesRead: true, ChecksRead: true, ArtifactsRead: true, MilestonesRead: true,
	}
	if change != nil {
		change(&f)
	}
	return f
}

func environment(names ...string) []model.Protection {
	var list []model.Protection
	for _, n := range names {
		list = append(list, model.Protection{Environment: n, Exists: true})
	}
	return list
}

func sha(n int) model.SHA { return model.SHA(fmt.Sprintf("%040x", n)) }

// deployed is a commit that reached environments in this order, an hour apart; newest deployments first.
func deployed(commit int, environments ...string) []model.Deployment {
	var list []model.Deployment
	for i, e := range environments {
		list = append(list, model.Deployment{ID: int64(100*commit + i), Environment: e, SHA: sha(commit), CreatedAt: start.Add(time.Duration(10*commit+i) * time.Hour)})
	}
	slices.Reverse(list)
	return list
}

func names(stops []stop) string {
	var list []string
	for _, s := range stops {
		list = append(list, s.name)
	}
	return strings.Join(list, " → ")
}

func TestTheOrderOfEnvironments(t *testing.T) {
	guarded := func(names ...string) func(*Facts) {
		return func(f *Facts) {
			for i := range f.Environments {
				if slices.Contains(names, f.Environments[i].Environment) {
					f.Environments[i].Reviewers = []model.Reviewer{{Type: "User", Name: "mona"}}
				}
			}
		}
	}
	for _, c := range []struct {
		names  []string
		change func(*Facts)
		want   string
		notes  string
	}{
		{[]string{"production", "staging", "development"}, nil, "development → staging → production", ""},
		{[]string{"Prod", "QA", "Dev", "UAT"}, nil, "Dev → QA → UAT → Prod", ""},
		{[]string{"live", "preprod", "test"}, nil, "test → preprod → live", ""},
		{[]string{"pre-production", "production"}, nil, "pre-production → production", ""},
		{[]string{"non-prod", "prod"}, nil, "non-prod → prod", ""},
		{[]string{"production-canary", "production", "stg"}, nil, "stg → production-canary → production", ""},
		{[]string{"Production EU", "Staging EU"}, nil, "Staging EU → Production EU", ""},
		{[]string{"test1", "prod2"}, nil, "test1 → prod2", ""},
		{[]string{"testpypi", "pypi"}, nil, "testpypi → pypi", ""},
		// Names that say the same, or nothing: what was deployed where first decides.
		{[]string{"prod-eu", "prod-us"}, func(f *Facts) { f.Deployments = deployed(1, "prod-us", "prod-eu") }, "prod-us → prod-eu", ""},
		{[]string{"prod-eu", "prod-us"}, nil, "prod-eu → prod-us", ""},
		{[]string{"mars", "staging", "production"}, func(f *Facts) { f.Deployments = deployed(1, "staging", "mars", "production") }, "staging → mars → production", ""},
		{[]string{"mars", "staging", "production"}, func(f *Facts) { f.Deployments = deployed(1, "mars", "staging") }, "mars → staging → production", ""},
		{[]string{"mars", "venus"}, func(f *Facts) { f.Deployments = deployed(1, "venus", "mars") }, "venus → mars", ""},
		{[]string{"mars", "venus"}, func(f *Facts) {
			f.Deployments = slices.Concat(deployed(3, "mars", "venus"), deployed(2, "venus", "mars"), deployed(1, "venus", "mars"))
		}, "venus → mars", ""},
		{[]string{"mars", "venus", "production"}, guarded("mars"), "venus → mars → production", ""},
		{[]string{"a", "b"}, guarded("a"), "b → a", ""},
		// What is none that releases go through.
		{[]string{"production", "github-pages"}, nil, "production", "github-pages, which shows pages"},
		{[]string{"github-pages"}, nil, "github-pages", ""},
		{[]string{"production", "pr-12", "pr-13", "review/feature-x", "Preview", "Preview – web", "copilot", "pr7", "app-pr-9"}, nil, "production", "the environments Preview, Preview – web, app-pr-9 and 5 more, made for a branch"},
		{[]string{"production", "branch-main"}, nil, "production", "branch-main"},
		{[]string{"production", "experiment"}, func(f *Facts) {
			f.Deployments = []model.Deployment{{Environment: "experiment", Transient: true}}
		}, "production", "experiment"},
		{nil, nil, "production", "acme/api has no environment on GitHub that releases go to: production stands in for one"},
		{[]string{"pr-1"}, nil, "production", "production stands in"},
		{[]string{"Prod", "prod"}, nil, "Prod", ""},
		{[]string{" prod", "prod\x1b[31m", strings.Repeat("x", 256), "staging"}, nil, "staging", ""},
		{nil, func(f *Facts) {
			f.EnvironmentsRead = false
			f.Deployments = deployed(1, "staging", "production")
		}, "staging → production", ""},
	} {
		f := facts(func(f *Facts) { f.Environments = environment(c.names...) })
		if c.change != nil {
			c.change(&f)
		}
		stops, notes := f.environments()
		if got := names(stops); got != c.want {
			t.Errorf("%v: %s, want %s", c.names, got, c.want)
		}
		if all := strings.Join(notes, "\n"); c.notes == "" && all != "" || !strings.Contains(all, c.notes) {
			t.Errorf("%v: notes %q, want %q", c.names, all, c.notes)
		}
	}
}

// The order doesn't depend on the order in which GitHub lists environments.
func TestTheOrderIsOfTheNamesAlone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		pool := []string{"dev", "qa", "staging", "prod", "prod-eu", "mars", "venus", "pluto", "canary"}
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 1, 7, rapid.ID).Draw(r, "environments")
		f := facts(func(f *Facts) { f.Environments = environment(list...) })
		for n := range rapid.IntRange(0, 4).Draw(r, "commits") {
			f.Deployments = append(f.Deployments, deployed(n+1, rapid.SliceOfNDistinct(rapid.SampledFrom(list), 1, len(list), rapid.ID).Draw(r, "way")...)...)
		}
		first, _ := f.environments()
		f.Environments = environment(rapid.Permutation(list).Draw(r, "again")...)
		second, _ := f.environments()
		if names(first) != names(second) {
			r.Errorf("%s, and %s", names(first), names(second))
		}
	})
}

func releases(tags ...string) []model.Release {
	var list []model.Release
	for _, tag := range tags {
		list = append(list, model.Release{Tag: tag, SHA: sha(len(list) + 1)})
	}
	return list
}

func TestTheTagsOfAService(t *testing.T) {
	for _, c := range []struct {
		tags              []string
		below, want, path string
		notes             string
	}{
		{[]string{"v1.1.0", "v1.0.0"}, "", "", "", ""},
		{[]string{"1.1.0", "1.0.0"}, "", "", "", ""},
		{[]string{"v1.1.0", "nightly", "v1.0.0"}, "", "v*", "", ""},
		{[]string{"1.1.0", "nightly"}, "", "[0-9]*", "", ""},
		{[]string{"v1.1.0", "1.0.0", "nightly"}, "", "", "", ""},
		{[]string{"nightly", "latest"}, "", "", "", ""},
		{nil, "", "", "", ""},
		{[]string{"api/v1.1.0", "api/v1.0.0"}, "", "api/v*", "", ""},
		{[]string{"release-2026.03.02"}, "", "release-*", "", ""},
		{[]string{"@acme/api@2.0.0", "@acme/api@1.0.0"}, "", "@acme/api@*", "", ""},
		{[]string{"my-app-1.2.0-rc.1"}, "", "my-app-*", "", ""},
		{[]string{"v12", "v11"}, "", "", "", ""},
		{[]string{"web/v2.0.0", "api/v1.0.0", "web/v1.9.0"}, "", "web/v*", "", "several services: releases with tags web/v* were taken (the newest release is web/v2.0.0), those with api/v* are"},
		{[]string{"web/v2.0.0", "api/v1.0.0"}, "services/api", "api/v*", "services/api", "this folder is in services/api"},
		{[]string{"web-2.0.0", "api-1.0.0"}, "api", "api-*", "api", "this folder is in api"},
		{[]string{"web/v2.0.0", "services/api/v1.0.0"}, "services/api/internal/http", "services/api/v*", "services/api", "several services"},
		{[]string{"web/v2.0.0", "v1.0.0"}, "docs", "web/v*", "", "several services"},
	} {
		f := facts(func(f *Facts) { f.Releases, f.Subject.Below = releases(c.tags...), c.below })
		tagged := f.tags()
		g := tagged.pattern
		if g.value() != c.want || tagged.path != c.path || g.why == "" {
			t.Errorf("%v in %q: %q of %q (%s), want %q of %q", c.tags, c.below, g.value(), tagged.path, g.why, c.want, c.path)
		}
		if all := strings.Join(tagged.notes, "\n"); c.notes == "" && all != "" || !strings.Contains(all, c.notes) {
			t.Errorf("%v: notes %q", c.tags, all)
		}
		for _, tag := range c.tags {
			if prefix, _, ok := splitTag(tag); ok && g.found() && strings.HasPrefix(g.value(), prefix) && prefix != "" && !model.Glob(g.value(), tag) {
				t.Errorf("%s doesn't match %s", g.value(), tag)
			}
		}
	}
}

// pushes are runs of workflows on commits, the newest commit first: each word is a commit's workflows.
func pushes(commits ...string) []model.Run {
	var list []model.Run
	for i, workflows := range commits {
		for _, w := range strings.Fields(workflows) {
			list = append(list, model.Run{
				ID: int64(len(list) + 1), Workflow: ".github/workflows/" + w + ".yml", Event: "push", Branch: "main", SHA: sha(100 - i), HeadRepo: "acme/api",
			})
		}
	}
	return list
}

func TestWhichWorkflowsJudge(t *testing.T) {
	for name, c := range map[string]struct {
		runs         []model.Run
		deploys      string
		change       func(*Facts)
		ci, blackbox string
		why          string
	}{
		"one":                                  {runs: pushes("ci", "ci", "ci"), ci: "ci.yml", why: "every one of the newest pushes to main"},
		"two":                                  {runs: pushes("lint test", "lint test"), ci: "lint.yml test.yml", why: "they ran on the newest pushes"},
		"end-to-end tests apart":               {runs: pushes("ci e2e", "ci e2e"), ci: "ci.yml", blackbox: "e2e.yml"},
		"the one that deploys":                 {runs: pushes("ci deploy", "ci deploy"), deploys: "deploy.yml", ci: "ci.yml"},
		"one that runs for some paths":         {runs: pushes("ci", "ci docs-site", "ci", "ci", "ci docs-site"), ci: "ci.yml", why: "not taken: docs-site.yml"},
		"a new one":                            {runs: pushes("ci new", "ci new", "ci", "ci"), ci: "ci.yml new.yml"},
		"one of a single commit isn't known":   {runs: pushes("ci new", "ci", "ci", "ci"), ci: "ci.yml"},
		"one that is gone":                     {runs: pushes("ci", "ci", "ci old", "ci old", "ci old"), ci: "ci.yml"},
		"those that say nothing of the commit": {runs: pushes("ci release-drafter pages", "ci release-drafter pages"), ci: "ci.yml", why: "not taken: pages.yml and release-drafter.yml"},
		"a first commit":                       {runs: pushes("ci"), ci: "ci.yml"},
		"only on pull requests":                {runs: []model.Run{{Workflow: ".github/workflows/ci.yml", Event: "pull_request", Branch: "topic"}}, why: "none of the newest runs is by a push to main"},
		"a fork's push":                        {runs: []model.Run{{Workflow: ".github/workflows/ci.yml", Event: "push", Branch: "main", HeadRepo: "mona/api", SHA: sha(1)}}, why: "none of the newest runs"},
		"GitHub's own":                         {runs: []model.Run{{Workflow: "dynamic/github-code-scanning/codeql", Event: "push", Branch: "main", HeadRepo: "acme/api", SHA: sha(1)}}, why: "none of the newest runs"},
		"a disabled one": {runs: pushes("ci old", "ci old"), ci: "ci.yml", change: func(f *Facts) {
			f.WorkflowsRead = true
			f.Workflows = []github.Workflow{{Path: ".github/workflows/ci.yml", Active: true}, {Path: ".github/workflows/old.yml"}}
		}},
		"tests after a deployment": {runs: append(pushes("ci", "ci"), model.Run{Workflow: ".github/workflows/smoke.yml", Event: "deployment_status"}), ci: "ci.yml", blackbox: "smoke.yml"},
		"unread":                   {change: func(f *Facts) { f.RunsRead = false }, why: "runs could not be read"},
	} {
		f := facts(func(f *Facts) { f.Runs = c.runs })
		if c.change != nil {
			c.change(&f)
		}
		ci, blackbox, _ := f.ci(c.deploys)
		if got := strings.Join(ci.values, " "); got != c.ci || !strings.Contains(ci.why, c.why) {
			t.Errorf("%s: ci is %q (%s), want %q (%s)", name, got, ci.why, c.ci, c.why)
		}
		if got := strings.Join(blackbox.values, " "); got != c.blackbox {
			t.Errorf("%s: blackbox is %q, want %q", name, got, c.blackbox)
		}
	}
}

const dispatched = `name: Deploy
on:
  workflow_dispatch:
    inputs:
      environment: {type: environment, required: true}
      version: {required: true}
      dry_run: {type: boolean, default: false}
jobs: {}
`

// by are deployments that a workflow's runs made, with the runs.
func by(f *Facts, workflow, event string, refs ...string) {
	for _, ref := range refs {
		id := int64(1000 + len(f.Runs))
		f.Runs = append(f.Runs, model.Run{ID: id, Workflow: ".github/workflows/" + workflow, Event: event, Title: model.Text("Deploy " + ref)})
		for _, e := range []string{"staging", "production"} {
			f.Deployments = append(f.Deployments, model.Deployment{ID: id, Environment: e, RunID: id, Ref: ref, SHA: sha(int(id))})
		}
	}
}

func TestHowItIsDeployed(t *testing.T) {
	for name, c := range map[string]struct {
		change                 func(*Facts)
		workflow, ref, version string
		inputs                 string
		why, notes             string
	}{
		"by a dispatched workflow, of tags": {func(f *Facts) {
			f.Releases = releases("v1.1.0", "v1.0.0")
			by(f, "deploy.yml", "workflow_dispatch", "v1.1.0", "v1.0.0")
			f.Files[".github/workflows/deploy.yml"] = dispatched
		}, "deploy.yml", "tag", "", "environment={{.Environment}} version={{.Version}}", "it made the newest deployments", ""},
		"of the branch, told by the run's name": {func(f *Facts) {
			f.Releases = releases("v1.1.0", "main")
			by(f, "deploy.yml", "workflow_dispatch", "main", "main")
			f.Runs[0].Title, f.Runs[1].Title = "Deploy v1.1.0", "Deploy v1.1.0"
			f.Files[".github/workflows/deploy.yml"] = dispatched
		}, "deploy.yml", "branch", "run-name", "environment={{.Environment}} version={{.Version}}", "", ""},
		"of the branch, told by nothing": {func(f *Facts) {
			f.Releases = releases("v1.1.0")
			by(f, "deploy.yml", "workflow_dispatch", "main", "main")
			f.Files[".github/workflows/deploy.yml"] = dispatched
		}, "deploy.yml", "branch", "", "environment={{.Environment}} version={{.Version}}", "", "give run-name the version"},
		"of the branch, told by the payload": {func(f *Facts) {
			f.Releases = releases("v1.1.0")
			by(f, "deploy.yml", "workflow_dispatch", "main")
			f.Deployments[0].Payload, f.Deployments[1].Payload = `{"version":"v1.1.0"}`, `{"version":"v1.1.0"}`
			f.Files[".github/workflows/deploy.yml"] = dispatched
		}, "deploy.yml", "branch", "payload", "environment={{.Environment}} version={{.Version}}", "", ""},
		"of the branch, without a version: the commit tells": {func(f *Facts) {
			by(f, "deploy.yml", "workflow_dispatch", "main")
			f.Files[".github/workflows/deploy.yml"] = "on: {workflow_dispatch: {inputs: {env: {}}}}"
		}, "deploy.yml", "branch", "", "env={{.Environment}}", "", ""},
		"by one that can't be dispatched": {func(f *Facts) {
			by(f, "ci.yml", "push", "main")
			f.Files[".github/workflows/ci.yml"] = "on: [push, release]"
		}, "", "branch", "", "", "ci.yml deploys, and is not started by workflow_dispatch but by push and release", ""},
		"by one that starts when a release becomes public": {func(f *Facts) {
			by(f, "publish.yml", "release", "v1.0.0")
			f.Files[".github/workflows/publish.yml"] = "on: {release: {types: [released]}}"
		}, "", "tag", "", "", "gonogo can't start it but by making a release public, with release: true", ""},
		"by one that starts when a release is published": {func(f *Facts) {
			by(f, "publish.yml", "release", "v1.0.0")
			f.Files[".github/workflows/publish.yml"] = "on: {release: {types: [published]}}"
		}, "", "tag", "", "", "but by release: gonogo can't start it", ""},
		"the file is not readable": {func(f *Facts) {
			by(f, "deploy.yml", "workflow_dispatch", "v1.0.0")
		}, "deploy.yml", "tag", "", "", "", "deploy.yml could not be read"},
		"two workflows: the one that reaches production": {func(f *Facts) {
			by(f, "deploy.yml", "workflow_dispatch", "v1.0.0")
			f.Runs = append(f.Runs, model.Run{ID: 1, Workflow: ".github/workflows/dev.yml", Event: "push"})
			for range 5 {
				f.Deployments = append(f.Deployments, model.Deployment{Environment: "staging", RunID: 1, Ref: "main"})
			}
			f.Files[".github/workflows/deploy.yml"] = dispatched
			f.Files[".github/workflows/dev.yml"] = dispatched
		}, "deploy.yml", "tag", "", "environment={{.Environment}} version={{.Version}}", "made 2 of the newest 7", "dev.yml deploys too (to staging)"},
		"a dispatched one before one that isn't": {func(f *Facts) {
			by(f, "auto.yml", "push", "main", "main")
			by(f, "deploy.yml", "workflow_dispatch", "v1.0.0")
			f.Files[".github/workflows/auto.yml"] = "on: push"
			f.Files[".github/workflows/deploy.yml"] = dispatched
		}, "deploy.yml", "tag", "", "environment={{.Environment}} version={{.Version}}", "", "auto.yml deploys too (to staging and production)"},
		"by its name, where nothing was deployed": {func(f *Facts) {
			f.Workflows = []github.Workflow{{Path: ".github/workflows/ship-it.yml", Name: "Ship it", Active: true}}
			f.Files[".github/workflows/ship-it.yml"] = dispatched
		}, "ship-it.yml", "branch", "", "environment={{.Environment}} version={{.Version}}", "by its name", "neither their payload nor the run's name"},
		"by an app": {func(f *Facts) {
			f.Deployments = []model.Deployment{{Environment: "production", Creator: "vercel[bot]", Ref: "main"}}
		}, "", "branch", "", "", "deployments are made by vercel[bot]", ""},
		"by nothing": {nil, "", "", "", "", "no deployment was seen", ""},
		"a deleted workflow": {func(f *Facts) {
			by(f, "old.yml", "workflow_dispatch", "v1.0.0")
			f.WorkflowsRead = true
		}, "", "tag", "", "", "could not be found", ""},
	} {
		f := facts(c.change)
		d := f.deploy([]string{"staging", "production"}, "api")
		var inputs []string
		for _, in := range d.inputs {
			inputs = append(inputs, in.name+"="+in.template)
		}
		if d.workflow.value() != c.workflow || d.ref.value() != c.ref || d.version.value() != c.version || strings.Join(inputs, " ") != c.inputs {
			t.Errorf("%s: %q ref %q version %q inputs %v, want %q %q %q %s", name, d.workflow.value(), d.ref.value(), d.version.value(), inputs, c.workflow, c.ref, c.version, c.inputs)
		}
		if all := strings.Join(d.notes, "\n"); !strings.Contains(d.workflow.why, c.why) || c.notes == "" && all != "" || !strings.Contains(all, c.notes) {
			t.Errorf("%s: %q with notes %q, want %q and %q", name, d.workflow.why, all, c.why, c.notes)
		}
	}
}

func TestWhatInputsWant(t *testing.T) {
	environments := []string{"staging", "production"}
	for _, c := range []struct{ file, want, notes string }{
		{"on: workflow_dispatch", "", ""},
		{"on: [push, workflow_dispatch]", "", ""},
		{"on: {workflow_dispatch: }", "", ""},
		{"on: {workflow_dispatch: {inputs: {target: {type: environment}}}}", "target={{.Environment}}", ""},
		{"on: {workflow_dispatch: {inputs: {environment: {type: choice, options: [staging, production, old]}}}}", "environment={{.Environment}}", ""},
		{"on: {workflow_dispatch: {inputs: {environment: {type: choice, options: [stage, prod]}}}}", "", "the input environment takes stage and prod, and not staging"},
		{"on: {workflow_dispatch: {inputs: {Deploy-Env: , image-tag: , git_sha: , tag: , service: , gonogo_operation: }}}",
			"Deploy-Env={{.Environment}} image-tag={{.Version}} git_sha={{.SHA}} tag={{.Tag}} service={{.Service}} gonogo_operation={{.Operation}}", ""},
		{"on: {workflow_dispatch: {inputs: {service: {type: choice, options: [web]}}}}", "", "the input service takes web, and not api"},
		{"on: {workflow_dispatch: {inputs: {reason: {required: true}}}}", "", "the input reason is required, and what it wants can't be guessed"},
		{"on: {workflow_dispatch: {inputs: {reason: {required: true, default: none}}}}", "", ""},
		{"on: {workflow_dispatch: {inputs: {reason: {required: true, default: ''}}}}", "", "can't be guessed"},
		{"on: {workflow_dispatch: {inputs: {version: {type: boolean}}}}", "", ""},
		{"x: &i {version: {required: true}}\non: {workflow_dispatch: {inputs: *i}}", "version={{.Version}}", ""},
		{"on: {workflow_dispatch: {inputs: {'{{.SHA}}': {}, 'ver\\tsion': }}}", "", ""},
		{"on: {workflow_dispatch: {inputs: [a]}}", "", ""},
		{"true: {workflow_dispatch: }", "", ""},
		{"]", "", ""},
		{"", "", ""},
	} {
		list, notes := fill(parseTrigger(c.file), environments, "api")
		var got []string
		for _, in := range list {
			got = append(got, in.name+"="+in.template)
		}
		if all := strings.Join(notes, "\n"); strings.Join(got, " ") != c.want || c.notes == "" && all != "" || !strings.Contains(all, c.notes) {
			t.Errorf("%s: %v, notes %q; want %q, %q", c.file, got, all, c.want, c.notes)
		}
	}
}

func TestReportsAndSprints(t *testing.T) {
	on := func(names ...string) []github.Artifact {
		var list []github.Artifact
		for _, n := range names {
			list = append(list, github.Artifact{Name: n, Run: 1})
		}
		return list
	}
	for _, c := range []struct {
		artifacts       []github.Artifact
		coverage, tests string
	}{
		{on("coverage", "binary"), "coverage", ""},
		{on("coverage-report", "junit-results"), "coverage-report", "junit-results"},
		{on("coverage-3.11", "coverage-3.12", "coverage-3.11"), "coverage-*", ""},
		{on("coverage", "coverage-linux"), "coverage*", ""},
		{on("linux coverage", "darwin coverage"), "linux coverage", ""},
		{on("jacoco", "test-results-unit", "test-results-it"), "jacoco", "test-results-*"},
		{on("discovery", "latest", "recovery"), "", ""},
		{on("coverage[1]"), `coverage\[1]`, ""},
		{[]github.Artifact{{Name: "coverage", Run: 2}}, "", ""},
		{[]github.Artifact{{Name: "coverage", Run: 3}}, "coverage", ""}, // of a run that isn't among the newest
		{[]github.Artifact{{Name: "coverage", Run: 1, Foreign: true}}, "", ""},
		{[]github.Artifact{{Name: "coverage", Run: 1, Expired: true}}, "", ""},
	} {
		f := facts(func(f *Facts) {
			f.Artifacts, f.Runs = c.artifacts, []model.Run{{ID: 1, Branch: "main"}, {ID: 2, Branch: "topic"}}
		})
		coverage, _ := f.coverage()
		if tests := f.tests(); coverage.value() != c.coverage || tests.value() != c.tests {
			t.Errorf("%v: coverage %q, tests %q", c.artifacts, coverage.value(), tests.value())
		}
		for _, a := range c.artifacts {
			if c.coverage == a.Name && !model.Glob(coverage.value(), a.Name) {
				t.Errorf("%s doesn't match %s", coverage.value(), a.Name)
			}
		}
	}
	stated := facts(func(f *Facts) {
		f.Checks = []model.CommitCheck{{Name: "codecov/project"}, {Name: "codecov/patch"}, {Name: "buildkite/api"}, {Name: "ci/circleci: build"}, {Name: "test", FromActions: true}, {Name: "travis-ci/pr"}}
	})
	if _, s := stated.coverage(); !slices.Equal(s.values, []string{"codecov/project"}) {
		t.Errorf("stated: %v", s)
	}
	if c := stated.checks(); !slices.Equal(c.values, []string{"buildkite/api", "ci/circleci: build"}) {
		t.Errorf("checks: %v", c)
	}
	for _, c := range []struct {
		milestones []Milestone
		want       string
	}{
		{[]Milestone{{Due: true, DueIn: 5}}, "true"},
		{[]Milestone{{Due: true, DueIn: -3}}, "true"},
		{[]Milestone{{}, {Due: true, DueIn: -2000}, {Due: true, DueIn: 200}}, ""},
		{nil, ""},
	} {
		f := facts(func(f *Facts) { f.Milestones = c.milestones })
		if g := f.sprint(); g.value() != c.want || g.why == "" {
			t.Errorf("%v: %v", c.milestones, g)
		}
	}
}

// Whatever GitHub's names are, what is written can be read, with and without comments, and says the same.
func TestWhatIsFoundCanAlwaysBeRead(t *testing.T) {
	nasty := rapid.OneOf(
		rapid.SampledFrom([]string{
			"yes", "null", "~", "1.0", "- x", "a: b", "a #b", "#x", "'x'", `"x"`, "{{.Nope}}", "{x}", "[x]", "*x", "&x", "!x", "%x", "@x", "`x`", "x\\", "é", "日本", "👩‍🚀", "\u202e", "\x1b[31m", "a\nb", "<<", "=", "x:",
			"Production EU", "pr-1", "on", "github-pages", "deploy.yml", "ci.yaml", "{{", "}}", " lead", "trail ", "prod", "PROD",
		}),
		rapid.String(),
	)
	rapid.Check(t, func(r *rapid.T) {
		text := func(label string) string { return nasty.Draw(r, label) }
		f := facts(func(f *Facts) {
			f.Environments = environment(rapid.SliceOfN(nasty, 0, 12).Draw(r, "environments")...)
			f.Repository.DefaultBranch = text("branch")
			for range rapid.IntRange(0, 4).Draw(r, "runs") {
				f.Runs = append(f.Runs, model.Run{ID: int64(len(f.Runs) + 1), Workflow: ".github/workflows/" + text("workflow"), Event: rapid.SampledFrom([]string{"push", "workflow_dispatch", "release"}).Draw(r, "event"), Branch: f.Repository.DefaultBranch, SHA: sha(len(f.Runs) / 2)})
			}
			for i := range rapid.IntRange(0, 4).Draw(r, "deployments") {
				d := model.Deployment{Environment: text("environment"), RunID: int64(i), Ref: text("ref"), Creator: model.Clean(text("creator"))}
				f.Deployments = append(f.Deployments, d)
			}
			for _, run := range f.Runs {
				f.Files[run.Workflow] = rapid.SampledFrom([]string{"", dispatched, "on: push", "on: {workflow_dispatch: {inputs: {" + scalar(text("input")) + ": {type: environment}}}}"}).Draw(r, "file")
			}
			f.Releases = releases(rapid.SliceOfN(nasty, 0, 4).Draw(r, "tags")...)
			f.Artifacts = []github.Artifact{{Name: "coverage" + text("artifact")}, {Name: text("artifact") + "-junit"}}
			f.Checks = []model.CommitCheck{{Name: "buildkite/" + text("check")}, {Name: "codecov/project" + text("check")}}
			f.Unread = []string{text("unread")}
			f.Subject.Others, f.Subject.Below = text("others"), ""
		})
		load(t, Decide(f))
	})
}

// Whatever a workflow file holds, what its inputs want can be written.
func FuzzWorkflowFile(f *testing.F) {
	for _, seed := range []string{dispatched, "on: push", "on: [workflow_dispatch]", "a: &a [*a]", "on: {workflow_dispatch: {inputs: {\"\\u202e\": {type: environment}}}}", "{", "on: !!binary x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		load(t, Decide(facts(func(f *Facts) {
			by(f, "deploy.yml", "workflow_dispatch", "v1.0.0")
			f.Files[".github/workflows/deploy.yml"] = text
		})))
	})
}
