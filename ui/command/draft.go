package command

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
)

// writeDraft prints what would be done, with all that speaks for and against it.
func writeDraft(w io.Writer, d *operate.Draft) {
	p := &d.Plan
	switch {
	case p.Kind.OnRef():
		fmt.Fprintln(w, what(d), strings.TrimPrefix(p.Environment+" of "+p.Service, " of "))
	case p.Kind == operation.Publish:
		fmt.Fprintf(w, "publish %s of %s\n", orNothing(p.Release), p.Service)
	case p.Kind == operation.RollBack:
		fmt.Fprintf(w, "roll back to %s in %s of %s\n", orNothing(p.Release), p.Environment, p.Service)
		fmt.Fprintf(w, "  replaces   %s\n", orNothing(p.Replaces))
		writeShipment(w, "undoes", &d.Undoes)
		writeTargets(w, d)
	default:
		fmt.Fprintf(w, "%s %s to %s of %s\n", p.Kind, orNothing(p.Release), p.Environment, p.Service)
		fmt.Fprintf(w, "  replaces   %s\n", orNothing(p.Replaces))
		writeShipment(w, "ships", &d.Environment.Ship)
		fmt.Fprintf(w, "  way back   %s\n", orNothing(p.RollsBackTo))
		writeReleases(w, d)
	}
	writeFindings(w, d)
	for _, n := range d.Notes {
		if slices.ContainsFunc(p.Findings, func(f model.Finding) bool { return f.Why == n }) { // its gate says it above
			continue
		}
		fmt.Fprintf(w, "  note       %s\n", n)
	}
	for _, n := range d.Unasked {
		fmt.Fprintf(w, "  unasked    %s; it takes a reason\n", n)
	}
	for _, c := range d.Calls {
		fmt.Fprintf(w, "  request    %s %s: %s\n", c.Method, c.Path, c.What)
	}
	for _, r := range d.Refusals {
		fmt.Fprintf(w, "  refused    %s\n", r)
	}
	if p.Kind == operation.Promote {
		fmt.Fprintf(w, "  verdict    %s\n", d.Verdict)
	}
}

// writeFindings prints what the gates say, and how old what they rest on is; those that have nothing to judge are named.
func writeFindings(w io.Writer, d *operate.Draft) {
	var nothing []string
	for _, f := range d.Plan.Findings {
		if f.Result == model.NotApplicable {
			nothing = append(nothing, string(f.Gate))
			continue
		}
		age := ""
		if at := f.ReadAt(); !at.IsZero() {
			age = " (read " + cell.Ago(at, d.Plan.MadeAt) + ")"
		}
		fmt.Fprintf(w, "  %-9s  %-8s %s%s\n", f.Gate, f.Result, f.Why, age)
	}
	if len(nothing) > 0 {
		fmt.Fprintf(w, "  n/a        %s\n", strings.Join(nothing, ", "))
	}
}

// changesShown bounds how many of what lies between two releases are printed, of each kind.
const changesShown = 10

// writeShipment prints what lies between two releases.
func writeShipment(w io.Writer, word string, ship *readiness.Shipment) {
	if !ship.Known {
		return
	}
	fmt.Fprintf(w, "  %-9s  %d commits, %d pull requests, %d paths\n", word, ship.Ahead, len(ship.PullRequests), len(ship.Paths))
	if ship.TakenBack > 0 {
		fmt.Fprintf(w, "  takes back %d commits that run there now\n", ship.TakenBack)
	}
	var lines []string
	some := func(n int, line func(i int) string) {
		for i := range min(n, changesShown) {
			lines = append(lines, line(i))
		}
		if n > changesShown {
			lines = append(lines, fmt.Sprintf("and %d more", n-changesShown))
		}
	}
	some(len(ship.Items), func(i int) string { return fmt.Sprintf("#%d %s", ship.Items[i].Number, ship.Items[i].Title) })
	some(len(ship.PullRequests), func(i int) string {
		p := &ship.PullRequests[i]
		return fmt.Sprintf("#%d %s (%s)", p.Number, p.Title, p.Author)
	})
	some(len(ship.Commits), func(i int) string {
		c := &ship.Commits[i]
		return fmt.Sprintf("%s %s (%s)", c.SHA.Short(), c.Title, c.Author)
	})
	for _, line := range lines {
		fmt.Fprintf(w, "             %s\n", line)
	}
	for _, path := range ship.Migrations {
		fmt.Fprintf(w, "  migrates   %s\n", path)
	}
}

// releasesShown bounds how many releases are printed that could go instead.
const releasesShown = 6

// writeReleases prints what is newer than what runs, and why it isn't next or can't go.
func writeReleases(w io.Writer, d *operate.Draft) {
	newer := slices.DeleteFunc(slices.Clone(d.Releases), func(c readiness.Choice) bool {
		return c.Older || c.Release.SHA == d.Plan.Replaces.SHA
	})
	for i := range newer {
		if i == releasesShown {
			fmt.Fprintf(w, "             and %d more\n", len(newer)-i)
			return
		}
		mark := " "
		if r := newer[i].Release; r.SHA == d.Plan.Release.SHA && r.Tag == d.Plan.Release.Tag {
			mark = ">"
		}
		fmt.Fprintf(w, "  release  %s %-12s %s\n", mark, newer[i].Release.Title(), newer[i].Why)
	}
}

// writeTargets prints what could be gone back to, and why not to the others.
func writeTargets(w io.Writer, d *operate.Draft) {
	for i := range d.Targets {
		t := &d.Targets[i]
		says := string(t.Why)
		switch {
		case !t.Eligible:
		case t.Healthy > 0:
			says = "healthy there for " + t.Healthy.Round(time.Second).String()
		default:
			says = "its health there was not observed"
		}
		mark := " "
		if t.Eligible && t.Release.SHA == d.Plan.Release.SHA {
			mark = ">"
		}
		fmt.Fprintf(w, "  target   %s %-12s %s\n", mark, t.Release.Title(), says)
	}
}

func orNothing(r model.Release) string {
	if r.Zero() {
		return "nothing"
	}
	return r.Title() + " " + r.SHA.Short()
}
