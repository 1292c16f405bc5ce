package operation_test

import (
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// TestHistoriesOfPublications lives through random histories in which a release gets to its environment by becoming public:
// people make them public by hand and take that back, answers get lost, and requests arrive after they were given up. What
// it was seen to catch beside what TestHistories does:
//
//   - Drift leaves out the release: sent although something had moved
//   - IdentifyRelease counts runs that were there before: adopted a run that was there before
//   - IdentifyRelease takes a person's run for ours where the answer was lost: adopted another's run, and nothing proves it
//   - IdentifyRelease takes the first of several, or all of them: took a run of several for its own
//   - IdentifyRelease doesn't ask whether the release is public: took a run for its own while the release is a prerelease
func TestHistoriesOfPublications(t *testing.T) {
	ends := map[operation.State]int{}
	lost, byHand := 0, 0
	for seed := range uint64(histories) {
		w := newWorld(seed)
		w.releases, w.made = map[string]operation.ReleaseState{}, map[string]int{}
		for n := range 3 {
			w.releases[release(n).Tag] = operation.ReleaseState{ID: int64(n + 1), Prerelease: true}
		}
		w.liveThrough(ends)
		if w.problem != "" {
			t.Fatalf("history %d: %s", seed, w.problem)
		}
		for _, o := range w.operators {
			for _, d := range o.ops {
				switch p := d.progress(); {
				case p.Plan.Way != operation.ByRelease || p.Run == 0:
				case p.Answer != 200:
					lost++
				case w.made[d.id] == 0:
					byHand++
				}
			}
		}
	}
	t.Logf("ends: %v; %d found although the answer was lost, %d whose run another's click had started", ends, lost, byHand)
	for _, s := range []operation.State{operation.Succeeded, operation.Failed, operation.Errored, operation.Aborted, operation.Ambiguous} {
		if ends[s] == 0 {
			t.Errorf("no history ended in %s: the generator proves nothing of it", s)
		}
	}
	if lost == 0 || byHand == 0 {
		t.Error("the generator proves nothing of lost answers, or of clicks within the last round trip")
	}
}

// asPublication makes a plan one by which a prerelease becomes public; false: there is nothing to make public.
func (w *world) asPublication(p *operation.Plan) bool {
	state := w.releases[p.Release.Tag]
	if p.Kind == operation.RollBack { // it is dispatched, whatever deploys
		return true
	}
	if state.Unpublishable(p.Release.Tag, 0) != "" {
		return false
	}
	p.Way, p.Workflow, p.ReleaseID, p.Unfinished, p.Echoes = operation.ByRelease, "publish.yml", state.ID, nil, false
	for _, r := range w.ofRelease(p) {
		p.Unfinished = append(p.Unfinished, r.ID)
	}
	return true
}

// ofRelease are the unfinished runs, and those that a plan's release has started.
func (w *world) ofRelease(p *operation.Plan) []model.Run {
	var all []model.Run
	for _, n := range w.runs {
		if !n.Done() || n.Event == "release" && n.Branch == p.Release.Tag {
			all = append(all, n.Run)
		}
	}
	return all
}

func (w *world) rereadRelease(d *driven, p *operation.Plan, again *operation.Again) {
	if p.Way != operation.ByRelease {
		return
	}
	again.Release, again.Unfinished = w.releases[p.Release.Tag], w.ofRelease(p)
	d.moved = d.moved || again.Release.Unpublishable(p.Release.Tag, p.ReleaseID) != ""
}

// identifyRelease looks for what a publication started.
func (w *world) identifyRelease(p operation.Progress, runs []model.Run, at time.Time) operation.Found {
	now := w.releases[p.Plan.Release.Tag]
	f := operation.IdentifyRelease(p, runs, now, at)
	started := 0
	for _, r := range runs {
		if r.Event == "release" && r.Branch == p.Plan.Release.Tag && !slices.Contains(p.Plan.Unfinished, r.ID) {
			started++
		}
	}
	switch {
	case len(f.Strong) == 0:
	case started > 1:
		w.fail("%s took a run of %d for its own", p.Plan.ID, started)
	case !now.Public():
		w.fail("%s took a run for its own while the release is a prerelease", p.Plan.ID)
	}
	return f
}

// publish is the one request that makes a release public. GitHub may take it up after its answer was given up.
func (o *operator) publish(d *driven, p operation.Progress) {
	w := o.w
	done := func() { w.makePublic(p.Plan.Release, d.id, model.Text(o.name)) }
	switch {
	case w.chance(8): // lost on the way
		o.answered(d, 0, 0)
	case w.chance(12):
		o.answered(d, []int{401, 403, 404, 409, 422, 429, 307}[w.r.IntN(7)], 0)
	case w.chance(10):
		w.late = append(w.late, done)
		o.answered(d, []int{0, 502}[w.r.IntN(2)], 0)
	case w.chance(5):
		done()
		o.answered(d, []int{0, 502}[w.r.IntN(2)], 0)
	default:
		if w.chance(20) { // somebody clicks within the last round trip
			w.makePublic(p.Plan.Release, "person", "person")
		}
		done()
		o.answered(d, 200, 0)
	}
}

// makePublic starts a run where it changes anything: a release that is public already starts nothing.
func (w *world) makePublic(r model.Release, by string, actor model.Text) {
	state := w.releases[r.Tag]
	if !state.Prerelease {
		return
	}
	state.Prerelease = false
	w.releases[r.Tag] = state
	w.made[by]++
	w.number++
	w.join(&run{Run: model.Run{
		ID: w.number, Workflow: ".github/workflows/publish.yml", Event: "release", Branch: r.Tag, SHA: r.SHA, Actor: actor, Status: model.StatusQueued, CreatedAt: w.now, Title: model.Text(r.Tag),
	}, by: by})
}

// clicks are what people do to releases by hand, and what arrives late.
func (w *world) clicks() {
	if w.releases == nil {
		return
	}
	if len(w.late) > 0 && w.r.IntN(4) == 0 {
		w.late[0]()
		w.late = w.late[1:]
	}
	if !w.chance(25) {
		return
	}
	r := release(w.r.IntN(3))
	switch state := w.releases[r.Tag]; {
	case state.Prerelease && w.r.IntN(3) == 0: // the workflow was switched off just then
		state.Prerelease = false
		w.releases[r.Tag] = state
	case state.Prerelease:
		w.makePublic(r, "person", "person")
	default:
		state.Prerelease = true
		w.releases[r.Tag] = state
	}
}

// holdPublication is what holds of every operation that makes a release public when all has come to rest.
func (w *world) holdPublication(d *driven, p operation.Progress) {
	i := slices.IndexFunc(w.runs, func(n *run) bool { return n.ID == p.Run })
	lost := p.Answer < 200 || p.Answer >= 500
	switch {
	case !p.State.Ended() && p.State != operation.Ambiguous:
		w.fail("%s has come to no end: %s", d.id, p.State)
	case w.made[d.id] > 1:
		w.fail("%s made a release public %d times", d.id, w.made[d.id])
	case p.Run != 0 && (i < 0 || w.runs[i].SHA != p.Plan.Release.SHA || w.runs[i].Branch != p.Plan.Release.Tag || w.runs[i].Event != "release"):
		w.fail("%s adopted run %d, which no publication of its release started", d.id, p.Run)
	case p.Run != 0 && slices.Contains(p.Plan.Unfinished, p.Run):
		w.fail("%s adopted run %d, which was there before", d.id, p.Run)
	case p.Run != 0 && lost && w.runs[i].by == "person":
		w.fail("%s adopted run %d, which is another's, and nothing proves it", d.id, p.Run)
	case p.State == operation.Succeeded && (p.Run == 0 || w.runs[i].Conclusion != model.Success):
		w.fail("%s is called succeeded, and its run was not", d.id)
	case p.State == operation.Aborted && !p.Adopted() && w.made[d.id] > 0:
		w.fail("%s is called aborted, and it made its release public", d.id)
	case p.State == operation.Aborted && p.Run != 0 && w.runs[i].began:
		w.fail("%s is called aborted, and its run began", d.id)
	case p.State == operation.Ambiguous && p.Answer >= 300 && p.Answer < 500:
		w.fail("%s was refused, and is called ambiguous", d.id)
	case p.State == operation.Errored && p.Answer >= 300 && p.Answer < 500 && w.made[d.id] > 0:
		w.fail("%s is called refused, and was not", d.id)
	case p.State == operation.Errored && p.Answer == 0 && !p.Adopted():
		w.fail("%s is called errored, and nobody can know: %s", d.id, p.Why)
	case p.State.Ended() && w.lock == d.id:
		w.fail("%s has ended as %s and keeps the lock", d.id, p.State)
	}
}
