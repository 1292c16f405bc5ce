package theme

import "gonogo/model/operation"

// Operation shows where an operation is.
func (t Theme) Operation(o operation.State) State {
	s := State{Word: string(o)}
	switch o {
	case operation.Succeeded:
		s.Symbol, s.Style = t.Symbols.Pass, t.Good
	case operation.Failed:
		s.Symbol, s.Style = t.Symbols.Fail, t.Bad
	case operation.Errored:
		s.Symbol, s.Style = t.Symbols.Error, t.Bad
	case operation.Ambiguous:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Bad
	case operation.Inconclusive:
		s.Symbol, s.Style = t.Symbols.Unknown, t.Unknown
	case operation.Aborted:
		s.Symbol, s.Style = t.Symbols.Cancelled, t.Warn
	case operation.Superseded:
		s.Symbol, s.Style = t.Symbols.Skipped, t.Faint
	case operation.Awaiting:
		s.Symbol, s.Style = t.Symbols.Wait, t.Wait
	case operation.Draft, operation.Preflight:
		s.Symbol, s.Style = t.Symbols.Queued, t.Faint
	default: // it moves
		s.Symbol, s.Style = t.Symbols.Running, t.Active
	}
	return s
}
