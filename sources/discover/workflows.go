package discover

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/sources/github"
)

// pushed is what the newest pushes to the branch started.
type pushed struct {
	commits []model.SHA // newest first
	by      map[string]map[model.SHA]bool
}

func (f *Facts) pushed() pushed {
	p := pushed{by: map[string]map[model.SHA]bool{}}
	for _, r := range f.Runs {
		name := file(r.Workflow)
		if r.Event != "push" || r.Branch != f.Repository.DefaultBranch || !f.own(r) || name == "" || !usable(name) {
			continue
		}
		if !slices.Contains(p.commits, r.SHA) {
			p.commits = append(p.commits, r.SHA)
		}
		if p.by[name] == nil {
			p.by[name] = map[model.SHA]bool{}
		}
		p.by[name][r.SHA] = true
	}
	return p
}

// always reports whether a workflow runs on nearly every push: on how many of how many, since it first did. One that
// runs now and then (by paths) would leave most commits unknown.
func (p pushed) always(name string) (ran, of int, ok bool) {
	oldest := 0
	for i, sha := range p.commits {
		if p.by[name][sha] {
			ran++
			oldest = i
		}
	}
	of = oldest + 1
	newest := slices.ContainsFunc(p.commits[:min(2, len(p.commits))], func(sha model.SHA) bool { return p.by[name][sha] })
	return ran, of, newest && ran*5 >= of*4 && (of > 1 || len(p.commits) <= 2)
}

// saysAny reports whether the file or the name of a workflow holds one of the words.
func saysAny(file, name string, list ...string) bool {
	text := strings.Join(words(strings.TrimSuffix(file, path.Ext(file))+" "+name), "-")
	for _, word := range list {
		if strings.Contains("-"+text+"-", "-"+word+"-") {
			return true
		}
	}
	return false
}

// endToEnd are words for tests from outside; aside are those for what says nothing of a commit.
func endToEnd() []string {
	return []string{"e2e", "end-to-end", "end2end", "blackbox", "black-box", "smoke", "acceptance", "system-test", "system-tests", "cypress", "playwright"}
}

func aside() []string {
	return []string{"release-drafter", "release-please", "changelog", "labeler", "label", "stale", "backport", "pages", "docs", "documentation", "scorecard", "scorecards"}
}

// workflowName is a workflow's name, as its runs or the list show it.
func (f *Facts) workflowName(file string) string {
	for _, w := range f.Workflows {
		if w.File() == file {
			return string(w.Name)
		}
	}
	for _, r := range f.Runs {
		if r.File() == file {
			return string(r.WorkflowName)
		}
	}
	return ""
}

// gone reports whether a workflow is disabled, or no longer in the repository's list.
func (f *Facts) gone(name string) bool {
	if !f.WorkflowsRead {
		return false
	}
	i := slices.IndexFunc(f.Workflows, func(w github.Workflow) bool { return w.File() == name })
	return i < 0 || !f.Workflows[i].Active
}

// ci finds the workflows that judge a commit, and those that test from outside. The one that deploys is none of them.
func (f *Facts) ci(deploys string) (ci, blackbox guess, notes []string) {
	p := f.pushed()
	var left []string
	ran, of := 0, 0
	for _, name := range sortedKeys(p.by) {
		if name == deploys || f.gone(name) {
			continue
		}
		n, m, always := p.always(name)
		switch called := f.workflowName(name); {
		case saysAny(name, called, aside()...):
			left = append(left, name)
		case always && saysAny(name, called, endToEnd()...):
			blackbox.values = append(blackbox.values, name)
		case always:
			ci.values = append(ci.values, name)
			ran, of = n, m
		default:
			left = append(left, name)
		}
	}
	branch := f.Repository.DefaultBranch
	switch {
	case !f.RunsRead:
		ci.why = "runs could not be read; unset, it is every workflow that runs on push, except the one that deploys"
	case len(ci.values) == 1 && ran == of:
		ci.why = "it ran on every one of the newest pushes to " + branch
	case len(ci.values) == 1:
		ci.why = fmt.Sprintf("it ran on %d of the newest %d pushes to %s", ran, of, branch)
	case len(ci.values) > 1:
		ci.why = "they ran on the newest pushes to " + branch
	case len(p.commits) == 0:
		ci.why = "none of the newest runs is by a push to " + branch + "; unset, it is every workflow that runs on push, except the one that deploys"
	default:
		ci.why = "no workflow runs on every push to " + branch + "; unset, it is every workflow that runs on push, except the one that deploys"
	}
	if len(left) > 0 {
		ci.why += "; not taken: " + listed(left, 4)
	}
	f.later(&blackbox)
	if blackbox.found() {
		blackbox.why = "by the name: tests from outside"
	} else {
		blackbox.why = "no workflow's name speaks of end-to-end tests"
	}
	return ci, blackbox, f.pipeline(ci)
}

// later adds end-to-end workflows that run after a deployment.
func (f *Facts) later(blackbox *guess) {
	for _, r := range f.Runs {
		name := file(r.Workflow)
		if name == "" || !usable(name) || slices.Contains(blackbox.values, name) || f.gone(name) || !f.own(r) || !saysAny(name, string(r.WorkflowName), endToEnd()...) {
			continue
		}
		switch r.Event {
		case "deployment", "deployment_status", "release", "workflow_run", "repository_dispatch":
			blackbox.values = append(blackbox.values, name)
		}
	}
	slices.Sort(blackbox.values)
}

// pipeline says where a workflow of CI deploys too: it ends only when it has.
func (f *Facts) pipeline(ci guess) (notes []string) {
	said := map[string]bool{}
	for _, d := range f.Deployments {
		if r, ok := f.run(d.RunID); ok && slices.Contains(ci.values, r.File()) && !said[r.File()] {
			said[r.File()] = true
			notes = append(notes, fmt.Sprintf("%s tests and deploys (to %s) in one run: the gate ci waits until that has ended", r.File(), d.Environment))
		}
	}
	return notes
}

// checks finds CI outside Actions on the branch's head.
func (f *Facts) checks() guess {
	var names []string
	for _, c := range f.Checks {
		if !c.FromActions && usable(c.Name) && !slices.Contains(names, c.Name) && outsideCI(c) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	switch {
	case len(names) > 0:
		return guess{names, "reported on the head of " + f.Repository.DefaultBranch}
	case !f.ChecksRead:
		return guess{why: "statuses and checks could not be read"}
	}
	return guess{why: "no CI outside Actions reported on the head of " + f.Repository.DefaultBranch}
}

// outsideCI knows the names under which other CI reports. What reports on pull requests alone is left out.
func outsideCI(c model.CommitCheck) bool {
	name := strings.ToLower(c.Name)
	if strings.HasSuffix(name, "/pr") || strings.Contains(name, "pull request") {
		return false
	}
	for _, known := range []string{"buildkite", "circleci", "continuous-integration", "travis", "jenkins", "drone", "appveyor", "azure-pipelines", "semaphore", "teamcity", "woodpecker", "concourse", "cirrus"} {
		if strings.Contains(name, known) || strings.Contains(strings.ToLower(string(c.App)), known) {
			return true
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
