package github

import (
	"cmp"
	"context"
	"slices"

	"gonogo/model"
	"gonogo/model/operation"
)

// Bounds of what is read of shared refs.
const (
	maxMarkPages   = 10 // of a list; GitHub gives all at once so far
	maxMarkObjects = 40 // tag objects that are read in one reading
)

// SharedRefs reads the names of all shared refs of a repository, in both places where they may be. They are every
// service's: MarksOf tells what those of one say.
func (c *Client) SharedRefs(ctx context.Context, repo model.Repo, known Validators) (Reading[[]RefAt], error) {
	a, path, err := c.on(repo, "read locks and holds", "Contents: read")
	if err != nil {
		return Reading[[]RefAt]{}, err
	}
	places := []string{path + "/git/matching-refs/gonogo/", path + "/git/matching-refs/tags/gonogo/"}
	lists := make([]listing, len(places))
	for i, place := range places {
		if lists[i], err = c.list(ctx, a, place, nil, maxMarkPages, known, nil); err != nil {
			return reading[[]RefAt](lists[i], nil), err
		}
	}
	all := Reading[[]RefAt]{Unchanged: true, Validators: Validators{}, Request: lists[0].request, At: lists[0].at}
	for i := range lists {
		all.Unchanged = all.Unchanged && lists[i].unchanged
	}
	for i, place := range places {
		if lists[i].unchanged && !all.Unchanged { // its answer is wanted after all
			if lists[i], err = c.list(ctx, a, place, nil, maxMarkPages, nil, nil); err != nil {
				return reading[[]RefAt](lists[i], nil), err
			}
		}
		all.Cut = all.Cut || lists[i].cut
		for k, etag := range lists[i].validators {
			all.Validators[k] = etag
		}
		refs, err := refsIn(a, lists[i])
		if err != nil {
			return all, err
		}
		all.Value = append(all.Value, refs...)
	}
	return all, nil
}

func refsIn(a act, l listing) ([]RefAt, error) {
	wire, err := decodeAll(a, l, plain[wireRef])
	if err != nil {
		return nil, err
	}
	list := make([]RefAt, 0, len(wire))
	for i, w := range wire {
		r := w.at()
		if _, ok := operation.Below(r.Name); r.Object == "" || !ok {
			return nil, a.item(l, i, "no object")
		}
		list = append(list, r)
	}
	return list, nil
}

// MarksOf reads what one service's shared refs say. What a tag object says never changes, so that those that are known
// by their object are not asked for again. What can't be understood is a mark with a flaw; whole is false where there
// was more to read than is read at once: the others are unread until the next reading.
func (c *Client) MarksOf(ctx context.Context, repo model.Repo, service string, refs []RefAt, have []operation.Mark) (marks []operation.Mark, whole bool, err error) {
	type seen struct{ ref, object string }
	known := make(map[seen]operation.Mark, len(have))
	for _, m := range have {
		if m.Flaw != operation.Unread {
			known[seen{m.Ref, m.Object}] = m
		}
	}
	var own []RefAt
	for _, r := range refs {
		if operation.OfService(r.Name, service) {
			own = append(own, r)
		}
	}
	slices.SortStableFunc(own, func(a, b RefAt) int { return cmp.Compare(urgency(a.Name), urgency(b.Name)) })
	whole = true
	asked := 0
	for _, r := range own {
		m, ok := known[seen{r.Name, r.Object}]
		switch {
		case ok:
		case !r.Tag:
			m = operation.Flawed(r.Name, r.Object, "it points at no tag object")
		case asked == maxMarkObjects:
			m, whole = operation.Flawed(r.Name, r.Object, operation.Unread), false
		default:
			asked++
			text, err := c.TagMessage(ctx, repo, r.Object)
			if err != nil {
				return nil, false, err
			}
			m = operation.SharedMark(r.Name, r.Object, text)
		}
		marks = append(marks, m)
	}
	return marks, whole, nil
}

// urgency orders what is read first: what holds something up.
func urgency(ref string) int {
	switch operation.Flawed(ref, "", "").Kind {
	case operation.MarkLock:
		return 0
	case operation.MarkHold:
		return 1
	case operation.MarkVeto:
		return 2
	}
	return 3
}
