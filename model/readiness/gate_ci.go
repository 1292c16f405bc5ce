package readiness

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// pushEvents are the events of runs that speak for a commit itself.
var pushEvents = []string{"push", "merge_group", "schedule", "workflow_dispatch"}

// laterEvents are the further events by which an end-to-end workflow may run for a commit.
var laterEvents = []string{"deployment", "deployment_status", "release", "workflow_run", "repository_dispatch"}

// inheritedParents bounds how many parents are asked for the CI of a commit that changed nothing that matters.
const inheritedParents = 10

// judged is the result of one workflow or check.
type judged struct {
	result model.Result
	why    model.Text
	settle model.Text
	seen   []model.Evidence
	until  time.Time // when a wait or a freeze ends, where that is known
}

func (w *world) gateCI(_ int, r model.Release) judged {
	if len(w.f.Service.Checks) > 0 { // both are asked for at once
		w.f.reading(w.m, model.SignalCommitChecks, string(r.SHA))
	}
	read, d := w.f.reading(w.m, model.SignalCommitRuns, string(r.SHA))
	if !d.none() {
		return unknown(d.why, d.settle, []model.Evidence{evidence("runs on "+model.Text(r.SHA.Short()), "", read)})
	}
	workflows := w.f.Service.CI
	if len(workflows) == 0 && read.Cut {
		return unknown(say("there are more runs on %s than could be read, so a workflow may be missing", r.SHA.Short()), "ci: in the configuration", []model.Evidence{evidence("runs on "+model.Text(r.SHA.Short()), "", read)})
	}
	if len(workflows) == 0 {
		workflows = w.pushedOn(r.SHA)
	}
	var parts []judged
	for _, name := range workflows {
		parts = append(parts, w.ciOf(name, r.SHA))
	}
	for _, name := range w.f.Service.Checks {
		parts = append(parts, w.checkOf(name, r.SHA))
	}
	if len(w.f.Service.CI) == 0 && len(workflows) == 0 {
		switch {
		case w.everPushed():
			parts = append(parts, w.inheritOr("", r.SHA, w.noRun("no workflow ran on "+model.Text(r.SHA.Short()), r.SHA, read)))
		case len(parts) == 0:
			runs, d := w.f.reading(w.m, model.SignalRuns, "")
			if !d.none() {
				return unknown(d.why, d.settle, []model.Evidence{evidence("runs", "", runs)})
			}
			if runs.Cut {
				return unknown("none of the newest runs is by a push, and older ones were not read, so whether any workflow runs on push isn't known", "ci: in the configuration, or gates: {ci: off}", []model.Evidence{evidence("runs", "", runs)})
			}
			return judged{result: model.NotApplicable, why: "no workflow runs on push in this repository", seen: []model.Evidence{evidence("runs", "", runs)}}
		}
	}
	return combine(parts, "workflow", r.SHA)
}

func (w *world) gateBlackbox(_ int, r model.Release) judged {
	if len(w.f.Service.Blackbox) == 0 {
		return judged{result: model.NotApplicable, why: "no end-to-end workflow is configured"}
	}
	read, d := w.f.reading(w.m, model.SignalCommitRuns, string(r.SHA))
	if !d.none() {
		return unknown(d.why, d.settle, []model.Evidence{evidence("runs on "+model.Text(r.SHA.Short()), "", read)})
	}
	events := append(slices.Clone(pushEvents), laterEvents...)
	var parts []judged
	for _, name := range w.f.Service.Blackbox {
		run, ok := w.newestRun(name, r.SHA, events)
		if !ok {
			parts = append(parts, unknown(
				say("%s has no run on %s", name, r.SHA.Short()), say("a run of %s on %s", name, r.SHA.Short()),
				[]model.Evidence{evidence("runs on "+model.Text(r.SHA.Short()), "", read)},
			))
			continue
		}
		parts = append(parts, judgeRun(run, read))
	}
	return combine(parts, "workflow", r.SHA)
}

