package cache

import (
	"net/url"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// statfs asks about folder or, while it doesn't exist yet, about the nearest folder above it.
func statfs(folder string, s *unix.Statfs_t) error {
	for {
		err := unix.Statfs(folder, s)
		above := filepath.Dir(folder)
		if err == nil || above == folder {
			return err
		}
		folder = above
	}
}

// fileURI is the path as SQLite's file: URIs spell it.
func fileURI(path string) string { return (&url.URL{Path: path}).EscapedPath() }
