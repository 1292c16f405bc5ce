package operation_test

import (
	"slices"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// histories is how many random histories are lived through. Each is some hundred steps of up to three operators.
const histories = 4000

// TestHistories lives through random histories and holds each of them to what must never happen. What it was seen to
// catch, each broken on purpose once:
//
//   - nextDispatch takes any process for the one that sent (own always true): sent by another process than confirmed it
//   - nextDispatch doesn't read again after the process slept: sent on old facts
//   - nextClaim and Next go on in another process instead of aborting: sent by another process than confirmed it
//   - Drift leaves out the lock, or the newest deployment: sent although something had moved
//   - Identify takes weak matches, or a run's bare title, for strong ones: ends that nobody can know
//   - adopt takes the first of several strong ones: chose a run of several that carry the ID
//   - nextFind ends as errored rather than ambiguous: called errored, and nobody can know
//   - nextDispatch doesn't end on a 4xx: refused, and called ambiguous
//   - Next gives back the lock of an ambiguous operation: two operations move at once
//   - Next never gives back a lock: ended, and keeps the lock
//   - Next gives back the lock before the marks are left, or never leaves them: gave back its lock, and owes its marks;
//     has left no marks
//   - Fold takes Marks for Marked, as if nobody died between them: has left no marks
//   - Next follows on although a rollback has taken over the lock: has come to no end
//   - Drift leaves out a hold, or takes any for the one that was confirmed: sent although something had moved
//   - concluded takes every cancelled run for aborted: called aborted, and its run began
//
// The same was done to Fold's own refusals (a second send, no lock, what was read too long ago), which a driver that asks
// Next never meets: TestFoldRefuses catches those.
func TestHistories(t *testing.T) {
	ends := map[operation.State]int{}
	rollbacks, unmarked, inSpite := 0, 0, 0
	for seed := range uint64(histories) {
		w := newWorld(seed)
		w.liveThrough(ends)
		rollbacks, unmarked, inSpite = rollbacks+w.rollbacks, unmarked+w.unmarked, inSpite+w.inSpite
		if w.problem != "" {
			t.Fatalf("history %d: %s", seed, w.problem)
		}
	}
	t.Logf("ends: %v; %d rollbacks, of which %d found a mark or were refused one; %d sent in spite of a hold", ends, rollbacks, unmarked, inSpite)
	if inSpite == 0 {
		t.Error("nothing was sent in spite of a hold: the generator proves nothing of it")
	}
	if rollbacks == 0 || unmarked == 0 || unmarked == rollbacks {
		t.Error("the generator proves nothing of what a rollback leaves behind")
	}
	for _, s := range []operation.State{operation.Succeeded, operation.Failed, operation.Errored, operation.Aborted, operation.Ambiguous, operation.Superseded} {
		if ends[s] == 0 {
			t.Errorf("no history ended in %s: the generator proves nothing of it", s)
		}
	}
}

// liveThrough lives through one history, until all has come to rest.
func (w *world) liveThrough(ends map[operation.State]int) {
	for i := 0; i < 300 && w.problem == ""; i++ {
		w.live()
		for _, o := range w.operators {
			if len(o.ops) < w.most() && w.r.IntN(15) == 0 && (o.idle() || o.beside()) {
				o.begin()
			}
			for _, d := range o.ops {
				o.step(d)
				w.hold()
			}
		}
	}
	w.calm = true
	for i := 0; i < 600 && w.problem == "" && !w.rests(); i++ {
		w.live()
		for _, o := range w.operators {
			for _, d := range o.ops {
				o.step(d)
				w.hold()
			}
		}
	}
	for _, o := range w.operators {
		for _, d := range o.ops {
			p := d.progress()
			ends[p.State]++
			w.holdEnd(d, p)
		}
	}
}

// idle reports whether the operator has nothing under way: the operating system's lock lets one process drive.
func (o *operator) idle() bool {
	for _, d := range o.ops {
		if s := d.progress().State; !s.Ended() && s != operation.Ambiguous {
			return false
		}
	}
	return true
}

// rests reports whether nothing is left to be done: every operation has ended and given back its lock, or waits for a
// person.
func (w *world) rests() bool {
	for _, o := range w.operators {
		for _, d := range o.ops {
			if p := d.progress(); p.State != operation.Ambiguous && (p.Open() || d.undecided(p)) {
				return false
			}
		}
	}
	return true
}

// hold is what holds at every moment.
func (w *world) hold() {
	for ; w.judged < len(w.requests); w.judged++ {
		r := &w.requests[w.judged]
		switch {
		case !r.announced:
			w.fail("%s was sent and not in the journal before", r.operation)
		case !r.confirmed:
			w.fail("%s was sent by another process than the one it was confirmed in", r.operation)
		case r.old:
			w.fail("%s was sent on old facts", r.operation)
		case r.moved:
			w.fail("%s was sent although something had moved", r.operation)
		case r.stale:
			w.fail("%s was sent without a person, long after the failure", r.operation)
		}
		if !r.refused {
			if w.sends[r.operation]++; w.sends[r.operation] > 1 {
				w.fail("%s was sent twice", r.operation)
			}
		}
	}
	moving := ""
	for _, o := range w.operators {
		for _, d := range o.ops {
			p := &d.sum // which is large, and looked at after every step
			if p.Owes() && (p.Unlocked || w.lock != d.id && !d.taken) {
				w.fail("%s gave back its lock, and owes its marks", d.id)
			}
			taken := p.State.Yields() && w.lock != d.id // it doesn't know yet; nothing of it deploys
			beside := p.Plan.Beside != ""               // it stops an own operation's run
			if p.State.Sent() && p.Sender != "" && !taken && !beside {
				if moving != "" {
					w.fail("%s and %s move at once", moving, d.id)
				}
				moving = d.id
			}
		}
	}
}

// holdEnd is what holds of every operation when all has come to rest.
func (w *world) holdEnd(d *driven, p operation.Progress) {
	if p.Plan.Follows() {
		w.holdAttempt(d, p)
		return
	}
	var ours []*run
	for _, n := range w.runs {
		if n.by == d.id {
			ours = append(ours, n)
			if n.SHA != p.Plan.Release.SHA {
				w.fail("%s: %s was sent instead of %s", d.id, n.SHA, p.Plan.Release.SHA)
			}
		}
	}
	w.holdMarks(d, p)
	w.holdAlone(d, p)
	if p.Plan.Way == operation.ByRelease {
		w.holdPublication(d, p)
		return
	}
	began := len(ours) > 0 && ours[0].began
	if len(ours) > 1 { // sent twice on the way: what the answer names is followed, and nothing is chosen from several
		if p.Run != 0 && slices.ContainsFunc(d.records, func(r operation.Record) bool { return r.Event == operation.Adopted }) {
			w.fail("%s chose run %d of several that carry its ID", d.id, p.Run)
		}
		return
	}
	switch {
	case !p.State.Ended() && p.State != operation.Ambiguous:
		w.fail("%s has come to no end: %s since %s", d.id, p.State, p.Since.Format(time.TimeOnly))
	case p.State == operation.Aborted && began:
		w.fail("%s is called aborted, and its run began", d.id)
	case p.State == operation.Succeeded && (len(ours) == 0 || ours[0].Conclusion != model.Success || ours[0].ID != p.Run):
		w.fail("%s is called succeeded, and its run was not", d.id)
	case p.State == operation.Ambiguous && p.Answer >= 300 && p.Answer < 500:
		w.fail("%s was refused, and is called ambiguous", d.id)
	case p.State == operation.Errored && p.Answer >= 300 && p.Answer < 500 && len(ours) > 0:
		w.fail("%s is called refused, and was not", d.id)
	case p.State == operation.Errored && p.Answer == 0 && !p.Adopted():
		w.fail("%s is called errored, and nobody can know: %s", d.id, p.Why)
	case p.State.Ended() && w.lock == d.id:
		w.fail("%s has ended as %s and keeps the lock", d.id, p.State)
	case p.Run != 0 && (len(ours) == 0 || ours[0].ID != p.Run):
		w.fail("%s adopted run %d, which is not its own", d.id, p.Run)
	}
}

// holdMarks is what holds of what an operation has left behind: a rollback that succeeded has left its hold and its veto,
// each made once at most, or journalled that they were refused; another operation none.
func (w *world) holdMarks(d *driven, p operation.Progress) {
	holds, vetoes := w.marked["hold "+d.id], w.marked["veto "+d.id]
	switch leaves := p.State == operation.Succeeded && p.Plan.Kind == operation.RollBack; {
	case holds > 1 || vetoes > 1:
		w.fail("%s was marked %d and %d times", d.id, holds, vetoes)
	case leaves && !w.left[d.id]:
		w.fail("%s has left no marks", d.id)
	case !leaves && holds+vetoes > 0:
		w.fail("%s is %s of kind %s, and left marks", d.id, p.State, p.Plan.Kind)
	case leaves:
		w.rollbacks++
		if holds+vetoes < 2 {
			w.unmarked++
		}
	}
}
