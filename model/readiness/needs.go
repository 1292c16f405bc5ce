package readiness

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"gonogo/model"
)

// Bounds of what is asked for at once, beyond the lists.
const (
	needsKept  = 32
	reviewsFor = 3 // waiting runs whose reviews are asked for
	jobsFor    = 3 // runs whose jobs are asked for
)

// Needs says what to read for a service beyond its lists: what the rules asked for while they judged, then what fills in
// details. It is asked again after each reading until nothing in it is missing; what is fresh already stays listed, so
// that it is kept fresh.
func Needs(f Facts, now time.Time) []Need {
	a, w := assess(&f, now)
	if w == nil {
		return nil
	}
	for i := range a.Environments {
		w.askFor(i, &a.Environments[i], a.Travels)
	}
	all := w.m.asked.needs
	slices.SortStableFunc(all, func(x, y Need) int {
		switch {
		case x.Decides == y.Decides:
			return 0
		case x.Decides:
			return -1
		}
		return 1
	})
	return all[:min(len(all), needsKept)]
}

// asked collects what the rules asked for, each thing once.
type asked struct{ needs []Need }

// ask notes that the rules want a signal's facts; the lists are read anyway.
func (m moment) ask(s model.Signal, subject string, fresh bool) {
	if subject == "" || subject == SubjectDeploy {
		return
	}
	for i := range m.asked.needs {
		if n := &m.asked.needs[i]; n.Signal == s && n.Subject == subject {
			n.Decides, n.Fresh = n.Decides || !m.aside, n.Fresh && fresh
			return
		}
	}
	what := model.Text(called(s, subject))
	if m.env != "" {
		what += say(" for %s", m.env)
	}
	m.asked.needs = append(m.asked.needs, Need{Signal: s, Subject: subject, For: what, Decides: !m.aside, Fresh: fresh})
}

// askFor asks for what no gate does: what would ship, how far behind, who may review, and the jobs of runs that move or
// failed.
func (w *world) askFor(i int, e *Environment, travels []Travel) {
	decides := w.m.scope(e.Name)
	aside := decides.details()
	for n, r := range w.waiting(i) {
		if n == reviewsFor {
			break
		}
		w.f.reading(decides, model.SignalPending, strconv.FormatInt(r.ID, 10))
	}
	if e.Ship.Base != "" {
		w.f.reading(aside, model.SignalComparison, ComparisonSubject(e.Ship.Base, e.Ship.Head))
	}
	if from, to, ok := w.apart(i); ok {
		w.f.reading(aside, model.SignalComparison, ComparisonSubject(from, to))
	}
	if from, to, ok := w.unplaced(i, travels); ok {
		w.f.reading(aside, model.SignalComparison, ComparisonSubject(from, to))
	}
	if head := w.f.Branch.Head.SHA; w.f.Service.Coverage != nil && w.level(i, model.GateCoverage) != model.Off && validSHA(head) {
		w.f.reading(aside, model.SignalReports, string(head)) // the trend goes on with it
	}
	for n, id := range w.telling(e) {
		if n == jobsFor {
			break
		}
		w.f.reading(aside, model.SignalJobs, strconv.FormatInt(id, 10))
	}
}

// apart are the two commits whose comparison says how far behind an environment is.
func (w *world) apart(i int) (from, to model.SHA, ok bool) {
	here := w.here[i]
	if !here.Known || here.None {
		return "", "", false
	}
	to = w.f.Branch.Head.SHA
	if i > 0 {
		up := w.here[i-1]
		if !up.Known || up.None {
			return "", "", false
		}
		to = up.Release.SHA
	}
	from = here.Release.SHA
	return from, to, from != to && validSHA(from) && validSHA(to)
}

// unplaced are the two commits whose comparison would tell which of the sprint's changes are in what an environment runs:
// that and the branch's head, where the comparisons with the environments before it leave that open.
func (w *world) unplaced(i int, travels []Travel) (from, to model.SHA, ok bool) {
	here := w.here[i]
	if i == 0 || !here.Known || here.None {
		return "", "", false
	}
	from, to = here.Release.SHA, w.f.Branch.Head.SHA
	_, read := w.f.Comparison(from, to)
	if from == to || !validSHA(from) || !validSHA(to) || len(travels) == 0 {
		return "", "", false
	}
	return from, to, read || slices.ContainsFunc(travels, func(t Travel) bool { return t.In[i] == Unsure })
}

// waiting are the deploy workflow's runs that wait for a protection rule and may be for the environment, oldest first.
func (w *world) waiting(i int) []model.Run {
	var all []model.Run
	for _, r := range w.runs {
		if r.Status == model.StatusWaiting && w.blocks(&r, i) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b model.Run) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return all
}

// telling are the runs whose jobs a person would look at first: what moves here, then what isn't green on the candidate.
func (w *world) telling(e *Environment) []int64 {
	var all []int64
	if e.Lane.Run.ID != 0 {
		all = append(all, e.Lane.Run.ID)
	}
	if !e.Candidate.Exists() {
		return all
	}
	var runs []model.Run
	for _, r := range w.runs {
		if r.SHA == e.Candidate.Release.SHA && w.f.ownRepository(r.HeadRepo) && (r.Status == model.StatusInProgress || r.Done() && r.Conclusion != model.Success && r.Conclusion != model.Skipped) {
			runs = append(runs, r)
		}
	}
	slices.SortFunc(runs, func(a, b model.Run) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID)) })
	for _, r := range runs {
		if !slices.Contains(all, r.ID) {
			all = append(all, r.ID)
		}
	}
	return all
}
