package theme

import (
	"strings"

	"gonogo/model"
)

// State is how a state is shown: a symbol and a word, and the style that repeats them.
type State struct {
	Symbol string
	Word   string
	Style  Style
}

// String is the state without its style: "✓ GO".
func (s State) String() string { return s.Symbol + " " + s.Word }

// Render is the state as drawn.
func (s State) Render() string { return s.Style.Render(s.Symbol + " " + s.Word) }

// Verdict shows a verdict.
func (t Theme) Verdict(v model.Verdict) State {
	s := State{Word: v.String()}
	switch v {
	case model.Go:
		s.Symbol, s.Style = t.Symbols.Go, t.Good
	case model.UpToDate:
		s.Symbol, s.Style = t.Symbols.UpToDate, t.Settled
	case model.Waiting:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	case model.NoGo:
		s.Symbol, s.Style = t.Symbols.NoGo, t.Bad
	case model.Erroneous:
		s.Symbol, s.Style = t.Symbols.Error, t.Error
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
	}
	return s
}

// Result shows what a gate says.
func (t Theme) Result(r model.Result) State {
	s := State{Word: r.String()}
	switch r {
	case model.Pass:
		s.Symbol, s.Style = t.Symbols.Pass, t.Good
	case model.NotApplicable:
		s.Symbol, s.Style = t.Symbols.NotApplicable, t.Faint
	case model.Warn:
		s.Symbol, s.Style = t.Symbols.Warn, t.Warn
	case model.Wait:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	case model.Fail:
		s.Symbol, s.Style = t.Symbols.Fail, t.Bad
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
	}
	return s
}

// Health shows a health state.
func (t Theme) Health(h model.HealthState) State {
	s := State{Word: h.String()}
	switch h {
	case model.Healthy:
		s.Symbol, s.Style = t.Symbols.Pass, t.Good
	case model.Progressing:
		s.Symbol, s.Style = t.Symbols.Progressing, t.Active
	case model.Degraded:
		s.Symbol, s.Style = t.Symbols.Degraded, t.Warn
	case model.Unhealthy:
		s.Symbol, s.Style = t.Symbols.Unhealthy, t.Bad
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
	}
	return s
}

// Unchecked shows the health of an environment that has no checks.
func (t Theme) Unchecked() State {
	return State{Symbol: t.Symbols.NotApplicable, Word: "no checks", Style: t.Faint}
}

// Run shows how a run, job, step or check stands: its conclusion once it has one,
// else its status. Values that GitHub has not invented yet are shown as their word.
func (t Theme) Run(status model.RunStatus, c model.Conclusion) State {
	if c != "" {
		return t.conclusion(c)
	}
	s := State{Word: words(string(status))}
	switch status {
	case model.StatusInProgress:
		s.Symbol, s.Style, s.Word = t.Symbols.Running, t.Active, "running"
	case model.StatusQueued, model.StatusRequested, model.StatusPending:
		s.Symbol, s.Style = t.Symbols.Queued, t.Faint
	case model.StatusWaiting:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
		if status == "" {
			s.Word = "unknown"
		}
	}
	return s
}

func (t Theme) conclusion(c model.Conclusion) State {
	s := State{Word: words(string(c))}
	switch c {
	case model.Success:
		s.Symbol, s.Style = t.Symbols.Pass, t.Good
	case model.Failure, model.TimedOut, model.StartupFailure:
		s.Symbol, s.Style = t.Symbols.Fail, t.Bad
	case model.Cancelled:
		s.Symbol, s.Style = t.Symbols.Cancelled, t.Warn
	case model.ActionRequired:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	case model.Skipped, model.Neutral, model.Stale:
		s.Symbol, s.Style = t.Symbols.Skipped, t.Faint
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
	}
	return s
}

// Deployment shows the state of a deployment.
func (t Theme) Deployment(d model.DeploymentState) State {
	s := State{Word: words(string(d))}
	switch d {
	case model.DeploymentSuccess:
		s.Symbol, s.Style = t.Symbols.Pass, t.Good
	case model.DeploymentFailure, model.DeploymentError:
		s.Symbol, s.Style = t.Symbols.Fail, t.Bad
	case model.DeploymentInProgress:
		s.Symbol, s.Style, s.Word = t.Symbols.Running, t.Active, "deploying"
	case model.DeploymentQueued, model.DeploymentPending:
		s.Symbol, s.Style = t.Symbols.Queued, t.Faint
	case model.DeploymentWaiting:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	case model.DeploymentInactive, model.DeploymentDestroyed, model.DeploymentAbandoned:
		s.Symbol, s.Style = t.Symbols.Skipped, t.Faint
	default:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
		if d == "" {
			s.Word = "unknown"
		}
	}
	return s
}

// words makes a word of GitHub's a phrase: "timed_out" is "timed out".
func words(s string) string { return strings.ReplaceAll(s, "_", " ") }
