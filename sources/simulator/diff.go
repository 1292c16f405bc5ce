package simulator

import "strings"

// changes tells what lies between two commits: the content of the files added
// or changed, and the paths removed.
func changes(from, to *Commit) (files map[string]string, removed []string) {
	files = map[string]string{}
	var before map[string]string
	if from != nil {
		before = from.files
	}
	for p, content := range to.files {
		if old, ok := before[p]; !ok || old != content {
			files[p] = content
		}
	}
	for _, p := range sortedKeys(before) {
		if _, ok := to.files[p]; !ok {
			removed = append(removed, p)
		}
	}
	return files, removed
}

// fileChange is a line of a comparison's list of files.
type fileChange struct {
	path, status         string
	additions, deletions int
	patch                string // empty for what is binary or too large to be shown
}

// diff lists the files between two commits, by path.
func diff(from, to *Commit) []fileChange {
	files, removed := changes(from, to)
	for _, p := range removed {
		files[p] = ""
	}
	list := make([]fileChange, 0, len(files))
	for _, p := range sortedKeys(files) {
		var old string
		var was bool
		if from != nil {
			old, was = from.files[p]
		}
		content, is := to.files[p]
		c := fileChange{path: p, status: "modified"}
		switch {
		case !was:
			c.status = "added"
		case !is:
			c.status = "removed"
		}
		c.additions, c.deletions, c.patch = patch(old, content)
		list = append(list, c)
	}
	return list
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// comparison is what lies between two commits of one repository.
type comparison struct {
	base, head, mergeBase *Commit
	ahead                 []*Commit // in head, not in base; oldest first
	behind                int
	files                 []fileChange
}

func (c *comparison) status() string {
	switch {
	case len(c.ahead) > 0 && c.behind > 0:
		return "diverged"
	case len(c.ahead) > 0:
		return "ahead"
	case c.behind > 0:
		return "behind"
	default:
		return "identical"
	}
}

// compare works as git log base..head and git diff base...head do (REST docs,
// "Compare two commits"). Without a common ancestor it returns nil: GitHub answers 404.
func (r *Repository) compare(base, head *Commit) *comparison {
	inBase, inHead := base.ancestors(), head.ancestors()
	c := &comparison{base: base, head: head}
	for _, k := range r.commitOrder {
		switch b, h := inBase[k], inHead[k]; {
		case b && h:
			c.mergeBase = k // commits come after their parents, so the last one is nearest
		case h:
			c.ahead = append(c.ahead, k)
		case b:
			c.behind++
		}
	}
	if c.mergeBase == nil {
		return nil
	}
	c.files = diff(c.mergeBase, head)
	return c
}
