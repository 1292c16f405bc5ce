package readiness

import (
	"strings"
	"time"

	"gonogo/model"
)

// Whether a release that ran somewhere could be deployed there once more: its artifact, and the workflow as its commit has
// it. Neither is read for more releases than somebody might go back to.

// DispatchSubject is the subject of SignalDispatch for a workflow at a commit.
func DispatchSubject(file string, sha model.SHA) string { return file + "@" + string(sha) }

// DispatchOf is the workflow and the commit of such a subject.
func DispatchOf(subject string) (file string, sha model.SHA) {
	at := max(strings.LastIndexByte(subject, '@'), 0)
	return subject[:at], model.SHA(strings.TrimPrefix(subject[at:], "@"))
}

// ArtifactSubject is the subject of SignalArtifact for a release and what it needs. Neither commits nor tags hold spaces.
func ArtifactSubject(r model.Release, rule *model.ArtifactRule) string {
	wanted := "release_asset " + rule.ReleaseAsset
	if rule.Actions != "" {
		wanted = "actions " + rule.Actions
	}
	return string(r.SHA) + " " + r.Tag + " " + wanted
}

// releaseOf is the release of such a subject.
func releaseOf(subject string) model.Release {
	sha, rest, _ := strings.Cut(subject, " ")
	tag, _, _ := strings.Cut(rest, " ")
	return model.Release{SHA: model.SHA(sha), Tag: tag}
}

// ArtifactOf is the release whose artifact a subject of SignalArtifact asks for; false: by another rule than the service's.
func ArtifactOf(subject string, rule *model.ArtifactRule) (model.Release, bool) {
	r := releaseOf(subject)
	return r, rule != nil && ArtifactSubject(r, rule) == subject
}

// Targets are what an environment could be rolled back to, as they are among its assessment, and what to read to know whether
// they could be deployed once more: the nearest, and the one that a person names by its tag or commit.
func Targets(f Facts, environment, named string, now time.Time) ([]Target, []Need) {
	m := momentAt(now)
	w, i := worldOf(&f, environment, m)
	if w == nil {
		return nil, nil
	}
	w = w.within(w.m.details())
	w.offers, w.meant = true, named
	targets := w.targets(i)
	var needs []Need
	for _, n := range m.asked.needs {
		if n.Signal == model.SignalDispatch || n.Signal == model.SignalArtifact {
			needs = append(needs, n)
		}
	}
	return targets, needs
}

// dispatched is by which workflow a release would be brought to an environment again, and with what inputs; empty where
// that isn't a workflow that lies at the release's tag.
func (w *world) dispatched(env *model.Environment) (file string, inputs map[string]string) {
	deploy := &w.f.Service.Deploy
	switch {
	case deploy.RefBranch:
		return "", nil
	case env.RollbackBy != nil:
		return env.RollbackBy.Workflow, env.RollbackBy.Inputs
	}
	return deploy.Workflow, deploy.Inputs
}

// anOperation stands for the ID of an operation that isn't begun.
const anOperation = "00000000-0000-4000-8000-000000000000"

// refused is why the workflow, as the release's commit has it, can't be dispatched; empty where it can or that isn't known:
// preflight reads it anyway, and the release went there by it before.
func (w *world) refused(env *model.Environment, r model.Release, ask bool) model.Text {
	file, configured := w.dispatched(env)
	if file == "" || r.Tag == "" || !validSHA(r.SHA) {
		return ""
	}
	if ask {
		w.f.reading(w.m.details(), model.SignalDispatch, DispatchSubject(file, r.SHA))
	}
	for i := range w.f.Dispatches {
		d := &w.f.Dispatches[i]
		if d.SHA != r.SHA || d.File != file {
			continue
		}
		inputs, _ := d.Fill(configured, model.Values{
			Service: w.f.Service.Name, Environment: env.GitHub, Tag: r.Tag, Version: r.Version(w.f.Service.Tags), SHA: string(r.SHA), Operation: anOperation,
		})
		if why := d.Refuses(inputs); len(why) > 0 {
			return say("can't be dispatched: %s at %s: %s", file, r.Tag, why[0])
		}
	}
	return ""
}

// artifact is why a release's artifact is gone, or what keeps that from being known. Gone is what nobody can go back to. Not
// knowing excludes nothing: in an incident an answer that doesn't come mustn't take the way back, and what is dispatched
// without its artifact fails before it changes anything. It is said, and no promotion counts on it.
func (w *world) artifact(r model.Release, ask bool) (gone model.Text, unsure doubt) {
	rule := w.f.Service.Artifact
	if rule == nil {
		return "", doubt{}
	}
	if r.Tag == "" && rule.ReleaseAsset != "" {
		return "has no tag, so no release holds its artifact", doubt{}
	}
	subject := ArtifactSubject(r, rule)
	if !validSHA(r.SHA) {
		return "", doubt{"its commit isn't known, and so not its artifact", "a tag that points at its commit"}
	}
	read := w.f.Read(model.SignalArtifact, subject)
	if ask || read.OK() {
		var d doubt
		if _, d = w.f.reading(w.m, model.SignalArtifact, subject); !d.none() {
			return "", d
		}
	}
	for i := range w.f.Needed {
		n := &w.f.Needed[i]
		switch {
		case n.Subject != subject:
		case !n.There:
			return "has lost its artifact: " + n.Why, doubt{}
		case !n.Until.IsZero() && w.m.reached(n.Until):
			return say("has lost its artifact: it expired %s", ago(n.Until, w.m.now)), doubt{}
		default:
			return "", doubt{}
		}
	}
	return "", doubt{"whether its artifact is still there was not looked up", "going back to it: preflight looks"}
}

// again is why a release can't be deployed here once more, and what isn't known of that; with ask what isn't is read.
func (w *world) again(env *model.Environment, r model.Release, ask bool) (not model.Text, unsure doubt) {
	gone, unsure := w.artifact(r, ask)
	if gone != "" {
		return gone, doubt{}
	}
	if why := w.refused(env, r, ask); why != "" {
		return why, doubt{}
	}
	return "", unsure
}
