package cache

import (
	"errors"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNewer reports a file that a newer gonogo made. Use that one, or delete the file: it holds nothing that can't be
// read again.
var ErrNewer = errors.New("the file was made by a newer gonogo; use that version, or delete the file (it holds nothing that can't be read again)")

// ErrBusy reports that other processes kept the file locked for too long. Try again later.
var ErrBusy = errors.New("the cache is held by another process")

var (
	errClosed  = errors.New("the cache is closed")
	errMoved   = errors.New("the file was deleted or replaced")
	errForeign = errors.New("the file is no gonogo cache")
)

// code is SQLite's primary result code, 0 for other errors.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func busy(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

// damaged reports that the file's content is broken. SQLite may notice at any time, not only when it is opened.
func damaged(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB || errors.Is(err, errForeign)
}

// unwritable reports that the file or its folder can't be written: read-only, full, or an I/O error.
func unwritable(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return true
	}
	var path *fs.PathError
	return errors.As(err, &path)
}

func replaceable(err error) bool {
	return damaged(err) || unwritable(err) || errors.Is(err, errMoved)
}

// whyUnwritable says it in a person's words.
func whyUnwritable(err error) string {
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return "the disk is full"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return "it is read-only"
	case sqlite3.SQLITE_CANTOPEN:
		return "it can't be opened"
	case sqlite3.SQLITE_IOERR:
		return "the disk reports an error"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
