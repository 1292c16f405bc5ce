package operate

import (
	"context"
	"errors"
	"time"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/github"
)

// How often what moves is looked at, and how long one look may take.
const (
	followEvery = 4 * time.Second
	verifyEvery = 5 * time.Second
	lookFor     = 20 * time.Second
	troubleRest = 5 * time.Second
)

// drive is one operation under way. Its goroutine alone uses it.
type drive struct {
	engine   *Engine
	journal  *journal.Journal
	owned    *owned
	records  []operation.Record
	progress operation.Progress

	handed  bool // the send is on its way, or has been
	drift   []model.Text
	found   *operation.Found
	lock    operation.Lock
	slept   bool
	shown   Operation
	trouble model.Text
	// readAt is when the newest re-reading ended, and real when that was by the machine's monotonic clock: where the two
	// move apart the machine slept, or the process was stopped.
	wall, real time.Time
	decisions  chan decision // a person's words
	ended      chan struct{} // closed when nobody drives any more
	decided    bool          // whether it is rolled back without a person
	apart      bool          // the lock was taken over in two steps
	lockAt     time.Time     // of the newest look at the lock while it is followed
}

// decision is a person's record, and where to say whether it was taken.
type decision struct {
	record operation.Record
	taken  chan error
}

// take hands a person's record to the goroutine that drives.
func (d *drive) take(ctx context.Context, r operation.Record) error {
	word := decision{r, make(chan error, 1)}
	select {
	case d.decisions <- word:
	case <-d.ended:
		return errOver
	case <-ctx.Done():
		return ctx.Err()
	case <-d.engine.ctx.Done():
		return ErrClosed
	}
	select {
	case err := <-word.taken:
		return err
	case <-d.ended:
		return errOver
	case <-d.engine.ctx.Done():
		return ErrClosed
	}
}

// errOver reports that an operation is not driven any more.
var errOver = errors.New("it is over")

// run asks what is next and does it, until nothing is left to be done or the context ends.
func (d *drive) run(ctx context.Context) {
	for ctx.Err() == nil {
		p := d.progress
		step := operation.Next(p, operation.Here{
			Process: d.engine.o.Process, Now: d.now(), Handed: d.handed, Slept: d.hasSlept(), Drift: d.drift, Found: d.found, Lock: d.lock,
		})
		if step.Action == operation.DoNothing {
			return
		}
		if wait := step.Wait.Sub(d.now()); wait > 0 && !d.sleep(ctx, wait) {
			return
		}
		err := d.do(ctx, step)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, journal.ErrUnwritten), errors.Is(err, journal.ErrDamaged):
			d.say(model.Clean(err.Error()))
			return // nothing is done that can't be journalled; the next start goes on
		case err != nil:
			d.say(model.Clean(err.Error()))
			if !d.sleep(ctx, troubleRest) {
				return
			}
		default:
			d.say("")
		}
	}
}

func (d *drive) now() time.Time { return d.engine.o.Clock.Now().Round(0) }

// hasSlept reports that the process was stopped, or the machine slept, since the newest re-reading: the wall clock has then
// gone on without the monotonic one.
func (d *drive) hasSlept() bool {
	if d.wall.IsZero() {
		return false
	}
	apart := time.Now().Round(0).Sub(d.wall) - time.Since(d.real)
	return d.slept || apart > time.Second || apart < -time.Second
}

func (d *drive) sleep(ctx context.Context, wait time.Duration) bool {
	timer, stop := d.engine.o.Clock.NewTimer(wait)
	defer stop()
	select {
	case <-timer:
		return true
	case word := <-d.decisions:
		word.taken <- d.write(ctx, word.record)
		return true
	case <-ctx.Done():
		return false
	}
}

// write appends a record. Nothing that it announces may be done when it fails.
func (d *drive) write(ctx context.Context, r operation.Record) error {
	r.Operation, r.At, r.Process = d.progress.Plan.ID, d.now(), d.engine.o.Process
	d.engine.o.Hook("before journal " + string(r.Event))
	p, err := d.journal.Append(ctx, r)
	if err != nil {
		return err
	}
	d.engine.o.Hook("after journal " + string(r.Event))
	// Another process may have noted something meanwhile: a person's review.
	if d.records, err = d.journal.Records(ctx, r.Operation); err != nil {
		return err
	}
	d.progress = p
	d.tell()
	return nil
}

func (d *drive) tell() {
	d.shown.Undecided = d.undecided()
	d.shown.Progress, d.shown.Records, d.shown.Driven, d.shown.Trouble = d.progress, d.records[:len(d.records):len(d.records)], true, d.trouble
	d.engine.tell(d.shown)
}

// say tells what stands in the way, once.
func (d *drive) say(trouble model.Text) {
	if d.trouble != trouble {
		d.trouble = trouble
		d.tell()
	}
}

func (d *drive) client() (*github.Client, error) { return d.engine.o.Clients(d.progress.Plan.Host) }

// do does one step.
func (d *drive) do(ctx context.Context, step operation.Step) error {
	switch step.Action {
	case operation.DoClaim:
		return d.claim(ctx)
	case operation.DoRecheck:
		return d.recheck(ctx)
	case operation.DoReread:
		return d.reread(ctx)
	case operation.DoSend:
		return d.send(ctx, step.Plain)
	case operation.DoFind, operation.DoAsk:
		return d.find(ctx)
	case operation.DoAdopt:
		return d.write(ctx, operation.Record{Event: operation.Adopted, State: step.State, Run: step.Run, Deployment: step.Deploy, Why: step.Why})
	case operation.DoFollow:
		return d.follow(ctx)
	case operation.DoVerify:
		return d.verify(ctx)
	case operation.DoMark:
		return d.leaveMarks(ctx)
	case operation.DoRelease:
		return d.unlock(ctx)
	case operation.DoEnd:
		event := operation.Judged
		if p := d.progress; p.State == operation.Claiming && p.Claiming && d.lock.Known && d.lock.Owner != p.Plan.ID {
			event = operation.Unclaimed
		}
		return d.write(ctx, operation.Record{Event: event, State: step.State, Why: step.Why, Several: step.Many})
	}
	return nil
}

// look bounds one look at GitHub.
func look(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, lookFor)
}
