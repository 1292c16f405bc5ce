package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/sources/config"
	"gonogo/sources/discover"
	"gonogo/sources/github"
	"gonogo/sources/refresh"
)

const (
	// discoverAgain is how long after a discovery that failed the next one is tried: while nothing is known, and else.
	discoverAgain = time.Minute
	discoverLater = time.Hour
	// discoverPause is how long a person's wish to look again finds the last discovery young enough, and one that failed.
	discoverPause       = time.Minute
	discoverPauseFailed = 5 * time.Second
)

// discovery finds out what to look at, where no configuration says it. It is nil where one does.
type discovery struct {
	subject discover.Subject
	asked   chan struct{} // a person wants it made again
	first   chan struct{} // closed when the first one has ended

	mu    sync.Mutex
	kept  discover.Kept
	tried time.Time
	ended bool  // first is closed
	err   error // of the last one
}

func newDiscovery(o Options) *discovery {
	if o.Source.Origin != config.Discovered {
		return nil
	}
	return &discovery{subject: *o.Subject, kept: o.Kept, asked: make(chan struct{}, 1), first: make(chan struct{})}
}

// wait is how long it is until the discovery is made (again).
func (d *discovery) wait(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.kept.Source.Data != nil
	due := time.Time{}
	switch {
	case d.err != nil && known:
		due = d.tried.Add(discoverLater)
	case d.err != nil:
		due = d.tried.Add(discoverAgain)
	case known && !d.kept.At.After(now):
		due = d.kept.At.Add(discover.MaxAge)
	}
	var p *github.Problem
	if errors.As(d.err, &p) && p.Until.After(due) {
		due = p.Until
	}
	return due.Sub(now)
}

// wish has the discovery made again soon.
func (d *discovery) wish() {
	select {
	case d.asked <- struct{}{}:
	default:
	}
}

// discovering makes the discovery whenever it is due, until ctx ends.
func (f *Fleet) discovering(ctx context.Context) {
	d := f.discovery
	for {
		if wait := d.wait(f.Now()); wait > 0 {
			timer, stop := f.o.Clock.NewTimer(wait)
			select {
			case <-ctx.Done():
				stop()
				return
			case <-timer:
			case <-d.asked:
				stop()
				if d.young(f.Now()) {
					continue
				}
			}
		}
		f.discoverNow(ctx)
		if ctx.Err() != nil {
			return
		}
	}
}

// young reports whether the last discovery needs no other yet.
func (d *discovery) young(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return now.Sub(d.tried) < discoverPauseFailed
	}
	return now.Sub(d.tried) < discoverPause
}

// discoverNow makes the discovery once, and looks at what was found if it is another fleet than before.
func (f *Fleet) discoverNow(ctx context.Context) {
	d := f.discovery
	d.mu.Lock()
	d.tried = f.Now()
	before := d.kept
	d.mu.Unlock()
	f.announce(model.Changed{})
	after, err := f.discover(ctx, before)
	if ctx.Err() != nil {
		return
	}
	if err == nil && !bytes.Equal(before.Source.Data, after.Source.Data) {
		err = f.exchange(ctx, after.Source)
	}
	d.mu.Lock()
	d.err = err
	if err == nil {
		d.kept = after
	}
	if !d.ended {
		d.ended = true
		close(d.first)
	}
	d.mu.Unlock()
	f.announce(model.Changed{})
}

// discover reads GitHub and keeps what it finds. What can't be kept is looked at all the same, and found again at the
// next start.
func (f *Fleet) discover(ctx context.Context, before discover.Kept) (discover.Kept, error) {
	s := f.discovery.subject
	client, err := f.clients.forHost(s.Repo.Host)
	if err != nil {
		return before, err
	}
	found, err := discover.Discover(ctx, client, s, f.Now())
	if err != nil {
		return before, err
	}
	after, err := before.Keep(found, f.Now())
	if err != nil {
		after.Notes = append(after.Notes, err.Error())
	}
	return after, nil
}

// exchange looks at another configuration from now on. What reads is ended first: two would share the cache's leases.
func (f *Fleet) exchange(ctx context.Context, source config.Source) error {
	set, err := configure(f.o, source)
	if err != nil {
		return fmt.Errorf("read what was discovered of %s: %w", f.discovery.subject.Repo, err)
	}
	f.mu.Lock()
	old := f.refresher
	f.refresher = nil
	f.mu.Unlock()
	if old != nil {
		old.Close()
	}
	f.set.Store(set)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.read(ctx)
	}
	return nil
}

// read starts what reads, with what was asked for meanwhile. The fleet is locked.
func (f *Fleet) read(ctx context.Context) {
	f.refresher = refresh.Start(ctx, f.refreshOptions())
	if f.selected != "" {
		f.refresher.Select(f.selected)
	}
	for _, services := range f.asked {
		f.refresher.Refresh(services...)
	}
	f.asked = nil
}

// Discovered returns when it is known what to look at: at once where a configuration says it, or a discovery is kept.
// The error is why nothing was discovered.
func (f *Fleet) Discovered(ctx context.Context) error {
	d := f.discovery
	if d == nil || len(f.Config().Services) > 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("discover %s: %w", d.subject.Repo, ctx.Err())
	case <-d.first:
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return fmt.Errorf("discover %s: %w", d.subject.Repo, d.err)
	}
	return nil
}

// status says how the discovery stands; nil where a configuration says what to look at.
func (d *discovery) status() *board.Discovery {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := &board.Discovery{
		Repo: d.subject.Repo.FullName(), Host: d.subject.Repo.Host, Why: d.subject.Why,
		Found: d.kept.Source.Data != nil, Notes: slices.Clone(d.kept.Notes),
	}
	if d.err != nil {
		s.Problem = d.err.Error()
	}
	return s
}

// Look discovers a fleet once, without opening it. Of the options it takes those that say how to ask.
func Look(ctx context.Context, o Options, s discover.Subject) (discover.Found, error) {
	c := newClients(o, s.URL(), func(*github.Client, github.Wrote) {})
	defer c.close()
	client, err := c.forHost(s.Repo.Host)
	if err != nil {
		return discover.Found{}, fmt.Errorf("discover %s: %w", s.Repo, err)
	}
	found, err := discover.Discover(ctx, client, s, o.Clock.Now())
	if err != nil {
		return found, fmt.Errorf("discover %s: %w", s.Repo, err)
	}
	return found, nil
}
