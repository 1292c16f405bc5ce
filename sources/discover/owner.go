package discover

import (
	"os"
	"strconv"
	"syscall"
)

// ownedByUs reports whether a file belongs to the person: to whoever called sudo where that is root.
func ownedByUs(e Environment, path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true // a system without owners
	}
	us := os.Geteuid()
	if int(stat.Uid) == us {
		return true
	}
	sudo, err := strconv.Atoi(e.get("SUDO_UID"))
	return us == 0 && err == nil && int(stat.Uid) == sudo
}
