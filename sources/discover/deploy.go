package discover

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
)

// deploy is how the service is deployed.
type deploy struct {
	workflow guess
	ref      guess // tag or branch
	version  guess // payload or run-name
	inputs   []filled
	notes    []string // what must be done by hand
}

// deployer is a workflow that made deployments.
type deployer struct {
	file, path   string
	deployments  int
	environments []string
	last         bool // it deploys to the last environment
	trigger      trigger
	dispatched   bool // one of its runs was dispatched
}

// startable reports whether gonogo could start it.
func (d deployer) startable() bool { return d.trigger.dispatch || !d.trigger.read && d.dispatched }

// deployers are the workflows whose runs made deployments to the environments, the likeliest first.
func (f *Facts) deployers(stops []string) []deployer {
	var list []deployer
	for _, d := range f.Deployments {
		stop := slices.IndexFunc(stops, func(s string) bool { return strings.EqualFold(s, d.Environment) })
		r, ok := f.run(d.RunID)
		if stop < 0 || !ok || file(r.Workflow) == "" || !usable(r.File()) || f.gone(r.File()) {
			continue
		}
		i := slices.IndexFunc(list, func(have deployer) bool { return have.path == r.Workflow })
		if i < 0 {
			i = len(list)
			list = append(list, deployer{file: r.File(), path: r.Workflow, trigger: parseTrigger(f.Files[r.Workflow])})
		}
		one := &list[i]
		one.deployments++
		one.last = one.last || stop == len(stops)-1
		one.dispatched = one.dispatched || r.Event == "workflow_dispatch"
		if !slices.Contains(one.environments, stops[stop]) {
			one.environments = append(one.environments, stops[stop])
		}
	}
	slices.SortStableFunc(list, func(a, b deployer) int {
		return cmp.Or(compareBool(b.startable(), a.startable()), compareBool(b.last, a.last), cmp.Compare(b.deployments, a.deployments), cmp.Compare(a.file, b.file))
	})
	return list
}

// suspects are workflows whose name speaks of deploying, for where no deployment tells.
func (f *Facts) suspects() []string {
	var list []string
	for _, w := range f.Workflows {
		if w.Active && file(w.Path) != "" && usable(w.File()) && saysAny(w.File(), string(w.Name), "deploy", "deployment", "promote", "rollout", "ship", "cd", "release") {
			list = append(list, w.Path)
		}
	}
	slices.SortStableFunc(list, func(a, b string) int {
		return compareBool(!saysAny(file(a), "", "deploy", "deployment"), !saysAny(file(b), "", "deploy", "deployment"))
	})
	return list
}

// deploy finds the workflow that deploys, what it is dispatched on and what its inputs want.
func (f *Facts) deploy(stops []string, service string) deploy {
	list := f.deployers(stops)
	if len(list) == 0 {
		return f.deployByName(stops, service)
	}
	d, of := list[0], 0
	for _, one := range list {
		of += one.deployments
	}
	if !d.startable() {
		how := ""
		if len(d.trigger.events) > 0 {
			how = " but by " + listed(clean(d.trigger.events), 3)
		}
		otherwise := ""
		if d.trigger.released {
			otherwise = " but by making a release public, with release: true in the place of workflow, and rollback: {workflow: …} where it deploys"
		}
		out := deploy{workflow: guess{why: fmt.Sprintf("%s deploys, and is not started by workflow_dispatch%s: gonogo can't start it%s", d.file, how, otherwise)}}
		out.ref = f.deployRef(d.path)
		return out
	}
	out := deploy{workflow: guess{[]string{d.file}, "it made " + share(d.deployments, of)}}
	for _, other := range list[1:] {
		out.notes = append(out.notes, fmt.Sprintf("%s deploys too (to %s); a service has one workflow that deploys", other.file, listed(other.environments, 3)))
	}
	f.fillIn(&out, d.path, d.trigger, stops, service)
	return out
}

// share says how many of the newest deployments something is true of.
func share(n, of int) string {
	if n == of {
		return "the newest deployments"
	}
	return fmt.Sprintf("%d of the newest %d deployments", n, of)
}

