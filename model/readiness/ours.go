package readiness

import (
	"encoding/json"
	"strings"

	"gonogo/model"
)

// ours reports whether a deployment is of this service. Where a repository holds several, they are told apart by the
// tag, by what the payload names, by the release's commit, and by the workflow, in this order. A deployment that nothing
// tells apart is ours: to leave one out would show an older release as current.
func (w *world) ours(d *model.Deployment) bool {
	s := &w.f.Service
	if s.Tags == "" && s.Path == "" {
		return true
	}
	ref := refName(d.Ref)
	if _, known := w.byTag[ref]; known || w.tagOfOurs(ref) {
		return true
	}
	if w.tagOfOthers(ref) {
		return false
	}
	if name := payloadService(d.Payload); name != "" {
		return strings.EqualFold(name, s.Name)
	}
	if s.Deploy.RefBranch {
		words := append(payloadWords(d.Payload), tokens(w.runName(d))...)
		if len(w.named(words)) > 0 {
			return true
		}
		for _, word := range words {
			if w.tagOfOthers(word) {
				return false
			}
		}
	}
	for _, r := range w.releases {
		if r.SHA == d.SHA && d.SHA != "" {
			return true
		}
	}
	if r, ok := w.run(d.RunID); ok && s.Deploy.Workflow != "" {
		return w.deploys(&r)
	}
	return true
}

// deploys reports whether a run's workflow is the one that deploys, or rolls back, this service.
func (w *world) deploys(r *model.Run) bool {
	s := &w.f.Service
	if sameWorkflow(r, s.Deploy.Workflow) {
		return true
	}
	for i := range s.Environments {
		if by := s.Environments[i].RollbackBy; by != nil && sameWorkflow(r, by.Workflow) {
			return true
		}
	}
	return false
}

// sameWorkflow compares a run's workflow with a configured one: a file name, or a path.
func sameWorkflow(r *model.Run, workflow string) bool {
	if workflow == "" {
		return false
	}
	if strings.Contains(workflow, "/") {
		path, _, _ := strings.Cut(r.Workflow, "@")
		return strings.TrimPrefix(workflow, "/") == path
	}
	return r.File() == workflow
}

// refName is a ref without refs/tags/ or refs/heads/.
func refName(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, "refs/tags/"), "refs/heads/")
}

// tagOfOurs reports whether a ref looks like one of this service's tags although no release is known by it.
func (w *world) tagOfOurs(ref string) bool {
	if pattern := w.f.Service.Tags; pattern != "" {
		return model.Glob(pattern, ref)
	}
	_, ok := model.ParseSemver(ref)
	return ok && strings.Contains(ref, ".")
}

// branchPrefixes begin branches whose names end in a version; such a ref is no other service's tag.
var branchPrefixes = []string{"release", "releases", "hotfix", "support", "maintenance", "feature", "bugfix"}

// tagOfOthers reports whether a ref looks like a tag (web/v1.2.0, web@1.2.0) that this service's pattern doesn't match.
func (w *world) tagOfOthers(ref string) bool {
	if w.f.Service.Tags == "" || model.Glob(w.f.Service.Tags, ref) {
		return false
	}
	cut := strings.LastIndexAny(ref, "/@")
	prefix, tail := "", ref
	if cut >= 0 {
		prefix, tail = ref[:cut], ref[cut+1:]
	}
	for _, p := range branchPrefixes {
		if strings.EqualFold(prefix, p) {
			return false
		}
	}
	_, ok := model.ParseSemver(tail)
	return ok && strings.Contains(tail, ".")
}

// payloadService is the service that a deployment's payload names.
func payloadService(payload string) string {
	var v any
	if json.Unmarshal([]byte(payload), &v) != nil {
		return ""
	}
	if s, ok := v.(string); ok && json.Unmarshal([]byte(s), &v) != nil {
		return ""
	}
	name := ""
	collect(v, 0, func(key, value string) {
		switch strings.ToLower(key) {
		case "service", "app", "application", "component", "project":
			if name == "" {
				name = value
			}
		}
	})
	return name
}
