package discover

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// sshConfig knows the names that a person gives to hosts in ~/.ssh/config, such as github-work for a second account.
// ssh is not run: of Match only all and host hold, for exec would run a program.
type sshConfig struct {
	environment Environment
	files       []string // nil: the person's and the system's
}

// maxSSH bounds a file of ssh's, in bytes; and how many of them are read.
const (
	maxSSH      = 1 << 20
	maxSSHFiles = 64
)

// host is the name that ssh would connect to (ssh_config(5), HostName): the first one that is found counts.
func (c *sshConfig) host(name string) string {
	name = strings.ToLower(name)
	files := c.files
	if files == nil {
		if c.environment.Home != "" {
			files = append(files, filepath.Join(c.environment.Home, ".ssh", "config"))
		}
		files = append(files, "/etc/ssh/ssh_config")
	}
	look := &sshLook{name: name, home: c.environment.Home}
	for _, file := range files {
		look.holds = true
		look.read(file)
	}
	if look.found == "" {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(look.found, "%%", "%"), "%h", name)
}

type sshLook struct {
	name, home string
	holds      bool // what comes is for this host
	found      string
	files      int
}

func (l *sshLook) read(file string) {
	l.files++
	if l.files > maxSSHFiles {
		return
	}
	data, err := readSmall(file, maxSSH)
	if err != nil {
		return // ssh says so itself
	}
	for line := range strings.Lines(string(data)) {
		word, rest := sshLine(line)
		switch word {
		case "host":
			l.holds = hostMatches(sshWords(rest), l.name)
		case "match":
			l.holds = matchHolds(sshWords(rest), l.name)
		case "hostname":
			if words := sshWords(rest); l.holds && l.found == "" && len(words) == 1 {
				l.found = strings.ToLower(words[0])
			}
		case "include":
			if l.holds {
				l.include(filepath.Dir(file), sshWords(rest))
			}
		}
	}
}

// include reads other files, each as if its lines stood here; what follows is for the same hosts as what came before.
func (l *sshLook) include(folder string, patterns []string) {
	for _, pattern := range patterns {
		pattern = expandHome(pattern, l.home)
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join(folder, pattern)
		}
		files, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		for _, file := range files {
			l.read(file)
			l.holds = true
		}
	}
}

// sshLine takes a line apart: a keyword in lower case, and the rest. They may be joined by =.
func sshLine(line string) (word, rest string) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return "", ""
	}
	end := strings.IndexAny(line, " \t=")
	if end < 0 {
		return strings.ToLower(line), ""
	}
	rest = strings.TrimLeft(line[end:], " \t")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "="), " \t")
	return strings.ToLower(line[:end]), rest
}

// sshWords are the arguments of a line; quotes hold spaces together, and a # ends it.
func sshWords(rest string) []string {
	var words []string
	for rest = strings.TrimSpace(rest); rest != "" && rest[0] != '#'; rest = strings.TrimSpace(rest) {
		if rest[0] == '"' {
			word, after, closed := strings.Cut(rest[1:], `"`)
			if !closed {
				return words
			}
			words, rest = append(words, word), after
			continue
		}
		end := strings.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		words, rest = append(words, rest[:end]), rest[end:]
	}
	return words
}

// hostMatches: one pattern must match, and none that is negated (ssh_config(5), Host and PATTERNS).
func hostMatches(patterns []string, name string) bool {
	matched := false
	for _, p := range patterns {
		p, negated := strings.CutPrefix(strings.ToLower(p), "!")
		if ok, err := path.Match(strings.ReplaceAll(strings.ReplaceAll(p, `\`, `\\`), "[", `\[`), name); err == nil && ok {
			if negated {
				return false
			}
			matched = true
		}
	}
	return matched
}

func matchHolds(words []string, name string) bool {
	if len(words) == 1 && strings.EqualFold(words[0], "all") {
		return true
	}
	return len(words) == 2 && slices.Contains([]string{"host", "originalhost"}, strings.ToLower(words[0])) &&
		hostMatches(strings.Split(words[1], ","), name)
}
