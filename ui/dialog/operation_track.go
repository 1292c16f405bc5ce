package dialog

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/operate"
	"gonogo/ui/cell"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

// milestone is a state on the way of an operation, in words for before, during and after it.
type milestone struct {
	state             operation.State
	next, now, passed string
	only              bool // drawn only where the operation came, or will come, by it
}

// milestones are the way of an operation that deploys, as far as a person follows it. What GitHub does between queued and
// verifying may come in any order, and more than once.
func milestones() []milestone {
	return []milestone{
		{operation.Confirmed, "confirm", "confirmed", "confirmed", false},
		{operation.Claiming, "claim", "claiming", "claimed", false},
		{operation.Dispatching, "send", "sending", "sent", false},
		{operation.Ambiguous, "", "ambiguous", "ambiguous", true},
		{operation.Queued, "queue", "queued", "queued", true},
		{operation.Awaiting, "review", "review", "reviewed", true},
		{operation.Running, "run", "running", "ran", false},
		{operation.Verifying, "verify", "verifying", "verified", false},
	}
}

// stop is a milestone as it is drawn.
type stop struct {
	state theme.State
	at    time.Time // zero: it is to come, or was passed over
}

// track is the way of an operation: what is done, what is now, what is to come.
func track(t *theme.Theme, o *operate.Operation) []stop {
	reached := map[operation.State]time.Time{}
	for i := range o.Records {
		if r := &o.Records[i]; reached[r.State].IsZero() {
			reached[r.State] = r.At
		}
	}
	reached[o.State] = o.Since
	var stops []stop
	past := true // of what is now
	for _, m := range milestones() {
		at, came := reached[m.state]
		now := m.state == o.State
		if o.Plan.Kind.Word() && (m.state == operation.Verifying || m.state == operation.Running || m.state == operation.Claiming) {
			continue // it takes no lock, and nothing of it is followed
		}
		if o.Plan.Kind == operation.Abort && m.state == operation.Verifying {
			continue // a run that has stopped is all that it is about
		}
		if m.only && !came && (m.state != operation.Awaiting || !foreseen(o)) {
			continue
		}
		if now {
			past = false
		}
		switch {
		case now:
			s := t.Operation(m.state)
			s.Word = m.now
			stops = append(stops, stop{s, at})
		case came && past:
			s := theme.State{Symbol: t.Symbols.Pass, Word: m.passed, Style: t.Text}
			if broken := o.State.Ended() && o.State != operation.Succeeded && m.state == last(o); broken {
				s.Symbol, s.Word = t.Symbols.Skipped, m.now
			}
			stops = append(stops, stop{s, at})
		case o.State.Ended(): // it never came so far
		default:
			stops = append(stops, stop{theme.State{Symbol: t.Symbols.Queued, Word: m.next, Style: t.Faint}, time.Time{}})
		}
	}
	if o.State.Ended() {
		return append(stops, stop{t.Operation(o.State), o.Since})
	}
	return append(stops, stop{theme.State{Symbol: t.Symbols.Queued, Word: "done", Style: t.Faint}, time.Time{}})
}

// foreseen reports whether somebody's review is still to come, as far as that was known when the operation was confirmed.
func foreseen(o *operate.Operation) bool {
	switch o.State {
	case operation.Confirmed, operation.Claiming, operation.Dispatching, operation.Queued:
	default:
		return false
	}
	return slices.ContainsFunc(o.Plan.Findings, func(f model.Finding) bool { return f.Gate == model.GateApproval && f.Result == model.Warn })
}

// last is the state in which an operation was before it ended.
func last(o *operate.Operation) operation.State {
	for i := len(o.Records) - 1; i >= 0; i-- {
		if s := o.Records[i].State; !s.Ended() {
			return s
		}
	}
	return ""
}

// trackRows draw the way, each state over the moment it was reached, in as many pairs of rows as it needs.
func (o *operationSheet) trackRows(b *builder) {
	t, now := b.t, b.kit.Now()
	id, service := o.id, b.s.service
	stops := track(t, &o.read.operation)
	for first := true; len(stops) > 0; first = false {
		n, used := 0, 0
		for n < len(stops) && (n == 0 || used+stopWidth(&stops[n], now) <= b.width-3) {
			used += stopWidth(&stops[n], now)
			n++
		}
		row := stops[:n]
		stops = stops[n:]
		words := pane.Row{ID: "track", Inert: !first, Search: "state " + string(o.read.operation.State), Word: "journal", Enter: func() tea.Cmd {
			return b.kit.Ask(pane.OpenMsg{Target: pane.Target{Kind: pane.JournalKind, Service: service, Name: id}})
		}}
		if !first {
			words.ID = ""
		}
		b.row(words, func(l *cell.Line) {
			l.To(2)
			for i := range row {
				l.State(row[i].state, stopWidth(&row[i], now))
			}
		})
		b.row(pane.Row{Inert: true}, func(l *cell.Line) {
			l.To(2)
			for i := range row {
				text := ""
				if at := row[i].at; !at.IsZero() {
					text = cell.Clock(at, now)
				}
				l.Col(t.Faint, text, stopWidth(&row[i], now))
			}
		})
	}
}

func stopWidth(s *stop, now time.Time) int {
	width := cell.Width(s.state.Symbol) + 1 + cell.Width(s.state.Word)
	if !s.at.IsZero() {
		width = max(width, cell.Width(cell.Clock(s.at, now)))
	}
	return width + 1
}
