package operate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gonogo/cache/journal"
	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/model/readiness"
	"gonogo/sources/clock"
	"gonogo/sources/github"
)

// Options say what an engine acts with.
type Options struct {
	// Folder keeps the journals, one a host, and the locks of who drives.
	Folder string
	// NetworkFS says that locks can't be trusted there, so that nothing may be done.
	NetworkFS bool
	Fleet     func() *model.Fleet
	Clients   func(host string) (*github.Client, error)
	// Facts are what is known of a service now, from the cache.
	Facts func(ctx context.Context, service string) (readiness.Facts, error)
	// Samples are what a check has answered since a moment, oldest first.
	Samples func(ctx context.Context, service, environment, check string, since time.Time) ([]model.Sample, error)
	// Refresh asks to read a service again soon: something has moved.
	Refresh func(service string)
	// Want has one thing of a service read into the cache, where it is known how; nil: nothing is.
	Want  func(service string, signal model.Signal, subject string)
	Clock clock.Clock
	// NewID makes an operation's UUID; Process names this process, never to be used by another.
	NewID   func() string
	Process string
	// Go starts a goroutine, so that whoever owns the terminal hears of a panic in it.
	Go func(func())
	// Changed is told when an operation has come on.
	Changed func(Operation)
	// ReadOnly says why nothing may be done now: a person wants so, or what is configured isn't trusted; empty: it may.
	ReadOnly func() string
	// Permissions are what the tokens in use may not write, as far as GitHub has said so.
	Permissions func(ctx context.Context) ([]model.Permission, error)
	// LockOptional says that this person's own configuration lets them act where the lock can't be taken.
	LockOptional bool
	Log          *slog.Logger

	// Hook is told of every journal write and every write to GitHub, before and after, so that tests can kill there; nil:
	// nobody is.
	Hook func(point string)
}

// Engine prepares and drives operations. Make it with New; Close ends what it drives.
type Engine struct {
	o Options

	mu       sync.Mutex
	journals map[string]*journal.Journal
	driving  map[string]*drive // by operation
	seen     map[string]Operation
	places   map[string]string // where locks go, by host and repository: RefRoot or RefFallback
	closed   bool
	ctx      context.Context
	cancel   context.CancelFunc
	done     sync.WaitGroup
}

// Operation is what is told of an operation: to the screen, to headless commands.
type Operation struct {
	operation.Progress
	Records []operation.Record
	Jobs    []model.Job
	Run     model.Run
	Pending []model.PendingDeployment
	// Deployment is the one that it made in the environment, the newest; zero: none was seen yet.
	Deployment model.Deployment
	// Found is what the newest look for what was sent has found, where the answer was lost.
	Found operation.Found
	// Driven says that this process drives it; else Held says who does, or why nobody can.
	Driven bool
	Held   model.Text
	// Undecided says that it may yet be rolled back without a person; WentBack is the rollback that it was then.
	Undecided bool
	WentBack  string
	// Trouble is what stands in the way now: GitHub doesn't answer, for one. It goes on by itself.
	Trouble model.Text
	Until   time.Time // of verification
}

// New makes an engine. Nothing is opened before something is to be done.
func New(ctx context.Context, o Options) *Engine {
	if o.Hook == nil {
		o.Hook = func(string) {}
	}
	e := &Engine{o: o, journals: map[string]*journal.Journal{}, driving: map[string]*drive{}, seen: map[string]Operation{}, places: map[string]string{}}
	e.ctx, e.cancel = context.WithCancel(ctx)
	return e
}

// Close ends what is driven here, where it stands, and closes the journals. What has not ended is gone on with at the next
// start, or by another process.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cancel()
	e.done.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	var problems []error
	for _, j := range e.journals {
		problems = append(problems, j.Close())
	}
	e.journals = map[string]*journal.Journal{}
	return errors.Join(problems...)
}

// ErrClosed reports that the engine has been closed.
var ErrClosed = errors.New("gonogo is ending")

// journal opens a host's journal.
func (e *Engine) journal(host string) (*journal.Journal, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if j := e.journals[host]; j != nil {
		return j, nil
	}
	j, err := journal.Open(e.ctx, journal.Options{Path: e.path(host), NetworkFS: e.o.NetworkFS})
	if err != nil {
		return nil, err
	}
	e.journals[host] = j
	return j, nil
}

// path is where a host's journal is.
func (e *Engine) path(host string) string {
	return filepath.Join(e.o.Folder, "journal-"+operation.EscapeRef(host)+".sqlite")
}

