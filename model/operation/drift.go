package operation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// Again is what is read again, together, right before a send. What could not be read is said by Unread: it is as if it
// had changed.
type Again struct {
	At         time.Time
	Newest     model.Deployment // of any state in the environment; zero: none
	Carries    string           // what the newest one carries, for a sentence
	Unfinished []model.Run      // of the workflow
	Lock       Lock
	Holds      []Standing   // of the environment; for a person's rollback they don't matter
	Vetoes     []Standing   // of the release
	TagSHA     model.SHA    // what the release's tag points at now; empty: the tag is gone
	Release    ReleaseState // of that tag, where a release is made public
	Run        model.Run    // that is run again or aborted; zero: it is about none, or it could not be read
	Began      bool         // that run has begun to deploy
	Unread     []model.Text // "the newest deployment could not be read: …"
}

// Standing is a hold or a veto that stands against an operation: what its ref points at, and who set it and why.
type Standing struct {
	Object string
	Why    model.Text
}

// despite reports whether the plan was confirmed in spite of what stands there: of that very one, for another may say
// something else. Nobody goes back to what is vetoed.
func (p *Plan) despite(s Standing) bool {
	return (p.Kind != RollBack || p.Failure != nil) && s.Object != "" && slices.Contains(p.Despite, s.Object)
}

// Drift is what has changed since the plan was confirmed, each with its sentence, the most telling first. Nothing is sent
// while it says anything.
func Drift(p Plan, a Again) []model.Text {
	if p.Kind == Abort {
		return unstoppable(p, a)
	}
	var all []model.Text
	add := func(format string, args ...any) {
		all = append(all, model.Text(strings.TrimSpace(fmt.Sprintf(format, args...))))
	}
	where := p.Service + " " + p.Environment
	urgent := p.Kind == RollBack && p.Failure == nil // a person goes back, whatever is held or has begun
	if p.Failure != nil && !p.Failure.Fresh(a.At) {
		add("the failure that it undoes is not fresh any more")
	}
	for _, why := range a.Unread {
		add("%s", why)
	}
	if a.Newest.ID != p.Newest && !says(&a, "deployment") {
		if a.Newest.ID == 0 {
			add("the newest deployment of %s was deleted", where)
		} else {
			add("%s moved from %s to %s by %s %s ago", where, title(p.Replaces), orSHA(a.Carries, a.Newest.SHA), who(a.Newest.Creator), ago(a.Newest.CreatedAt, a.At))
		}
	}
	if why := p.Unfit(&a.Run); p.Way == ByRerun && a.Run.ID != 0 && why != "" {
		add("%s", why)
	}
	for i := range a.Unfinished {
		r := &a.Unfinished[i]
		if !slices.Contains(p.Unfinished, r.ID) && !urgent && r.ID != a.Run.ID {
			add("%s began another run %s ago: %s", who(r.Actor), ago(r.CreatedAt, a.At), string(r.Title))
		}
	}
	switch {
	case !p.Lock:
	case !a.Lock.Known:
		add("the lock of %s could not be read: %s", where, string(a.Lock.Why))
	case a.Lock.Owner == "":
		add("the lock of %s was taken away", where)
	case a.Lock.Owner != p.ID:
		add("%s is locked by another operation", where)
	}
	if !urgent {
		for _, s := range a.Holds {
			if !p.despite(s) {
				add("%s is held: %s", where, string(s.Why))
			}
		}
	}
	for _, s := range a.Vetoes {
		if !p.despite(s) {
			add("%s was vetoed: %s", p.Release.Title(), string(s.Why))
		}
	}
	if p.Release.Tag != "" && a.TagSHA != p.Release.SHA {
		if a.TagSHA == "" {
			add("the tag %s is gone", p.Release.Title())
		} else {
			add("the tag %s now points at %s instead of %s", p.Release.Title(), a.TagSHA.Short(), p.Release.SHA.Short())
		}
	}
	if why := a.Release.Unpublishable(p.Release.Title(), p.ReleaseID); p.Way == ByRelease && why != "" && !says(&a, "the release") {
		add("%s", why)
	}
	return all
}

// says reports whether what could not be read names a word, so that it isn't told twice.
func says(a *Again, word string) bool {
	return slices.ContainsFunc(a.Unread, func(t model.Text) bool { return strings.Contains(string(t), word) })
}

func title(r model.Release) string {
	if r.Zero() {
		return "nothing"
	}
	return r.Title()
}

func orSHA(title string, sha model.SHA) string {
	if title != "" {
		return title
	}
	return sha.Short()
}

func who(actor model.Text) string {
	if actor == "" {
		return "somebody"
	}
	return string(actor)
}

// ago is an age in one unit.
func ago(at, now time.Time) string {
	switch d := now.Sub(at); {
	case d < time.Second:
		return "a moment"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}
