package readiness_test

import (
	"reflect"
	"slices"
	"testing"

	"gonogo/model"
	"gonogo/model/readiness"
)

// Whatever the world: the candidate chosen by hand is judged as the candidate, what is no newer never gets a verdict of its
// own, and no choice is GO on runs that were not read.
func TestAChoiceIsJudgedAsACandidateIs(t *testing.T) {
	judged, goes := 0, 0
	for _, s := range corpus(t) {
		f := s.facts()
		a := readiness.Assess(f, s.Now)
		for i := range a.Environments {
			own := &a.Environments[i]
			for _, c := range readiness.Choices(f, own.Name, s.Now) {
				e, _ := readiness.Choose(f, own.Name, c.Release, s.Now)
				judged++
				switch {
				case c.Candidate && (!reflect.DeepEqual(e.Findings, own.Findings) || e.Verdict != own.Verdict || e.Candidate.Release != own.Candidate.Release):
					t.Errorf("%s: the candidate %s is %s when it is chosen, and %s else", own.Name, c.Release.Title(), e.Verdict, own.Verdict)
				case c.Older && (c.Can || e.Candidate.Exists()):
					t.Errorf("%s: the older %s can be promoted", own.Name, c.Release.Title())
				case slices.Contains(c.In, own.Name) && (c.Can || e.Candidate.Exists()):
					t.Errorf("%s: %s, which runs there, can be promoted", own.Name, c.Release.Title())
				case e.Candidate.Exists() && e.Candidate.Release.SHA != c.Release.SHA:
					t.Errorf("%s: %s was chosen, and %s judged", own.Name, c.Release.Title(), e.Candidate.Release.Title())
				}
				if ci := e.Finding(model.GateCI); e.Verdict != model.Go || ci == nil || ci.Result != model.Pass || len(f.Service.CI) == 0 || len(f.Service.CIIgnore) > 0 {
					continue
				}
				goes++
				unread := s.facts()
				unread.Reads = slices.DeleteFunc(unread.Reads, func(r model.Read) bool {
					return r.Signal == model.SignalCommitRuns && r.Subject == string(c.Release.SHA)
				})
				if e, needs := readiness.Choose(unread, own.Name, c.Release, s.Now); e.Verdict == model.Go || !slices.ContainsFunc(needs, func(n readiness.Need) bool {
					return n.Signal == model.SignalCommitRuns && n.Subject == string(c.Release.SHA) && !n.Fresh
				}) {
					t.Errorf("%s: %s is %s though its runs were not read; it asks for %v", own.Name, c.Release.Title(), e.Verdict, needs)
				}
			}
		}
	}
	if judged < 300 || goes < 20 {
		t.Errorf("only %d choices, %d of them GO: the corpus says little", judged, goes)
	}
}
