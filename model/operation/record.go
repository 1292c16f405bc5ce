package operation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gonogo/model"
)

// Event is what a record of the journal tells.
type Event string

// The events. Each is written before what it announces is done, or after what it reports has been.
const (
	Planned        Event = "planned"         // with the plan
	Approved       Event = "confirmed"       // by the actor
	Claims         Event = "claims"          // before the first network write
	Claimed        Event = "claimed"         // the lock is ours, at Place
	Unclaimed      Event = "unclaimed"       // the lock could not be had; Why
	Reads          Event = "re-read"         // what matters was read again and is as it was confirmed
	Sends          Event = "sends"           // before a send
	DetailsRefused Event = "details refused" // 400 for return_run_details: that was no send
	Answered       Event = "answered"        // Status, and what the answer names
	Unanswered     Event = "unanswered"      // reset, time-out or 5xx: it may have been done
	Adopted        Event = "adopted"         // Run or Deployment is ours; by a person where Actor is set
	Saw            Event = "saw"             // what is followed has moved
	Judged         Event = "judged"          // an end; Why
	Releases       Event = "releases"        // before the lock is deleted
	Released       Event = "released"        // the lock is gone, or is not ours any more
	Marks          Event = "marks"           // before the bad release is vetoed and the environment held, after a rollback
	Marked         Event = "marked"          // they are; or Why they can't be
	Noted          Event = "noted"           // a sentence
)

// Record is one entry of an operation's journal. Records are only ever appended.
type Record struct {
	Operation  string // UUID
	At         time.Time
	Process    string // names the process that wrote it, not to be used again by another
	Event      Event
	State      State // from here on
	Actor      model.Text
	Why        model.Text
	Plan       *Plan
	Place      string // ref of the lock
	Object     string // what the ref points at
	Run        int64
	Deployment int64
	Status     int  // HTTP
	Plain      bool // a send without return_run_details
	Several    int  // how many carried the operation's ID, where it was more than one
	// Found is when what failed the verification was seen, where that is older than the verdict.
	Found time.Time `json:",omitzero"`
	// Lacks are the marks that GitHub refused to a rollback that succeeded: nobody is kept from what they would forbid.
	Lacks []MarkKind `json:",omitempty"`
}

func (r *Record) several() bool { return r.Several > 1 }

// Progress is what the records of one operation add up to.
type Progress struct {
	Plan       Plan
	State      State
	Since      time.Time // in this state
	Process    string    // that wrote the newest record
	Sender     string    // the process that wrote Sends; empty: nothing was sent
	SentAt     time.Time
	Plain      bool // the newest send went without return_run_details
	Refused    bool // return_run_details was refused, and nothing was sent since
	Answer     int  // HTTP status; 0: none yet, or none at all
	Silent     bool // the send was not answered
	ClaimedAt  string
	Object     string
	Claiming   bool       // a claim was announced whose outcome no record tells
	Unlocked   bool       // the lock is known to be gone, or never was
	Marked     bool       // what a rollback leaves behind is there, or can't be
	Lacks      []MarkKind // what of it GitHub refused
	Run        int64
	Deployment int64
	ReadAt     time.Time // of the newest re-reading
	Why        model.Text
	FailedAt   time.Time // what failed its verification was seen then; zero: nothing did
}

// Adopted reports whether what was sent has been found.
func (p *Progress) Adopted() bool { return p.Run != 0 || p.Deployment != 0 }

// Sent names what was sent and found: its run or its deployment.
func (p *Progress) Sent() string {
	if p.Run == 0 && p.Deployment != 0 {
		return fmt.Sprintf("deployment %d", p.Deployment)
	}
	return fmt.Sprintf("run %d", p.Run)
}

// errOrder reports records that can't follow each other.
var errOrder = errors.New("the journal contradicts itself")

// Fold adds up the records of one operation, oldest first. It refuses what the rules forbid: a transition that is not in
// the table, a second send, a send that was not claimed or not re-read for. Records refused so are never acted on.
func Fold(records []Record) (Progress, error) {
	var p Progress
	for i := range records {
		r := &records[i]
		if err := p.add(r); err != nil {
			return p, fmt.Errorf("%w: record %d of operation %s, %s: %w", errOrder, i+1, r.Operation, r.Event, err)
		}
	}
	return p, nil
}

// Add tells what another record would make of the progress. It is asked before each record is written.
func (p Progress) Add(r Record) (Progress, error) {
	if err := p.add(&r); err != nil {
		return p, fmt.Errorf("%w: operation %s, %s: %w", errOrder, r.Operation, r.Event, err)
	}
	return p, nil
}

func (p *Progress) add(r *Record) error {
	if r.Event == Planned && p.State == "" {
		begins := Preflight
		if r.Plan != nil && r.Plan.Kind == Elevate {
			begins = Succeeded
		}
		if r.Plan == nil || r.Plan.ID != r.Operation || r.State != begins {
			return errors.New("an operation begins with its own plan")
		}
		p.Plan, p.State, p.Since, p.Process, p.Why = *r.Plan, r.State, r.At, r.Process, r.Why
		p.Unlocked = true
		return nil
	}
	if p.State == "" || r.Operation != p.Plan.ID {
		return errors.New("it belongs to no plan")
	}
	if r.State != p.State && !Allowed(p.State, r.State) {
		return fmt.Errorf("%s does not become %s", p.State, r.State)
	}
	switch {
	case p.State == Dispatching && r.State == Aborted && p.Sender != "" && (r.Process != p.Sender || p.Answer != 0 || p.Silent):
		return errors.New("only the process that has not sent knows that nothing was sent")
	case r.State == Succeeded && p.State == Running:
		if p.Plan.Kind != Abort {
			return errors.New("only an abort is over when its run has stopped")
		}
	case r.State == Succeeded && p.State != Succeeded && p.State != Verifying && (!p.Plan.Kind.Word() || p.Sender == ""):
		return errors.New("only what is about a run, a ref or a release is over when GitHub has taken it")
	case p.State == Ambiguous && (r.State == Aborted || r.State == Errored) && r.Actor == "" && r.Event != Adopted && !r.several():
		return errors.New("only a person can say what became of it")
	}
	if err := p.take(r); err != nil {
		return err
	}
	if p.State == Verifying && r.State == Failed {
		if p.FailedAt = r.Found; p.FailedAt.IsZero() {
			p.FailedAt = r.At
		}
	}
	if r.State != p.State {
		p.State, p.Since = r.State, r.At
	}
	p.Process = r.Process
	if r.Why != "" {
		p.Why = r.Why
	}
	return nil
}

