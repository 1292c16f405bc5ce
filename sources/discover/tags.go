package discover

import (
	"fmt"
	"path"
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

// name is what the service is called whose tags these are: api for api/v1.0.0 and @acme/api@1.0.0.
func (s series) name() string {
	name := strings.Trim(s.prefix, "/@-_+=")
	return name[strings.LastIndexAny(name, "/@")+1:]
}

// tagged are the tags that are a service's releases.
type tagged struct {
	pattern guess
	name    string // of the service, where the repository holds several
	path    string
	others  []series // of the other services
	notes   []string
}

// tags finds the tags that are this service's releases.
func (f *Facts) tags() tagged {
	all, others := f.series()
	newest := func() string { return "the newest release is " + all[0].newest }
	only := func(values []string, format string, args ...any) tagged {
		return tagged{pattern: guess{values, fmt.Sprintf(format, args...)}}
	}
	switch {
	case !f.ReleasesRead:
		return only(nil, "releases could not be read")
	case len(all) == 0 && len(others) == 0:
		return only(nil, "there are neither releases nor tags; the branch's head is what is released")
	case len(all) == 0:
		return only(nil, "every tag is a release: %s", listed(others, 3))
	case len(all) == 1 && all[0].prefix == "" && (len(others) == 0 || !all[0].v && !all[0].digits):
		return only(nil, "every tag is a release; %s", newest())
	case len(all) == 1 && all[0].prefix == "":
		return only([]string{all[0].pattern()}, "%s; %s is left out", newest(), listed(others, 3))
	case len(all) == 1:
		return only([]string{all[0].pattern()}, "%s", newest())
	}
	taken, why, path := 0, newest(), "" // the series of the newest release
	for i, s := range all {
		if at := belongs(s.prefix, f.Subject.Below); len(at) > len(path) {
			taken, path, why = i, at, "this folder is in "+at
		}
	}
	t := only([]string{all[taken].pattern()}, "%s", why)
	t.name, t.path, t.others = all[taken].name(), path, slices.Delete(slices.Clone(all), taken, taken+1)
	var rest []string
	for _, s := range t.others {
		rest = append(rest, s.pattern())
	}
	t.notes = []string{fmt.Sprintf("the repository holds several services: releases with tags %s were taken (%s), those with %s are services of their own",
		all[taken].pattern(), why, listed(rest, 3))}
	return t
}

// belongs is the folder, at or above the one given, whose releases have tags with that prefix: services/api has api/v1,
// api-1 or services/api/v1. Empty: none.
func belongs(prefix, below string) string {
	name := strings.Trim(prefix, "/-_@+=")
	for ; name != "" && below != "" && below != "."; below = path.Dir(below) {
		if last := path.Base(below); name == below || name == last || strings.HasSuffix(name, "/"+last) {
			return below
		}
	}
	return ""
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
