package report

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Repository is what report paths are mapped to.
type Repository struct {
	Name  string   // owner/name
	Path  string   // of the service in it; empty: all of it
	Known []string // paths that exist in it, all or some (those that a comparison changed)
}

// paths maps the files of one artifact to the repository. A file that can't be mapped keeps the path that the report
// gives it, cleaned; why says so, with an example.
//
// Some reports tell where the repository begins: a path on a runner (/home/runner/work/api/api/…), an import path
// (github.com/acme/api/…). Else known paths are the evidence: a known path and a reported one that end alike tell what
// to strip from the reported one and what to put before it, and what most of them say holds for the other files of the
// report. Where no known path helps, a relative path is one of the service.
func (r Repository) paths(files []File) (mapped []string, why string) {
	mapped = make([]string, len(files))
	known := r.known()
	groups := make(map[pathGroup][]int)
	for i := range files {
		p := reported(&files[i])
		mapped[i] = p
		if rest, ok := r.beginsIn(p, known); ok {
			mapped[i] = rest
			continue
		}
		key := pathGroup{dir: files[i].Dir, kind: kindOf(p)}
		if !absolute(files[i].Root) {
			key.root = files[i].Root
		}
		groups[key] = append(groups[key], i)
	}
	keys := make([]pathGroup, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b pathGroup) int {
		return cmp.Or(strings.Compare(a.dir, b.dir), strings.Compare(a.root, b.root), cmp.Compare(a.kind, b.kind))
	})
	lost, example := 0, ""
	for _, key := range keys {
		paths := make([]string, len(groups[key]))
		for i, at := range groups[key] {
			paths[i] = mapped[at]
		}
		n, one := r.group(key, paths, known)
		for i, at := range groups[key] {
			mapped[at] = paths[i]
		}
		if lost += n; example == "" {
			example = one
		}
	}
	switch lost {
	case 0:
		return mapped, ""
	case 1:
		return mapped, "1 file could not be mapped to the repository: " + example
	}
	return mapped, fmt.Sprintf("%d files could not be mapped to the repository, such as %s", lost, example)
}

// knownPaths are the paths that are known to exist, all and by their last element.
type knownPaths struct {
	all   map[string]bool
	named map[string][]string
}

func (r Repository) known() knownPaths {
	k := knownPaths{make(map[string]bool, len(r.Known)), make(map[string][]string)}
	for _, p := range r.Known {
		if name := path.Base(p); !k.all[p] {
			k.all[p] = true
			k.named[name] = append(k.named[name], p)
		}
	}
	return k
}

// pathGroup are the files whose paths are relative to one place.
type pathGroup struct {
	dir, root string
	kind      pathKind
}

type pathKind int

const (
	relativePath pathKind = iota
	absolutePath
	importPath // of a Go package: its first element is a host
)

func kindOf(p string) pathKind {
	if strings.HasPrefix(p, "/") {
		return absolutePath
	}
	if host, _, ok := strings.Cut(p, "/"); ok && strings.HasSuffix(p, ".go") && strings.Contains(strings.Trim(host, "."), ".") {
		return importPath
	}
	return relativePath
}

// reported is the path of a file as its report means it: with slashes, clean, its drive left out; relative to the root
// that the report names, if it names one.
func reported(f *File) string {
	p := slashed(f.Path)
	if !absolute(p) && f.Root != "" {
		p = slashed(f.Root) + "/" + p
	}
	if rest, ok := strings.CutPrefix(p, "file:"); ok {
		p = "/" + strings.TrimLeft(rest, "/")
	}
	p = strings.TrimPrefix(p, "//?/") // Windows' long paths
	if len(p) > 2 && p[1] == ':' && p[2] == '/' {
		p = p[2:]
	}
	p = path.Clean(p)
	for strings.HasPrefix(p, "../") { // of a build folder beside or below
		p = p[3:]
	}
	return p
}

