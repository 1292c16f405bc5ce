package readiness

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
	"gonogo/model/sprint"
)

// gateSprint: no open blocker is in the sprint that is on, among the items of the service's repository and those of
// none. What is open without being a blocker is listed.
func (w *world) gateSprint(i int, _ model.Release) judged {
	source := w.f.Sprint
	if source == nil {
		if _, named := w.env(i).Gates[model.GateSprint]; named {
			return unknown("the gate sprint is asked for, and no sprint board is configured", "sprint: in the configuration, or gates: {sprint: off} for this environment", nil)
		}
		return judged{result: model.NotApplicable, why: "no sprint board is configured"}
	}
	if w.level(i, model.GateSprint) != model.Required {
		w = w.within(w.m.details()) // its age is not the verdict's
	}
	read, d := w.f.reading(w.m, model.SignalSprint, "")
	b := w.f.Board
	if b == nil {
		b = &model.SprintBoard{}
	}
	seen := []model.Evidence{evidence(say("the sprint board %s", boardName(b)), b.URL, read)}
	if d.none() && w.f.Board == nil {
		d = doubt{"the sprint board can't be understood", "reading the sprint board again"}
	}
	if !d.none() {
		return unknown(d.why, d.settle, seen)
	}
	for _, s := range b.Sprints {
		w.m.reached(s.Start)
		w.m.reached(s.End)
	}
	on := sprint.Now(b, w.f.Service.Repo, w.m.now)
	if !on.Known {
		return unknown(on.Why, on.Settle, seen)
	}
	seen[0].What += ": " + on.Why
	var blockers, open []*model.Item
	total, blind := 0, 0
	for _, item := range sprint.Items(b, on) {
		if item.NotPlanned || !w.concerned(item) {
			continue
		}
		total++
		switch {
		case !sprint.Open(item):
		case !item.Detailed && item.Kind != model.ItemDraft && !item.Blocker:
			blind++
		case item.Blocker:
			blockers = append(blockers, item)
		default:
			open = append(open, item)
		}
	}
	slices.SortFunc(blockers, itemsByNumber)
	slices.SortFunc(open, itemsByNumber)
	for _, item := range append(slices.Clone(blockers), open...) {
		seen = append(seen, evidence(itemEvidence(item), item.URL, read))
	}
	title := string(on.Title())
	switch {
	case len(blockers) > 0:
		return judged{result: model.Fail, why: say("%s in %s: %s", count(len(blockers), "open blocker"), title, list(itemNames(blockers), 2)), seen: seen}
	case blind > 0:
		return unknown(say("the labels of %s in %s were not read", count(blind, "open item"), title), "reading the sprint board again", seen)
	case b.Cut:
		return unknown(say("no open blocker is among the items of %s that were read, and there are more", title), "a board with fewer items", seen)
	case len(open) > 0:
		return judged{result: model.Warn, why: say("%d of %s in %s %s open: %s", len(open), count(total, "item"), title, have(len(open), "is", "are"), list(itemNames(open), 2)), seen: seen}
	case total == 0:
		return judged{result: model.Pass, why: say("%s has no item of %s", title, w.f.Service.Repo.FullName()), seen: seen}
	}
	return judged{result: model.Pass, why: say("no item of %s in %s is open", w.f.Service.Repo.FullName(), title), seen: seen}
}

// concerned reports whether an item is of the service's repository, under its old or its new name, or of none.
func (w *world) concerned(item *model.Item) bool {
	if sprint.Nobodys(item) || sprint.Concerns(item, w.f.Service.Repo) {
		return true
	}
	now := w.f.repoNow()
	return sprint.Concerns(item, now)
}

// repoNow is the service's repository as GitHub calls it now.
func (f *Facts) repoNow() model.Repo {
	r := f.Service.Repo
	if owner, name, ok := strings.Cut(f.Repository.FullName, "/"); ok {
		r.Owner, r.Name = owner, name
	}
	return r
}

// itemsByNumber orders items by their numbers; drafts, which have none, are last.
func itemsByNumber(a, b *model.Item) int {
	if (a.Number == 0) != (b.Number == 0) {
		return cmp.Compare(b.Number, a.Number)
	}
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
}

// itemName is how a sentence calls an item: #412 Log in with a passkey.
func itemName(item *model.Item) string {
	const most = 60 // runes
	title := []rune(string(item.Title))
	if len(title) > most {
		title = append(title[:most-1], '…')
	}
	if item.Number == 0 {
		return string(title)
	}
	return "#" + strconv.Itoa(item.Number) + " " + string(title)
}

func itemNames(items []*model.Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = itemName(item)
	}
	return names
}

// itemEvidence is an item as evidence: its name, and what makes it count.
func itemEvidence(item *model.Item) model.Text {
	what := say("%s: open", itemName(item))
	if item.Status != "" {
		what += say(", %s", string(item.Status))
	}
	if item.Blocker {
		what += ", a blocker"
	}
	if sprint.Nobodys(item) {
		what += ", a draft of no repository"
	}
	return what
}

// boardName is how a sentence calls the board.
func boardName(b *model.SprintBoard) string {
	return cmp.Or(string(b.Title), b.Source, "of the fleet")
}
