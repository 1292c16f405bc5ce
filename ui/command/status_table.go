package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
)

// maxWhy bounds a line of the table, in cells: a sentence has its place to the end, for there it says what to do.
const maxWhy = 400

// writeTable prints one line for each environment, services in the configuration's order, and a last line that counts.
func writeTable(w io.Writer, r report, now time.Time) error {
	rows := [][]string{{"SERVICE", "ENVIRONMENT", "VERDICT", "RUNS", "HEALTH", "CANDIDATE", "READ", "WHY"}}
	for _, s := range r.services {
		rows = append(rows, serviceRows(s, now)...)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+2))
		}
		b.WriteString(row[len(row)-1])
		b.WriteByte('\n')
	}
	for _, s := range r.services {
		for _, n := range s.Notices {
			fmt.Fprintf(&b, "note: %s: %s\n", clean(s.Service), n)
		}
	}
	for _, notice := range notices(r.status) {
		b.WriteString(notice)
		b.WriteByte('\n')
	}
	b.WriteString(tally(r, now))
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

func serviceRows(a readiness.Assessment, now time.Time) [][]string {
	if len(a.Environments) == 0 {
		return [][]string{{a.Service, "-", a.Verdict.String(), "-", "-", "-", age(a.ReadAt, now), why(settled(a.Headline, a.Settle))}}
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
			age(e.ReadAt, now), why(e.Headline),
		}
	}
	return rows
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

// notices are the sentences that a reader must not miss: an untrusted file, a rebuilt cache, no network.
func notices(s board.Status) []string {
	var all []string
	if s.Trust != "" {
		all = append(all, "note: "+s.Trust)
	}
	if s.Offline || s.Why != "" {
		all = append(all, "note: "+clean(s.Why))
	}
	for _, n := range s.Notices {
		all = append(all, "note: "+clean(n))
	}
	return all
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
	return fmt.Sprintf("%s: %s · %s", clean(r.fleet), strings.Join(parts, ", "), now.UTC().Format("2006-01-02 15:04 MST"))
}