func (f *Facts) deployByName(stops []string, service string) deploy {
	for _, path := range f.suspects() {
		if t := parseTrigger(f.Files[path]); t.dispatch {
			out := deploy{workflow: guess{[]string{file(path)}, "by its name, and it can be dispatched; no deployment of it was seen"}}
			f.fillIn(&out, path, t, stops, service)
			return out
		}
	}
	var by []string
	for _, d := range f.Deployments {
		if who := string(d.Creator); d.RunID == 0 && who != "" && !slices.Contains(by, who) {
			by = append(by, who)
		}
	}
	switch {
	case len(by) > 0:
		return deploy{workflow: guess{why: "deployments are made by " + listed(by, 2) + ", by no workflow that was seen"}, ref: f.deployRef("")}
	case len(f.Deployments) > 0:
		return deploy{workflow: guess{why: "the workflow that made the deployments could not be found"}, ref: f.deployRef("")}
	}
	return deploy{workflow: guess{why: "no deployment was seen, and no workflow that can be dispatched is named like one that deploys"}}
}

// fillIn adds what a workflow is dispatched on and with.
func (f *Facts) fillIn(out *deploy, path string, t trigger, stops []string, service string) {
	out.ref = f.deployRef(path)
	inputs, notes := fill(t, stops, service)
	out.inputs = inputs
	for _, n := range notes {
		out.notes = append(out.notes, out.workflow.value()+": "+n)
	}
	if f.Files[path] == "" {
		out.notes = append(out.notes, out.workflow.value()+" could not be read: its inputs are not filled in")
	}
	carries := slices.ContainsFunc(inputs, func(in filled) bool {
		return in.template == "{{.Version}}" || in.template == "{{.Tag}}" || in.template == "{{.SHA}}"
	})
	if out.ref.value() == "branch" && carries {
		out.version = f.versionOf(path)
		if !out.version.found() {
			out.notes = append(out.notes, "deployments are of the branch, and neither their payload nor the run's name tells the release: give run-name the version, then version: run-name")
		}
	}
}

// deployRef says whether a workflow's deployments (all for "") were of tags or of the branch.
func (f *Facts) deployRef(path string) guess {
	tags, branch, other := 0, 0, 0
	for _, d := range f.of(path) {
		ref := strings.TrimPrefix(strings.TrimPrefix(d.Ref, "refs/tags/"), "refs/heads/")
		switch {
		case f.isTag(ref):
			tags++
		case ref == f.Repository.DefaultBranch:
			branch++
		default:
			other++
		}
	}
	seen := tags + branch + other
	switch {
	case seen == 0 && len(f.Releases) == 0 && f.ReleasesRead:
		return guess{[]string{"branch"}, "there are no tags"}
	case seen == 0:
		return guess{why: "no deployment tells what is dispatched; unset, it is the release's tag"}
	case branch > tags:
		return guess{[]string{"branch"}, share(branch, seen) + " were of " + f.Repository.DefaultBranch}
	case tags > 0:
		return guess{[]string{"tag"}, share(tags, seen) + " were of a tag"}
	}
	return guess{why: "deployments were neither of tags nor of " + f.Repository.DefaultBranch + "; unset, it is the release's tag"}
}

// of are the deployments that a workflow made; all for "".
func (f *Facts) of(path string) []model.Deployment {
	if path == "" {
		return f.Deployments
	}
	var list []model.Deployment
	for _, d := range f.Deployments {
		if r, ok := f.run(d.RunID); ok && r.Workflow == path {
			list = append(list, d)
		}
	}
	return list
}

func (f *Facts) isTag(ref string) bool {
	if ref == f.Repository.DefaultBranch {
		return false
	}
	if slices.ContainsFunc(f.Releases, func(r model.Release) bool { return r.Tag == ref }) {
		return true
	}
	_, _, ok := splitTag(ref)
	return ok
}

// versionOf says where the deployments of a branch's head tell the release that they carry.
func (f *Facts) versionOf(path string) guess {
	payload, title, all := 0, 0, 0
	for _, d := range f.of(path) {
		all++
		if f.tellsRelease(d.Payload) {
			payload++
		}
		if r, ok := f.run(d.RunID); ok && f.tellsRelease(string(r.Title)) {
			title++
		}
	}
	switch {
	case all == 0:
	case payload*2 > all:
		return guess{[]string{"payload"}, "the deployments' payload names a release"}
	case title*2 > all:
		return guess{[]string{"run-name"}, "the runs' names name a release"}
	}
	return guess{}
}

func (f *Facts) tellsRelease(text string) bool {
	return slices.ContainsFunc(f.Releases, func(r model.Release) bool {
		return r.Tag != "" && strings.Contains(text, r.Tag) || len(r.SHA) >= 7 && strings.Contains(text, r.SHA.Short())
	})
}
