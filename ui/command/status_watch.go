package command

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"gonogo/model/readiness"
	"gonogo/sources/fleet"
)

// watchStatus prints what changes after the first report, and ends with the last verdict when it is interrupted.
func watchStatus(ctx context.Context, w io.Writer, f *fleet.Fleet, selected selection, own statusFlags, first report) error {
	const beat = 15 * time.Second // freshness and countdowns change without an event
	last, code := first.states(), exitOf(first.worst())
	for {
		wake, stop := f.Clock().NewTimer(beat)
		select {
		case <-ctx.Done():
			stop()
			return exitError{code}
		case _, open := <-f.Events():
			stop()
			if !open {
				return exitError{code}
			}
		case <-wake:
		}
		r, err := makeReport(ctx, f, selected)
		if err != nil {
			if ctx.Err() != nil {
				return exitError{code}
			}
			return err
		}
		code = exitOf(r.worst())
		states := r.states()
		if err := printChanges(w, r, f.Now(), own, last, states); err != nil {
			return fmt.Errorf("print the status: %w", err)
		}
		last = states
	}
}

// printChanges prints the lines whose states differ, or the whole document in JSON if any does.
func printChanges(w io.Writer, r report, now time.Time, own statusFlags, last, states map[string]string) error {
	var changed []string
	rows, keys := r.rows(now)
	for i, line := range aligned(rows)[1:] {
		if last[keys[i]] != states[keys[i]] {
			changed = append(changed, line)
		}
	}
	for _, n := range append(r.serviceNotices(), r.notices()...) {
		if _, known := last[noticeKey(n)]; !known {
			changed = append(changed, "note: "+n)
		}
	}
	gone := false
	for key := range last {
		if _, still := states[key]; !still {
			gone = true
		}
	}
	switch {
	case own.json && (len(changed) > 0 || gone):
		return writeJSON(w, r, now, true)
	case own.json:
		return nil
	}
	stamp := now.UTC().Format(time.RFC3339)
	if r.status.Demo {
		stamp = "DEMO " + stamp
	}
	for _, line := range changed {
		if _, err := fmt.Fprintf(w, "%s  %s\n", stamp, line); err != nil {
			return err
		}
	}
	return nil
}

// states is what each line and each notice of the report says, without what changes by the passing of time alone: two
// that are equal need not be printed twice.
func (r report) states() map[string]string {
	states := map[string]string{}
	for _, s := range r.services {
		if len(s.Environments) == 0 {
			states[rowKey(s.Service, "")] = fmt.Sprint(s.Verdict, s.Problem)
		}
		for i := range s.Environments {
			states[rowKey(s.Service, s.Environments[i].Name)] = stateOf(&s.Environments[i])
		}
	}
	for _, n := range append(r.serviceNotices(), r.notices()...) {
		states[noticeKey(n)] = ""
	}
	return states
}

func stateOf(e *readiness.Environment) string {
	var b strings.Builder
	fmt.Fprintln(&b, e.Verdict, e.Current.Title(), e.Current.Release.SHA, e.Current.Partly.SHA, e.Candidate.Known, e.Candidate.Release.SHA,
		e.Health.Configured, e.Health.State)
	if !e.Candidate.Exists() {
		return b.String() // the gates stand open or shut for nothing
	}
	for _, f := range e.Findings {
		fmt.Fprintln(&b, f.Gate, f.Level, f.Result)
	}
	return b.String()
}

func rowKey(service, environment string) string { return service + "\x00" + environment }

// noticeKey is the same for a sentence whose numbers have moved on.
func noticeKey(sentence string) string {
	return "note\x00\x00" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, sentence)
}
