package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"gonogo/model"
)

// ErrNoClone reports that a folder isn't inside a clone.
var ErrNoClone = errors.New("this folder is not inside a clone")

// Environment is what is read of the process' surroundings. Everything is passed in.
type Environment struct {
	Getenv func(name string) string
	Home   string
	// System are the system's own files of git's configuration; nil: where they usually are.
	System []string
}

func (e Environment) get(name string) string {
	if e.Getenv == nil {
		return ""
	}
	return e.Getenv(name)
}

// Clone is a working copy of a repository, as far as its remotes go.
type Clone struct {
	Root    string // of the working tree; of the repository itself where it is bare
	GitDir  string // with HEAD; of a worktree its own
	Common  string // with what all worktrees share
	Remotes []Remote

	settings []setting
}

// Open finds the clone that a folder lies in and reads its remotes. The error is ErrNoClone where there is none.
func Open(folder string, e Environment) (Clone, error) {
	c, gitFile, err := find(folder, e)
	if err != nil {
		return Clone{}, err
	}
	personal, settings, err := c.configuration(e)
	if err != nil {
		return Clone{}, err
	}
	if err := c.ours(e, gitFile, personal); err != nil {
		return Clone{}, err
	}
	c.settings = settings
	c.remotes(e)
	return c, nil
}

// find looks for .git upwards, as git does (git(1), GIT_DIR, GIT_CEILING_DIRECTORIES; gitrepository-layout(5)).
func find(folder string, e Environment) (c Clone, gitFile string, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return Clone{}, "", fmt.Errorf("find the clone: %w", err)
	}
	if dir := e.get("GIT_DIR"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(folder, dir)
		}
		c, err := at(folder, dir)
		return c, "", err
	}
	ceilings := filepath.SplitList(e.get("GIT_CEILING_DIRECTORIES"))
	for dir := folder; ; dir = filepath.Dir(dir) {
		dotGit := filepath.Join(dir, ".git")
		switch info, err := os.Stat(dotGit); {
		case err == nil && info.IsDir() && isRepository(dotGit):
			c, err := at(dir, dotGit)
			return c, "", err
		case err == nil && info.Mode().IsRegular():
			target, err := gitFileTarget(dotGit)
			if err != nil {
				return Clone{}, "", err
			}
			c, err := at(dir, target)
			return c, dotGit, err
		}
		if isRepository(dir) {
			c, err := at(dir, dir)
			return c, "", err
		}
		if parent := filepath.Dir(dir); parent == dir || slices.Contains(ceilings, parent) {
			return Clone{}, "", ErrNoClone
		}
	}
}