// kept are the hosts that have a journal: nothing was ever done on the others.
func (e *Engine) kept() []string {
	return slices.DeleteFunc(e.hosts(), func(host string) bool {
		_, err := os.Stat(e.path(host))
		return errors.Is(err, fs.ErrNotExist)
	})
}

// hosts are those of the fleet's services.
func (e *Engine) hosts() []string {
	var all []string
	seen := map[string]bool{}
	fleet := e.o.Fleet()
	for i := range fleet.Services {
		if h := fleet.Services[i].DeployRepo().Host; !seen[h] {
			seen[h] = true
			all = append(all, h)
		}
	}
	return all
}

// Recover goes on with every operation of this fleet's hosts that has not ended, as far as nobody else drives it. It is
// called at the start, and again now and then: another process may have died.
func (e *Engine) Recover(ctx context.Context) error {
	var problems []error
	for _, host := range e.kept() {
		j, err := e.journal(host)
		if err != nil {
			problems = append(problems, fmt.Errorf("look for unfinished operations on %s: %w", host, err))
			continue
		}
		open, err := j.Unfinished(ctx)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, p := range open {
			e.resume(ctx, j, p)
		}
		e.finish(ctx, j, host, open)
	}
	return errors.Join(problems...)
}

// resume drives an operation that another process left, unless that one still lives.
func (e *Engine) resume(ctx context.Context, j *journal.Journal, p operation.Progress) {
	e.mu.Lock()
	_, here := e.driving[p.Plan.ID]
	e.mu.Unlock()
	if here {
		return
	}
	records, err := j.Records(ctx, p.Plan.ID)
	if err != nil {
		return // Recover is called again
	}
	if err := e.writable(); err != nil {
		e.hold(p, records, model.Clean("nothing goes on with it from here: "+err.Error()))
		return
	}
	own, err := e.own(&p.Plan)
	if err != nil {
		e.hold(p, records, model.Clean(err.Error()))
		return
	}
	e.start(&drive{engine: e, journal: j, records: records, progress: p, owned: own})
}

// start begins to drive.
func (e *Engine) start(d *drive) {
	e.mu.Lock()
	if e.closed || e.driving[d.progress.Plan.ID] != nil {
		e.mu.Unlock()
		d.owned.release()
		return
	}
	d.decisions, d.ended = make(chan decision), make(chan struct{})
	e.driving[d.progress.Plan.ID] = d
	e.done.Add(1)
	e.mu.Unlock()
	d.tell()
	e.o.Go(func() {
		defer e.done.Done()
		defer func() {
			d.owned.release()
			e.mu.Lock()
			delete(e.driving, d.progress.Plan.ID)
			e.mu.Unlock()
			close(d.ended)
		}()
		d.run(e.ctx)
		d.owned.release()
		d.goBack(e.ctx)
	})
}

func (e *Engine) tell(o Operation) {
	e.mu.Lock()
	e.seen[o.Plan.ID] = o
	e.mu.Unlock()
	if e.o.Changed != nil {
		e.o.Changed(o)
	}
}

// Operation is what is known of an operation that this process has seen.
func (e *Engine) Operation(id string) (Operation, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	o, ok := e.seen[id]
	return o, ok
}

// Moving are the operations that have not ended, of this process and of others.
func (e *Engine) Moving() []Operation {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Operation
	for _, o := range e.seen {
		if !o.State.Ended() || o.Undecided {
			all = append(all, o)
		}
	}
	return all
}

// History are the newest operations of the fleet's hosts, newest first.
func (e *Engine) History(ctx context.Context, most int) ([]operation.Progress, error) {
	var all []operation.Progress
	for _, host := range e.kept() {
		j, err := e.journal(host)
		if err != nil {
			return nil, err
		}
		list, err := j.Newest(ctx, most)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b operation.Progress) int { return b.Plan.MadeAt.Compare(a.Plan.MadeAt) })
	return all[:min(len(all), most)], nil
}

// Records are the whole journal of an operation; none where no host's journal knows it.
func (e *Engine) Records(ctx context.Context, id string) ([]operation.Record, error) {
	for _, host := range e.kept() {
		j, err := e.journal(host)
		if err != nil {
			return nil, err
		}
		if records, err := j.Records(ctx, id); err != nil || len(records) > 0 {
			return records, err
		}
	}
	return nil, nil
}

// VerifyAll looks whether the journals of the fleet's hosts are what was written, and counts their records.
func (e *Engine) VerifyAll(ctx context.Context, anchors []journal.Anchor) (n int64, err error) {
	for _, host := range e.kept() {
		j, err := e.journal(host)
		if err != nil {
			return n, err
		}
		one, err := j.Verify(ctx, anchors)
		n += one
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
