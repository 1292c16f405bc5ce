package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// Choice is a release that a person may promote to an environment instead of its candidate, or why they can't.
type Choice struct {
	Release   model.Release
	Candidate bool
	In        []string // the environments that run it now
	// Older says that it is older than what runs there: going there is no promotion, but a rollback.
	Older bool
	// Can says that it can be chosen. The gates judge it then; nothing says that they pass.
	Can bool
	Why model.Text // why it is the candidate, why it isn't, or why it can't be chosen
}

// Named reports whether a person means the release by a text: its tag, or its whole commit.
func (c *Choice) Named(text string) bool {
	return text != "" && (c.Release.Tag == text || string(c.Release.SHA) == text)
}

// Choices are the releases that are known of a service as something to promote to an environment: the candidate, then
// what is newer than what runs there and succeeded upstream, what is newer else, and what can't be promoted; each the
// newest first. nil where the service can't be read, or has no such environment.
func Choices(f Facts, environment string, now time.Time) []Choice {
	w, i := worldOf(&f, environment, momentAt(now))
	if w == nil {
		return nil
	}
	candidate := w.candidate(i)
	var all []Choice
	ranks := map[model.Release]int{}
	for _, r := range w.known(i, candidate) {
		c, rank := w.choosable(i, r, candidate)
		ranks[r] = rank
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Choice) int { return ranks[a.Release] - ranks[b.Release] })
	return all
}

// Choose answers for one environment with a release of a person's choice in its candidate's place: every gate judges
// that one, and what was not read for it is unknown. Needs says what to read for it. Where the release can't be promoted
// there is no candidate, and it says why.
func Choose(f Facts, environment string, r model.Release, now time.Time) (Environment, []Need) {
	m := momentAt(now)
	w, i := worldOf(&f, environment, m)
	if w == nil {
		return Environment{Name: environment, Candidate: Candidate{Why: "the service can't be read"}, Verdict: model.Undecided, Headline: "the service can't be read"}, nil
	}
	e := w.assessed(i, w.chosen(i, r))
	if s := e.Ship; s.Base != "" { // what ships is asked for by no gate where there are no migrations
		w.f.reading(w.m.details(), model.SignalComparison, ComparisonSubject(s.Base, s.Head))
	}
	// What could be gone back to is another question, which is asked by Targets.
	return e, slices.DeleteFunc(m.asked.needs, func(n Need) bool { return n.Signal == model.SignalDispatch })
}

// Undoes is what going back to a release would take away from an environment, newest first: what lies between that and what
// runs there. Needs says what to read for it.
func Undoes(f Facts, environment string, to model.Release, now time.Time) (Shipment, []Need) {
	m := momentAt(now)
	w, i := worldOf(&f, environment, m)
	if w == nil || !w.here[i].Known || w.here[i].None || !validSHA(to.SHA) {
		return Shipment{}, nil
	}
	s := w.between(to.SHA, w.here[i].Release.SHA)
	w.f.reading(w.m.details(), model.SignalComparison, ComparisonSubject(s.Base, s.Head))
	return s, m.asked.needs
}

// worldOf is the world of one environment's rules; nil where nothing can be said.
func worldOf(f *Facts, environment string, m moment) (*world, int) {
	i := slices.IndexFunc(f.Service.Environments, func(e model.Environment) bool { return e.Name == environment })
	if _, why, _ := f.unreadable(); why != "" || i < 0 {
		return nil, i
	}
	f.sorted = map[[2]string][]*model.Sample{}
	return newWorld(f, m).within(m.scope(environment)), i
}

// known are the releases that could be meant, newest first: the published ones, what was seen upstream without one, and
// the candidate.
func (w *world) known(i int, candidate Candidate) []model.Release {
	all := slices.Clone(w.offered())
	add := func(r model.Release) {
		at, moved := w.byTag[r.Tag]
		if !validSHA(r.SHA) || r.Tag != "" && moved && at.SHA != r.SHA { // its tag points elsewhere now
			return
		}
		if !slices.ContainsFunc(all, func(o model.Release) bool { return o.SHA == r.SHA && (o.Tag == r.Tag || r.Tag == "") }) {
			all = append(all, r)
		}
	}
	if i > 0 {
		for k := range w.past[i-1] {
			if c := &w.past[i-1][k]; c.succeeded() && c.mapped {
				r := c.release
				if r.PublishedAt.IsZero() {
					r.PublishedAt = c.first
				}
				add(r)
			}
		}
	}
	if candidate.Exists() {
		add(candidate.Release)
	}
	slices.SortStableFunc(all, func(a, b model.Release) int {
		switch {
		case publishedLater(a, b):
			return -1
		case publishedLater(b, a):
			return 1
		}
		return 0
	})
	return all
}

