package readiness

import (
	"fmt"
	"strings"
	"time"

	"gonogo/model"
)

// clockSlack is how far into the future a time from outside may lie before it is called malformed: machines' clocks
// differ by seconds.
const clockSlack = time.Minute

// span is a duration in the words of a sentence: 45 s, 12 min, 3 h, 2 days. It is rounded down to one unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d/time.Second)))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

// spanUp is span rounded up: what is still to go, so that it and what is done never add up to less than the whole.
func spanUp(d time.Duration) string {
	unit := 24 * time.Hour
	switch {
	case d <= time.Minute-time.Second:
		unit = time.Second
	case d <= time.Hour-time.Minute:
		unit = time.Minute
	case d <= 47*time.Hour:
		unit = time.Hour
	}
	return span((max(0, d) + unit - 1) / unit * unit)
}

// ago is how long before now t was.
func ago(t, now time.Time) string {
	switch {
	case t.IsZero():
		return "at an unknown time"
	case t.After(now.Add(clockSlack)):
		return "at a time that lies in the future"
	case now.Sub(t) < time.Second:
		return "just now"
	}
	return span(now.Sub(t)) + " ago"
}

// count is "1 commit", "2 commits".
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// list joins names as a sentence does: a, b and c; more than limit are counted: a, b and 3 more.
func list(names []string, limit int) string {
	if len(names) > limit {
		rest := len(names) - limit
		return strings.Join(names[:limit], ", ") + fmt.Sprintf(" and %d more", rest)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// say makes a sentence of a format; what comes from outside is cleaned on its way in.
func say(format string, args ...any) model.Text {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = model.Clean(s)
		}
	}
	return model.Text(fmt.Sprintf(format, args...))
}

// comparisonName is a comparison's subject with short commits.
func comparisonName(subject string) string {
	base, head, found := strings.Cut(subject, "...")
	if !found {
		return subject
	}
	return model.SHA(base).Short() + " and " + model.SHA(head).Short()
}

// have picks the verb's form for n things.
func have(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
