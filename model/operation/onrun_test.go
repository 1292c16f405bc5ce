package operation_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

// aboutRun are the records of a word about a run, up to its send.
func aboutRun(t *testing.T, kind operation.Kind, more ...operation.Record) (operation.Progress, error) {
	t.Helper()
	records := []operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &operation.Plan{ID: id, Kind: kind, Subject: 9, Attempt: 1}},
		{Event: operation.Approved, State: operation.Confirmed}, {Event: operation.Claims, State: operation.Claiming},
		{Event: operation.Reads, State: operation.Claiming}, {Event: operation.Sends, State: operation.Dispatching},
	}
	records = append(records, more...)
	for i := range records {
		records[i].Operation, records[i].Process = id, "p1"
		records[i].At = noon.Add(time.Duration(i) * time.Second)
	}
	return operation.Fold(records)
}

// A word about a run is over when GitHub has taken it; what deploys never is.
func TestWhatGitHubHasTakenIsOver(t *testing.T) {
	taken := operation.Record{Event: operation.Judged, State: operation.Succeeded, Status: 201}
	lost := operation.Record{Event: operation.Judged, State: operation.Ambiguous}
	for _, kind := range []operation.Kind{operation.Approve, operation.Reject, operation.Rerun, operation.Cancel, operation.Publish} {
		if p, err := aboutRun(t, kind, taken); err != nil || p.State != operation.Succeeded {
			t.Errorf("%s: %s, %v", kind, p.State, err)
		}
		if p, err := aboutRun(t, kind, lost, taken); err != nil || p.State != operation.Succeeded {
			t.Errorf("%s, seen later: %s, %v", kind, p.State, err)
		}
	}
	for _, kind := range []operation.Kind{operation.Promote, operation.RollBack, operation.Redeploy} {
		for _, more := range [][]operation.Record{{taken}, {lost, taken}} {
			if _, err := aboutRun(t, kind, more...); err == nil || !strings.Contains(err.Error(), "only what is about a run") {
				t.Errorf("%s was taken for over: %v", kind, err)
			}
		}
	}
}

func TestNextAboutARun(t *testing.T) {
	p, err := aboutRun(t, operation.Rerun, operation.Record{Event: operation.Unanswered, State: operation.Dispatching, Status: 502})
	if err != nil {
		t.Fatal(err)
	}
	later := p.SentAt.Add(operation.FindFor)
	so := &operation.Found{At: later, Strong: []operation.Match{{Run: 9, Why: "attempt 2 was begun"}}}
	for _, c := range []struct {
		name   string
		h      operation.Here
		action operation.Action
		state  operation.State
		why    string
	}{
		{"nobody has looked", operation.Here{Process: "p2", Now: p.SentAt}, operation.DoFind, "", ""},
		{"it is so", operation.Here{Process: "p2", Now: later, Found: so}, operation.DoEnd, operation.Succeeded, "attempt 2"},
		{"it is not so yet", operation.Here{Process: "p2", Now: p.SentAt.Add(time.Second), Found: &operation.Found{At: p.SentAt.Add(time.Second)}}, operation.DoFind, "", ""},
		{"it never was so", operation.Here{Process: "p2", Now: later, Found: &operation.Found{At: later}}, operation.DoEnd, operation.Ambiguous, "doesn't show"},
	} {
		if s := operation.Next(p, c.h); s.Action != c.action || s.State != c.state || !strings.Contains(string(s.Why), c.why) {
			t.Errorf("%s: %s %s %q", c.name, s.Action, s.State, s.Why)
		}
	}
	ambiguous, err := aboutRun(t, operation.Rerun, operation.Record{Event: operation.Judged, State: operation.Ambiguous})
	if err != nil {
		t.Fatal(err)
	}
	if s := operation.Next(ambiguous, operation.Here{Process: "p2", Now: later, Found: so}); s.Action != operation.DoEnd || s.State != operation.Succeeded {
		t.Errorf("seen after all: %s %s", s.Action, s.State)
	}
	if s := operation.Next(ambiguous, operation.Here{Process: "p2", Now: later, Drift: []model.Text{"x"}, Found: &operation.Found{At: later}}); s.Action != operation.DoAsk {
		t.Errorf("nobody knows: %s", s.Action)
	}
}
