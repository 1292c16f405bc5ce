package sprint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// Present is the sprint that is on: one iteration, or the current milestone of each repository that has one.
type Present struct {
	Known   bool           // false: none is on, or which one can't be told; Why says why
	Sprints []model.Sprint // the one that ends first is first
	Why     model.Text
	Settle  model.Text // what would settle which one is on
	// Day and Days count working days: day 4 of 10. Both are 0 where the beginning or the end isn't known, as of a milestone.
	Day, Days int
}

// Now tells which sprint is on. Of a repository it is that of the whole board, or the repository's own milestone; the
// zero repository is the whole fleet.
func Now(b *model.SprintBoard, of model.Repo, now time.Time) Present {
	if b == nil {
		return Present{Why: "no sprint board was read yet", Settle: "reading the sprint board"}
	}
	byRepo := map[string][]model.Sprint{}
	var repos []string
	for _, s := range b.Sprints {
		if of != (model.Repo{}) && s.Repo != (model.Repo{}) && !s.Repo.Same(of) {
			continue
		}
		key := strings.ToLower(s.Repo.String())
		if byRepo[key] == nil {
			repos = append(repos, key)
		}
		byRepo[key] = append(byRepo[key], s)
	}
	slices.Sort(repos)
	var found, missed Present
	for _, r := range repos {
		p := pick(byRepo[r], now)
		if !p.Known {
			missed = p
			continue
		}
		found.Known, found.Sprints = true, append(found.Sprints, p.Sprints...)
		found.Why, found.Day, found.Days = p.Why, p.Day, p.Days
	}
	switch {
	case len(repos) == 0 && of != (model.Repo{}) && len(b.Sprints) > 0:
		return Present{Why: say("%s has no milestone", of.FullName()), Settle: say("a milestone in %s", of.FullName())}
	case len(repos) == 0:
		return Present{Why: "the board has no sprints", Settle: "a sprint on the board"}
	case !found.Known:
		return missed
	case len(found.Sprints) > 1:
		slices.SortStableFunc(found.Sprints, endsFirst)
		found.Day, found.Days = days(found.Sprints[0], now)
		found.Why = say("%s of %d repositories", found.Title(), len(found.Sprints)) + when(found.Sprints[0], now)
	}
	return found
}