// choosable tells whether a release can be promoted, and where it stands among the others: the less, the nearer.
func (w *world) choosable(i int, r model.Release, candidate Candidate) (Choice, int) {
	c := Choice{Release: r, In: w.runningIn(r.SHA)}
	here := w.here[i]
	if candidate.Exists() && candidate.Release.SHA == r.SHA && candidate.Release.Tag == r.Tag {
		c.Candidate, c.Can, c.Why = true, true, candidate.Why
		return c, 0
	}
	if !here.Known {
		c.Why = here.Why
		return c, 6
	}
	doubtful := model.Text("")
	if !here.None {
		switch rel := w.relate(r, here.Release); {
		case !rel.why.none():
			doubtful = say("whether it is newer than %s isn't known: %s", here.Release.Title(), string(rel.why.why))
		case rel.age == same:
			c.Why = "is what runs here"
			return c, 4
		case rel.age == older:
			c.Older, c.Why = true, say("is older than %s, which runs here: that is a rollback", here.Release.Title())
			return c, 5
		}
	}
	if !validSHA(r.SHA) {
		c.Why = "its commit isn't known"
		return c, 6
	}
	if veto := w.unwanted(r.SHA); veto != "" {
		c.Can, c.Why = true, "was "+veto // the gate hold fails for it, and may be bypassed
		return c, 3
	}
	c.Can = true
	how, stayed := w.upstreamOf(i, r)
	c.Why = how + after(doubtful)
	if candidate.Exists() {
		switch rel := w.relate(candidate.Release, r); {
		case !rel.why.none():
		case rel.age == same:
			c.Why += say("; the same commit as %s, which is next", candidate.Release.Title())
		case rel.age == newer:
			c.Why += say("; %s is newer", candidate.Release.Title())
		}
	}
	if stayed && doubtful == "" {
		return c, 1
	}
	return c, 2
}

// upstreamOf says what became of a release in the environment before; stayed says that it succeeded and was not rolled
// back there.
func (w *world) upstreamOf(i int, r model.Release) (how model.Text, stayed bool) {
	if i == 0 {
		return say("was published %s", ago(r.PublishedAt, w.m.now)), true
	}
	up, past := w.env(i-1), w.past[i-1]
	c := everSucceeded(past, r.SHA)
	if c == nil {
		return say("never succeeded in %s", up.Name), false
	}
	if back := w.rolledBack(past, r); back != nil {
		return say("%s in %s", string(w.wentBackTo(past, r, back)), up.Name), false
	}
	return say("succeeded in %s %s", up.Name, ago(c.first, w.m.now)), true
}

// runningIn are the environments that run a commit now.
func (w *world) runningIn(sha model.SHA) (names []string) {
	for k := range w.here {
		if here := w.here[k]; here.Known && !here.None && here.Release.SHA == sha {
			names = append(names, w.env(k).Name)
		}
	}
	return names
}

// chosen is a person's choice as the candidate. It is none unless it is known to be newer than what runs here.
func (w *world) chosen(i int, r model.Release) Candidate {
	next := w.candidate(i)
	if next.Exists() && next.Release.SHA == r.SHA && next.Release.Tag == r.Tag {
		return next
	}
	for _, s := range []model.Signal{model.SignalRepository, model.SignalReleases, model.SignalDeployments} {
		if _, d := w.f.reading(w.m, s, ""); !d.none() {
			return Candidate{Why: d.why, Settle: d.settle}
		}
	}
	here := w.here[i]
	switch {
	case !here.Known:
		return Candidate{Why: here.Why, Settle: here.Settle}
	case !validSHA(r.SHA):
		return Candidate{Why: say("the commit of %s could not be resolved", r.Title()), Settle: "reading releases and tags again"}
	case w.m.future(r.PublishedAt):
		return Candidate{Why: say("%s was published at a time that lies in the future", r.Title()), Settle: "set this machine's clock"}
	}
	c := Candidate{Known: true, Release: r, Why: say("%s was chosen", r.Title())}
	if next.Exists() {
		c.Why += say(" instead of %s, which is next", next.Release.Title())
	}
	if here.None {
		return c
	}
	rel := w.relate(r, here.Release)
	switch {
	case !rel.why.none():
		return Candidate{Why: say("whether %s is newer than %s isn't known: %s", r.Title(), here.Release.Title(), string(rel.why.why)), Settle: rel.why.settle}
	case rel.age == same:
		return Candidate{Known: true, Why: say("%s runs here already", here.Release.Title())}
	case rel.age == older:
		return Candidate{Known: true, Diverged: rel.diverged, Why: say("%s is older than %s, which runs here: that is a rollback", r.Title(), here.Release.Title())}
	}
	if c.Diverged = rel.diverged; rel.diverged {
		c.Why += say("; it and %s have diverged, it was published later", here.Release.Title())
	}
	return c
}
