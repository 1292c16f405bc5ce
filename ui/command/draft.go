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
		writeTargets(w, d)
	default:
		fmt.Fprintf(w, "%s %s to %s of %s\n", p.Kind, orNothing(p.Release), p.Environment, p.Service)
		fmt.Fprintf(w, "  replaces   %s\n", orNothing(p.Replaces))
		writeShipment(w, d)
		writeReleases(w, d)
	}
	for _, f := range p.Findings {
		if f.Result != model.NotApplicable {
			fmt.Fprintf(w, "  %-9s  %-8s %s\n", f.Gate, f.Result, f.Why)
		}
	}
	for _, n := range d.Notes {
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

// writeShipment prints what would come.
func writeShipment(w io.Writer, d *operate.Draft) {
	ship := d.Environment.Ship
	if !ship.Known {
		return
	}
	fmt.Fprintf(w, "  ships      %d commits, %d pull requests, %d paths\n", ship.Ahead, len(ship.PullRequests), len(ship.Paths))
	for i, c := range ship.Commits {
		if i == 10 {
			fmt.Fprintf(w, "             and %d more\n", len(ship.Commits)-i)
			break
		}
		fmt.Fprintf(w, "             %s %s (%s)\n", c.SHA.Short(), c.Title, c.Author)
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
