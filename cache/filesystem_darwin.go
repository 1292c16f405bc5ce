package cache

import "golang.org/x/sys/unix"

// networkFS reports whether folder lies on a file system that other machines may write too, and where locks and shared
// memory therefore can't be trusted. macOS marks local file systems (statfs(2), MNT_LOCAL).
func networkFS(folder string) bool {
	var s unix.Statfs_t
	if err := statfs(folder, &s); err != nil {
		return false
	}
	return s.Flags&unix.MNT_LOCAL == 0
}