// isRepository asks what git asks of a folder: HEAD, objects and refs, where those aren't a worktree's elsewhere.
func isRepository(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	if _, err := os.Stat(filepath.Join(dir, "commondir")); err == nil {
		return true
	}
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// gitFileTarget is where a file .git points, as worktrees and submodules have it.
func gitFileTarget(path string) (string, error) {
	data, err := readSmall(path, 1<<14)
	if err != nil {
		return "", fmt.Errorf("read the clone: %w", err)
	}
	target, ok := strings.CutPrefix(strings.TrimRight(string(data), "\r\n"), "gitdir: ")
	if !ok {
		return "", fmt.Errorf("read the clone: %s doesn't say where the repository is", path)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return target, nil
}

func at(root, gitDir string) (Clone, error) {
	c := Clone{Root: root, GitDir: gitDir, Common: gitDir}
	data, err := readSmall(filepath.Join(gitDir, "commondir"), 1<<14)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return Clone{}, fmt.Errorf("read the clone: %w", err)
	default:
		c.Common = strings.TrimRight(string(data), "\r\n")
		if !filepath.IsAbs(c.Common) {
			c.Common = filepath.Join(gitDir, c.Common)
		}
	}
	if !isRepository(c.Common) {
		return Clone{}, fmt.Errorf("read the clone: %s is not a repository; was it moved or deleted?", c.Common)
	}
	return c, nil
}

// configuration reads git's settings: the system's, the person's, the clone's, the worktree's, the environment's, the
// last of which counts. Personal are those that the clone has no part in.
func (c *Clone) configuration(e Environment) (personal, all []setting, err error) {
	g := &gitReader{home: e.Home, gitDir: c.GitDir, branch: c.branch()}
	for range 2 { // hasconfig: asks for remotes that the first reading finds
		personal, all = nil, nil
		for _, path := range personalFiles(e) {
			settings, err := g.read(path, 0)
			if err != nil {
				return nil, nil, err
			}
			personal = append(personal, settings...)
		}
		own, err := c.ownSettings(g)
		if err != nil {
			return nil, nil, err
		}
		given := given(e)
		all = append(append(append(all, personal...), own...), given...)
		personal = append(personal, given...)
		for _, s := range own {
			if s.is("remote", "url") {
				g.urls = append(g.urls, s.value)
			}
		}
	}
	return personal, all, nil
}

func (c *Clone) ownSettings(g *gitReader) ([]setting, error) {
	own, err := g.read(filepath.Join(c.Common, "config"), 0)
	if err != nil {
		return nil, err
	}
	if yes(last(own, "extensions", "", "worktreeconfig")) {
		more, err := g.read(filepath.Join(c.GitDir, "config.worktree"), 0)
		if err != nil {
			return nil, err
		}
		own = append(own, more...)
	}
	return own, nil
}

// branch is what HEAD names.
func (c *Clone) branch() string {
	data, err := readSmall(filepath.Join(c.GitDir, "HEAD"), 1<<12)
	if err != nil {
		return ""
	}
	name, _ := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: refs/heads/")
	return name
}

// personalFiles are the system's and the person's files (git-config(1), "FILES").
func personalFiles(e Environment) []string {
	var list []string
	if !yes(e.get("GIT_CONFIG_NOSYSTEM")) {
		switch own := e.get("GIT_CONFIG_SYSTEM"); {
		case own != "":
			list = append(list, own)
		case e.System != nil:
			list = append(list, e.System...)
		default:
			list = append(list, "/etc/gitconfig")
			if runtime.GOOS == "darwin" {
				list = append(list, "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig")
			}
		}
	}
	if own := e.get("GIT_CONFIG_GLOBAL"); own != "" {
		return append(list, own)
	}
	xdg := e.get("XDG_CONFIG_HOME")
	if xdg == "" && e.Home != "" {
		xdg = filepath.Join(e.Home, ".config")
	}
	if xdg != "" {
		list = append(list, filepath.Join(xdg, "git", "config"))
	}
	if e.Home != "" {
		list = append(list, filepath.Join(e.Home, ".gitconfig"))
	}
	return list
}

// given are the settings of the environment (git-config(1), GIT_CONFIG_COUNT).
func given(e Environment) []setting {
	n, err := strconv.Atoi(e.get("GIT_CONFIG_COUNT"))
	if err != nil {
		return nil
	}
	var list []setting
	for i := range min(max(n, 0), 1000) {
		name, value := e.get(fmt.Sprintf("GIT_CONFIG_KEY_%d", i)), e.get(fmt.Sprintf("GIT_CONFIG_VALUE_%d", i))
		section, rest, ok := strings.Cut(name, ".")
		if !ok {
			continue
		}
		s := setting{section: strings.ToLower(section), key: strings.ToLower(rest), value: value}
		if dot := strings.LastIndexByte(rest, '.'); dot >= 0 {
			s.subsection, s.key = rest[:dot], strings.ToLower(rest[dot+1:])
		}
		list = append(list, s)
	}
	return list
}

// last is the value that counts of a setting, or "".
func last(settings []setting, section, subsection, key string) string {
	for _, s := range slices.Backward(settings) {
		if s.is(section, key) && s.subsection == subsection {
			return s.value
		}
	}
	return ""
}

// yes reads git's boolean (git-config(1), "Values").
func yes(value string) bool {
	switch strings.ToLower(value) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}

// ours refuses a clone that somebody else owns, as git does and unless the person says otherwise (git-config(1),
// safe.directory): its remotes are then somebody else's word.
func (c *Clone) ours(e Environment, gitFile string, personal []setting) error {
	owned := ownedByUs(e, c.GitDir) && ownedByUs(e, c.Root) && (gitFile == "" || ownedByUs(e, gitFile))
	if owned {
		return nil
	}
	var safe []string
	for _, s := range personal {
		switch {
		case !s.is("safe", "directory"):
		case s.value == "":
			safe = nil
		default:
			safe = append(safe, expandHome(s.value, e.Home))
		}
	}
	for _, root := range []string{c.Root, realPath(c.Root)} {
		for _, one := range safe {
			if one == "*" || one == root || strings.HasSuffix(one, "/*") && strings.HasPrefix(root, one[:len(one)-1]) {
				return nil
			}
		}
	}
	return fmt.Errorf("read the clone: %s belongs to somebody else, and git refuses it too; if you trust it: git config --global --add safe.directory %s",
		model.Clean(c.Root), model.Clean(c.Root))
}

// Below is the working folder's path inside the clone, with slashes; empty at its root.
func (c Clone) Below(folder string) string {
	rel, err := filepath.Rel(realPath(c.Root), realPath(folder))
	if err != nil || rel == "." || strings.HasPrefix(rel, "..") {
		return ""
	}
	return filepath.ToSlash(rel)
}
