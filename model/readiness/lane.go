package readiness

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// lane tells what runs or waits for an environment: unfinished runs of the deploy workflow that are for it, or may be,
// and unfinished deployments.
func (w *world) lane(i int) Lane {
	env, past := w.env(i), w.past[i]
	lane := Lane{State: LaneFree}
	var waits []holder
	var best *carried
	if len(past) > 0 && past[0].succeeded() {
		best = &past[0]
	}
	for k := range past {
		c := &past[k]
		if c.unreadSince(best) {
			lane.State = LaneUnknown
			lane.Why = say("the statuses of deployment %d in %s were not read", c.d.ID, env.Name)
			return lane
		}
		d := c.unfinished()
		switch {
		case d == nil:
		case w.neverFinished(c, past):
			lane.NeverFinished = append(lane.NeverFinished, *d)
		default:
			r, _ := w.run(d.RunID)
			waits = append(waits, holder{run: r, d: *d, release: c.release, since: d.CreatedAt, state: stateOf(r, d)})
		}
	}
	for _, r := range w.runs {
		if !r.Done() && w.blocks(&r, i) && !slices.ContainsFunc(waits, func(h holder) bool { return h.run.ID == r.ID }) {
			waits = append(waits, holder{run: r, since: cmp.Or(started(r), r.CreatedAt), state: stateOf(r, nil), anywhere: !w.tells(&r), release: w.releaseOfRun(&r)})
		}
	}
	if len(waits) == 0 {
		return lane
	}
	slices.SortFunc(waits, func(a, b holder) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), a.since.Compare(b.since), cmp.Compare(a.run.ID, b.run.ID), cmp.Compare(a.d.ID, b.d.ID))
	})
	h := waits[0]
	lane.State, lane.Run, lane.Deployment, lane.Release = h.state, h.run, h.d, h.release
	lane.Since, lane.Anywhere = h.since, h.anywhere
	if h.state == LaneRunning {
		lane.ExpectedEnd = w.expected(i).End(h.since)
	}
	for _, other := range waits[1:] {
		if other.run.Status == model.StatusPending {
			lane.WouldCancel = append(lane.WouldCancel, other.run)
		}
	}
	lane.Cancelled = w.cancelledSince(i, h)
	lane.Why = w.laneSentence(env, &lane)
	return lane
}

// holder is something that runs or waits for an environment.
type holder struct {
	run      model.Run
	d        model.Deployment
	release  model.Release
	since    time.Time
	state    LaneState
	anywhere bool
}

// rank puts what holds the lane before what queues for it.
func (h holder) rank() int {
	if h.state == LaneQueued {
		return 1
	}
	return 0
}

func started(r model.Run) time.Time {
	if r.StartedAt.After(r.CreatedAt) {
		return r.StartedAt
	}
	return r.CreatedAt
}

func stateOf(r model.Run, d *model.Deployment) LaneState {
	switch r.Status {
	case model.StatusWaiting:
		return LaneReview
	case model.StatusQueued, model.StatusPending, model.StatusRequested:
		return LaneQueued
	}
	if d == nil {
		return LaneRunning
	}
	switch d.State() {
	case model.DeploymentWaiting:
		return LaneReview
	case model.DeploymentInProgress:
		return LaneRunning
	}
	if r.Status == model.StatusInProgress && d.State() == model.DeploymentPending {
		return LaneRunning
	}
	return LaneQueued
}

// blocks reports whether an unfinished run is for the environment, or doesn't tell what it is for.
func (w *world) blocks(r *model.Run, i int) bool {
	if !w.deploys(r) || w.foreignRun(r) || strings.HasPrefix(r.Event, "pull_request") {
		return false
	}
	named := w.destinations(r)
	if named == nil {
		return true
	}
	if !slices.Contains(named, i) {
		return false
	}
	return !w.overHere(r, i)
}

// overHere reports whether an unfinished run has done its part in an environment: everything that it deployed there has
// ended. In a re-run only what it deployed since it was started again tells: what is older may be done once more.
func (w *world) overHere(r *model.Run, i int) bool {
	over := false
	for k := range w.past[i] {
		for _, p := range w.past[i][k].parts {
			if p.RunID != r.ID {
				continue
			}
			if !p.StatusesRead || !p.State().Finished() || r.Attempt > 1 && (r.StartedAt.IsZero() || p.CreatedAt.Before(r.StartedAt)) {
				return false
			}
			over = true
		}
	}
	return over
}

