package operation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// TestHistoriesOfGoingBackAlone lives through random histories of an environment that has opted in to being rolled back
// without a person: releases that are bad there, operators whose own network is gone, machines that sleep for hours between
// any two steps, processes that die there, people who act by hand and through gonogo meanwhile. What it was seen to catch
// beside what TestHistories does:
//
//   - Automatic doesn't ask for the mark, or whether that could be told: it was decided to go back once more
//   - who goes back doesn't read whose mark it is: it went back 2 times
//   - Automatic doesn't ask whether a person has acted: it was decided to go back over a person
//   - Automatic doesn't ask how fresh the failure is: it was decided to go back long after the failure
//   - Drift doesn't ask that, or the failure counts from when it was judged: sent without a person, long after the failure
//   - Drift leaves out a veto, or for who goes back alone a hold or what began since: sent although something had moved
//   - Automatic and Fold take inconclusive for failed: went back from what is inconclusive
//   - Automatic lets another process go back: went back in another process than the one that drove
//   - Automatic lets a rollback be rolled back: went back from a rollback
//   - Automatic goes back to whatever is the best then: went back to another release than was shown
//   - Automatic doesn't ask whether it was said when it was confirmed: went back, and nobody was told that it would
//   - Verify counts an operator's own lost network, or a degraded answer, for an outage: went back, and nothing was wrong
//   - CountsFrom takes GitHub's clock for the samples': went back, and nothing was wrong
func TestHistoriesOfGoingBackAlone(t *testing.T) {
	ends := map[operation.State]int{}
	happened := map[string]int{}
	for seed := range uint64(histories / 2) {
		w := newWorld(seed)
		for len(w.operators) < 2 {
			w.operators = append(w.operators, &operator{w: w, name: "operator1", skew: time.Minute})
		}
		w.optIn(happened)
		w.liveThrough(ends)
		if w.problem != "" {
			t.Fatalf("history %d: %s", seed, w.problem)
		}
	}
	t.Logf("ends: %v; happened: %v", ends, happened)
	for _, what := range situations {
		if happened[what] == 0 {
			t.Errorf("it never happened that %s: the generator proves nothing of it", what)
		}
	}
}

// What must happen in the histories, so that they prove anything.
const (
	wentBack     = "it went back"
	backThere    = "it went back and succeeded"
	onceBefore   = "it had gone back from the release before"
	personFirst  = "a person had acted"
	personBetw   = "a person acted between the decision and the send"
	otherProcess = "the process that drove had died"
	notFresh     = "the failure was not fresh"
	slept        = "the failure grew old between the decision and the send"
	elsewhere    = "the best to go back to was another one than was shown"
	nothing      = "there was nothing to go back to"
	undecidable  = "the verification was inconclusive"
	cutOff       = "an operator's own network was gone while they verified"
	markLost     = "the mark was left, and the answer lost"
	markUnread   = "whether there is a mark could not be told"
	faster       = "somebody else's gonogo left the mark meanwhile"
	backFailed   = "what it went back to failed its verification, too"
	notSaid      = "it was not said when it was confirmed"
)

var situations = []string{
	wentBack, backThere, onceBefore, personFirst, personBetw, otherProcess, notFresh, slept, elsewhere, nothing, undecidable, cutOff, markLost, markUnread, faster, backFailed, notSaid,
}

// alone is an environment that goes back without a person.
type alone struct {
	happened map[string]int
	marks    map[model.SHA]string // refs/gonogo/auto/…
	bad      map[model.SHA]bool   // unhealthy where it runs
	faint    map[model.SHA]bool   // degraded
	outage   time.Time            // until then whatever runs is unhealthy
	began    map[model.SHA]int    // how often it went back from a release, over all operators
	sick     map[string]time.Time // when the third sample in a row was seen that truly was unhealthy, by operation
}

// wayBack is how far a process has come with going back.
type wayBack struct {
	step    int
	stopped int // for how many steps the process stands still
	plan    operation.Plan
	target  bool // there is one
	decided bool
}

var check = model.Check{ID: "http", Name: "http", Required: true, Every: 10 * time.Second, Failures: 3}

func (w *world) optIn(happened map[string]int) {
	w.rare = 5
	w.alone = &alone{
		happened: happened, marks: map[model.SHA]string{}, bad: map[model.SHA]bool{}, faint: map[model.SHA]bool{}, began: map[model.SHA]int{}, sick: map[string]time.Time{},
	}
	for n := range 3 {
		switch w.r.IntN(6) {
		case 0, 1, 2:
			w.alone.bad[release(n).SHA] = true
		case 3:
			w.alone.faint[release(n).SHA] = true
		}
	}
	for n := range 2 { // what ran there before
		w.number++
		at := w.now.Add(time.Duration(n-3) * time.Hour)
		w.deploys = append(w.deploys, model.Deployment{ID: w.number, SHA: release(4 - n).SHA, CreatedAt: at, StatusesRead: true, Statuses: []model.DeploymentStatus{{State: model.DeploymentSuccess, At: at}}})
	}
}

