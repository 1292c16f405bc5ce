package operation_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
)

var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

const id = "8d7f3c1e-1111-4222-8333-000000000001"

// journal is a well-ordered journal up to an event; each record comes a second after the one before.
func journal(upTo operation.Event) []operation.Record {
	all := []operation.Record{
		{Event: operation.Planned, State: operation.Preflight, Plan: &operation.Plan{ID: id, Kind: operation.Promote, Lock: true, Release: release(1)}},
		{Event: operation.Approved, State: operation.Confirmed, Actor: "ada"},
		{Event: operation.Claims, State: operation.Claiming},
		{Event: operation.Claimed, State: operation.Claiming, Place: "refs/gonogo/lock/api/production"},
		{Event: operation.Reads, State: operation.Claiming},
		{Event: operation.Sends, State: operation.Dispatching},
		{Event: operation.Answered, State: operation.Queued, Status: 200, Run: 7},
		{Event: operation.Saw, State: operation.Running},
		{Event: operation.Saw, State: operation.Verifying},
		{Event: operation.Judged, State: operation.Succeeded},
		{Event: operation.Releases, State: operation.Succeeded},
		{Event: operation.Released, State: operation.Succeeded},
	}
	for i := range all {
		all[i].Operation, all[i].At, all[i].Process = id, noon.Add(time.Duration(i)*time.Second), "p1"
	}
	for i := range all {
		if all[i].Event == upTo {
			return all[:i+1]
		}
	}
	return all
}

func TestFoldRefuses(t *testing.T) {
	at := noon.Add(6 * time.Second)
	record := func(e operation.Event, s operation.State, change ...func(*operation.Record)) operation.Record {
		r := operation.Record{Operation: id, At: at, Process: "p1", Event: e, State: s}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	by := func(process string) func(*operation.Record) { return func(r *operation.Record) { r.Process = process } }
	for _, c := range []struct {
		name  string
		after []operation.Record
		r     operation.Record
		want  string
	}{
		{"a second send", journal(operation.Sends), record(operation.Sends, operation.Dispatching), "sent already"},
		{"a send without the lock", without(journal(operation.Reads), operation.Claimed), record(operation.Sends, operation.Dispatching), "lock is not held"},
		{"a send without reading again", journal(operation.Claimed), record(operation.Sends, operation.Dispatching), "not read again"},
		{"a send on what was read 11 s ago", journal(operation.Reads), record(operation.Sends, operation.Dispatching, func(r *operation.Record) { r.At = noon.Add(15 * time.Second) }), "too long ago"},
		{"a send by a clock that was set back", journal(operation.Reads), record(operation.Sends, operation.Dispatching, func(r *operation.Record) { r.At = noon }), "too long ago"},
		{"another plan after confirming", journal(operation.Approved), record(operation.Planned, operation.Preflight, func(r *operation.Record) { r.Plan = &operation.Plan{ID: id} }), "does not become"},
		{"a record of another operation", journal(operation.Claims), record(operation.Claimed, operation.Claiming, func(r *operation.Record) { r.Operation = "x" }), "belongs to no plan"},
		{"a state that can't follow", journal(operation.Claimed), record(operation.Saw, operation.Running), "does not become"},
		{"an end that is left again", journal(operation.Judged), record(operation.Saw, operation.Running), "does not become"},
		{"aborted by a process that can't know", journal(operation.Sends), record(operation.Judged, operation.Aborted, by("p2")), "only the process"},
		{"aborted after an answer got lost", append(journal(operation.Sends), record(operation.Unanswered, operation.Dispatching)), record(operation.Judged, operation.Aborted), "only the process"},
		{"ambiguous ended by nobody", append(journal(operation.Sends), record(operation.Judged, operation.Ambiguous)), record(operation.Judged, operation.Aborted), "only a person"},
		{"a second run adopted", journal(operation.Answered), record(operation.Adopted, operation.Queued, func(r *operation.Record) { r.Run = 8 }), "another one was adopted"},
		{"details refused twice", append(journal(operation.Sends), record(operation.DetailsRefused, operation.Dispatching), record(operation.Sends, operation.Dispatching, func(r *operation.Record) { r.Plain = true })), record(operation.DetailsRefused, operation.Dispatching), "nothing was sent that could be refused so"},
		{"the same field sent again after it was refused", append(journal(operation.Sends), record(operation.DetailsRefused, operation.Dispatching)), record(operation.Sends, operation.Dispatching), "refused already"},
		{"an answer to nothing", journal(operation.Reads), record(operation.Answered, operation.Claiming), "nothing was sent"},
		{"confirmed into another state", journal(operation.Planned), record(operation.Approved, operation.Aborted), "can't lead to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := operation.Fold(c.after)
			if err != nil {
				t.Fatalf("what came before: %v", err)
			}
			if _, err := p.Add(c.r); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it was answered by %v instead of %q", err, c.want)
			}
		})
	}
}

func without(records []operation.Record, e operation.Event) []operation.Record {
	var left []operation.Record
	for _, r := range records {
		if r.Event != e {
			left = append(left, r)
		}
	}
	return left
}

