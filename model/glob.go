package model

import (
	"path"
	"strings"
)

// Glob reports whether name matches pattern: * and ? stop at a slash, ** crosses them (a/** is everything below a,
// **/x is x at any depth), [a-z] is a class, \ escapes. A malformed pattern matches nothing; CheckGlob finds it.
func Glob(pattern, name string) bool {
	return globParts(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

// GlobAny reports whether name matches one of the patterns.
func GlobAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if Glob(p, name) {
			return true
		}
	}
	return false
}

// CheckGlob returns path.ErrBadPattern for a malformed pattern.
func CheckGlob(pattern string) error {
	for _, part := range strings.Split(pattern, "/") {
		if _, err := path.Match(part, ""); err != nil {
			return err
		}
	}
	return nil
}

func globParts(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for len(pattern) > 1 && pattern[1] == "**" {
				pattern = pattern[1:]
			}
			if len(pattern) == 1 {
				return len(name) > 0
			}
			for i := range name {
				if globParts(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], name[0]); err != nil || !ok {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return len(name) == 0
}
