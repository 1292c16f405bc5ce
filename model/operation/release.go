package operation

import (
	"fmt"
	"slices"
	"time"

	"gonogo/model"
)

// ReleaseState is how the release of a tag is on GitHub; without an ID there is none.
type ReleaseState struct {
	ID         int64
	Draft      bool
	Prerelease bool
}

// Public reports whether everybody sees the release as one.
func (s ReleaseState) Public() bool { return s.ID != 0 && !s.Draft && !s.Prerelease }

// Unpublishable is why a release can't be made public as it is; empty: it can. id is the release that was confirmed; 0: none
// was yet.
func (s ReleaseState) Unpublishable(title string, id int64) string {
	switch {
	case s.ID == 0:
		return fmt.Sprintf("the tag %s has no release on GitHub that could be made public", title)
	case id != 0 && s.ID != id:
		return fmt.Sprintf("the release %s was deleted and made anew", title)
	case s.Draft:
		return fmt.Sprintf("the release %s is a draft: publish it as a prerelease first", title)
	case !s.Prerelease:
		return fmt.Sprintf("the release %s is public already: only making a prerelease public starts what deploys it", title)
	}
	return ""
}

// IdentifyRelease looks for the run that making a release public has started. GitHub names none in its answer, and nothing of
// ours can be put into it; but a release becomes public once. It was a prerelease when it was read right before the send, and
// a run of the confirmed workflow that a release's event started on the confirmed tag and commit, that was not there then,
// comes from that change alone, if it is the only one. So it is strong where GitHub's answer says that we made the change; and,
// where that answer was lost, where the release is public now and the run is by the person who confirmed. Several are weak, and
// so is one by another person, whose click may have been the one.
func IdentifyRelease(p Progress, runs []model.Run, now ReleaseState, at time.Time) Found {
	f := Found{At: at}
	title := p.Plan.Release.Title()
	answered := p.Answer >= 200 && p.Answer < 300
	var started []*model.Run
	for i := range runs {
		r := &runs[i]
		if r.Event == "release" && r.File() == p.Plan.Workflow && r.Branch == p.Plan.Release.Tag && r.SHA == p.Plan.Release.SHA &&
			!slices.Contains(p.Plan.Unfinished, r.ID) && r.CreatedAt.After(p.SentAt.Add(-slack)) {
			started = append(started, r)
		}
	}
	for _, r := range started {
		m := Match{Run: r.ID, URL: r.URL, Why: model.Text(fmt.Sprintf("%s, started by a release event on %s by %s", r.File(), title, who(r.Actor)))}
		switch ours := r.Actor != "" && r.Actor == p.Plan.Actor; {
		case len(started) > 1 || !now.Public() || now.ID != p.Plan.ReleaseID || !answered && !ours:
			f.Weak = append(f.Weak, m)
		case answered:
			m.Why = model.Text(fmt.Sprintf("it is the only run that %s started since it was made public", title))
			f.Strong = append(f.Strong, m)
		default:
			m.Why = model.Text(fmt.Sprintf("%s is public now, and this is the only run that it started since, by %s; GitHub's answer was lost", title, who(r.Actor)))
			f.Strong = append(f.Strong, m)
		}
	}
	switch {
	case now.ID == 0:
		f.Says = model.Text(fmt.Sprintf("the release %s is gone", title))
	case now.Draft || now.Prerelease:
		f.Says = model.Text(fmt.Sprintf("%s is still a prerelease: nothing shows that it was done", title))
	case len(started) == 0:
		f.Says = model.Text(fmt.Sprintf("%s is public now, and no run of %s was started by it", title, p.Plan.Workflow))
	}
	return f
}
