package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// readers is how many connections read at once: one for the screen, one for refresh. A third one writes.
const readers = 2

// store is one opened database: a file, or memory.
type store struct {
	dsn  string
	path string      // empty in memory
	file os.FileInfo // the file as it was opened

	free chan *conn // of readers; nil stands for one that is not yet open

	writing sync.Mutex
	writer  *conn // nil until the first write

	watching sync.Mutex
	watcher  *conn // looks for news only, see newest
	watched  int64 // the data version at which seq was the newest
	seq      int64
}

// openFile opens the file at the options' path. Only one connection is opened: what isn't needed for the first frame
// waits until it is.
func openFile(ctx context.Context, o Options) (*store, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, err
	}
	// SQLite gives its other files the mode of this one, so it must be right before they are made.
	f, err := os.OpenFile(o.Path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	s := &store{path: o.Path, file: info, dsn: fileDSN(o), free: make(chan *conn, readers)}
	if info.Size() == 0 {
		if err := layOut(ctx, s.dsn); err != nil {
			return nil, err
		}
	}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// layOut makes an empty file one that can shrink, which can only be said before anything is in it. Another process may
// be doing the same.
func layOut(ctx context.Context, dsn string) error {
	n, err := connect(strings.Replace(dsn, "?", "?_pragma=auto_vacuum(INCREMENTAL)&", 1))
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, n), n.close())
}

func openMemory(ctx context.Context, o Options) (*store, error) {
	name := "/gonogo-" + strconv.FormatUint(rand.Uint64(), 36)
	s := &store{dsn: "file:" + name + "?vfs=memdb&" + pragmas(o, "MEMORY"), free: make(chan *conn, readers)}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// start opens the first connection and brings the schema up to date.
func (s *store) start(ctx context.Context) error {
	first, err := connect(s.dsn)
	if err == nil {
		if err = migrate(ctx, first); err != nil {
			err = errors.Join(err, first.close())
		}
	}
	if err != nil {
		return err
	}
	s.free <- first
	for range readers - 1 {
		s.free <- nil
	}
	return nil
}

func fileDSN(o Options) string {
	journal := "WAL"
	if o.NetworkFS {
		journal = "TRUNCATE" // a write-ahead log needs shared memory, which network file systems don't have
	}
	return "file:" + fileURI(o.Path) + "?" + pragmas(o, journal)
}

// pragmas is the part of the DSN that every connection needs. NORMAL loses at most the newest transactions when the
// power fails, and never harms the file (SQLite docs, PRAGMA synchronous); what is lost is read again.
func pragmas(o Options, journal string) string {
	q := url.Values{"_pragma": {
		"busy_timeout(100)", // longer waits are ours, for they must end with their context
		"cache_size(-512)",
		"foreign_keys(ON)",
		"journal_mode(" + journal + ")",
		"journal_size_limit(4194304)",
		"synchronous(NORMAL)",
	}}
	if o.maxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.maxPages))
	}
	return q.Encode()
}

// moved reports whether the path now names another file: somebody deleted the cache, or another process replaced it.
func (s *store) moved() bool {
	if s.path == "" {
		return false
	}
	now, err := os.Stat(s.path)
	return err != nil || !os.SameFile(s.file, now)
}

func (s *store) read(ctx context.Context, f func(*conn) error) error {
	var n *conn
	select {
	case n = <-s.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.free <- n }()
	if n == nil {
		opened, err := connect(s.dsn)
		if err != nil {
			return err
		}
		n = opened
	}
	return transaction(ctx, n, "BEGIN", f)
}

func (s *store) write(ctx context.Context, f func(*conn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.writer == nil {
		opened, err := connect(s.dsn)
		if err != nil {
			return err
		}
		s.writer = opened
	}
	return transaction(ctx, s.writer, "BEGIN IMMEDIATE", f)
}

func transaction(ctx context.Context, n *conn, begin string, f func(*conn) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := n.exec(begin); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also when f panics
			if _, e := n.exec("ROLLBACK"); e != nil && code(e) != 1 { // 1: SQLite has rolled back by itself
				err = errors.Join(err, e)
			}
		}
	}()
	if err := f(n); err != nil {
		return err
	}
	if _, err := n.exec("COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// close waits for the readers and the writer.
func (s *store) close() error {
	var problems []error
	for range readers {
		if n := <-s.free; n != nil {
			problems = append(problems, n.close())
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.writer != nil {
		problems = append(problems, s.writer.close())
		s.writer = nil
	}
	s.watching.Lock()
	defer s.watching.Unlock()
	if s.watcher != nil {
		problems = append(problems, s.watcher.close())
		s.watcher = nil
	}
	return errors.Join(problems...)
}
