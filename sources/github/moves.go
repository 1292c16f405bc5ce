package github

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// moves remembers repositories that were renamed or transferred: GitHub redirects their old name for good to
// /repositories/ID, and every redirect costs a request (REST docs, "Follow redirects"). Asking for the repository itself
// always goes by its name, for another repository may have taken it since.
type moves struct {
	mu sync.Mutex
	to map[string]string // "repos/old/name" -> "repositories/123"
}

var (
	namedRepository    = regexp.MustCompile(`^repos/[^/?]+/[^/?]+`)
	numberedRepository = regexp.MustCompile(`(?:^|/)(repositories/[0-9]+)(?:/|$)`)
)

func newMoves() *moves { return &moves{to: map[string]string{}} }

// rewrite turns a path below a repository's former name into the one below its number.
func (m *moves) rewrite(path string) string {
	old := namedRepository.FindString(path)
	if old == "" || old == path {
		return path
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if now, ok := m.to[strings.ToLower(old)]; ok {
		return now + strings.TrimPrefix(path, old)
	}
	return path
}

// learn looks at where the answer to a path came from in the end. The last request of a chain knows the answer that
// redirected to it.
func (m *moves) learn(path string, r *http.Response) {
	old := namedRepository.FindString(path)
	if old == "" || r.Request == nil {
		return
	}
	key := strings.ToLower(old)
	m.mu.Lock()
	defer m.mu.Unlock()
	by := r.Request.Response
	if by == nil {
		if old == path {
			delete(m.to, key)
		}
		return
	}
	now := numberedRepository.FindStringSubmatch(r.Request.URL.Path)
	if now != nil && (by.StatusCode == http.StatusMovedPermanently || by.StatusCode == http.StatusPermanentRedirect) {
		m.to[key] = now[1]
	}
}

// forget drops a repository's new place, because nothing is there any more.
func (m *moves) forget(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.to, strings.ToLower(namedRepository.FindString(path)))
}