// take applies what the event itself says.
func (p *Progress) take(r *Record) error {
	if want, fixed := leadsTo[r.Event]; fixed && !slices.Contains(want, r.State) {
		return fmt.Errorf("it can't lead to %s", r.State)
	}
	switch r.Event {
	case Planned: // preflight again, before it was confirmed
		if p.State != Preflight || r.Plan == nil || r.Plan.ID != p.Plan.ID {
			return errors.New("a confirmed plan is never changed")
		}
		p.Plan = *r.Plan
	case Claims:
		p.Claiming, p.Unlocked = p.Plan.Lock, !p.Plan.Lock
	case Claimed:
		p.Claiming, p.ClaimedAt, p.Object = false, r.Place, r.Object
	case Unclaimed:
		p.Claiming, p.Unlocked = false, true
	case Reads:
		p.ReadAt = r.At
	case Sends:
		return p.send(r)
	case DetailsRefused:
		if p.Sender == "" || p.Plain || p.Answer != 0 || p.Silent || p.Adopted() {
			return errors.New("nothing was sent that could be refused so")
		}
		p.Sender, p.SentAt, p.Refused = "", time.Time{}, true
	case Answered, Unanswered:
		if p.Sender == "" || p.Answer != 0 {
			return errors.New("nothing was sent")
		}
		if r.Run != 0 && p.Plan.Follows() && r.Run != p.Plan.Subject {
			return errors.New("it is about another run")
		}
		p.Answer, p.Silent = r.Status, r.Event == Unanswered
		p.adopt(r)
	case Adopted:
		if p.Sender == "" {
			return errors.New("nothing was sent")
		}
		if p.Plan.Follows() && r.Run != p.Plan.Subject {
			return errors.New("it is about another run")
		}
		if p.Adopted() && (r.Run != 0 && p.Run != 0 && r.Run != p.Run || r.Deployment != 0 && p.Deployment != 0 && r.Deployment != p.Deployment) {
			return errors.New("another one was adopted already")
		}
		p.adopt(r)
	case Marks, Marked:
		if !p.marksAfter() {
			return errors.New("only a rollback that succeeded leaves marks behind")
		}
		if r.Event == Marked {
			p.Marked, p.Lacks = true, r.Lacks
		}
	case Released:
		p.Unlocked, p.ClaimedAt, p.Claiming = true, "", false
	}
	return nil
}

// marksAfter reports whether the operation leaves a veto and a hold behind.
func (p *Progress) marksAfter() bool { return p.State == Succeeded && p.Plan.Kind == RollBack }

// Owes reports whether an operation that has ended still has to leave its marks behind.
func (p *Progress) Owes() bool { return p.marksAfter() && !p.Marked }

// Open reports whether something is left to be done: it has not ended, its marks are owed, or its lock may be held.
func (p *Progress) Open() bool { return !p.State.Ended() || !p.Unlocked || p.Owes() }

func (p *Progress) adopt(r *Record) {
	if r.Run != 0 {
		p.Run = r.Run
	}
	if r.Deployment != 0 {
		p.Deployment = r.Deployment
	}
}

// send checks everything that must have happened before.
func (p *Progress) send(r *Record) error {
	switch {
	case p.Sender != "":
		return errors.New("it was sent already")
	case p.State != Claiming && (p.State != Dispatching || !p.Refused):
		return fmt.Errorf("nothing is sent from %s", p.State)
	case p.Refused && !r.Plain:
		return errors.New("return_run_details was refused already")
	case p.Plan.Lock && p.ClaimedAt == "":
		return errors.New("the lock is not held")
	case p.ReadAt.IsZero():
		return errors.New("what matters was not read again")
	case !fresh(p.ReadAt, r.At):
		return errors.New("what matters was read again too long ago")
	}
	p.Sender, p.SentAt, p.Plain, p.Refused = r.Process, r.At, r.Plain, false
	return nil
}

// Reread is how long what was read again may be counted on, by the wall clock: the monotonic one stands still while a
// laptop sleeps.
const Reread = 10 * time.Second

// fresh reports whether what was read at a moment may still be counted on. A clock that was set back proves nothing.
func fresh(at, now time.Time) bool {
	return !at.IsZero() && !now.Before(at) && now.Sub(at) <= Reread
}

// leadsTo are the states that an event can lead to, where it can't be any.
var leadsTo = map[Event][]State{
	Planned:        {Preflight},
	Approved:       {Confirmed},
	Claims:         {Claiming},
	Claimed:        {Claiming},
	Unclaimed:      {Aborted, Errored, Claiming},
	Reads:          {Claiming, Dispatching},
	Sends:          {Dispatching},
	DetailsRefused: {Dispatching},
}
