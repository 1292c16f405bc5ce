package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"gonogo/model/operation"
)

// writeMarkdown prints an operation as a section: what it was, why, the gates when it was confirmed, and every step.
func writeMarkdown(w io.Writer, p *operation.Progress, records []operation.Record) {
	plan := &p.Plan
	fmt.Fprintf(w, "## %s %s in %s of %s: %s\n\n", escaped(string(plan.Kind)), escaped(plan.Release.Title()), escaped(plan.Environment), escaped(plan.Service), escaped(string(p.State)))
	item := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "- %s: %s\n", name, text)
		}
	}
	item("operation", "`"+plan.ID+"`")
	item("planned", plan.MadeAt.UTC().Format(time.DateTime)+" UTC")
	item("by", escaped(string(plan.Actor)))
	item("item", escaped(plan.Item()))
	item("reason", escaped(string(plan.Reason)))
	item("outcome", escaped(string(p.Why)))
	item("unguarded", escaped(string(p.Unguarded())))
	if !plan.Replaces.Zero() {
		item("replaced", escaped(plan.Replaces.Title()))
	}
	item("commit", "`"+string(plan.Release.SHA)+"`")
	if p.Run != 0 {
		item("run", fmt.Sprintf("<https://%s/%s/actions/runs/%d>", plan.Host, plan.Repo, p.Run))
	}
	for _, g := range plan.Bypassed {
		item("bypassed", string(g))
	}
	for _, g := range plan.Acknowledged {
		item("acknowledged", string(g))
	}
	if len(plan.Findings) > 0 {
		fmt.Fprint(w, "\n| gate | level | result | why |\n|---|---|---|---|\n")
		for i := range plan.Findings {
			f := &plan.Findings[i]
			fmt.Fprintf(w, "| %s | %s | %s | %s |\n", f.Gate, f.Level, f.Result, escaped(string(f.Why)))
		}
	}
	fmt.Fprint(w, "\n| at (UTC) | state | step | |\n|---|---|---|---|\n")
	for i := range records {
		r := &records[i]
		why := escaped(string(r.Why))
		if r.Actor != "" {
			why = strings.TrimSpace(escaped(string(r.Actor)) + " " + why)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", r.At.UTC().Format(time.DateTime), r.State, r.Event, why)
	}
	fmt.Fprintln(w)
}

// escaped is a text that Markdown shows as it is (GitHub Flavored Markdown, "Backslash escapes"), also in a table.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r':
			r = ' '
		case strings.ContainsRune("\\`*_{}[]<>()#+!|~&", r):
			b.WriteByte('\\')
		case r == '@':
			b.WriteString("@\u200b") // nobody is called by a report
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
