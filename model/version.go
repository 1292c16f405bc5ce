package model

import (
	"cmp"
	"strconv"
	"strings"
)

// Semver is a semantic version (semver.org 2.0.0). Build metadata is dropped, for it doesn't order.
type Semver struct {
	Major, Minor, Patch uint64
	Pre                 []string
}

// ParseSemver reads 1.2.3, v1.2.3-rc.1+build and, as tags are often cut short, v1.2 and v1. It reports whether s is one.
func ParseSemver(s string) (Semver, bool) {
	var v Semver
	s = strings.TrimPrefix(s, "v")
	s, _, _ = strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(s, "-")
	parts := strings.Split(core, ".")
	if len(parts) > 3 {
		return v, false
	}
	for i, field := range []*uint64{&v.Major, &v.Minor, &v.Patch} {
		if i >= len(parts) {
			break
		}
		n, ok := number(parts[i])
		if !ok {
			return Semver{}, false
		}
		*field = n
	}
	if hasPre {
		v.Pre = strings.Split(pre, ".")
		for _, id := range v.Pre {
			if !identifier(id) {
				return Semver{}, false
			}
		}
	}
	return v, true
}

func number(s string) (uint64, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}

func identifier(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' {
			return false
		}
	}
	return s != ""
}

// Compare orders by precedence: negative when v is older than w (semver.org, item 11).
func (v Semver) Compare(w Semver) int {
	if c := cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch)); c != 0 {
		return c
	}
	switch {
	case len(v.Pre) == 0 && len(w.Pre) == 0:
		return 0
	case len(v.Pre) == 0:
		return 1
	case len(w.Pre) == 0:
		return -1
	}
	for i := 0; i < len(v.Pre) && i < len(w.Pre); i++ {
		if c := comparePre(v.Pre[i], w.Pre[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(v.Pre), len(w.Pre))
}

func comparePre(a, b string) int {
	m, aNum := number(a)
	n, bNum := number(b)
	switch {
	case aNum && bNum:
		return cmp.Compare(m, n)
	case aNum:
		return -1
	case bNum:
		return 1
	}
	return strings.Compare(a, b)
}

// SameVersion compares two version strings without a leading v, as health checks report them.
func SameVersion(a, b string) bool {
	return strings.TrimPrefix(strings.TrimSpace(a), "v") == strings.TrimPrefix(strings.TrimSpace(b), "v")
}
