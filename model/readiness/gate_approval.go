package readiness

import (
	"slices"
	"strings"

	"gonogo/model"
)

// gateApproval tells, before anything is sent, who will be asked and whether that may be you, and what else GitHub's
// protection rules say to this release.
func (w *world) gateApproval(i int, r model.Release) judged {
	env := w.env(i)
	read, d := w.f.reading(w.m, model.SignalEnvironments, "")
	seen := []model.Evidence{evidence("protection rules of "+model.Text(env.GitHub), "", read)}
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	p, found := w.f.protection(env)
	if !found && !read.Cut || found && !p.Exists {
		return judged{result: model.Warn, why: say("GitHub has no environment %s: it is misspelt, or its first deployment makes it, without reviewers", env.GitHub), seen: seen}
	}
	if !found {
		return unknown(say("the protection rules of %s were not read", env.GitHub), "reading them", seen)
	}
	seen[0].URL = p.URL
	var says []string
	if len(p.Reviewers) > 0 {
		says = append(says, w.reviewers(&p))
	}
	if p.WaitTimer > 0 {
		says = append(says, "GitHub waits "+span(p.WaitTimer)+" before it deploys")
	}
	if len(p.Custom) > 0 {
		names := make([]string, len(p.Custom))
		for k, c := range p.Custom {
			names[k] = string(c)
		}
		says = append(says, "custom rules decide too: "+list(names, 3))
	}
	if why := w.policy(&p, r); why != "" {
		says = append(says, why)
	}
	if len(says) == 0 {
		return judged{result: model.Pass, why: say("nobody's review is needed in %s", env.Name), seen: seen}
	}
	return judged{result: model.Warn, why: say("%s", strings.Join(says, "; ")), seen: seen}
}

func (w *world) reviewers(p *model.Protection) string {
	var names []string
	you, teams := false, false
	for _, r := range p.Reviewers {
		name := string(r.Name)
		if r.Type == "Team" {
			name, teams = "team "+name, true
		}
		names = append(names, name)
		you = you || r.Type == "User" && w.f.Viewer != "" && strings.EqualFold(string(r.Name), w.f.Viewer)
	}
	slices.Sort(names)
	if w.f.Service.Deploy.Deployment { // branch-deploy#388
		return list(names, 3) + " review " + p.Environment + ", and GitHub doesn't ask them for a deployment that is made through its API"
	}
	asked := list(names, 3) + " will be asked for a review"
	switch {
	case you && p.PreventSelfReview:
		return asked + "; you may give it, but not for what you start yourself"
	case you:
		return asked + "; you may give it"
	case teams || w.f.Viewer == "":
		return asked + "; whether you may give it shows once a run waits"
	}
	return asked + "; you are not among them"
}

// policy is why the environment's branch-and-tag policy may refuse this release, or empty. GitHub's patterns are those
// of Ruby's File.fnmatch (REST docs, "Deployment branch policies"), which * and ** share with ours.
func (w *world) policy(p *model.Protection, r model.Release) string {
	kind, name := "tag", r.Tag
	if w.f.Service.Deploy.RefBranch || r.Tag == "" {
		kind, name = "branch", w.branch()
	}
	switch p.Policy {
	case model.PolicyProtected:
		if kind == "tag" {
			return p.Environment + " takes protected branches only, and " + name + " is a tag"
		}
	case model.PolicyCustom:
		if !p.PatternsRead {
			return "the branch and tag policy of " + p.Environment + " was not read"
		}
		var patterns []string
		for _, pattern := range p.Patterns {
			if pattern.Type == kind && model.Glob(pattern.Name, name) {
				return ""
			}
			patterns = append(patterns, pattern.Type+" "+pattern.Name)
		}
		if len(patterns) == 0 {
			return "GitHub's policy for " + p.Environment + " allows no branch and no tag"
		}
		return "GitHub's policy for " + p.Environment + " doesn't allow the " + kind + " " + name + " (only " + list(patterns, 3) + ")"
	}
	return ""
}
