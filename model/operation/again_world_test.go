package operation_test

import (
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// TestHistoriesOfAttempts lives through random histories in which runs are run again and cancelled: by operators, whose
// answers get lost, and by people in the web page, before, within and after the last round trip. What it was seen to catch
// beside what TestHistories does:
//
//   - Drift leaves out the run: sent although something had moved
//   - IdentifyAttempt takes anybody's attempt for ours: adopted an attempt that somebody else began
//   - attempted judges by the attempt before: is called aborted, and its attempt began
//   - attempted judges by a later attempt: the journal contradicts itself
//   - stopped takes any end for a cancelled one: called succeeded, and its run was not cancelled
//   - unstoppable leaves out that the run has begun to deploy, or has ended, or the lock: sent although something had moved
func TestHistoriesOfAttempts(t *testing.T) {
	ends := map[operation.Kind]map[operation.State]int{operation.Promote: {}, operation.RollBack: {}, operation.Redeploy: {}, operation.Abort: {}}
	found, clicks, beside := 0, 0, 0
	for seed := range uint64(histories) {
		w := newWorld(seed)
		w.attempts = &attempts{cancels: map[string]int{}}
		w.liveThrough(map[operation.State]int{})
		if w.problem != "" {
			t.Fatalf("history %d: %s", seed, w.problem)
		}
		clicks += w.attempts.clicks
		for _, o := range w.operators {
			for _, d := range o.ops {
				p := d.progress()
				ends[p.Plan.Kind][p.State]++
				if p.Plan.Way == operation.ByRerun && p.Run != 0 && p.Answer != 201 {
					found++
				}
				if p.Plan.Beside != "" && p.State == operation.Succeeded {
					beside++
				}
			}
		}
	}
	t.Logf("ends: %v; %d attempts found although the answer was lost, %d by hand; %d aborts beside an own operation", ends, found, clicks, beside)
	for kind, states := range map[operation.Kind][]operation.State{
		operation.Redeploy: {operation.Succeeded, operation.Failed, operation.Errored, operation.Aborted, operation.Ambiguous, operation.Superseded},
		operation.Abort:    {operation.Succeeded, operation.Failed, operation.Errored, operation.Aborted},
	} {
		for _, s := range states {
			if ends[kind][s] == 0 {
				t.Errorf("no %s ended in %s: the generator proves nothing of it", kind, s)
			}
		}
	}
	if found == 0 || clicks == 0 || beside == 0 {
		t.Error("the generator proves nothing of lost answers, of people's clicks, or of own operations' runs")
	}
}

// attempts is a world's mode in which runs are run again and cancelled. An attempt is a run of its own with the same ID.
type attempts struct {
	cancels map[string]int // by operation: that GitHub took
	clicks  int            // attempts that people began in the web page
}

// attempt is the newest attempt of a run, or the one of a number; nil: there is none.
func (w *world) attempt(id int64, number int) (newest *run) {
	for _, n := range w.runs {
		if n.ID == id && (number == 0 || n.Attempt == number) {
			newest = n
		}
	}
	return newest
}

// again begins another attempt of a run that has ended.
func (w *world) again(id int64, by, actor string) {
	last := w.attempt(id, 0)
	n := &run{Run: last.Run, by: by, actor: actor}
	n.Attempt, n.Status, n.Conclusion, n.StartedAt = max(last.Attempt, 1)+1, model.StatusQueued, "", w.now
	w.join(n)
}

// followed reports whether an operation that dispatched a run still follows it, or looks for it: whoever runs that again
// makes another deployment of it.
func (w *world) followed(n *run) bool {
	for _, o := range w.operators {
		for _, d := range o.ops {
			if p := d.progress(); p.Plan.Way == operation.ByWorkflow && !p.State.Ended() && (p.Run == n.ID || w.attempt(n.ID, 1).by == d.id) {
				return true
			}
		}
	}
	return false
}

// asAttempt makes a plan one that runs a run again or aborts it, now and then; false: there is no such run.
func (o *operator) asAttempt(p *operation.Plan) bool {
	w := o.w
	var n *run
	switch idle := o.idle(); {
	case !idle:
		n = w.attempt(w.locker().sum.Run, 0)
	case len(w.runs) == 0 || w.r.IntN(3) == 0:
		return true
	default:
		n = w.attempt(w.runs[w.r.IntN(len(w.runs))].ID, 0)
	}
	p.Takes, p.Replaces, p.Way, p.Subject, p.Attempt = nil, model.Release{}, "", n.ID, max(n.Attempt, 1)
	p.Release = model.Release{Tag: n.Branch, SHA: n.SHA}
	if n.Done() {
		p.Kind, p.Way = operation.Redeploy, operation.ByRerun
		return !w.followed(n)
	}
	p.Kind, p.Began = operation.Abort, n.began
	switch theirs := w.locker(); {
	case theirs == nil:
	case theirs.sum.Run == n.ID && o.drives(theirs):
		p.Beside, p.Lock = theirs.id, false
	default:
		return false
	}
	return true
}

// drives reports whether an operation is this operator's own, in a process that lives.
func (o *operator) drives(d *driven) bool {
	for _, own := range o.ops {
		if own == d {
			return !d.dead && !d.sum.State.Ended()
		}
	}
	return false
}

// beside reports whether an operator whose operation is under way may abort its run.
func (o *operator) beside() bool {
	if o.w.attempts == nil || o.w.r.IntN(4) > 0 {
		return false
	}
	theirs := o.w.locker()
	n := (*run)(nil)
	if theirs != nil {
		n = o.w.attempt(theirs.sum.Run, 0)
	}
	if n == nil || n.Done() || !o.drives(theirs) {
		return false
	}
	for _, d := range o.ops {
		if p := d.progress(); p.Plan.Kind == operation.Abort && !p.State.Ended() {
			return false
		}
	}
	return true
}

// rereadAttempt reads again the run that is to be run again or aborted.
func (w *world) rereadAttempt(d *driven, p *operation.Plan, a *operation.Again) {
	if p.Subject == 0 {
		return
	}
	n := w.attempt(p.Subject, 0)
	a.Run, a.Began = n.Run, n.began
	same := max(n.Attempt, 1) == p.Attempt
	if p.Kind == operation.Abort {
		d.moved = !same || n.Done() || n.began && !p.Began || p.Lock && w.lock != d.id || p.Beside != "" && w.lock != "" && w.lock != p.Beside
		return
	}
	d.moved = d.moved || !same || !n.Done()
}

// sendAttempt asks for another attempt, or for an end.
func (o *operator) sendAttempt(d *driven, p operation.Progress) {
	w := o.w
	n := w.attempt(p.Plan.Subject, 0)
	abort := p.Plan.Kind == operation.Abort
	switch {
	case w.chance(8): // lost on the way
		o.answered(d, 0, 0)
		return
	case w.chance(12), n.Done() == abort: // GitHub has its own say of what can be run again, and what can be stopped
		o.answered(d, []int{401, 403, 404, 409, 422, 429, 307}[w.r.IntN(7)], 0)
		return
	case abort:
		n.stops = true
		w.attempts.cancels[d.id]++
	default:
		w.again(n.ID, d.id, o.name)
	}
	switch status := map[bool]int{true: 202, false: 201}[abort]; {
	case w.chance(6): // done, and the answer lost
		o.answered(d, []int{0, 502}[w.r.IntN(2)], 0)
	case d.dead:
	case abort:
		o.append(d, operation.Record{Event: operation.Answered, State: operation.Running, Status: status, Run: n.ID})
	default:
		o.append(d, operation.Record{Event: operation.Answered, State: operation.Queued, Status: status, Run: n.ID})
	}
}

// seeAttempt is what is seen of a run that was run again or aborted: now and then GitHub still shows the attempt before.
func (w *world) seeAttempt(p operation.Progress) (s operation.Seen) {
	n := w.attempt(p.Run, 0)
	if before := w.attempt(p.Run, n.Attempt-1); before != nil && p.Plan.Way == operation.ByRerun && w.chance(6) {
		n = before
	}
	s.Run, s.Began, s.JobsRead = n.Run, n.began, true
	for _, dep := range w.deploys {
		if dep.RunID == n.ID && dep.ID > p.Plan.Newest {
			s.Deployment = dep
		}
	}
	return s
}

// outrun reports whether a redeploy that verifies was run again by somebody else.
func (o *operator) outrun(d *driven, p operation.Progress) bool {
	if p.Plan.Way != operation.ByRerun || o.w.attempt(p.Run, 0).Attempt <= p.Plan.Attempt+1 {
		return false
	}
	state, why := operation.Follow(p, operation.Seen{Run: o.w.attempt(p.Run, 0).Run})
	o.append(d, operation.Record{Event: operation.Judged, State: state, Why: why})
	return true
}

// clicksAgain is a person who runs a run again in the web page; stops is GitHub, which takes its time to cancel.
func (w *world) clicksAgain() {
	if w.attempts == nil {
		return
	}
	if len(w.runs) > 0 && w.chance(60) {
		if n := w.attempt(w.runs[w.r.IntN(len(w.runs))].ID, 0); n.Done() && !w.followed(n) {
			w.again(n.ID, "person", "person")
			w.attempts.clicks++
		}
	}
	for _, n := range w.runs {
		if n.stops && !n.Done() && w.r.IntN(3) == 0 {
			n.Status, n.Conclusion = model.StatusCompleted, model.Cancelled
		}
	}
}

// holdAttempt is what holds of a redeploy and of an abort when all has come to rest.
func (w *world) holdAttempt(d *driven, p operation.Progress) {
	ended := p.State.Ended()
	if !ended && p.State != operation.Ambiguous {
		w.fail("%s has come to no end: %s since %s", d.id, p.State, p.Since.Format(time.TimeOnly))
	}
	if ended && w.lock == d.id {
		w.fail("%s has ended as %s and keeps the lock", d.id, p.State)
	}
	if p.Plan.Kind == operation.Abort {
		n, took := w.attempt(p.Plan.Subject, p.Plan.Attempt), w.attempts.cancels[d.id]
		switch {
		case took > 1:
			w.fail("%s was cancelled %d times", d.id, took)
		case p.State == operation.Succeeded && n.Conclusion != model.Cancelled:
			w.fail("%s is called succeeded, and its run was not cancelled: %s", d.id, n.Conclusion)
		case p.State == operation.Failed && (!n.Done() || n.Conclusion == model.Cancelled):
			w.fail("%s is called failed, and its run was cancelled", d.id)
		case p.State == operation.Aborted && took > 0:
			w.fail("%s is called aborted, and its run was cancelled by it", d.id)
		}
		return
	}
	var own *run
	for _, n := range w.runs {
		if n.by != d.id {
			continue
		}
		if own != nil || n.ID != p.Plan.Subject || n.SHA != p.Plan.Release.SHA {
			w.fail("%s began attempt %d of run %d beside what was confirmed", d.id, n.Attempt, n.ID)
		}
		own = n
	}
	next := p.Plan.Attempt + 1
	switch {
	case p.Run != 0 && own == nil:
		w.fail("%s adopted an attempt that somebody else began", d.id)
	case p.Run != 0 && own.Attempt != next && p.State != operation.Errored: // a click within the last round trip
		w.fail("%s called an attempt its own that is not the next", d.id)
	case p.State == operation.Succeeded && own.Conclusion != model.Success:
		w.fail("%s is called succeeded, and its attempt was not", d.id)
	case p.State == operation.Failed && own.Conclusion == model.Success:
		w.fail("%s is called failed by an attempt that was over before", d.id)
	case p.State == operation.Errored && own != nil && own.Attempt == next && own == w.attempt(own.ID, 0) && own.Conclusion != model.Cancelled:
		w.fail("%s is called errored, and its attempt was %s: %s", d.id, own.Conclusion, p.Why)
	case p.State == operation.Aborted && own != nil && own.began:
		w.fail("%s is called aborted, and its attempt began", d.id)
	case p.State == operation.Ambiguous && own != nil && w.attempt(own.ID, 0) == own:
		w.fail("%s is ambiguous, and its attempt can be told", d.id)
	case p.State == operation.Ambiguous && p.Answer >= 300 && p.Answer < 500:
		w.fail("%s was refused, and is called ambiguous", d.id)
	case p.State == operation.Errored && p.Answer == 0 && !p.Adopted():
		w.fail("%s is called errored, and nobody can know: %s", d.id, p.Why)
	}
}
