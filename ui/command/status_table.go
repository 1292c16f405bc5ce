package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/model/readiness"
)

// maxWhy bounds a line of the table, in cells: a sentence has its place to the end, for there it says what to do.
const maxWhy = 400

// writeTable prints one line for each environment, services in the configuration's order, and a last line that counts.
// What makes every line of it something else stands first: that it is the demo, or that nothing can be reached.
func writeTable(w io.Writer, r report, now time.Time) error {
	var b strings.Builder
	if r.status.Demo {
		fmt.Fprintf(&b, "DEMO: nothing here is real; its clock runs %g× as fast and says %s\n", max(1, r.status.Factor), now.UTC().Format("2006-01-02 15:04:05 MST"))
	}
	notices := r.notices()
	if r.status.Offline && len(notices) > 0 {
		b.WriteString("note: " + notices[0] + "\n")
		notices = notices[1:]
	}
	rows, _ := r.rows(now)
	for _, line := range aligned(rows) {
		b.WriteString(line + "\n")
	}
	for _, n := range append(r.serviceNotices(), notices...) {
		b.WriteString("note: " + n + "\n")
	}
	if line := r.sprintLine(now); line != "" {
		b.WriteString(line + "\n")
	}
	b.WriteString(tally(r, now) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// rows are the table's cells, the names of its columns first, and a key for each row after that.
func (r report) rows(now time.Time) (rows [][]string, keys []string) {
	rows = [][]string{{"SERVICE", "ENVIRONMENT", "VERDICT", "RUNS", "HEALTH", "CANDIDATE", "TESTS", "COVERAGE", "READ", "WHY"}}
	for _, s := range r.services {
		rows = append(rows, serviceRows(s, now)...)
		if len(s.Environments) == 0 {
			keys = append(keys, rowKey(s.Service, ""))
		}
		for i := range s.Environments {
			keys = append(keys, rowKey(s.Service, s.Environments[i].Name))
		}
	}
	return rows, keys
}

// aligned makes a line of each row, all cells of a column equally wide but the last.
func aligned(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	lines := make([]string, len(rows))
	for n, row := range rows {
		var b strings.Builder
		for i, cell := range row[:len(row)-1] {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+2))
		}
		b.WriteString(row[len(row)-1])
		lines[n] = b.String()
	}
	return lines
}

// serviceNotices are the sentences about single services that change no verdict.
func (r report) serviceNotices() []string {
	var all []string
	for _, s := range r.services {
		for _, n := range s.Notices {
			all = append(all, clean(s.Service)+": "+string(n))
		}
	}
	return all
}

func serviceRows(a readiness.Assessment, now time.Time) [][]string {
	if len(a.Environments) == 0 {
		return [][]string{{a.Service, "-", a.Verdict.String(), "-", "-", "-", "-", "-", age(a.ReadAt, now), why(settled(a.Headline, a.Settle))}}
	}
	rows := make([][]string, len(a.Environments))
	for i, e := range a.Environments {
		health, candidate := "n/a", "-"
		if e.Health.Configured {
			health = e.Health.State.String()
		}
		if e.Candidate.Exists() {
			candidate = e.Candidate.Release.Title()
		}
		rows[i] = []string{
			clean(a.Service), clean(e.Name), e.Verdict.String() + notApplicable(e), e.Current.Title(), health, candidate,
			tested(e.Tests), covered(&e), age(e.ReadAt, now), why(e.Headline),
		}
	}
	return rows
}

// tested counts the candidate's tests: those that failed of those that ran, or those that passed.
func tested(t *model.Tests) string {
	switch {
	case t == nil:
		return "-"
	case t.Counts.Broken() > 0:
		return fmt.Sprintf("%d/%d failed", t.Counts.Broken(), t.Counts.Ran())
	case t.Flaky > 0:
		return fmt.Sprintf("%d ok, %d flaky", t.Counts.Ran(), t.Flaky)
	}
	return fmt.Sprintf("%d ok", t.Counts.Ran())
}

// covered is the candidate's coverage, and who states it.
func covered(e *readiness.Environment) string {
	f := e.Coverage.Figure
	switch {
	case !f.Known || !e.Candidate.Exists():
		return "-"
	case f.By != "":
		return f.Text(e.Coverage.Minimum) + " by " + clean(f.By)
	}
	return f.Text(e.Coverage.Minimum)
}

// settled is a sentence with what to do about it.
func settled(headline, settle model.Text) model.Text {
	if settle == "" {
		return headline
	}
	return headline + "; " + settle
}

// notApplicable counts the gates that had nothing to judge beside a GO, so that a GO of one gate isn't taken for a GO
// of ten.
func notApplicable(e readiness.Environment) string {
	if e.Verdict != model.Go || e.NotApplicable == 0 {
		return ""
	}
	return fmt.Sprintf(" · %d n/a", e.NotApplicable)
}

func clean(s string) string { return string(model.Clean(s)) }

func why(t model.Text) string { return ansi.Truncate(string(t), maxWhy, "…") }

// age says how long ago in one coarse unit.
func age(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	switch d := now.Sub(at); {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d/time.Hour))
	default:
		return fmt.Sprintf("%dd", int(d/(24*time.Hour)))
	}
}

func tally(r report, now time.Time) string {
	counts := map[model.Verdict]int{}
	for _, s := range r.services {
		counts[s.Verdict]++
	}
	var parts []string
	for _, v := range []model.Verdict{model.Erroneous, model.NoGo, model.Undecided, model.Waiting, model.Go, model.UpToDate} {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	name := clean(r.fleet)
	if r.status.Demo {
		name = "DEMO " + name
	}
	return fmt.Sprintf("%s: %s · %s", name, strings.Join(parts, ", "), now.UTC().Format("2006-01-02 15:04 MST"))
}
