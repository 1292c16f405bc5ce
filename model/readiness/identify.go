package readiness

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// carried is what one run (or one deployment made without a run) did in one environment, with the release it carried.
type carried struct {
	d       model.Deployment // the newest of its deployments, or the one that first succeeded
	parts   []model.Deployment
	release model.Release
	mapped  bool
	why     doubt     // why it isn't mapped
	moved   model.SHA // the tag that it was deployed under now points here
	first   time.Time // its first success; zero: none
	failed  time.Time // when it failed after that success, or without one; zero: it didn't
	read    bool      // the statuses of all its deployments were read
}

func (c *carried) succeeded() bool { return !c.first.IsZero() }

// validSHA reports whether s is a full object name, SHA-1 or SHA-256.
func validSHA(s model.SHA) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	return strings.Trim(string(s), "0123456789abcdef") == ""
}

// history is what an environment has seen, newest first success first, then what never succeeded, newest first.
func (w *world) history(env *model.Environment) []carried {
	var own []model.Deployment
	for _, d := range w.f.Deployments {
		if sameEnvironment(d.Environment, env.GitHub) && w.ours(&d) {
			own = append(own, d)
		}
	}
	slices.SortFunc(own, func(a, b model.Deployment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	all := group(own)
	slices.SortStableFunc(all, newestSuccessFirst)
	after := time.Time{} // the first success of the next one in time
	for i := range all {
		w.identify(env, &all[i], after)
		if all[i].succeeded() {
			after = all[i].first
		}
	}
	return all
}

func newestSuccessFirst(a, b carried) int {
	return cmp.Or(b.first.Compare(a.first), b.d.CreatedAt.Compare(a.d.CreatedAt), cmp.Compare(b.d.ID, a.d.ID))
}

// group joins deployments that one run made in one environment (oldest first): a matrix or several jobs. A re-run after
// another run's success is a deployment of its own: that is how some roll back.
func group(own []model.Deployment) []carried {
	var all []carried
	for _, d := range own {
		joined := false
		for i := len(all) - 1; i >= 0 && d.RunID != 0; i-- {
			if all[i].d.RunID == d.RunID {
				all[i].parts = append(all[i].parts, d)
				joined = true
				break
			}
			if all[i].settledBefore(d.CreatedAt) {
				break
			}
		}
		if !joined {
			all = append(all, carried{d: d, parts: []model.Deployment{d}})
		}
	}
	for i := range all {
		all[i].settle()
	}
	return all
}

func (c *carried) settledBefore(t time.Time) bool {
	for i := range c.parts {
		if s := c.parts[i].FirstSuccess(); !s.IsZero() && s.Before(t) {
			return true
		}
	}
	return false
}

// settle derives success and failure of the whole from its parts.
func (c *carried) settle() {
	c.read = true
	var last time.Time
	c.d = c.parts[len(c.parts)-1]
	for _, p := range c.parts {
		c.read = c.read && p.StatusesRead
		for _, s := range p.Statuses {
			switch s.State {
			case model.DeploymentSuccess:
				if c.first.IsZero() || s.At.Before(c.first) {
					c.first, c.d = s.At, p
				}
				last = latest(last, s.At)
			case model.DeploymentFailure, model.DeploymentError:
				c.failed = latest(c.failed, s.At)
			}
		}
	}
	if !c.failed.After(last) {
		c.failed = time.Time{}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// identify maps a deployment to its release. With deploy.ref: branch its commit is the branch's head, so the configured
// mapping decides; a deployment that was made on a release's own tag needs none.
func (w *world) identify(env *model.Environment, c *carried, until time.Time) {
	unmapped := func(why, settle model.Text) { c.why = doubt{why, settle} }
	switch {
	case !validSHA(c.d.SHA):
		unmapped(say("deployment %d in %s has no valid commit", c.d.ID, env.Name), "reading deployments again")
		return
	case w.m.future(c.first) || w.m.future(c.d.CreatedAt):
		unmapped(say("deployment %d in %s has a time that lies in the future", c.d.ID, env.Name), "set this machine's clock")
		return
	}
	if r, ok := w.byTag[refName(c.d.Ref)]; ok && r.SHA == c.d.SHA {
		c.release, c.mapped = r, true
		return
	}
	if w.f.Service.Deploy.RefBranch && w.f.Service.Deploy.Version != model.MapBySHA {
		r, why := w.byMapping(env, c, until)
		c.release, c.mapped, c.why = r, why.none(), why
		return
	}
	c.mapped = true
	c.release, c.moved = w.bySHA(&c.d)
}

// bySHA is the release of a deployment whose own commit is the release's; moved is where its tag points now, if
// somewhere else.
func (w *world) bySHA(d *model.Deployment) (r model.Release, moved model.SHA) {
	var same []model.Release
	for _, r := range w.releases {
		if r.SHA == d.SHA {
			same = append(same, r)
		}
	}
	if len(same) > 0 {
		return w.newest(same), ""
	}
	ref := refName(d.Ref)
	if known, ok := w.byTag[ref]; ok {
		r = known
		r.SHA = d.SHA
		if validSHA(known.SHA) {
			moved = known.SHA
		}
		return r, moved
	}
	if w.tagOfOurs(ref) {
		return model.Release{Tag: ref, SHA: d.SHA}, ""
	}
	r = model.Release{SHA: d.SHA}
	if w.f.Branch.Head.SHA == d.SHA {
		r.PublishedAt, r.Author, r.URL = w.f.Branch.Head.At, w.f.Branch.Head.Author, w.f.Branch.Head.URL
	}
	return r, ""
}

// byMapping asks what the configuration names: the payload, the run's name or the health check's version field.
func (w *world) byMapping(env *model.Environment, c *carried, until time.Time) (model.Release, doubt) {
	var words []string
	var where model.Text
	switch w.f.Service.Deploy.Version {
	case model.MapByPayload:
		words, where = payloadWords(c.d.Payload), "payload"
	case model.MapByRunName:
		words, where = tokens(w.runName(&c.d)), "run's name"
	case model.MapByHealth:
		if v := w.sampledVersion(env, c.first, until); v != "" {
			words = []string{v}
		}
		where = "health check's version"
	}
	found := w.named(words)
	subject := say("deployment %d in %s", c.d.ID, env.Name)
	switch {
	case len(found) == 1:
		return found[0], doubt{}
	case len(found) > 1:
		return model.Release{}, doubt{say("%s names %s and %s in its %s", subject, found[0].Title(), found[1].Title(), where), say("a %s that names one version", where)}
	case len(words) == 0 && w.f.Service.Deploy.Version == model.MapByPayload && strings.Trim(c.d.Payload, " \t\r\n{}\"") != "":
		return model.Release{}, doubt{say("%s can't be mapped to a release: its payload names no version", subject), "a version in the payload"}
	case len(words) == 0:
		return model.Release{}, doubt{say("%s can't be mapped to a release: its %s is empty", subject, where), say("a version in the %s", where)}
	}
	return model.Release{}, doubt{say("%s can't be mapped to a release: no release is named in its %s", subject, where), say("a version in the %s", where)}
}

// named is which releases the words name, by tag, by version or by commit; each commit once.
func (w *world) named(words []string) []model.Release {
	var found []model.Release
	for _, word := range words {
		for _, r := range w.releases {
			if !validSHA(r.SHA) || !w.names(word, r) {
				continue
			}
			if !slices.ContainsFunc(found, func(f model.Release) bool { return f.SHA == r.SHA }) {
				found = append(found, r)
			}
		}
	}
	return found
}

func (w *world) names(word string, r model.Release) bool {
	if len(word) >= 7 && strings.HasPrefix(string(r.SHA), strings.ToLower(word)) {
		return true
	}
	return r.Tag != "" && (word == r.Tag || model.SameVersion(word, r.Version(w.f.Service.Tags)))
}

// tokens splits a run's name into the words that could be a version.
func tokens(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ()[]{},;:'\"`→>=#", r) })
}

// payloadWords are the values of a payload's keys that speak of a version. GitHub hands the payload over as it was
// given: an object, or a string that holds one.
func payloadWords(payload string) []string {
	var v any
	if json.Unmarshal([]byte(payload), &v) != nil {
		return tokens(payload)
	}
	if s, ok := v.(string); ok {
		if json.Unmarshal([]byte(s), &v) != nil {
			return tokens(s)
		}
	}
	var words []string
	collect(v, 0, func(key, value string) {
		switch strings.ToLower(key) {
		case "version", "tag", "release", "ref", "sha", "commit":
			words = append(words, strings.TrimPrefix(value, "refs/tags/"))
		}
	})
	return words
}

// collect visits the strings of a JSON value, three levels deep, in the order of their keys.
func collect(v any, depth int, visit func(key, value string)) {
	object, ok := v.(map[string]any)
	if !ok || depth > 3 {
		return
	}
	keys := make([]string, 0, len(object))
	for k := range object {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if s, ok := object[k].(string); ok {
			visit(k, s)
			continue
		}
		collect(object[k], depth+1, visit)
	}
}

func (w *world) runName(d *model.Deployment) string {
	if d.RunName != "" {
		return string(d.RunName)
	}
	if r, ok := w.run(d.RunID); ok {
		return string(r.Title)
	}
	return ""
}

// sampledVersion is the version that the environment's checks last reported between two deployments' successes.
func (w *world) sampledVersion(env *model.Environment, from, until time.Time) string {
	var version string
	var at time.Time
	for _, s := range w.f.Samples {
		if s.Environment != env.Name || s.Version == "" || from.IsZero() || s.At.Before(from) || w.m.future(s.At) {
			continue
		}
		if !until.IsZero() && !s.At.Before(until) {
			continue
		}
		if s.At.After(at) || s.At.Equal(at) && string(s.Version) < version {
			version, at = string(s.Version), s.At
		}
	}
	return version
}
