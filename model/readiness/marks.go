package readiness

import (
	"cmp"
	"slices"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// marked are the marks that stand for a name, or in its way; most often there is none.
func (w *world) marked(of operation.Mark) (all []*operation.Mark) {
	of.Service = w.f.Service.Name
	name, err := of.Name()
	if err != nil {
		return nil
	}
	for k := range w.f.Marks {
		if m := &w.f.Marks[k]; m.Stands(name) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b *operation.Mark) int { return cmp.Compare(a.Ref, b.Ref) })
	return all
}

// readMarks tells whether the marks may support a GO.
func (w *world) readMarks() (model.Read, doubt) {
	read, d := w.f.reading(w.m, model.SignalMarks, "")
	if d.none() && read.Cut {
		d = doubt{"GitHub lists only some of the locks, holds and vetoes", "fewer refs below gonogo/: remove those of releases that are gone"}
	}
	return read, d
}

// unreadable settles what a flawed mark leaves open.
func unreadable(m *operation.Mark) doubt {
	return doubt{say("the %s %s can't be read: %s", string(m.Kind), m.Ref, m.Flaw), say("git show %s; then remove the ref, or let its owner write it again", m.Object)}
}

// by is who made a mark, when and why: "octocat 12 min ago: broke the login".
func by(m *operation.Mark, now time.Time) string {
	text := m.Owner
	if text == "" {
		text = "somebody"
	}
	if !m.Since.IsZero() {
		text += " " + ago(m.Since, now)
	}
	if m.Reason != "" {
		text += ": " + m.Reason
	}
	return text
}

// seenMarks is the reading of the marks and those that decide.
func seenMarks(read model.Read, marks ...*operation.Mark) []model.Evidence {
	seen := []model.Evidence{evidence("locks, holds and vetoes", "", read)}
	for _, m := range marks {
		seen = append(seen, evidence(say("%s is %s", m.Ref, model.SHA(m.Object).Short()), "", read))
	}
	return seen
}

// vetoed is why a release was marked bad, or empty: "vetoed by octocat 2 h ago: broke the login". A veto that can't be
// read passes no release over: the gate hold is unknown for it.
func (w *world) vetoed(sha model.SHA) model.Text {
	for _, m := range w.marked(operation.Mark{Kind: operation.MarkVeto, SHA: string(sha)}) {
		if m.Flaw == "" {
			return say("vetoed by %s", by(m, w.m.now))
		}
	}
	return ""
}

// unwanted is vetoed for a release to go back to, where a veto that can't be read counts as one.
func (w *world) unwanted(sha model.SHA) model.Text {
	for _, m := range w.marked(operation.Mark{Kind: operation.MarkVeto, SHA: string(sha)}) {
		if m.Flaw != "" {
			return say("vetoed, though %s", string(unreadable(m).why))
		}
	}
	return w.vetoed(sha)
}

// gateLock: no operation of anybody's is under way in the environment. A lock that can't be read blocks.
func (w *world) gateLock(i int) judged {
	env := w.env(i)
	read, d := w.readMarks()
	locks := w.marked(operation.Mark{Kind: operation.MarkLock, Environment: env.GitHub})
	seen := seenMarks(read, locks...)
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	for _, m := range locks {
		if m.Flaw != "" {
			d := unreadable(m)
			return unknown(d.why, d.settle, seen)
		}
	}
	if len(locks) == 0 {
		return judged{result: model.Pass, why: say("nobody has locked %s", env.Name), seen: seen}
	}
	m := locks[0]
	theirs := *m
	if w.f.Viewer != "" && m.Owner == w.f.Viewer {
		theirs.Owner = "an operation of your own"
	}
	why := say("%s is locked by %s", env.Name, by(&theirs, w.m.now))
	if !m.Expiry.IsZero() && w.m.reached(m.Expiry) {
		why += say("; the lock expired %s: break it if nothing goes on there", ago(m.Expiry, w.m.now))
	}
	return judged{result: model.Wait, why: why, seen: seen}
}

// gateHold: nobody holds the environment where it is, and the release was not marked bad. A hold is told without a
// candidate, too: none comes while it stands.
func (w *world) gateHold(i int, c Candidate) judged {
	env := w.env(i)
	read, d := w.readMarks()
	marks := w.marked(operation.Mark{Kind: operation.MarkHold, Environment: env.GitHub})
	held := len(marks)
	if c.Exists() {
		marks = append(marks, w.marked(operation.Mark{Kind: operation.MarkVeto, SHA: string(c.Release.SHA)})...)
	}
	seen := seenMarks(read, marks...)
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	for _, m := range marks {
		if m.Flaw != "" {
			d := unreadable(m)
			return unknown(d.why, d.settle, seen)
		}
	}
	switch {
	case held > 0:
		return judged{result: model.Fail, why: say("%s is held by %s", env.Name, by(marks[0], w.m.now)), seen: seen}
	case len(marks) > 0:
		return judged{result: model.Fail, why: say("%s was vetoed by %s", c.Release.Title(), by(marks[0], w.m.now)), seen: seen}
	}
	why := say("nobody holds %s", env.Name)
	if c.Exists() {
		why += say(" or has vetoed %s", c.Release.Title())
	}
	return judged{result: model.Pass, why: why, seen: seen}
}

// gateChecklist: people have ticked what only people can tell. A tick belongs to one release.
func (w *world) gateChecklist(i int, r model.Release) judged {
	env := w.env(i)
	if len(env.Checklist) == 0 {
		if _, named := env.Gates[model.GateChecklist]; named {
			return unknown("the gate checklist is asked for, and no checklist is configured", "checklist: for this environment, or gates: {checklist: off}", nil)
		}
		return judged{result: model.NotApplicable, why: "no checklist is configured"}
	}
	read, d := w.readMarks()
	if !d.none() {
		return unknown(d.why, d.settle, seenMarks(read))
	}
	seen := seenMarks(read)
	var open []string
	var flawed doubt
	for _, t := range w.checklist(i, r) {
		switch {
		case t.By == nil:
			open = append(open, t.Item)
		case t.By.Flaw != "":
			flawed = unreadable(t.By)
		default:
			seen = append(seen, evidence(say("%s: ticked by %s", t.Item, by(t.By, w.m.now)), "", read))
		}
	}
	switch {
	case len(open) > 0 && flawed.none():
		return judged{result: model.Wait, why: say("not ticked for %s: %s", r.Title(), list(open, 3)), settle: say("tick it where it has been seen to: enter on the gate, or gonogo tick %s %s %q", w.f.Service.Name, env.Name, open[0]), seen: seen}
	case !flawed.none():
		return unknown(flawed.why, flawed.settle, seen)
	}
	return judged{result: model.Pass, why: say("all is ticked for %s: %s", r.Title(), list(env.Checklist, 3)), seen: seen}
}

// Ticked is an item of an environment's checklist, and who has ticked it for a release.
type Ticked struct {
	Item string
	By   *operation.Mark // nil: nobody has; with a flaw, what it says can't be read
}

// checklist is how an environment's checklist stands for a release. It says nothing of whether the marks were read.
func (w *world) checklist(i int, r model.Release) (all []Ticked) {
	env := w.env(i)
	for _, item := range env.Checklist {
		t := Ticked{Item: item}
		if marks := w.marked(operation.Mark{Kind: operation.MarkTick, Environment: env.GitHub, SHA: string(r.SHA), Item: item}); len(marks) > 0 {
			t.By = marks[0]
		}
		all = append(all, t)
	}
	return all
}
