package readiness

import (
	"cmp"
	"strings"

	"gonogo/model"
)

// age is how two releases lie to each other.
type age int

const (
	older age = iota - 1
	same
	newer
)

// relation is how one release lies to another, and how that is known.
type relation struct {
	age      age
	diverged bool  // neither contains the other: publication decided
	why      doubt // why it isn't known
}

// version is the semantic version of a release's tag, less what the service's pattern puts before it.
func (w *world) version(r model.Release) (model.Semver, bool) {
	if r.Tag == "" {
		return model.Semver{}, false
	}
	if v, ok := model.ParseSemver(r.Version(w.f.Service.Tags)); ok {
		return v, true
	}
	literal := w.f.Service.Tags
	if i := strings.IndexAny(literal, "*?[{\\"); i >= 0 {
		literal = literal[:i]
	}
	return model.ParseSemver(strings.TrimPrefix(r.Tag, literal))
}

// relate tells how a lies to b: by semantic version where both tags are one, else by ancestry; where they diverged, by
// publication. Two tags of one commit are the same release, for promoting never rebuilds.
func (w *world) relate(a, b model.Release) relation {
	if a.SHA == b.SHA && validSHA(a.SHA) {
		return relation{age: same}
	}
	if v, ok := w.version(a); ok {
		if u, ok := w.version(b); ok && v.Compare(u) != 0 {
			return relation{age: age(cmp.Compare(v.Compare(u), 0))}
		}
	}
	if !validSHA(a.SHA) || !validSHA(b.SHA) {
		return relation{why: doubt{say("the commit of %s isn't known", nameless(a, b).Title()), "reading releases and tags again"}}
	}
	_, d := w.f.reading(w.m, model.SignalComparison, ComparisonSubject(b.SHA, a.SHA))
	c, found := w.f.Comparison(b.SHA, a.SHA)
	if !found {
		if c, found = w.f.Comparison(a.SHA, b.SHA); found {
			c = reversed(c)
		}
	}
	if !found {
		if d.none() {
			d = doubt{say("the comparison of %s with %s can't be understood", b.Title(), a.Title()), "comparing them again"}
		}
		return relation{why: d}
	}
	switch c.Status {
	case "ahead":
		return relation{age: newer}
	case "behind":
		return relation{age: older}
	case "identical":
		return relation{age: same}
	}
	if a.PublishedAt.IsZero() || b.PublishedAt.IsZero() || a.PublishedAt.Equal(b.PublishedAt) {
		return relation{diverged: true, why: doubt{say("%s and %s have diverged, and which was published first isn't known", a.Title(), b.Title()), "a semantic version as tag of both"}}
	}
	return relation{age: age(a.PublishedAt.Compare(b.PublishedAt)), diverged: true}
}

func nameless(a, b model.Release) model.Release {
	if validSHA(a.SHA) {
		return b
	}
	return a
}

func reversed(c model.Comparison) model.Comparison {
	c.Ahead, c.Behind = c.Behind, c.Ahead
	switch c.Status {
	case "ahead":
		c.Status = "behind"
	case "behind":
		c.Status = "ahead"
	}
	return c
}

// newest is the newest of some releases: the highest semantic version, or what was published after it under a tag that
// is none. It doesn't depend on their order.
func (w *world) newest(rs []model.Release) model.Release {
	var best, other model.Release
	var top model.Semver
	for _, r := range rs {
		v, ok := w.version(r)
		switch {
		case !ok:
			if other.Zero() || publishedLater(r, other) {
				other = r
			}
		case best.Zero() || v.Compare(top) > 0 || v.Compare(top) == 0 && publishedLater(r, best):
			best, top = r, v
		}
	}
	if best.Zero() || !other.Zero() && other.PublishedAt.After(best.PublishedAt) {
		return other
	}
	return best
}

func publishedLater(a, b model.Release) bool {
	return cmp.Or(a.PublishedAt.Compare(b.PublishedAt), cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.SHA, b.SHA)) > 0
}
