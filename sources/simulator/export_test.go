package simulator

import (
	"net/http"
	"strings"
)

// Unasked lists the endpoints that none of the paths below the root leads to.
func (w *World) Unasked(paths []string) []string {
	asked := map[*route]bool{}
	for _, p := range paths {
		p, _, _ = strings.Cut(p, "?")
		segments := strings.Split(strings.Trim(p, "/"), "/")
		routes := w.routes
		if segments[0] == "repos" {
			routes, segments = w.repoRoutes, segments[3:]
		}
		for _, r := range routes {
			if _, ok := r.match(segments); ok {
				asked[r] = true
				break
			}
		}
	}
	var unasked []string
	for _, r := range append(w.routes, w.repoRoutes...) {
		if !asked[r] {
			unasked = append(unasked, strings.Join(r.pattern, "/"))
		}
	}
	return unasked
}

// Answer answers a request without a connection.
func (w *World) Answer(r *http.Request) (status int, body []byte) {
	a, _ := w.answer(r, nil, 1)
	return a.status, a.body
}
