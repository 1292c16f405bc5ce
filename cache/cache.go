// Package cache keeps what was read, so that the screen never waits for a network: one SQLite file for each
// configuration, in the user's cache folder. It may be deleted at any time. Sources fill it through refresh, its only
// writer; everything that is drawn is read from it.
//
// Several processes share a file: writers take turns (BEGIN IMMEDIATE, repeated while another writes), and each learns
// of the others' news by Version and News. No token is ever stored; validators are keyed by a salted hash of it.
//
// How large the file becomes is bounded; see Thin.
package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gonogo/model"
)

// DefaultKeep is how long history is kept where the configuration doesn't say.
const DefaultKeep = 90 * 24 * time.Hour

// patience is how long a transaction waits for other processes before it gives up with ErrBusy.
const patience = 10 * time.Second

// Options say where a cache is and how long it remembers.
type Options struct {
	Path string        // of the file; its folder is made where it is missing
	Keep time.Duration // how long history is kept; zero is DefaultKeep
	Now  func() time.Time
	// NetworkFS says that the file system's locks or shared memory can't be trusted, so that no write-ahead log is used.
	// It is also found out by itself for the usual network file systems.
	NetworkFS bool

	maxPages int // tests only: a disk that is full
}

// Cache is an open cache. It may be used by several goroutines at once.
type Cache struct {
	options Options
	process int64 // names this process in the table of changes

	replaced atomic.Int64

	mu     sync.RWMutex // held for writing only while the file is replaced
	store  *store
	notice string
}

// Open opens the cache, and makes or migrates it where needed. A file of a newer gonogo is refused with ErrNewer. A
// damaged file is set aside as NAME.damaged-TIME and rebuilt; where nothing can be written the cache lives in memory,
// with what could be read of the file. Notice says so then.
func Open(ctx context.Context, o Options) (*Cache, error) {
	o = o.complete()
	c := &Cache{options: o, process: processName()}
	s, err := openFile(ctx, o)
	// SQLite doesn't wait for another process that is turning the file into one with a write-ahead log.
	for began := time.Now(); busy(err) && time.Since(began) < openPatience && sleep(ctx, 10*time.Millisecond+rand.N(20*time.Millisecond)); {
		s, err = openFile(ctx, o)
	}
	switch {
	case err == nil:
		c.store = s
		return c, nil
	case damaged(err):
		err = c.rebuild(ctx, nil, err)
	case unwritable(err):
		err = c.toMemory(ctx, nil, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the cache %s: %w", o.Path, err)
	}
	return c, nil
}

// openPatience is how long Open waits for another process that opens the same file for the first time.
const openPatience = 5 * time.Second

// OpenMemory opens a cache that is forgotten when it is closed. Notice says why.
func OpenMemory(ctx context.Context, o Options, why string) (*Cache, error) {
	o = o.complete()
	c := &Cache{options: o, process: processName(), notice: why}
	s, err := openMemory(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open a cache in memory: %w", err)
	}
	c.store = s
	return c, nil
}

func (o Options) complete() Options {
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if !o.NetworkFS {
		o.NetworkFS = networkFS(filepath.Dir(o.Path))
	}
	return o
}

// Close closes the cache; it waits for what is being read and written.
func (c *Cache) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store == nil {
		return nil
	}
	err := c.store.close()
	c.store = nil
	return err
}

// Notice is a sentence for the person where the cache isn't what it should be: it was damaged and rebuilt, or lives in
// memory only. It is empty otherwise, and may change while the cache is used.
func (c *Cache) Notice() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.notice
}

// NetworkFS reports whether the file lies on a file system whose locks can't be trusted.
func (c *Cache) NetworkFS() bool { return c.options.NetworkFS }

// Replaced is how often the database was replaced while the cache was open, because it was damaged, deleted or could no
// longer be written. What was known to be in it may then be missing.
func (c *Cache) Replaced() int64 { return c.replaced.Load() }

// Write runs f in one transaction: all of it is kept, or nothing. It waits for other writers, also of other processes,
// until ctx ends or ErrBusy. Where the file turns out to be damaged or the disk full, the cache is replaced and f runs
// again on the new one.
func (c *Cache) Write(ctx context.Context, f func(*Tx) error) error {
	return c.attempt(ctx, func(s *store) error {
		if s.moved() {
			return errMoved
		}
		return s.write(ctx, func(n *conn) error {
			t := &Tx{conn: n, process: c.process, now: c.options.Now(), services: map[string]int64{}, memory: s.path == ""}
			if err := f(t); err != nil {
				return err
			}
			return t.recordChanges()
		})
	})
}

// read runs f, which may run again from its beginning, on a consistent state of the cache.
func (c *Cache) read(ctx context.Context, f func(*conn) error) error {
	return c.attempt(ctx, func(s *store) error { return s.read(ctx, f) })
}

// attempt runs try until it gets through: while others hold the file, and again where the file had to be replaced.
func (c *Cache) attempt(ctx context.Context, try func(*store) error) error {
	const replacements = 2
	began := time.Now()
	for replaced, pause := 0, time.Millisecond; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.mu.RLock()
		s := c.store
		err := errClosed
		if s != nil {
			err = try(s)
		}
		c.mu.RUnlock()
		switch {
		case err == nil:
			return nil
		case busy(err):
			if time.Since(began) > patience {
				return fmt.Errorf("%w: %w", ErrBusy, err)
			}
			if !sleep(ctx, pause+rand.N(pause)) {
				return ctx.Err()
			}
			pause = min(2*pause, 100*time.Millisecond)
		case replaceable(err) && replaced < replacements:
			replaced++
			if err := c.replace(ctx, s, err); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Tx is a transaction; only Cache.Write makes one.
type Tx struct {
	conn     *conn
	process  int64
	now      time.Time
	memory   bool // the cache is no file
	services map[string]int64
	changes  map[model.Changed]bool
}