// pushedOn are the workflows with a push run on a commit, less those that deploy or belong to another gate.
func (w *world) pushedOn(sha model.SHA) []string {
	found := map[string]bool{}
	for _, r := range w.runs {
		if r.SHA == sha && r.Event == "push" && w.f.ownRepository(r.HeadRepo) && !w.otherGate(&r) {
			path, _, _ := strings.Cut(r.Workflow, "@")
			found[path] = true
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// otherGate reports whether a run deploys, or is judged by the gate blackbox.
func (w *world) otherGate(r *model.Run) bool {
	return w.deploys(r) || slices.ContainsFunc(w.f.Service.Blackbox, func(name string) bool { return sameWorkflow(r, name) })
}

// everPushed reports whether any workflow of this repository is known to run on push.
func (w *world) everPushed() bool {
	for _, r := range w.runs {
		if r.Event == "push" && w.f.ownRepository(r.HeadRepo) && !w.otherGate(&r) {
			return true
		}
	}
	return false
}

// newestRun is the newest attempt of a workflow on exactly this commit, of this repository and by one of the events. The
// attempt that started last is the newest.
func (w *world) newestRun(workflow string, sha model.SHA, events []string) (model.Run, bool) {
	var best model.Run
	found := false
	for _, r := range w.runs {
		if r.SHA != sha || !sameWorkflow(&r, workflow) || !w.f.ownRepository(r.HeadRepo) || !slices.Contains(events, r.Event) {
			continue
		}
		if !found || cmp.Or(started(r).Compare(started(best)), cmp.Compare(r.ID, best.ID)) > 0 {
			best, found = r, true
		}
	}
	return best, found
}

// ciOf is the result of one required workflow; where it has no run, ci_ignore may let the commit inherit its parent's.
func (w *world) ciOf(workflow string, sha model.SHA) judged {
	read := w.f.Read(model.SignalCommitRuns, string(sha))
	if run, ok := w.newestRun(workflow, sha, pushEvents); ok {
		return judgeRun(run, read)
	}
	return w.inheritOr(workflow, sha, w.noRun(say("%s has no run on %s", workflow, sha.Short()), sha, read))
}

// inheritOr is the result of the nearest parent with a run, as long as every commit up to it changed only paths that
// ci_ignore names; else what was found without it. An empty workflow stands for all that ran there on push.
func (w *world) inheritOr(workflow string, sha model.SHA, otherwise judged) judged {
	if len(w.f.Service.CIIgnore) == 0 {
		return otherwise
	}
	at := sha
	for range inheritedParents {
		c, ok := w.f.Commits[at]
		if !ok {
			_, d := w.f.reading(w.m, model.SignalCommit, string(at))
			otherwise.why += "; whether it changed only paths of ci_ignore isn't known"
			otherwise.settle = "reading the paths of " + model.Text(at.Short())
			if !d.none() && d.settle != "" {
				otherwise.settle = d.settle
			}
			return otherwise
		}
		if !w.ignorable(c) {
			return otherwise
		}
		at = c.Commit.Parents[0]
		read, d := w.f.reading(w.m, model.SignalCommitRuns, string(at))
		if !d.none() {
			return unknown(say("%s changed only paths of ci_ignore, but %s", sha.Short(), string(d.why)), d.settle, []model.Evidence{evidence("runs on "+model.Text(at.Short()), "", read)})
		}
		if j, ok := w.ranAt(workflow, at, read); ok {
			j.why += say(", which %s inherits: it changed only paths of ci_ignore", sha.Short())
			j.seen = append(j.seen, evidence("paths of "+model.Text(sha.Short()), w.f.Commits[sha].Commit.URL, w.f.Read(model.SignalCommit, string(sha))))
			return j
		}
	}
	return otherwise
}

func (w *world) ranAt(workflow string, sha model.SHA, read model.Read) (judged, bool) {
	if workflow != "" {
		run, ok := w.newestRun(workflow, sha, pushEvents)
		return judgeRun(run, read), ok
	}
	var parts []judged
	for _, name := range w.pushedOn(sha) {
		if run, ok := w.newestRun(name, sha, pushEvents); ok {
			parts = append(parts, judgeRun(run, read))
		}
	}
	return combine(parts, "workflow", sha), len(parts) > 0
}

// ignorable reports whether everything that a commit changed against its first parent is in ci_ignore.
func (w *world) ignorable(c CommitPaths) bool {
	if c.Cut || len(c.Paths) == 0 || len(c.Commit.Parents) == 0 || !validSHA(c.Commit.Parents[0]) {
		return false
	}
	return !slices.ContainsFunc(c.Paths, func(p string) bool { return !model.GlobAny(w.f.Service.CIIgnore, p) })
}

// skipMarks in a commit's message keep GitHub from starting push workflows (GitHub docs, "Skipping workflow runs").
var skipMarks = []string{"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"}

// noRun is the unknown for a commit without a run, with its likely cause.
func (w *world) noRun(why model.Text, sha model.SHA, read model.Read) judged {
	j := unknown(why, say("a run on %s", sha.Short()), []model.Evidence{evidence("runs on "+model.Text(sha.Short()), "", read)})
	c := w.commit(sha)
	message := strings.ToLower(string(c.Title))
	for _, mark := range skipMarks {
		if strings.Contains(message, mark) {
			j.why += model.Text(": its message says " + mark)
			return j
		}
	}
	switch {
	case strings.HasSuffix(string(c.Author), "[bot]"):
		j.why += say(": %s pushed it, and a push by GITHUB_TOKEN starts no workflow", string(c.Author))
	case len(w.pushedOn(sha)) > 0:
		j.why += ", while others ran: its paths or branches filter probably left it out"
	default:
		j.why += "; likely [skip ci], a paths filter, or a push by GITHUB_TOKEN"
	}
	return j
}

// commit is what is known of a commit itself.
func (w *world) commit(sha model.SHA) model.Commit {
	if c, ok := w.f.Commits[sha]; ok {
		return c.Commit
	}
	if w.f.Branch.Head.SHA == sha {
		return w.f.Branch.Head
	}
	for i := range w.f.Comparisons {
		for _, c := range w.f.Comparisons[i].Commits {
			if c.SHA == sha {
				return c
			}
		}
	}
	return model.Commit{}
}

// judgeRun is what a run's newest attempt says of its commit.
func judgeRun(r model.Run, read model.Read) judged {
	j := judgeConclusion(r.File(), r.SHA, r.Status, r.Conclusion)
	if r.Attempt > 1 {
		j.why += say(" (attempt %d)", r.Attempt)
	}
	what := string(r.Conclusion)
	if !r.Done() {
		what = string(r.Status)
	}
	j.seen = []model.Evidence{evidence(say("%s #%d, attempt %d: %s", r.File(), r.Number, max(1, r.Attempt), what), r.URL, read)}
	return j
}

func judgeConclusion(name string, sha model.SHA, status model.RunStatus, c model.Conclusion) judged {
	on := " on " + sha.Short()
	if status != model.StatusCompleted {
		switch status {
		case model.StatusRequested, model.StatusQueued, model.StatusPending:
			return judged{result: model.Wait, why: say("%s is queued%s", name, on)}
		case model.StatusWaiting:
			return judged{result: model.Wait, why: say("%s waits for a review%s", name, on)}
		case model.StatusInProgress:
			return judged{result: model.Wait, why: say("%s is running%s", name, on)}
		}
		return judged{result: model.Unknown, why: say("%s is in a state that isn't known, %q,%s", name, string(status), on), settle: say("the end of %s", name)}
	}
	switch c {
	case model.Success:
		return judged{result: model.Pass, why: say("%s passed%s", name, on)}
	case model.Failure:
		return judged{result: model.Fail, why: say("%s failed%s", name, on)}
	case model.Cancelled:
		return judged{result: model.Fail, why: say("%s was cancelled%s", name, on)}
	case model.TimedOut:
		return judged{result: model.Fail, why: say("%s timed out%s", name, on)}
	case model.StartupFailure:
		return judged{result: model.Fail, why: say("%s could not start%s", name, on)}
	case model.Stale:
		return judged{result: model.Fail, why: say("%s was given up by GitHub as stale%s", name, on)}
	case model.ActionRequired:
		return judged{result: model.Wait, why: say("%s waits for somebody's approval%s", name, on)}
	case model.Skipped:
		return judged{result: model.Warn, why: say("%s was skipped%s", name, on)}
	case model.Neutral:
		return judged{result: model.Warn, why: say("%s ended neutral%s", name, on)}
	case "":
		return judged{result: model.Unknown, why: say("%s ended without a conclusion%s", name, on), settle: say("another run of %s", name)}
	}
	return judged{result: model.Unknown, why: say("%s ended with %q%s, which isn't known", name, string(c), on), settle: say("another run of %s", name)}
}

// checkOf is the result of a named status or check run of CI outside Actions.
func (w *world) checkOf(name string, sha model.SHA) judged {
	read, d := w.f.reading(w.m, model.SignalCommitChecks, string(sha))
	if !d.none() {
		return unknown(d.why, d.settle, []model.Evidence{evidence("checks on "+model.Text(sha.Short()), "", read)})
	}
	reports := w.reportsOf(name, sha)
	if len(reports) == 0 {
		return unknown(say("%s has not reported on %s", name, sha.Short()), say("a report of %s on %s", name, sha.Short()), []model.Evidence{evidence("checks on "+model.Text(sha.Short()), "", read)})
	}
	parts := make([]judged, len(reports))
	for i, c := range reports {
		called := name
		if len(reports) > 1 {
			called = name + " of " + cmp.Or(string(c.App), "a status")
		}
		parts[i] = judgeConclusion(called, sha, c.Status, c.Conclusion)
		parts[i].seen = []model.Evidence{evidence(say("%s: %s", called, cmp.Or(string(c.Conclusion), string(c.Status))), c.URL, read)}
	}
	return combine(parts, "check", sha)
}

// reportsOf are the newest reports of one name on a commit, one of each app and one of the statuses: a name is nobody's
// own, and one app's success says nothing of another's failure. What Actions itself reported counts only where nobody
// else has that name.
func (w *world) reportsOf(name string, sha model.SHA) []model.CommitCheck {
	newest := map[model.Text]model.CommitCheck{}
	others := false
	for i := range w.f.Checks {
		c := &w.f.Checks[i]
		if c.SHA != sha || c.Name != name {
			continue
		}
		others = others || !c.FromActions
		if known, ok := newest[c.App]; !ok || laterCheck(c, &known) {
			newest[c.App] = *c
		}
	}
	var all []model.CommitCheck
	for _, app := range slices.Sorted(maps.Keys(newest)) {
		if c := newest[app]; !others || !c.FromActions {
			all = append(all, c)
		}
	}
	return all
}

// laterCheck orders reports of one name and app by when they began; at one instant the worse one counts.
func laterCheck(a, b *model.CommitCheck) bool {
	ra, rb := judgeConclusion("", "", a.Status, a.Conclusion).result, judgeConclusion("", "", b.Status, b.Conclusion).result
	return cmp.Or(a.StartedAt.Compare(b.StartedAt), a.CompletedAt.Compare(b.CompletedAt), cmp.Compare(ra, rb)) > 0
}

// combine is the worst of several, named; passes are counted.
func combine(parts []judged, what string, sha model.SHA) judged {
	if len(parts) == 1 {
		return parts[0]
	}
	var all judged
	for _, p := range parts {
		all.result = max(all.result, p.result)
	}
	var whys []string
	for _, p := range parts {
		all.seen = append(all.seen, p.seen...)
		if p.result == all.result {
			whys = append(whys, string(p.why))
			if all.settle == "" {
				all.settle = p.settle
			}
		}
	}
	if all.result == model.Pass {
		short := 0
		for _, why := range whys {
			if !strings.Contains(why, "inherits") && !strings.Contains(why, "attempt") {
				short++
			}
		}
		if short == len(whys) {
			all.why = say("all %d required %ss passed on %s", len(parts), what, sha.Short())
			return all
		}
	}
	all.why = model.Text(list(whys, 3))
	return all
}

// unknown is the result of a gate that can't tell, with the one thing that would settle it.
func unknown(why, settle model.Text, seen []model.Evidence) judged {
	return judged{result: model.Unknown, why: why, settle: settle, seen: seen}
}