func TestAPersonEndsAnAmbiguousOperation(t *testing.T) {
	records := append(journal(operation.Sends),
		operation.Record{Operation: id, At: noon.Add(time.Minute), Process: "p2", Event: operation.Judged, State: operation.Ambiguous},
		operation.Record{Operation: id, At: noon.Add(time.Hour), Process: "p2", Event: operation.Judged, State: operation.Aborted, Actor: "ada", Why: "looked: no run was made"})
	p, err := operation.Fold(records)
	if err != nil || p.State != operation.Aborted {
		t.Errorf("%v, %v", p.State, err)
	}
}

// Whatever records come in whatever order: what Fold accepts keeps the rules.
func TestFoldOfAnything(t *testing.T) {
	events := []operation.Event{
		operation.Planned, operation.Approved, operation.Claims, operation.Claimed, operation.Unclaimed, operation.Reads, operation.Sends, operation.DetailsRefused,
		operation.Answered, operation.Unanswered, operation.Adopted, operation.Saw, operation.Judged, operation.Releases, operation.Released, operation.Noted,
	}
	r := rand.New(rand.NewPCG(1, 1))
	sentBy := 0
	for range 3000 {
		var p operation.Progress
		at, sends, claimed, read := noon, 0, false, time.Time{}
		for range 60 {
			states := operation.States()
			next := operation.Record{
				Operation: id, At: at, Process: []string{"p1", "p2"}[r.IntN(2)], Event: events[r.IntN(len(events))], State: states[r.IntN(len(states))],
				Plan: &operation.Plan{ID: id, Lock: true}, Plain: r.IntN(2) == 0, Status: []int{0, 200, 204, 400, 502}[r.IntN(5)], Run: int64(r.IntN(3)), Place: "x", Actor: []model.Text{"", "ada"}[r.IntN(2)],
			}
			if r.IntN(3) > 0 && p.State != "" { // mostly something that may follow
				next.State = p.State
				if r.IntN(2) == 0 {
					next = follow(p, next)
				}
			}
			q, err := p.Add(next)
			if err != nil {
				continue
			}
			switch next.Event {
			case operation.Sends:
				sends++
				if !claimed || read.IsZero() || at.Sub(read) > operation.Reread {
					t.Fatalf("sent with claimed %v and read again at %v", claimed, read)
				}
			case operation.DetailsRefused:
				sends--
			case operation.Claimed:
				claimed = true
			case operation.Released, operation.Claims:
				claimed = claimed && next.Event != operation.Released
			case operation.Reads:
				read = at
			}
			if sends > 1 {
				t.Fatalf("%d sends", sends)
			}
			if p.State.Ended() && q.State != p.State {
				t.Fatalf("%s was left for %s", p.State, q.State)
			}
			p = q
			at = at.Add(time.Duration(r.IntN(9)) * time.Second)
		}
		sentBy += sends
	}
	if sentBy == 0 {
		t.Error("nothing was ever sent: the generator proves nothing")
	}
}

// follow makes a record that the good way would bring next.
func follow(p operation.Progress, r operation.Record) operation.Record {
	switch p.State {
	case operation.Preflight:
		r.Event, r.State = operation.Approved, operation.Confirmed
	case operation.Confirmed:
		r.Event, r.State = operation.Claims, operation.Claiming
	case operation.Claiming:
		switch {
		case p.ClaimedAt == "":
			r.Event = operation.Claimed
		case p.ReadAt.IsZero():
			r.Event = operation.Reads
		default:
			r.Event, r.State = operation.Sends, operation.Dispatching
		}
	}
	return r
}

func TestTransitions(t *testing.T) {
	for _, from := range operation.States() {
		ways := 0
		for _, to := range operation.States() {
			if !operation.Allowed(from, to) {
				continue
			}
			ways++
			if from.Sent() && !to.Sent() && !to.Ended() {
				t.Errorf("%s goes back to %s", from, to)
			}
			if to == operation.Superseded && !from.Yields() {
				t.Errorf("%s can be taken over", from)
			}
			if to == operation.Ambiguous && from != operation.Dispatching {
				t.Errorf("%s becomes ambiguous", from)
			}
		}
		if from.Ended() != (ways == 0) {
			t.Errorf("%s: ended %v, ways out %d", from, from.Ended(), ways)
		}
	}
}

// That a person lifts their own read-only is over as it is journalled: nothing is left to be gone on with, and nothing else
// begins at its end.
func TestElevatingIsOneRecord(t *testing.T) {
	begin := func(kind operation.Kind, state operation.State) operation.Record {
		return operation.Record{Operation: id, Event: operation.Planned, State: state, Why: "an incident", Plan: &operation.Plan{ID: id, Kind: kind}}
	}
	p, err := operation.Fold([]operation.Record{begin(operation.Elevate, operation.Succeeded)})
	if err != nil || p.Open() || p.State != operation.Succeeded || p.Why != "an incident" {
		t.Errorf("%v: %+v", err, p)
	}
	if _, err := p.Add(operation.Record{Operation: id, Event: operation.Claims, State: operation.Claiming}); err == nil {
		t.Error("something follows it")
	}
	for kind, state := range map[operation.Kind]operation.State{operation.Elevate: operation.Preflight, operation.Promote: operation.Succeeded, operation.Hold: operation.Succeeded} {
		if _, err := operation.Fold([]operation.Record{begin(kind, state)}); err == nil {
			t.Errorf("%s begins as %s", kind, state)
		}
	}
}