func endsFirst(a, b model.Sprint) int {
	if a.End.IsZero() != b.End.IsZero() {
		if a.End.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.End.Compare(b.End), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
}

// Title is how a person calls what is on: the sprint's title, or the first one's and how many others there are.
func (p Present) Title() model.Text {
	if len(p.Sprints) == 0 {
		return ""
	}
	title, others := p.Sprints[0].Title, 0
	for _, s := range p.Sprints[1:] {
		if !strings.EqualFold(string(s.Title), string(title)) {
			others++
		}
	}
	if others > 0 {
		return title + model.Text(fmt.Sprintf(" and %d more", others))
	}
	return title
}

// Holds reports whether a sprint is one of those that are on.
func (p Present) Holds(id string) bool {
	return id != "" && slices.ContainsFunc(p.Sprints, func(s model.Sprint) bool { return s.ID == id })
}

// Start is when it began, at midnight; zero where that isn't known.
func (p Present) Start() time.Time {
	if len(p.Sprints) != 1 {
		return time.Time{}
	}
	return p.Sprints[0].Start
}

// End is when it is over: midnight after the last day of the one that ends first; zero where it has no end.
func (p Present) End() time.Time {
	if len(p.Sprints) == 0 {
		return time.Time{}
	}
	return p.Sprints[0].End
}

// pick is the current one of the sprints of one board, or of one repository.
func pick(all []model.Sprint, now time.Time) Present {
	var on, open []model.Sprint
	var last, next model.Sprint
	for _, s := range all {
		switch {
		case s.Start.IsZero() && !s.Done:
			open = append(open, s)
		case s.Start.IsZero():
		case s.Start.After(now):
			if next.ID == "" || s.Start.Before(next.Start) || s.Start.Equal(next.Start) && s.ID < next.ID {
				next = s
			}
		case s.Done || !s.End.After(now):
			if last.ID == "" || s.End.After(last.End) || s.End.Equal(last.End) && s.ID < last.ID {
				last = s
			}
		default:
			on = append(on, s)
		}
	}
	switch {
	case len(on) > 0:
		return iteration(on, now)
	case len(open) > 0:
		return milestone(open, now)
	}
	return none(last, next, now)
}

// iteration picks one of those that are on by their dates: the one that began last.
func iteration(on []model.Sprint, now time.Time) Present {
	slices.SortFunc(on, func(a, b model.Sprint) int {
		return cmp.Or(b.Start.Compare(a.Start), a.End.Compare(b.End), cmp.Compare(a.ID, b.ID))
	})
	p := Present{Known: true, Sprints: on[:1]}
	p.Day, p.Days = days(on[0], now)
	p.Why = on[0].Title + when(on[0], now)
	if n := len(on); n > 1 {
		names := make([]string, 0, n-1)
		for _, s := range on[1:] {
			names = append(names, string(s.Title))
		}
		p.Why += say("; %s on as well and began before it", strings.Join(names, ", ")+have(n-1, " is", " are"))
	}
	return p
}

// milestone picks one of the open ones, which have no beginning: the one due next, else the one that is overdue for the
// shortest time, else the only one without a date.
func milestone(open []model.Sprint, now time.Time) Present {
	var due, overdue, undated []model.Sprint
	for _, s := range open {
		switch {
		case s.End.IsZero():
			undated = append(undated, s)
		case s.End.After(now):
			due = append(due, s)
		default:
			overdue = append(overdue, s)
		}
	}
	slices.SortFunc(due, endsFirst)
	slices.SortFunc(overdue, func(a, b model.Sprint) int { return cmp.Or(b.End.Compare(a.End), cmp.Compare(a.ID, b.ID)) })
	switch {
	case len(due) > 0:
		p := Present{Known: true, Sprints: due[:1], Why: due[0].Title + when(due[0], now)}
		if len(overdue) > 0 {
			p.Why += say("; %s is open too, %s overdue", string(overdue[0].Title), span(now.Sub(overdue[0].End)))
		}
		return p
	case len(overdue) > 0:
		return Present{Known: true, Sprints: overdue[:1], Why: overdue[0].Title + when(overdue[0], now)}
	case len(undated) == 1:
		return Present{Known: true, Sprints: undated, Why: undated[0].Title + when(undated[0], now)}
	}
	return Present{Why: say("which of %d open milestones is on can't be told: none has a due date", len(undated)), Settle: "a due date on the milestone"}
}

// none says that no sprint is on: before the first, in a gap, or after the last.
func none(last, next model.Sprint, now time.Time) Present {
	p := Present{Why: "no sprint is on", Settle: "a sprint that is on today"}
	switch {
	case last.ID == "" && next.ID == "":
		p.Why += ": all milestones are closed"
	case next.ID == "":
		p.Why += say(": the last one, %s, ended %s ago", string(last.Title), span(now.Sub(last.End)))
	case last.ID == "":
		p.Why += say(": the first one, %s, begins in %s", string(next.Title), spanUp(next.Start.Sub(now)))
	default:
		p.Why += say(": %s ended %s ago, %s begins in %s", string(last.Title), span(now.Sub(last.End)), string(next.Title), spanUp(next.Start.Sub(now)))
	}
	return p
}

// when goes on after a sprint's title: where in it the present is.
func when(s model.Sprint, now time.Time) model.Text {
	day, of := days(s, now)
	switch {
	case s.End.IsZero():
		return " has no due date"
	case s.Start.IsZero() && !s.End.After(now):
		return say(" is overdue by %s", span(now.Sub(s.End)))
	case of == 0:
		return say(" is due in %s", spanUp(s.End.Sub(now)))
	case s.End.Sub(now) <= 24*time.Hour:
		return say(": day %d of %d, the last", day, of)
	}
	return say(": day %d of %d, it ends in %s", day, of, spanUp(s.End.Sub(now)))
}

// days are the working day on which now falls, and how many of them the sprint has. At a weekend it is still Friday's.
func days(s model.Sprint, now time.Time) (day, of int) {
	if s.Start.IsZero() || !s.End.After(s.Start) {
		return 0, 0
	}
	every := !hasWork(s.Start, s.End)
	for d := s.Start; d.Before(s.End) && of < longest; d = d.AddDate(0, 0, 1) {
		if every || works(d) {
			of++
			if !d.After(now) {
				day++
			}
		}
	}
	return max(day, 1), of
}

// longest bounds how many days of a sprint are looked at: dates are from outside.
const longest = 400

func works(d time.Time) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }

func hasWork(from, to time.Time) bool {
	for d, n := from, 0; d.Before(to) && n < 7; d, n = d.AddDate(0, 0, 1), n+1 {
		if works(d) {
			return true
		}
	}
	return false
}

// say makes a sentence of a format; what comes from outside is cleaned on its way in.
func say(format string, args ...any) model.Text {
	for i, a := range args {
		switch s := a.(type) {
		case string:
			args[i] = model.Clean(s)
		case model.Text:
			args[i] = string(s)
		}
	}
	return model.Text(fmt.Sprintf(format, args...))
}

// span is a duration in one unit, rounded down: 45 min, 3 h, 2 days.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(0, int(d/time.Minute)))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

// spanUp is span rounded up, for what is still to go.
func spanUp(d time.Duration) string {
	unit := 24 * time.Hour
	switch {
	case d <= 59*time.Minute:
		unit = time.Minute
	case d <= 47*time.Hour:
		unit = time.Hour
	}
	return span((d + unit - 1) / unit * unit)
}

// have picks the verb's form for n things.
func have(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