// slashed is a path with slashes only, as Windows' tools write backslashes.
func slashed(path string) string { return strings.ReplaceAll(path, `\`, "/") }

// absolute reports whether a path begins at a root, Windows' drives included.
func absolute(path string) bool {
	return path != "" && (path[0] == '/' || path[0] == '\\') ||
		len(path) > 2 && path[1] == ':' && (path[2] == '/' || path[2] == '\\') || strings.HasPrefix(path, "file:")
}

// beginsIn is a path in the repository where the reported one tells itself where that begins.
func (r Repository) beginsIn(p string, known knownPaths) (string, bool) {
	// Runners check out to <work>/<name>/<name>: /home/runner/work/api/api, /Users/runner/work/api/api, D:\a\api\api,
	// /__w/api/api in a container, /opt/actions-runner/_work/api/api (GitHub's docs, "Default environment variables",
	// GITHUB_WORKSPACE); actions in containers see /github/workspace.
	if rest, ok := strings.CutPrefix(p, "/github/workspace/"); ok {
		return rest, true
	}
	_, name, _ := strings.Cut(r.Name, "/")
	if name == "" {
		return "", false
	}
	if strings.HasPrefix(p, "/") {
		twice := "/" + name + "/" + name + "/"
		for _, work := range []string{"/work", "/_work", "/__w", "/a"} {
			if _, rest, ok := cutFold(p, work+twice); ok {
				return rest, true
			}
		}
		return "", false
	}
	// An import path of a module that is called as its repository is (Go Modules Reference, "Module paths"); /v2 and the
	// like belong to the module's path, not to the repository.
	host, module, ok := strings.Cut(p, "/")
	if !ok || !strings.Contains(host, ".") {
		return "", false
	}
	if before, rest, ok := cutFold(module, r.Name+"/"); ok && before == "" {
		if major, below, ok := strings.Cut(rest, "/"); ok && isMajor(major) && !known.all[rest] {
			rest = below
		}
		return rest, true
	}
	return "", false
}

// cutFold is strings.Cut of ASCII text in any case, as GitHub's names and Windows' paths are.
func cutFold(s, sep string) (before, after string, ok bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

// isMajor reports v2, v3, …
func isMajor(s string) bool {
	return len(s) > 1 && s[0] == 'v' && strings.Trim(s[1:], "0123456789") == "" && s != "v0" && s != "v1"
}

// group maps paths that are relative to one place, in their place. It tells how many could not be, and one of them.
func (r Repository) group(key pathGroup, paths []string, known knownPaths) (lost int, example string) {
	moves := r.moves(key.dir, paths, known)
	rooted := slices.ContainsFunc(paths, func(p string) bool { return r.Path != "" && below(p, r.Path) })
	for i, p := range paths {
		to, how := r.move(p, moves, known)
		switch {
		case how == "" && to != "":
			paths[i] = to
			continue
		case how == "" && key.kind == relativePath:
			if r.Path != "" && !rooted {
				paths[i] = r.Path + "/" + p
			}
			continue
		case how == "" && r.Path != "":
			if _, rest, ok := strings.Cut(p, "/"+r.Path+"/"); ok {
				paths[i] = r.Path + "/" + rest
				continue
			}
		}
		if lost++; example == "" {
			example = p + how
		}
	}
	return lost, example
}

// move is how paths of a report become ones of the repository: strip one prefix, put another before. Both are empty or
// end in a slash.
type move struct{ strip, add string }

func (m move) applies(p string) bool { return len(p) > len(m.strip) && strings.HasPrefix(p, m.strip) }

func (m move) of(p string) string { return m.add + p[len(m.strip):] }

// weighed is a move and what speaks for it.
type weighed struct {
	move
	hint   int // 1: it leads to where the report lies in its archive, or into the folder that the path itself begins with
	own    int // known paths of the service that it reaches
	all    int // known paths
	length int // elements that they have in common with reported ones
	covers int // reported paths that it applies to
}

func (w weighed) compare(v weighed) int {
	return cmp.Or(cmp.Compare(v.hint, w.hint), cmp.Compare(v.own, w.own), cmp.Compare(v.all, w.all), cmp.Compare(v.length, w.length), cmp.Compare(v.covers, w.covers))
}

// move maps a path by the weightiest move that applies. Of those that strip the same, the ones that lead to a known path go
// first: modules of one report may lie in several folders. Moves that weigh the same and lead elsewhere are no answer, and
// how says which they are.
func (r Repository) move(p string, moves []weighed, known knownPaths) (to, how string) {
	i := slices.IndexFunc(moves, func(m weighed) bool { return m.applies(p) })
	if i < 0 {
		return "", ""
	}
	strip := moves[i].strip
	for _, exact := range []bool{true, false} {
		var first weighed
		for _, m := range moves[i:] {
			if m.strip != strip && (exact || m.compare(moves[i]) > 0) || !m.applies(p) {
				continue
			}
			there := m.of(p)
			switch {
			case exact && !known.all[there]:
			case to == "":
				to, first = there, m
			case m.compare(first) > 0:
				return to, ""
			case there != to:
				return "", fmt.Sprintf(" (%s or %s)", to, there)
			}
		}
		if to != "" {
			return to, ""
		}
	}
	return "", ""
}

// alike is how many known paths of one name are looked at: where more are called index.ts, the others tell enough.
const alike = 64

// moves are the moves that known paths speak for, the weightiest first. A known path speaks for those reported paths
// with which it has most in common at the end, and a reported path for those known ones.
func (r Repository) moves(dir string, paths []string, known knownPaths) []weighed {
	best := make(map[string]int) // by known path
	each := func(do func(p, k string, common int)) {
		for _, p := range paths {
			candidates := known.named[path.Base(p)]
			if len(candidates) > alike {
				continue
			}
			most := 0
			for _, k := range candidates {
				most = max(most, inCommon(p, k))
			}
			for _, k := range candidates {
				if n := inCommon(p, k); n == most {
					do(p, k, n)
				}
			}
		}
	}
	each(func(_, k string, n int) { best[k] = max(best[k], n) })
	found := make(map[move]*weighed)
	each(func(p, k string, n int) {
		if n < best[k] {
			return
		}
		m := moveBetween(p, k, n)
		if m.strip != "" && m.add != "" && n < 2 && m.add != r.Path+"/" {
			return // that two files of different folders have one name says nothing
		}
		w := found[m]
		if w == nil {
			w = &weighed{move: m, hint: int(bit(leadsTo(m.add, dir) || m.strip != "" && strings.HasPrefix(m.add, m.strip)))}
			found[m] = w
		}
		w.all++
		w.length += n
		if r.Path == "" || below(k, r.Path) {
			w.own++
		}
	})
	weightiest := slices.SortedFunc(maps.Values(found), func(a, b *weighed) int {
		return cmp.Or(a.compare(*b), strings.Compare(a.strip, b.strip), strings.Compare(a.add, b.add))
	})
	list := make([]weighed, 0, min(len(found), alike))
	for _, w := range weightiest[:min(len(found), alike)] {
		for _, p := range paths {
			if w.applies(p) {
				w.covers++
			}
		}
		// What strips a folder of a few files only is a file of the same name elsewhere: cmd/main.go is not main.go.
		if w.strip == "" || 2*w.covers > len(paths) {
			list = append(list, *w)
		}
	}
	slices.SortFunc(list, func(a, b weighed) int {
		return cmp.Or(a.compare(b), strings.Compare(a.strip, b.strip), strings.Compare(a.add, b.add))
	})
	return list
}

// leadsTo reports whether a folder of the repository is, by its last elements, one that a report lies in:
// packages/pay/ is where pay/coverage/lcov.info lies, for the archive leaves out what all its paths begin with.
func leadsTo(folder, dir string) bool {
	folder = strings.TrimSuffix(folder, "/")
	for ; folder != "" && dir != "." && dir != "" && dir != "/"; dir = path.Dir(dir) {
		if folder == dir || strings.HasSuffix(folder, "/"+dir) {
			return true
		}
	}
	return false
}

// inCommon is how many elements at their ends two paths have in common.
func inCommon(a, b string) (n int) {
	for i := 1; ; i++ {
		endA, endB := i > len(a), i > len(b)
		switch {
		case endA || endB:
			if (endA || a[len(a)-i] == '/') && (endB || b[len(b)-i] == '/') {
				n++
			}
			return n
		case a[len(a)-i] != b[len(b)-i]:
			return n
		case a[len(a)-i] == '/':
			n++
		}
	}
}

// moveBetween strips and adds what is before the last n elements.
func moveBetween(p, k string, n int) move { return move{before(p, n), before(k, n)} }

func before(p string, n int) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] == '/' {
			if n--; n == 0 {
				return p[:i+1]
			}
		}
	}
	return ""
}

// below reports whether a path lies in a folder.
func below(p, folder string) bool {
	return strings.HasPrefix(p, folder) && strings.HasPrefix(p[len(folder):], "/")
}
