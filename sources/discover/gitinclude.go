package discover

import (
	"path/filepath"
	"strings"

	"gonogo/model"
)

// maxIncludes is how deep files may include each other (git's MAX_INCLUDE_DEPTH).
const maxIncludes = 10

// gitReader reads files of git's with what they include.
type gitReader struct {
	home   string
	gitDir string // of the clone, for includeIf "gitdir:"; empty outside one
	branch string // that is checked out, for includeIf "onbranch:"
	urls   []string
	files  []string // that were read, for tests and sentences
}

// read returns the settings of a file and of what it includes, in the order in which they count.
func (g *gitReader) read(path string, depth int) ([]setting, error) {
	own, err := readGitConfig(path)
	if err != nil || depth >= maxIncludes {
		return own, err
	}
	g.files = append(g.files, path)
	var all []setting
	for _, s := range own {
		all = append(all, s)
		if s.key != "path" || s.value == "" || s.section != "include" && s.section != "includeif" {
			continue
		}
		if s.section == "includeif" && !g.holds(s.subsection, filepath.Dir(path)) {
			continue
		}
		target := expandHome(s.value, g.home)
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		included, err := g.read(target, depth+1)
		if err != nil {
			return all, err
		}
		all = append(all, included...)
	}
	return all, nil
}

// holds reports whether the condition of an includeIf holds (git-config(1), "Conditional includes"). One that isn't
// known doesn't.
func (g *gitReader) holds(condition, folder string) bool {
	kind, pattern, _ := strings.Cut(condition, ":")
	switch kind {
	case "gitdir":
		return g.inFolder(pattern, folder, func(s string) string { return s })
	case "gitdir/i":
		return g.inFolder(pattern, folder, strings.ToLower)
	case "onbranch":
		if strings.HasSuffix(pattern, "/") {
			pattern += "**"
		}
		return g.branch != "" && model.Glob(pattern, g.branch)
	case "hasconfig":
		_, pattern, _ = strings.Cut(pattern, ":") // remote.*.url is all that there is
		for _, u := range g.urls {
			if model.Glob(pattern, u) {
				return true
			}
		}
	}
	return false
}

func (g *gitReader) inFolder(pattern, folder string, fold func(string) string) bool {
	if g.gitDir == "" {
		return false
	}
	switch {
	case strings.HasPrefix(pattern, "~/"):
		pattern = filepath.Join(g.home, pattern[2:]) + slashOf(pattern)
	case strings.HasPrefix(pattern, "./"):
		pattern = filepath.Join(folder, pattern[2:]) + slashOf(pattern)
	case !strings.HasPrefix(pattern, "/"):
		pattern = "**/" + pattern
	}
	if strings.HasSuffix(pattern, "/") {
		pattern += "**"
	}
	for _, dir := range []string{g.gitDir, realPath(g.gitDir)} {
		if model.Glob(fold(pattern), fold(dir)) {
			return true
		}
	}
	return false
}

func slashOf(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return "/"
	}
	return ""
}

func expandHome(path, home string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && home != "" {
		return filepath.Join(home, rest)
	}
	return path
}

// realPath is the path without symbolic links, or the path itself where that can't be told.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
