package discover

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/model"
)

// series are the tags of one service: what they begin with, and what the newest is.
type series struct {
	prefix string // before the version: "api/", "@acme/api@", ""
	v      bool   // every version begins with a v
	digits bool   // none does
	count  int
	newest string
}

// pattern is the glob of the series' tags. Only a series without a prefix may be told by its first sign.
func (s series) pattern() string {
	switch {
	case s.v:
		return s.prefix + "v*"
	case s.prefix == "" && s.digits:
		return "[0-9]*"
	}
	return s.prefix + "*"
}

// tags finds the tags that are this service's releases.
func (f *Facts) tags() (g guess, path string, notes []string) {
	all, others := f.series()
	switch {
	case !f.ReleasesRead:
		return guess{why: "releases could not be read"}, "", nil
	case len(all) == 0 && len(others) == 0:
		return guess{why: "there are neither releases nor tags; the branch's head is what is released"}, "", nil
	case len(all) == 0:
		return guess{why: "every tag is a release: " + listed(others, 3)}, "", nil
	case len(all) == 1 && all[0].prefix == "" && (len(others) == 0 || !all[0].v && !all[0].digits):
		return guess{why: "every tag is a release; the newest is " + all[0].newest}, "", nil
	case len(all) == 1 && all[0].prefix == "":
		return guess{[]string{all[0].pattern()}, fmt.Sprintf("the newest release is %s; %s is left out", all[0].newest, listed(others, 3))}, "", nil
	case len(all) == 1:
		return guess{[]string{all[0].pattern()}, "the newest release is " + all[0].newest}, "", nil
	}
	taken := 0 // the series of the newest release
	why := fmt.Sprintf("%s is the newest release", all[0].newest)
	if i := slices.IndexFunc(all, func(s series) bool { return belongs(s.prefix, f.Subject.Below) }); i >= 0 {
		taken, why, path = i, "this folder is "+f.Subject.Below, f.Subject.Below
	}
	var rest []string
	for i, s := range all {
		if i != taken {
			rest = append(rest, s.pattern())
		}
	}
	notes = append(notes, fmt.Sprintf("the repository holds several services: releases with tags %s were taken (%s), those with %s are services of their own",
		all[taken].pattern(), why, listed(rest, 3)))
	return guess{[]string{all[taken].pattern()}, why}, path, notes
}

// belongs reports whether tags with that prefix are those of the folder: services/api has api/v1, api-1 or services/api/v1.
func belongs(prefix, below string) bool {
	name := strings.Trim(prefix, "/-_@")
	if name == "" || below == "" {
		return false
	}
	last := below[strings.LastIndexByte(below, '/')+1:]
	return name == below || name == last || strings.HasSuffix(name, "/"+last)
}

// series groups the releases' tags, that of the newest release first; others are tags without a version.
func (f *Facts) series() (all []series, others []string) {
	for _, r := range f.Releases {
		if r.Draft || r.Tag == "" {
			continue
		}
		prefix, version, ok := splitTag(r.Tag)
		if !ok {
			others = append(others, r.Tag)
			continue
		}
		i := slices.IndexFunc(all, func(s series) bool { return s.prefix == prefix })
		if i < 0 {
			i = len(all)
			all = append(all, series{prefix: prefix, v: true, digits: true, newest: r.Tag})
		}
		v := version[0] == 'v'
		all[i].v, all[i].digits = all[i].v && v, all[i].digits && !v
		all[i].count++
	}
	return all, others
}

// splitTag takes a tag apart: what comes before its version, and the version, which begins the tag or follows a sign
// that parts words.
func splitTag(tag string) (prefix, version string, ok bool) {
	for i := range len(tag) {
		if (i == 0 || strings.IndexByte("/@-_+=", tag[i-1]) >= 0) && isVersion(tag[i:]) {
			return tag[:i], tag[i:], usable(tag)
		}
	}
	return "", "", false
}

// isVersion: numbers with dots between them, perhaps after a v; or a v and a number alone.
func isVersion(s string) bool {
	if _, ok := model.ParseSemver(s); ok && strings.Contains(s, ".") {
		return true
	}
	rest, v := strings.CutPrefix(s, "v")
	numbers := strings.Split(rest, ".")
	for _, n := range numbers {
		if n == "" || strings.Trim(n, "0123456789") != "" {
			return false
		}
	}
	return len(numbers) > 1 || v
}
