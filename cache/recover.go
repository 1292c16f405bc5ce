package cache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// replace puts a working database under the cache after cause: a rebuilt file, the file that another process has made
// meanwhile, or memory.
func (c *Cache) replace(ctx context.Context, broken *store, cause error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store != broken {
		return nil // another goroutine was quicker
	}
	if broken.path == "" {
		return cause // memory itself failed: there is nothing better
	}
	c.replaced.Add(1)
	switch {
	case unwritable(cause):
		return c.toMemory(ctx, broken, cause)
	default:
		return c.rebuild(ctx, broken, cause)
	}
}

// rebuild sets a damaged file aside, unless somebody already has, and starts again with an empty one.
func (c *Cache) rebuild(ctx context.Context, broken *store, cause error) error {
	if broken != nil {
		_ = broken.close() // it is damaged; an error says nothing new
		c.store = nil
	}
	if !errors.Is(cause, errMoved) {
		aside, err := setAside(c.options.Path, broken, c.options.Now().UTC().Format("20060102T150405"))
		if err != nil {
			return c.toMemory(ctx, nil, err)
		}
		if aside != "" {
			c.notice = fmt.Sprintf("The cache was damaged (%v). It was set aside as %s and is being read anew.", cause, aside)
		}
	}
	s, err := openFile(ctx, c.options)
	if err != nil {
		return c.toMemory(ctx, nil, err)
	}
	c.store = s
	return nil
}

// setAside renames the file and its log. The lock is on the file itself, not on its name: of two processes that find
// the same damage only the first renames, for the second then sees that the name means another file.
func setAside(path string, broken *store, stamp string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	_ = unix.Flock(int(f.Fd()), unix.LOCK_EX) // not everywhere; without it the race is merely unlikely
	held, err := f.Stat()
	if err != nil {
		return "", err
	}
	now, err := os.Stat(path)
	if err != nil || !os.SameFile(held, now) || broken != nil && !os.SameFile(broken.file, now) {
		return "", nil
	}
	aside := path + ".damaged-" + stamp
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	forget(path, aside)
	return aside, nil
}

// forget removes what was set aside before but for one: one damaged file is evidence, a hundred fill the disk.
func forget(path, but string) {
	old, err := filepath.Glob(escapeGlob(path) + ".damaged-*")
	if err != nil {
		return
	}
	for _, name := range old {
		if !strings.HasPrefix(name, but) {
			_ = os.Remove(name)
		}
	}
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// toMemory goes on without a file, with what can still be read of it.
func (c *Cache) toMemory(ctx context.Context, broken *store, cause error) error {
	c.store = nil
	if broken != nil {
		_ = broken.close()
	}
	s, err := openMemory(ctx, c.options)
	if err != nil {
		return err
	}
	s.copyFrom(ctx, c.options.Path)
	c.store = s
	c.notice = fmt.Sprintf("The cache %s can't be written: %s. What is read now is forgotten at the end; make room there or set its permissions.", c.options.Path, whyUnwritable(cause))
	return nil
}

// copied are the tables that a cache in memory takes over. Samples and the history of runs stay behind: they would be
// most of the memory, and nothing is decided by them that isn't soon read again.
var copied = []string{"service", "repository", "branch", "release", "deployment", "protection", "run", "commit_check", "commit_paths", "comparison", "pending", "mark", "board", "item", "item_moment", "read", "assessment", "host",
	"report", "coverage", "file_coverage", "tests", "report_flaw"}

// copyFrom copies what it can. A file whose folder is read-only can't make its shared memory and is read as one that
// nobody changes (SQLite docs, "immutable").
func (s *store) copyFrom(ctx context.Context, path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	for _, how := range []string{"mode=ro", "immutable=1"} { // the VFS is named, for it would be that of the memory
		err := s.write(ctx, func(n *conn) error { return nil })
		if err == nil {
			err = s.copyOnce(ctx, "file:"+fileURI(path)+"?vfs=unix&"+how)
		}
		if err == nil {
			return
		}
	}
}

func (s *store) copyOnce(ctx context.Context, uri string) (err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.writer.exec("ATTACH ? AS old", uri); err != nil {
		return err
	}
	defer func() {
		_ = s.writer.script(ctx, "DETACH old")
	}()
	at := 0
	if _, err := s.writer.one("PRAGMA old.user_version", func(r *row) { at = int(r.int()) }); err != nil {
		return err
	}
	if at != version {
		return errForeign
	}
	return transaction(ctx, s.writer, "BEGIN IMMEDIATE", func(n *conn) error {
		for _, table := range copied {
			if err := n.script(ctx, "INSERT OR REPLACE INTO main."+table+" SELECT * FROM old."+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// Files lists the cache's file and those that SQLite keeps beside it.
func Files(path string) []string {
	all := []string{path}
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Stat(path + suffix); err == nil {
			all = append(all, path+suffix)
		}
	}
	return slices.Clip(all)
}
