package github

import (
	"net/http"
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

func newMoves() *moves { return &moves{to: map[string]string{}} }

// rewrite turns a path below a repository's former name into the one below its number.
func (m *moves) rewrite(path string) string {
	old := namedRepository(path)
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
	old := namedRepository(path)
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
	now := numberedRepository(r.Request.URL.Path)
	if now != "" && (by.StatusCode == http.StatusMovedPermanently || by.StatusCode == http.StatusPermanentRedirect) {
		m.to[key] = now
	}
}

// forget drops a repository's new place, because nothing is there any more.
func (m *moves) forget(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.to, strings.ToLower(namedRepository(path)))
}

// namedRepository is the part of a path that names a repository, repos/OWNER/NAME; empty where there is none.
func namedRepository(path string) string {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) < 3 || parts[0] != "repos" {
		return ""
	}
	name, _, _ := strings.Cut(parts[2], "?")
	if parts[1] == "" || name == "" {
		return ""
	}
	return parts[0] + "/" + parts[1] + "/" + name
}

// numberedRepository is the part of a URL's path that numbers a repository, repositories/ID.
func numberedRepository(path string) string {
	_, rest, ok := strings.Cut(path, "/repositories/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	if id == "" || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return "repositories/" + id
}