// most is how many operations an operator begins.
func (w *world) most() int {
	if w.alone != nil {
		return 6
	}
	return 3
}

// here is the release that runs: of the deployment whose success is the newest.
func (w *world) here() (sha model.SHA) {
	var newest time.Time
	for i := range w.deploys {
		if at := w.deploys[i].FirstSuccess(); !at.IsZero() && !at.Before(newest) {
			sha, newest = w.deploys[i].SHA, at
		}
	}
	return sha
}

// best is the release that one goes back to from another: what ran there last and is neither vetoed nor known to be bad.
func (w *world) best(from model.SHA) (model.Release, bool) {
	for i := len(w.deploys) - 1; i >= 0; i-- {
		sha := w.deploys[i].SHA
		if sha != from && !w.deploys[i].FirstSuccess().IsZero() && w.vetoes[sha] == "" && !w.alone.bad[sha] {
			return release(number(sha)), true
		}
	}
	return model.Release{}, false
}

func number(sha model.SHA) (n int) {
	_, _ = fmt.Sscanf(string(sha), "%x", &n)
	return n
}

// asOptedIn makes a plan one for an environment that goes back by itself; false: there is nothing to be done.
func (w *world) asOptedIn(p *operation.Plan) bool {
	here := w.here()
	p.Replaces = release(number(here))
	if p.Kind == operation.RollBack {
		to, ok := w.best(here)
		p.Release, p.Ref, p.GoesBack = to, to.Tag, true // see goBack
		p.RollsBackTo, _ = w.best(to.SHA)
		return ok
	}
	if p.Release.SHA == here || w.vetoes[p.Release.SHA] != "" {
		return false
	}
	p.RollsBackTo, p.GoesBack = w.best(p.Release.SHA)
	p.GoesBack = p.GoesBack && w.r.IntN(12) > 0
	return true
}

// observe is what the environment's check answers every operator, and what people do beside: they veto what could be gone
// back to, and hold what they want to stay.
func (w *world) observe() {
	a := w.alone
	if a == nil {
		return
	}
	switch {
	case w.chance(30):
		a.outage = w.now.Add(time.Duration(1+w.r.IntN(10)) * time.Minute)
	case w.chance(5):
		w.vetoes[release(w.r.IntN(5)).SHA] = "person"
	case w.chance(40) && w.held == "":
		w.held = "person"
	case w.chance(5): // somebody dispatches by hand, and a review is awaited for a while
		w.number++
		by := release(w.r.IntN(3))
		w.join(&run{Run: model.Run{
			ID: w.number, Workflow: ".github/workflows/deploy.yml", Event: "workflow_dispatch", Branch: by.Tag, SHA: by.SHA, CreatedAt: w.now, Status: model.StatusQueued, Title: "Deploy",
		}, by: "person", waits: w.now.Add(time.Duration(w.r.IntN(300)) * time.Second)})
	case w.chance(30) && a.marks[w.here()] == "": // of an operator who isn't told of here
		a.marks[w.here()] = "another"
	}
	here := w.here()
	for _, o := range w.operators {
		if w.chance(12) {
			o.cut = w.now.Add(time.Duration(w.r.IntN(300)) * time.Second)
		}
		seen := operation.Observation{Check: check.ID, At: o.clock(), State: model.Healthy}
		switch {
		case w.now.Before(o.cut):
			seen.State, seen.Unreachable = model.Unhealthy, true
		case a.bad[here] || w.now.Before(a.outage):
			seen.State, seen.Why = model.Unhealthy, model.Text(here)
			seen.Unreachable, seen.Confirmed = w.r.IntN(2) == 0, true
		case a.faint[here]:
			seen.State = model.Degraded
		}
		o.samples = append(o.samples, seen)
		o.samples = o.samples[max(0, len(o.samples)-40):]
	}
}

// verify judges as the process that follows does.
func (o *operator) verify(d *driven, p operation.Progress) {
	var success time.Time
	for i := range o.w.deploys {
		if o.w.deploys[i].RunID == p.Run {
			success = o.w.deploys[i].FirstSuccess()
		}
	}
	v := operation.Verify(operation.Watch{Checks: []model.Check{check}, From: p.CountsFrom(success), Bake: time.Minute}, o.samples, o.clock())
	if over := v.State != operation.Verifying; o.lost(d, over) || !over {
		return
	}
	r := operation.Record{Event: operation.Judged, State: v.State, Why: v.Why}
	if v.State == operation.Failed {
		r.Found = v.At
	}
	if v.State == operation.Inconclusive && p.Plan.GoesBack {
		o.w.alone.happened[undecidable]++
	}
	if v.State == operation.Failed && p.Plan.Failure != nil {
		o.w.alone.happened[backFailed]++
	}
	row := 0
	for _, s := range o.samples { // as it truly was: of this release, since it runs
		switch {
		case s.At.Before(p.Since) || s.Unreachable && !s.Confirmed:
			if !s.At.Before(p.Since) {
				o.w.alone.happened[cutOff]++
			}
		case s.State == model.Unhealthy && s.Why == model.Text(p.Plan.Release.SHA):
			if row++; row == check.Failures {
				o.w.alone.sick[d.id] = s.At
			}
		default:
			row = 0
		}
	}
	o.append(d, r)
}