func (w *world) tells(r *model.Run) bool { return w.destinations(r) != nil }

// foreignRun reports whether a run is another service's: it ran on a tag of theirs, or in another repository than the
// one that deploys.
func (w *world) foreignRun(r *model.Run) bool {
	if w.f.Service.Deploy.Repo != (model.Repo{}) && w.f.ownRepository(r.HeadRepo) {
		return true
	}
	return w.tagOfOthers(refName(r.Branch))
}

// destinations are the environments that a run is for: by its pending reviews, its name, or what it has deployed to. nil: it
// doesn't say.
func (w *world) destinations(r *model.Run) []int {
	var found []int
	title := tokens(strings.ToLower(string(r.Title)))
	for i := range w.f.Service.Environments {
		env := w.env(i)
		hit := slices.Contains(title, strings.ToLower(env.Name)) || slices.Contains(title, strings.ToLower(env.GitHub))
		for _, p := range w.f.Pending {
			hit = hit || p.RunID == r.ID && sameEnvironment(p.Environment, env.GitHub)
		}
		for k := range w.past[i] {
			for _, p := range w.past[i][k].parts {
				hit = hit || p.RunID == r.ID
			}
		}
		if hit {
			found = append(found, i)
		}
	}
	return found
}

// releaseOfRun is what a run carries: its commit's release, or the one that its name names.
func (w *world) releaseOfRun(r *model.Run) model.Release {
	if known, ok := w.byTag[refName(r.Branch)]; ok {
		return known
	}
	if found := w.named(tokens(string(r.Title))); len(found) == 1 {
		return found[0]
	}
	if w.f.Service.Deploy.RefBranch {
		return model.Release{}
	}
	for _, known := range w.releases {
		if known.SHA == r.SHA && r.SHA != "" {
			return known
		}
	}
	return model.Release{}
}

// cancelledSince are the deploy workflow's runs that were made and cancelled while the blocker held the lane.
func (w *world) cancelledSince(i int, h holder) []model.Run {
	var cancelled []model.Run
	for _, r := range w.runs {
		if !r.Done() || r.Conclusion != model.Cancelled || !w.deploys(&r) || w.foreignRun(&r) || !r.CreatedAt.After(h.since) || r.ID == h.run.ID {
			continue
		}
		if named := w.destinations(&r); named == nil || slices.Contains(named, i) {
			cancelled = append(cancelled, r)
		}
	}
	slices.SortFunc(cancelled, func(a, b model.Run) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return cancelled
}

func (w *world) laneSentence(env *model.Environment, l *Lane) model.Text {
	who := runName(l.Run)
	if l.Run.ID == 0 {
		who = say("deployment %d by %s", l.Deployment.ID, string(l.Deployment.Creator))
		if l.Deployment.Creator == "" {
			who = say("deployment %d", l.Deployment.ID)
		}
	}
	if !l.Release.Zero() {
		who += model.Text(" (" + l.Release.Title() + ")")
	}
	where := model.Text(env.Name)
	if l.Anywhere {
		where = "an environment that it doesn't name"
	}
	held := span(w.m.now.Sub(l.Since))
	var why model.Text
	switch l.State {
	case LaneReview:
		why = say("%s has waited for a review in %s for %s", string(who), string(where), held)
	case LaneRunning:
		why = say("%s has been deploying to %s for %s", string(who), string(where), held)
		if l.ExpectedEnd.After(w.m.now) {
			why += say(", about %s to go", spanUp(l.ExpectedEnd.Sub(w.m.now)))
		}
	default:
		why = say("%s has been queued for %s for %s", string(who), string(where), held)
	}
	if n := len(l.Cancelled); n > 0 {
		why += say("; %s cancelled meanwhile", count(n, "later run")+have(n, " was", " were"))
	}
	if n := len(l.WouldCancel); n > 0 {
		why += say("; a new one would cancel %s, which waits", string(runName(l.WouldCancel[0])))
	}
	return why
}

// runName is how a sentence calls a run: deploy.yml #41.
func runName(r model.Run) model.Text {
	return say("%s #%d", r.File(), r.Number)
}
