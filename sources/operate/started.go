package operate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/workflow"
)

// started is what a prerelease's becoming public would start.
type started struct {
	workflow string   // that deploys to the environment
	refuse   string   // why it can't be done so
	unasked  []string // what can't be told, and takes a reason
	notes    []string
}

// deploys is where a workflow would deploy, as its file says.
type deploys struct {
	file      string
	here      bool     // to the environment
	untold    bool     // to one that its file doesn't tell
	elsewhere []string // to others of the service's, whatever happens
	perhaps   []string // to others of the service's, on a condition
	again     bool     // it may be started more than once
}

// startedBy tells which workflow deploys to a plan's environment when its release becomes public, by the workflow files at
// its tag. Making a prerelease public fires the activity released, and not published (github/docs#19982; that the flip starts
// a workflow once: jonassaa/platypusgit#21); a workflow that names no activity runs for every one (GitHub docs, "Events that
// trigger workflows", release). Everything that one publication starts must be what was confirmed.
func startedBy(p *operation.Plan, s *model.Service, files map[string]string, idle map[string]bool) (out started) {
	var listeners []deploys
	var others, off []string
	title := p.Release.Title()
	for _, name := range sorted(files) {
		f, err := workflow.Read(files[name])
		if err != nil {
			out.notes = append(out.notes, fmt.Sprintf("%s at %s can't be read, so that it starts nothing: %v", name, title, err))
			continue
		}
		types, listens := f.Activities("release")
		switch {
		case !listens:
		case len(types) > 0 && !slices.Contains(types, "released"):
			others = append(others, name+" to "+strings.Join(types, " and "))
		case idle[name]:
			off = append(off, name)
		default:
			d := deploys{file: name, again: len(types) == 0 || slices.Contains(types, "edited")}
			d.read(p, s, files, &f, false, 0)
			listeners = append(listeners, d)
		}
	}
	switch {
	case p.Kind == operation.Publish:
		out.deployNothing(p, listeners)
		return out
	case len(listeners) == 0:
		out.refuse = fmt.Sprintf("no workflow at %s starts when a prerelease becomes public: none listens to release with the type released", title)
		switch {
		case len(off) > 0:
			out.refuse = fmt.Sprintf("nothing would start when %s becomes public: %s is disabled on GitHub", title, strings.Join(off, " and "))
		case len(others) > 0:
			out.refuse += "; " + strings.Join(others, ", ") + " alone"
		}
		return out
	}
	out.choose(p, listeners)
	return out
}

// deployNothing refuses where what is started deploys: that is a promotion, with all that one asks.
func (out *started) deployNothing(p *operation.Plan, listeners []deploys) {
	title := p.Release.Title()
	for _, d := range listeners {
		switch {
		case len(d.elsewhere) > 0:
			out.refuse = fmt.Sprintf("%s at %s starts when it becomes public and deploys to %s: that is a promotion, which deploy: {release: true} makes of it", d.file, title, strings.Join(d.elsewhere, " and "))
		case len(d.perhaps) > 0:
			out.unasked = append(out.unasked, fmt.Sprintf("%s at %s starts and deploys to %s, on a condition that gonogo doesn't judge", d.file, title, strings.Join(d.perhaps, " and ")))
		case d.untold:
			out.unasked = append(out.unasked, fmt.Sprintf("%s at %s starts, and where it deploys can't be told from its file", d.file, title))
		default:
			out.notes = append(out.notes, fmt.Sprintf("%s starts, and deploys nowhere", d.file))
		}
	}
}

// choose finds the one that deploys.
func (out *started) choose(p *operation.Plan, listeners []deploys) {
	title := p.Release.Title()
	var here, untold []deploys
	for _, d := range listeners {
		if len(d.elsewhere) > 0 {
			out.refuse = fmt.Sprintf("%s at %s starts when it becomes public and deploys to %s too: that is more than a promotion to %s", d.file, title, strings.Join(d.elsewhere, " and "), p.Environment)
			return
		}
		if len(d.perhaps) > 0 {
			out.notes = append(out.notes, fmt.Sprintf("%s at %s deploys to %s too, on a condition that gonogo doesn't judge", d.file, title, strings.Join(d.perhaps, " and ")))
		}
		switch {
		case d.here:
			here = append(here, d)
		case d.untold:
			untold = append(untold, d)
		default:
			out.notes = append(out.notes, fmt.Sprintf("%s starts too, and deploys nowhere", d.file))
		}
	}
	if len(here) == 0 && len(untold) == 1 {
		here, untold = untold, nil
		out.unasked = append(out.unasked, fmt.Sprintf("whether %s at %s deploys to %s, and nowhere else, can't be told from its file", here[0].file, title, p.GitHub))
	}
	switch {
	case len(here) > 1:
		out.refuse = fmt.Sprintf("%s and %s at %s both start when it becomes public and deploy to %s: nobody could tell whose run it is", here[0].file, here[1].file, title, p.GitHub)
		return
	case len(here) == 0 && len(untold) > 0:
		out.refuse = fmt.Sprintf("which of %s and %s at %s deploys to %s can't be told from their files", untold[0].file, untold[1].file, title, p.GitHub)
		return
	case len(here) == 0:
		out.refuse = fmt.Sprintf("%s at %s starts when it becomes public, and no job of it deploys to %s", listeners[0].file, title, p.GitHub)
		return
	}
	for _, d := range untold {
		out.unasked = append(out.unasked, fmt.Sprintf("%s at %s starts too, and where it deploys can't be told from its file", d.file, title))
	}
	if out.workflow = here[0].file; here[0].again {
		out.notes = append(out.notes, fmt.Sprintf("%s at %s listens to more than released: where GitHub starts it twice a person has to say which run is meant", here[0].file, title))
	}
}

// deepest is how deep workflows may call each other (GitHub docs, "Reusing workflow configurations": four levels).
const deepest = 4

// read looks where the jobs of a workflow deploy, and those of the workflows of the same folder that it calls.
func (d *deploys) read(p *operation.Plan, s *model.Service, files map[string]string, f *workflow.File, conditional bool, depth int) {
	for _, j := range f.Jobs {
		maybe := conditional || j.Conditional
		switch name := j.Environment; {
		case j.Elsewhere != "":
			called, ours := strings.CutPrefix(j.Elsewhere, "./.github/workflows/")
			inner, err := workflow.Read(files[called])
			if !ours || err != nil || depth == deepest {
				d.untold = true
				continue
			}
			d.read(p, s, files, &inner, maybe, depth+1)
		case name == "":
		case strings.Contains(name, "${{"):
			d.untold = true
		case strings.EqualFold(name, p.GitHub): // names know no case (REST docs, "Deployment environments")
			d.here = true
		case !slices.ContainsFunc(s.Environments, func(e model.Environment) bool { return strings.EqualFold(e.GitHub, name) }):
		case maybe:
			d.perhaps = append(d.perhaps, name)
		default:
			d.elsewhere = append(d.elsewhere, name)
		}
	}
}
