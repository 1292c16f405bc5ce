package discover

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxConfig bounds a configuration file of git's, in bytes.
const maxConfig = 1 << 20

// setting is one line of git's configuration. Section and key are in lower case; a subsection is as it was written.
type setting struct {
	section, subsection, key, value string

	dotted bool // it has a subsection, perhaps an empty one
	bare   bool // it has no value, which means true
}

// is reports whether the setting has this name, whatever its subsection is.
func (s setting) is(section, key string) bool { return s.section == section && s.key == key }

// parseGitConfig reads git's configuration syntax (git-config(1), "Syntax"). What comes before an error is returned with
// it: git itself refuses such a file.
func parseGitConfig(data []byte) ([]setting, error) {
	p := &gitConfig{rest: bytes.TrimPrefix(data, []byte("\ufeff")), line: 1}
	for p.skip(); len(p.rest) > 0; p.skip() {
		line := p.line
		if err := p.item(); err != nil {
			return p.settings, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return p.settings, nil
}

type gitConfig struct {
	rest                []byte
	line                int
	section, subsection string
	dotted              bool
	settings            []setting
}

func (p *gitConfig) peek() byte {
	if len(p.rest) == 0 {
		return '\n'
	}
	return p.rest[0]
}

func (p *gitConfig) next() byte {
	c := p.peek()
	if len(p.rest) > 0 {
		p.rest = p.rest[1:]
	}
	if c == '\r' && len(p.rest) > 0 && p.rest[0] == '\n' { // a line's end as on Windows
		p.rest, c = p.rest[1:], '\n'
	}
	if c == '\n' {
		p.line++
	}
	return c
}

// skip goes on to the next header or key.
func (p *gitConfig) skip() {
	for len(p.rest) > 0 {
		switch p.rest[0] {
		case ' ', '\t', '\r', '\n':
			p.next()
		case '#', ';':
			p.comment()
		default:
			return
		}
	}
}

func (p *gitConfig) comment() {
	for len(p.rest) > 0 && p.next() != '\n' {
	}
}

func (p *gitConfig) item() error {
	if p.peek() == '[' {
		p.next()
		return p.header()
	}
	return p.variable()
}

var (
	errHeader = errors.New("no section's header")
	errKey    = errors.New("no name of a key")
	errValue  = errors.New("no value")
)

// header reads [section], [section "subsection"] or, as of old, [section.subsection].
func (p *gitConfig) header() error {
	name := p.word("-.")
	p.section, p.subsection, p.dotted = strings.Cut(strings.ToLower(name), ".")
	quoted := false
	for c := p.peek(); c == ' ' || c == '\t'; c = p.peek() {
		p.next()
		quoted = true
	}
	if quoted && p.peek() == '"' {
		p.next()
		var b strings.Builder
		for c := p.next(); c != '"'; c = p.next() {
			if c == '\\' {
				c = p.next()
			}
			if c == '\n' {
				return errHeader
			}
			b.WriteByte(c)
		}
		p.subsection, p.dotted = b.String(), true
	}
	if name == "" || p.next() != ']' {
		return errHeader
	}
	return nil
}

// word reads letters, digits and the others given.
func (p *gitConfig) word(others string) string {
	n := 0
	for n < len(p.rest) && (letter(p.rest[n]) || p.rest[n] >= '0' && p.rest[n] <= '9' || strings.IndexByte(others, p.rest[n]) >= 0) {
		n++
	}
	word := string(p.rest[:n])
	p.rest = p.rest[n:]
	return word
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// variable reads key = value, or a key alone, which means true.
func (p *gitConfig) variable() error {
	if !letter(p.peek()) {
		return errKey
	}
	s := setting{section: p.section, subsection: p.subsection, dotted: p.dotted, key: strings.ToLower(p.word("-")), value: "true", bare: true}
	for c := p.peek(); c == ' ' || c == '\t'; c = p.peek() {
		p.next()
	}
	switch p.next() {
	case '=':
		s.bare = false
		var err error
		if s.value, err = p.value(); err != nil {
			return err
		}
	case '\n':
	default:
		return errKey
	}
	p.settings = append(p.settings, s)
	return nil
}

// value reads to the end of the line: quotes keep spaces and comment signs, a backslash at the end goes on in the next
// line.
func (p *gitConfig) value() (string, error) {
	var b strings.Builder
	quoted, keep := false, 0 // what is to be kept although it is space
	for {
		switch c := p.next(); {
		case c == '\n' && quoted:
			return "", errValue
		case c == '\n':
			return b.String()[:max(keep, len(strings.TrimRight(b.String(), " \t")))], nil
		case c == '"':
			quoted = !quoted
			keep = b.Len()
		case c == '\\':
			switch e := p.next(); e {
			case '\n':
				continue
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'b':
				b.WriteByte('\b')
			case '"', '\\':
				b.WriteByte(e)
			default:
				return "", errValue
			}
			keep = b.Len()
		case (c == '#' || c == ';') && !quoted:
			p.comment()
			return b.String()[:max(keep, len(strings.TrimRight(b.String(), " \t")))], nil
		case (c == ' ' || c == '\t') && !quoted && b.Len() == 0 && keep == 0:
		default:
			b.WriteByte(c)
			if quoted {
				keep = b.Len()
			}
		}
	}
}

// readGitConfig reads one file of git's. A missing one has nothing in it; what isn't a regular file is not read.
func readGitConfig(path string) ([]setting, error) {
	data, err := readSmall(path, maxConfig)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read git's configuration: %w", err)
	}
	settings, err := parseGitConfig(data)
	if err != nil {
		return nil, fmt.Errorf("read git's configuration %s: %w", path, err)
	}
	return settings, nil
}

// readSmall reads a regular file that isn't larger than limit: a pipe or a device would never end.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fmt.Errorf("%s is not a file of at most %d bytes", path, limit)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, limit))
}