// undecided reports whether an operation may yet be gone back from without a person.
func (d *driven) undecided(p operation.Progress) bool {
	return !p.FailedAt.IsZero() && p.Plan.Failure == nil && !d.back.decided
}

// acted reports whether anything has moved in the environment since that isn't the operation's own.
func (w *world) acted(p *operation.Progress) bool {
	newest := w.newest()
	return newest.RunID != p.Run || slices.ContainsFunc(w.runs, func(n *run) bool {
		return !n.Done() && n.ID != p.Run && !slices.Contains(p.Plan.Unfinished, n.ID)
	})
}

// goBack goes back without a person, step by step as the process that drove does. The world goes on between any two, and
// the process may die there.
func (o *operator) goBack(d *driven, p operation.Progress) {
	w := o.w
	if w.alone == nil || !d.undecided(p) && p.Plan.Failure == nil || d.back.decided || p.State != operation.Failed && p.State != operation.Inconclusive {
		return
	}
	a, b := w.alone, &d.back
	switch {
	case w.chance(8):
		d.dead = true
		return
	case w.chance(4):
		b.stopped = w.r.IntN(40)
	}
	if b.stopped--; b.stopped > 0 && !w.calm {
		return
	}
	b.step++
	switch b.step {
	case 1: // what would be done
		w.number++
		b.plan = operation.Plan{
			ID: fmt.Sprintf("00000000-0000-4000-9000-%012d", w.number), Kind: operation.RollBack, Service: "api", Environment: "production", Newest: w.newest().ID,
			Way: operation.ByWorkflow, Workflow: "deploy.yml", Lock: true, Echoes: w.echoes, Actor: model.Text(o.name), Replaces: release(number(w.here())),
			GoesBack: true, // which no rollback's plan says: so that the rule alone keeps it from being gone back from
		}
		b.plan.Release, b.target = w.best(w.here())
		b.plan.Ref = b.plan.Release.Tag
		b.plan.RollsBackTo, _ = w.best(b.plan.Release.SHA)
		for _, n := range w.runs {
			if !n.Done() {
				b.plan.Unfinished = append(b.plan.Unfinished, n.ID)
			}
		}
		if w.lock != "" { // which speaks against it
			b.decided = true
		}
	case 2: // whether it is
		rules := operation.Automatic{
			Mode: model.RollbackAutomatic, Operation: p, Process: d.process, Marked: a.marks[p.Plan.Release.SHA] != "", MarkRead: !w.chance(1),
			PersonActed: w.acted(&p), Eligible: b.target, Back: b.plan,
		}
		if !rules.MarkRead {
			rules.Marked = false
			a.happened[markUnread]++
		}
		why := rules.Why(o.clock())
		if b.decided = why != ""; why == "" {
			o.holdDecision(d, &p)
		}
		o.count(&rules, why)
	case 3: // the mark
		o.leaveMark(d, &p)
	case 4:
		b.decided = true
		if o.idle() {
			o.beginAlone(d, &p)
		}
	}
}

// count counts why it is not gone back.
func (o *operator) count(r *operation.Automatic, why model.Text) {
	for reason, what := range map[model.Text]string{
		"a person has acted since": personFirst, "another process drove the operation": otherProcess, "the failure is not fresh": notFresh,
		"it was rolled back automatically once": onceBefore, "there is nothing to go back to": nothing, "it was not said when it was confirmed": notSaid,
	} {
		if why == reason {
			o.w.alone.happened[what]++
		}
	}
	if why != "" && r.Back.Replaces.SHA == r.Operation.Plan.Release.SHA && r.Eligible && r.Back.Release.SHA != r.Operation.Plan.RollsBackTo.SHA && !r.PersonActed {
		o.w.alone.happened[elsewhere]++
	}
}

