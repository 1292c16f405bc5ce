package operation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
)

// Found is what a look for what was sent has found.
type Found struct {
	At     time.Time
	Strong []Match // by the operation's own ID
	Weak   []Match // by workflow, actor, ref and time: a person may adopt one of them
	// Says is what the look says beside: that a release is still a prerelease, for one.
	Says model.Text
}

// Match is a run or deployment that may be what was sent.
type Match struct {
	Run        int64
	Deployment int64
	URL        string
	Why        model.Text
}

// slack is how far GitHub's clock may be from ours.
const slack = 2 * time.Minute

// Identify looks for what an operation sent among runs and deployments. Strong is only the run or deployment that the
// answer named, and the operation's ID in a run's name or a deployment's payload: workflow inputs can't be read
// afterwards. Deployments that a matching run made are that run's. An ID counts only as a whole word.
func Identify(p Progress, runs []model.Run, deployments []model.Deployment, at time.Time) Found {
	f := Found{At: at}
	for i := range runs {
		r := &runs[i]
		switch {
		case r.ID == p.Run && p.Run != 0:
			f.Strong = append(f.Strong, Match{Run: r.ID, URL: r.URL, Why: "the answer named it"})
		case names(string(r.Title), p.Plan.ID):
			f.Strong = append(f.Strong, Match{Run: r.ID, URL: r.URL, Why: "its name holds the operation's ID"})
		case weak(&p, r):
			f.Weak = append(f.Weak, Match{Run: r.ID, URL: r.URL, Why: model.Text(fmt.Sprintf("%s on %s by %s", r.File(), model.Clean(r.Branch), r.Actor))})
		}
	}
	for i := range deployments {
		d := &deployments[i]
		mine := d.RunID != 0 && slices.ContainsFunc(f.Strong, func(m Match) bool { return m.Run == d.RunID })
		switch {
		case mine:
		case d.ID == p.Deployment && p.Deployment != 0:
			f.Strong = append(f.Strong, Match{Deployment: d.ID, Run: d.RunID, URL: d.URL, Why: "the answer named it"})
		case names(d.Payload, p.Plan.ID):
			f.Strong = append(f.Strong, Match{Deployment: d.ID, Run: d.RunID, URL: d.URL, Why: "its payload holds the operation's ID"})
		}
	}
	return f
}

// weak reports whether a run could be what was sent, and nothing speaks against it but that nothing proves it.
func weak(p *Progress, r *model.Run) bool {
	return p.Plan.Way == ByWorkflow && r.Event == "workflow_dispatch" && r.File() == p.Plan.Workflow && r.Branch == p.Plan.Ref &&
		!slices.Contains(p.Plan.Unfinished, r.ID) && r.CreatedAt.After(p.SentAt.Add(-slack)) && r.CreatedAt.Before(p.SentAt.Add(FindFor+slack))
}

// names reports whether text holds the ID as a whole word.
func names(text, id string) bool {
	if id == "" {
		return false
	}
	for {
		i := strings.Index(text, id)
		if i < 0 {
			return false
		}
		before, after := text[:i], text[i+len(id):]
		if !endsInWord(before) && !beginsWord(after) {
			return true
		}
		text = after
	}
}

func word(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func endsInWord(s string) bool { return s != "" && word(s[len(s)-1]) }

func beginsWord(s string) bool { return s != "" && word(s[0]) }

func (f *Found) several() model.Text {
	return model.Text(fmt.Sprintf("%d runs or deployments carry the operation's ID", len(f.Strong)))
}

// why says why a person has to decide.
func why(p Progress, f *Found) model.Text {
	switch n := len(f.Weak); {
	case p.Plan.Kind.OnRef():
		return "it was sent, GitHub's answer was lost, and the shared ref doesn't show that it was done"
	case p.Plan.Kind.OnRun():
		return "it was sent, GitHub's answer was lost, and the run doesn't show that it was done"
	case p.Plan.Kind == Abort:
		return "it was sent, GitHub's answer was lost, and the run goes on"
	case p.Plan.Way == ByRerun && f.Says == "" && n == 0:
		return "it was sent, GitHub's answer was lost, and the run has no new attempt"
	case p.Plan.Way == ByRerun:
		return "it was sent, GitHub's answer was lost, and " + model.Text(cmp.Or(string(f.Says), string(f.firstWeak())))
	case p.Plan.Way == ByRelease && f.Says != "":
		return "it was sent; " + f.Says
	case p.Plan.Way == ByRelease && n == 1:
		return "it was sent, and one run could be what it started; nothing proves it"
	case p.Plan.Way == ByRelease:
		return model.Text(fmt.Sprintf("it was sent, and %d runs could be what it started; nothing proves which", n))
	case n == 0:
		return "it was sent, GitHub's answer was lost, and no run or deployment carries its ID"
	case n == 1:
		return "it was sent, and GitHub's answer was lost; one run could be it, and nothing proves it"
	}
	return model.Text(fmt.Sprintf("it was sent, and GitHub's answer was lost; %d runs could be it, and nothing proves it", len(f.Weak)))
}

// firstWeak is what is known of the first weak match.
func (f *Found) firstWeak() model.Text {
	if len(f.Weak) == 0 {
		return ""
	}
	return f.Weak[0].Why
}
