package simulator

import (
	"net/http"
	"strings"
)

// Unasked lists the endpoints that none of the paths below the root leads to; a method other than GET stands before its
// path.
func (w *World) Unasked(paths []string) []string {
	asked := map[*route]bool{}
	for _, p := range paths {
		method, after, other := strings.Cut(p, " ")
		if !other {
			method, after = http.MethodGet, p
		}
		p = after
		p, _, _ = strings.Cut(p, "?")
		segments := strings.Split(strings.Trim(p, "/"), "/")
		routes := w.routes
		if segments[0] == "repos" {
			routes, segments = w.repoRoutes, segments[3:]
		}
		for _, r := range routes {
			if _, ok := r.match(segments); ok && r.takes(method) {
				asked[r] = true
				break
			}
		}
	}
	var unasked []string
	for _, r := range append(w.routes, w.repoRoutes...) {
		if !asked[r] {
			unasked = append(unasked, strings.TrimSpace(r.method+" "+strings.Join(r.pattern, "/")))
		}
	}
	return unasked
}

// Answer answers a request without a connection.
func (w *World) Answer(r *http.Request) (status int, body []byte) {
	a, _ := w.answer(r, nil, 1)
	return a.status, a.body
}

// Edition is which GitHub the world plays.
func (w *World) Edition() Edition { return w.options.Edition }

// Fields are the numbers of a board's fields, joined by commas.
func (w *World) Fields(owner string, number int) string {
	var ids []string
	for _, f := range w.project(owner, number).fields {
		ids = append(ids, itoa(f.ID))
	}
	return strings.Join(ids, ",")
}

// MainFiles are the files of every commit that was main's, oldest first.
func (r *Repository) MainFiles() (list []map[string]string) {
	for c := r.resolve(""); c != nil; {
		list = append([]map[string]string{c.files}, list...)
		if len(c.Parents) == 0 {
			break
		}
		c = c.Parents[0]
	}
	return list
}