// holdDecision is what holds whenever it is decided to go back.
func (o *operator) holdDecision(d *driven, p *operation.Progress) {
	a := o.w.alone
	at, sick := a.sick[d.id]
	switch {
	case sick && o.clock().Sub(at) > operation.FreshFailure:
		o.w.fail("%s: it was decided to go back long after the failure", d.id)
	case a.marks[p.Plan.Release.SHA] != "":
		o.w.fail("%s: it was decided to go back once more", d.id)
	case o.w.acted(p):
		o.w.fail("%s: it was decided to go back over a person", d.id)
	case !d.back.target:
		o.w.fail("%s: it was decided to go back to what is excluded", d.id)
	}
}

// leaveMark leaves the mark that nobody goes back twice, and reads whose it is.
func (o *operator) leaveMark(d *driven, p *operation.Progress) {
	w, sha := o.w, p.Plan.Release.SHA
	lost := w.chance(3)
	if !lost && w.alone.marks[sha] == "" {
		w.alone.marks[sha] = d.id
		if w.chance(3) { // and the answer is lost: the ref tells
			w.alone.happened[markLost]++
		}
	}
	if w.alone.marks[sha] != d.id && w.alone.marks[sha] != "" {
		w.alone.happened[faster]++
	}
	d.back.decided = w.chance(3) || w.alone.marks[sha] != d.id // it can't be read, or is somebody else's
}

// beginAlone begins the rollback.
func (o *operator) beginAlone(d *driven, p *operation.Progress) {
	w, plan := o.w, d.back.plan
	w.alone.happened[wentBack]++
	w.alone.began[p.Plan.Release.SHA]++
	plan.Failure, plan.Despite = &operation.Failure{Operation: d.id, At: p.FailedAt}, p.Plan.Despite
	back := &driven{id: plan.ID}
	o.start(back)
	back.process = d.process // the same one
	if !o.append(back, operation.Record{Event: operation.Planned, State: operation.Preflight, Plan: &plan}) && len(back.records) == 0 {
		return
	}
	o.ops = append(o.ops, back)
	if !back.dead {
		o.append(back, operation.Record{Event: operation.Approved, State: operation.Confirmed, Actor: model.Text(o.name)})
	}
}

// rereadAlone reads what speaks against a release, and notes what must not be so at a send.
func (w *world) rereadAlone(d *driven, p *operation.Plan, again *operation.Again) {
	if by := w.vetoes[p.Release.SHA]; by != "" {
		d.moved = true
		again.Vetoes = []operation.Standing{{Object: "veto", Why: model.Text(by)}}
	}
	if p.Failure == nil {
		return
	}
	if w.held != "" && !slices.Contains(p.Despite, "hold of "+w.held) || slices.ContainsFunc(w.runs, func(n *run) bool { return !n.Done() && !slices.Contains(p.Unfinished, n.ID) }) {
		d.moved = true
	}
	if d.moved {
		w.alone.happened[personBetw]++
	}
	if !p.Failure.Fresh(again.At) {
		w.alone.happened[slept]++
	}
}

// stale reports whether a rollback that nobody asked for is sent long after what failed.
func (o *operator) stale(p *operation.Plan) bool {
	if p.Failure == nil {
		return false
	}
	at, sick := o.w.alone.sick[p.Failure.Operation]
	age := o.clock().Sub(at)
	return sick && (age > operation.FreshFailure+operation.Reread || age < 0)
}

// holdAlone is what holds of every rollback that nobody asked for.
func (w *world) holdAlone(d *driven, p operation.Progress) {
	if p.Plan.Failure == nil {
		return
	}
	if p.State == operation.Succeeded {
		w.alone.happened[backThere]++
	}
	var from *driven
	for _, o := range w.operators {
		for _, other := range o.ops {
			if other.id == p.Plan.Failure.Operation {
				from = other
			}
		}
	}
	was := from.progress()
	_, sick := w.alone.sick[from.id]
	switch {
	case was.Plan.Kind != operation.Promote:
		w.fail("%s went back from a rollback", d.id)
	case !was.Plan.GoesBack:
		w.fail("%s went back, and nobody was told that it would", d.id)
	case was.State != operation.Failed || was.FailedAt.IsZero():
		w.fail("%s went back from what is %s", d.id, was.State)
	case !sick:
		w.fail("%s went back, and nothing was wrong with %s", d.id, was.Plan.Release.Title())
	case d.confirmedBy() != "" && d.confirmedBy() != was.Sender:
		w.fail("%s went back in another process than the one that drove", d.id)
	case p.Plan.Release.SHA != was.Plan.RollsBackTo.SHA || p.Plan.Replaces.SHA != was.Plan.Release.SHA:
		w.fail("%s went back from %s to %s, and %s was shown", d.id, p.Plan.Replaces.Title(), p.Plan.Release.Title(), was.Plan.RollsBackTo.Title())
	case w.alone.began[was.Plan.Release.SHA] > 1:
		w.fail("%s: it went back %d times from %s", d.id, w.alone.began[was.Plan.Release.SHA], was.Plan.Release.Title())
	}
}
